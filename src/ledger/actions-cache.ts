import { constants } from 'node:fs'
import { access, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import type { Exec } from '../ports.ts'
import { type CacheAnswer, type CacheTask, cacheFiles } from './cache-task.ts'
import { copyEntry } from './entry-files.ts'
import type { Found, Kept, LedgerStore } from './store.ts'
import { unpackEntry } from './unpack-entry.ts'

export interface CacheSetting {
  /** The environment of the job: what the service asks for is taken from it, and nothing else. */
  env: Readonly<Record<string, string | undefined>>
  /** Starts programs with the environment that they are given alone, and kills all of them at an abort. */
  exec: Exec
  /** The program that talks to the service: cache-child, bundled. */
  child: string
  tempDir: string
  signal: AbortSignal
  /** Milliseconds that finding and keeping may take. */
  deadlines?: { find: number; keep: number }
}

const name = 'the Actions cache'
const patience = { find: 30_000, keep: 45_000 }
/** What comes from the service lies on the disk before anybody has looked at it. */
const mostBytes = 160 * 1024 ** 2

/**
 * The ledger in the cache of a repository on GitHub. The library for it runs in a process of its own, ended at our deadline,
 * whose output nobody is shown raw; what it fetches is not unpacked by it. A service that failed to answer once is not
 * asked again.
 */
export function actionsCache(setting: CacheSetting): LedgerStore {
  const { deadlines = patience } = setting
  let isSilent = false
  const within = async <T>(
    ms: number,
    work: (signal: AbortSignal, folder: string) => Promise<T>,
    failed: (why: string) => T,
  ) => {
    if (isSilent) return failed('it did not answer before')
    const late = AbortSignal.timeout(ms)
    const folder = await mkdtemp(join(setting.tempDir, 'cache-')).catch(() => null)
    if (folder === null) return failed('no folder could be made for it')
    try {
      return await work(AbortSignal.any([setting.signal, late]), folder)
    } catch (error) {
      if (late.aborted) isSilent = true
      return failed(late.aborted ? `it did not answer within ${ms / 1000} seconds` : whyOf(error, setting.signal))
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => {})
    }
  }
  return {
    name,
    find: (wanted, into) =>
      within<Found>(
        deadlines.find,
        async (signal, folder) => {
          const answer = await ask({ find: wanted }, folder, setting, signal)
          if ('problem' in answer) throw new Error(answer.problem || 'it gave no answer')
          if (answer.key === null) return 'none'
          await mkdir(into, { recursive: true })
          const found = await unpackEntry(join(folder, cacheFiles.archive), into, signal)
          return found.includes('proof.json')
            ? { key: answer.key }
            : { problem: `What ${name} has under this name is no proof.` }
        },
        why => ({ problem: `${capital(name)} could not be read: ${why}.` }),
      ),
    keep: (key, from) =>
      within<Kept>(
        deadlines.keep,
        async (signal, folder) => {
          await copyEntry(from, join(folder, cacheFiles.entry), signal)
          const answer = await ask({ keep: key }, folder, setting, signal)
          if ('problem' in answer) throw new Error(answer.problem || 'it took nothing')
          return 'kept'
        },
        why => ({ problem: `${capital(name)} could not be written: ${why}.` }),
      ),
  }
}

/** Runs the child in a folder of its own, and reads its answer. */
async function ask(task: CacheTask, folder: string, setting: CacheSetting, signal: AbortSignal): Promise<CacheAnswer> {
  const isThere = await access(setting.child, constants.R_OK).then(
    () => true,
    () => false,
  )
  if (!isThere) throw new Error(`${setting.child} is missing`)
  const temp = join(folder, 'temp')
  await mkdir(temp)
  const full = new AbortController()
  const watching = setInterval(() => void tooMuch(temp).then(is => is && full.abort()), 250)
  try {
    const { stdout } = await setting.exec.capture(process.execPath, [setting.child, JSON.stringify(task)], {
      ...{ cwd: folder, signal: AbortSignal.any([signal, full.signal]) },
      env: {
        ...serviceEnvironment(setting.env),
        ...(await programs(task, folder, setting.env.PATH ?? '')),
        RUNNER_TEMP: temp,
        GITHUB_WORKSPACE: folder,
      },
    })
    signal.throwIfAborted()
    if (full.signal.aborted) throw new Error('what it sent is too large')
    const answer = await answerIn(folder)
    if (answer === null) throw new Error('the program that asks it broke down')
    return isEmpty(answer) ? (reasonIn(stdout) ?? answer) : answer
  } finally {
    clearInterval(watching)
  }
}

/** A miss, or nothing saved, and no reason: the library prints that as commands for the runner. */
const isEmpty = (answer: CacheAnswer): boolean => ('problem' in answer ? answer.problem === '' : answer.key === null)

function reasonIn(stdout: string): { problem: string } | null {
  const [, text] = /^::(?:warning|error)[^:]*::([^\r\n]{1,2000})/m.exec(stdout) ?? []
  if (text === undefined) return null
  const plain = text
    .replace(/%0[AD]/g, ' ')
    .replace(/%25/g, '%')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '?')
  return {
    problem: withoutQueries(plain)
      .replace(/^Failed to (?:restore|save): /, '')
      .replace(/\.+$/, '')
      .slice(0, 300),
  }
}

/** The service hands out addresses whose query is as good as a password, and an error may name one. */
const withoutQueries = (text: string): string => text.replace(/(https?:\/\/[^\s?]{1,2000})\?[^\s'")]*/gi, '$1?…')

async function answerIn(folder: string): Promise<CacheAnswer | null> {
  try {
    const answer: unknown = JSON.parse(await readFile(join(folder, cacheFiles.answer), 'utf8'))
    const { key, problem } = answer as { key?: unknown; problem?: unknown }
    if (typeof problem === 'string') return { problem: withoutQueries(problem).slice(0, 300) }
    return key === null || typeof key === 'string' ? { key } : null
  } catch {
    return null
  }
}

const asked = [
  'ACTIONS_RESULTS_URL',
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_CACHE_URL',
  'ACTIONS_CACHE_SERVICE_V2',
  'ACTIONS_CACHE_MODE',
]
const way = [
  'GITHUB_SERVER_URL',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
]

const serviceEnvironment = (env: CacheSetting['env']): Record<string, string> =>
  Object.fromEntries([...asked, ...way].flatMap(key => (env[key] === undefined ? [] : [[key, env[key]]])))

/**
 * The programs that the library finds: no zstd, so that entries of all runners are packed alike; and a tar that unpacks
 * nothing, since the library's own would write to any path that an archive names.
 */
async function programs(task: CacheTask, folder: string, path: string): Promise<{ PATH: string }> {
  const bin = join(folder, 'bin')
  await mkdir(bin)
  if (task.find === undefined) {
    for (const program of ['tar', 'gzip']) await symlink(await located(program, path), join(bin, program))
    return { PATH: bin }
  }
  // It is called as `tar -xf ARCHIVE …`.
  const keeps = `#!/bin/sh\nexec '${await located('mv', path)}' -f -- "$2" '${join(folder, cacheFiles.archive)}'\n`
  await writeFile(join(bin, 'tar'), keeps, { mode: 0o755 })
  return { PATH: bin }
}

async function located(program: string, path: string): Promise<string> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, program)
    if (
      await access(file, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return file
  }
  throw new Error(`there is no ${program} on this machine`)
}

async function tooMuch(folder: string): Promise<boolean> {
  const names = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(
    names.slice(0, 1000).map(one =>
      stat(join(folder, one)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  )
  return names.length > 1000 || sizes.reduce((sum, size) => sum + size, 0) > mostBytes
}

function whyOf(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return 'the run was ended'
  return String((error as Error)?.message ?? error).replace(/\.+$/, '')
}

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`
