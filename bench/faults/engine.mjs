// A Docker Engine and a registry that may be killed: nobody else uses them. Linux, root; dockerd and docker-registry on the PATH.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** An engine below a folder, which has to be short: a socket's path may have 108 bytes. */
export async function makeEngine(folder, { number = 251 } = {}) {
  const bridge = `rgf${number}`
  const dir = join(folder, 'e')
  mkdirSync(dir)
  spawnSync('ip', ['link', 'del', bridge])
  execFileSync('ip', ['link', 'add', bridge, 'type', 'bridge'])
  execFileSync('ip', ['addr', 'replace', `172.31.${number}.1/24`, 'dev', bridge])
  execFileSync('ip', ['link', 'set', bridge, 'up'])
  const settings = {
    features: { 'containerd-snapshotter': true },
    ...{ 'data-root': join(dir, 'data'), 'exec-root': join(dir, 'exec') },
    // A second engine must leave the first one's bridge and rules alone.
    ...{ bridge, iptables: false, ip6tables: false },
    builder: { gc: { enabled: true, policy: [{ all: true, maxUsedSpace: '8GB' }] } },
  }
  writeFileSync(join(dir, 'daemon.json'), JSON.stringify(settings))
  const socket = `unix://${join(dir, 's')}`
  const docker = (...args) =>
    execFileSync('docker', ['-H', socket, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const answers = () => spawnSync('docker', ['-H', socket, 'version'], { timeout: 10_000 }).status === 0
  /** An image of the engine that this is run with. */
  const load = image =>
    execFileSync('sh', ['-c', 'docker save "$1" | docker -H "$2" load', 'sh', image, socket], { stdio: 'ignore' })
  const start = async () => {
    rmSync(join(dir, 'pid'), { force: true })
    const log = openSync(join(dir, 'log'), 'a')
    const args = ['--config-file', join(dir, 'daemon.json'), '-H', socket, '--pidfile', join(dir, 'pid')]
    const daemon = spawn('dockerd', args, { stdio: ['ignore', log, log], detached: true })
    closeSync(log)
    for (const deadline = Date.now() + 60_000; !answers(); await setTimeout(50))
      if (Date.now() > deadline || daemon.exitCode !== null)
        throw new Error(`the engine did not start: ${readFileSync(join(dir, 'log'), 'utf8').slice(-2000)}`)
  }
  /** All that runs out of its folder: the daemon, its containerd, what they started for steps. */
  const processes = () =>
    processesWhere(
      pid => cmdline(pid).includes(`${dir}/`) || (cgroup(pid).includes('/buildkit/') && rootOf(pid).startsWith(dir)),
    )
  const kill = name => {
    for (const pid of processes()) if (name === undefined || command(pid).startsWith(name)) end(pid, 'SIGKILL')
  }
  const killAll = async () => {
    for (let tries = 0; processes().length > 0 && tries < 100; tries += 1) {
      kill()
      await setTimeout(50)
    }
  }
  const remove = async () => {
    await killAll()
    spawnSync('ip', ['link', 'del', bridge])
    // What it mounted for a step that was interrupted.
    for (const path of mountsBelow(dir)) spawnSync('umount', ['--lazy', path])
    rmSync(dir, { recursive: true, force: true })
  }
  await start()
  return { socket, docker, load, start, kill, killAll, answers, remove, log: join(dir, 'log') }
}

/** A registry of its own, so that what is left in it can be counted. */
export async function makeRegistry(folder, port) {
  const data = join(folder, 'r')
  mkdirSync(data)
  const settings = `version: 0.1\nlog: {level: error}\nstorage: {filesystem: {rootdirectory: ${data}}}\nhttp: {addr: 127.0.0.1:${port}}\n`
  writeFileSync(join(folder, 'registry.yml'), settings)
  const registry = spawn('docker-registry', ['serve', join(folder, 'registry.yml')], {
    stdio: 'ignore',
    detached: true,
  })
  const ask = async path => await fetch(`http://localhost:${port}${path}`, { headers: { accept } }).catch(() => null)
  for (const deadline = Date.now() + 20_000; !(await ask('/v2/'))?.ok; await setTimeout(100))
    if (Date.now() > deadline) throw new Error('the registry did not start')
  return {
    name: `localhost:${port}`,
    /** Tags of a repository with the digests they stand for. */
    async tags(repository) {
      const { tags } = (await (await ask(`/v2/${repository}/tags/list`))?.json()) ?? {}
      const found = {}
      for (const tag of tags ?? [])
        found[tag] = (await ask(`/v2/${repository}/manifests/${tag}`))?.headers.get('docker-content-digest')
      return found
    },
    /** Gives tags of a repository an image of nothing, which is what they stand for before a run moves them. */
    async seed(repository, tags) {
      const at = `http://localhost:${port}/v2/${repository}`
      const config = Buffer.from('{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}')
      const digest = `sha256:${createHash('sha256').update(config).digest('hex')}`
      const upload = (await fetch(`${at}/blobs/uploads/`, { method: 'POST' })).headers.get('location')
      const place = new URL(upload, at)
      place.searchParams.set('digest', digest)
      await fetch(place, { method: 'PUT', body: config })
      const mediaType = 'application/vnd.oci.image.manifest.v1+json'
      const of = { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: config.length }
      const body = JSON.stringify({ schemaVersion: 2, mediaType, config: of, layers: [] })
      for (const tag of tags) {
        const put = await fetch(`${at}/manifests/${tag}`, {
          method: 'PUT',
          body,
          headers: { 'content-type': mediaType },
        })
        if (!put.ok) throw new Error(`the registry did not take a tag: ${await put.text()}`)
      }
    },
    remove: () => registry.kill('SIGKILL'),
  }
}

const accept = 'application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json'

/** Processes that are alive for which this holds. */
export const processesWhere = holds =>
  readdirSync('/proc')
    .filter(pid => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .map(Number)
    .filter(pid => !isGone(pid) && holds(pid))

const read = path => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
export const cmdline = pid => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
export const environmentOf = pid => read(`/proc/${pid}/environ`)
const command = pid => read(`/proc/${pid}/comm`).trim()
const cgroup = pid => read(`/proc/${pid}/cgroup`)
const isGone = pid => / [ZX] /.test(read(`/proc/${pid}/stat`).replace(/.*\)/s, ''))
const rootOf = pid => {
  try {
    return readlinkSync(`/proc/${pid}/root`)
  } catch {
    return ''
  }
}
const mountsBelow = dir =>
  read('/proc/self/mounts')
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
    .filter(path => path.startsWith(`${dir}/`))
    .reverse()

function end(pid, signal) {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended already.
  }
}
