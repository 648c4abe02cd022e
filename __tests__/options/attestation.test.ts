import { describe, expect, test } from '@jest/globals'
import { readCommandLine } from '../../src/options/flags.ts'
import { checkOptions, type Given, InputError } from '../../src/options/options.ts'
import type { Command } from '../../src/options/table.ts'
import { predicateTypes } from '../../src/report/predicate.ts'

const problemsOf = (command: Command, given: Given): readonly string[] => {
  try {
    checkOptions(command, given)
    return []
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return error.problems
  }
}
const needed: Partial<Record<Command, Given>> = {
  ...{ verify: { against: ['ghcr.io/o/app:1'] }, replay: { against: ['ghcr.io/o/app:1'] } },
  ...{ record: { record: ['r.json.gz'] }, report: { report: ['report.json'] } },
}

describe('the predicate', () => {
  test('is SCAI, and of the types that there are', () => {
    expect(checkOptions('gate', { predicate: ['p.json'] })).toMatchObject({
      predicate: 'p.json',
      predicateType: 'scai',
    })
    for (const type of Object.keys(predicateTypes))
      expect(checkOptions('gate', { 'predicate-type': [` ${type} `] }).predicateType).toBe(type)
    expect(problemsOf('gate', { 'predicate-type': ['slsa'] })).toEqual([
      expect.stringMatching(/^predicate-type \(--predicate-type\): 'slsa' is not one of scai, svr, vsa$/),
    ])
  })

  test.each(['gate', 'verify', 'drift', 'replay', 'report'] as const)('is written by %s', command => {
    const given = { ...needed[command], predicate: ['p.json'], 'predicate-type': ['svr'] }
    expect(problemsOf(command, given)).toEqual([])
  })

  test.each(['lint', 'compare', 'record', 'fix'])(
    'is no flag of %s, which builds nothing or proves nothing',
    command => {
      expect(() => readCommandLine([command, '--predicate', 'p.json'])).toThrow(/predicate/)
    },
  )
})
