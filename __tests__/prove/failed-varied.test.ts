// Side B cannot be built with what is varied.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { failedVaried, type WithoutFailing } from '../../src/prove/failed-varied.ts'
import { type Built, buildPair } from '../../src/prove/pair.ts'
import { type Given, made, type Outcomes, provenBy, scriptedRun } from './scripted-builds.ts'
import { failed, nothing, told } from './told.ts'

type Failed = Required<Extract<Built, { failed: unknown }>>

const plain = made({})
const other = made({ content: 'g' })
/** What another umask makes of a file of the context. */
const open = made({ mode: 0o664 })
/** The same content in another packing. */
const packed = made({}, 'out', { gzip: true })

describe('a side B that cannot be built with another umask', () => {
  const options = { variations: ['umask'] }

  test('fails for it, where it can without, and cannot with it once more', async () => {
    expect(await told([plain, null, plain, null], { options })).toEqual({
      ...{ ...nothing, verdict: 'reproducible', level: 'identical' },
      found: [expect.stringMatching(/^Depends on the machine \(umask\): the build fails/)],
    })
    expect(await told([plain, null, other, null], { options })).toMatchObject({ verdict: 'not-reproducible' })
  })

  test('is told at the line that failed, with what was varied, the step and the words of the failure', async () => {
    const { result } = await provenBy([plain, null, plain, null], { options })
    expect(result.findings).toMatchObject([
      {
        ...{ id: 'varied-build-failed', level: 'warning', class: 'machine', location: { line: 4, endLine: 4 } },
        message: expect.stringMatching(/umask.*exit code/),
        evidence: [{ what: 'build B for linux/amd64 failed at [3/3] RUN make' }, { what: 'make: no rule' }],
      },
    ])
    expect(result).toMatchObject({ variations: [], tried: ['umask'] })
  })

  test('with nothing varied that a build could see just fails', async () => {
    expect(await told([plain, null], { options: { variations: ['time'] } })).toEqual({ ...failed, failure: 'B' })
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

test('a side B that fails without a step, as where the builder is gone, is told without one', async () => {
  const found = async (...outcomes: Outcomes) => {
    const options = { variations: ['umask'] }
    const { image, shared } = await scriptedRun([plain, null, ...outcomes], { options })
    const proving = { ...shared, ...image, image: null }
    const { failed, a, planned } = (await buildPair('linux/amd64', proving, shared.setting.run)) as Failed
    const failure = { ...failed.failure, step: null, location: null, logTail: [] }
    return failedVaried({ ...failed, failure } as typeof failed, a, planned, proving)
  }
  expect(await found(plain, null)).toMatchObject({
    findings: [{ id: 'varied-build-failed', evidence: [{ what: 'build B for linux/amd64 failed' }] }],
  })
  expect((await found(plain, null)).findings[0]).not.toHaveProperty('location')
  const { pair } = (await found(plain, plain)) as WithoutFailing
  expect(pair.doubts).toEqual([expect.stringMatching(/^Build B failed once and did not when/)])
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

  test('is built each time with what is said to be varied, and with nothing else', async () => {
    const cut: number[] = []
    const before = (place: number, _: string, args: readonly string[]) => {
      if (/--network[ =]none/.test(args.join(' '))) cut.push(place)
    }
    // As above: B, B varied again, and B with the network alone.
    await told([plain, null, plain, null, null, plain], { options, before })
    expect(cut).toEqual([1, 3, 4])
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

  test('is told by what is left, where none of the others fails alone', async () => {
    // A, B, B unvaried, B varied again, with the times alone, and with the umask alone.
    const outcomes = [plain, null, plain, null, plain, plain]
    expect(await told(outcomes, { options: { variations: ['mtimes', 'umask', 'order'] } })).toMatchObject({
      found: [expect.stringMatching(/^Depends on the machine \(order\)/)],
    })
    // … and with the network alone: only all of them together fail.
    expect(await told([...outcomes, plain], { options })).toMatchObject({
      found: [expect.stringMatching(/^Depends on the machine \((?=.*mtimes)(?=.*umask)(?=.*network).*\)/)],
    })
  })

  // When such a build has failed, the file is another one: there is no copy to be varied.
  test.each<[string, string[], number]>([
    ['one cannot be varied alone', ['mtimes', 'umask'], 3],
    ['the others cannot be varied without it', ['mtimes', 'umask', 'network'], 4],
  ])('is told by all of them, where %s any more', async (_, variations, last) => {
    const before = (place: number, folder: string) => {
      if (place === last) writeFileSync(join(folder, 'f'), 'another')
    }
    const outcomes = [plain, null, plain, null, null].slice(0, last + 1)
    const { found, ...rest } = await told(outcomes, { options: { variations }, before })
    expect(rest).toEqual({ verdict: 'reproducible', level: 'identical', doubts: [], failure: null })
    expect(found).toEqual([`Depends on the machine (${variations.join(', ')}): the build fails`])
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
