import { readCommandLine } from '../../../src/options/flags.ts'
import { InputError } from '../../../src/options/input-error.ts'
import { givenInputs } from '../../../src/options/inputs.ts'
import { checkOptions, modeIn } from '../../../src/options/options.ts'
import { optionNames, optionTable } from '../../../src/options/table.ts'
import { parts } from '../parts.ts'
import { promise, type Target } from '../target.ts'

export const target: Target = {
  name: 'command-line',
  what: 'flags of the command line, inputs of the action, and the checks of both',
  seeds: [
    'gate\n--level\nidentical\n--build-arg\nA=1\n--secret\nid=x,src=y\n--platform\nlinux/amd64,linux/arm64\n.',
    'lint\n--json\nDockerfile\n--docker-check=off',
    'compare\na:1\nb@sha256:00\n--level=same-files',
    'explain\nRG101',
    `lint${'\n'.repeat(32_000)}`,
    `compare${'\na:1'.repeat(8000)}`,
    'inputs\n=====\nlevel=identical\n=====\nbuild-args=A=1\nB=2\n=====\nsecrets="a=b\nc"\n=====\nmode=record\n=====\nsource-date-epoch=1',
  ],
  words: [
    ...optionNames.flatMap(name => [`--${optionTable[name].flag}`, `\n=====\n${name}=`]),
    ...[
      '\n',
      '--',
      '=',
      ',',
      '"',
      '#',
      '-',
      '.',
      '..',
      'true',
      'false',
      '0',
      '-1',
      '1e9',
      '10GB',
      '30m',
      'linux/amd64',
      'sha256:',
      'id=x',
      '--json',
      'gate\n',
      'lint\n',
      'fix\n',
      'compare\n',
      'record\n',
      'verify\n',
      'drift\n',
      'replay\n',
      'report\n',
      'init\n',
      'completion\n',
      'help\n',
      'https://x/r.git#main',
      'inputs\n=====\n',
      '\0',
      '😀',
    ],
  ],
  maxBytes: 64 * 1024,
  run(bytes) {
    try {
      const [first = '', ...rest] = parts(bytes, 40).map(String)
      if (first.trim() === 'inputs') {
        const inputs = new Map(rest.map(one => [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)]))
        const given = givenInputs(name => inputs.get(name) ?? '')
        checkOptions(modeIn(given), given, { A: 'x' })
        return
      }
      const read = readCommandLine(first.split('\n'), path => path === '.')
      if (read.kind === 'run') checkOptions(read.command, read.given, { A: 'x' })
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      promise(error.problems.length > 0, 'what is wrong is told')
    }
  },
}
