import type { Variation } from './variation.ts'

/** Far enough for another day everywhere, near enough for what is valid for a week only (lists of packages). */
const twoDays = 2 * 86_400

export const clock: Variation = {
  id: 'clock',
  changes: 'the day, two days ahead by libfaketime, in a new builder',
  catches: 'what keeps the day: /etc/shadow, stamps without a time of day',
  byDefault: false,
  touches: 'run',
  shownBy: ['shadow-day', 'build-time'],
  fix: 'Take SOURCE_DATE_EPOCH in place of the clock; for users, `chage -d 0 NAME`.',
  builder: { clockAhead: twoDays },
}
