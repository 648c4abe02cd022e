import type { Target } from '../target.ts'

export const target: Target = {
  name: 'slow',
  what: 'a few bytes that take far longer than they may',
  seeds: ['a few words'],
  words: ['SLOW'],
  ms: { fixed: 20, perKiB: 1 },
  run(bytes) {
    const before = process.cpuUsage().user
    while (bytes.includes('SLOW') && process.cpuUsage().user - before < 60_000);
  },
}
