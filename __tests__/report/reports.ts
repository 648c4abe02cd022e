import { docsUrl, type Finding, type Location } from '../../src/finding.ts'
import type { PullAgain, Report, ReportBuild, ReportLayer } from '../../src/report/report.ts'

/** Reports as the gate would make them, for goldens and properties. */

export const digest = (start: string): string => `sha256:${start.padEnd(64, '4f1d9c7ab2e85360')}`

export const at = (line: number, endLine = line, column?: number, endColumn?: number): Location => ({
  file: 'Dockerfile',
  line,
  endLine,
  ...(column === undefined || endColumn === undefined ? {} : { column, endColumn }),
})

export function finding(id: string, more: Partial<Finding> = {}): Finding {
  const source = /^RG\d/.test(id) ? 'lint' : 'comparison'
  return {
    ...{ id, source, level: source === 'lint' ? 'warning' : 'error', class: source === 'lint' ? 'drift' : 'now' },
    ...{ title: `About ${id}`, message: `What ${id} means.`, paths: [], count: 1, confidence: 'certain', evidence: [] },
    docs: docsUrl(id),
    ...more,
  }
}

const [aptLine, copyLine, importLine] = [
  'RUN apt-get update && apt-get install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*',
  'COPY svc/ svc/',
  'RUN sed -i \'s/@VER@/1.4.2/\' svc/version.py && python3 -c "import svc, svc.version"',
]

export function layer(index: number, more: Partial<ReportLayer> = {}): ReportLayer {
  const same = digest(`c0ffee${index}`)
  return {
    ...{ platform: 'linux/amd64', index, instruction: '', line: null, endLine: null, base: false, equal: true },
    ...{ digestA: same, digestB: same, sizeA: 2048, sizeB: 2048, differingPaths: 0 },
    ...more,
  }
}

export const layers: ReportLayer[] = [
  layer(0, { base: true, instruction: 'ADD rootfs.tar.xz / # buildkit', sizeA: 74_812_416, sizeB: 74_812_416 }),
  layer(1, {
    ...{
      instruction: aptLine,
      line: 3,
      endLine: 5,
      equal: false,
      digestA: digest('a1b2c3'),
      digestB: digest('d4e5f6'),
    },
    ...{ sizeA: 48_211_968, sizeB: 48_211_456, differingPaths: 6 },
  }),
  layer(2, { instruction: copyLine, line: 7, endLine: 7 }),
  layer(3, {
    ...{
      instruction: importLine,
      line: 8,
      endLine: 8,
      equal: false,
      digestA: digest('123456'),
      digestB: digest('654321'),
    },
    differingPaths: 1,
  }),
]

const build = (side: 'A' | 'B', manifest: string, config: string): ReportBuild => ({
  ...{ side, platform: 'linux/amd64', digest: digest(manifest), configDigest: digest(config) },
  layers: layers.map(({ digestA, digestB, sizeA, instruction, line }) => ({
    ...{
      digest: (side === 'A' ? digestA : digestB) ?? '',
      diffId: digest('d1ff'),
      size: sizeA ?? 0,
      instruction,
      line,
    },
  })),
})

export const common = {
  schemaVersion: 1 as const,
  tool: { name: 'repro-gate' as const, version: '0.1.0' },
  command: 'gate' as const,
  requiredLevel: 'same-content' as const,
  ...{ doubts: [], notes: [], levelReasons: [], pullAgain: [] },
  scope: {
    ...{ variations: [], machines: 'same-machine' as const, secondsApart: 63, platforms: ['linux/amd64'] },
    epoch: { seconds: 1763690400, from: 'commit 1a2b3c4 of 2025-11-21' },
  },
  subject: {
    context: '.',
    file: 'Dockerfile',
    files: ['Dockerfile'],
    target: null,
    commit: '1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d',
  },
  ignored: [],
  ingredients: {
    ...{ images: [at(1)], osPackages: [at(3, 5)], languagePackages: [], downloads: [], contextCopies: [at(7)] },
    unreadCopies: [],
  },
  versions: { buildx: 'v0.29.1', buildkit: 'v0.25.2', docker: '28.5.2', driver: 'docker', node: 'v24.19.0' },
  timings: { lint: 84, buildA: 62_100, buildB: 58_400, compare: 940, explain: 210 },
  failure: null,
}

export const reproducible: Report = {
  ...common,
  ...{ verdict: 'reproducible', level: 'identical' },
  builds: [build('A', '5e1f', 'cf01'), build('B', '5e1f', 'cf01')],
  layers: layers.map(one => ({ ...one, equal: true, digestB: one.digestA, sizeB: one.sizeA, differingPaths: 0 })),
  findings: [
    finding('RG205', {
      ...{ level: 'notice', location: at(3, 3, 23, 30), title: 'apt-get installs recommended packages' },
      message: 'What a package recommends changes with the archive, so more than you asked for can change.',
      fix: { text: 'Add `--no-install-recommends`.', snippet: 'apt-get install -y --no-install-recommends curl' },
    }),
  ],
}

const aptLines = ['RUN apt-get update \\', ' && apt-get install -y --no-install-recommends curl \\']

const aptLog = finding('apt-logs', {
  ...{ location: at(3, 5), title: 'apt and dpkg wrote the build time into their logs', count: 6 },
  message:
    'apt and dpkg note in their logs when they installed what. The two builds ran at different times, so `var/log/dpkg.log` and its like differ in every build. Nothing in the image needs them.',
  paths: [
    ...['var/log/dpkg.log', 'var/log/apt/history.log', 'var/log/apt/term.log', 'var/cache/ldconfig/aux-cache'],
    ...['var/cache/apt/pkgcache.bin', 'var/cache/apt/srcpkgcache.bin'],
  ],
  evidence: [
    {
      ...{ what: "each build's own time at byte 0", path: 'var/log/dpkg.log', offset: 0 },
      ...{ a: '2026-11-21 03:05:28 startup archives unpack', b: '2026-11-21 03:06:31 startup archives unpack' },
    },
    {
      what: 'start of the run',
      path: 'var/log/apt/history.log',
      offset: 12,
      a: 'Start-Date: 2026-11-21  03:05:27',
      b: 'Start-Date: 2026-11-21  03:06:30',
    },
  ],
  fix: {
    text: 'Remove the logs and caches in the same `RUN` that makes them.',
    snippet:
      'RUN apt-get update \\\n && apt-get install -y --no-install-recommends curl \\\n && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/ldconfig/aux-cache /var/cache/apt/*.bin',
    change: {
      ...{ file: 'Dockerfile', line: 3 },
      before: [...aptLines, ' && rm -rf /var/lib/apt/lists/*'],
      after: [
        ...aptLines,
        ' && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/ldconfig/aux-cache /var/cache/apt/*.bin',
      ],
    },
  },
  related: ['RG206'],
})

const pyc = finding('pyc-timestamp', {
  ...{ location: at(8), title: 'Python wrote the time of a source file into its .pyc' },
  message:
    'When Python imports `svc/version.py` it caches the compiled module, and writes the time of the source into it. `sed -i` gave the source a new time in each build.',
  paths: ['srv/svc/__pycache__/version.cpython-311.pyc'],
  evidence: [
    {
      ...{
        what: 'time of the source at byte 8 of the header',
        path: 'srv/svc/__pycache__/version.cpython-311.pyc',
        offset: 8,
      },
      ...{ a: '1795230331 = 2026-11-21 03:05:31 UTC', b: '1795230394 = 2026-11-21 03:06:34 UTC' },
    },
  ],
  fix: {
    ...{ text: 'Keep Python from writing caches while it builds.', snippet: 'ENV PYTHONDONTWRITEBYTECODE=1' },
    change: {
      ...{ file: 'Dockerfile', line: 8, before: [importLine], after: ['ENV PYTHONDONTWRITEBYTECODE=1', importLine] },
    },
  },
  unforeseen: 'No lint rule foresaw this here.',
})

const secretKey = finding('unknown', {
  ...{ location: at(9), title: 'A file differs for a reason that is not known', confidence: 'unknown', level: 'error' },
  message: '`srv/token` has the same size and 32 other hexadecimal digits in each build, so it was made by chance.',
  paths: ['srv/token'],
  unforeseen: 'No lint rule foresaw this.',
  via: [at(12)],
  evidence: [
    {
      what: '32 hexadecimal digits',
      path: 'srv/token',
      offset: 0,
      a: '8d1f0c5b7e9a4432b1c6',
      b: '03ab77d2e1f64c58a09d',
    },
  ],
})

const lintFindings: Finding[] = [
  finding('RG101', {
    ...{ location: at(1, 1, 6, 26), title: 'The base image has no digest' },
    message: 'A tag can be moved: the next build may start from another base.',
    fix: { text: 'Pin it by digest, and keep the tag for people.', snippet: 'FROM debian:bookworm-slim@sha256:4f1d…' },
  }),
  finding('RG201', {
    ...{ location: at(4, 4, 48, 52), title: '`curl` is installed without a version' },
    message: 'The archive decides which version you get, and it moves.',
    fix: { text: 'Pin the version, or install from a snapshot of the archive.', snippet: 'curl=7.88.1-10+deb12u8' },
  }),
  finding('RG206', {
    ...{ location: at(3, 5), title: 'apt leaves its logs in the layer', class: 'now' },
    message: 'They hold the time of the build.',
    fix: { text: 'Remove `/var/log/*` in the same RUN.' },
  }),
  finding('RG601', {
    ...{ location: at(7), title: 'There is no .dockerignore', class: 'machine', level: 'notice' },
    message: 'Everything in the folder goes into the image, on each machine something else.',
  }),
]

const outcomes: Record<string, Finding['outcome']> = {
  RG101: { seen: 'not-seen', why: 'The two builds started 63 s apart; the tag can move tomorrow.' },
  RG201: { seen: 'not-seen', why: 'The two builds started 63 s apart; the archive can have other packages tomorrow.' },
  RG206: { seen: 'confirmed', why: 'The two builds show it: `apt-logs`.' },
  RG601: {
    ...{ seen: 'not-seen' as const },
    why: 'Both builds ran on one machine, with the same files; another machine may give something else.',
  },
}
const afterBuilds = lintFindings.map((one): Finding => {
  const outcome = outcomes[one.id]
  const related = one.id === 'RG206' ? { related: ['apt-logs'] } : {}
  return { ...one, ...related, ...(outcome ? { outcome } : {}) }
})

const pulled: PullAgain = {
  ...{ platform: 'linux/amd64', compressed: false },
  firstDiffering: { index: 1, line: 3, instruction: aptLine },
  ...{ pullLayers: 2, pullBytes: 48_213_504, pullBytesAtMost: 48_215_552, totalLayers: 4, totalBytes: 123_027_968 },
  ...{
    layersAbove: 2,
    layersAboveEqual: 1,
    repackedLayers: 0,
    repackedBytes: 0,
    timesOnlyLayers: 0,
    timesOnlyBytes: 0,
  },
}

export const notReproducible: Report = {
  ...common,
  ...{ verdict: 'not-reproducible', level: 'different', layers, pullAgain: [pulled] },
  levelReasons: ['Not identical, same-content or same-files: 2 of 4 layers (lines 3–5 and 8) differ in 7 paths.'],
  builds: [build('A', 'aaaa', 'ca01'), build('B', 'bbbb', 'cb01')],
  findings: [aptLog, pyc, secretKey, ...afterBuilds],
  ignored: [
    {
      finding: finding('RG402', { location: at(10), title: 'A script from the network is piped into a shell' }),
      ...{ reason: 'the script is our own and checked by its signature', by: at(9) },
    },
    {
      finding: finding('RG104', { location: at(11), title: 'The tag `latest` moves' }),
      reason: null,
      by: { file: '.repro-gate.yml', line: 4, endLine: 6 },
    },
  ],
}

export const undecided: Report = {
  ...common,
  ...{ verdict: 'undecided', level: 'identical', findings: [], layers: reproducible.layers },
  doubts: [
    'Build B took step 3 (`RUN apt-get update`) from a cache, so it was not built twice.',
    'The build context changed between the two builds: `data/log.txt` was written to.',
  ],
  builds: reproducible.builds,
}

export const buildFailed: Report = {
  ...common,
  ...{ verdict: 'undecided', level: null, findings: lintFindings.slice(0, 2), layers: [], builds: [] },
  scope: { ...common.scope, secondsApart: null },
  timings: { lint: 80, buildA: 12_400 },
  failure: {
    ...{ side: 'A', step: 'RUN pip install --require-hashes -r requirements.lock', location: at(6) },
    message: 'The command ended with exit code 1.',
    logTail: [
      'Collecting numpy==1.26.4',
      'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.',
      '    Expected sha256 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
      '         Got        666a9c3a5b1f',
    ],
  },
}

const dockerFinding = (id: string, location: Location, title: string, message: string, page: string): Finding =>
  finding(id, {
    ...{ source: 'docker', level: 'warning', class: 'drift', location, title, message },
    docs: `https://docs.docker.com/go/dockerfile/rule/${page}/`,
  })

export const lintOnly: Report = {
  ...common,
  ...{ command: 'lint', verdict: null, level: null, requiredLevel: null, scope: null, builds: [], layers: [] },
  findings: [
    ...lintFindings,
    dockerFinding(
      'StageNameCasing',
      at(1),
      'Stage names should be lowercase',
      "Stage name 'Base' should be lowercase",
      'stage-name-casing',
    ),
  ],
  ...{ versions: { node: 'v24.19.0' }, timings: { lint: 84 } },
}

export const lintClean: Report = { ...lintOnly, findings: [] }

export const configOnly: Report = {
  ...common,
  ...{ verdict: 'not-reproducible', level: 'same-files', requiredLevel: 'identical', layers: reproducible.layers },
  builds: [build('A', 'aaaa', 'ca01'), build('B', 'bbbb', 'cb01')],
  levelReasons: [
    'Not identical or same-content: `config.Labels["org.opencontainers.image.created"]` differs; history differs at `LABEL org.opencontainers.image.created=2026-11-21T03:05:28Z` (line 12).',
  ],
  findings: [
    finding('config-label-time', {
      ...{ location: at(12, 12, 1, 6), title: 'A label holds the time of the build', class: 'now' },
      message: 'The label `org.opencontainers.image.created` was set from a build argument that holds the time.',
      evidence: [
        {
          ...{ what: 'the label', path: '/config/Labels/org.opencontainers.image.created' },
          ...{ a: '2026-11-21T03:05:28Z', b: '2026-11-21T03:06:31Z' },
        },
      ],
      fix: { text: 'Set it from SOURCE_DATE_EPOCH, or leave it out.' },
    }),
  ],
}
