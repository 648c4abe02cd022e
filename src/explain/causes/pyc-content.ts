import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, readAt, wholesOf } from '../content.ts'
import type { MarshalDifference } from '../formats/marshal.ts'
import { compareMarshal, readPyc } from '../formats/marshal.ts'
import { excerptOfName, quoteUnlessSecret } from '../values/excerpt.ts'

type Variant = 'references' | 'folder' | 'sets'

/** A .pyc whose header agrees but whose code does not: marshal's references, sets, the folder, or a source that differs. */
export const pycContent: Cause = {
  id: 'pyc-content',
  recognise: ({ entry, layer }: Subject): Recognition | null => {
    if (!entry.path.endsWith('.pyc') || !contentDiffers(entry) || !entry.content) return null
    const a = readAt(entry.content.a, 0, 16)
    const b = readAt(entry.content.b, 0, 16)
    if (!a || !b || a.readUInt16BE(2) !== 0x0d0a || b.readUInt16BE(2) !== 0x0d0a) return null
    const source = sourceOf(entry.path)
    if (layer.byPath.has(source)) {
      return {
        confidence: 'certain',
        follows: source,
        evidence: [{ what: `compiled from ${source}, which differs too`, path: entry.path }],
      }
    }
    return a.subarray(4).equals(b.subarray(4)) ? codeDiffers(entry) : null
  },
  describe: ({ recognitions }) => {
    const variants = new Set(recognitions.map(({ variant }) => variant))
    const only = variants.size === 1 ? [...variants][0] : undefined
    if (only === 'folder')
      return {
        title: 'Python bytecode holds the name of a folder that is drawn by chance',
        message:
          'The bytecode is the same program, but it was compiled in a folder with another name in each build, and every function of it notes the path of its source.',
        remedy: {
          text: 'Compile in a folder with a fixed name, or give the name to note: `python3 -m compileall -s "$PWD" -p /app .`; or leave bytecode out (PYTHONDONTWRITEBYTECODE=1, pip --no-compile).',
          snippet: 'ENV PYTHONDONTWRITEBYTECODE=1',
          rewrite: noBytecode,
        },
      }
    if (only === 'sets')
      return {
        title: 'Python bytecode holds a set in the order of its hashes',
        message:
          'The source has a constant set (`x in {"a", "b"}`). Python before 3.11 stores it in the order of the hashes of its texts, and draws a new secret for these hashes each time it starts.',
        remedy: {
          text: 'Compile with PYTHONHASHSEED=0, or with Python 3.11 or later, or leave bytecode out (PYTHONDONTWRITEBYTECODE=1, pip --no-compile).',
          snippet: 'ENV PYTHONHASHSEED=0',
          rewrite: (text, instruction) => (instruction.keyword === 'RUN' ? `ENV PYTHONHASHSEED=0\n${text}` : null),
        },
      }
    return {
      title: 'Python bytecode differs in its references',
      message:
        'The bytecode is the same program, but marshal marked other objects as shared: it depends on what the interpreter had in memory when it compiled.',
      remedy: {
        text: 'Compile in a fresh interpreter (`python3 -m compileall`), one file after the other, or leave bytecode out (PYTHONDONTWRITEBYTECODE=1, pip --no-compile).',
        snippet: 'ENV PYTHONDONTWRITEBYTECODE=1',
        rewrite: noBytecode,
      },
    }
  },
}

const noBytecode = (text: string, { keyword }: { keyword: string }): string | null =>
  keyword === 'RUN' ? `ENV PYTHONDONTWRITEBYTECODE=1\n${text}` : null

/** `pkg/__pycache__/m.cpython-311.opt-1.pyc` → `pkg/m.py`. */
export const sourceOf = (path: string): string =>
  path.includes('__pycache__/') ? path.replace(/__pycache__\/([^/]+?)\.[^/]*$/, '$1.py') : path.replace(/c$/, '')

function codeDiffers(entry: Subject['entry']): Recognition | null {
  const wholes = wholesOf(entry.content)
  const [a, b] = [wholes ? readPyc(wholes.a) : null, wholes ? readPyc(wholes.b) : null]
  if (!a || !b) return flagsInRuns(entry)
  const differences = compareMarshal(a.root, b.root, a.fields)
  const first = differences[0]
  const variant = variantOf(differences)
  if (variant === null) return null
  const what: Record<Variant, string> = {
    references: 'the same code, constants and names; only what marshal marks as shared differs',
    folder: `the same code; only the path of the source differs (${differences.length} function(s))`,
    sets: 'the same code; only the order of a constant set differs',
  }
  return {
    confidence: 'certain',
    variant,
    evidence: [
      {
        what: what[variant],
        path: entry.path,
        ...(first
          ? { a: quoteUnlessSecret(first.a, ''), b: quoteUnlessSecret(first.b, '') }
          : { offset: entry.content?.runs[0]?.offset ?? 0 }),
      },
    ],
  }
}

function variantOf(differences: readonly MarshalDifference[]): Variant | null {
  if (differences.length === 0) return 'references'
  const fields = new Set(differences.map(({ field }) => field))
  if (fields.size > 1) return null
  if (fields.has('set')) return 'sets'
  return fields.has('co_filename') && differences.every(({ a, b }) => fileName(a) === fileName(b)) ? 'folder' : null
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Code that cannot be read as a whole: nothing but bit 7 of some bytes differs. */
function flagsInRuns(entry: Subject['entry']): Recognition | null {
  const runs = entry.content?.runs ?? []
  if (entry.content?.a.size !== entry.content?.b.size) return null
  if (runs.length === 0 || !runs.every(run => onlyReferenceFlags(run.a, run.b, run.before, run.length))) return null
  return {
    confidence: 'likely',
    variant: 'references',
    evidence: [
      {
        what: `only reference flags (bit 7 of a type byte) differ in what was looked at of ${excerptOfName(entry.path)}`,
        path: entry.path,
        offset: runs[0]?.offset ?? 0,
      },
    ],
  }
}

function onlyReferenceFlags(a: Uint8Array, b: Uint8Array, start: number, length: number): boolean {
  for (let at = start; at < Math.min(start + length, a.length, b.length); at++) {
    const difference = (a[at] ?? 0) ^ (b[at] ?? 0)
    if (difference !== 0 && difference !== 0x80) return false
  }
  return true
}
