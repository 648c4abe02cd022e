import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, isAligned, readAt, wholesOf } from '../content.ts'
import { compareMarshal, readPyc } from '../formats/marshal.ts'
import { moment } from '../values/excerpt.ts'
import { isKnown, isWithin } from '../values/time.ts'
import { sourceOf } from './pyc-content.ts'

/** A .pyc whose header notes the modification time of its source file. */
export const pycTimestamp: Cause = {
  id: 'pyc-timestamp',
  recognise,
  describe: ({ recognitions, instruction, subjects }) => {
    const fromContext = recognitions.every(recognition => recognition.variant === 'context')
    const unseen = recognitions.some(recognition => recognition.variant === 'unknown')
    const text = instruction?.keyword === 'RUN' ? instruction.logical.text.slice(0, 20_000) : ''
    const compiled = compiles(text)
    const imported = !compiled || imports(text)
    return {
      title: 'Python bytecode holds the time of its source file',
      message: `${subjects.length === 1 ? 'A .pyc file notes' : `${subjects.length} .pyc files note`} in bytes 8 to 11 when the source file was last changed${fromContext ? ', which is the time of the checkout and differs on every machine' : unseen ? ': in the build, or where it was checked out' : '; that file was written in the build, so the time is that of the build'}. The exporter sets the time of the .py file back to SOURCE_DATE_EPOCH but cannot do so inside the .pyc: Python also finds every such file stale and compiles it again at each start.`,
      ...(fromContext ? { class: 'machine' as const } : {}),
      remedy: {
        text: [
          ...(compiled
            ? [
                'Let the stage see SOURCE_DATE_EPOCH: pip and compileall then write hash-based bytecode without a time. Or install with `pip install --no-compile`.',
              ]
            : []),
          ...(imported
            ? [
                `${compiled ? 'What an import writes never looks at SOURCE_DATE_EPOCH: do' : 'Do'} not write bytecode in the build (PYTHONDONTWRITEBYTECODE=1), or compile with \`python3 -m compileall --invalidation-mode unchecked-hash\` so that the header holds a hash instead of a time.`,
              ]
            : []),
        ].join(' '),
        ...(compiled ? { needsEpoch: true } : {}),
        snippet: imported ? 'ENV PYTHONDONTWRITEBYTECODE=1' : 'ARG SOURCE_DATE_EPOCH',
        rewrite: (own, { keyword }) =>
          keyword !== 'RUN' ? null : imported ? `ENV PYTHONDONTWRITEBYTECODE=1\n${own}` : own,
      },
    }
  },
}

const compiler =
  /\b(?:pip3?|compileall|py_compile|uv|poetry|pdm|conda|mamba|micromamba|py3compile|venv|virtualenv|ensurepip|hatch|pipenv|apt-get|apt)\b/

/** Whether the step calls a program that compiles what it installs. */
const compiles = (text: string): boolean =>
  compiler.test(text.replace(/\b(?:pip3?|uv)\b[^;&|\n]*--no-compile[^;&|\n]*/g, ''))

/** Whether the step runs Python programs, which compile what they import. */
const imports = (text: string): boolean =>
  /(?:^|[\s/;&|(])(?:python[\d.]*|pytest|jupyter|ipython|gunicorn|uvicorn|celery|flask|django-admin)(?=\s)(?!\s+(?:-\w+\s+)*-m\s*(?:pip|compileall|py_compile|venv|virtualenv|ensurepip|build|uv|poetry)\b)/m.test(
    text,
  )

function recognise({ entry, clock, layer }: Subject): Recognition | null {
  const { content } = entry
  if (!entry.path.endsWith('.pyc') || !contentDiffers(entry) || !content) return null
  const a = readAt(content.a, 0, 16)
  const b = readAt(content.b, 0, 16)
  // Bytes 2 and 3 of every magic are CR LF; flags of a timestamp pyc are zero.
  if (!a || !b || a.readUInt16BE(2) !== 0x0d0a || b.readUInt16BE(2) !== 0x0d0a) return null
  if (a.readUInt32LE(4) !== 0 || b.readUInt32LE(4) !== 0 || a.readUInt32LE(8) === b.readUInt32LE(8)) return null
  const [timeA, timeB] = [a.readUInt32LE(8) * 1000, b.readUInt32LE(8) * 1000]
  const inBuild = (ms: number, window: typeof clock.a) => isWithin({ ms, span: 1000, daily: false }, window)
  const known = isKnown(clock.a) && isKnown(clock.b)
  const built = inBuild(timeA, clock.a) && inBuild(timeB, clock.b)
  const onlyTime = isAligned(content) && content.runs.every(run => run.offset >= 8 && run.offset + run.length <= 12)
  const inHeader = content.runs.every(run => run.offset >= 8 && run.offset + run.length <= 12)
  const seen = inHeader && content.a.size === content.b.size && wholesOf(content) === null
  const code = onlyTime ? '' : codeInWords(entry, layer)
  return {
    confidence: onlyTime || code !== null ? 'certain' : 'likely',
    variant: built ? 'build' : known ? 'context' : 'unknown',
    evidence: [
      {
        what: `modification time of the source in the header${built ? ', in the time of each build' : known ? ', not in the time of the builds: it came with the file' : ''}${code ?? (seen ? '; nothing else differs in what was looked at of a large file' : '; the code differs too')}`,
        path: entry.path,
        offset: 8,
        a: moment(timeA),
        b: moment(timeB),
      },
    ],
  }
}

/** Why the code behind the header differs, too; null when it is not known. */
function codeInWords(entry: Subject['entry'], layer: Subject['layer']): string | null {
  const source = sourceOf(entry.path)
  if (layer.byPath.has(source)) return `; the code differs, too, as its source ${source} does`
  const wholes = wholesOf(entry.content)
  const [a, b] = [wholes ? readPyc(wholes.a) : null, wholes ? readPyc(wholes.b) : null]
  if (!a || !b || compareMarshal(a.root, b.root, a.fields).length > 0) return null
  return '; the code is the same, with other references'
}
