import type { Evidence } from '../finding.ts'
import type { EntryDifference } from '../image/comparison.ts'
import type { Cause, LayerView, Recognition, Subject } from './cause.ts'
import { arTime } from './causes/ar-time.ts'
import { archiveOrder } from './causes/archive-order.ts'
import { archivePacking } from './causes/archive-packing.ts'
import { digestOf } from './causes/digest-of.ts'
import { gzipTime } from './causes/gzip-time.ts'
import { tarHeader } from './causes/tar-header.ts'
import { unknownDifference } from './causes/unknown-difference.ts'
import { zipTime } from './causes/zip-time.ts'
import { causes, recogniseCause } from './causes.ts'
import { aloneKey, digestsOf, layeredPaths, otherDigests, pairOfContents } from './content-digest.ts'
import { type Inside, lookInside } from './formats/archive.ts'
import { findRenames } from './renames.ts'
import { excerpt } from './values/excerpt.ts'

/** A cause that explains a path, alone or with others. */
export interface Explained {
  cause: Cause
  recognition: Recognition
  /** The files inside the archive that it explains. */
  inside?: { subject: Subject; recognition: Recognition }[]
}

const packingCauses: readonly Cause[] = [zipTime, tarHeader, gzipTime, arTime, archiveOrder, archivePacking]
const fileLimit = 2_000

/**
 * All causes of a path. An archive has those of the files in it, and those of its packing; all else has one. What a
 * program's own path says comes before what is inside.
 */
export function recogniseAll(subject: Subject): Explained[] {
  const first = recogniseCause(subject)
  const inside = lookInside(subject.entry)
  const byPath = causes.indexOf(first.cause) < causes.indexOf(zipTime) && !packingCauses.includes(first.cause)
  if (inside === null || byPath) return [first]
  const found = causesInside(subject, inside)
  if (found.length > 0) return found
  if (first.cause !== unknownDifference || inside.unread.length === 0) return [first]
  return [
    {
      ...first,
      recognition: { ...first.recognition, evidence: [...first.recognition.evidence, unreadEvidence(subject, inside)] },
    },
  ]
}

/** The causes of the files first, in the archive's order, then those of the packing. */
function causesInside(subject: Subject, inside: Inside): Explained[] {
  const view = viewInside(subject, inside)
  const explained: Explained[] = []
  const outside: { path: string; member: string }[] = []
  let followers = 0
  for (const entry of inside.files.slice(0, fileLimit)) {
    const own = { entry, layer: view, clock: subject.clock }
    const copy = copiedFrom(own, subject.entry.path)
    const { cause, recognition } = copy === null ? recogniseCause(own) : { cause: digestOf, recognition: copy }
    const { follows } = recognition
    if (follows !== undefined && inside.files.some(({ path }) => path === follows)) followers += 1
    else if (follows !== undefined) outside.push({ path: follows, member: entry.path })
    else addTo(explained, cause, own, recognition)
  }
  for (const { archive } of inside.archives)
    for (const cause of packingCauses) {
      const own = { ...subject, entry: archive }
      const recognition = cause.recognise(own)
      if (recognition) addPacking(explained, cause, recognition)
    }
  const [copied] = outside
  if (explained.length === 0 && copied) return [follower(subject, copied, inside)]
  const complete =
    inside.unread.length === 0 &&
    inside.unlisted === 0 &&
    inside.files.length <= fileLimit &&
    !explained.some(({ cause }) => cause === unknownDifference)
  return explained.map((one, at) => ({
    ...one,
    recognition: {
      ...one.recognition,
      confidence: complete ? one.recognition.confidence : 'likely',
      evidence: [...one.recognition.evidence, ...(at === 0 ? restEvidence(subject, inside, followers, outside) : [])],
    },
  }))
}

/** Files in one archive see each other as the files of one layer do. */
function viewInside({ layer }: Subject, { files }: Inside): LayerView {
  const own = new Map<string, string>()
  for (const file of files) {
    const { a, b } = digestsOf(file)
    if (a === b) continue
    for (const digest of [a, b, ...otherDigests(file)])
      if (digest !== null && !own.has(digest)) own.set(digest, file.path)
  }
  return {
    ...layer,
    renames: findRenames(files),
    byPath: new Map(files.map(file => [file.path, file])),
    pathOfDigest: layeredPaths(layer.pathOfDigest, own),
  }
}

/** Both sides' contents are those of one differing file of the image, or it is a file that only this side's image has. */
function copiedFrom({ entry, layer }: Subject, archive: string): Recognition | null {
  if (entry.kind !== 'changed') return copiedAlone({ entry, layer }, archive)
  const { a, b } = digestsOf(entry)
  const isWhole = a !== null && b !== null
  const [keyA, keyB] = isWhole ? [a, b] : [pairOfContents(entry), pairOfContents(entry)]
  const path = keyA === null || (isWhole && a === b) ? undefined : layer.pathOfDigest.get(keyA)
  if (path === undefined || path === entry.path || path === archive || path !== layer.pathOfDigest.get(keyB ?? ''))
    return null
  const seen = isWhole ? '' : ', as far as both were kept'
  return {
    confidence: isWhole ? 'certain' : 'likely',
    follows: path,
    evidence: [{ what: `holds what ${path} holds${seen}, which differs too`, path: entry.path }],
  }
}

function copiedAlone({ entry, layer }: Pick<Subject, 'entry' | 'layer'>, archive: string): Recognition | null {
  const key = aloneKey(entry)
  const path = key === null ? undefined : layer.pathOfDigest.get(key)
  if (path === undefined || path === archive) return null
  const side = entry.kind === 'only-in-a' ? 'A' : 'B'
  const evidence = [{ what: `is ${path}, which only image ${side} has, too`, path: entry.path }]
  return { confidence: 'certain', follows: path, evidence }
}

/** One cause of many files of an archive is one: their proofs together. */
function addTo(explained: Explained[], cause: Cause, subject: Subject, recognition: Recognition): void {
  const same = explained.find(one => one.cause === cause)
  const file = { subject, recognition }
  if (!same) {
    explained.push({ cause, recognition: { ...recognition, evidence: [...recognition.evidence] }, inside: [file] })
    return
  }
  same.inside?.push(file)
  if (recognition.confidence === 'likely') same.recognition.confidence = 'likely'
  if (same.recognition.evidence.length < 6) same.recognition.evidence.push(...recognition.evidence.slice(0, 1))
}

function addPacking(explained: Explained[], cause: Cause, recognition: Recognition): void {
  const same = explained.find(one => one.cause === cause)
  if (!same) explained.push({ cause, recognition })
  else if (same.recognition.evidence.length < 6) same.recognition.evidence.push(...recognition.evidence.slice(0, 1))
}

/** An archive of files that differ in the image too, and of nothing else that differs. */
const follower = (
  { entry }: Subject,
  { path, member }: { path: string; member: string },
  { files }: Inside,
): Explained => ({
  cause: digestOf,
  recognition: {
    confidence: 'certain',
    follows: path,
    evidence: [
      {
        what: `differs only in ${files.length === 1 ? 'a member' : `${files.length} members`}, first ${member}, that ${files.length === 1 ? 'holds' : 'hold'} what ${path} holds`,
        path: entry.path,
      },
    ],
  },
})

function restEvidence(
  subject: Subject,
  inside: Inside,
  followers: number,
  outside: readonly { path: string; member: string }[],
): Evidence[] {
  const { path } = subject.entry
  const [copied] = outside
  return [
    ...(copied
      ? [
          {
            what: `${outside.length} member(s) differ because they hold what differs in the layer too, first ${copied.path}`,
            path: copied.member,
          },
        ]
      : []),
    ...(followers > 0
      ? [{ what: `${followers} more member(s) differ only as a consequence (digests, bytecode)`, path }]
      : []),
    ...(inside.unread.length > 0 ? [unreadEvidence(subject, inside)] : []),
    ...(inside.unlisted > 0 ? [{ what: `${inside.unlisted} more members differ and were not looked at`, path }] : []),
  ]
}

const unreadEvidence = ({ entry }: Subject, { unread }: Inside): Evidence => ({
  what: `not all inside could be read: ${excerpt(unread[0] ?? '')}`,
  path: entry.path,
})

/** The differing files inside an archive, for what is known of contents. */
export const filesInside = (entry: EntryDifference): EntryDifference[] =>
  lookInside(entry)?.files.slice(0, fileLimit) ?? []
