import type { Evidence } from '../../finding.ts'
import type { Cause, Subject } from '../cause.ts'
import { bothBegin } from '../content.ts'
import { onlyHeader, plainEvidence, timeEvidence } from '../leftover.ts'

const direc = [...Buffer.from('DIRC')]

/** What git keeps of a working copy: inode and times of every file, times in the reference logs, packs. */
export const gitIndex: Cause = {
  id: 'git-index',
  recognise: subject => {
    const inside = /(?:^|\/)\.git\/(?:modules\/.+\/)?(.+)$/.exec(subject.entry.path)?.[1]
    if (inside === undefined || onlyHeader(subject)) return null
    const evidence = evidenceOf(inside, subject)
    return evidence ? { confidence: 'certain', evidence: [evidence] } : null
  },
  describe: ({ subjects, fromContext }) => ({
    title: 'The .git folder of a clone is in the layer',
    message: fromContext
      ? 'The .git folder came with the build context. Its index and logs hold times and inode numbers of the checkout, which differ on every machine.'
      : 'git clone writes inode numbers and change times of every file to .git/index, and the time of the clone to .git/logs. Both differ in every build.',
    ...(fromContext ? { class: 'machine' as const } : {}),
    remedy: fromContext
      ? { text: 'Add .git to .dockerignore.', snippet: '.git' }
      : {
          text: 'Delete the .git folder in the same instruction, or let BuildKit fetch the commit (`ADD https://…/repo.git#<commit> /dir`), which leaves it out.',
          remove: [
            ...new Set(subjects.map(({ entry }) => `/${entry.path.replace(/((?:^|\/)\.git)\/.*$/, '$1')}`)),
          ].slice(0, 5),
        },
  }),
}

function evidenceOf(inside: string, subject: Subject): Evidence | null {
  const { entry } = subject
  if (inside === 'index') {
    if (entry.content && !bothBegin(entry.content, direc)) return null
    return {
      ...(timeEvidence(subject)[0] ?? plainEvidence(subject)),
      what: "git's index: change times and inode numbers of the checked-out files",
    }
  }
  if (inside.startsWith('logs/')) {
    const evidence = timeEvidence(subject)[0] ?? plainEvidence(subject)
    return { ...evidence, what: `git's log of references: ${evidence.what}` }
  }
  if (/^objects\/(?:pack|info)\//.test(inside))
    return { ...plainEvidence(subject), what: "git's packs: packed in another way" }
  if (
    /^(?:FETCH_HEAD|ORIG_HEAD|COMMIT_EDITMSG|gc\.pid|.*\.lock|.*\.sample|packed-refs|shallow|objects\/.*|refs\/.*|config|HEAD)$/.test(
      inside,
    )
  )
    return plainEvidence(subject)
  return null
}
