import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { contentBudgets } from '../../../src/compare/content.ts'
import { compareLayer } from '../../../src/compare/layer.ts'
import type { EntryDifference } from '../../../src/image/comparison.ts'
import { TarReader } from '../../../src/image/tar.ts'
import { causeOf } from '../subject.ts'
import type { CauseCase } from './cause-case.ts'

/** What differs in a layer of two real builds: see fixtures/make-headers.sh. */
async function differencesIn(layer: string): Promise<EntryDifference[]> {
  const side = (name: string) => async () => {
    const bytes = readFileSync(new URL(`../fixtures/headers/${layer}.${name}.tar`, import.meta.url))
    return new TarReader(Readable.from([bytes]), 'layer')
  }
  const { entries } = await compareLayer(side('a'), side('b'), contentBudgets(), 100)
  return entries
}

const header = (rows: number[], how: string, layer: string, expected: string): CauseCase => ({
  rows,
  name: `a layer whose headers alone differ: ${layer}`,
  by: `two builds, ${how}`,
  found: async () => {
    const entries = await differencesIn(layer)
    return entries
      .map(
        own =>
          `${own.path}: ${causeOf(
            own,
            entries.filter(other => other !== own),
          )}`,
      )
      .join(', ')
  },
  expected,
})

export const cases: CauseCase[] = [
  header([65], 'contexts of umask 022 and 002', 'umask', 'app/run.sh: header-mode certain'),
  header([66], 'checkouts of two hours', 'times', 'app/x: header-mtime certain'),
  header([67], 'contexts cloned by git with umask 022 and 0', 'cloned', 'app/main.py: header-mode certain'),
  header([68], 'chown to a number drawn by chance', 'chown', 'opt/x: header-owner certain'),
  header([69], 'setcap in one of them', 'setcap', 'opt/cat: header-xattr certain'),
  header([70], 'ln in one, cp in the other', 'link', 'opt/ls2: header-type certain'),
]
