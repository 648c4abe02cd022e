import type { Captured, Ports } from '../ports.ts'
import { type ChangedFiles, changedFiles, changedNote, type TakenFiles } from './changed-files.ts'

/** SOURCE_DATE_EPOCH, and where it came from in words for people. */
export interface Epoch {
  /** Since 1970. */
  seconds: number
  /** `commit 1a2b3c4 of 2026-11-21`. */
  from: string
  /** The full id of the commit that was built; null when the number was given, or when files are not as that commit has them. */
  commit: string | null
  /** Such files, in words for the report. */
  notes?: string[]
}

export interface EpochRequest {
  /** `commit`, or the number that the user gave. */
  given: 'commit' | number
  /** Folder of the build context: its repository's commit counts. */
  context: string
  /** Head commit of the pull request. GitHub checks out a merge commit of its own, whose time says nothing. */
  headSha?: string | undefined
  /** Context folders and Dockerfiles: what is built of the checkout. */
  taken?: readonly TakenFiles[]
  /** The user's own build argument SOURCE_DATE_EPOCH. */
  buildArg?: string | undefined
  /** Asks the API for a commit that a shallow clone has not: seconds since 1970, null when it cannot tell. */
  commitTime?: ((sha: string) => Promise<number | null>) | undefined
}

/** What a report says of it. */
export const toldEpoch = ({ seconds, from, notes = [] }: Epoch) => ({ epoch: { seconds, from }, notes })

/** There is no time of a commit. The message says the ways out. */
export class EpochError extends Error {
  override readonly name = 'EpochError'
}

const waysOut =
  "Or give the time yourself: source-date-epoch with a number of seconds, '0' or the time of your release, for instance."

/**
 * The time that both builds take as now. It has passed: BuildKit only sets file times back that are later.
 * @throws EpochError
 */
export async function resolveEpoch(ports: Ports, request: EpochRequest): Promise<Epoch> {
  const changing = request.given === 'commit' ? changedFiles(ports, request.context, request.taken ?? []) : null
  const found = await findEpoch(ports, request)
  const changed = found.commit === null ? null : await changing
  const epoch = changed === null ? found : ofChanged(found, changed)
  if (epoch.seconds * 1000 <= ports.now()) return epoch
  throw new EpochError(
    `SOURCE_DATE_EPOCH=${epoch.seconds} (${epoch.from}) lies in the future of this machine, so the files of every build would keep their own times and always differ. Correct the machine's clock, or give a time that has passed.`,
  )
}

async function findEpoch(ports: Ports, request: EpochRequest): Promise<Epoch> {
  if (request.given !== 'commit') return { seconds: request.given, from: 'the number given', commit: null }
  if (request.buildArg !== undefined && /^\d{1,11}$/.test(request.buildArg))
    return { seconds: Number(request.buildArg), from: 'the build argument SOURCE_DATE_EPOCH', commit: null }

  const head = await readCommit(ports, request.context, 'HEAD')
  if (head === null)
    throw new EpochError(
      `The repository of '${request.context}' has no commit yet. Commit the sources first. ${waysOut}`,
    )
  const wanted = request.headSha
  // Only where the clone is of this pull request: another checkout in the workspace has its own time.
  if (wanted === undefined || wanted === head.id || !head.parents.includes(wanted)) return ofCommit(head.id, head.time)

  const local = await readCommit(ports, request.context, wanted)
  if (local !== null) return ofCommit(local.id, local.time)
  const remote = (await request.commitTime?.(wanted).catch(() => null)) ?? null
  if (remote !== null && Number.isSafeInteger(remote) && remote >= 0) return ofCommit(wanted, remote)
  ports.log.warning(
    `The head commit ${short(wanted)} of the pull request is not in this clone, so the time of the merge commit ${short(head.id)} is taken. It changes with the base branch; actions/checkout with fetch-depth: 2 makes it stable.`,
  )
  const merged = ofCommit(head.id, head.time)
  return { ...merged, from: `merge ${merged.from} (the head commit ${short(wanted)} is not in this clone)` }
}

const ofCommit = (id: string, seconds: number): Epoch => ({
  seconds,
  from: `commit ${short(id)} of ${new Date(seconds * 1000).toISOString().slice(0, 10)}`,
  commit: id,
})

/** The time is the commit's all the same. */
const ofChanged = ({ seconds, from, commit }: Epoch, changed: ChangedFiles): Epoch => ({
  ...{ seconds, from: `${from}, with changes since`, commit: null },
  notes: [changedNote(commit ?? '', changed)],
})

const short = (id: string): string => id.slice(0, 7)

interface Commit {
  id: string
  /** As written in the commit, so they are known in a shallow clone too. */
  parents: string[]
  /** Committer's time, seconds since 1970. */
  time: number
}

/** Reads a commit by plumbing alone, which runs no program that a repository's configuration names. */
async function readCommit(ports: Ports, folder: string, revision: string): Promise<Commit | null> {
  const id = await git(ports, folder, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`)
  if (id.code !== 0) {
    refuse(folder, id)
    return null
  }
  const commit = await git(ports, folder, 'cat-file', 'commit', id.stdout.trim())
  if (commit.code !== 0) {
    refuse(folder, commit)
    return null
  }
  const header = commit.stdout.split('\n\n', 1)[0] ?? ''
  const time = /^committer .*> (\d{1,11}) [+-]\d{4}$/m.exec(header)?.[1]
  if (time === undefined)
    throw new EpochError(`Commit ${short(id.stdout)} of '${folder}' has no readable time. ${waysOut}`)
  const parents = [...header.matchAll(/^parent ([0-9a-f]{40,64})$/gm)].map(match => String(match[1]))
  return { id: id.stdout.trim(), parents, time: Number(time) }
}

async function git(ports: Ports, folder: string, ...args: string[]): Promise<Captured> {
  const signal = AbortSignal.any([ports.signal, AbortSignal.timeout(30_000)])
  const env = { GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' }
  return ports.exec.capture('git', ['-C', folder, ...args], { signal, env }).catch((error: NodeJS.ErrnoException) => {
    throw new EpochError(
      error.code === 'ENOENT'
        ? `There is no git command, which tells the time of the commit. Install git in this job. ${waysOut}`
        : `git could not be started: ${error.message}. ${waysOut}`,
    )
  })
}

/** Throws when git said why it will not look at all; otherwise the commit is simply not there. */
function refuse(folder: string, { stderr }: Captured): void {
  if (/dubious ownership/.test(stderr)) {
    const named = /--add safe\.directory (\S+)/.exec(stderr)?.[1] ?? folder
    throw new EpochError(
      `git does not trust '${folder}', because another user owns it (usual in a container job). Say that it may: git config --global --add safe.directory ${named}. ${waysOut}`,
    )
  }
  if (/not a git repository/i.test(stderr))
    throw new EpochError(
      `'${folder}' is not in a git repository, so there is no commit whose time both builds could take. Commit the sources to git; on a runner, check them out with actions/checkout. ${waysOut}`,
    )
}
