// From two builds to a verdict, where nothing is varied.
import { describe, expect, test } from '@jest/globals'
import { made } from './scripted-builds.ts'
import { failed, nothing, told } from './told.ts'

const plain = made({})
/** Another content: nobody can say by the bytes who did it. */
const other = made({ content: 'g' })

describe('with nothing varied', () => {
  test('two builds that agree are all it takes', async () => {
    expect(await told([plain, plain])).toEqual({ ...nothing, verdict: 'reproducible', level: 'identical' })
  })

  test('two that differ are told by their files', async () => {
    const { found, ...rest } = await told([plain, other])
    expect(rest).toEqual({ verdict: 'not-reproducible', level: 'different', doubts: [], failure: null })
    expect(found).toHaveLength(1)
  })

  test('that either fails leaves it undecided, and tells of which', async () => {
    expect(await told([null])).toEqual({ ...failed, failure: 'A' })
    expect(await told([plain, null])).toEqual({ ...failed, failure: 'B' })
  })

  test.each([
    ['they agree', [plain, plain]],
    ['they differ', [plain, other]],
  ])('a doubt leaves it undecided, where %s', async (_, outcomes) => {
    const { verdict, doubts } = await told(outcomes, { cached: [1] })
    expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(/Build B answered .*RUN make.* cache/)]])
  })
})

describe('whose layers the builder has dropped', () => {
  const forgets = true

  test('both are built once more, and kept: these tell what differs', async () => {
    const { found, ...rest } = await told([plain, other, plain, other], { forgets })
    expect(rest).toEqual({ verdict: 'not-reproducible', level: 'different', doubts: [], failure: null })
    expect(found).toEqual([expect.not.stringMatching(/not explained|could not be read/)])
  })

  test('that those agree takes nothing back: the first two differed', async () => {
    const { verdict, found } = await told([plain, other, plain, plain], { forgets })
    expect([verdict, found]).toEqual(['not-reproducible', [expect.stringMatching(/read/)]])
  })

  test('nor does it that one of those fails', async () => {
    expect(await told([plain, other, plain, null], { forgets })).toMatchObject({ verdict: 'not-reproducible' })
    expect(await told([plain, other, null], { forgets })).toMatchObject({ verdict: 'not-reproducible' })
    // … or is lost before it is read.
    const lost = await told([plain, other, plain, other], { forgets, lost: [3] })
    expect([lost.verdict, lost.found]).toEqual(['not-reproducible', [expect.stringMatching(/read/)]])
  })

  test('where the same files would do, nobody knows whether they are', async () => {
    const { verdict, doubts } = await told([plain, other, plain, plain], {
      forgets,
      options: { level: ['same-files'] },
    })
    expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(/could not be compared/)]])
  })

  test('is no matter where the digests agree; and nothing is built once more for what is doubted anyhow', async () => {
    expect(await told([plain, plain], { forgets })).toEqual({ ...nothing, verdict: 'reproducible', level: 'identical' })
    expect(await told([plain, other], { forgets, cached: [1] })).toMatchObject({ verdict: 'undecided' })
  })
})
