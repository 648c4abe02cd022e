import type { Evidence } from '../../finding.ts'
import type { ContentPair, EntryDifference } from '../../image/comparison.ts'
import { bothBegin, bytesOf, runBounds, textsOf } from '../content.ts'
import { excerpt, hex, looksSecret, moment, quoteUnlessSecret, withheld } from '../values/excerpt.ts'
import { elfDifference } from './elf-difference.ts'
import { firstJsonDifference } from './json-difference.ts'
import { chunksOf } from './png.ts'

/** The first difference of a changed file in the terms of its format: a key, a line, a section, a chunk; null: no bytes here. */
export function firstDifference(entry: EntryDifference): Evidence | null {
  const { content } = entry
  if (entry.kind !== 'changed' || !content?.runs[0]) return null
  const decoded = inJson(entry) ?? inLine(entry) ?? inElf(content) ?? inPng(content) ?? inPdf(content) ?? inPe(content)
  return { ...(decoded ?? inBytes(content)), path: entry.path }
}

type Part = Omit<Evidence, 'path'>

const show = (value: string, surroundings: string): string => quoteUnlessSecret(value, surroundings)

function inJson(entry: EntryDifference): Part | null {
  const texts = textsOf(entry)
  const found = texts ? firstJsonDifference(texts.a, texts.b) : null
  if (!found) return null
  const { pointer, count, a, b, line } = found
  const place = `${line === null ? '' : `line ${line}, `}${excerpt(pointer === '' ? 'the whole value' : pointer)}`
  return {
    what: `${count.toLocaleString('en')} value(s) of the JSON differ; the first: ${place}`,
    a: show(a, pointer),
    b: show(b, pointer),
  }
}

function inLine(entry: EntryDifference): Part | null {
  const texts = textsOf(entry)
  if (!texts) return null
  const [a, b] = [texts.a.split('\n'), texts.b.split('\n')]
  const at = a.findIndex((line, index) => line !== b[index])
  const index = at < 0 ? a.length : at
  const [p, q] = [a[index], b[index]]
  const surroundings = [a[index - 1], p, b[index - 1], q].join('\n').slice(0, 1000)
  let from = 0
  while (p !== undefined && q !== undefined && from < p.length && p[from] === q[from]) from++
  from = Math.max(0, from - 40)
  const part = (line: string | undefined): string =>
    line === undefined ? '(no such line)' : `${from > 0 ? '…' : ''}${show(line.slice(from), surroundings)}`
  const same = a.length === b.length
  const count = same ? a.filter((line, other) => line !== b[other]).length : 0
  return {
    what: `${same ? `${count} of ${a.length} lines differ` : `${a.length} lines against ${b.length}`}; the first is line ${index + 1}`,
    offset: a.slice(0, index).reduce((sum, line) => sum + line.length + 1, 0),
    a: part(p),
    b: part(q),
  }
}

/** No clock is needed to name the section. */
const never = { epoch: 0, a: { startedAt: 0, endedAt: 0 }, b: { startedAt: 0, endedAt: 0 } }

function inElf(content: ContentPair): Part | null {
  const difference = elfDifference(content, never)
  if (!difference) return null
  const { sections, rest, follows } = difference
  const named = (list: readonly string[]): string =>
    list
      .slice(0, 8)
      .map(name => excerpt(name).slice(0, 60))
      .join(', ')
  const own = [...new Set(rest.map(({ section }) => section))]
  const first = rest[0]
  const run = content.runs.find(({ offset }) => offset === first?.offset) ?? content.runs[0]
  const sizes = content.a.size === content.b.size ? '' : `, ${content.a.size} bytes against ${content.b.size}`
  return {
    what: `program or library${sizes}; differing sections: ${named(own.length > 0 ? own : sections)}${follows.length > 0 ? ` (${named(follows)} only follow)` : ''}`,
    ...(first ? { offset: first.offset } : {}),
    ...(run && content.a.size === content.b.size && run.offset === first?.offset ? bytesAt(run) : {}),
  }
}

function inPng(content: ContentPair): Part | null {
  if (!bothBegin(content, [0x89, 0x50, 0x4e, 0x47])) return null
  const [a, b] = [chunksOf(content.a), chunksOf(content.b)]
  const at = a.findIndex((chunk, index) => chunk.type !== b[index]?.type || chunk.value !== b[index]?.value)
  const [p, q] = [a[at], b[at]]
  return p && q
    ? {
        what: `PNG image; the first differing chunk is ${excerpt(p.type)}`,
        offset: p.offset,
        a: show(p.text, p.text),
        b: show(q.text, q.text),
      }
    : null
}

/** `/CreationDate (D:2026…)`, `/ID [<…>]`: the key ahead of the first difference. */
function inPdf(content: ContentPair): Part | null {
  const [run] = content.runs
  if (!run || !bothBegin(content, [0x25, 0x50, 0x44, 0x46])) return null
  const text = (bytes: Uint8Array): string => bytesOf(bytes).toString('latin1')
  const before = text(run.a).slice(0, run.before + 1)
  const key = [...before.matchAll(/\/([A-Za-z]{2,20})\s*[[(<]/g)].at(-1)
  if (!key) return null
  const from = key.index
  return {
    what: `PDF; the first difference is in ${key[1]}`,
    offset: run.offset - run.before + from,
    a: show(text(run.a).slice(from, from + 60), ''),
    b: show(text(run.b).slice(from, from + 60), ''),
  }
}

/** A Windows program or library: the linker's time stands 8 bytes behind the `PE` mark. */
function inPe(content: ContentPair): Part | null {
  const [a, b] = [bytesOf(content.a.head), bytesOf(content.b.head)]
  if (!bothBegin(content, [0x4d, 0x5a]) || a.length < 0x40 || b.length < 0x40) return null
  const at = a.readUInt32LE(0x3c)
  if (b.readUInt32LE(0x3c) !== at || at + 12 > Math.min(a.length, b.length)) return null
  if (a.readUInt32LE(at) !== 0x4550) return null
  const [p, q] = [a.readUInt32LE(at + 8), b.readUInt32LE(at + 8)]
  return p === q
    ? null
    : {
        what: 'Windows program; the time in its header (or a hash in its place) differs',
        offset: at + 8,
        a: moment(p * 1000),
        b: moment(q * 1000),
      }
}

const known: readonly [string, readonly number[]][] = [
  ['Parquet file', [0x50, 0x41, 0x52, 0x31]],
  ['Java class', [0xca, 0xfe, 0xba, 0xbe]],
  ['WebAssembly module', [0, 0x61, 0x73, 0x6d]],
  ['SQLite database', [0x53, 0x51, 0x4c, 0x69]],
  ['JPEG image', [0xff, 0xd8, 0xff]],
  ['font', [0, 1, 0, 0]],
  ['xz file', [0xfd, 0x37, 0x7a]],
  ['zstd file', [0x28, 0xb5, 0x2f, 0xfd]],
  ['HDF5 file', [0x89, 0x48, 0x44, 0x46]],
  ['GNU message catalogue', [0xde, 0x12, 0x04, 0x95]],
]

function inBytes(content: ContentPair): Part {
  const [run] = content.runs
  const format = known.find(([, magic]) => bothBegin(content, magic))?.[0]
  const { a, b, complete, runs } = content
  const places = complete ? `${runs.length}` : `${runs.length} or more`
  const sizes = a.size === b.size ? '' : `, ${a.size} bytes against ${b.size}`
  const what = `${format ? `${format}; ` : ''}${places} differing place(s)${sizes}; the first`
  return run ? { what, offset: run.offset, ...bytesAt(run) } : { what }
}

/** Sixteen bytes of each side from the first difference on, as numbers and as text. */
function bytesAt(run: ContentPair['runs'][number]): { a: string; b: string } {
  const { start } = runBounds(run)
  const surroundings = bytesOf(run.a).toString('latin1', 0, 160) + bytesOf(run.b).toString('latin1', 0, 160)
  const line = (bytes: Uint8Array): string => {
    const part = bytesOf(bytes).subarray(start, start + 16)
    if (looksSecret(surroundings)) return withheld(part)
    const text = part.toString('latin1').replace(/[^\x20-\x7e]/g, '.')
    return `${hex(part)}  |${text}|`
  }
  return { a: line(run.a), b: line(run.b) }
}
