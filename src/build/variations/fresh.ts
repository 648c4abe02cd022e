import type { Variation } from './variation.ts'

export const fresh: Variation = {
  id: 'fresh',
  changes: 'a new builder, with its own root and an empty cache',
  catches: 'inode numbers and change times (ldconfig, git), what a long-lived builder keeps',
  byDefault: false,
  touches: 'run',
  shownBy: ['ldconfig-aux-cache', 'git-index'],
  fix: 'Delete what a tool notes of its machine in the instruction that writes it (`rm -f /var/cache/ldconfig/aux-cache`).',
  builder: {},
}
