// Two histories side by side: each entry stands beside the one that tells of the same step, with the line of that step, or with
// none rather than a wrong one.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Dockerfile } from '../../src/dockerfile/dockerfile.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { stageLineage } from '../../src/explain/blame/blame.ts'
import { pairHistories } from '../../src/explain/blame/history-lines.ts'
import type { HistoryEntry, Image } from '../../src/image/image.ts'

const imageOf = (history: unknown): Image => ({
  ...{ digest: 'm', configDigest: 'c', manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] } },
  config: { rootfs: { type: 'layers', diff_ids: [] }, history: history as HistoryEntry[] },
})

const text = 'FROM debian\nENV A=one\nRUN make one\nRUN make \\\n  two\nCOPY f /to/\nUSER app\n'
const dockerfile = parseDockerfile(text, 'Dockerfile')
const lineage = stageLineage(dockerfile, undefined, {})
/** As BuildKit writes them, of a base with one entry. */
const base: HistoryEntry = { created_by: 'ADD file:0 in / ' }
const own: HistoryEntry[] = [
  { created_by: 'ENV A=one', empty_layer: true },
  { created_by: 'RUN /bin/sh -c make one # buildkit' },
  { created_by: 'RUN /bin/sh -c make   two # buildkit' },
  { created_by: 'COPY f /to/ # buildkit' },
  { created_by: 'USER app', empty_layer: true },
]
const told = (history: unknown, other = history, of: Dockerfile | null = dockerfile) =>
  pairHistories(imageOf(history), imageOf(other), of, lineage).map(({ a, b, instruction }) => [
    a?.created_by ?? null,
    b?.created_by ?? null,
    instruction?.line ?? null,
  ])
const alone = ({ created_by }: HistoryEntry, line: number | null) => [created_by ?? null, created_by ?? null, line]
const lines = (pairs: unknown[][]) => pairs.map(pair => pair[2])

describe('entries side by side', () => {
  const entry = fc.record(
    { created_by: fc.constantFrom('one', 'two', 'three'), empty_layer: fc.boolean() },
    { requiredKeys: ['created_by'] },
  )
  const some = fc.array(entry, { maxLength: 5 })

  test('none is lost, told twice or out of order, and the common beginning and end stand beside each other', () => {
    const key = ({ created_by, empty_layer = false }: HistoryEntry) => `${created_by} ${empty_layer}`
    fc.assert(
      fc.property(some, some, some, some, (head, middleA, middleB, tail) => {
        const [a, b] = [middleA, middleB].map(middle => [...head, ...middle, ...tail]) as [
          HistoryEntry[],
          HistoryEntry[],
        ]
        const pairs = pairHistories(imageOf(a), imageOf(b), null, [])
        expect(pairs.flatMap(({ a }) => a ?? [])).toEqual(a)
        expect(pairs.flatMap(({ b }) => b ?? [])).toEqual(b)
        expect(pairs).toHaveLength(Math.max(a.length, b.length))
        for (const { a, b, instruction } of pairs) {
          expect([a, b]).not.toEqual([null, null])
          expect([a, b, instruction]).not.toContain(undefined)
          expect(instruction).toBeNull()
        }
        const differing = pairs.filter(({ a, b }) => a === null || b === null || key(a) !== key(b))
        expect(differing.length).toBeLessThanOrEqual(Math.max(middleA.length, middleB.length))
      }),
    )
  })

  test('one step more shifts no other', () => {
    const more = { created_by: 'RUN more' }
    const without = [base, ...own]
    for (const at of without.keys()) {
      const withIt = without.toSpliced(at, 0, more)
      const rest = without.map((one, index) => alone(one, [null, 2, 3, 4, 6, 7][index] ?? null))
      expect(told(without, withIt)).toEqual(rest.toSpliced(at, 0, [null, more.created_by, null]))
      expect(told(withIt, without)).toEqual(rest.toSpliced(at, 0, [more.created_by, null, null]))
    }
  })

  test('entries of the same text, one of them without a layer, are not one', () => {
    const [layer, none] = [{ created_by: 'x' }, { created_by: 'x', empty_layer: true }]
    expect(pairHistories(imageOf([none, layer]), imageOf([layer]), null, []).map(({ a, b }) => [a, b])).toEqual([
      ...[
        [none, null],
        [layer, layer],
      ],
    ])
    // Not to say that there is a layer is to say that there is one.
    const said = { created_by: 'x', empty_layer: false }
    expect(pairHistories(imageOf([none, layer]), imageOf([said]), null, []).map(({ b }) => b)).toEqual([null, said])
  })

  test('what is no history has no entries', () => {
    for (const odd of [undefined, null, 'RUN x', { length: 1 }])
      expect(told(odd, [base])).toEqual([[null, base.created_by, null]])
  })
})

describe('the line of an entry', () => {
  test('is that of its instruction, from the end on, wherever only one side tells of it', () => {
    expect(lines(told([base, ...own]))).toEqual([null, 2, 3, 4, 6, 7])
    expect(lines(told(own))).toEqual([2, 3, 4, 6, 7])
    // Of fewer entries than there are instructions, the last ones.
    expect(lines(told(own.slice(2)))).toEqual([4, 6, 7])
    expect(lines(told([], own))).toEqual([2, 3, 4, 6, 7])
    expect(lines(told(own, []))).toEqual([2, 3, 4, 6, 7])
    expect(
      lines(
        told(
          own,
          own.map(() => ({ created_by: 'other' })),
        ),
      ),
    ).toEqual([2, 3, 4, 6, 7])
    expect(
      lines(
        told(
          own.map(() => ({ created_by: 'other' })),
          own,
        ),
      ),
    ).toEqual([2, 3, 4, 6, 7])
  })

  test('is not known without a Dockerfile, or without what tells of it', () => {
    expect(lines(told(own, own, null))).toEqual(own.map(() => null))
    expect(lines(told([{}, { created_by: '' }, {}]))).toEqual([null, null, null])
  })

  test('of a history that is another from the end on is found by its text, where one instruction alone is meant', () => {
    const other = { created_by: 'other' }
    expect(lines(told([...own, other]))).toEqual([2, 3, 4, 6, 7, null])
    // Behind what fits from the end, the others are found by text.
    expect(lines(told([own[1], other, own[3], own[4]]))).toEqual([3, null, 6, 7])
    // What has its line is not meant by another entry.
    expect(lines(told([own[3], other, own[3], own[4]]))).toEqual([null, null, 6, 7])
    // Of two instructions of one text either could be.
    const twice = parseDockerfile('FROM debian\nRUN make one\nUSER app\nRUN make one\n', 'Dockerfile')
    const [run] = [{ created_by: 'RUN /bin/sh -c make one # buildkit' }]
    const pairs = pairHistories(imageOf([run, other]), imageOf([run, other]), twice, stageLineage(twice, undefined, {}))
    expect(pairs.map(({ instruction }) => instruction)).toEqual([null, null])
  })

  test('of two instructions that read alike stays that of its place, through all stages', () => {
    const stages = parseDockerfile('FROM debian AS b\nRUN make one\nRUN make one\nFROM b\nUSER app\n', 'Dockerfile')
    const [run, user] = [own[1], own[4]]
    const found = (...history: unknown[]) =>
      pairHistories(imageOf(history), imageOf(history), stages, stageLineage(stages, undefined, {})).map(
        ({ instruction }) => instruction?.line ?? null,
      )
    expect(found(base, run, run, user)).toEqual([null, 2, 3, 5])
    // What has its line is not found once more by its text.
    expect(found({ created_by: 'other' }, run, user)).toEqual([null, 3, 5])
  })

  test('by its text is found for the whole of it only', () => {
    const other = { created_by: 'other' }
    const find = (created_by: string) => lines(told([{ created_by }, other]))[0]
    expect(find('make one && make two')).toBeNull()
    expect(find('/bin/sh -c set -e; make \\\n one')).toBe(3)
    expect(find('/bin/sh -c make on')).toBeNull()
    // A setting has to be named.
    expect(find('USER app')).toBe(7)
    expect(find('echo app')).toBeNull()
    expect(find('echo A=one')).toBeNull()
  })

  test('by its text is not found for one that is too short to mean anything', () => {
    const short = parseDockerfile('FROM debian\nRUN ab\nRUN abc\n', 'Dockerfile')
    const find = (created_by: string) =>
      pairHistories(
        imageOf([{ created_by }, { created_by: 'x' }]),
        imageOf([]),
        short,
        stageLineage(short, undefined, {}),
      )[0]?.instruction?.line
    expect(find('sh -c ab')).toBeUndefined()
    expect(find('sh -c abc')).toBe(3)
  })
})
