import type { Variation } from './variation.ts'

/** Accepted, so that who asks for it is told. */
export const clock: Variation = {
  id: 'clock',
  changes: 'the day of the build',
  catches: 'what keeps the day: /etc/shadow, stamps without a time of day',
  byDefault: false,
  touches: 'run',
  shownBy: ['shadow-day', 'build-time'],
  fix: 'Take SOURCE_DATE_EPOCH in place of the clock; for users, `chage -d 0 NAME`.',
  unavailable:
    'a clock cannot be set for one build alone: BuildKit has no option for it, and a preloaded library would be seen by what is built. Run the gate on two days and compare, or see docs/variations.md',
}
