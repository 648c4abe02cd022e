import type { Target } from '../target.ts'

export const target: Target = {
  name: 'endless',
  what: 'an input that is never read to its end',
  seeds: ['a few words'],
  words: ['LOOP'],
  run(bytes) {
    while (bytes.includes('LOOP'));
  },
}
