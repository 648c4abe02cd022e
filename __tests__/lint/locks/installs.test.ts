import { describe, expect, test } from '@jest/globals'
import { ecosystems } from '../../../src/lint/locks/ecosystems.ts'
import { viewOf } from '../../../src/lint/view.ts'
import { type Given, inputOf } from '../cases.ts'

/** Every install from a manifest in a RUN: `npm install: may-change in /app`. */
function installsIn(run: string, given: Given = {}, before = ''): string[] {
  const text = `FROM x\nWORKDIR /app\n${before}RUN ${run}\n`
  const view = viewOf(inputOf(text, given))
  return ecosystems
    .filter(({ name }) => ['npm', 'Yarn', 'pnpm', 'Bun', 'Cargo', 'Go', 'Bundler', 'Composer', 'NuGet'].includes(name))
    .flatMap(ecosystem => view.steps.flatMap(step => ecosystem.installs(view, step)))
    .map(({ range, lock, folder }) => `${text.slice(range.start, range.end)}: ${lock} in ${folder}`)
}

const yarnLock = '# yarn lockfile v1\n'
const table: [run: string, expected: string[], given?: Given, before?: string][] = [
  ['npm install', ['npm install: may-change in /app']],
  ['npm ci --omit=dev', ['npm ci: frozen in /app']],
  ['npm --prefix web i', ['npm --prefix web i: may-change in /app/web']],
  ['npm i --no-package-lock && npm i --package-lock=false', ['npm i: never in /app', 'npm i: never in /app']],
  ['npm i -g x && npm install x && npm run y && npm update', []],
  ['cd web && npm ci', ['npm ci: frozen in /app/web']],
  ['cd "$X" && npm ci', ['npm ci: frozen in null']],
  ['yarn', ['yarn: may-change in /app']],
  ['yarn --cwd /srv install --immutable', ['yarn --cwd /srv install: frozen in /srv']],
  ['yarn --no-lockfile', ['yarn: never in /app']],
  ['CI=1 yarn', ['yarn: may-change in /app'], { files: { 'yarn.lock': yarnLock } }, 'COPY . .\n'],
  ['CI=1 yarn', ['yarn: frozen in /app'], { files: { 'yarn.lock': '__metadata:\n' } }, 'COPY . .\n'],
  [
    'yarn --frozen-lockfile',
    ['yarn: frozen in /app'],
    { files: { 'package.json': '', 'yarn.lock': yarnLock } },
    'COPY . .\n',
  ],
  // Yarn 1 installs all the same where there is no lock file.
  ['yarn --frozen-lockfile', ['yarn: may-change in /app'], { files: { 'package.json': '' } }, 'COPY . .\n'],
  [
    'yarn --frozen-lockfile',
    ['yarn: frozen in /app'],
    { files: { 'package.json': '{"packageManager": "yarn@4.1.0"}' } },
    'COPY . .\n',
  ],
  ['pnpm -C web i', ['pnpm -C web i: may-change in /app/web']],
  ['pnpm i --frozen-lockfile=false', ['pnpm i: may-change in /app']],
  ['pnpm i --frozen-lockfile && pnpm fetch', ['pnpm i: frozen in /app', 'pnpm fetch: frozen in /app']],
  [
    'bun install && bun ci && bun i -p',
    ['bun install: may-change in /app', 'bun ci: frozen in /app', 'bun i: frozen in /app'],
  ],
  ['cargo build && cargo +1.79 test --locked', ['cargo build: may-change in /app', 'cargo +1.79 test: frozen in /app']],
  ['cargo build --manifest-path a/Cargo.toml', ['cargo build: may-change in /app/a']],
  ['cargo install --path tool', ['cargo install: may-change in /app/tool']],
  ['cargo install x && cargo fmt', []],
  [
    'go build ./...',
    ['go build: frozen in /app'],
    { files: { 'go.mod': 'module x\nrequire y v1.0.0\n' } },
    'COPY . .\n',
  ],
  [
    'go build -mod=mod .',
    ['go build: may-change in /app'],
    { files: { 'go.mod': 'require y v1.0.0\n' } },
    'COPY . .\n',
  ],
  // Nothing for go.sum to do.
  ['go build .', [], { files: { 'go.mod': 'module x\n' } }, 'COPY . .\n'],
  ['go build .', [], { files: { 'go.mod': 'require y v1.0.0\n', 'vendor/modules.txt': '' } }, 'COPY . .\n'],
  ['go build -mod=vendor .', [], { files: { 'go.mod': 'require y v1.0.0\n' } }, 'COPY . .\n'],
  ['go mod download && go install x.test/a@latest', [], { files: { 'go.mod': 'require y v1.0.0\n' } }, 'COPY . .\n'],
  ['bundle && bundle install --deployment', ['bundle: may-change in /app', 'bundle install: frozen in /app']],
  ['bundle _2.4.1_ install', ['bundle _2.4.1_ install: may-change in /app']],
  [
    'bundle install',
    ['bundle install: frozen in /app'],
    { files: { '.bundle/config': 'BUNDLE_FROZEN: "true"\n' } },
    'COPY . .\n',
  ],
  ['bundle exec x && bundle check', []],
  ['composer install -d api && composer global install', ['composer install: may-change in /app/api']],
  ['composer update && composer require a/b', []],
  ['dotnet restore && dotnet publish --no-restore', ['dotnet restore: may-change in /app']],
  ['dotnet build src/x.csproj -p:RestoreLockedMode=true', ['dotnet build: frozen in null']],
  ['echo npm install && # npm ci', []],
]

describe('installs from a manifest', () => {
  test.each(table.map(([run, expected, given, before]) => ({ run, expected, given, before })))(
    '$run → $expected',
    ({ run, expected, given, before }) => expect(installsIn(run, given, before)).toEqual(expected),
  )
})
