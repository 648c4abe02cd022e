import { expect, test } from '@jest/globals'
import { readCommandLine } from '../../src/options/flags.ts'
import { checkOptions, type Given, InputError } from '../../src/options/options.ts'

const given = (...args: string[]): Given => {
  const asked = readCommandLine(['replay', ...args])
  return asked.kind === 'run' ? asked.given : {}
}
const problems = (of: Given): string[] => {
  try {
    checkOptions('replay', of, { SOURCE_DATE_EPOCH: '7' })
    return []
  } catch (error) {
    return (error as InputError).problems
  }
}

test('one thing is replayed, and the source may be named', () => {
  const options = checkOptions(
    'replay',
    given('ghcr.io/o/app:1', '--context', 'https://example.com/r.git', '--dry-run'),
    {
      SOURCE_DATE_EPOCH: '7',
    },
  )
  expect(options).toMatchObject({ against: 'ghcr.io/o/app:1', context: 'https://example.com/r.git', dryRun: true })
  // That of the environment is of another build.
  expect(options).toMatchObject({ contextGiven: true, sourceDateEpoch: 'commit' })
  expect(() => given('a', 'b')).toThrow(/there is something to replay already, 'a'/)
  expect(problems({})).toEqual([expect.stringMatching(/RECORD\|IMAGE/)])
  expect(problems({ record: ['r'], against: ['i'] })).toEqual([expect.stringMatching(/one thing/)])
})

test('what the record or the provenance says is nobody else’s to say', () => {
  expect(problems({ ...given('i'), target: ['x'], labels: ['a=b'], variations: ['all'] })).toHaveLength(3)
  expect(() => given('i', '--target', 'x')).toThrow(InputError)
  expect(problems(given('i', '--secret', 'id=a,src=/a', '--network', 'none', '--level', 'identical'))).toEqual([])
})
