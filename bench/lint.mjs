// How fast Dockerfiles are linted: 1,000 of real size, how the time grows with a file's length, and the whole command.
//   node bench/lint.mjs [--files 1000] [--cli dist/cli/index.cjs] [--sources 5000]
// Prints one JSON line; milliseconds, of the processor for the lint (other work on the machine counts little), of the clock for
// the command. Every rule runs (profile strict). A file is parsed and linted once, as a user does it. `taskset -c 0` for one core.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { contextFiles, dockerfile, shapes } from './dockerfiles.mjs'

const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: '1000' },
    sources: { type: 'string', default: '5000' },
    cli: { type: 'string', default: fileURLToPath(new URL('../dist/cli/index.cjs', import.meta.url)) },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'lint-bench-'))
try {
  const { parseDockerfile, lint, defaultSettings } = await bundled()
  const once = text => {
    const start = process.cpuUsage()
    lint({
      dockerfile: parseDockerfile(text, 'Dockerfile'),
      ...{ buildArgs: {}, buildContexts: [], context: null, ignoreFile: null, git: null, workflows: [] },
      settings: { ...defaultSettings, profile: 'strict' },
    })
    const { user, system } = process.cpuUsage(start)
    return (user + system) / 1000
  }
  const grown = text => ({ lines: text.split('\n').length, time: round(Math.min(once(text), once(text), once(text))) })
  const files = Array.from({ length: Number(options.files) }, (_, at) => dockerfile(at, 6 + (at % 10)))
  const times = files.map(once)
  const sorted = [...times].sort((a, b) => a - b)
  const at = share => round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))])
  const lines = files.map(text => text.split('\n').length)
  console.log(
    JSON.stringify({
      node: process.version,
      files: files.length,
      linesPerFile: Math.round(sum(lines) / lines.length),
      perFile: {
        mean: round(sum(times) / times.length),
        median: at(0.5),
        p99: at(0.99),
        worst: at(1),
        first: round(times[0]),
      },
      growth: [10, 50, 200, 800, 3200].map(blocks => grown(dockerfile(1, blocks))),
      shapes: Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => [name, [500, 1000, 2000, 4000].map(n => round(once(shape(n))))]),
      ),
      command: {
        version: command('--version'),
        small: command('lint', small(), '--docker-check', 'never'),
        smallWithDocker: command('lint', small(), '--docker-check', 'auto'),
        large: command('lint', large(), '--docker-check', 'never'),
      },
    }),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function bundled() {
  const outfile = join(folder, 'lint.mjs')
  await build({
    stdin: {
      contents: `export { parseDockerfile } from './dockerfile/parse.ts'
        export { lint } from './lint/lint.ts'
        export { defaultSettings } from './lint/settings.ts'`,
      resolveDir: fileURLToPath(new URL('../src/', import.meta.url)),
      loader: 'ts',
    },
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  })
  return import(pathToFileURL(outfile).href)
}

/** The whole command, the best of five. */
function command(...words) {
  const runs = Array.from({ length: 5 }, () => {
    const start = performance.now()
    execFileSync(process.execPath, [options.cli, ...words, ...(words.length > 1 ? ['--fail-on', 'never'] : [])], {
      ...{ stdio: 'ignore', cwd: folder },
    })
    return performance.now() - start
  })
  return round(Math.min(...runs))
}

function small() {
  return made('small', { Dockerfile: dockerfile(0, 4), 'requirements.txt': 'numpy==2.0.0\n' })
}

function large() {
  return made('large', contextFiles(Number(options.sources), 10_000))
}

function made(name, files) {
  const root = join(folder, name)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}
function round(number) {
  return Math.round(number * 100) / 100
}
