import type { Evidence } from '../../finding.ts'
import type { Subject } from '../cause.ts'
import { bytesOf } from '../content.ts'
import { leftover, timeEvidence } from '../leftover.ts'
import { excerpt } from '../values/excerpt.ts'

/** Package lists as the mirror gave them at that moment. */
export const aptLists = leftover({
  id: 'apt-lists',
  title: 'Package lists of apt are in the layer',
  message:
    'apt-get update stores what the mirror offered at that moment. The lists change whenever the mirror does, so the layer differs, today or next week.',
  paths: /^var\/lib\/apt\/(?:lists\/.+|periodic\/.+|extended_states\.dpkg.*|listchanges.*)/,
  remove: ['/var/lib/apt/lists/*'],
  fix: 'Delete the lists in the same instruction that installs, or mount a cache over /var/lib/apt.',
  proof: subject => dateEvidence(subject) ?? timeEvidence(subject),
})

/** The date that the archive put on its list (`Release`, `InRelease`). */
function dateEvidence({ entry }: Subject): Evidence[] | null {
  if (!entry.content || entry.kind !== 'changed') return null
  const [a, b] = [entry.content.a, entry.content.b].map(
    sample => /^Date: (.{8,60})$/m.exec(bytesOf(sample.head).toString('latin1', 0, 8192))?.[1],
  )
  if (a === undefined || b === undefined || a === b) return null
  return [{ what: 'date of the list, as the archive wrote it', path: entry.path, a: excerpt(a), b: excerpt(b) }]
}
