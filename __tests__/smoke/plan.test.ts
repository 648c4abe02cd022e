import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { checkOptions, InputError } from '../../src/options/options.ts'
import { dockerfileOf, fileAtLine, isRunStep } from '../../src/smoke/plan.ts'

const smoke = (
  command: string,
  files: string[] = [],
  mode: 'gate' | 'lint' | 'compare' | 'record' | 'verify' = 'gate',
) => checkOptions(mode, { 'smoke-command': [command], ...(files.length > 0 ? { 'smoke-files': files } : {}) }).smoke
const problemsOf = (work: () => unknown): string[] => {
  try {
    work()
    return []
  } catch (error) {
    if (error instanceof InputError) return error.problems
    throw error
  }
}

describe('the command', () => {
  test.each([
    ['python -m app', ['/bin/sh', '-c', 'python -m app']],
    ['["/app", "--x", "a b"]', ['/app', '--x', 'a b']],
    ['[ -f /x ] && echo yes', ['/bin/sh', '-c', '[ -f /x ] && echo yes']],
    ['["a", 1]', ['/bin/sh', '-c', '["a", 1]']],
    ['[]', ['/bin/sh', '-c', '[]']],
  ])('%s is read as CMD is', (text, words) => {
    expect(smoke(text)?.words).toEqual(words)
  })

  test('is asked for by nobody who does not name it', () => {
    expect(checkOptions('gate', {}).smoke).toBeNull()
  })

  test.each(['lint', 'compare', 'record', 'verify'] as const)('is not for %s', mode => {
    expect(problemsOf(() => smoke('true', [], mode)).filter(text => text.startsWith('smoke-command'))).toHaveLength(1)
  })

  test.each([
    ['out/a', 'absolute'],
    ['/', 'plain path'],
    ['/a/../b', 'plain path'],
    ['/a//b', 'plain path'],
    ['/a/', 'plain path'],
    ['/a/*.csv', 'not taken'],
    ['/a/$HOME', 'not taken'],
    ['/a/"b"', 'not taken'],
    ['/a/\u0007', 'not taken'],
    ['/a/---', 'letter or digit'],
  ])('takes no file %s', (path, why) => {
    expect(problemsOf(() => smoke('true', [path]))).toEqual([expect.stringContaining(why)])
  })

  test('files are for a command', () => {
    expect(problemsOf(() => checkOptions('gate', { 'smoke-files': ['/a'] }))).toEqual([
      expect.stringContaining('say with smoke-command'),
    ])
  })
})

describe('the Dockerfile', () => {
  test('runs the command without network, and takes the files of a stage of their own', () => {
    expect(dockerfileOf({ words: ['/bin/sh', '-c', 'a && b'] }, [{ path: '/out/a.csv', number: 3 }])).toBe(
      [
        'FROM smoke-image AS run',
        'RUN --network=none ["/bin/sh", "-c", "a \\u0026\\u0026 b"]',
        'FROM scratch AS files',
        'COPY --from=run ["/out/[a].csv", "/3/"]',
        '',
      ].join('\n'),
    )
  })

  test('has the very words of any command, and no other instruction', () => {
    const word = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('<<EOF', '\n', '\\\n', '#', '`', '"]'),
    )
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), words => {
        const wellFormed = words.map(one => Buffer.from(one).toString())
        const text = dockerfileOf({ words: wellFormed }, [])
        expect(text.split('\n')).toHaveLength(3)
        const [, run = ''] = text.split('\n')
        expect(JSON.parse(run.slice('RUN --network=none '.length))).toEqual(wellFormed)
        const { stages } = parseDockerfile(text, 'Dockerfile')
        expect(stages.map(({ instructions }) => instructions.map(({ keyword }) => keyword))).toEqual([['RUN']])
      }),
    )
  })

  test('knows which file a line is about', () => {
    const files = ['/a', '/b'].map((path, number) => ({ path, number }))
    const lines = dockerfileOf({ words: ['x'] }, files).split('\n')
    const at = (start: string) => fileAtLine(lines.findIndex(line => line.startsWith(start)) + 1, files)?.path ?? null
    expect(at('COPY --from=run ["/[a]"')).toBe('/a')
    expect(at('COPY --from=run ["/[b]"')).toBe('/b')
    expect([at('RUN'), fileAtLine(null, files), fileAtLine(99, files)]).toEqual([null, null, null])
  })

  test.each([
    '[2/2] RUN --network=none ["x"]',
    '[run 2/2] RUN x',
    '[linux/arm64 run 1/2] RUN x',
    '[linux/arm64 2/2] RUN x',
  ])('its step is known by %s', name => expect(isRunStep(name)).toBe(true))
  test.each(['[files 1/2] COPY --from=run ["RUN"]', '[internal] load build definition', 'RUN x', '[run 1/2] FROM x'])(
    'and by no such name: %s',
    name => expect(isRunStep(name)).toBe(false),
  )
})
