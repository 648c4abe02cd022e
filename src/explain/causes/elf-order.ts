import type { Cause, Recognition, Subject } from '../cause.ts'
import { wholesOf } from '../content.ts'
import { contentOf, readElf, stringAt } from '../formats/elf.ts'
import type { ElfDifference } from '../formats/elf-difference.ts'
import { elfOf } from '../formats/elf-evidence.ts'
import { excerpt } from '../values/excerpt.ts'

/** The same functions and data in another order: object files linked as a folder lists them, code generated in hash order. */
export const elfOrder: Cause = {
  id: 'elf-order',
  recognise: (subject: Subject): Recognition | null => {
    const elf = elfOf(subject)
    if (!elf || elf.texts.length > 0 || elf.times.length > 0) return null
    const names = symbolNames(subject)
    const data = names && names.a.join('\n') !== names.b.join('\n') ? null : movedData(subject, elf)
    if (data) return data
    if (!names?.sameLengths || names.a.length < 2 || names.a.length !== names.b.length) return null
    const at = names.a.findIndex((name, index) => name !== names.b[index])
    const sorted = (list: readonly string[]): string => [...list].sort().join('\n')
    if (at < 0 || sorted(names.a) !== sorted(names.b)) return null
    const files = names.files.a.length > 1 && names.files.a.join('\n') !== names.files.b.join('\n')
    const show = (list: readonly string[], own: readonly string[]): string =>
      excerpt(files ? own.join(' ') : list.slice(at, at + 4).join(' '))
    return {
      confidence: 'likely',
      variant: files ? 'files' : 'symbols',
      evidence: [
        {
          what: files
            ? `the same ${names.files.a.length} source files, linked in another order`
            : `the same ${names.a.length} symbols in another order, from symbol ${at + 1}`,
          path: subject.entry.path,
          a: show(names.a, names.files.a),
          b: show(names.b, names.files.b),
        },
      ],
    }
  },
  describe: ({ recognitions }) => {
    const files = recognitions.every(({ variant }) => variant === 'files')
    return {
      title: 'A program is put together in another order',
      message: `A compiled file has the same functions and data in both builds, but in another order: ${files ? 'the object files were given to the linker or archiver in the order in which a folder lists them or parallel jobs ended' : 'the sources were generated in the order of a hash table, or the object files linked as a folder lists them'}.`,
      remedy: {
        text: files
          ? 'Sort the list of files: `$(find . -name "*.o" | LC_ALL=C sort)`, `$(sort $(wildcard *.o))` in a Makefile, a list in place of file(GLOB) in CMake.'
          : 'Sort what the generator writes (sort the keys; PYTHONHASHSEED=0, PERL_HASH_SEED=0; BTreeMap in place of HashMap in Rust), and sort the list of files to link.',
      },
    }
  },
}

/** Tables of texts in another order, as a generator wrote them: from the first to the last differing byte the same bytes. */
function movedData({ entry }: Subject, elf: ElfDifference): Recognition | null {
  if (!entry.content || !elf.complete) return null
  const { a, b } = entry.content
  const sections = [readElf(a), readElf(b)].map(one => one?.sections.find(({ name }) => name === '.rodata'))
  const [p, q] = [sections[0] && contentOf(a, sections[0]), sections[1] && contentOf(b, sections[1])]
  const own = [...new Set(elf.rest.map(({ section }) => section))]
  if (!p || !q || p.length !== q.length || p.equals(q) || own.some(name => !movable.test(name))) return null
  let [first, last] = [0, p.length]
  while (p[first] === q[first]) first++
  while (p[last - 1] === q[last - 1]) last--
  const [partA, partB] = [p.subarray(first, last), q.subarray(first, last)]
  if (partA.length < 16 || new Set(partA).size < 8) return null
  if (!Buffer.from(partA).sort().equals(Buffer.from(partB).sort())) return null
  return {
    confidence: 'likely',
    variant: 'symbols',
    evidence: [
      {
        what: `${partA.length} bytes of texts in .rodata are the same in another order`,
        path: entry.path,
        offset: (sections[0]?.offset ?? 0) + first,
        a: excerpt(partA.toString('latin1')),
        b: excerpt(partB.toString('latin1')),
      },
    ],
  }
}

/** What follows when texts move: places, lengths, and code that names them. */
const movable = /^\.(?:rodata|data(?:\.rel\.ro)?|rela\.dyn|text|debug_\w+|eh_frame\w*|symtab|strtab)$/

const symbolLimit = 200_000

interface Symbols {
  a: string[]
  b: string[]
  files: { a: string[]; b: string[] }
  /** Each name has the same length on both sides. */
  sameLengths: boolean
}

/** Names of symbols in the order of the table, and of these the source files. */
function symbolNames({ entry }: Subject): Symbols | null {
  const wholes = wholesOf(entry.content)
  if (!wholes || !entry.content) return null
  const [a, b] = [entry.content.a, entry.content.b].map(sample => {
    const elf = readElf(sample)
    const table = elf?.sections.find(({ name }) => name === '.symtab') ?? elf?.sections.find(s => s.name === '.dynsym')
    const strings = table && elf?.sections[table.link]
    const symbols = table && contentOf(sample, table)
    const text = strings && contentOf(sample, strings)
    if (!elf?.little || !symbols || !text) return null
    const size = elf.wide ? 24 : 16
    const count = Math.min(Math.floor(symbols.length / size), symbolLimit)
    const named = Array.from({ length: count }, (_, index) => {
      const at = index * size
      const type = (symbols[at + (elf.wide ? 4 : 12)] ?? 0) & 15
      const address = elf.wide ? Number(symbols.readBigUInt64LE(at + 8)) : symbols.readUInt32LE(at + 4)
      const length = elf.wide ? Number(symbols.readBigUInt64LE(at + 16)) : symbols.readUInt32LE(at + 8)
      return { name: stringAt(text, symbols.readUInt32LE(at)) ?? '', type, address, length }
    }).filter(({ name }) => name !== '')
    // Functions and data by their place: linkers sort the table by names and kinds.
    const placed = named.filter(({ type }) => type === 1 || type === 2).sort((p, q) => p.address - q.address)
    return {
      all: placed.map(({ name }) => name),
      lengths: placed.map(({ name, length }) => `${name} ${length}`),
      files: named.filter(({ type }) => type === 4).map(({ name }) => name),
    }
  })
  if (!a || !b) return null
  // Functions of another length are other code (other options, another compiler), whatever the order.
  const sameLengths = a.lengths.sort().join('\n') === b.lengths.sort().join('\n')
  return { a: a.all, b: b.all, files: { a: a.files, b: b.files }, sameLengths }
}
