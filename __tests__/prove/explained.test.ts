import { describe, expect, test } from '@jest/globals'
import { variationsNamed } from '../../src/build/variations/variations.ts'
import type { Ports } from '../../src/ports.ts'
import { unreadable } from '../../src/prove/explained.ts'
import type { Pair } from '../../src/prove/pair.ts'

const side = { digest: 'sha256:a', configDigest: 'sha256:b', startedAt: 0, finishedAt: 1 }
const ports = { log: { warning: () => undefined } } as unknown as Ports
const pairVarying = (...ids: string[]): Pair =>
  ({
    ...{ a: side, b: side, image: null, platform: 'linux/amd64', required: 'identical' },
    ...{ doubts: [], notes: [], bases: [], planned: { varied: { variations: variationsNamed(ids) } } },
  }) as unknown as Pair

describe('what is said to be varied', () => {
  test('is what was varied in the pair that decides', () => {
    expect(unreadable(pairVarying('umask', 'order'), 'x', ports).variations?.toSorted()).toEqual(['order', 'umask'])
  })
  test('is nothing, where B was built as A was after a varied B had differed', () => {
    expect(unreadable(pairVarying(), 'x', ports)).toMatchObject({ verdict: 'reproducible', variations: [] })
  })
})
