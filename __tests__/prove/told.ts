import { expect } from '@jest/globals'
import { type Given, type Outcomes, provenBy } from './scripted-builds.ts'

/** What builds that go so come to, in short; all of them were asked for. */
export async function told(outcomes: Outcomes, given?: Given) {
  const { result, built } = await provenBy(outcomes, given)
  const { verdict, level, doubts, findings, failure } = result
  expect(built).toBe(outcomes.length)
  return { verdict, level, doubts, failure: failure?.side ?? null, found: findings.map(({ title }) => title) }
}

export const nothing = { doubts: [], failure: null, found: [] }
export const failed = { verdict: 'undecided', level: null, doubts: [], found: [] }
