// Gates one image that is reproducible and one that is not, for real, and shows what a user would see.
//   npm run demo [-- --reports FOLDER]   keeps both report.json there, as not-reproducible.json and reproducible.json
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({ options: { reports: { type: 'string' } } })
const reports = options.reports && resolve(options.reports)

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

const start = spawnSync('scripts/engine', ['start'], { stdio: 'inherit' })
if (start.status !== 0) process.exit(start.status ?? 1)
const base = baseByDigest()

const bad = gate('not-reproducible')
const good = gate('reproducible')
const asExpected = bad === 1 && good === 0
say(
  asExpected
    ? 'The demo went as it should: one image was refused, with its lines; one was proven.'
    : `The demo went wrong: exit codes ${bad} (1 expected) and ${good} (0 expected).`,
)
say('To see it again: npm run demo. To stop the engine it started: scripts/engine stop')
process.exit(asExpected ? 0 : 1)

function gate(example) {
  const args = [
    'gate',
    `examples/${example}`,
    '--build-arg',
    `BASE=${base}`,
    '--network',
    'host',
    '--source-date-epoch',
    commitTime(example),
    ...(reports ? ['--report', join(reports, `${example}.json`)] : []),
  ]
  say(`$ repro-gate ${args.join(' ')}`)
  return spawnSync('scripts/engine', ['run', '--', process.execPath, 'dist/cli/index.cjs', ...args], {
    stdio: 'inherit',
  }).status
}

/** The base image by its digest, as a Dockerfile should name it. */
function baseByDigest() {
  const name = process.env.REPRO_GATE_DEMO_BASE ?? 'localhost:5000/debian:bookworm-slim'
  const { status, stdout } = spawnSync(
    'scripts/engine',
    ['run', '--', 'docker', 'buildx', 'imagetools', 'inspect', name, '--format', '{{printf "%s" .Manifest.Digest}}'],
    { encoding: 'utf8' },
  )
  return status === 0 ? `${name}@${stdout.trim()}` : name
}

/** Of the last commit of the example; a downloaded archive has none, and any fixed time serves a demo. */
function commitTime(example) {
  const { status, stdout } = spawnSync('git', ['log', '-1', '--format=%ct', '--', `examples/${example}`], {
    encoding: 'utf8',
  })
  return status === 0 && stdout.trim() ? stdout.trim() : '1700000000'
}

function say(text) {
  process.stdout.write(`\n${text}\n`)
}
