import type { Material } from './materials.ts'

/** What is built again, and what of it is as it was. Made before anything is built. */
export interface ReplayPlan {
  /** What is replayed, as the user named it. */
  subject: string
  /** What tells how it was built. */
  from: 'provenance' | 'record'
  platform: string
  /** What is as it was, each a line. */
  exact: string[]
  /** What cannot be told or held, each a sentence: where images differ, it may be for that. */
  open: string[]
  /** What the verdict covers less of, and no image can differ for, each a sentence. */
  notes: string[]
  /** Why it cannot be replayed at all, each a sentence with a way out. Empty: it can. */
  refused: string[]
}

/** What the user has to say of a replay. */
export interface ReplayWishes {
  /** The source that the user names. */
  context: string | undefined
  buildArgs: Readonly<Record<string, string>>
  buildContexts: Readonly<Record<string, string>>
  /** Ids. */
  secrets: readonly string[]
  ssh: readonly string[]
  network: string | undefined
  allow: readonly string[]
  epoch: 'commit' | number
}

/** How it is built again, in the gate's own options. */
export interface ReplayBuild {
  /** An address with a commit, or the folder that the user named. */
  context: string
  /** Path of the Dockerfile in it. */
  file: string
  /** Whether the builder itself fetches the context, as it did then: what it makes of file times is then the same. */
  byBuilder: boolean
  /** The commit of a repository was named by the record or the provenance, and not by the user. */
  isForeign: boolean
  target: string | undefined
  buildArgs: Record<string, string>
  buildContexts: Record<string, string>
  labels: string[]
  annotations: string[]
  addHosts: string[]
  ulimits: string[]
  shmSize: string | undefined
  network: string | undefined
  cgroupParent: string | undefined
  epoch: 'commit' | number
  /** What it is held to. */
  materials: Material[]
}

/** A plan while it is made. */
export interface Planned extends Pick<ReplayPlan, 'exact' | 'open' | 'notes' | 'refused'> {}

export const emptyPlan = (): Planned => ({ exact: [], open: [], notes: [], refused: [] })

/** A stranger's list has no end; what is told of it has. */
const most = 50

/** The same, no longer than people read. */
export function bounded({ exact, open, notes, refused }: Planned): Planned {
  const cut = (lines: string[]): string[] =>
    lines.length > most ? [...lines.slice(0, most), `And ${lines.length - most} more.`] : lines
  return { exact: cut(exact), open: cut(open), notes: cut(notes), refused: cut(refused) }
}

/** The plan as people read it. */
export function renderPlan(plan: ReplayPlan): string {
  const { subject, from, platform, exact, open, notes, refused } = plan
  const part = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : ['', title, ...lines.map(line => `  - ${line}`)]
  return `${[
    `Replay of ${subject} (${platform}), by ${from === 'record' ? 'its record' : 'the provenance that lies beside it'}`,
    ...part('As it was:', exact),
    ...part('Cannot be held to what it was:', open),
    ...part('Good to know:', notes),
    ...part('It cannot be replayed:', refused),
  ].join('\n')}\n`
}
