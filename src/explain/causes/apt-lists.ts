import { leftover } from '../leftover.ts'

/** Package lists as the mirror gave them at that moment. */
export const aptLists = leftover({
  id: 'apt-lists',
  title: 'Package lists of apt are in the layer',
  message:
    'apt-get update stores what the mirror offered at that moment. The lists change whenever the mirror does, so the layer differs, today or next week.',
  paths: /^var\/lib\/apt\/(?:lists\/.+|periodic\/.+|extended_states\.dpkg.*|listchanges.*)/,
  remove: ['/var/lib/apt/lists/*'],
  fix: 'Delete the lists in the same instruction that installs, or mount a cache over /var/lib/apt.',
})
