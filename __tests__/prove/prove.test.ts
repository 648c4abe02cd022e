import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { type Given, made, type Outcomes, provenBy } from './scripted-builds.ts'

const plain = made({})
/** Another content: nobody can say by the bytes who did it. */
const other = made({ content: 'g' })
const third = made({ content: 'h' })
/** What another umask makes of a file of the context. */
const open = made({ mode: 0o664 })
/** The same content in another packing. */
const packed = made({}, 'out', { gzip: true })

async function told(outcomes: Outcomes, given?: Given) {
  const { result, built } = await provenBy(outcomes, given)
  const { verdict, level, doubts, findings, failure } = result
  expect(built).toBe(outcomes.length)
  return { verdict, level, doubts, failure: failure?.side ?? null, found: findings.map(({ title }) => title) }
}

const nothing = { doubts: [], failure: null, found: [] }
const failed = { verdict: 'undecided', level: null, doubts: [], found: [] }

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

describe('with another umask for side B', () => {
  const options = { variations: ['umask'] }

  test('what differs for it alone is told beside two builds that agree', async () => {
    expect(await told([plain, open, plain], { options })).toEqual({
      ...{ ...nothing, verdict: 'reproducible', level: 'identical' },
      found: [expect.stringMatching(/^Depends on the machine \(umask\)/)],
    })
  })

  test('and fails where the profile is strict', async () => {
    expect(await told([plain, open, plain], { options: { ...options, profile: ['strict'] } })).toMatchObject({
      ...{ verdict: 'not-reproducible', found: [expect.stringMatching(/^Depends on the machine \(umask\)/)] },
    })
  })

  test('what differs without it, too, is not reproducible', async () => {
    const { result } = await provenBy([plain, open, other], { options })
    expect(result.verdict).toBe('not-reproducible')
    expect(result.notes.join()).not.toMatch(/agree/)
  })

  test('what the bytes do not tell is built with it again: only what comes the same is its doing', async () => {
    expect(await told([plain, other, plain, other], { options })).toMatchObject({
      ...{ verdict: 'reproducible', doubts: [], found: [expect.stringMatching(/^Depends on the machine \(umask\)/)] },
    })
  })

  test('and what comes otherwise is drawn by chance, though two builds did agree', async () => {
    for (const again of [third, plain])
      expect(await told([plain, other, plain, again], { options })).toMatchObject({
        ...{ verdict: 'not-reproducible', found: [expect.not.stringMatching(/^Depends on the machine/)] },
      })
  })

  test('who did it stays open where it cannot be built once more, or that build is doubted', async () => {
    const broken = await told([plain, other, plain, null], { options })
    expect([broken.verdict, broken.doubts]).toEqual(['undecided', [expect.stringMatching(/could not be built again/)]])
    const doubted = await told([plain, other, plain, other], { options, cached: [3] })
    expect([doubted.verdict, doubted.doubts]).toEqual(['undecided', [expect.stringMatching(/from a cache/)]])
  })

  test('the build that decides leaves it undecided where it fails, or is doubted', async () => {
    expect(await told([plain, open, null], { options })).toEqual({ ...failed, failure: 'B' })
    expect(await told([plain, open, plain], { options, cached: [2] })).toMatchObject({
      ...{ verdict: 'undecided', doubts: [expect.stringMatching(/from a cache/)] },
    })
  })

  test('where it cannot be read what it changed, the unvaried build decides, but not that all is well', async () => {
    const forgets = true
    const [unread, differs] = [[plain, other, null, plain] as const, [plain, other, null, other] as const]
    const { verdict, doubts } = await told(unread, { options, forgets })
    expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(/what differed could not be read/)]])
    expect(await told(differs, { options, forgets })).toMatchObject({ verdict: 'not-reproducible' })
  })

  test('nor where the images of the one that agrees are lost again', async () => {
    const outcomes = [plain, open, plain, open, plain]
    const { verdict, doubts } = await told(outcomes, { options, forgets: true, lost: [4] })
    expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(/what differed could not be read/)]])
  })
})

describe('a side B that cannot be built with another umask', () => {
  const options = { variations: ['umask'] }

  test('fails for it, where it can without, and cannot with it once more', async () => {
    expect(await told([plain, null, plain, null], { options })).toEqual({
      ...{ ...nothing, verdict: 'reproducible', level: 'identical' },
      found: [expect.stringMatching(/^Depends on the machine \(umask\): the build fails/)],
    })
    expect(await told([plain, null, other, null], { options })).toMatchObject({ verdict: 'not-reproducible' })
  })

  test('fails by chance, where it can once more: undecided, though two did agree', async () => {
    const { verdict, doubts } = await told([plain, null, plain, plain], { options })
    expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(/matter of chance/)]])
  })

  test('is undecided where it cannot be built without either, or the profile is strict', async () => {
    expect(await told([plain, null, null], { options })).toEqual({ ...failed, failure: 'B' })
    expect(await told([plain, null], { options: { ...options, profile: ['strict'] } })).toEqual({
      ...failed,
      failure: 'B',
    })
  })
})

describe('a side B that cannot be built with one of several things varied', () => {
  const options = { variations: ['mtimes', 'umask', 'network'] }
  const byNetwork = expect.stringMatching(/^Depends on the machine \(network\): the build fails/)

  test('is built with the others, and that decides: what was not seen is one thing alone', async () => {
    // A, B, B unvaried, B varied again, B with the network alone, and B with all but that.
    const { result } = await provenBy([plain, null, plain, null, null, plain], { options })
    expect(result).toMatchObject({ verdict: 'reproducible', variations: ['mtimes', 'umask'], tried: ['network'] })
    expect(result.findings.map(({ title }) => title)).toEqual([byNetwork])
  })

  test('differs with the others: who did it is told beside the one that fails', async () => {
    // … and B unvaried once more, beside which that is a difference of the umask, as its bytes say.
    const outcomes = [plain, null, plain, null, null, open, plain]
    const { result, built } = await provenBy(outcomes, { options })
    expect(built).toBe(outcomes.length)
    expect(result).toMatchObject({ verdict: 'reproducible', tried: ['mtimes', 'umask', 'network'] })
    expect(result.findings.map(({ title }) => title)).toEqual([
      expect.stringMatching(/^Depends on the machine \(umask\)/),
      byNetwork,
    ])
    expect(await told([plain, null, plain, null, null, other, other], { options })).toMatchObject({
      verdict: 'not-reproducible',
    })
  })

  test('differs unvaried: that decides, and whether one with the others would agree is not asked', async () => {
    // A, B, B unvaried, B varied again, and B with each alone.
    expect(await told([plain, null, other, null, null, plain, plain], { options })).toMatchObject({
      ...{ verdict: 'not-reproducible', found: expect.arrayContaining([byNetwork]) },
    })
  })

  // A third build, with what does not fail, would be the very image of A: it is not made, and does not decide.
  test.each<[string, string, Outcomes[number], Given]>([
    ['agrees less than is asked for', 'not-reproducible', packed, { options: { ...options, level: ['identical'] } }],
    ['is doubted', 'undecided', plain, { options, cached: [2] }],
  ])('%s unvaried: that decides', async (_, verdict, unvaried, given) => {
    expect(await told([plain, null, unvaried, null, null, plain, plain], given)).toMatchObject({
      ...{ verdict, found: expect.arrayContaining([byNetwork]) },
    })
  })

  test('agrees as much as is asked for in another packing: that is still no matter', async () => {
    expect(await told([plain, null, packed, null, null, plain], { options })).toMatchObject({ verdict: 'reproducible' })
  })

  test('fails with the others, too: each is tried, and the unvaried builds decide', async () => {
    // … B with all but the network, with the times alone, the umask alone, and all but these two.
    const outcomes = [plain, null, plain, null, null, null, plain, null, plain]
    const { result, built } = await provenBy(outcomes, { options })
    expect(built).toBe(outcomes.length)
    expect(result).toMatchObject({ verdict: 'reproducible', variations: ['mtimes'], tried: ['umask', 'network'] })
    // … and B with the umask alone, as what is left and by itself.
    expect(await told([plain, null, plain, null, null, null, null, null, null], { options })).toMatchObject({
      ...{ verdict: 'reproducible', level: 'identical' },
      found: [expect.stringMatching(/^Depends on the machine \(network, mtimes, umask\): the build fails/)],
    })
  })
})

describe('with several things varied', () => {
  const options = { variations: ['mtimes', 'umask', 'order'] }

  test('each is varied alone, to name the one that did it', async () => {
    // A, B, B unvaried, B varied again, and B with the times alone, and with the umask alone.
    const { verdict, found } = await told([plain, other, plain, other, plain, other], { options })
    expect([verdict, found]).toEqual(['reproducible', [expect.stringMatching(/^Depends on the machine \(umask\)/)]])
  })

  test('it is undecided where one cannot be built alone', async () => {
    const { verdict, doubts } = await told([plain, other, plain, other, null], { options })
    expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(/could not be built again/)]])
  })

  test('nor is anything proven while the files are changed', async () => {
    const before = (place: number, folder: string) => {
      if (place === 2) writeFileSync(join(folder, 'f'), 'another')
    }
    expect(await told([plain, open, plain], { options: { variations: ['umask'] }, before })).toMatchObject({
      ...{ verdict: 'undecided', doubts: [expect.stringMatching(/build context was changed/)] },
    })
  })
})
