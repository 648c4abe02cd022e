import { readFileSync } from 'node:fs'
import { recogniseCause } from '../../../src/explain/causes.ts'
import type { Clock, Window } from '../../../src/explain/values/time.ts'
import type { EntryDifference } from '../../../src/image/comparison.ts'
import { changed, fixture, subjectOf } from '../subject.ts'
import type { CauseCase } from './cause-case.ts'

/** When the tools of fixtures/make-languages.sh ran. */
const windows = JSON.parse(
  readFileSync(new URL('../fixtures/languages/windows.json', import.meta.url), 'utf8'),
) as Record<'a' | 'b', Window>

/** A pair that a tool wrote when it really ran. */
export const real = (
  rows: number[],
  by: string,
  name: string,
  at: string,
  expected: string,
  others: () => EntryDifference[] = () => [],
): CauseCase => ({
  rows,
  by,
  name: at,
  found: () => {
    const { a, b } = fixture(`languages/${name}`)
    const clock: Clock = { epoch: 1_700_000_000, ...windows }
    const { cause, recognition } = recogniseCause({ ...subjectOf(changed(at, a, b), others()), clock })
    return `${cause.id} ${recognition.confidence}`
  },
  expected,
})
