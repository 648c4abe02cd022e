// An organisation of 5,000 Dockerfiles: a day of it against GitHub's limits by a model, and what runs here at that size.
//   node bench/scale.mjs [--model] [--images 5000] [--cli dist/cli/index.cjs]
// --model: the model alone, in a second. Else also, for real: `lint` of so many Dockerfiles, of a bake file of a tenth as many targets,
// the keys of a ledger, and every renderer with a report of so many images and twenty findings each. Figures are processor seconds.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { sampler } from './budget/sample.mjs'
import { subjectsIn } from './budget/subjects.mjs'
import { dockerfile } from './dockerfiles.mjs'
import { costOf, day, daysInCache, given, requestsOf, runnersAtNoon } from './scale/model.mjs'
import { entry, renderers } from './scale/renderers.mjs'

const { values: options } = parseArgs({
  options: {
    model: { type: 'boolean', default: false },
    images: { type: 'string', default: '5000' },
    cli: { type: 'string', default: fileURLToPath(new URL('../dist/cli/index.cjs', import.meta.url)) },
  },
})
const images = Number(options.images)
const grouped = value => value.toLocaleString('en', { maximumFractionDigits: value < 10 ? 1 : 0 })
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n')

function modelPage() {
  const kinds = {
    'a service, 0.4 GB': { gigabytes: 0.4, plainMinutes: 3, files: 15_000 },
    'Python with CUDA, 8 GB': { gigabytes: 8, plainMinutes: 15, files: 80_000 },
    'a model in it, 100 GB': { gigabytes: 100, plainMinutes: 60, files: 120_000 },
  }
  const costs = Object.entries(kinds).map(([name, kind]) => {
    const cost = costOf(kind)
    return [
      name,
      kind.plainMinutes,
      ...[cost.gateMinutes, cost.gateMinutesOnTwo, cost.plainDisk, cost.gateDisk, cost.compareMinutes].map(grouped),
      grouped(cost.record / 1e6),
    ]
  })
  const org = {
    repositories: 500,
    images,
    pushes: 4_500,
    requests: requestsOf({}),
    limit: given.requestsPerHour.GITHUB_TOKEN,
  }
  const mono = { ...org, repositories: 1 }
  const enterprise = { limit: given.requestsPerHour['GITHUB_TOKEN, Enterprise Cloud'] }
  const loud = { requests: requestsOf({ comment: true, suggestions: true }) }
  const days = {
    '500 repositories, every push gates all ten images': { ...org, touched: 10 },
    'the same with comment and suggestions': { ...org, ...loud, touched: 10 },
    '500 repositories, only what a push touches': { ...org, touched: 1.3 },
    'the same with comment, suggestions, drift at night': { ...org, ...loud, touched: 1.3, nightly: 1 },
    'one repository, only what a push touches': { ...mono, touched: 1.3 },
    'the same with comment and suggestions ': { ...mono, ...loud, touched: 1.3 },
    'one repository, a run gates ten images': { ...mono, touched: 1.3, perRun: 10 },
    'one repository, drift at night within one hour': { ...mono, touched: 0, nightly: 1 },
    'the same over eight hours, ten images a run': { ...mono, touched: 0, nightly: 1, nightlyHours: 8, perRun: 10 },
    'one repository on Enterprise Cloud, comments and drift': {
      ...mono,
      ...loud,
      ...enterprise,
      touched: 1.3,
      nightly: 1,
      nightlyHours: 8,
    },
  }
  const rows = Object.entries(days).map(([name, one]) => {
    const { runs, requests, worstHour, worstMinute, refused } = day(one)
    return [name, ...[runs, requests, worstHour, one.limit, worstMinute, refused].map(grouped)]
  })
  const minutes = { all: 4_500 * 10, touched: 4_500 * 1.3 }
  const { gateMinutes, record } = costOf(kinds['a service, 0.4 GB'])
  const ways = [
    ['every push gates all ten images of its repository', minutes.all, gateMinutes],
    ['only images that a push touches', minutes.touched, gateMinutes],
    ['the same, and a ledger that knows half of them', minutes.touched, gateMinutes * 0.75],
    ['lint on pushes, gate in the merge queue (1,200 a day)', 1_200 * 1.3, gateMinutes],
  ].map(([name, gates, each]) => [
    name,
    grouped(gates),
    grouped((gates * each) / 60),
    grouped(runnersAtNoon(gates * each)),
  ])
  return [
    `What one image costs:\n\n${table(['Image', 'plain build, min', 'gate, min', 'gate on two builders, min', 'plain disk, GB', 'gate disk, GB', 'compare if all differs, min', 'record, MB'], costs)}`,
    `A day of requests, by repository:\n\n${table(['Day', 'runs', 'requests', 'most in an hour', 'limit', 'most writes in a minute', 'refused runs'], rows)}`,
    `A day of runners (services of 3 minutes):\n\n${table(['Way', 'gates', 'runner hours', 'runners at the busiest hour'], ways)}`,
    `A ledger: ${grouped(record / 1e3)} kB a proof of a service; of one repository with ${grouped(images)} of them and ${grouped(minutes.touched)} proofs a day the cache of 10 GB lasts ${grouped(daysInCache(minutes.touched, record))} days, of one with ten images and 12 proofs a day ${grouped(daysInCache(12, record))} days.`,
  ].join('\n\n')
}

async function realPage(folder) {
  const sample = sampler(folder)
  mkdirSync(join(folder, 'subjects'))
  const subjects = subjectsIn(join(folder, 'subjects'))
  const words = ['--docker-check', 'never', '--fail-on', 'never', '--json']
  const lint = (cwd, ...names) => sample({ args: [options.cli, 'lint', ...names, ...words], cwd })
  const told = (name, { cpu, peak, output }) => {
    const row = [name, `${cpu.toFixed(1)} s`, `${Math.round(peak)} MiB`, `${grouped(output.length / 1e6)} MB`]
    console.error(row.join(', '))
    return row
  }
  const rows = [
    told(
      `lint of ${grouped(images)} Dockerfiles, each with its context`,
      lint(repository(folder), 'images/*/Dockerfile'),
    ),
    told(
      `lint of a bake file of ${grouped(images / 10)} targets`,
      lint(subjects.targets(images / 10), 'docker-bake.json'),
    ),
  ]
  const bundle = await bundled(folder, 'renderers', entry)
  const script = fileURLToPath(new URL('./scale/renderers.mjs', import.meta.url))
  const rendered = Object.keys(renderers).map(name => {
    const args = [script, images, images * 20, name, bundle].map(String)
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    const { cpu, bytes, peak } = status === 0 ? JSON.parse(stdout) : { cpu: Number.NaN, bytes: 0, peak: 0 }
    if (status !== 0) console.error(stderr.slice(-1000))
    console.error(name, cpu, bytes, peak)
    return [name, `${cpu.toFixed(1)} s`, `${grouped(bytes / 1e6)} MB`, `${peak} MiB`]
  })
  return [
    table(['What', 'processor', 'peak', 'JSON'], rows),
    `A report of ${grouped(images)} images with ${grouped(images * 20)} findings:\n\n${table(['Form', 'processor', 'bytes', 'peak, with the report itself'], rendered)}`,
    await ledgerKeys(folder),
  ].join('\n\n')
}

/** A repository of so many services, each with its Dockerfile and its context, committed. */
function repository(folder) {
  const root = join(folder, 'repository')
  for (let at = 0; at < images; at += 1) {
    const own = join(root, 'images', `s${String(at).padStart(5, '0')}`)
    mkdirSync(own, { recursive: true })
    writeFileSync(join(own, 'Dockerfile'), dockerfile(at, 1 + (at % 3)))
    writeFileSync(join(own, 'requirements.txt'), 'numpy==2.0.0\n')
  }
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com']
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    [...who, 'commit', '-q', '-m', 'services'],
  ])
    spawnSync('git', ['-C', root, ...args])
  return root
}

/** No two images may meet under one key, and each key is one that GitHub takes: 512 characters at most, no comma. */
async function ledgerKeys(folder) {
  const { subjectOf, lastPrefix, keyFor } = await import(
    pathToFileURL(await bundled(folder, 'keys', "export * from './ledger/keys.ts'")).href
  )
  const keys = Array.from({ length: images * 4 }, (_, at) => {
    const file = `images/s${at}/Dockerfile`
    const subject = { file, context: `images/s${at}`, target: null, platforms: ['linux/amd64'], image: null }
    return keyFor(lastPrefix(subjectOf(subject, '.')), 1_700_000_000_000, '12345678901')
  })
  const longest = Math.max(...keys.map(key => key.length))
  return `Ledger: ${grouped(keys.length)} images have ${grouped(new Set(keys).size)} keys, the longest of ${longest} characters.`
}

async function bundled(folder, name, contents) {
  const outfile = join(folder, `${name}.mjs`)
  await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('../src/', import.meta.url)), loader: 'ts' },
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    define: { REPRO_GATE_VERSION: '"0.0.0"' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  })
  return outfile
}

console.log(modelPage())
if (!options.model) {
  const folder = mkdtempSync(join(tmpdir(), 'scale-'))
  try {
    console.log(`\n${await realPage(folder)}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
