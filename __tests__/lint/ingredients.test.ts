import { describe, expect, test } from '@jest/globals'
import type { Ingredients } from '../../src/lint/ingredients.ts'
import { lint } from '../../src/lint/lint.ts'
import { type Given, inputOf } from './cases.ts'

const linesOf = (text: string, kind: keyof Ingredients, given: Given = {}): number[] =>
  lint(inputOf(text, given)).ingredients[kind].map(({ line }) => line)
const inRun = (command: string, kind: keyof Ingredients) => linesOf(`FROM scratch\nRUN ${command}\n`, kind).length > 0

describe('OS packages', () => {
  test.each([
    ...[
      'apt-get update && apt-get install -y curl',
      'sudo apt -y install ./x.deb',
      'apk add --no-cache git',
      'apk -U add git',
    ],
    ...[
      'dnf -y install gcc',
      'microdnf install gcc',
      'yum update -y',
      'zypper --non-interactive in gcc',
      'pacman -Syu --noconfirm',
    ],
    ...[
      'set -eux; if true; then aptitude install x; fi',
      'apt-get dist-upgrade -y',
      '["apt-get", "install", "-y", "curl"]',
    ],
  ])('%s', command => expect(inRun(command, 'osPackages')).toBe(true))
  test.each([
    'apt-get update',
    'apt-get clean',
    'rm -rf /var/lib/apt/lists/*',
    'echo apt-get install',
    'apk info',
    'dnf clean all',
    'pip install apt',
  ])('not: %s', command => expect(inRun(command, 'osPackages')).toBe(false))
})

describe('language packages', () => {
  test.each([
    ...[
      'pip install x',
      'pip3.11 install -r r.txt',
      'python -m pip install .',
      'uv sync --frozen',
      'poetry install',
      'pipenv sync',
    ],
    ...[
      'conda env update -f e.yml',
      'micromamba install -y -n base x',
      'npm ci',
      'npm i',
      'yarn',
      'yarn --frozen-lockfile',
    ],
    ...['pnpm install', 'bun install', 'cargo build --release', 'go mod download', 'go build ./...', 'gem install x'],
    ...[
      'bundle install',
      'composer install',
      'dotnet restore',
      './mvnw package',
      'Rscript -e "install.packages(\'x\')"',
    ],
  ])('%s', command => expect(inRun(command, 'languagePackages')).toBe(true))
  test.each([
    'python app.py',
    'pip --version',
    'npm run build',
    'yarn build',
    'yarn cache clean',
    'go version',
    'node x.js',
    'conda clean -a',
    'gem list',
  ])('not: %s', command => expect(inRun(command, 'languagePackages')).toBe(false))
})

describe('downloads', () => {
  test.each(['curl -O https://a.example/x', 'wget https://a.example/x', 'git clone https://a.example/r.git'])(
    '%s',
    command => expect(inRun(command, 'downloads')).toBe(true),
  )
  test.each(['curl http://localhost:80/health', 'git status', 'echo curl https://a.example/x'])('not: %s', command =>
    expect(inRun(command, 'downloads')).toBe(false),
  )
  test('ADD of an address', () => {
    const text = 'FROM scratch\nADD https://a.example/x /x\nADD ["git@a.example:r.git", "/r"]\nADD local /\n'
    expect(linesOf(text, 'downloads')).toEqual([2, 3])
  })
})

test('images are those from outside, in what the target needs', () => {
  const text =
    'FROM debian:12 AS a\nFROM a AS b\nCOPY --from=busybox /x /x\nCOPY --from=a /y /y\nFROM debian:13 AS unused\nFROM b\n'
  expect(linesOf(text, 'images')).toEqual([1, 3])
  expect(linesOf('FROM scratch\n', 'images')).toEqual([])
})

test('copies from the context, and whether anybody saw it', () => {
  const text = 'FROM scratch AS a\nCOPY x /x\nCOPY --from=a /x /y\nCOPY <<E /z\nE\nADD y /y\n'
  expect(linesOf(text, 'contextCopies', { files: { x: '' } })).toEqual([2, 6])
  expect(linesOf(text, 'unreadCopies', { files: { x: '' } })).toEqual([])
  expect(linesOf(text, 'unreadCopies')).toEqual([2, 6])
})

test.each([
  ['ARG TARGETARCH\nCOPY bin/$TARGETARCH/x /x', [3]],
  ['ARG X\nCOPY ["a", "$X", "/"]', [3]],
  ['ARG X=a\nCOPY $X /x', []],
  ['ARG X\nADD https://h/$X /x', []],
  ['ARG X\nCOPY --from=b $X /x', []],
])('a copy of a path that only the build knows is one that was not looked at: %j', (lines, expected) => {
  const text = `FROM scratch\n${lines}\n`
  expect(linesOf(text, 'unreadCopies', { files: { a: '' } })).toEqual(expected)
  if (expected.length > 0) expect(linesOf(text, 'contextCopies', { files: { a: '' } })).toEqual(expected)
})

test('of many a few places are kept', () => {
  expect(linesOf(`FROM scratch\n${'RUN pip install x\n'.repeat(500)}`, 'languagePackages')).toHaveLength(20)
})
