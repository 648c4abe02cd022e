import { describe, expect, test } from '@jest/globals'
import { lint } from '../../src/lint/lint.ts'
import { contextOf, type Files, inputOf } from './cases.ts'

// What a hostile repository may hold much of. Nothing here is measured by the clock: what is not linear does not end
// within the guard, by far, and what recurses once for each of them overflows the stack.

const settings = { profile: 'strict' as const }
const many = (count: number, text: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => text(at)).join('')

/** Every place is in the text, and there are no more findings than there is to find. */
function check(text: string, files?: Files): void {
  const { findings } = lint(inputOf(text, { settings, ...(files === undefined ? {} : { files }) }))
  const lines = text.split('\n').length
  for (const { location, message } of findings) {
    if (location === undefined || location.endLine > lines || location.line < 1 || message.length >= 4000)
      throw new Error(`${JSON.stringify(location)} of ${lines} lines: ${message.slice(0, 200)}`)
  }
  expect(findings.length).toBeLessThan(text.length)
}

const texts: Record<string, string> = {
  'a chain of stages': `FROM a AS s0\n${many(10_000, at => `FROM s${at} AS s${at + 1}\n`)}WORKDIR x\nRUN date > /x; npm ci\n`,
  'a chain of stages that install': `FROM a AS s0\n${many(1500, at => `FROM s${at} AS s${at + 1}\nENV A${at}=1\nRUN apt-get update\nRUN apt-get install -y x\n`)}`,
  'stages of one name': `${'FROM a AS a\n'.repeat(20_000)}RUN date > /x`,
  'stages that one takes from': `${many(2000, at => `FROM a AS s${at}\nRUN date > /x\n`)}FROM a\n${many(2000, at => `COPY --from=s${at} /x /y\n`)}`,
  'lines that are no instructions': 'x\n'.repeat(200_000),
  'arguments behind --': `FROM a\nRUN pip install -- ${'a '.repeat(150_000)}`,
  'folders of a find': `FROM a\nRUN date > /x; find ${'/a '.repeat(150_000)} -delete`,
  'files of a tee': `FROM a\nRUN echo x | tee ${'/etc/apt/sources.list.d/a '.repeat(130_000)}`,
  'sources of a COPY': `FROM a\nCOPY ${'a '.repeat(130_000)} /x/\nRUN pip install -r /x/a`,
  'flags of a COPY': `FROM a\nCOPY ${'--from=a '.repeat(20_000)} /x /x`,
  'arguments and variables': `${many(5000, at => `ARG G${at}=1\n`)}FROM a\n${many(5000, at => `ARG A${at}=$G${at}\nENV E${at}=$A${at}\n`)}RUN echo $E1`,
  'variables of one RUN': `FROM a\nRUN v0=$(date)${many(20_000, at => `; v${at + 1}=$v${at}`)}; echo $v20000 > /x`,
  'times of one RUN': `FROM a\nRUN ${many(3000, at => `V${at}=$(date); echo $V${at} > /x${at}; `)}true`,
  'removals of one RUN': `FROM a\nRUN ${many(3000, at => `date > /x${at}; rm -rf /x${at}; `)}true`,
  'commands of one RUN': `FROM a\nRUN <<EOF\n${many(5000, at => `pip install p${at}\nexport PIP_X${at}=1\ncd d${at}\nset +e\n`)}EOF\n`,
  'scripts of one RUN': `FROM a\nRUN ${many(2000, at => `sh -c "apt-get install -y p${at}"; `)}true`,
  'a script in JSON': `FROM a\nRUN ["sh","-c","true${many(3000, at => `; pip install p${at}`)}"]`,
  'RUNs with one ignore each': `FROM a\n${many(3000, at => `# repro-gate ignore=RG201 -- x ${at}\nRUN apt-get install -y p${at}\n`)}`,
  'ignores of one RUN': `FROM a\nRUN true \\\n${many(5000, at => `# repro-gate ignore=RG201 -- x\n && apt-get install -y p${at} \\\n`)} && true`,
  heredocs: `FROM a\n${many(3000, at => `COPY <<EOF /x${at}\nhello\nEOF\n`)}`,
  'heredocs of one RUN': `FROM a\nRUN cat ${many(2000, at => `<<E${at} `)}\n${many(2000, at => `b\nE${at}\n`)}`,
  'mounts of one RUN': `FROM a\nRUN ${many(3000, at => `--mount=type=cache,target=/c${at} `)}pip install x`,
  'sh -c in sh -c': `FROM a\nRUN ${'sh -c "'.repeat(2000)}date > /x`,
  'brackets in brackets': `FROM a\nRUN ${'if true; then ( '.repeat(2000)}date > /x`,
  'substitutions in substitutions': `FROM a\nRUN ${'echo "$(echo $('.repeat(2000)}date`,
  'one word': `FROM a\nRUN ${'a'.repeat(1_000_000)}`,
}

describe('much of', () => {
  for (const [name, text] of Object.entries(texts)) test(name, () => check(text), 60_000)
})

/** What stands in one line again and again: what a regular expression may come back to. */
const pieces = [
  '-',
  '=',
  '/',
  ':',
  '@',
  '"',
  "'",
  '$',
  '{',
  '${',
  '$(',
  '(',
  '[',
  '\\',
  '`',
  'a=',
  '--',
  'a/',
  '*',
  '../',
  '%',
].concat([
  '|',
  '&&',
  ';',
  '<<',
  '\t',
  '\u2028',
  'é',
  '😀',
  '\u0301',
  'sh -c ',
  'x=',
  '[[ ',
  'https://a/',
  'git@',
  '==',
  '1.',
  'a,',
])
const places: ((text: string) => string)[] = [
  text => `FROM ${text}\nRUN date > /x`,
  text => `FROM a\nRUN curl ${text}`,
  text => `FROM a\nRUN pip install ${text}`,
  text => `FROM a\nRUN git clone ${text}`,
  text => `FROM a\nRUN python -c "import ${text}"`,
  text => `FROM a\nRUN echo "${text}" > /x`,
  text => `FROM a\nENV X=${text}\nRUN pip install $X`,
  text => `FROM a\nCOPY ${text} /x\nRUN pip install -r /x`,
  text => `FROM a\nADD https://e.com/${text} /x`,
  text => `FROM a\nLABEL created=${text}`,
  text => `# repro-gate ignore=${text}\nFROM a\nRUN date > /x`,
]

test('one line of the same again and again', () => {
  for (const piece of pieces) {
    const text = piece.repeat(Math.floor(50_000 / piece.length))
    for (const place of places) check(place(text))
  }
}, 120_000)

test('names that every object has', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf']
  for (const name of names) {
    const files: Files = Object.fromEntries(
      [name, 'requirements.txt', 'package.json', 'package-lock.json', 'yarn.lock', 'Cargo.lock', 'uv.lock'].map(
        path => [
          path,
          `{"dependencies":{"${name}":"1"},"packages":{"${name}":{"version":"1"},"node_modules/${name}":{"version":"1"}}}`,
        ],
      ),
    )
    check(
      [
        `ARG ${name}=1\nFROM ${name}:${name} AS ${name}\nARG ${name}\nENV ${name}=$${name} X=\${${name}}\nCOPY ${name} ${name}`,
        ...[
          'apt-get',
          'apk',
          'dnf',
          'pip',
          'uv',
          'uv pip',
          'npm',
          'yarn',
          'pnpm',
          'bun',
          'cargo',
          'go',
          'gem',
          'bundle',
        ],
        ...[
          'composer',
          'conda',
          'pixi',
          'dotnet',
          'poetry',
          'pdm',
          'pipenv',
          'git',
          'openssl',
          'rustup',
          name,
          'julia',
          'R',
        ],
      ].reduce(
        (text, program) => `${text}\nRUN ${program} ${name} ${name} && ${program} install -r ${name} --${name}=${name}`,
      ),
      files,
    )
    check(
      `FROM a AS ${name}\nFROM ${name}\nCOPY --from=${name} --${name}=${name} /x /x\nRUN --mount=type=${name},from=${name},${name}=${name} pip install -r ${name}\nUSER ${name}\nSHELL ["${name}"]\n${name} x`,
    )
  }
})

test('a context of many files, and a broad COPY', () => {
  const paths = Array.from(
    { length: 30_000 },
    (_, at) => `d${at % 100}/e${at % 1000}/f${at}.${['py', 'c', 'log', 'js'][at % 4]}`,
  )
  const context = contextOf(Object.fromEntries(paths.map(path => [path, '__DATE__'])))
  const text = `FROM a\n${'COPY . /app\nCOPY d*/e*/*.py /py/\nRUN gcc -o x d1/f1.c && make && python -c "import mine"\n'.repeat(20)}`
  expect(lint({ ...inputOf(text, { settings }), context }).findings.length).toBeGreaterThan(20)
})
