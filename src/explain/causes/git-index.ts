import type { Evidence } from '../../finding.ts'
import type { EntryDifference } from '../../image/comparison.ts'
import type { Cause, Description, Recognition, Subject } from '../cause.ts'
import { bothBegin, textsOf } from '../content.ts'
import { onlyHeader, plainEvidence, timeEvidence } from '../leftover.ts'
import { excerpt } from '../values/excerpt.ts'

const direc = [...Buffer.from('DIRC')]
const inside = /(?:^|\/)\.git\/(?:modules\/.+\/)?(.+)$/
const commit = /\b[0-9a-f]{40}(?:[0-9a-f]{24})?\b/g

/** What git keeps of a working copy: inode and times of every file, times in the reference logs, packs. */
export const gitIndex: Cause = {
  id: 'git-index',
  recognise: subject => {
    const place = inside.exec(subject.entry.path)?.[1]
    if (place === undefined || onlyHeader(subject)) return null
    const evidence = evidenceOf(place, subject)
    const own = place.startsWith('refs/heads/') && loggedCommit(subject)
    return evidence ? { confidence: 'certain', ...(own ? { variant: 'commit' } : {}), evidence: [evidence] } : null
  },
  describe: ({ subjects, recognitions, fromContext }) => ({
    ...(recognitions.length > 0 && !fromContext && recognitions.every(({ variant }) => variant === 'commit')
      ? commitMade
      : folderKept(subjects, fromContext)),
  }),
}

/** That git's own log says of the branch that a commit was made, and not that one was fetched. */
function loggedCommit({ entry, layer }: Subject): boolean {
  const log = layer.byPath.get(entry.path.replace(/\/refs\/heads\/(?=[^/]+$)/, '/logs/refs/heads/'))
  const texts = log ? textsOf(log) : null
  return texts !== null && [texts.a, texts.b].every(text => /\tcommit\b[^\n]*\s*$/.test(text))
}

/** Nothing of the folder itself but what names a commit: the image holds the name. */
const commitMade: Description = {
  title: 'The build makes a commit, and its time is in the name of the commit',
  message:
    'A branch or tag points at another commit in each build. A commit made in the build holds the time at which it was made, so its name (the hash) differs, and with it all that is stamped with it.',
  remedy: {
    text: 'Stamp with the commit of the repository that is built (`ARG COMMIT`, given by the one who builds), or give the commit fixed times: `GIT_AUTHOR_DATE=@$SOURCE_DATE_EPOCH GIT_COMMITTER_DATE=@$SOURCE_DATE_EPOCH git commit …`.',
    needsEpoch: true,
  },
}

function folderKept(subjects: readonly Subject[], fromContext: boolean): Description {
  return {
    title: 'The .git folder of a clone is in the layer',
    message: fromContext
      ? 'The .git folder came with the build context. Its index and logs hold times and inode numbers of the checkout, which differ on every machine.'
      : 'git writes inode numbers and change times of every file to .git/index, and the time of each action to .git/logs; a commit made in the build holds its time, too. They differ in every build.',
    ...(fromContext ? { class: 'machine' as const } : {}),
    remedy: fromContext
      ? { text: 'Add .git to .dockerignore.', snippet: '.git' }
      : {
          text: 'Delete the .git folder in the same instruction, or let BuildKit fetch the commit (`ADD https://…/repo.git#<commit> /dir`), which leaves it out.',
          remove: [
            ...new Set(subjects.map(({ entry }) => `/${entry.path.replace(/((?:^|\/)\.git)\/.*$/, '$1')}`)),
          ].slice(0, 5),
        },
  }
}

/** A clone that got another commit in each build: the branch moved. Comes before {@link gitIndex}. */
export const gitMoved: Cause = {
  id: 'git-moved',
  recognise: ({ entry, layer }): Recognition | null => {
    const place = inside.exec(entry.path)?.[1]
    if (place === undefined || !/^(?:HEAD|FETCH_HEAD|ORIG_HEAD|packed-refs|shallow|refs\/.+|logs\/.+)$/.test(place))
      return null
    const texts = textsOf(entry)
    const [a, b] = [commitsOf(texts?.a), commitsOf(texts?.b)]
    const at = a.findIndex((one, index) => one !== b[index])
    // A commit that the build itself makes differs by its time; a fetched one by what the server had.
    if (!texts || (at < 0 && a.length === b.length)) return null
    if (place.startsWith('logs/') && !/\t(?:clone|fetch|pull|checkout|reset|update by push)\b/.test(texts.a))
      return null
    if (/^(?:refs\/heads|HEAD)/.test(place)) return null
    const folder = entry.path.slice(0, -place.length)
    if (madeInBuild(place.startsWith('logs/') ? entry : layer.byPath.get(`${folder}logs/HEAD`))) return null
    if (place === 'FETCH_HEAD' && [texts.a, texts.b].every(text => fetchedNearby.test(text))) return null
    return {
      confidence: 'certain',
      evidence: [
        {
          what: 'the commit that git fetched',
          path: entry.path,
          a: excerpt(a[at] ?? '(none)'),
          b: excerpt(b[at] ?? '(none)'),
        },
      ],
    }
  },
  describe: () => ({
    title: 'git fetched another commit',
    message:
      'The branch or tag that the instruction clones stood at another commit when the second build ran. All files of the clone may differ for that reason.',
    class: 'drift',
    remedy: {
      text: 'Clone a commit, not a branch: `git init && git fetch --depth 1 <url> <commit> && git checkout FETCH_HEAD`, or `ADD https://…/repo.git#<commit> /dir`; for pip `git+https://…@<commit>`.',
    },
  }),
}

const fetchedNearby = /\tbranch '[^'\n]*' of (?:file:\/\/)?\//
/** A commit made here, or a clone of another folder of the same image. */
const nearby = /\t(?:commit\b|clone: from (?:file:\/\/)?\/)/

/** That git's log tells, in the first line where the commits differ, of what needs no server. */
function madeInBuild(log: EntryDifference | undefined): boolean {
  const texts = log ? textsOf(log) : null
  if (texts === null) return false
  const [a, b] = [texts.a.split('\n'), texts.b.split('\n')]
  const at = a.findIndex((line, index) => commitsOf(line).join() !== commitsOf(b[index]).join())
  return [a, b].every(lines => nearby.test(lines[at] ?? ''))
}

const commitsOf = (text: string | undefined): string[] => (text ?? '').match(commit) ?? []

function evidenceOf(place: string, subject: Subject): Evidence | null {
  const { entry } = subject
  if (place === 'index') {
    if (entry.content && !bothBegin(entry.content, direc)) return null
    return {
      ...(timeEvidence(subject)[0] ?? plainEvidence(subject)),
      what: "git's index: change times and inode numbers of the checked-out files",
    }
  }
  if (place.startsWith('logs/')) {
    const evidence = timeEvidence(subject)[0] ?? plainEvidence(subject)
    return { ...evidence, what: `git's log of references: ${evidence.what}` }
  }
  if (/^objects\/(?:pack|info)\//.test(place))
    return { ...plainEvidence(subject), what: "git's packs: other objects, or packed in another way" }
  if (
    /^(?:FETCH_HEAD|ORIG_HEAD|COMMIT_EDITMSG|gc\.pid|.*\.lock|.*\.sample|packed-refs|shallow|objects\/.*|refs\/.*|config|HEAD|info\/.*|index\..*)$/.test(
      place,
    )
  )
    return plainEvidence(subject)
  return null
}
