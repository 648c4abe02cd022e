// The scripts are sourced by the shells themselves, where this machine has them, and asked as a person asks by the Tab key.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { readPages } from '../../src/commands/pages.ts'
import { completionScript } from '../../src/completion/completion.ts'
import { completionWords } from '../../src/completion/words.ts'
import { readCommandLine } from '../../src/options/flags.ts'
import { flagsOf } from '../../src/options/flags-of.ts'
import { ownCommands, shells } from '../../src/options/own-commands.ts'
import { commands } from '../../src/options/table.ts'

const folder = mkdtempSync(join(tmpdir(), 'completion-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const words = completionWords(await readPages())
const scriptOf = (shell: (typeof shells)[number]): string => {
  const path = join(folder, `repro-gate.${shell}`)
  writeFileSync(path, completionScript(shell, words))
  return path
}
const asked = (program: string, args: readonly string[]): string => {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: folder, timeout: 60_000 })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}
const has = (program: string): boolean => spawnSync(program, ['-c', 'exit 0']).status === 0

/** What is typed, and what has to be offered for the last word of it. */
const cases: [string[], string[]][] = [
  [['ini'], ['init']],
  [
    ['gate', '--le'],
    ['--level', '--ledger'],
  ],
  [
    ['gate', '--level', ''],
    ['identical', 'same-content', 'same-files'],
  ],
  [['lint', '--profile', 's'], ['strict']],
  [
    ['explain', 'pyc-'],
    ['pyc-content', 'pyc-timestamp'],
  ],
  [
    ['fix', '--rule', 'RG10'],
    ['RG101', 'RG102', 'RG103', 'RG104', 'RG105', 'RG106', 'RG107'],
  ],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
  [
    ['init', '--stack', 'node-'],
    ['node-npm', 'node-pnpm', 'node-yarn'],
  ],
]

test('every command and every flag of it is there, and each is one that is taken', () => {
  expect(words.map(({ name }) => name).sort()).toEqual([...commands, ...ownCommands].sort())
  for (const command of commands) {
    const known = words.find(({ name }) => name === command)?.flags.map(({ flag }) => flag)
    expect(known).toEqual([...flagsOf(command).map(([, { flag }]) => flag), 'json', 'help'])
  }
  for (const shell of shells) {
    const script = completionScript(shell, words)
    for (const { flags } of words) for (const { flag } of flags) expect(script).toContain(flag)
    expect(readCommandLine(['completion', shell])).toEqual({ kind: 'completion', shell })
  }
  expect(() => readCommandLine(['completion', 'tcsh'])).toThrow(
    "no completion for 'tcsh'; there is for bash, zsh, fish",
  )
})

test('no text beside a word could end a quote', () => {
  for (const { title, flags } of words)
    for (const text of [title, ...flags.map(flag => flag.title)]) {
      expect(text).toMatch(/^[\w ’,./=+…-]+$/)
      expect(text.length).toBeLessThanOrEqual(62)
    }
})

describe('bash', () => {
  const script = scriptOf('bash')
  const ask = (typed: readonly string[], split = typed): string[] => {
    const all = ['repro-gate', ...split].map(word => `'${word}'`).join(' ')
    const program = `source '${script}'; COMP_WORDS=(${all}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      _repro_gate repro-gate "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}" 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"`
    return asked('bash', ['--norc', '-c', program]).split('\n').filter(Boolean)
  }
  test.each(cases)('%j', (typed, offered) => expect(ask(typed).sort()).toEqual([...offered].sort()))
  test('a value behind = comes in three words', () => {
    expect(ask([], ['gate', '--level', '=', 'same-c'])).toEqual(['same-content'])
    expect(ask([], ['gate', '--level', '='])).toEqual(['identical', 'same-content', 'same-files'])
  })
  test('a folder is offered as it is called, and not at all where nobody would quote its name', () => {
    const below = join(folder, 'below')
    for (const name of ['a*', 'ab', '$(touch x)']) mkdirSync(join(below, name), { recursive: true })
    const offered = (before: string): string =>
      asked('bash', [
        ...['--norc', '-c'],
        `source '${script}'; ${before}; cd '${below}'; COMP_WORDS=(repro-gate gate ''); COMP_CWORD=2
        _repro_gate repro-gate '' gate; printf '%s\\n' "\${COMPREPLY[@]}"`,
      ])
    expect(offered('compopt() { :; }').trim().split('\n').sort()).toEqual(['$(touch x)', 'a*', 'ab'])
    expect(offered('compopt() { return 1; }').trim()).toBe('')
    expect(readdirSync(below)).toHaveLength(3)
  })
  test('is registered for the command', () => {
    expect(asked('bash', ['--norc', '-c', `source '${script}'; complete -p repro-gate`])).toContain(
      '-F _repro_gate repro-gate',
    )
  })
})

/** Shells that not every machine has. */
const describeShell = (shell: 'zsh' | 'fish', body: (script: string) => void): void =>
  has(shell)
    ? describe(shell, () => body(scriptOf(shell)))
    : describe.skip(`${shell} (not on this machine)`, () => body(''))

describeShell('fish', script => {
  test.each(cases)('%j', (typed, offered) => {
    const line = ['repro-gate', ...typed].join(' ')
    const out = asked('fish', ['--no-config', '-c', `source '${script}'; complete -C '${line}'`])
    const got = out.split('\n').map(one => one.split('\t')[0] ?? '')
    expect(got.filter(Boolean).sort()).toEqual([...offered].sort())
  })
})

describeShell('zsh', script => {
  test('reads it, and completes in a terminal of its own', () => {
    const ask = ([typed, offered]: [string[], string[]]): string =>
      `ask 'repro-gate ${typed.join(' ')}' ${offered.map(word => `'${word}'`).join(' ')}`
    const program = `zmodload zsh/zpty; zpty z zsh -f -i
zpty -w z "autoload -Uz compinit; compinit -u -D; source '${script}'; bindkey '^I' complete-word; setopt no_beep; LISTMAX=999; echo REA""DY"
zpty -r -m z out '*READY*'
# A busy machine takes its time: read until all is there, for ten seconds.
ask() {
  local all= o word try
  zpty -n -w z "$1"$'\\t\\t'
  for try in {1..100}; do
    sleep 0.1
    while zpty -rt z o; do all+=$o; done
    for word in "\${@:2}"; do [[ $all == *"$word"* ]] || continue 2; done
    break
  done
  print -r -- "== $1 $all"; zpty -n -w z $'\\x15'
}
${cases.map(ask).join('\n')}
zpty -d z`
    const parts = asked('zsh', ['-f', '-c', program]).split('== ').slice(1)
    for (const [at, [, offered]] of cases.entries()) for (const word of offered) expect(parts[at]).toContain(word)
  })
})
