// How a run ends: only what was proven, released where that was asked for, and seen to behave the same ends with 0.
import { expect, test } from '@jest/globals'
import { exitCodeOf, failuresOf, isOfLint, type Report } from '../../src/report/report.ts'
import { notReleased, released } from './release-reports.ts'
import { buildFailed, finding, lintClean, lintOnly, notReproducible, reproducible, undecided } from './reports.ts'
import { behavesDifferently, behavesSame, neverStarted, onlyBytesDiffer } from './smoke-reports.ts'

const proven: Report = { ...reproducible, findings: [] }
const withError: Report = { ...proven, findings: [finding('RG201', { level: 'error' })] }
const withWarning: Report = { ...proven, findings: [finding('RG201', { level: 'warning' })] }
const withheld: Report = { ...notReproducible, release: { ...released.release, state: 'withheld' } as never }
const without = (report: Report): Report => ({ ...report, findings: [] })
/** The command was run in images of several platforms. */
const ofSeveral = (...reports: Report[]): Report => {
  const [first = behavesSame] = reports
  const results = reports.flatMap(({ smoke }) => smoke?.results ?? [])
  return { ...without(first), smoke: { ...(first.smoke as NonNullable<Report['smoke']>), results } }
}
const nowhere: Report = { ...ofSeveral(behavesSame), smoke: { command: 'x', files: [], results: [] } }

// For fail-on: difference, error, warning.
test.each<[string, Report, (0 | 1 | 2)[]]>([
  ['reproducible', proven, [0, 0, 0]],
  ['reproducible, with an error of the lint', withError, [0, 1, 1]],
  ['reproducible, with a warning of the lint', withWarning, [0, 0, 1]],
  ['not reproducible', notReproducible, [1, 1, 1]],
  ['undecided', undecided, [2, 2, 2]],
  ['a build that failed', buildFailed, [2, 2, 2]],
  ['published', without(released), [0, 0, 0]],
  ['proven, and not released', without(notReleased), [2, 2, 2]],
  ['not proven, so nothing was pushed', withheld, [1, 1, 1]],
  ['behaves the same', without(behavesSame), [0, 0, 0]],
  ['equal bytes that behave differently', behavesDifferently, [1, 1, 1]],
  ['undecided, whatever it behaves like', { ...without(behavesDifferently), verdict: 'undecided' }, [2, 2, 2]],
  ['other bytes that behave the same', onlyBytesDiffer, [1, 1, 1]],
  ['a command that was not seen to do anything', without(neverStarted), [2, 2, 2]],
  ['the same, with an error of the lint', { ...neverStarted, findings: withError.findings }, [2, 1, 1]],
  ['one platform that behaves differently', ofSeveral(behavesSame, behavesDifferently), [1, 1, 1]],
  ['one platform of which that is not known', ofSeveral(behavesSame, neverStarted), [2, 2, 2]],
  ['a command that was run nowhere', nowhere, [2, 2, 2]],
  ['a lint without findings', lintClean, [0, 0, 0]],
  ['a lint', { ...lintOnly, findings: withWarning.findings }, [0, 0, 1]],
])('%s', (_, report, codes) => {
  expect((['difference', 'error', 'warning'] as const).map(failOn => exitCodeOf(report, failOn))).toEqual(codes)
  expect(exitCodeOf(report, 'never')).toBe(0)
})

test('all builds that failed are told, or the one', () => {
  const failure = buildFailed.failure as NonNullable<Report['failure']>
  const other = { ...failure, image: 'db' }
  expect(failuresOf(buildFailed)).toEqual([failure])
  expect(failuresOf({ failure, failures: [failure, other] })).toEqual([failure, other])
  expect(failuresOf(proven)).toEqual([])
})

test('it was the lint that found all where no comparison has anything to say but a notice', () => {
  const [lint, seen] = [finding('RG201'), finding('pyc-timestamp')]
  const notice = finding('pyc-timestamp', { level: 'notice' })
  for (const ofLint of [[], [lint], [notice], [lint, notice]]) expect(isOfLint(ofLint)).toBe(true)
  for (const more of [[seen], [lint, seen], [seen, notice]]) expect(isOfLint(more)).toBe(false)
})
