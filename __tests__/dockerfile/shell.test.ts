// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Docker's and the shell's variables

import { describe, expect, test } from '@jest/globals'
import type { Instruction } from '../../src/dockerfile/dockerfile.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { scopeBefore } from '../../src/dockerfile/scope.ts'
import { commandsIn, commandsOf, type ShellCommand, type ShellScript } from '../../src/dockerfile/shell.ts'

/** The script of the last instruction of a Dockerfile. */
function scriptOf(text: string): ShellScript {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const last = dockerfile.instructions.at(-1) as Instruction
  return commandsOf(dockerfile, last, scopeBefore(dockerfile, last, {}))
}

const inRun = (script: string, before = 'FROM x'): ShellCommand[] => scriptOf(`${before}\nRUN ${script}`).commands
const wordsOf = ({ words }: ShellCommand): string[] =>
  words.map(({ value, partial }) => (value === null ? `?${partial}` : value))
const allWords = (script: string, before?: string): string[][] => inRun(script, before).map(wordsOf)
const named = (commands: ShellCommand[], name: string): ShellCommand => {
  const found = commands.find(command => command.name === name)
  if (found === undefined) throw new Error(`no command ${name}`)
  return found
}

describe('words', () => {
  test('have their place in the file, after continuations, comments and carriage returns', () => {
    const text = 'FROM x\r\nRUN a && \\\r\n  # comment\r\n\r\n  apt-get install -y "cu\\\r\nrl" git\r\n'
    const [, install] = scriptOf(text).commands
    const places = install?.words.map(({ range }) => text.slice(range.start, range.end))
    expect(places).toEqual(['apt-get', 'install', '-y', '"cu\\\r\nrl"', 'git'])
    expect(install?.words.map(({ value }) => value)).toEqual(['apt-get', 'install', '-y', 'curl', 'git'])
  })

  test('with the backtick as escape, the shell keeps its backslashes', () => {
    const { commands } = scriptOf('# escape=`\nFROM x\nRUN a `\n  b\\ c\n')
    expect(commands.map(wordsOf)).toEqual([['a', 'b c']])
  })

  test('quotes and escapes are off, what is known is in', () => {
    expect(allWords(`a 'b c' "d\\"e" f\\ g $'h\\n' i"j"'k' "" x=1`)).toEqual([
      ['a', 'b c', 'd"e', 'f g', 'h\n', 'ijk', '', 'x=1'],
    ])
  })

  test("Docker's variables and the script's own", () => {
    const before = 'FROM x\nARG V=1.2\nENV P="a b"'
    expect(allWords('i "$P" $P $V ${V%.*} ${U:-u} $U', before)).toEqual([
      ['i', 'a b', 'a', 'b', '1.2', '1', '?${U}', '?${U}'],
    ])
    expect(allWords('deps="a=1 b"; apt-get install $deps')).toEqual([[], ['apt-get', 'install', 'a=1', 'b']])
    expect(allWords('export A=1 B="x y"; a $A "$B"')[1]).toEqual(['a', '1', 'x y'])
    expect(allWords('A=1; A=$A$A; a $A; A=2 b $A')).toEqual([[], [], ['a', '11'], ['b', '11']])
    expect(allWords('A=""; a $A "$A" ${A:-d}')[1]).toEqual(['a', '', 'd'])
  })

  test('the words of an array', () => {
    expect(allWords('A=(x "y z" $V); i -y "${A[@]}" b', 'FROM x\nARG V=1')[1]).toEqual([
      'i',
      '-y',
      'x',
      'y z',
      '1',
      'b',
    ])
    expect(allWords('A=(x); A+=(y); declare -a B=(z); i "${A[@]}" ${B[@]}').at(-1)).toEqual(['i', 'x', 'y', 'z'])
    expect(allWords('A=(); i "${A[@]}"')[1]).toEqual(['i'])
    expect(allWords('A=(a b); i "p-${A[@]}-s"; B="${A[@]}"; i $B').slice(1)).toEqual([
      ['i', 'p-a', 'b-s'],
      [],
      ['i', 'a', 'b'],
    ])
    expect(allWords('A=(x $U); i "${A[@]}" "${A[0]}" "${#A[@]}"')[1]).toEqual([
      'i',
      '?${A[@]}',
      '?${A[0]}',
      '?${#A[@]}',
    ])
    expect(allWords('A=(x); A[0]=y; i "${A[@]}"').at(-1)).toEqual(['i', '?${A[@]}'])
    expect(allWords('A=(x); if y; then A=(z); fi; i "${A[@]}"').at(-1)).toEqual(['i', '?${A[@]}'])
    expect(allWords('A=(x); for f in 1 2; do A+=(y); i "${A[@]}"; done').at(-1)).toEqual(['i', '?${A[@]}'])
    expect(allWords('A=([3]=x y); i "${A[@]}"; j "${NONE[@]}"').slice(1)).toEqual([
      ['i', '?${A[@]}'],
      ['j', '?${NONE[@]}'],
    ])
  })

  test('what a branch, a loop or a pipe may have set is unknown', () => {
    expect(allWords('A=1; if x; then A=2; a $A; fi; b $A').slice(3)).toEqual([
      ['a', '2'],
      ['b', '?${A}'],
    ])
    expect(allWords('A=1; while x $A; do A=2; done; b $A').slice(1)).toEqual([['x', '?${A}'], [], ['b', '?${A}']])
    expect(allWords('for p in a b; do i $p; done')).toEqual([['i', '?${p}']])
    expect(allWords('A=1; (A=2; a $A); b $A').slice(2)).toEqual([
      ['a', '2'],
      ['b', '1'],
    ])
    expect(allWords('A=1; x | read A; b $A').at(-1)).toEqual(['b', '1'])
    expect(allWords('A=1; read A; b $A').at(-1)).toEqual(['b', '?${A}'])
    expect(allWords('A=1; x || A=2; b $A').at(-1)).toEqual(['b', '?${A}'])
    expect(allWords('A=$(x); b $A').at(-1)).toEqual(['b', '?${A}'])
  })
})

describe('commands', () => {
  test('know the pipe they are in', () => {
    const [curl, tee, sh, next] = inRun('curl x | tee y | sh -s; next')
    expect([curl, tee, sh, next].map(command => [command?.pipeIndex, command?.pipeLength])).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
      [0, 1],
    ])
    expect([curl?.pipesInto, tee?.pipesInto, sh?.pipesInto]).toEqual([tee, sh, null])
    expect(curl?.pipeline).toBe(sh?.pipeline)
    expect(next?.pipeline).not.toBe(sh?.pipeline)
    const group = inRun('{ a; b; } | while read x; do c; done')
    expect(named(group, 'b').pipesInto).toBe(named(group, 'read'))
  })

  test('know the word they are put into', () => {
    const commands = inRun('echo "$(date)" `id` <(curl x) ${A:-$(uuidgen)} > "$(f)"')
    const echo = named(commands, 'echo')
    for (const name of ['date', 'id', 'curl', 'uuidgen', 'f']) expect(named(commands, name).substitutionIn).toBe(echo)
    expect(echo.words[1]?.substitutions).toEqual([named(commands, 'date')])
    expect(echo.words[1]).toMatchObject({ value: null, partial: '$(…)' })
    const assigned = inRun('A="$(date)"')
    expect(assigned[0]).toMatchObject({ name: '', words: [], assignments: [{ name: 'A', value: { value: null } }] })
    expect(assigned[1]?.substitutionIn).toBe(assigned[0])
  })

  test('know the condition they stand under', () => {
    const commands = inRun(
      'a && b || c; if d; then e; elif f; then g; else h; fi; while i; do j; done; case $k in x) l;; esac; m() { n; }',
    )
    const guards = commands.map(({ name, guard }) => `${name} ${guard}`)
    expect(guards).toEqual([
      'a null',
      'b and',
      'c or',
      'd null',
      'e if',
      'f null',
      'g if',
      'h if',
      'i null',
      'j loop',
      'l case',
      'n function',
    ])
    expect(commands.filter(({ inTest }) => inTest).map(({ name }) => name)).toEqual(['d', 'f', 'i'])
    const tests = inRun('[ "$(a)" = b ] && [[ -n $(c) ]] && test $(d) && e $(f)')
    expect(tests.filter(({ inTest }) => inTest).map(({ name }) => name)).toEqual(['[', 'a', '[[', 'c', 'test', 'd'])
  })

  test('know whether their failure is seen', () => {
    const masked = (script: string) =>
      inRun(script)
        .filter(({ followedByOrTrue }) => followedByOrTrue)
        .map(({ name }) => name)
    expect(masked('a || true')).toEqual(['a'])
    expect(masked('a && b || :; c')).toEqual(['a', 'b'])
    expect(masked('(a; b) || true')).toEqual(['a', 'b'])
    expect(masked('a || b || true && c')).toEqual(['a', 'b'])
    expect(masked('a || false')).toEqual([])
    expect(masked('true || a')).toEqual([])
  })

  test('know which `||` hides it, at its place', () => {
    const hidden = (script: string) => {
      const text = `FROM x\nRUN ${script}`
      return scriptOf(text).commands.flatMap(({ name, hiddenBy }) =>
        hiddenBy === null
          ? []
          : [`${name} ${hiddenBy.start - 'FROM x\nRUN '.length}:${text.slice(hiddenBy.start, hiddenBy.end)}`],
      )
    }
    expect(hidden('a || true')).toEqual(['a 2:||'])
    expect(hidden('a "||" && b \\\n || echo no; c')).toEqual(['a 15:||', 'b 15:||'])
    expect(hidden('a || b || :')).toEqual(['a 7:||', 'b 7:||'])
    expect(hidden('{ a; } || exit 0')).toEqual(['a 7:||'])
    expect(hidden('sh -c "a || true" && b')).toEqual(['a 9:||'])
    expect(hidden('<<E\na ||\n  true\nE\n')).toEqual(['a 6:||'])
    expect(hidden('a || exit 1; a || { echo; exit 1; }; a || b')).toEqual([])
    expect(hidden('for i in 1 2; do a && break || true; done')).toEqual([])
    expect(hidden('X=$(a) || true')).toEqual([' 7:||'])
  })

  test('know what runs whatever becomes of them', () => {
    const followed = (script: string) => inRun(script).flatMap(({ name, followed }) => (followed ? [name] : []))
    expect(followed('a; b')).toEqual(['a'])
    expect(followed('a && b')).toEqual([])
    expect(followed('a && b; c | d; e')).toEqual(['a', 'b', 'd'])
    expect(followed('if a; then b; c; fi')).toEqual(['b'])
    expect(followed('for i in 1 2; do a; done')).toEqual(['a'])
    expect(followed('for i in 1 2; do a && break; done')).toEqual([])
    expect(followed('a || b; c')).toEqual(['b'])
    expect(followed('<<E\na\nb\nE\n')).toEqual(['a'])
    expect(followed('X=$(a); b')).toEqual([''])
  })

  test('have their redirects, those of the group around them too', () => {
    const [a, b] = inRun('{ a 2>/dev/null; b <<E ; } > /f\nbody $X\nE')
    expect(a?.redirects.map(({ operator, target }) => [operator, target.value])).toEqual([
      ['>', '/dev/null'],
      ['>', '/f'],
    ])
    expect(b?.redirects.map(({ operator, target }) => [operator, target.partial])).toEqual([
      ['<<', 'body ${X}\n'],
      ['>', '/f'],
    ])
  })

  test.each<[string, string, string[]]>([
    ['sudo -u x -E A=1 pip install y', 'pip', ['sudo']],
    ['env -u B A=1 /opt/conda/bin/pip install y', 'pip', ['env']],
    ['sudo env A=1 nice -n 5 pip i', 'pip', ['sudo', 'env', 'nice']],
    ['xargs -n 1 -P4 pip install', 'pip', ['xargs']],
    ['time make', 'make', ['time']],
    ['timeout -k 5 60 curl x', 'curl', ['timeout']],
    ['exec "$D/bin/pip" i', 'pip', ['exec']],
    ['conda run -n e pip i', 'pip', ['conda']],
    ['command -v pip', 'command', []],
    ['sudo', 'sudo', []],
    ['$X install', '', []],
    ['${D}/bin/pip i', 'pip', []],
  ])('%s is %s', (script, name, wrappers) => expect(inRun(script)[0]).toMatchObject({ name, wrappers }))
})

describe('scripts inside scripts', () => {
  test.each([
    `sh -c 'curl "a b" && pip install c'`,
    `bash -euxo pipefail -c "curl \\"a b\\" && pip install c"`,
    `su - u -c 'curl "a b" && pip install c'`,
    `sudo bash -c 'curl "a b" && pip install c'`,
    `eval 'curl "a b" &&' pip install c`,
    `bash <<'E'\ncurl "a b" && pip install c\nE`,
    `<<E bash\ncurl "a b" && pip install c\nE`,
  ])('%s', script => {
    const text = `FROM x\nRUN ${script}`
    const { commands } = scriptOf(text)
    const curl = named(commands, 'curl')
    const pip = named(commands, 'pip')
    expect([wordsOf(curl), wordsOf(pip)]).toEqual([
      ['curl', 'a b'],
      ['pip', 'install', 'c'],
    ])
    expect(pip.guard).toBe('and')
    expect(pip.wrappers.length).toBeGreaterThan(0)
    for (const word of pip.words) expect(text.slice(word.range.start, word.range.end)).toBe(word.value)
  })

  test('the exec form, with its escapes', () => {
    const text = 'FROM x\nRUN ["sh", "-c", "curl \\"a\\u0041\\" | sh"]'
    const [outer, curl, sh] = scriptOf(text).commands
    expect(wordsOf(outer as ShellCommand)).toEqual(['sh', '-c', 'curl "aA" | sh'])
    expect(curl?.pipesInto).toBe(sh)
    expect(curl?.words.map(({ range }) => text.slice(range.start, range.end))).toEqual(['curl', '\\"a\\u0041\\"'])
    expect(scriptOf('FROM x\nRUN ["pip", "install", "$A; b"]').commands.map(wordsOf)).toEqual([
      ['pip', 'install', '$A; b'],
    ])
  })

  test('print into the pipe of the command that runs them', () => {
    const commands = inRun(`bash -c 'curl x' | sh -s`)
    expect(named(commands, 'curl').pipesInto).toBe(commands.at(-1))
  })

  test('a substitution inside is one command, not two', () => {
    expect(inRun('sh -c "$(curl x)"').map(({ name }) => name)).toEqual(['sh', 'curl', ''])
  })
})

describe('who reads the script', () => {
  test('a heredoc alone is a script, by its first line', () => {
    const text = 'FROM x\nRUN <<EOF\nset -e\npip install a\nEOF\n'
    const { commands, interpreter } = scriptOf(text)
    expect(interpreter).toBe('shell')
    expect(commands.map(wordsOf)).toEqual([
      ['set', '-e'],
      ['pip', 'install', 'a'],
    ])
    const [, pip] = commands
    expect(pip?.words.map(({ range }) => text.slice(range.start, range.end))).toEqual(['pip', 'install', 'a'])
    expect(scriptOf('FROM x\nRUN <<E\n#!/usr/bin/env -S bash -e\na\nE').commands).toHaveLength(1)
    expect(scriptOf('FROM x\nRUN <<-E\n\t#!/usr/bin/env python3\n\timport x\n\tE')).toMatchObject({
      interpreter: 'python',
      commands: [],
      body: '\t#!/usr/bin/env python3\n\timport x\n',
    })
    expect(scriptOf('FROM x\nRUN <<E\n#!/usr/bin/perl\nx\nE')).toMatchObject({ interpreter: 'other', commands: [] })
  })

  test('python from standard input', () => {
    expect(scriptOf("FROM x\nRUN python3 - <<'E'\nimport x\nE")).toMatchObject({
      interpreter: 'python',
      commands: [{ name: 'python3' }],
      body: 'import x\n',
    })
    expect(scriptOf('FROM x\nRUN python3 a.py <<E\nx\nE').interpreter).toBe('shell')
  })

  test('SHELL, and stages that continue one', () => {
    expect(scriptOf('FROM x\nSHELL ["pwsh", "-Command"]\nRUN a')).toMatchObject({
      interpreter: 'powershell',
      body: 'a',
    })
    expect(scriptOf('FROM x\nRUN a\nSHELL ["cmd"]').interpreter).toBe('shell')
    expect(scriptOf('FROM x AS a\nSHELL ["cmd", "/c"]\nFROM a\nRUN b').interpreter).toBe('other')
    expect(scriptOf('FROM x\nSHELL ["cmd"]\nSHELL ["/bin/bash", "-c"]\nRUN b').interpreter).toBe('shell')
    expect(scriptOf('FROM mcr.microsoft.com/windows/nanoserver:x\nRUN b').interpreter).toBe('other')
  })

  test('CMD, ENTRYPOINT, HEALTHCHECK, ONBUILD RUN; nothing else', () => {
    expect(scriptOf('FROM x\nCMD a b').commands.map(wordsOf)).toEqual([['a', 'b']])
    expect(scriptOf('FROM x\nHEALTHCHECK --interval=1s CMD a || exit 1').commands.map(wordsOf)).toEqual([
      ['a'],
      ['exit', '1'],
    ])
    expect(scriptOf('FROM x\nHEALTHCHECK CMD ["a"]').commands.map(wordsOf)).toEqual([['a']])
    expect(scriptOf('FROM x\nONBUILD RUN --network=none a').commands.map(wordsOf)).toEqual([['a']])
    expect(scriptOf('FROM x\nCOPY a b').commands).toEqual([])
  })

  test('any text, at any place', () => {
    const dockerfile = parseDockerfile('FROM scratch\n', 'Dockerfile')
    const scope = scopeBefore(dockerfile, dockerfile.instructions[0] as Instruction, {})
    expect(commandsIn('a b', scope, 10).commands[0]?.words[1]?.range).toEqual({ start: 12, end: 13 })
  })
})

describe('broken and hostile scripts', () => {
  test('what can be read is read, and faults are counted', () => {
    const { commands, errors } = scriptOf('FROM x\nRUN a b; if c; then d')
    expect(commands.map(({ name }) => name)).toEqual(expect.arrayContaining(['a', 'c']))
    expect(errors).toBeGreaterThan(0)
  })

  test.each([
    '$('.repeat(20_000),
    '`'.repeat(20_001),
    '"$('.repeat(10_000),
    '${a:-'.repeat(10_000),
    '('.repeat(20_000),
    'eval '.repeat(5000),
    "sh -c '".repeat(5000),
    'A=$A$A; '.repeat(5000),
    'if a; then '.repeat(2000),
    '<(a '.repeat(5000),
  ])('%.20s… ends soon', script => {
    const start = process.cpuUsage()
    inRun(script)
    expect(process.cpuUsage(start).user).toBeLessThan(5_000_000)
  })

  test('a variable with many words in many places stays bounded', () => {
    const commands = inRun('x $A '.repeat(5000), `FROM x\nENV A="${'w '.repeat(2000)}"`)
    expect(commands.reduce((sum, { words }) => sum + words.length, 0)).toBeLessThan(40_000)
  })
})
