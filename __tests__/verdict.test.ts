import { describe, expect, test } from '@jest/globals'
import { decide, digestLevel, exitCode, levels, type RequiredLevel, type Verdict, worst } from '../src/verdict.ts'

const asked: readonly RequiredLevel[] = ['identical', 'same-content', 'same-files']
const verdicts: readonly Verdict[] = ['reproducible', 'not-reproducible', 'undecided']
const conditions = ['never', 'difference', 'error', 'warning'] as const

describe('digests alone', () => {
  const image = (digest: string, configDigest: string) => ({ digest, configDigest })

  test('prove the manifest, the config, or nothing', () => {
    expect(digestLevel(image('m', 'c'), image('m', 'c'))).toBe('identical')
    expect(digestLevel(image('m', 'c'), image('other', 'c'))).toBe('same-content')
    expect(digestLevel(image('m', 'c'), image('other', 'other'))).toBe('different')
  })
})

describe('the verdict on a pair', () => {
  // Every pair is written down: nothing here is found in the way that the code finds it.
  const enough: Record<RequiredLevel, readonly string[]> = {
    identical: ['identical'],
    'same-content': ['identical', 'same-content'],
    'same-files': ['identical', 'same-content', 'same-files'],
  }

  test.each(asked)('%s asked for: what is less is not reproducible', required => {
    for (const reached of levels)
      expect([reached, decide(reached, required, [])]).toEqual([
        reached,
        enough[required].includes(reached) ? 'reproducible' : 'not-reproducible',
      ])
  })

  test('is open with any doubt, and where nothing was compared', () => {
    for (const required of asked) {
      for (const reached of [null, ...levels]) expect(decide(reached, required, ['why'])).toBe('undecided')
      expect(decide(null, required, [])).toBe('undecided')
    }
  })
})

describe('the verdict on several', () => {
  test('is reproducible when all are, and there is one', () => {
    expect(worst([])).toBe('undecided')
    expect(worst(['reproducible'])).toBe('reproducible')
    expect(worst(['reproducible', 'reproducible'])).toBe('reproducible')
  })

  test('is that of the worst, wherever it stands', () => {
    for (const one of verdicts)
      for (const other of verdicts) {
        const both = [one, other]
        const expected = both.includes('not-reproducible')
          ? 'not-reproducible'
          : both.includes('undecided')
            ? 'undecided'
            : 'reproducible'
        expect([both, worst(both)]).toEqual([both, expected])
        expect(worst(['reproducible', ...both])).toBe(expected)
      }
  })
})

describe('the exit code', () => {
  const none = { error: 0, warning: 0 }

  test('is never 0 without a proof, unless nothing is to fail', () => {
    for (const failOn of conditions) {
      expect(exitCode('not-reproducible', none, failOn)).toBe(failOn === 'never' ? 0 : 1)
      expect(exitCode('undecided', none, failOn)).toBe(failOn === 'never' ? 0 : 2)
      expect(exitCode('reproducible', none, failOn)).toBe(0)
      expect(exitCode(null, none, failOn)).toBe(0)
    }
  })

  test.each<[(typeof conditions)[number], 0 | 1, 0 | 1]>([
    ['never', 0, 0],
    ['difference', 0, 0],
    ['error', 1, 0],
    ['warning', 1, 1],
  ])('fail-on %s: with an error %d, with a warning %d', (failOn, withError, withWarning) => {
    for (const verdict of ['reproducible', null] as const) {
      expect(exitCode(verdict, { error: 1, warning: 0 }, failOn)).toBe(withError)
      expect(exitCode(verdict, { error: 0, warning: 1 }, failOn)).toBe(withWarning)
      expect(exitCode(verdict, { error: 1, warning: 1 }, failOn)).toBe(withError)
    }
  })
})
