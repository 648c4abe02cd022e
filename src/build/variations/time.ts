import type { Variation } from './variation.ts'

/** Builds are never less than three seconds apart. */
export const time: Variation = {
  id: 'time',
  changes: 'the moment of the build, later by 3 s or more',
  catches: 'what writes the time of the build',
  byDefault: true,
  touches: 'nothing',
  shownBy: [],
  fix: 'Take SOURCE_DATE_EPOCH in place of the clock.',
}
