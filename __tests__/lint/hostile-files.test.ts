import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { lint } from '../../src/lint/lint.ts'
import { ecosystems } from '../../src/lint/locks/ecosystems.ts'
import { readBakeHcl, readBakeJson, targetsIn } from '../../src/subjects/bake-file.ts'
import { composeTargets } from '../../src/subjects/compose.ts'
import { contextOf, inputOf } from './cases.ts'

const settings = { profile: 'strict' as const }

/** Installs that read each of the files. */
const installs = [
  'pip install --require-hashes -r requirements.txt',
  ...['npm ci', 'yarn install --immutable', 'pnpm install --frozen-lockfile', 'bun install --frozen-lockfile'],
  ...['poetry install', 'uv sync --frozen', 'pdm sync', 'pipenv sync', 'pixi install --locked', 'conda-lock install'],
  ...['conda env create -f environment.yml', 'cargo build --locked', 'go build ./...', 'bundle install'],
  ...['composer install', 'dotnet restore --locked-mode'],
]
const dockerfile = `FROM a\nWORKDIR /app\nCOPY . .\n${installs.map(install => `RUN ${install}\n`).join('')}`
const names = [
  ...new Set([
    'environment.yml',
    'x.csproj',
    ...ecosystems.flatMap(({ manifests, locks }) => [...manifests, ...locks]),
  ]),
]

/** Whatever stands in the files: no exception, and a message that one can read. */
function check(files: Record<string, string>): void {
  for (const { message, location } of lint({ ...inputOf(dockerfile, { settings }), context: contextOf(files) })
    .findings) {
    expect(message.length).toBeLessThan(4000)
    expect(message).not.toMatch(/[\r\n\0]/)
    expect(message).not.toContain('\u001b')
    expect(location?.line).toBeGreaterThanOrEqual(1)
  }
}

const everywhere = (text: string): Record<string, string> => Object.fromEntries(names.map(name => [name, text]))

test('the files are read', () => {
  const context = contextOf(everywhere('{}'))
  const read = new Set<string>()
  const watched = {
    ...context,
    read: (path: string) => {
      read.add(path)
      return context.read(path)
    },
  }
  lint({ ...inputOf(dockerfile, { settings }), context: watched })
  expect(read.size).toBeGreaterThan(15)
})

const deep = 20_000

test('towers, bombs, huge numbers, odd line ends', () => {
  const bomb = Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at},`.repeat(9)}]\n`).join('')
  const texts = [
    '{"packages":'.repeat(deep),
    `${'['.repeat(deep)}${']'.repeat(deep)}`,
    `${'{"a":'.repeat(deep)}1${'}'.repeat(deep)}`,
    `packages:\n${Array.from({ length: 3000 }, (_, at) => `${' '.repeat(at)}- a:\n`).join('')}`,
    `a0: &a0 [x]\n${bomb}packages: *a30\ndependencies: *a30\n`,
    'packages: &a\n  - *a\ndependencies: *a\n',
    `version = 1\n[${'a.'.repeat(deep)}b]\n`,
    `x = ${'['.repeat(deep)}${']'.repeat(deep)}\n`,
    `${'[[package]]\n'.repeat(deep)}`,
    `{"lockfileVersion":1e999,"packages":{"node_modules/x":{"version":${'9'.repeat(5000)}}}}`,
    `version = ${'9'.repeat(5000)}\n[[package]]\nname = 1e999\nversion = -0\nfiles = 7\n`,
    '\ufeff{"packages":{"node_modules/x":{"version":"1"}}}\r\n',
    '\ufeffversion = 1\r\n[[package]]\r\nname = "x"\r\nversion = "1"\r\n',
    '\ufeffx==1 \\\r\n  --hash=sha256:00\r\n\r\r-r requirements.txt\r',
    '\0\u0001\u001b[31m\u2028\ud800',
    '',
  ]
  for (const text of texts) check(everywhere(text))
})

/** Fields as lock files have them, with values of any type. */
const fields =
  'name version packages package dependencies devDependencies files hash hashes integrity resolved checksum'
    .concat(' source default _meta sha256 dist shasum reference resolution url type metadata lockfileVersion importers')
    .concat(' __version workspaces optional-dependencies project build-system tool poetry group conda manager pip')
    .split(' ')
const anyOf = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(
      null,
      true,
      0,
      -1,
      1e300,
      '',
      'x',
      '1.0',
      '__proto__',
      'sha256:00',
      'git+https://x',
      'node_modules/x',
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    // Without a bound on its keys a value may have a million parts.
    fc.dictionary(fc.constantFrom(...fields, '', '.', 'node_modules/a', '__proto__', 'constructor'), tie('value'), {
      maxKeys: 4,
    }),
  ),
})).value

test('any type in any field of JSON, which is YAML too', () => {
  fc.assert(
    fc.property(fc.array(anyOf, { minLength: names.length, maxLength: names.length }), values =>
      check(Object.fromEntries(names.map((name, at) => [name, JSON.stringify(values[at])]))),
    ),
    { numRuns: 300 },
  )
})

test('any arrangement of the pieces of lock files', () => {
  const pieces = [
    '\n',
    '\r\n',
    '  ',
    '- ',
    ': ',
    ' = ',
    '[',
    ']',
    '[[package]]',
    '{',
    '}',
    '"',
    "'",
    '#',
    '\\',
    ',',
    '--hash=',
  ]
  const part = fc.constantFrom(
    ...pieces,
    ...fields,
    'x',
    '1.0',
    'sha256:',
    'GEM',
    '  specs:',
    'h1:',
    'x@^1:',
    '&a',
    '*a',
    '<<: *a',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), parts => check(everywhere(parts.join('')))),
    { numRuns: 300 },
  )
})

test('compose and bake files of any kind', () => {
  const bake = (text: string): unknown[] => [targetsIn(readBakeJson(text, {})), targetsIn(readBakeHcl(text, {}))]
  const keys = [
    'services',
    'build',
    'context',
    'dockerfile',
    'target',
    'args',
    'inherits',
    'group',
    'targets',
    'variable',
  ]
  const value = fc.letrec<{ value: unknown }>(tie => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constantFrom(null, 1, '', '.', '${X}', '${X:-${Y}}', '__proto__', 'constructor', '%{if x}'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...keys, '__proto__', 'constructor', 'default'), tie('value'), { maxKeys: 4 }),
    ),
  })).value
  fc.assert(
    fc.property(value, any => {
      const text = JSON.stringify(any)
      expect(composeTargets(text).problems.length + bake(text).length).toBeGreaterThan(1)
    }),
    { numRuns: 500 },
  )
  for (const text of [
    '{"target":'.repeat(deep),
    `target "a" { x = ${'['.repeat(deep)}`,
    'target "a" {'.repeat(deep),
    '${'.repeat(deep),
  ]) {
    composeTargets(text)
    bake(text)
  }
})

test('workflows of any kind', () => {
  const pieces = [
    'jobs:\n',
    '  a:\n',
    '    steps:\n',
    '      - uses: docker/build-push-action@v6\n',
    '        with:\n',
    '          ',
  ]
  const more = [
    'tags: ${{ x }}\n',
    'file: a\n',
    '- run: docker build .\n',
    '      - run: |\n',
    'env: 1\n',
    '*a',
    '&a ',
    '[',
    '{',
    '"',
    '\t',
    '- ',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces, ...more), { maxLength: 40 }), parts => {
      const workflows = [{ file: '.github/workflows/x.yml', text: parts.join('') }]
      lint({ ...inputOf('FROM a\nRUN date > /x', { settings }), workflows })
    }),
    { numRuns: 300 },
  )
  for (const text of [
    `docker: ${'['.repeat(deep)}`,
    `jobs: &a\n  docker: *a\n`,
    `jobs:\n  a:\n    steps: ${'[docker build .,'.repeat(3000)}`,
  ])
    lint({ ...inputOf('FROM a', { settings }), workflows: [{ file: 'x.yml', text }] })
})
