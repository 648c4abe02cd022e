import type { Target } from '../target.ts'

export const target: Target = {
  name: 'greedy',
  what: 'an input that takes all memory',
  seeds: ['a few words'],
  words: ['GROW'],
  run(bytes) {
    const held: number[][] = []
    while (bytes.includes('GROW')) held.push(new Array(1_000_000).fill(held.length + 0.5))
  },
}
