// What is run while faults happen: a folder with contexts, an engine and a registry of its own, and the commands; and what
// of it is left when a run is over.
import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { cmdline, environmentOf, makeEngine, makeRegistry, processesWhere } from './engine.mjs'

const marker = 'REPRO_GATE_FAULTS_RUN'

/** @param parent a folder with a short path */
export async function makeScene({
  cli,
  base,
  parent = '/var/tmp',
  node = process.execPath,
  port = 5251,
  network = process.env.REPRO_GATE_RUN_NETWORK,
}) {
  const folder = mkdtempSync(join(parent, 'rgf-'))
  const engine = await makeEngine(folder, { number: port % 250 })
  const registry = await makeRegistry(folder, port)
  const config = join(folder, 'config')
  mkdirSync(join(config, 'cli-plugins'), { recursive: true })
  symlinkSync(buildxFile(), join(config, 'cli-plugins/docker-buildx'))
  const scene = {
    ...{ folder, engine, registry, cli, node, tmp: join(folder, 'tmp'), out: join(folder, 'out') },
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      DOCKER_HOST: engine.socket,
      DOCKER_CONFIG: config,
      TMPDIR: join(folder, 'tmp'),
    },
    more: network ? ['--network', network] : [],
    remove: async () => {
      registry.remove()
      await engine.remove()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  mkdirSync(scene.tmp)
  mkdirSync(scene.out)
  writeContexts(scene, base)
  return scene
}

function writeContexts({ folder }, base) {
  const run = '--mount=type=cache,target=/c touch /c/x'
  const of = {
    same: `RUN ${run} && sleep 0.3 && echo fixed > /made\n`,
    differs: `RUN ${run} && sleep 0.3 && head -c 12 /dev/urandom | base64 > /token\n`,
  }
  for (const [name, text] of Object.entries(of)) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'page'), 'hello\n')
    writeFileSync(join(folder, name, 'Dockerfile'), `FROM ${base}\nCOPY --chmod=0644 page /page\n${text}`)
  }
}

/** The commands, each with what it gives when nothing happens and what it writes. */
export function commandsOf({ folder, out, more }) {
  const fixed = ['--source-date-epoch', '1700000000', '--config', 'none', ...more]
  const path = name => join(out, name)
  const files = {
    report: path('report.json'),
    sarif: path('a.sarif'),
    html: path('report.html'),
    badge: path('badge.json'),
  }
  const asked = Object.entries(files).flatMap(([name, file]) => [`--${name}`, file])
  return {
    gate: {
      args: [
        'gate',
        join(folder, 'same'),
        ...fixed,
        ...asked,
        '--sbom',
        path('sbom.json'),
        '--predicate',
        path('predicate.json'),
      ],
      code: 0,
    },
    'gate that differs': {
      args: ['gate', join(folder, 'differs'), ...fixed, ...asked, '--logs', path('logs')],
      code: 1,
    },
    record: { args: ['record', join(folder, 'same'), ...fixed, '--record', path('record.gz')], code: 0 },
    verify: {
      args: ['verify', join(folder, 'same'), ...fixed, '--record', join(folder, 'kept.gz'), '--report', files.report],
      code: 0,
    },
    compare: { args: ['compare', join(folder, 'sides/a'), join(folder, 'sides/b'), '--report', files.report], code: 1 },
    smoke: {
      args: [
        'gate',
        join(folder, 'same'),
        ...fixed,
        '--smoke-command',
        'sleep 0.4; cat /made',
        '--report',
        files.report,
      ],
      code: 0,
    },
    push: {
      args: ['gate', join(folder, 'same'), ...fixed, '--push', '--report', files.report],
      tags: ['one', 'two'],
      code: 0,
    },
  }
}

/** Makes what verify and compare read. */
export async function prepare(scene) {
  const { folder, more } = scene
  const fixed = ['--source-date-epoch', '1700000000', '--config', 'none', ...more]
  const record = await run(scene, ['record', join(folder, 'same'), ...fixed, '--record', join(folder, 'kept.gz')]).ended
  if (record.code !== 0) throw new Error(`no record: ${record.stdout}${record.stderr}`)
  const kept = await run(scene, ['gate', join(folder, 'differs'), ...fixed, '--keep', 'sides'], { cwd: folder }).ended
  if (kept.code !== 1) throw new Error(`no sides: ${kept.code} ${kept.stdout}${kept.stderr}`)
}

let runs = 0

/** Starts a command; `ended` gives how it ended, and what it left of itself. */
export function run(
  scene,
  args,
  { cwd = scene.out, env = {}, program = scene.node, before = [scene.cli], stdio = ['ignore', 'pipe', 'pipe'] } = {},
) {
  runs += 1
  const mark = `${process.pid}.${runs}`
  const started = performance.now()
  const child = spawn(program, [...before, ...args], { cwd, env: { ...scene.env, ...env, [marker]: mark }, stdio })
  const said = { stdout: '', stderr: '' }
  const listeners = []
  for (const name of ['stdout', 'stderr'])
    child[name]?.setEncoding('utf8').on('data', chunk => {
      said[name] += chunk
      for (const listen of listeners) listen(said.stderr)
    })
  const ended = new Promise(resolve => {
    let at = 0
    child.on('exit', () => {
      at = performance.now()
    })
    child.on('error', error =>
      resolve({ code: null, signal: null, error, ...said, mark, ms: 0, at: performance.now() }),
    )
    child.on('close', (code, signal) => resolve({ code, signal, ...said, mark, ms: at - started, at }))
  })
  return { child, ended, mark, onSaid: listen => listeners.push(listen) }
}

export const processesOf = mark =>
  processesWhere(
    pid => environmentOf(pid).includes(`${marker}=${mark}\0`) || environmentOf(pid).endsWith(`${marker}=${mark}`),
  )

/** What is left of runs, by kind; only what is not nothing. */
export async function leftOf(scene, { mark, patienceMs = 5000 } = {}) {
  const { tmp, out, engine, env } = scene
  const left = {}
  const note = (kind, found) => {
    if (found.length > 0) left[kind] = found
  }
  const deadline = Date.now() + patienceMs
  let alive = mark === undefined ? [] : processesOf(mark)
  for (; alive.length > 0 && Date.now() < deadline; await setTimeout(50)) alive = processesOf(mark)
  note(
    'processes',
    alive.map(pid => `${pid} ${cmdline(pid).slice(0, 200)}`),
  )
  note('temporary folders', readdirSync(tmp))
  note(
    'half files',
    readdirSync(out).filter(name => name.startsWith('.repro-gate-') || !isWhole(join(out, name))),
  )
  if (engine.answers()) {
    const lines = (...args) =>
      engine
        .docker(...args)
        .split('\n')
        .filter(Boolean)
    const mounts = () =>
      lines('buildx', 'du', '--verbose', '--filter', 'type=exec.cachemount').filter(line =>
        /repro-gate-[0-9a-f]{16}/.test(line),
      )
    for (; mounts().length > 0 && Date.now() < deadline; await setTimeout(100));
    note('cache mounts', mounts())
    note('containers', lines('ps', '--all', '--quiet'))
    note('volumes', lines('volume', 'ls', '--quiet'))
    note('images', lines('image', 'ls', '--quiet'))
  }
  const instances = join(env.DOCKER_CONFIG, 'buildx/instances')
  note('builders', existsSync(instances) ? readdirSync(instances) : [])
  return left
}

/** Makes the next run begin where the first one began. */
export function clearLeft({ tmp, out, engine, folder }) {
  for (const place of [tmp, out])
    for (const name of readdirSync(place)) rmSync(join(place, name), { recursive: true, force: true })
  rmSync(join(folder, '.repro-gate'), { recursive: true, force: true })
  if (!engine.answers()) return
  try {
    engine.docker('buildx', 'prune', '--force', '--filter', 'type=exec.cachemount')
  } catch {
    // A step that was cancelled may hold it; then it is seen again, and counted twice rather than not at all.
  }
}

/** Whether a file is all that it says it is. */
export function isWhole(path) {
  try {
    const bytes = readFileSync(path)
    if (path.endsWith('.gz')) return gunzipSync(bytes).length > 0
    if (path.endsWith('.html')) return bytes.toString().trimEnd().endsWith('</html>')
    if (/\.(json|sarif)$/.test(path)) return JSON.parse(bytes.toString()) !== null
    return true
  } catch (error) {
    return error.code === 'EISDIR'
  }
}

function buildxFile() {
  const folders = [process.env.DOCKER_CONFIG ?? join(homedir(), '.docker'), '/usr/libexec/docker', '/usr/lib/docker']
  const found = folders.map(place => join(place, 'cli-plugins/docker-buildx')).find(path => existsSync(path))
  if (found === undefined) throw new Error(`there is no docker-buildx in ${folders.join(', ')}`)
  return realpathSync(found)
}

/** Numbers from 0 to 1 that are the same for the same seed. */
export function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
