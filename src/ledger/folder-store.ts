import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { copyEntry } from './entry-files.ts'
import type { Found, Kept, LedgerStore, Wanted } from './store.ts'

/** Milliseconds that a folder, which may be anybody's mount, is waited for. */
const deadline = 60_000

/** A ledger that is a folder, one folder below it an entry: for machines that have no cache service. */
export function folderStore(folder: string, signal?: AbortSignal): LedgerStore {
  const name = `the ledger ${folder}`
  return {
    name,
    find: (wanted, into) =>
      inTime(
        signal,
        why => ({ problem: `${name} cannot be read: ${why}.` }),
        within => find(folder, wanted, into, within),
      ),
    keep: (key, from) =>
      inTime(
        signal,
        why => ({ problem: `${name} cannot be written: ${why}.` }),
        within => keep(folder, key, from, within),
      ),
  }
}

async function inTime<T>(
  signal: AbortSignal | undefined,
  failed: (why: string) => T,
  work: (within: AbortSignal) => Promise<T>,
): Promise<T> {
  const within = AbortSignal.any([AbortSignal.timeout(deadline), ...(signal ? [signal] : [])])
  const ended = new Promise<never>((_, reject) => {
    const end = (): void => reject(new Error(signal?.aborted ? 'the run was ended' : 'it took too long'))
    if (within.aborted) end()
    else within.addEventListener('abort', end, { once: true })
  })
  try {
    return await Promise.race([work(within), ended])
  } catch (error) {
    return failed(inWords(error as NodeJS.ErrnoException))
  }
}

const words: Readonly<Record<string, string>> = {
  EROFS: 'its file system is read-only',
  EACCES: 'this user may not do that there',
  EPERM: 'this user may not do that there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of its path is a file and no folder',
  EEXIST: 'it is no folder',
}

/** A folder that cannot be made though the one above is there: no files can be made there, as in /proc. */
export const inWords = ({ code = '', syscall, message }: NodeJS.ErrnoException): string =>
  code === 'ENOENT' && syscall === 'mkdir' ? 'no folders can be made there' : (words[code] ?? message)

const isKey = (key: string): boolean => /^[\w.-]{1,512}$/.test(key) && !key.startsWith('.')

async function find(folder: string, wanted: Wanted, into: string, signal: AbortSignal): Promise<Found> {
  const key = 'exact' in wanted ? wanted.exact : await newest(folder, wanted.newest)
  if (key === null || !isKey(key)) return 'none'
  const copied = await copyEntry(join(folder, key), into, signal)
  return copied.includes('proof.json') ? { key } : 'none'
}

async function newest(folder: string, prefix: string): Promise<string | null> {
  const keys = (await entriesIn(folder)).filter(key => key.startsWith(prefix) && isKey(key))
  let found: { key: string; at: number } | null = null
  for (const key of keys) {
    const at = (await stat(join(folder, key))).mtimeMs
    if (found === null || at > found.at || (at === found.at && key > found.key)) found = { key, at }
  }
  return found?.key ?? null
}

async function entriesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** With all above it. Node's own way never ends where the system makes no folders and says that there is none (/proc). */
async function made(folder: string): Promise<void> {
  const before = await stat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
  if (before) return
  await made(dirname(folder))
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

async function keep(folder: string, key: string, from: string, signal: AbortSignal): Promise<Kept> {
  if (!isKey(key)) return { problem: `'${key.slice(0, 80)}' is no key.` }
  await made(resolve(folder))
  // Whole, or not there.
  const part = join(folder, `.${randomBytes(6).toString('hex')}`)
  try {
    const copied = await copyEntry(from, part, signal)
    if (!copied.includes('proof.json')) return { problem: 'There is no proof to keep.' }
    await rename(part, join(folder, key))
    return 'kept'
  } catch (error) {
    const isThere = ['EEXIST', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? '')
    if (isThere) return { problem: `${key} is there already.` }
    throw error
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}
