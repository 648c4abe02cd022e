// Side B is built with something varied, and is another image: whose doing that is.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { withAnotherB } from '../../src/prove/again.ts'
import { foundGuilty } from '../../src/prove/guilty.ts'
import type { Suspicion } from '../../src/prove/machine.ts'
import { buildPair } from '../../src/prove/pair.ts'
import { made, provenBy, scriptedRun } from './scripted-builds.ts'
import { failed, nothing, told } from './told.ts'

const plain = made({})
/** Another content: nobody can say by the bytes who did it. */
const other = made({ content: 'g' })
const third = made({ content: 'h' })
/** What another umask makes of a file of the context. */
const open = made({ mode: 0o664 })

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

  test('one that the bytes explain does not answer for another that they do not', async () => {
    // Permissions of the file, and what the RUN writes: that comes otherwise again, so it is drawn.
    const [both, again] = [made({ mode: 0o664 }, 'one'), made({ mode: 0o664 }, 'two')]
    expect(await told([plain, both, plain, again], { options })).toMatchObject({
      ...{ verdict: 'not-reproducible', doubts: [] },
      found: expect.arrayContaining([expect.not.stringMatching(/^Depends on the machine/)]),
    })
    expect(await told([plain, both, plain, both], { options })).toMatchObject({
      ...{ verdict: 'reproducible', doubts: [] },
      found: [expect.stringMatching(/^Depends on the machine/), expect.stringMatching(/^Depends on the machine/)],
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
    // The time alone is another one in any two builds: that it is varied, too, says nothing.
    for (const variations of [['umask'], ['time', 'umask']]) {
      const { verdict, doubts } = await told(unread, { options: { variations }, forgets })
      expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(/what differed could not be read/)]])
    }
    expect(await told(differs, { options, forgets })).toMatchObject({ verdict: 'not-reproducible' })
    // Nor does one that fails decide anything.
    expect(await told([plain, other, null, null], { options, forgets })).toEqual({ ...failed, failure: 'B' })
  })

  test('nor where the images of the one that agrees are lost again', async () => {
    const outcomes = [plain, open, plain, open, plain]
    const { verdict, doubts } = await told(outcomes, { options, forgets: true, lost: [4] })
    expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(/what differed could not be read/)]])
  })
})

// A list that was cut may leave out what chance did; and of images that differ in what no finding tells, nobody knows.
test.each([
  ['more differs than is listed', [{ evident: true }], true, 4],
  ['nothing is found', [], false, 4],
  ['the bytes tell of each', [{ evident: true }], false, 3],
])('whether it is built once more to tell it from chance: %s', async (_, suspected, cut, builds) => {
  const { image, shared, count } = await scriptedRun([plain, open, plain, open], { options: { variations: ['umask'] } })
  const proving = { ...shared, ...image, image: null }
  const pair = await buildPair('linux/amd64', proving, shared.setting.run)
  if ('failed' in pair) throw new Error('both were to be built')
  await withAnotherB(pair.planned, pair.a, { request: pair.planned.request, variations: [] }, '', proving)
  const suspicions = suspected.map(one => ({ ...one, finding: {}, suspects: [] }) as unknown as Suspicion)
  await foundGuilty(suspicions, cut, pair, proving)
  expect(count()).toBe(builds)
})

describe('with several things varied', () => {
  const options = { variations: ['mtimes', 'umask', 'order'] }

  test('each is varied alone, to name the one that did it', async () => {
    // A, B, B unvaried, B varied again, and B with the times alone, and with the umask alone.
    const { verdict, found } = await told([plain, other, plain, other, plain, other], { options })
    expect([verdict, found]).toEqual(['reproducible', [expect.stringMatching(/^Depends on the machine \(umask\)/)]])
  })

  test('all that do it alone are named, of one difference and of several paths of one', async () => {
    const both = expect.stringMatching(/^Depends on the machine \(mtimes and umask\)/)
    expect(await told([plain, other, plain, other, other, other], { options })).toMatchObject({ found: [both] })
    // Of two files in one folder each is the doing of another one.
    const folder = (a: string, b: string) =>
      made([
        { name: 'f/a', content: a },
        { name: 'f/b', content: b },
      ])
    const [same, differs] = [folder('', ''), folder('1', '2')]
    const alone = [folder('1', ''), folder('', '2')]
    expect(await told([same, differs, same, differs, ...alone], { options })).toMatchObject({ found: [both] })
  })

  test('it is undecided where one cannot be built alone', async () => {
    const { verdict, doubts } = await told([plain, other, plain, other, null], { options })
    expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(/could not be built again/)]])
  })

  test('or is doubted, or cannot be read', async () => {
    const doubted = await told([plain, other, plain, other, other], { options, cached: [4] })
    expect([doubted.verdict, doubted.doubts]).toEqual(['undecided', [expect.stringMatching(/from a cache/)]])
    // A, B, both once more and kept, B unvaried, B varied again, and B with the times alone.
    const outcomes = [plain, other, plain, other, plain, other, other]
    const lost = await told(outcomes, { options, forgets: true, lost: [6] })
    expect([lost.verdict, lost.doubts]).toEqual(['undecided', [expect.stringMatching(/alone could not be read/)]])
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
