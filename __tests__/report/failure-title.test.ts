import { expect, test } from '@jest/globals'
import { failureTitle, undecidedWords } from '../../src/report/failure-title.ts'
import type { Report } from '../../src/report/report.ts'
import { twoPlatforms } from './drift-reports.ts'
import { threeImages } from './image-reports.ts'
import { buildFailed, lintOnly, notReproducible, reproducible, undecided } from './reports.ts'

const decided = (threeImages.results ?? []).filter(({ verdict }) => verdict !== 'not-reproducible')
const partly: Report = { ...threeImages, verdict: 'undecided', results: decided }

test('what is proven of some images, or platforms, is in the title', () => {
  expect(failureTitle(partly, null)).toMatch(
    /^Undecided: 1 of 2 images proven, 1 undecided \(jobs\), which is not a pass\. The command/,
  )
  const [first, second] = twoPlatforms.results ?? []
  if (!first || !second) throw new Error('no platforms')
  const results = [
    { ...first, verdict: 'reproducible' as const },
    { ...second, verdict: 'undecided' as const },
  ]
  expect(undecidedWords({ ...twoPlatforms, verdict: 'undecided', results, doubts: ['Why.'] })).toBe(
    `1 of 2 platforms proven, 1 undecided (${second.platform}), which is not a pass. Why.`,
  )
})

test('where nothing is proven, the title says that', () => {
  expect(failureTitle(undecided, null)).toMatch(/^Undecided: nothing was proven, so this is not a pass\. Build B took/)
  expect(failureTitle(buildFailed, null)).toMatch(/^Undecided: nothing was proven, so this is not a pass\. The command/)
  const all = decided.map(one => ({ ...one, verdict: 'undecided' as const }))
  expect(failureTitle({ ...partly, results: all }, null)).toMatch(/^Undecided: nothing was proven/)
})

test('what the builds show beside a verdict is not said to be of the lint', () => {
  const drift = { ...notReproducible.findings[0], id: 'drift', source: 'comparison', level: 'warning' } as const
  expect(failureTitle({ ...reproducible, findings: [drift as Report['findings'][number]] }, null)).toBe(
    'Reproducible, but there are 0 errors and 1 warning, and fail-on asks for that to fail.',
  )
})

test('a cancelled job says what it had, and takes back nothing that it found', () => {
  expect(failureTitle(undecided, 'SIGINT')).toBe(
    'Undecided: the job was cancelled (SIGINT) before anything was proven.',
  )
  expect(failureTitle(partly, 'SIGINT')).toBe(
    'Undecided: the job was cancelled (SIGINT) when it had 1 of 2 images proven, 1 undecided (jobs).',
  )
  expect(failureTitle(lintOnly, 'SIGTERM')).toMatch(/^Undecided: the job was cancelled/)
  expect(failureTitle(notReproducible, 'SIGTERM')).toMatch(/^Not reproducible: two builds gave different images/)
  expect(failureTitle(reproducible, 'SIGTERM')).toMatch(/^Reproducible, but the lint found/)
})
