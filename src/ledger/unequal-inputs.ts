import type { InputsKnown } from '../verdict.ts'
import type { RecordedBase, RecordedContext, RecordedInputs, RecordedLinked, RecordHead } from './record.ts'
import { isTracked } from './record-head.ts'

/** Where the inputs of two builds part, and where nobody can tell. */
export interface InputsCompared {
  /** Each a sentence: with any of these the images cannot be expected to agree. */
  unequal: string[]
  /** Each a sentence: what was not held against each other. */
  unknown: string[]
  /** Each a sentence: in what the builders are others, as far as that makes images. Absent: the same, or not known. */
  builders?: string[]
}

/** The same in a word. */
export const inputsKnown = ({ unequal, unknown }: InputsCompared): InputsKnown =>
  unequal.length > 0 ? 'differ' : unknown.length > 0 ? 'partly-known' : 'same'

/** The names that the sides go by: `this build` and `the record`. */
export type SideNames = readonly [a: string, b: string]

/** What was built, with its inputs: images of several platforms have bases of each. */
type Side = Pick<RecordHead, 'inputs'> & { platforms: readonly { platform: string }[] }

/** Sets the inputs of two builds against each other, part by part. Texts of both may be anybody's. */
export function compareInputs(sideA: Side, sideB: Side, names: SideNames): InputsCompared {
  const [a, b] = [sideA.inputs, sideB.inputs]
  const found = compareGiven(a, b, names)
  if (a.epoch !== b.epoch) found.unequal.push(differs('SOURCE_DATE_EPOCH', String(a.epoch), String(b.epoch), names))
  compareBases(basesBeside(sideA, sideB), basesBeside(sideB, sideA), names, found)
  compareLinked(a.linked ?? [], b.linked ?? [], names, found)
  return found
}

const differs = (what: string, a: string | null, b: string | null, [nameA, nameB]: SideNames): string =>
  `${what} differs: ${shown(a)} in ${nameA}, ${shown(b)} in ${nameB}.`

/** What each target was given itself. */
function compareGiven(
  a: Omit<RecordedLinked, 'name'>,
  b: Omit<RecordedLinked, 'name'>,
  names: SideNames,
): InputsCompared {
  const found: InputsCompared = { unequal: [], unknown: [] }
  const [nameA, nameB] = names
  const held = (what: string, of: string | null, other: string | null): void => {
    if (of !== other) found.unequal.push(differs(what, of, other, names))
  }
  if (a.dockerfile.sha256 !== b.dockerfile.sha256)
    found.unequal.push(
      `The Dockerfile differs${lineWords(a.dockerfile.text, b.dockerfile.text)}: sha256:${a.dockerfile.sha256.slice(0, 12)} in ${nameA}, sha256:${b.dockerfile.sha256.slice(0, 12)} in ${nameB}.`,
    )
  compareContexts(a.contexts, b.contexts, names, found)
  compareArgs(a.args, b.args, names, found)
  held('The target', a.target, b.target)
  held('The list of secrets', a.secrets.join(', ') || null, b.secrets.join(', ') || null)
  held('The list of SSH sockets', a.ssh.join(', ') || null, b.ssh.join(', ') || null)
  for (const name of namesOf(Object.keys(a.settings), Object.keys(b.settings)))
    held(`The option ${plain(name)}`, joined(a.settings[name]), joined(b.settings[name]))
  return found
}

/** The targets that they are made of. */
function compareLinked(
  a: readonly RecordedLinked[],
  b: readonly RecordedLinked[],
  names: SideNames,
  found: InputsCompared,
): void {
  for (const name of namesOf(of(a), of(b))) {
    const [one, other] = [a, b].map(all => all.find(linked => linked.name === name))
    const what = `The target ${shown(name)}, which it is made of`
    if (one === undefined || other === undefined) {
      found.unequal.push(`${what}, was used in ${one === undefined ? names[1] : names[0]} alone.`)
      continue
    }
    const inside = compareGiven(one, other, names)
    for (const kind of ['unequal', 'unknown'] as const)
      found[kind].push(...inside[kind].map(sentence => `${what}: ${sentence}`))
  }
}

const joined = (values: readonly string[] | undefined): string | null => (values ? values.join(', ') : null)

/** Which line is the first that differs. */
function lineWords(a: string | null, b: string | null): string {
  if (a === null || b === null) return ''
  const [linesA, linesB] = [a.split('\n'), b.split('\n')]
  const at = linesA.findIndex((line, index) => line !== linesB[index])
  return ` from line ${(at < 0 ? linesA.length : at) + 1} on`
}

function compareContexts(
  a: readonly RecordedContext[],
  b: readonly RecordedContext[],
  [nameA, nameB]: SideNames,
  { unequal, unknown }: InputsCompared,
): void {
  for (const name of namesOf(of(a), of(b))) {
    const what = name === 'context' ? 'The build context' : `The build context ${shown(name)}`
    const [one, other] = [a, b].map(all => all.find(context => context.name === name))
    if (one === undefined || other === undefined)
      unequal.push(`${what} was used in ${one === undefined ? nameB : nameA} alone.`)
    else if (one.address !== null || other.address !== null) {
      if (one.address !== other.address)
        unequal.push(`${what} differs: ${shown(one.address)} in ${nameA}, ${shown(other.address)} in ${nameB}.`)
      else if (!isTracked(one.address))
        unknown.push(`${what} is ${shown(one.address)}: what was there when either was built is not compared.`)
    } else if (one.digest === null || other.digest === null)
      unknown.push(`${what} could not be read whole in ${one.digest === null ? nameA : nameB}, so it is not compared.`)
    else if (one.digest !== other.digest) {
      const places = differingParts(one, other)
      const isModes = one.contents !== null && one.contents === other.contents
      unequal.push(
        isModes
          ? `${what} differs in permissions alone${places}: a checkout under another umask, perhaps.`
          : one.files === other.files
            ? `${what} differs${places}: it has as many files on both sides, and not the same names or contents.`
            : `${what} differs${places}: ${filesIn(one)} in ${nameA}, ${other.files} in ${nameB}.`,
      )
    }
  }
}

const filesIn = ({ files }: RecordedContext): string => (files === 1 ? '1 file' : `${files} files`)

/** ` (src, package.json)` */
function differingParts(a: RecordedContext, b: RecordedContext): string {
  if (a.parts.length === 0 || b.parts.length === 0) return ''
  const digests = [a, b].map(({ parts }) => new Map(parts.map(({ name, digest }) => [name, digest])))
  const names = namesOf(of(a.parts), of(b.parts)).filter(name => digests[0]?.get(name) !== digests[1]?.get(name))
  const more = names.length > 5 ? ` and ${names.length - 5} more` : ''
  return names.length === 0 ? '' : ` (${names.slice(0, 5).map(shown).join(', ')}${more})`
}

function compareArgs(
  a: RecordedInputs['args'],
  b: RecordedInputs['args'],
  [nameA, nameB]: SideNames,
  { unequal, unknown }: InputsCompared,
): void {
  for (const name of namesOf(of(a), of(b))) {
    const [one, other] = [a, b].map(args => args.find(arg => arg.name === name))
    const what = `The build argument ${shown(name)}`
    if (one === undefined || other === undefined)
      unequal.push(`${what} was given in ${one === undefined ? nameB : nameA} alone.`)
    else if (one.value === null || other.value === null)
      unknown.push(`${what} may be secret, so its value was not written down and is not compared.`)
    else if (one.value !== other.value)
      unequal.push(`${what} differs: ${shown(one.value)} in ${nameA}, ${shown(other.value)} in ${nameB}.`)
  }
}

/** Without those of platforms that the other side was not built for, which it cannot have. */
function basesBeside({ inputs, platforms }: Side, other: Side): RecordedBase[] {
  const isBuilt = (platform: string): boolean => other.platforms.some(one => one.platform === platform)
  const own = platforms.flatMap(({ platform }) => (isBuilt(platform) ? [] : [platform]))
  const inOther = new Set(other.inputs.bases.map(keyOf))
  return inputs.bases.filter(base => inOther.has(keyOf(base)) || !own.includes(base.platform ?? ''))
}

const keyOf = ({ kind, reference, platform }: RecordedBase): string => JSON.stringify([kind, reference, platform])

/** A name that now stands for another image is told as what it is: moved. */
function compareBases(
  a: readonly RecordedBase[],
  b: readonly RecordedBase[],
  [nameA, nameB]: SideNames,
  { unequal }: InputsCompared,
): void {
  for (const key of namesOf(a.map(keyOf), b.map(keyOf))) {
    const [ofA, ofB] = [a, b].map(all => all.filter(base => keyOf(base) === key).map(({ digest }) => digest))
    if (ofA === undefined || ofB === undefined || ofA.join() === ofB.join()) continue
    const { kind, reference } = [...a, ...b].find(base => keyOf(base) === key) as RecordedBase
    const what = `The ${kind === 'image' ? 'image' : 'repository'} ${shown(reference)}`
    unequal.push(
      ofA.length === 0 || ofB.length === 0
        ? `${what} was used in ${ofA.length === 0 ? nameB : nameA} alone.`
        : `${what} is another one: ${short(ofA[0])} in ${nameA}, ${short(ofB[0])} in ${nameB}. Its tag has moved in between; pin it by digest.`,
    )
  }
}

/** What built them where that is another one, each a sentence. Docker's own version says nothing that BuildKit's does not. */
export const otherVersions = (
  a: RecordHead['versions'],
  b: RecordHead['versions'],
  [nameA, nameB]: SideNames,
): string[] =>
  Object.keys(a)
    .filter(name => name !== 'docker' && Object.hasOwn(b, name) && a[name] !== b[name])
    .map(
      name =>
        `${plain(name)} is another one: ${plain(a[name] as string)} in ${nameA}, ${plain(b[name] as string)} in ${nameB}.`,
    )

/** Those of them that may write another image of the same files: other settings, history or packing. */
export const otherBuilders = (a: RecordHead['versions'], b: RecordHead['versions'], names: SideNames): string[] =>
  otherVersions(makersOf(a), makersOf(b), names)

/** Docker's own BuildKit does not tell its version in the packages of Debian and others: it is the one of that Docker. */
function makersOf({ buildkit, frontend, docker, driver }: RecordHead['versions']): RecordHead['versions'] {
  const hidden = driver === 'docker' && docker !== undefined && buildkit === 'v0.0.0+unknown'
  const told = hidden ? `${buildkit} of Docker ${docker}` : buildkit
  return { ...(told === undefined ? {} : { buildkit: told }), ...(frontend === undefined ? {} : { frontend }) }
}

/** The commits where those are two, a sentence: of the same inputs they are one build, of others they say why. */
export const otherCommits = (
  a: Pick<RecordedInputs, 'commit'>,
  b: Pick<RecordedInputs, 'commit'>,
  [nameA, nameB]: SideNames,
): string[] =>
  a.commit === null || b.commit === null || a.commit === b.commit
    ? []
    : [`The commit is another one: ${plain(a.commit, 12)} in ${nameA}, ${plain(b.commit, 12)} in ${nameB}.`]

const short = (digest = ''): string => (digest.length === 64 ? `sha256:${digest.slice(0, 12)}` : digest.slice(0, 12))

const of = (all: readonly { name: string }[]): string[] => all.map(({ name }) => name)

const namesOf = (a: readonly string[], b: readonly string[]): string[] => [...new Set([...a, ...b])].sort()

const shown = (text: string | null): string => (text === null ? 'none' : `'${plain(text, 100)}'`)

/** Bounded, and without what a terminal or a page obeys. */
const plain = (text: string, most = 200): string =>
  (text.length > most ? `${text.slice(0, most)}…` : text).replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '?')
