import type { Target } from '../target.ts'

class Refused extends Error {}

export const target: Target = {
  name: 'typed',
  what: 'an error that is an answer, and one that is none',
  seeds: ['a few words'],
  words: ['null'],
  allowed: [Refused],
  run(bytes) {
    if (bytes.includes('null')) (null as unknown as string[]).push('x')
    throw new Refused('as promised')
  },
}
