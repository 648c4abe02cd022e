import type { Window } from './time.ts'
import { isWithin } from './time.ts'

/** 100 ns from 1582-10-15, when RFC 9562 begins to count, to 1970. */
const gregorian = 122_192_928_000_000_000n

/** The moment in a UUID of version 1, 6 or 7, in ms since 1970; NaN for others. */
export function timeOfUuid(uuid: string): number {
  const digits = uuid.replaceAll('-', '')
  const ticks = (hex: string): number => Number((BigInt(`0x${hex}`) - gregorian) / 10_000n)
  if (digits[12] === '1') return ticks(digits.slice(13, 16) + digits.slice(8, 12) + digits.slice(0, 8))
  if (digits[12] === '6') return ticks(digits.slice(0, 12) + digits.slice(13, 16))
  return digits[12] === '7' ? Number.parseInt(digits.slice(0, 12), 16) : Number.NaN
}

/**
 * Whether a UUID was surely drawn anew: of random bits (version 4), or of the time of that build. Those of version 3 and 5
 * are made of a name, and differ where the name does.
 */
export function isDrawn(uuid: string, window: Window): boolean {
  if (!/^[0-9a-f-]{19}[89ab]/i.test(uuid)) return false
  return uuid[14] === '4' || isWithin({ ms: timeOfUuid(uuid), span: 1, daily: false }, window)
}
