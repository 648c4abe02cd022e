import { open } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Ports } from '../ports.ts'

/** What Docker knows to say to a registry. Never to be shown. */
export type Credentials =
  | { kind: 'password'; username: string; password: string }
  /** Stands for the user at the giver of tokens. */
  | { kind: 'identity'; token: string }
  /** Is shown to the registry itself. */
  | { kind: 'registry'; token: string }

const configLimit = 4 * 1024 * 1024
/** A helper may ask a person to unlock a key ring; a job has nobody to ask. */
const helperDeadline = 30_000

/**
 * What `docker login` left for a registry: a helper for it, the common store, or the file itself. Null when there is
 * nothing. Whatever is wrong with it is said in the log, without its contents, and counts as nothing.
 */
export async function credentialsFor(
  host: string,
  ports: Ports,
  deadline = helperDeadline,
): Promise<Credentials | null> {
  const file = join(ports.env.DOCKER_CONFIG || join(ports.env.HOME || homedir(), '.docker'), 'config.json')
  const config = await readConfig(file, ports)
  const helper = text(own(config.credHelpers, keyOf(host)) ?? own(config.credHelpers, host)) ?? text(config.credsStore)
  const kept = helper === undefined ? null : await fromHelper(helper, keyOf(host), ports, deadline)
  const found = kept ?? fromFile(config.auths, host)
  // A registry may say again what it was sent.
  if (found !== null) ports.masking.hide([found.kind === 'password' ? found.password : found.token])
  return found
}

/** Docker Hub's own name in Docker's files is the address of a service that is long gone. */
const keyOf = (host: string): string => (host === 'docker.io' ? 'https://index.docker.io/v1/' : host)

async function readConfig(file: string, ports: Ports): Promise<Record<string, unknown>> {
  const bytes = await readBounded(file)
  if (bytes === null) return {}
  try {
    const config: unknown = JSON.parse(bytes.toString('utf8'))
    if (isObject(config)) return config
  } catch {
    // The parser's own words would quote the file.
  }
  ports.log.warning(`${file} is not read: it is not a JSON object. Registries are asked without credentials.`)
  return {}
}

async function readBounded(file: string): Promise<Buffer | null> {
  const handle = await open(file).catch(() => null)
  if (handle === null) return null
  try {
    const { size } = await handle.stat()
    return size > configLimit ? null : await handle.readFile()
  } catch {
    return null
  } finally {
    await handle.close()
  }
}

async function fromHelper(name: string, key: string, ports: Ports, deadline: number): Promise<Credentials | null> {
  const program = `docker-credential-${name}`
  const without = (why: string) => {
    ports.log.warning(`${program}, which Docker's config.json names, ${why}. The registry is asked without it.`)
    return null
  }
  if (!/^[\w.-]{1,100}$/.test(name)) return without('has a name that no program has')
  const late = AbortSignal.timeout(deadline)
  const signal = AbortSignal.any([ports.signal, late])
  const said = await ports.exec.capture(program, ['get'], { input: key, signal }).catch(() => null)
  ports.signal.throwIfAborted()
  if (said === null) return without('cannot be started: it is not on the PATH')
  if (late.aborted) return without(`did not answer within ${deadline / 1000} s`)
  // It says so on standard output when it has nothing for this registry.
  if (said.code !== 0) return /not found/i.test(said.stdout) ? null : without(`failed (exit code ${said.code})`)
  const answer = parsed(said.stdout)
  const [username, secret] = [text(own(answer, 'Username')), text(own(answer, 'Secret'))]
  if (username === undefined || secret === undefined) return without('gave an answer that is none')
  return username === '<token>' ? { kind: 'identity', token: secret } : { kind: 'password', username, password: secret }
}

function fromFile(auths: unknown, host: string): Credentials | null {
  if (!isObject(auths)) return null
  const hosts = host === 'docker.io' ? ['index.docker.io', 'docker.io', 'registry-1.docker.io'] : [host]
  const keys = [keyOf(host), host, ...Object.keys(auths).filter(key => hosts.includes(hostIn(key)))]
  for (const key of keys) {
    const found = fromEntry(own(auths, key))
    if (found !== null) return found
  }
  return null
}

/** As Docker takes its old keys: `https://host/v1/` is `host`. */
const hostIn = (key: string): string => key.replace(/^https?:\/\//, '').split('/', 1)[0] ?? ''

function fromEntry(entry: unknown): Credentials | null {
  const identity = text(own(entry, 'identitytoken'))
  if (identity) return { kind: 'identity', token: identity }
  const registry = text(own(entry, 'registrytoken'))
  if (registry) return { kind: 'registry', token: registry }
  const decoded = Buffer.from(text(own(entry, 'auth')) ?? '', 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const username = colon > 0 ? decoded.slice(0, colon) : text(own(entry, 'username'))
  const password = colon > 0 ? decoded.slice(colon + 1).replace(/\0+$/, '') : text(own(entry, 'password'))
  return username && password ? { kind: 'password', username, password } : null
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const own = (parent: unknown, field: string): unknown =>
  isObject(parent) && Object.hasOwn(parent, field) ? parent[field] : undefined
const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
