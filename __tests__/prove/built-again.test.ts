import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { type Given, made, type Outcomes, provenBy } from './scripted-builds.ts'

const plain = made({})
const other = made({ content: 'g' })
/** The same files, and another config. */
const labelled = made({}, 'out', { config: { Labels: { built: 'twice' } } })

const failed = { verdict: 'undecided', failure: { side: 'B' } }

async function told(outcomes: Outcomes, given: Given) {
  const { result, built } = await provenBy(outcomes, given)
  expect(built).toBe(outcomes.length)
  return result
}

describe('builds that ran a step in one moment, where a time that it writes is the same by chance', () => {
  const early = [1]
  const sameFiles = { options: { level: ['same-files'] } }

  test.each<[string, Outcomes, Given, object]>([
    [
      'B is built once more, and that decides: they agree',
      [plain, plain, plain],
      { early },
      { verdict: 'reproducible' },
    ],
    ['or differ', [plain, plain, other], { early }, { verdict: 'not-reproducible' }],
    ['or it fails', [plain, plain, null], { early }, failed],
    ['two that differ need no other', [plain, other], { early }, { verdict: 'not-reproducible' }],
    [
      'but where the same files would do',
      [plain, labelled, labelled],
      { early, ...sameFiles },
      { level: 'same-files' },
    ],
    ['which differ', [plain, labelled, other], { early, ...sameFiles }, { verdict: 'not-reproducible' }],
  ])('%s', async (_, outcomes, given, expected) => {
    expect(await told(outcomes, given)).toMatchObject({ doubts: [], ...expected })
  })

  test('what was varied is told though it fails', async () => {
    expect(await told([plain, plain, null], { early, options: { variations: ['umask'] } })).toMatchObject({
      ...failed,
      variations: ['umask'],
    })
  })

  test.each<[string, Outcomes, Given]>([
    ['the same image', [plain, plain, plain], { early: [1, 2] }],
    ['the same files', [plain, labelled, labelled], { early: [1, 2], ...sameFiles }],
  ])('that they did once more leaves it undecided: %s', async (_, outcomes, given) => {
    const { verdict, doubts } = await told(outcomes, given)
    expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(/same two seconds/)]])
  })
})

describe('builds whose COPY a build of another run did, with the times of its checkout', () => {
  // It is asked whether that build has ended; how long to wait between is drawn.
  beforeEach(() => void jest.spyOn(Math, 'random').mockReturnValue(0))
  afterEach(() => void jest.restoreAllMocks())
  const [ofA, ofB, ofBoth] = [{ 0: 'theirs' }, { 1: 'theirs' }, { 0: 'theirs', 1: 'theirs' }]

  test.each<[string, Outcomes, Given, object]>([
    [
      'one side alone, and both agree: as good as own work',
      [plain, plain],
      { theirs: ofB },
      { verdict: 'reproducible' },
    ],
    [
      'the same on both sides: B is built apart',
      [plain, plain, plain],
      { theirs: ofBoth },
      { verdict: 'reproducible' },
    ],
    [
      'both are, where it differs then',
      [plain, plain, other, plain, plain],
      { theirs: ofBoth },
      { verdict: 'reproducible' },
    ],
    [
      'and may differ all the same',
      [plain, plain, other, plain, other],
      { theirs: ofBoth },
      { verdict: 'not-reproducible' },
    ],
    ['or fail', [plain, plain, null], { theirs: ofBoth }, failed],
    ['B, which differs, is built apart', [plain, other, plain], { theirs: ofB }, { verdict: 'reproducible' }],
    ['and may still differ', [plain, other, other], { theirs: ofB }, { verdict: 'not-reproducible' }],
    ['both are, where A has it', [plain, other, plain, plain], { theirs: ofA }, { verdict: 'reproducible' }],
    ['and either may fail', [plain, other, plain, null], { theirs: ofA }, failed],
  ])('%s', async (_, outcomes, given, expected) => {
    expect(await told(outcomes, given)).toMatchObject({ doubts: [], ...expected })
  })

  test('again and again leaves it undecided, and is not tried for ever', async () => {
    const theirs = Object.fromEntries(Array.from({ length: 30 }, (_, place) => [place, 'theirs']))
    const { result, built } = await provenBy(Array<typeof plain>(30).fill(plain), { theirs })
    // A and B, and five times B, tried four times each.
    expect(built).toBe(22)
    expect(result).toMatchObject({ verdict: 'undecided', level: 'identical' })
    expect(result.doubts).toEqual([
      expect.stringMatching(/one and the same other/),
      expect.stringMatching(/of its checkout/),
    ])
  })
})
