// Docker Engines of our own for measuring: each has its data, its processor core and its bridge; all data is on one file
// system in a file, so that what they take is exact whatever else fills the disk. Linux, root; dockerd, mkfs.ext4, ip, taskset.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** A file system of so many gigabytes, in memory or in a file that is as big as what is in it. Gives its folder. */
export function makeDisk(folder, gigabytes, { inMemory }) {
  const [file, disk] = [join(folder, 'disk.img'), join(folder, 'disk')]
  mkdirSync(disk)
  if (inMemory) {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${gigabytes}G`, 'tmpfs', disk])
    return disk
  }
  execFileSync('truncate', ['-s', `${gigabytes}G`, file])
  execFileSync('mkfs.ext4', ['-q', '-m0', file])
  execFileSync('mount', ['-o', 'loop,discard', file, disk])
  return disk
}

export async function removeDisk(folder) {
  // What has just ended may hold it for a moment longer.
  for (let tries = 0; tries < 50; tries += 1) {
    if (spawnSync('umount', ['--recursive', join(folder, 'disk')]).status === 0) break
    await setTimeout(200)
  }
  rmSync(join(folder, 'disk.img'), { force: true })
}

/** Bytes in use there. */
export function usedOn(disk) {
  const { blocks, bfree, bsize } = statfsSync(disk)
  return (blocks - bfree) * bsize
}

/** Starts an engine. */
export async function startEngine(disk, { name, subnet }) {
  const dir = join(disk, name)
  mkdirSync(dir)
  const bridge = `rgbench${subnet}`
  spawnSync('ip', ['link', 'del', bridge])
  execFileSync('ip', ['link', 'add', bridge, 'type', 'bridge'])
  execFileSync('ip', ['addr', 'replace', `172.31.${subnet}.1/24`, 'dev', bridge])
  execFileSync('ip', ['link', 'set', bridge, 'up'])
  const settings = {
    features: { 'containerd-snapshotter': true },
    ...{ 'data-root': join(dir, 'data'), 'exec-root': join(dir, 'exec') },
    // A second engine must leave the first one's bridge and rules alone.
    ...{ bridge, iptables: false, ip6tables: false },
    builder: { gc: { enabled: true, policy: [{ all: true, maxUsedSpace: '60GB' }] } },
  }
  writeFileSync(join(dir, 'daemon.json'), JSON.stringify(settings))
  const socket = `unix://${join(dir, 's')}`
  const log = openSync(join(dir, 'log'), 'w')
  const args = ['--config-file', join(dir, 'daemon.json'), '-H', socket, '--pidfile', join(dir, 'pid')]
  // Out of the terminal's group: Ctrl-C is for the bench, which then stops it in order.
  const daemon = spawn('dockerd', args, { stdio: ['ignore', log, log], detached: true })
  closeSync(log)
  const docker = (...args) => execFileSync('docker', ['-H', socket, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 })
  const stop = async () => {
    const containerd = containerdOf(daemon.pid)
    await ended(daemon)
    while (containerd !== undefined && statOf(containerd) !== null) await setTimeout(100)
    spawnSync('ip', ['link', 'del', bridge])
  }
  const deadline = Date.now() + 60_000
  while (spawnSync('docker', ['-H', socket, 'version']).status !== 0) {
    if (Date.now() > deadline || daemon.exitCode !== null) {
      await stop()
      throw new Error(`the engine did not start: ${readFileSync(join(dir, 'log'), 'utf8').slice(-2000)}`)
    }
    await setTimeout(100)
  }
  const clear = () => {
    const left = docker('image', 'ls', '--quiet', 'bench').trim()
    if (left) docker('image', 'rm', '--force', ...left.split('\n'))
    docker('buildx', 'prune', '--all', '--force')
  }
  return { name, socket, docker, clear, stop, pids: () => [daemon.pid, containerdOf(daemon.pid)] }
}

/** Starts a BuildKit that keeps its layers itself, as docker-container builders do. `buildctl` lies beside it. */
export async function startBuildkitd(disk, binary, { name }) {
  const dir = join(disk, name)
  mkdirSync(dir)
  const settings = '[worker.oci]\n  gc = false\n[registry."localhost:5000"]\n  http = true\n'
  writeFileSync(join(dir, 'buildkitd.toml'), settings)
  const address = `unix://${join(dir, 's')}`
  const log = openSync(join(dir, 'log'), 'w')
  const args = ['--root', join(dir, 'root'), '--config', join(dir, 'buildkitd.toml'), '--addr', address]
  const options = { stdio: ['ignore', log, log], detached: true }
  const daemon = spawn(binary, [...args, '--oci-worker-net', 'host', '--oci-worker-snapshotter', 'overlayfs'], options)
  closeSync(log)
  const control = (...args) => spawnSync(join(dirname(binary), 'buildctl'), ['--addr', address, ...args])
  const stop = async () => {
    await ended(daemon)
    // What it mounted for a step that was interrupted.
    spawnSync('umount', ['--recursive', join(dir, 'root')])
  }
  for (const deadline = Date.now() + 30_000; control('debug', 'workers').status !== 0; await setTimeout(100))
    if (Date.now() > deadline || daemon.exitCode !== null) {
      await stop()
      throw new Error(`buildkitd did not start: ${readFileSync(join(dir, 'log'), 'utf8').slice(-2000)}`)
    }
  return { name, address, clear: () => control('prune', '--all'), stop, pids: () => [daemon.pid] }
}

async function ended(daemon) {
  const gone = new Promise(resolve => daemon.once('exit', resolve))
  if (daemon.exitCode !== null || daemon.signalCode !== null) return
  daemon.kill('SIGTERM')
  await gone
}

const containerdOf = parent =>
  readdirSync('/proc')
    .filter(pid => /^\d+$/.test(pid))
    .map(Number)
    .find(pid => {
      const stat = statOf(pid)
      return stat?.parent === parent && stat.command === 'containerd'
    })

/** Processor seconds of an engine and of all its children that have ended. */
export const processorSeconds = ({ pids }) =>
  pids().reduce((sum, pid) => sum + (pid === undefined ? 0 : (statOf(pid)?.ticks ?? 0)), 0) / 100

function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
    return { parent: Number(fields[1]), command: /\((.*)\)/s.exec(text)?.[1], ticks }
  } catch {
    return null
  }
}

/** Holds an engine to these processor cores, with all that it starts from now on. */
export function hold({ pids }, cores) {
  for (const pid of pids())
    if (pid !== undefined) execFileSync('taskset', ['-acp', cores.join(','), String(pid)], { stdio: 'ignore' })
}
