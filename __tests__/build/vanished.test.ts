import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { vanishedIn } from '../../src/build/vanished.ts'

const exit = 'process "/bin/sh -c x" did not complete successfully: exit code: 1'
const digest = `sha256:${'0'.repeat(63)}1`
const of = (log: string[], { step = '[2/2] RUN x', message = exit } = {}) => {
  const { kind, name } = vanishedIn({ message, step, logTail: log }) ?? {}
  return kind === undefined ? null : [kind, name]
}

describe('what a failing build lacks', () => {
  test.each([
    ['package', 'curl 7.88.1-10', "E: Version '7.88.1-10' for 'curl' was not found"],
    ['package', 'curl', 'E: Unable to locate package curl'],
    ['package', 'curl', "E: Package 'curl' has no installation candidate"],
    [
      'address',
      'http://deb.example/c_1_amd64.deb',
      'E: Failed to fetch http://deb.example/c_1_amd64.deb  404  Not Found [IP: ::1 80]',
    ],
    ['address', 'http://d.e x Release', "E: The repository 'http://d.e x Release' no longer has a Release file."],
    ['package', 'curl', '  curl (no such package):'],
    ['package', 'curl 8.5.0-r0', '    breaks: world[curl=8.5.0-r0]'],
    ['package', 'foo==1.2.3', 'ERROR: No matching distribution found for foo==1.2.3'],
    ['package', 'left-pad@9.9.9', 'npm error notarget No matching version found for left-pad@9.9.9.'],
    ['package', 'https://r.example/foo', 'npm error 404 Not Found - GET https://r.example/foo - Not found'],
    ['package', 'foo = 1.2', "ERROR:  Could not find a valid gem 'foo' (= 1.2) in any repository"],
    ['package', 'e.com/m@v1.2.3', 'go: e.com/m@v1.2.3: reading https://p.e/e.com/m/@v/v1.2.3.info: 404 Not Found'],
    ['package', 'foo-1.2', 'No match for argument: foo-1.2'],
    ['address', 'https://e.example/x', 'requests.HTTPError: 404 Client Error: Not Found for url: https://e.example/x'],
    ['repository', 'https://e.example/x.git/', "fatal: repository 'https://e.example/x.git/' not found"],
    ['unreachable', 'e.example', 'curl: (6) Could not resolve host: e.example'],
    ['unreachable', 'e.example', "E: … Temporary failure resolving 'e.example'"],
  ])('is a %s: %s', (kind, name, line) => {
    expect(of(['Reading package lists...', line])).toEqual([kind, name])
  })

  test('has an address that the instruction names, where it names one alone', () => {
    const log = ['curl: (22) The requested URL returned error: 404']
    expect(of(log, { step: '[2/2] RUN curl -fsS "https://e.example/a.tgz" | tar xz' })).toEqual([
      'address',
      'https://e.example/a.tgz',
    ])
    expect(of(log, { step: '[2/2] RUN curl -f https://e.example/a https://e.example/b' })).toEqual(['address', null])
    const added = {
      step: '[2/2] ADD https://e.example/a.tgz /x',
      message: 'failed to load cache key: invalid response status 404',
    }
    expect(of([], added)).toEqual(['address', 'https://e.example/a.tgz'])
    const changed = { ...added, message: `digest mismatch ${digest}: ${digest}` }
    expect(of([], changed)).toEqual(['changed', 'https://e.example/a.tgz'])
  })

  test('is a base image by the digest or the tag that was asked for', () => {
    const [pinned, tag] = [`localhost:5000/base@${digest}`, 'localhost:5000/base:1']
    const gone = (name: string) => `${name}: failed to resolve source metadata for ${name}: ${name}: not found`
    for (const name of [pinned, tag]) expect(of([], { step: '', message: gone(name) })).toEqual(['image', name])
    const held = `${tag}: failed to resolve source metadata for ${tag}: ${tag}@${digest}: not found`
    expect(of([], { step: '', message: held })).toEqual(['image', `${tag}@${digest}`])
  })

  test('is not guessed: another error, or one that was said long before and ignored', () => {
    expect(of(['make: *** [all] Error 2'])).toBeNull()
    const ignored = [
      'curl: (22) The requested URL returned error: 404',
      ...Array.from({ length: 12 }, (_, i) => `step ${i}`),
    ]
    expect(of(ignored)).toBeNull()
    // Standard error may come before what was said on standard output.
    const apt = ["E: Version '1' for 'a' was not found", ...Array.from({ length: 12 }, (_, i) => `Get:${i}`)]
    expect(of(apt)).toEqual(['package', 'a 1'])
    expect(of([...apt, ...apt.slice(1)])).toBeNull()
    fc.assert(
      fc.property(fc.string({ maxLength: 5000 }), fc.array(fc.string()), (message, logTail) => {
        const started = performance.now()
        vanishedIn({ message, logTail, step: message })
        expect(performance.now() - started).toBeLessThan(500)
      }),
    )
  })

  test.each([
    `E: Failed to fetch ${'a'.repeat(5e5)}`,
    'failed to resolve source metadata for a: '.repeat(1e4),
    `dial tcp ${': '.repeat(1e5)}`,
    'go: '.repeat(1e5),
  ])('takes no time to find in a line that was made to take long', line => {
    const started = performance.now()
    vanishedIn({ message: line, logTail: [line, line], step: line })
    expect(performance.now() - started).toBeLessThan(500)
  })
})
