// Peak memory of `repro-gate compare` for images of hard shapes.
//   node bench/memory.mjs [SHAPE …] [--cli dist/cli/index.cjs] [--node PATH …] [--keep FOLDER] [--minutes 10] [--write bench/memory.md]
// Beside the processor seconds of compare: how many times those that its limit takes, decompressing and hashing what differs.
// `--node` may be given several times; `--keep` makes each pair once and leaves it there. Linux only: it reads /proc.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeLayout } from './made-layout.mjs'
import { shapes } from './shapes.mjs'

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cli: { type: 'string', default: fileURLToPath(new URL('../dist/cli/index.cjs', import.meta.url)) },
    node: { type: 'string', multiple: true, default: [process.execPath] },
    keep: { type: 'string' },
    minutes: { type: 'string', default: '10' },
    write: { type: 'string' },
  },
})
const goal = 256
const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'memory-bench-'))
mkdirSync(folder, { recursive: true })
const watcher = join(folder, 'watch.cjs')
/** The peak of the process itself: that of `resourceUsage` counts the parent's before it began. */
writeFileSync(
  watcher,
  `process.on('exit', () => require('node:fs').writeFileSync(process.env.PEAK_FILE, JSON.stringify({
    status: require('node:fs').readFileSync('/proc/self/status', 'utf8'), usage: process.resourceUsage(), code: process.exitCode })))`,
)

try {
  const names = positionals.length > 0 ? positionals : Object.keys(shapes)
  const versions = options.node.map(node => spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim())
  const rows = []
  for (const name of names) {
    const pair = await made(name)
    const measured = options.node.map(node => ({ ...measure(node, pair), limit: limitOf(node, pair) }))
    rows.push(rowOf(name, measured))
    console.error(rows.at(-1))
    if (!options.keep) rmSync(pair, { recursive: true, force: true })
  }
  const page = pageOf(versions, rows)
  if (options.write) writeFileSync(options.write, page)
  else console.log(page)
} finally {
  if (!options.keep) rmSync(folder, { recursive: true, force: true })
}

async function made(name) {
  const pair = join(folder, name)
  if (existsSync(join(pair, 'B', 'index.json'))) return pair
  for (const side of ['A', 'B']) await writeLayout(join(pair, side), shapes[name].image(side))
  return pair
}

function measure(node, pair) {
  const peakFile = join(folder, 'peak.json')
  rmSync(peakFile, { force: true })
  const { stdout, stderr, error } = spawnSync(
    node,
    ['--require', watcher, options.cli, 'compare', join(pair, 'A'), join(pair, 'B'), '--json'],
    {
      ...{ encoding: 'utf8', maxBuffer: 1 << 30, timeout: Number(options.minutes) * 60_000 },
      env: { ...process.env, PEAK_FILE: peakFile },
    },
  )
  if (!existsSync(peakFile)) return { said: error?.code ?? stderr.slice(-300), peak: Number.NaN, seconds: Number.NaN }
  const { status, usage } = JSON.parse(readFileSync(peakFile, 'utf8'))
  const peak = Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024)
  return { said: saidIn(stdout) ?? stderr.slice(-300), peak, seconds: (usage.userCPUTime + usage.systemCPUTime) / 1e6 }
}

/** Processor seconds of decompressing and hashing the differing layers of both sides, and of starting to. */
function limitOf(node, pair) {
  const script = fileURLToPath(new URL('./limit.mjs', import.meta.url))
  const { stdout } = spawnSync(node, [script, join(pair, 'A'), join(pair, 'B')], { encoding: 'utf8' })
  return Number.parseFloat(stdout)
}

function saidIn(stdout) {
  try {
    const { verdict, doubts, findings } = JSON.parse(stdout)
    const causes = findings.slice(0, 3).map(({ id, count }) => `${id}${count ? ` ${count}` : ''}`)
    return [verdict, ...doubts.map(text => text.replaceAll(folder, '').slice(0, 150)), ...causes].join('; ')
  } catch {
    return null
  }
}

function rowOf(name, measured) {
  const said = [...new Set(measured.map(one => one.said.replace(/[|\n]/g, ' ')))]
  const figures = measured.map(
    ({ peak, seconds, limit }) =>
      `${peak > goal ? `**${peak}**` : peak} | ${seconds.toFixed(1)}${limit > 0.3 ? ` (×${(seconds / limit).toFixed(1)})` : ''}`,
  )
  return `| ${name} | ${shapes[name].what} | ${figures.join(' | ')} | ${said.join(' / ')} |`
}

function pageOf(versions, rows) {
  const heads = versions.map(version => `${version}: MiB | cpu s`)
  return [
    '# Peak memory by shape',
    '',
    `Made by \`node bench/memory.mjs\`, ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores; what the figures mean says the README beside it. The goal is ${goal} MiB; what is above it is **bold**.`,
    '',
    `| Shape | What it is | ${heads.join(' | ')} | Said |`,
    `|---|---|${versions.map(() => '--:|--:|').join('')}---|`,
    ...rows,
    '',
  ].join('\n')
}
