import { describe, expect, test } from '@jest/globals'
import { variationsNamed } from '../../src/build/variations/variations.ts'
import type { Ports } from '../../src/ports.ts'
import { sameFilesDoubts, unreadable } from '../../src/prove/explained.ts'
import type { Pair } from '../../src/prove/pair.ts'
import type { Level } from '../../src/verdict.ts'

const steps = [{ name: '[2/2] RUN make' }]
const side = { digest: 'sha256:a', configDigest: 'sha256:b', startedAt: 0, finishedAt: 1, provenance: null, steps }
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

describe('where the same files are enough, and only configs differ', () => {
  const now = 1_700_000_000_000
  const download = { id: 'd', op: { Op: { source: { identifier: 'https://example.org/f' } } } }
  const ran = { id: 'r', op: { Op: { exec: {} } } }
  const side = (at: number, configDigest: string) => ({
    ...{
      digest: `sha256:${configDigest}`,
      configDigest,
      ref: `b${configDigest}/n/i`,
      startedAt: at,
      endedAt: at + 100,
    },
    provenance: {
      buildConfig: { llbDefinition: [download, ran], digestMapping: { 'sha256:d': 'd', 'sha256:r': 'r' } },
    },
    steps: [{ digest: 'sha256:r', name: '[2/2] RUN make', cached: false, startedAt: at, endedAt: at + 100 }],
  })
  const doubts = (level: Level, required: Level, apart = 500) =>
    sameFilesDoubts(
      {
        ...{ a: side(now, 'a'), b: side(now + apart, 'b'), required },
        planned: { beside: { A: [], B: [] } },
      } as unknown as Pair,
      level,
    )

  test('a time of the same moment, or a download that both were given, may be why', () => {
    expect(doubts('same-files', 'same-files')).toEqual([
      expect.stringMatching(/'RUN make' in the same two seconds/),
      expect.stringMatching(/has no checksum/),
    ])
    expect(doubts('same-files', 'same-files', 60_000)).toEqual([expect.stringMatching(/has no checksum/)])
  })

  test('what differs all the same is no doubt', () => {
    expect(doubts('different', 'same-files')).toEqual([])
    expect(doubts('same-files', 'same-content')).toEqual([])
  })
})
