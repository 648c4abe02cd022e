import type { Cause } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { onlyHeader } from '../leftover.ts'
import { shellPath } from '../remedy.ts'
import { excerpt } from '../values/excerpt.ts'

const headline = /^==> (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) <==$/m

/** conda's list of what was installed when. */
export const condaHistory: Cause = {
  id: 'conda-history',
  recognise: subject => {
    const { entry } = subject
    if (!/(?:^|\/)conda-meta\/history$/.test(entry.path) || onlyHeader(subject) || !contentDiffers(entry)) return null
    const texts = textsOf(entry)
    const [a, b] = [headline.exec(texts?.a ?? '')?.[1], headline.exec(texts?.b ?? '')?.[1]]
    if (!texts || a === undefined || b === undefined) return null
    const plain = (text: string): string =>
      text.replace(/^(?:==> .*|# (?:cmd|conda version|update specs|remove specs).*)$/gm, '')
    const sameSet = (text: string): string => plain(text).split('\n').sort().join('\n')
    const specs = [...new Set(plain(texts.a).split('\n'))].find(line => /^[+-]/.test(line) && !texts.b.includes(line))
    // Other packages are other content, whatever the dates say.
    if (sameSet(texts.a) !== sameSet(texts.b)) return specs === undefined ? null : otherPackages(entry.path, specs)
    return {
      confidence: 'certain',
      evidence: [{ what: 'time of a transaction', path: entry.path, a: excerpt(a), b: excerpt(b) }],
    }
  },
  describe: ({ subjects, recognitions }) => ({
    title: "conda's history is in the layer",
    message: `conda writes the time of every transaction, and sets in hash order, to conda-meta/history.${recognitions.some(({ variant }) => variant === 'packages') ? ' Here it lists other packages, too: what the channels offered has changed between the builds.' : ''}`,
    remedy: recognitions.some(({ variant }) => variant === 'packages')
      ? {
          text: 'Install from an explicit lock file (`conda-lock`, `conda list --explicit --md5`), so that every build gets the same packages; then empty the file (`: > …/conda-meta/history`; conda needs it to be there).',
        }
      : {
          text: 'Empty the file in the same instruction (conda needs it to be there).',
          append: subjects.slice(0, 5).map(({ entry }) => `: > ${shellPath(entry.path)}`),
        },
  }),
}

const otherPackages = (path: string, line: string) => ({
  confidence: 'likely' as const,
  variant: 'packages',
  evidence: [{ what: 'other packages were installed', path, a: excerpt(line), b: '(not in build B)' }],
})
