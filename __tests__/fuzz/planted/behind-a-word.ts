import type { Target } from '../target.ts'

/** Nobody guesses four bytes at once; one after the other they are found by whoever sees how far an input came. */
export const target: Target = {
  name: 'behind-a-word',
  what: 'a fault that only an input which begins with a word reaches',
  seeds: ['....'],
  words: [],
  maxBytes: 8,
  run(bytes) {
    if (bytes[0] === 0x46) if (bytes[1] === 0x75) if (bytes[2] === 0x7a) throw new TypeError('reached')
  },
}
