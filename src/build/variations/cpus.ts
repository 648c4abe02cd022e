import type { Variation } from './variation.ts'

export const cpus: Variation = {
  id: 'cpus',
  changes: 'a new builder that may use one CPU',
  catches: 'CPU counts in files, the order in which parallel jobs end, sums in another order',
  byDefault: false,
  touches: 'run',
  shownBy: ['cpu-count', 'float-rounding', 'elf-order', 'line-order'],
  fix: 'Give the number of jobs yourself (`make -j4`), and sort what they write.',
  builder: { cpus: 1 },
}
