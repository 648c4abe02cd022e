import type { Target } from '../target.ts'

export const target: Target = {
  name: 'greedy',
  what: 'an input that takes all memory',
  seeds: ['a few words'],
  words: ['GROW'],
  run(bytes) {
    const held: string[][] = []
    while (bytes.includes('GROW')) held.push(Array.from({ length: 100_000 }, (_, at) => `${at}`))
  },
}
