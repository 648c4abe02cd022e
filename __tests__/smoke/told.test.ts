import { expect, test } from '@jest/globals'
import { whyWithheld } from '../../src/release/words.ts'
import { checklist } from '../../src/report/checklist.ts'
import { failureTitle } from '../../src/report/failure-title.ts'
import { exitCodeOf, type Report } from '../../src/report/report.ts'
import { headline } from '../../src/report/verdict-lines.ts'
import { behavesDifferently, behavesSame, neverStarted, onlyBytesDiffer } from '../report/smoke-reports.ts'

const codes = (report: Report) => [exitCodeOf(report, 'difference'), exitCodeOf(report, 'never')]

test('equal bytes that behave differently fail, are not released, and are shown as no success', () => {
  expect(codes(behavesDifferently)).toEqual([1, 0])
  expect(whyWithheld(behavesDifferently, 'difference')).toMatch(/smoke command did not do the same/)
  expect(headline(behavesDifferently)).toBe('❌ Reproducible, but it does not behave the same')
  expect(failureTitle(behavesDifferently, null)).toMatch(/^Reproducible, but the smoke command/)
  // The bytes are as good as before.
  expect(checklist(behavesDifferently)).toEqual(checklist(behavesSame))
})

test('a command of which nothing was seen is no pass either', () => {
  expect(codes(neverStarted)).toEqual([2, 0])
  expect(whyWithheld(neverStarted, 'difference')).toMatch(/could not be compared/)
  expect(headline(neverStarted)).toMatch(/^⚠️/)
})

test('the same behaviour makes nothing of bytes that differ', () => {
  expect(codes(behavesSame)).toEqual([0, 0])
  expect(whyWithheld(behavesSame, 'difference')).toBeNull()
  expect(codes(onlyBytesDiffer)).toEqual([1, 0])
  expect(headline(onlyBytesDiffer)).toBe('❌ Not reproducible')
})
