// What the gate costs beside one plain `docker buildx build --no-cache` of the same Dockerfile: time, processor seconds of
// engine and client, disk; one after the other on one engine, and side by side on two engines with a core each.
//   node bench/gate.mjs [--sizes small,medium,large,1.5GB] [--rounds 3] [--ways plain,gate,…] [--memory]
//     [--buildkitd FILE] [--cli dist/cli/index.cjs] [--base debian:bookworm-slim] [--registry localhost:5000] [--write bench/gate.md]
// Starts two engines of its own (engines.mjs says what that needs) and removes them. The base must be in a registry that both
// reach. The packages that the images install are fetched once, before anything is measured, and kept in the registry.
// --memory: the engines' data is in memory, so that no disk decides. --buildkitd: measures on such a BuildKit, too, which keeps
// its layers itself as the docker-container builders of docker/setup-buildx-action do.
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { cpus, homedir, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { hold, makeDisk, processorSeconds, removeDisk, startBuildkitd, startEngine, usedOn } from './engines.mjs'
import { baseDockerfile, writeContext } from './gated-images.mjs'

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: 'small,typical small,medium,large' },
    rounds: { type: 'string', default: '3' },
    ways: { type: 'string' },
    memory: { type: 'boolean', default: false },
    buildkitd: { type: 'string' },
    cli: { type: 'string', default: fileURLToPath(new URL('../dist/cli/index.cjs', import.meta.url)) },
    base: { type: 'string', default: process.env.REPRO_GATE_BASE_IMAGE ?? 'debian:bookworm-slim' },
    registry: { type: 'string', default: process.env.REPRO_GATE_REGISTRY ?? 'localhost:5000' },
    write: { type: 'string' },
  },
})
const sizes = options.sizes.split(',')
const base = `${options.registry}/repro-gate-bench:base`
const folder = mkdtempSync(join(tmpdir(), 'rgb-'))
const disk = makeDisk(folder, options.memory ? 14 : 40, { inMemory: options.memory })
const engines = []
const environment = {
  ...process.env,
  ...{ DOCKER_CONFIG: join(folder, 'config'), TMPDIR: join(disk, 'tmp'), SOURCE_DATE_EPOCH: '' },
}

/** The ways that are measured. `alone`: each engine has one core. The first two are what a user has without the gate. */
const ways = {
  plain: { run: size => plain(size, ['--tag', 'bench:plain']) },
  pushed: { run: size => plain(size, ['--output', 'type=image,push=false,store=false']) },
  unvaried: { run: size => gate(size, 'equal', ['--variations', 'none']) },
  gate: { run: size => gate(size, 'equal', []) },
  differing: { run: size => gate(size, 'differing', []) },
  'plain on one core': { alone: true, run: size => plain(size, ['--tag', 'bench:plain']) },
  'pushed on one core': { alone: true, run: size => plain(size, ['--output', 'type=image,push=false,store=false']) },
  'two builders': { alone: true, run: size => gate(size, 'equal', ['--builders', 'bench-a,bench-b']) },
  ...(options.buildkitd && {
    'pushed by BuildKit': {
      beside: ' by BuildKit',
      run: size => plain(size, ['--builder', 'bench-c', '--output', 'type=image,push=false']),
    },
    'gate by BuildKit': { beside: ' by BuildKit', run: size => gate(size, 'equal', ['--builder', 'bench-c']) },
  }),
}
const chosen = options.ways?.split(',') ?? Object.keys(ways)

async function main() {
  for (const name of ['tmp', 'contexts']) mkdirSync(join(disk, name))
  for (const [at, name] of ['a', 'b'].entries()) engines.push(await startEngine(disk, { name, subnet: 251 + at }))
  if (options.buildkitd) engines.push(await startBuildkitd(disk, options.buildkitd, { name: 'c' }))
  prepareDocker()
  prepareBase()
  const found = {}
  for (const size of sizes) {
    for (const kind of ['equal', 'differing']) writeContext(contextOf(size, kind), size, base, kind === 'differing')
    for (let round = 0; round < Number(options.rounds); round += 1)
      for (const way of chosen) {
        const result = await measured(size, way)
        found[size] ??= {}
        found[size][way] ??= []
        found[size][way].push(result)
        console.error(size, way, JSON.stringify(result))
      }
    for (const kind of ['equal', 'differing']) rmSync(contextOf(size, kind), { recursive: true })
  }
  if (options.write) writeFileSync(options.write, page(found))
  else console.log(page(found))
}

const contextOf = (size, kind) => join(disk, 'contexts', `${size}-${kind}`)

function prepareDocker() {
  mkdirSync(environment.DOCKER_CONFIG)
  const plugins = join(process.env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'cli-plugins')
  if (existsSync(plugins)) symlinkSync(plugins, join(environment.DOCKER_CONFIG, 'cli-plugins'))
  const quietly = { env: environment, stdio: 'pipe' }
  environment.DOCKER_HOST = engines[0].socket
  for (const { name, socket, address } of engines) {
    const context = ['context', 'create', `bench-${name}`, '--docker', `host=${socket}`]
    const builder = ['buildx', 'create', '--name', `bench-${name}`, '--driver', 'remote', address]
    execFileSync('docker', address ? builder : context, quietly)
  }
}

function prepareBase() {
  const input = baseDockerfile(options.base)
  const output = `type=registry,name=${base}`
  const args = ['buildx', 'build', '--network=host', '--allow=network.host', '--output', output, '-']
  execFileSync('docker', args, { input, env: environment, stdio: 'pipe' })
  for (const { docker } of engines) docker?.('pull', '--quiet', base)
}

const plain = (size, output) => [
  'docker',
  ...['buildx', 'build', '--no-cache', '--progress', 'plain', '--network=none', ...output, contextOf(size, 'equal')],
]
const gate = (size, kind, more) => [
  process.execPath,
  ...[options.cli, 'gate', contextOf(size, kind), '--network', 'none', '--source-date-epoch', '1700000000', '--json'],
  ...more,
]

/** Runs a way once on engines without any cache but the base. */
async function measured(size, way) {
  const { alone, run } = ways[way]
  for (const [at, engine] of engines.entries()) hold(engine, alone ? [at % cpus().length] : [...cpus().keys()])
  await emptied()
  const before = { used: usedOn(disk), cpu: engineSeconds() }
  let peak = 0
  const watch = setInterval(() => {
    peak = Math.max(peak, usedOn(disk) - before.used)
  }, 50)
  const startedAt = performance.now()
  const client = await timed(run(size)).finally(() => clearInterval(watch))
  const seconds = (performance.now() - startedAt) / 1000
  const cpu = engineSeconds() - before.cpu + client.cpu
  const { buildA = 0, buildB = 0, buildBAgain = 0 } = client.told.timings ?? {}
  const outside = round(seconds - (buildA + buildB + buildBAgain) / 1000)
  return {
    seconds: round(seconds),
    outside,
    cpu: round(cpu),
    peak: Math.round(peak / 1e6),
    ...client.told,
    load: loadavg()[0],
  }
}

const engineSeconds = () => engines.reduce((sum, engine) => sum + processorSeconds(engine), 0)
const round = number => Math.round(number * 100) / 100

/** Removes what builds left, and waits until the engine has really let go of it. */
async function emptied() {
  for (const { clear } of engines) clear()
  if (options.buildkitd) {
    // Engines keep the base as an image; here it went with the rest.
    const args = ['buildx', 'build', '--builder', 'bench-c', '--output', 'type=cacheonly', '-']
    execFileSync('docker', args, { input: `FROM ${base}\nRUN true\n`, env: environment, stdio: 'pipe' })
  }
  for (let before = -1, still = 0; still < 5; before = usedOn(disk)) {
    await setTimeout(300)
    if (interrupted) throw new Error('interrupted')
    still = usedOn(disk) === before ? still + 1 : 0
  }
  execFileSync('sync')
}

/** What runs is ended by a signal to this process; then all is cleared away. */
let running = null
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    interrupted = true
    if (running?.exitCode === null) process.kill(-running.pid, signal)
  })

/** Runs a command; what it and its children took of the processor, and what the gate told. */
async function timed([command, ...args]) {
  const told = join(folder, 'time')
  const child = spawn('/usr/bin/time', ['-f', '%U %S', '-o', told, command, ...args], {
    env: environment,
    detached: true,
  })
  running = child
  const texts = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'])
    child[name].on('data', data => {
      texts[name] = (texts[name] + data).slice(-4_000_000)
    })
  const code = await new Promise(resolve => child.once('close', resolve))
  const isGate = args.includes('gate')
  if (code === null || code > (isGate ? 1 : 0))
    throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${texts.stderr.slice(-3000)}`)
  const lastLine = readFileSync(told, 'utf8').trim().split('\n').at(-1)
  const cpu = lastLine.split(' ').reduce((sum, part) => sum + Number(part), 0)
  if (!isGate) return { cpu, told: {} }
  const { verdict, timings } = JSON.parse(texts.stdout)
  const expected = args.some(arg => arg.endsWith('-equal')) ? 'reproducible' : 'not-reproducible'
  if (verdict !== expected) throw new Error(`the verdict is ${verdict}, and ${expected} was to be measured`)
  const exporting = [...texts.stderr.matchAll(/((?:exporting|rewriting) layers).* ([\d.]+)s/g)].map(
    ([, what, took]) => `${what} ${took}`,
  )
  return { cpu, told: { verdict, timings, exporting } }
}

/** Of several rounds the quickest: other work on the machine only ever makes it slower. */
const least = (results, what) => Math.min(...results.map(result => result[what]))
/** Differences of two that are least say what chance left of them. */
function median(results, what) {
  const sorted = results.map(result => result[what]).sort((a, b) => a - b)
  return (sorted[Math.floor((sorted.length - 1) / 2)] + sorted[Math.ceil((sorted.length - 1) / 2)]) / 2
}

function page(found) {
  const rows = Object.entries(found).flatMap(([size, results]) =>
    Object.keys(results).map(way => row(size, way, results)),
  )
  const loads = Object.values(found).flatMap(results =>
    Object.values(results)
      .flat()
      .map(({ load }) => load),
  )
  return `# What the gate costs beside one plain build

Made by \`node bench/gate.mjs${options.memory ? ' --memory' : ''}${options.buildkitd ? ' --buildkitd …' : ''} --rounds ${options.rounds}\`: the least of ${options.rounds} rounds, in which the ways take turns. Factors compare results of one run.
${machine()}, load ${Math.round(Math.min(...loads))} to ${Math.round(Math.max(...loads))} by other work.

plain: \`docker buildx build --no-cache --tag …\`, layers as gzip, kept and unpacked by the engine. pushed: the same with \`--output type=image,push=false,store=false\`,
what a build that is pushed does before it sends anything. gate: \`repro-gate gate\` with its default variations, of an image that comes out equal; unvaried: with none; differing:
of an image in which one file differs, which is found and explained. On one core: each engine has one; two builders: side A on one, side B on the other. By BuildKit: on a buildkitd that
keeps its layers itself, which is what the builders of docker/setup-buildx-action do. Times include starting the programs, and the pause that keeps steps of A and B three seconds apart. Disk is the most that was in use beyond what was there before: engines and temporary files.

| Image | | Seconds | of plain | beyond plain | of pushed | Processor seconds | of plain | Disk, MB | of plain |
|---|---|---|---|---|---|---|---|---|---|
${rows.join('\n')}

${goals(found)}
`
}

/** In words: what the goal is, who meets it, and what no image is too small for. */
function goals(found) {
  const goal = { gate: ['plain', 2.1], 'two builders': ['plain on one core', 1.3] }
  const tried = Object.entries(found).flatMap(([size, results]) =>
    Object.entries(goal).flatMap(([way, [plain, most]]) => {
      if (!results[way] || !results[plain]) return []
      const factor = least(results[way], 'seconds') / least(results[plain], 'seconds')
      return [{ meets: factor.toFixed(1) <= most, text: `${size}, ${way} (${factor.toFixed(2)})` }]
    }),
  )
  const told = meets => tried.flatMap(one => (one.meets === meets ? one.text : [])).join('; ') || 'none'
  return [
    'The goal is 2.1 of plain on one builder, and 1.3 on two with a core each.',
    `Met by: ${told(true)}. Not met by: ${told(false)}.`,
    '',
    ...fixedParts(found),
  ].join('\n')
}

/** What of a gate is no second build: the same seconds whatever the image, so of a quick one many times its build. */
function fixedParts(found) {
  const fixed = Object.entries(found).flatMap(([size, { plain, gate, ...alone }]) => {
    const [one, two] = [alone['plain on one core'], alone['two builders']]
    const beyond = (all, builds, what) =>
      all && builds ? [`${(median(all, 'seconds') - what * median(builds, 'seconds')).toFixed(1)}`] : []
    const [inTurn] = beyond(gate, plain, 2)
    const [beside] = beyond(two, one, 1)
    const [before] = gate ? [`${median(gate, 'outside').toFixed(1)}`] : []
    const thirds = two && `${two.filter(({ timings }) => timings?.buildBAgain > 0).length} of ${two.length}`
    return inTurn || beside
      ? [`| ${[size, inTurn, before, beside, thirds].map(part => part ?? '–').join(' | ')} |`]
      : []
  })
  return [
    'What does not grow with the image, in seconds (medians): a gate less two plain builds; what of the gate lies outside of its two builds (programs that start, files that are read, the pause); a gate on two builders less one plain build, and how often it had to build B once more (a RUN that ended on both in the same two seconds; bench/gap.mjs).',
    '',
    '| Image | gate less two plain | outside of builds | two builders less one plain | third builds |',
    '|---|---|---|---|---|',
    ...fixed,
  ]
}

function row(size, way, results) {
  const all = results[way]
  const beside = (other, what) => {
    const others = results[other + (ways[way].beside ?? (ways[way].alone ? ' on one core' : ''))]
    return others && least(others, what) > 0 ? (least(all, what) / least(others, what)).toFixed(2) : '–'
  }
  const plain = results[`plain${ways[way].beside ?? (ways[way].alone ? ' on one core' : '')}`]
  const beyond = plain ? (least(all, 'seconds') - least(plain, 'seconds')).toFixed(1) : '–'
  const time = [least(all, 'seconds').toFixed(1), beside('plain', 'seconds'), beyond, beside('pushed', 'seconds')]
  const processor = [least(all, 'cpu').toFixed(1), beside('plain', 'cpu')]
  return `| ${[size, way, ...time, ...processor, least(all, 'peak'), beside('plain', 'peak')].join(' | ')} |`
}

function machine() {
  const { Client, Server } = JSON.parse(engines[0].docker('version', '--format', '{{json .}}'))
  const data = options.memory ? 'in memory' : 'on ext4 in a file'
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  return `Docker Engine ${Server.Version}, client ${Client.Version}, Node ${process.versions.node}; ${cpus().length} cores, ${memory}, the engines' data ${data}`
}

try {
  await main()
} catch (error) {
  console.error(interrupted ? 'interrupted' : error)
  process.exitCode = 1
} finally {
  for (const engine of engines) await engine.stop()
  await removeDisk(folder)
  rmSync(folder, { recursive: true, force: true })
}
