import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { lint } from '../../src/lint/lint.ts'
import { contextOf, inputOf } from './cases.ts'

/** The strict profile runs every rule. */
const given = {
  files: {
    'a.txt': 'x',
    '.git/HEAD': '',
    'requirements.txt': '\\',
    'package.json': '{',
    'yarn.lock': '',
    'Cargo.toml': '[',
    'odd\n`name\u001b': { mode: 0o7777 },
    'ODD\n`NAME\u001b': '',
    link: { symlink: true as const, text: '../\n`\u001b' },
    'm.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'4f'.repeat(32)}\nsize 1048576\n`,
  },
  git: { tracked: { 'a.txt': 0o644, 'm.bin': 0o755 }, modified: ['m.bin'] },
  ignore: '',
  settings: { profile: 'strict' as const },
}

/** Whatever the text: no exception, and every place is in it. */
function check(text: string): void {
  const { findings, ignored } = lint(inputOf(text, given))
  const lines = text.split('\n').length
  for (const { location, message, title } of [...findings, ...ignored.map(({ finding }) => finding)]) {
    expect(location?.line).toBeGreaterThanOrEqual(1)
    expect(location?.endLine).toBeLessThanOrEqual(lines)
    expect(message.length).toBeLessThan(4000)
    expect(message).not.toMatch(/[\r\n\0]/)
    expect(title).toBeTruthy()
  }
}

test('any text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), check))
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'FROMRUN \n\\"\'$(){}<>|&;#`@:/.,=-*[]EOFcurl\r\t\ufeff') }),
      check,
    ),
  )
})

const words = [
  'FROM ',
  'debian:12',
  ' AS a',
  'scratch',
  '\n',
  ' \\\n',
  'RUN ',
  'ONBUILD ',
  'COPY ',
  'ADD ',
  'ARG X=',
  'ENV ',
  'WORKDIR /',
  'SHELL ["bash","-c"]',
  'apt-get update',
  'apt-get install -y ',
  'curl',
  ' -o f ',
  'https://x.test/a',
  ' | sh',
  ' | ',
  ' && ',
  '; ',
  '$(',
  ')',
  '`',
  '<(',
  'date',
  ' > /x',
  'pip install ',
  '-r requirements.txt',
  ' --hash=',
  'python -c "import x"',
  'python -m ',
  '<<EOF\n',
  'EOF\n',
  '$X',
  '${X',
  '${X:-',
  '}',
  '"',
  "'",
  'bash -c ',
  '--from=a ',
  '--mount=type=bind,source=.,target=/',
  '--exclude=**',
  '. ',
  ' /',
  'rm -rf ',
  '{a,b}',
  '*',
  'mktemp',
  'export A=',
  '/dev/urandom',
  'sha256sum -c -',
  'wget ',
  'eval ',
  '# repro-gate ignore=',
  'RG101',
  ' -- ',
  'find / -name x -delete',
  '$((',
  '))',
  'sudo ',
  'xargs ',
  'uv sync',
  'poetry install',
  'pip install -e ',
  'conda install --file=',
  'COPY pyproject.toml ./',
  'npm install ',
  'yarn ',
  'pnpm add -g ',
  'x@latest ',
  'go install ',
  'go get -u ',
  'cargo build ',
  'cargo install --git ',
  'rustup default nightly',
  'gem install ',
  'bundle install ',
  'composer require a/b ',
  'dotnet restore ',
  'R -e ',
  'install.packages(c("a", ',
  'julia -e ',
  'Pkg.add("',
  'conda install -c x ',
  'conda env create -f ',
  'poetry install ',
  'uv sync ',
  'pipenv sync ',
  'git clone ',
  'git checkout ',
  'hf download ',
  'dnf install ',
  'apk add ',
  'useradd -m ',
  'openssl req -x509 ',
  'tar -xzf ',
  'make ',
  'gcc -o x ',
  'cd ',
  'set -e',
  'if ',
  'then ',
  'fi',
  'for x in ',
  'do ',
  'done',
  '\r\n',
  '\u2028',
  '😀',
  '__proto__',
  'constructor',
  'LABEL created=',
  'USER ',
  'CMD ',
  'HEALTHCHECK CMD ',
  'SHELL ["powershell"]',
  '# hadolint ignore=DL3008',
  '--platform=$',
  '@sha256:',
]

test('any arrangement of the words of Dockerfiles', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 60 }), parts => check(parts.join(''))),
    { numRuns: 2000 },
  )
})

test('any words in the right places', () => {
  const line = fc.tuple(
    fc.constantFrom(
      'RUN ',
      'RUN ',
      'RUN ',
      'RUN <<EOF\n',
      'ONBUILD RUN ',
      'COPY ',
      'ADD ',
      'ENV X=',
      'ARG ',
      'FROM a AS ',
      '# ',
    ),
    fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 8 }),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), lines =>
      check(`FROM debian:12 AS a\n${lines.map(([start, parts]) => `${start}${parts.join('')}\n`).join('')}`),
    ),
    { numRuns: 2000 },
  )
})

test('any damage to a real Dockerfile', () => {
  const text = readFileSync(new URL('./quiet/python-service.Dockerfile', import.meta.url), 'utf8')
  fc.assert(
    fc.property(fc.nat(text.length), fc.nat(40), fc.constantFrom(...words), (at, cut, word) =>
      check(text.slice(0, at) + word + text.slice(at + cut)),
    ),
    { numRuns: 300 },
  )
})

test('long lines, many lines and deep nesting end soon', () => {
  const texts = [
    `FROM a\nRUN ${'x=$(date) && '.repeat(3000)}true`,
    `FROM a\nRUN ${'$('.repeat(2000)}`,
    `FROM a\nRUN apt-get install ${'{a,b}'.repeat(500)} ${'a '.repeat(20_000)}`,
    `FROM a\nRUN rm -rf ${'{a,b}'.repeat(200)} && apt-get install x`,
    `FROM a\nRUN v0=$(date)${Array.from({ length: 1500 }, (_, at) => `; v${at + 1}="$v${at}$v${at}"`).join('')}; echo $v1500 > /x`,
    `${'FROM a AS s\n'.repeat(800)}RUN date > /x`,
    `FROM s0 AS s1\n${Array.from({ length: 600 }, (_, at) => `FROM s${at + 1} AS s${at + 2}\nRUN pip install x\n`).join('')}`,
    `FROM a\n${'COPY . /\nRUN pip install -r requirements.txt\n'.repeat(500)}`,
    `FROM a\n${'# repro-gate ignore=RG101 -- x\n'.repeat(3000)}`,
  ]
  for (const text of texts) check(text)
})

test('a requirements file of any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab=<>-r \\\n#:;@[].sha256') }), text => {
      const input = inputOf('FROM python:3.12\nCOPY r.txt /r.txt\nRUN pip install -r /r.txt\n')
      lint({ ...input, context: contextOf({ 'r.txt': text, a: '-r b', b: '-r a' }) })
    }),
  )
})
