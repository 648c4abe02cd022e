import type { Evidence, FindingClass } from '../finding.ts'
import type { Cause, Recognition, Subject } from './cause.ts'
import { runEvidence } from './causes/build-time.ts'
import { bytesOf } from './content.ts'
import { timeOfRun } from './values/run-time.ts'

/** A file that a tool leaves behind, known by its path, and needless in the image: deleting it is the fix. */
export interface Leftover {
  id: string
  title: string
  message: string
  /** Against the path without a leading slash. */
  paths: RegExp
  /** What to delete, absolute: fixed, or made of each differing path (without a leading slash); the paths themselves when absent. */
  remove?: string[] | ((path: string) => string)
  /** Commands for those paths that cannot be deleted, after the deletion. */
  append?: (paths: readonly string[]) => string[]
  fix: string
  class?: FindingClass
  /** Proof from the bytes, where the path alone is not enough; null: not this cause. */
  proof?: (subject: Subject) => Evidence[] | null
}

/** Makes the cause of a leftover. Certain: it differs, and it is the tool's own record, whatever the bytes say. */
export function leftover(definition: Leftover): Cause {
  const { id, title, message, paths, remove, append, fix, proof } = definition
  return {
    id,
    recognise: subject => {
      if (!paths.test(subject.entry.path) || onlyHeader(subject)) return null
      const evidence = proof ? proof(subject) : timeEvidence(subject)
      return evidence === null ? null : { confidence: 'certain', evidence }
    },
    describe: ({ subjects }) => ({
      title,
      message,
      ...(definition.class ? { class: definition.class } : {}),
      remedy: {
        text: fix,
        remove: Array.isArray(remove) ? remove : removals(subjects, remove),
        ...(append ? { append: append(subjects.map(({ entry }) => entry.path)) } : {}),
      },
    }),
  }
}

function removals(subjects: readonly Subject[], remove: ((path: string) => string) | undefined): string[] {
  return [...new Set(subjects.map(({ entry }) => (remove ? remove(entry.path) : `/${entry.path}`)))].slice(0, 10)
}

/** Mode, owner or times differ but not the content: another cause's business. */
export const onlyHeader = ({ entry }: Subject): boolean => entry.kind === 'changed' && !entry.fields.includes('content')

/** The build time in the bytes when there is one, else the plain fact. */
export function timeEvidence({ entry, clock }: Subject): Evidence[] {
  for (const run of entry.content?.runs ?? []) {
    const time = timeOfRun(run, clock)
    if (time) return [runEvidence(entry.path, time)]
  }
  return [plainEvidence({ entry } as Subject)]
}

/** That a path differs, or which side has it, without more. */
export function plainEvidence({ entry }: Pick<Subject, 'entry'>): Evidence {
  if (entry.kind !== 'changed')
    return { what: entry.kind === 'only-in-a' ? 'only in build A' : 'only in build B', path: entry.path }
  const first = entry.content?.runs[0]
  return {
    what:
      entry.content && entry.content.a.size !== entry.content.b.size ? 'content and size differ' : 'content differs',
    path: entry.path,
    ...(first ? { offset: first.offset } : {}),
    ...(entry.content && entry.content.a.size !== entry.content.b.size
      ? { a: `${entry.content.a.size} bytes`, b: `${entry.content.b.size} bytes` }
      : {}),
  }
}

/** Whether the content of every side that has one, as far as it was kept, begins in this way (latin-1). */
export const begins = (subject: Subject, pattern: RegExp): boolean =>
  heads(subject).every(head => pattern.test(head.toString('latin1', 0, 4096)))

/** Whether the content of every side that has one begins with one of these. */
export const beginsWith = (subject: Subject, magics: readonly (readonly number[])[]): boolean =>
  heads(subject).every(head => magics.some(magic => magic.every((byte, at) => head[at] === byte)))

function heads({ entry }: Subject): Buffer[] {
  const { kind, content } = entry
  const samples = [kind === 'only-in-b' ? null : content?.a, kind === 'only-in-a' ? null : content?.b]
  return samples.flatMap(sample => (sample && sample.size > 0 ? [bytesOf(sample.head)] : []))
}

/** A proof: the content has the shape of the program's own files, and the first build time in it. */
export const shapedLike =
  (shape: RegExp) =>
  (subject: Subject): Evidence[] | null =>
    begins(subject, shape) ? timeEvidence(subject) : null

/** A recognition by path alone. */
export const certain = (evidence: Evidence[]): Recognition => ({ confidence: 'certain', evidence })
