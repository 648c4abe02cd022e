import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts'
import type { Evidence, Finding } from '../finding.ts'
import { docsUrl } from '../finding.ts'
import type { Reading } from './blame/copy-reader.ts'
import { pathInStage } from './blame/stage-path.ts'
import type { Cause, Description, Found } from './cause.ts'
import { wholeLines } from './config/config-cause.ts'
import { ownHeader } from './consequence.ts'
import type { ExplainedEntry } from './entries.ts'
import { composeFix } from './remedy.ts'
import { inStage } from './stage-remedy.ts'

/** All paths that one cause explains at one instruction, and what only follows from them. */
export interface Group {
  cause: Cause
  entries: ExplainedEntry[]
  /** The instruction to blame; null when its line is not known. */
  instruction: Instruction | null
  /** The COPYs it came through, nearest to the image first. */
  via: Instruction[]
  /** What could not be found out about the place. */
  note: string | undefined
  /** History's text of the layer, for when no line is known. */
  createdBy: string
  consequences: { entry: ExplainedEntry; line: number | null }[]
}

const pathLimit = 50
/** Characters of paths in one finding, past the first one: a path may have 4,096, and there may be thousands of findings. */
const pathTextLimit = 16 << 10
const evidenceLimit = 12

/** One finding for each group; what is to be deleted at one instruction is one line for all its findings. */
export function findingsOf(groups: readonly Group[], input: Reading): Finding[] {
  const { dockerfile } = input
  const described = groups.map(group => ({ group, description: atItsPlace(describe(group), group, input) }))
  return described.map(({ group, description }) => {
    const remedies = described
      .filter(other => other.group.instruction === group.instruction && group.instruction !== null)
      .map(other => other.description.remedy)
    return findingOf(group, description, remedies.length > 0 ? remedies : [description.remedy], dockerfile)
  })
}

/** What a cause says of all its paths; what would be done to a path is not done to an archive that holds such a file. */
function describe(group: Group): Description {
  const { cause, entries } = group
  const description = cause.describe(foundOf(group, entries))
  const plain = entries.filter(({ inside }) => inside === undefined)
  const [packed] = entries.filter(({ inside }) => inside !== undefined)
  if (packed === undefined) return description
  const message = `${description.message} ${plain.length > 0 ? 'Some lie' : 'It lies'} inside an archive, such as ${packed.subject.entry.path}.`
  if (plain.length > 0) return { ...description, message, remedy: cause.describe(foundOf(group, plain)).remedy }
  const { remove, append, ...remedy } = description.remedy
  const text = remove || append ? `${remedy.text} Do so before the archive is packed.` : remedy.text
  return { ...description, message, remedy: { ...remedy, text } }
}

/** What is to be done to paths that came through COPYs is done where the instruction to blame has them. */
function atItsPlace(description: Description, { entries, via }: Group, input: Reading): Description {
  // A file of a stage that the path was made of has its stage's path already.
  if (via.length === 0 || entries.some(({ madeFrom }) => madeFrom !== undefined)) return description
  const paths = entries.map(({ subject }) => `/${subject.entry.path}`)
  return { ...description, remedy: inStage(description.remedy, paths, path => pathInStage(input, via, path)) }
}

function foundOf(group: Group, entries: readonly ExplainedEntry[]): Found {
  // A file of a stage that several paths are made of is one file.
  const made = new Set(entries.map(entry => entry.madeFrom ?? entry))
  const files = [...made].flatMap(({ inside, subject, recognition }) => inside ?? [{ subject, recognition }])
  const keyword = group.instruction?.keyword ?? /^[A-Z]+/.exec(group.createdBy)?.[0] ?? ''
  return {
    subjects: files.map(({ subject }) => subject),
    recognitions: files.map(({ recognition }) => recognition),
    instruction: group.instruction,
    keyword,
    fromContext: group.instruction !== null && takesFromContext(group.instruction),
  }
}

/** Whether what it brings lies in the build context, and so has the permissions and times of a checkout. */
function takesFromContext({ keyword, flags, words, json }: Instruction): boolean {
  if (keyword === 'COPY') return !flags.some(({ name }) => name === 'from')
  const sources = json ?? words.map(({ raw }) => raw)
  return keyword === 'ADD' && !sources.some(source => /^['"]?(?:[a-z]+:\/\/|git@)/i.test(source))
}

function findingOf(
  group: Group,
  description: Description,
  remedies: readonly Description['remedy'][],
  dockerfile: Dockerfile,
): Finding {
  const { instruction, cause, note } = group
  const paths = [
    ...new Set([...group.entries, ...group.consequences.map(one => one.entry)].map(one => one.subject.entry.path)),
  ]
  return {
    id: cause.id,
    source: 'comparison',
    level: description.level ?? 'error',
    class: description.class ?? 'now',
    title: description.title,
    message: [description.message, note, unlocated(group)].filter(part => part !== undefined && part !== '').join(' '),
    ...(instruction ? { location: wholeLines(dockerfile, instruction) } : {}),
    ...(group.via.length > 0 ? { via: group.via.map(place => wholeLines(dockerfile, place)) } : {}),
    paths: shown(paths),
    count: paths.length,
    confidence: confidenceOf(group),
    evidence: description.evidence ?? evidenceOf(group),
    fix: composeFix(description.remedy, remedies, instruction, dockerfile),
    docs: docsUrl(cause.id),
  }
}

/** The first paths, as many as are read by anybody. */
function shown(paths: readonly string[]): string[] {
  let text = 0
  return paths.slice(0, pathLimit).filter((path, index) => {
    text += path.length
    return index === 0 || text <= pathTextLimit
  })
}

function unlocated({ instruction, createdBy }: Group): string | undefined {
  if (instruction !== null) return undefined
  if (createdBy === '') return 'The line could not be told: the image does not say what made the layer.'
  return `The line could not be told for sure; the layer was made by: ${createdBy.slice(0, 200)}`
}

function confidenceOf(group: Group): Finding['confidence'] {
  if (group.cause.id === 'unknown-difference') return 'unknown'
  const certain = group.note === undefined && group.entries.every(entry => entry.recognition.confidence === 'certain')
  return certain ? 'certain' : 'likely'
}

/** The first proof of each path, then more of the first ones, then what follows from them. */
function evidenceOf(group: Group): Evidence[] {
  const lists = group.entries.map(entry => entry.recognition.evidence)
  const firsts = lists.flatMap(list => list.slice(0, 1))
  const more = lists.slice(0, 3).flatMap(list => list.slice(1))
  const proof = [...firsts.slice(0, evidenceLimit - 4), ...more].slice(0, evidenceLimit - 2)
  return [...proof, ...group.consequences.slice(0, 2).map(consequenceEvidence)]
}

function consequenceEvidence({ entry, line }: Group['consequences'][number]): Evidence {
  const { path } = entry.subject.entry
  const where = line === null ? 'a later layer' : `the layer of line ${line}`
  if (entry.moreRoots !== undefined && entry.recognition.quotes !== undefined)
    return { what: `consequence: ${where} ${entry.recognition.evidence[0]?.what ?? 'differs'}`, path }
  if (entry.recognition.quotes !== undefined)
    return {
      what: `consequence: ${line === null ? 'a later instruction' : `line ${line}`} writes a value of ${entry.recognition.quotes} into ${path}`,
      path,
    }
  if (entry.recognition.follows !== undefined) return entry.recognition.evidence[0] ?? { what: 'follows', path }
  const again = entry.root?.subject.entry.path === path
  const isWhole = !entry.root || ownHeader(entry.root.subject.entry, entry.subject.entry) === null
  return {
    what: again
      ? `consequence: ${where} stores ${path} again${isWhole ? ', which differs there for no other reason' : ''}`
      : `consequence: ${where} differs because ${path} holds what ${entry.root?.subject.entry.path} holds`,
    path,
  }
}
