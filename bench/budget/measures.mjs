// What is measured, and what it may cost: more than the baseline by so much, more than the limit by so much, growth.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const limitScript = fileURLToPath(new URL('../limit.mjs', import.meta.url))
const lintWords = ['--docker-check', 'never', '--fail-on', 'never', '--json']

/**
 * Each once for the baseline and once for what is now, again and again. `budget`: the ratio that may be, of processor seconds and
 * of peak memory, and of the clock where a program mostly waits; `run`: how, of a side.
 */
export function measuresOf(subjects) {
  const compare = async shape => {
    const pair = await subjects.pair(shape)
    return {
      ...{ codes: [1], megabytes: shape.megabytes },
      args: side => [side.cli, 'compare', join(pair, 'A'), join(pair, 'B'), '--json'],
      limits: [
        {
          name: 'decompressing and hashing, by Node',
          args: [limitScript, join(pair, 'A'), join(pair, 'B')],
          most: 1.6,
        },
        { name: shape.plain ? 'sha256sum' : 'gzip -dc | sha256sum', command: shellLimit(pair, shape.plain) },
      ],
    }
  }
  return [
    {
      ...{ name: 'start', what: '`--version`', times: 2, blocks: 6, budget: { cpu: 1.1, peak: 1.08 } },
      prepare: () => ({ args: side => [side.cli, '--version'] }),
    },
    {
      ...{
        name: 'lint',
        what: '`lint` of one small Dockerfile',
        times: 2,
        blocks: 8,
        budget: { cpu: 1.1, peak: 1.08 },
      },
      prepare: () => ({ args: side => [side.cli, 'lint', subjects.small(), ...lintWords] }),
    },
    {
      ...{
        name: 'action',
        what: 'the action, to the end of a small lint',
        times: 2,
        blocks: 8,
        budget: { cpu: 1.1, peak: 1.08 },
      },
      prepare: () => ({ args: side => [side.action], ...asRunner(subjects) }),
    },
    {
      ...{ name: 'lint-many', what: '`lint` of 200 Dockerfiles', budget: { cpu: 1.1, peak: 1.15 } },
      prepare: () => ({
        cwd: subjects.many(200),
        args: side => [side.cli, 'lint', 'Dockerfile.*', ...lintWords],
      }),
    },
    {
      ...{ name: 'lint-long', what: '`lint` of a Dockerfile of 5,000 lines', budget: { cpu: 1.1, peak: 1.15 } },
      prepare: () => ({ args: side => [side.cli, 'lint', subjects.long(800), ...lintWords] }),
    },
    {
      ...{ name: 'compare', what: '`compare`, 120 MB in 10,000 files, gzip', budget: { cpu: 1.08, peak: 1.15 } },
      prepare: () => compare({ layers: 4, files: 10_000, megabytes: 120, differing: 7 }),
    },
    {
      ...{
        name: 'compare-plain',
        what: '`compare`, 300 MB in 3,000 files, not compressed',
        budget: { cpu: 1.08, peak: 1.15 },
      },
      prepare: () => compare({ layers: 4, files: 3_000, megabytes: 300, differing: 7, plain: true }),
    },
    {
      ...{ name: 'explain', what: '`compare`, 1,000 files differ', budget: { cpu: 1.1, peak: 1.15 } },
      prepare: () => compare({ layers: 4, files: 4_000, megabytes: 8, differing: 1_000 }),
    },
    {
      ...{ name: 'gate', what: '`gate`, all but its builds', budget: { cpu: 1.15, peak: 1.1, seconds: 1.25 } },
      prepare: () => gate(subjects, 1),
    },
  ]
}

/** How the processor seconds of what is now grow with one thing, over four sizes; `none` is the smallest there can be. */
export function growthsOf(subjects) {
  const lint = (...words) => ({ args: side => [side.cli, 'lint', ...words, ...lintWords] })
  const compare = async shape => {
    const pair = await subjects.pair(shape)
    return { args: side => [side.cli, 'compare', join(pair, 'A'), join(pair, 'B'), '--json'], codes: [1] }
  }
  const usual = { layers: 4, files: 2_000, megabytes: 20, differing: 4 }
  return [
    {
      ...{ name: 'lines', what: "a Dockerfile's blocks of instructions", sizes: [200, 400, 800, 1600], none: 1 },
      run: size => lint(subjects.long(size)),
    },
    {
      ...{ name: 'dockerfiles', what: 'Dockerfiles', sizes: [125, 250, 500, 1000], none: 1 },
      run: size => ({ ...lint('Dockerfile.*'), cwd: subjects.many(size) }),
    },
    {
      ...{ name: 'targets', what: 'targets of a bake file, each with its context', sizes: [15, 30, 60, 120], none: 1 },
      run: size => ({ ...lint('docker-bake.json'), cwd: subjects.targets(size) }),
    },
    {
      ...{ name: 'context', what: 'files of a build context', sizes: [2_500, 5_000, 10_000, 20_000], none: 1 },
      run: size => lint(subjects.context(size)),
    },
    {
      ...{ name: 'layers', what: 'layers that differ', sizes: [15, 30, 60, 120], none: 1 },
      run: size => compare({ layers: size, files: size * 50, megabytes: size, differing: size }),
    },
    {
      ...{ name: 'files', what: 'files', sizes: [10_000, 20_000, 40_000, 80_000], none: 100 },
      run: size => compare({ ...usual, files: size, megabytes: size / 2_000 }),
    },
    {
      ...{ name: 'bytes', what: 'megabytes', sizes: [40, 80, 160, 320], none: 1, peak: 256 },
      run: size => compare({ ...usual, megabytes: size }),
    },
    {
      ...{ name: 'differences', what: 'files that differ', sizes: [250, 500, 1_000, 2_000], none: 1 },
      run: size => compare({ ...usual, files: size * 2, megabytes: size / 250, differing: size }),
    },
    {
      ...{ name: 'gates', what: 'images of one gate', sizes: [2, 4, 8, 16], none: 1 },
      run: size => gate(subjects, size),
    },
  ]
}

/** Of a real engine; `missing` says why there is none. */
function gate(subjects, count) {
  const cwd = subjects.built(count)
  const asked = spawnSync('docker', ['buildx', 'inspect'], { encoding: 'utf8', timeout: 60_000 })
  if (asked.status !== 0) return { missing: 'there is no engine here that docker buildx can build with' }
  const words = ['--source-date-epoch', '1700000000', '--docker-check', 'never', '--json']
  return {
    ...{ cwd, args: side => [side.cli, 'gate', '--bake-file', 'docker-bake.json', ...words] },
    codes: [0],
    /** The builds are the engine's business: what it takes for them is not ours. */
    seconds: ({ seconds, output }) => {
      const { buildA = 0, buildB = 0, buildBAgain = 0 } = JSON.parse(output).timings
      return seconds - (buildA + buildB + buildBAgain) / 1000
    },
  }
}

/** The surroundings of a step: files for outputs and the summary, a workspace; no token, so that nobody is called. */
function asRunner(subjects) {
  const place = join(subjects.folder, 'runner')
  mkdirSync(place, { recursive: true })
  const files = Object.fromEntries(
    ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH'].map(name => {
      writeFileSync(join(place, name), '')
      return [name, join(place, name)]
    }),
  )
  const inputs = { MODE: 'lint', 'DOCKER-CHECK': 'never', 'FAIL-ON': 'never', 'CHECK-RUN': 'false' }
  return {
    cwd: subjects.small(),
    env: {
      ...{ ...files, GITHUB_ACTIONS: 'true', RUNNER_TEMP: place, GITHUB_WORKSPACE: subjects.small() },
      ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`INPUT_${name}`, value])),
    },
  }
}

const shellLimit = (pair, plain) => [
  ...[
    'bash',
    '-c',
    `for file in "$0"/*/blobs/sha256/*; do [ $(stat -c %s "$file") -lt 100000 ] || ${plain ? 'sha256sum <"$file"' : 'gzip -dc <"$file" | sha256sum'} >/dev/null; done`,
  ],
  pair,
]
