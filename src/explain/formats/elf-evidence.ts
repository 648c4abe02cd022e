import type { Evidence } from '../../finding.ts'
import type { ContentPair } from '../../image/comparison.ts'
import type { Subject } from '../cause.ts'
import { contentDiffers } from '../content.ts'
import { excerpt, moment } from '../values/excerpt.ts'
import type { ElfDifference } from './elf-difference.ts'
import { elfDifference } from './elf-difference.ts'

const judged = new WeakMap<ContentPair, ElfDifference | null>()

/** How a path differs when it is a program or library; null for anything else. Worked out once for all causes. */
export function elfOf({ entry, clock }: Subject): ElfDifference | null {
  const { content } = entry
  if (!contentDiffers(entry) || !content) return null
  const known = judged.get(content)
  if (known !== undefined) return known
  const difference = elfDifference(content, clock)
  judged.set(content, difference)
  return difference
}

/** Whether every differing byte is accounted for, and each differing text is of one of these kinds. */
export const accountsFor = (elf: ElfDifference, kinds: readonly string[]): boolean =>
  elf.complete && elf.rest.length === 0 && elf.texts.every(({ kind }) => kinds.includes(kind))

/** A time of each build in a program. */
export const timeEvidenceOf = (path: string, time: ElfDifference['times'][number]): Evidence => ({
  what: `build time in ${time.section} (${typeof time.a === 'string' ? time.form : `${time.length} bytes, ${time.form}`})`,
  path,
  offset: time.offset,
  a: typeof time.a === 'string' ? time.a : moment(time.a),
  b: typeof time.b === 'string' ? time.b : moment(time.b),
})

const wordsOfKind: Record<string, string> = {
  time: 'a time of each build',
  path: 'a temporary or random path',
  seed: 'a suffix that the compiler draws for each object',
  object: 'the name of a temporary object file',
  cuda: 'the name of a temporary file of nvcc, with its process ID',
  vcs: 'the state of the repository',
}

/** A text that differs in a program. */
export const textEvidenceOf = (path: string, text: ElfDifference['texts'][number]): Evidence => ({
  what: `${wordsOfKind[text.kind]} in ${excerpt(text.section)}`,
  path,
  offset: text.offset,
  ...excerpts(text),
})

/** Both texts from shortly before what differs. */
function excerpts({ a, b, core }: ElfDifference['texts'][number]): { a: string; b: string } {
  const from = Math.max(0, Math.min(a.indexOf(core.a), b.indexOf(core.b)) - 40)
  return { a: excerpt(a.slice(from)), b: excerpt(b.slice(from)) }
}

/** Differing texts, each pair of values once. */
export function distinctTexts(texts: ElfDifference['texts']): ElfDifference['texts'] {
  const known = new Set<string>()
  return texts.filter(({ core }) => known.size < known.add(`${core.a}\0${core.b}`).size)
}

const loaded = /^(?!\.(?:debug_|symtab|strtab|shstrtab|comment|gnu_debuglink|gnu\.lto_|rela?\.debug_|note\.g))/

/** What differs by consequence, what is left over, and whether the code is one. */
export function sectionEvidence(path: string, { sections, follows, rest, complete }: ElfDifference): Evidence[] {
  const named = (list: readonly string[]): string =>
    list
      .slice(0, 6)
      .map(name => excerpt(name).slice(0, 60))
      .join(', ') + (list.length > 6 ? ` and ${list.length - 6} more` : '')
  const ids = follows.filter(name => name.startsWith('.note') || name === '.gnu_debuglink')
  const places = follows.filter(name => !ids.includes(name))
  const left = [...new Set(rest.map(({ section }) => section))]
  const lines = [
    ...(ids.length > 0 ? [`${named(ids)}: a hash over the rest, follows`] : []),
    ...(places.length > 0 ? [`${named(places)}: differs only where it says at which place the strings are`] : []),
    ...(complete && rest.length === 0 && !sections.some(name => loaded.test(name) && !follows.includes(name))
      ? ['code and data that are loaded are equal: only the build ID, debug data or symbol names differ']
      : []),
    ...(left.length > 0 ? [`not accounted for: bytes in ${named(left)}`] : []),
  ]
  const first = rest[0]
  return lines.map((what, index) => ({
    what,
    path,
    ...(first && index === lines.length - 1 && left.length > 0 ? { offset: first.offset } : {}),
  }))
}
