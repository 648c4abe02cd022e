import { stageCopiedFrom } from './blame/stage-search.ts'
import { pairOfContents } from './content-digest.ts'
import { firstOf } from './entries.ts'
import { readsClock } from './instruction-text.ts'
import type { Behind } from './stage-origin.ts'
import type { StageEntry } from './stage-view.ts'

/**
 * The file that has the contents which were taken out of an archive: in the stage that packed it, or in one from which a file
 * was copied beforehand that nobody here can look into (a package in xz).
 */
export async function packedBefore(
  found: StageEntry,
  all: readonly StageEntry[],
  taken: string | null,
  { views, dockerfile }: Pick<Behind, 'views' | 'dockerfile'>,
): Promise<StageEntry | null> {
  if (taken !== null) return packedIn(found, all, taken)
  const contents = pairOfContents(found.entry.subject.entry)
  const end = found.instruction?.range.start ?? 0
  const { instruction: maker } = found
  // Two instructions that read the clock in one second write the same.
  const clocked = maker !== null && readsClock(dockerfile.text.slice(maker.range.start, maker.range.end))
  if (contents === null || found.entry.root !== null || clocked) return null
  const stages = all.flatMap(({ instruction }) => {
    const from = instruction && instruction.range.start < end ? stageCopiedFrom(dockerfile, instruction) : null
    return from ? [from] : []
  })
  for (const stage of [...new Set(stages)].slice(0, 2)) {
    const same = (await views.of(stage)).filter(({ entry }) => pairOfContents(entry.subject.entry) === contents)
    const start = (one: StageEntry): number => one.instruction?.range.start ?? Number.MAX_SAFE_INTEGER
    const [first] = same.sort((p, q) => start(p) - start(q))
    if (first) return behind(first, await views.of(stage))
  }
  return null
}

/** The first file of the stage that has the contents which were taken out of an archive, packed there or before. */
function packedIn({ entry, instruction }: StageEntry, all: readonly StageEntry[], taken: string): StageEntry | null {
  const end = instruction?.range.start ?? 0
  const start = (one: StageEntry): number => one.instruction?.range.start ?? end
  const same = all.filter(
    one => one.entry !== entry && start(one) <= end && pairOfContents(one.entry.subject.entry) === taken,
  )
  const [first] = same.sort((p, q) => start(p) - start(q))
  return first ? behind(first, all) : null
}

/** What it follows from in its stage: the header of a program that was packed. */
function behind(one: StageEntry, all: readonly StageEntry[]): StageEntry {
  const root = firstOf(one.entry)
  return all.find(({ entry }) => entry === root) ?? one
}
