import { describe, expect, test } from '@jest/globals'
import { isTaken, localSteps, takenFrom } from '../../../src/build/variations/taken.ts'

const source = (id: string, identifier: string, followed?: unknown) => ({
  id,
  op: { Op: { source: { identifier, attrs: followed === undefined ? {} : { 'local.followpaths': followed } } } },
})
const provenance = (...steps: unknown[]) => ({ buildConfig: { llbDefinition: steps } })

describe('what a build takes of folders', () => {
  test('by name, with the paths that it asked for; without any: all', () => {
    const given = provenance(
      source('step0', 'docker-image://debian'),
      source('step1', 'local://context', '["app","run.sh"]'),
      source('step2', 'local://other'),
      source('step3', 'local://context', '["lib"]'),
    )
    expect(takenFrom(given)).toEqual(
      new Map([
        ['context', ['app', 'run.sh', 'lib']],
        ['other', null],
      ]),
    )
    expect(localSteps(given)).toEqual(new Set(['step1', 'step2', 'step3']))
  })

  test('nothing known is not nothing taken', () => {
    expect(takenFrom(null)).toBe(null)
    expect(takenFrom({ buildConfig: {} })).toBe(null)
    expect(takenFrom(provenance(source('step0', 'docker-image://debian')))).toEqual(new Map())
    for (const odd of ['{', '[]', '[1]', 7])
      expect(takenFrom(provenance(source('s', 'local://context', odd)))).toEqual(new Map([['context', null]]))
  })

  test.each([
    ['app', ['app'], true],
    ['app/x/y', ['app'], true],
    ['app', ['app/x'], true],
    ['application', ['app'], false],
    ['b/x', ['/b/../b//x'], true],
    ['x1', ['x*'], true],
    ['a/one/c', ['a/*/c'], true],
    ['z/one/c', ['a/*/c'], false],
    ['anything', ['.'], true],
    ['anything', null, true],
  ])('%s of %j: %s', (path, patterns, taken) => expect(isTaken(path, patterns)).toBe(taken))
})
