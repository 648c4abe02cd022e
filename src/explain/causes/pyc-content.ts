import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, readAt } from '../content.ts'

/** A .pyc whose header agrees but whose code does not: marshal's reference flags, or a source that differs. */
export const pycContent: Cause = {
  id: 'pyc-content',
  recognise: ({ entry, layer }: Subject): Recognition | null => {
    if (!entry.path.endsWith('.pyc') || !contentDiffers(entry) || !entry.content) return null
    const a = readAt(entry.content.a, 0, 16)
    const b = readAt(entry.content.b, 0, 16)
    if (!a || !b || a.readUInt16BE(2) !== 0x0d0a || b.readUInt16BE(2) !== 0x0d0a) return null
    const source = entry.path.replace(/__pycache__\/([^/]+?)\.[^/]*$/, '$1.py')
    if (layer.byPath.has(source)) {
      return {
        confidence: 'certain',
        follows: source,
        evidence: [{ what: `compiled from ${source}, which differs too`, path: entry.path }],
      }
    }
    const { runs } = entry.content
    const flags = runs.length > 0 && runs.every(run => onlyReferenceFlags(run.a, run.b, run.before, run.length))
    if (!flags) return null
    return {
      confidence: entry.content.complete ? 'certain' : 'likely',
      evidence: [
        {
          what: 'only reference flags (bit 7 of a type byte) of the bytecode differ',
          path: entry.path,
          offset: runs[0]?.offset ?? 0,
        },
      ],
    }
  },
  describe: () => ({
    title: 'Python bytecode differs in its reference flags',
    message:
      'The bytecode is the same program, but marshal marked other objects as shared: it depends on what the interpreter had in memory when it compiled.',
    remedy: {
      text: 'Compile in a fresh interpreter (`python3 -m compileall`), one file after the other, or leave bytecode out (PYTHONDONTWRITEBYTECODE=1, pip --no-compile).',
      snippet: 'ENV PYTHONDONTWRITEBYTECODE=1',
    },
  }),
}

function onlyReferenceFlags(a: Uint8Array, b: Uint8Array, start: number, length: number): boolean {
  for (let at = start; at < Math.min(start + length, a.length, b.length); at++) {
    const difference = (a[at] ?? 0) ^ (b[at] ?? 0)
    if (difference !== 0 && difference !== 0x80) return false
  }
  return true
}
