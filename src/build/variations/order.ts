import type { Variation } from './variation.ts'

/** BuildKit sends a context sorted by name, so nothing is known that this finds there; other builders read as it lies. */
export const order: Variation = {
  id: 'order',
  changes: 'order in which the context files were made',
  catches: 'builders that send a context as its folders list it',
  byDefault: true,
  touches: 'context',
  shownBy: [],
  fix: 'Sort what is read from a folder: `LC_ALL=C sort`, `tar --sort=name`.',
}
