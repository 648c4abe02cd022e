// Images that differ by chance, and by what is varied, too: each difference is told as what it is, at its own line.
import { expect, test } from '@jest/globals'
import { type Given, made, type Outcomes, provenBy } from './scripted-builds.ts'

const plain = made({})
const options = { variations: ['umask'] }
const openMode = { mode: 0o664 }
/** What the RUN above the COPY writes: no file of the context comes there. */
const drawn = { begun: 'drawn' }

async function told(outcomes: Outcomes, given: Given = { options }) {
  const { result, built } = await provenBy(outcomes, given)
  expect(built).toBe(outcomes.length)
  const { verdict, doubts, findings, notes } = result
  const found = findings.map(({ title, class: when, location }) => [
    location?.line,
    /^Depends on the machine \((.*)\)/.exec(title)?.[1] ?? when,
  ])
  return { verdict, doubts, found: found.sort(), notes }
}

const chance = (line: number) => [line, 'now']
const byUmask = (line: number) => [line, 'umask']
const different = { verdict: 'not-reproducible', doubts: [] }

test('a layer that no file of the context comes into needs no other build', async () => {
  expect(await told([plain, made({}, 'out', drawn)])).toEqual({ ...different, found: [chance(2)], notes: [] })
})

test('nor does one beside it, where its bytes show what was varied', async () => {
  expect(await told([plain, made(openMode, 'out', drawn)])).toEqual({
    ...{ ...different, found: [chance(2), byUmask(3)] },
    notes: [expect.stringMatching(/made with umask varied: among the layers that differ/)],
  })
})

test('where they do not, side B is built without: what differs no more may be the doing of what was varied', async () => {
  const outcomes = [
    [made({ content: 'g' }, 'out', drawn), [chance(2)]],
    [made(openMode, 'other', drawn), [chance(2), byUmask(3)]],
  ] as const
  for (const [varied, expected] of outcomes) {
    const { found, notes, ...rest } = await told([plain, varied, made({}, 'out', drawn)])
    expect(rest).toEqual(different)
    expect(found).toEqual(expected)
    expect(notes).toContainEqual(expect.stringMatching(/^With umask varied, more differed than without \((f|out)\)/))
  }
})

test('what the bytes show of it is told besides', async () => {
  // The content is drawn in each build, the permissions come from the umask.
  const outcomes = [plain, made({ ...openMode, content: 'g' }), made({ content: 'h' })]
  const { found, notes, ...rest } = await told(outcomes)
  expect(rest).toEqual(different)
  expect(found).toEqual([chance(3), byUmask(3)])
  expect(notes.join()).not.toMatch(/more differed than without/)
})

test('of a doubted build nothing is told besides', async () => {
  const outcomes = [plain, made({ ...openMode, content: 'g' }), made({ content: 'h' })]
  const { found } = await told(outcomes, { options, cached: [1] })
  expect(found).toEqual([chance(3)])
})

test('a doubt leaves all of it undecided', async () => {
  const { verdict, doubts } = await told([plain, made(openMode, 'out', drawn)], { options, cached: [1] })
  expect([verdict, doubts]).toEqual(['undecided', [expect.stringMatching(/from a cache/)]])
})

test('a strict profile fails for both', async () => {
  const outcomes = [plain, made(openMode, 'out', drawn)]
  const { result } = await provenBy(outcomes, { options: { ...options, profile: ['strict'] } })
  expect(result.findings.map(({ level }) => level)).toEqual(['error', 'error'])
})
