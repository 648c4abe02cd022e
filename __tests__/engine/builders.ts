import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, test } from '@jest/globals'
import { engineEnvironment } from './engine.ts'

const script = join(import.meta.dirname, '../../scripts/engine')

export const docker = (...args: string[]): string =>
  execFileSync('docker', args, {
    ...{ encoding: 'utf8', env: engineEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] },
    // A builder of many runs has a long list of what it keeps.
    maxBuffer: 64 * 1024 * 1024,
  })

/** What this machine cannot have is skipped, with the reason in its name; never in CI's own jobs, which have it all. */
export const describeWith = (
  needed: string | { missing: string },
  name: string,
  body: (thing: string) => void,
): void => {
  if (typeof needed === 'string') describe(name, () => body(needed))
  else describe.skip(`${name} (${needed.missing})`, () => void test('is not tried here', () => {}))
}

/** Asks scripts/engine for something more than the engine; a text says why this machine cannot have it. */
function more(...command: string[]): { out: string } | { missing: string } {
  const { status, stdout, stderr } = spawnSync(script, command, { encoding: 'utf8' })
  if (status === 0) return { out: stdout.trim() }
  const why = stderr.trim().split('\n').at(-1) ?? ''
  if (status === 3) return { missing: why }
  throw new Error(`scripts/engine ${command.join(' ')}: ${why}`)
}

/** Name of a second engine, which is a Docker context. */
export const secondEngine = (): string | { missing: string } => {
  const made = more('start', '--second')
  return 'missing' in made ? made : 'repro-gate-second'
}

/** Folder of buildkitd; builders in containers can be made from then on. */
export const buildkit = (): string | { missing: string } => {
  const made = more('buildkit')
  return 'missing' in made ? made : made.out
}

/** The base image of the examples: Python, in the registry of the tests. */
export function pythonImage(): string {
  const made = more('python')
  if ('missing' in made) throw new Error(made.missing)
  return made.out
}

/** libfaketime of this machine, or one that is fetched for the tests alone. */
export function faketime(): string | { missing: string } {
  const found = (root: string): string | undefined =>
    (existsSync(root) ? readdirSync(root) : [])
      .filter(name => name.endsWith('-linux-gnu'))
      .map(name => join(root, name, 'faketime/libfaketime.so.1'))
      .find(file => existsSync(file))
  const folder = join(process.env.REPRO_GATE_ENGINE_DIR ?? '/var/tmp/repro-gate-engine', 'faketime')
  const fetched = join(folder, 'usr/lib')
  if (!found('/usr/lib') && !found(fetched)) {
    mkdirSync(folder, { recursive: true })
    const fetch = 'apt-get download -q libfaketime && for package in libfaketime_*.deb; do dpkg -x "$package" .; done'
    spawnSync('sh', ['-c', fetch], { cwd: folder, stdio: 'ignore', timeout: 120_000 })
  }
  return found('/usr/lib') ?? found(fetched) ?? { missing: 'libfaketime is not here, and apt-get cannot fetch it' }
}

/** A certificate authority, and certificates of a server and a client, as files in a folder. */
export function makeCertificates(folder: string): void {
  mkdirSync(folder, { recursive: true })
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' })
  const key = ['-newkey', 'rsa:2048', '-nodes', '-days', '2']
  openssl('req', '-x509', ...key, '-subj', '/CN=ca', '-keyout', 'ca.key', '-out', 'ca.pem')
  for (const who of ['server', 'client']) {
    writeFileSync(join(folder, 'ext'), `subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=${who}Auth\n`)
    openssl('req', ...key.slice(0, 3), '-subj', `/CN=${who}`, '-keyout', `${who}.key`, '-out', `${who}.csr`)
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'ext']
    openssl('x509', '-req', '-in', `${who}.csr`, ...signed, '-out', `${who}.pem`)
  }
}

export interface Buildkitd {
  address: string
  stop(): Promise<void>
}

/** Starts a buildkitd that listens on TCP and asks for certificates of ours. */
export async function startBuildkitd(binaries: string, folder: string, certificates: string): Promise<Buildkitd> {
  mkdirSync(folder, { recursive: true })
  // Its own clearing up would take the cache away whenever a fifth of the disk is not free.
  writeFileSync(join(folder, 'buildkitd.toml'), '[worker.oci]\n  gc = false\n')
  const address = `tcp://127.0.0.1:${await freePort()}`
  const child = spawn(
    join(binaries, 'buildkitd'),
    [
      ...['--root', join(folder, 'root'), '--config', join(folder, 'buildkitd.toml'), '--addr', address],
      ...['--tlscacert', join(certificates, 'ca.pem'), '--tlscert', join(certificates, 'server.pem')],
      ...['--tlskey', join(certificates, 'server.key'), '--oci-worker-net', 'host'],
      ...['--oci-worker-snapshotter', 'overlayfs', '--allow-insecure-entitlement', 'network.host'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  child.stderr.on('data', chunk => {
    log += chunk
  })
  const gone = new Promise<void>(resolve => child.on('close', () => resolve()))
  for (let tries = 0; !log.includes('running server on'); tries++) {
    if (child.exitCode !== null || tries > 150) throw new Error(`buildkitd did not start: ${log.slice(-1000)}`)
    await setTimeout(100)
  }
  return {
    address,
    async stop() {
      child.kill('SIGKILL')
      await gone
    },
  }
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

/** A folder with a docker that pretends to keep its images in the classic store, and does all else for real. */
export function classicDocker(folder: string): string {
  const real = (process.env.PATH ?? '')
    .split(':')
    .map(part => join(part, 'docker'))
    .find(file => existsSync(file))
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'docker'),
    `#!/bin/sh\ncase "$*" in "info --format "*) echo '[["Backing Filesystem","extfs"]]'; exit;; esac\nexec '${real}' "$@"\n`,
    { mode: 0o755 },
  )
  return `${folder}:${process.env.PATH}`
}
