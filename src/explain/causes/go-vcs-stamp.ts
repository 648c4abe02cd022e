import type { Cause, Recognition, Subject } from '../cause.ts'
import { accountsFor, distinctTexts, elfOf, sectionEvidence, textEvidenceOf } from '../formats/elf-evidence.ts'
import { withFlag } from '../rewrite.ts'

/** What `go build` notes of the repository it finds: commit, its time, and whether files were changed. */
export const goVcsStamp: Cause = {
  id: 'go-vcs-stamp',
  recognise: (subject: Subject): Recognition | null => {
    const elf = elfOf(subject)
    const stamps = distinctTexts(elf?.texts.filter(({ kind }) => kind === 'vcs') ?? [])
    if (!elf || stamps.length === 0) return null
    const { path } = subject.entry
    return {
      // The version of the module, in other places, is made of the same time and commit.
      confidence: accountsFor(elf, ['vcs', 'time']) ? 'certain' : 'likely',
      evidence: [...stamps.slice(0, 3).map(text => textEvidenceOf(path, text)), ...sectionEvidence(path, elf)],
    }
  },
  describe: () => ({
    title: 'A Go program has the state of the repository in it',
    message:
      'go build writes commit, time and state (vcs.revision, vcs.time, vcs.modified) of the repository around the sources into the program. The builds found another commit, or a tree with other changes: a commit made in the build, or a checkout that differs.',
    remedy: {
      text: 'Build with -buildvcs=false, or keep .git out of the build context (.dockerignore) and make no commit in the build.',
      rewrite: withFlag('go build', '-buildvcs=false'),
    },
  }),
}
