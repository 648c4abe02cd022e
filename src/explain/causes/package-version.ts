import type { Evidence } from '../../finding.ts'
import type { PackageChange } from '../../packages/change.ts'
import type { PackageKind } from '../../packages/package.ts'
import type { Cause, Found, Recognition, Subject } from '../cause.ts'
import { changeOfDatabase } from '../package-database.ts'
import { changeOfFile } from '../package-file.ts'
import { changedIn, changeText } from '../packages.ts'

/** Two builds installed different package versions: the databases of installed packages say so, and whose files differ for it. */
export const packageVersion: Cause = {
  id: 'package-version',
  recognise: (subject: Subject): Recognition | null => {
    const changed = changedIn(subject)
    return changeOfDatabase(subject, changed?.all ?? []) ?? (changed ? changeOfFile(subject, changed) : null)
  },
  describe: found => ({
    title: 'The two builds installed different packages',
    message: `${installedText(found)} Nothing in the Dockerfile fixes what is installed, and what the mirror or index offers was changed between the two builds. All files of these packages differ for this one reason.`,
    class: 'drift',
    evidence: changesText(found),
    remedy: { text: fixText(new Set(changesOf(found).map(({ kind }) => kind))) },
  }),
}

/** The changes that began at this layer, most files first. */
function countedChanges(found: Found): { change: PackageChange; files: number }[] {
  const files = new Map<string, number>()
  for (const [index, { variant }] of found.recognitions.entries()) {
    const entry = found.subjects[index]?.entry
    if (variant && (entry?.a ?? entry?.b)?.type !== 'directory') files.set(variant, (files.get(variant) ?? 0) + 1)
  }
  return changesOf(found)
    .map(change => ({ change, files: files.get(changeText(change)) ?? 0 }))
    .sort((p, q) => q.files - p.files)
}

function changesOf({ subjects, recognitions }: Found): PackageChange[] {
  const named = new Set(recognitions.map(({ variant }) => variant))
  const texts = new Set<string>()
  return [...new Map(subjects.map(subject => [subject.layer.packages, subject])).values()]
    .flatMap(subject => (changedIn(subject)?.all ?? []).map(change => ({ change, packages: subject.layer.packages })))
    .filter(({ change, packages }) => packages?.changes.includes(change) || named.has(changeText(change)))
    .flatMap(({ change }) => (texts.has(changeText(change)) || !texts.add(changeText(change)) ? [] : [change]))
}

function installedText(found: Found): string {
  const changes = countedChanges(found)
  const first = changes[0]?.change
  if (first === undefined) return 'The list of installed packages differs.'
  if (changes.length === 1) return `The builds installed different versions of one package: ${changeText(first)}.`
  return `The builds installed different versions of ${changes.length} packages: ${changeText(first)}, and ${changes.length - 1} more.`
}

const shownChanges = 10

/** A line for each package; null where no inventory was read, and the paths' own evidence says it. */
function changesText(found: Found): Evidence[] | undefined {
  const changes = countedChanges(found)
  if (changes.length === 0) return undefined
  const shown: Evidence[] = changes.slice(0, shownChanges).map(({ change, files }) => ({
    what: `${changeText(change)} (${files === 1 ? '1 file' : `${files} files`})`,
    ...(placeOf(change) === undefined ? {} : { path: placeOf(change) as string }),
    a: change.a ?? '(not installed)',
    b: change.b ?? '(not installed)',
  }))
  const more = changes.length - shown.length
  return more > 0 ? [...shown, { what: `${more} more packages differ in the same way` }] : shown
}

const placeOf = ({ packagesA, packagesB }: PackageChange): string | undefined =>
  (packagesA[0] ?? packagesB[0])?.database

const fixes: Record<PackageKind, string> = {
  dpkg: 'Name exact versions (`apt-get install curl=7.88.1-10+deb12u8`), and install from a snapshot of the archive of a fixed date (snapshot.debian.org, snapshot.ubuntu.com): a mirror drops old versions.',
  apk: 'Name exact versions (`apk add curl=8.5.0-r0`), and use a mirror of your own that keeps them: Alpine drops old versions.',
  rpm: 'Name exact versions (`dnf install curl-7.76.1-29.el9_4`), and install from a repository of a fixed date.',
  python:
    'Install from a lock file with hashes: `pip install --require-hashes -r requirements.txt` (made by `pip-compile --generate-hashes` or `uv pip compile --generate-hashes`).',
  npm: 'Commit the lock file and install with `npm ci` (`yarn install --immutable`, `pnpm install --frozen-lockfile`).',
  conda: 'Install from an explicit lock file (`conda-lock`, or `conda list --explicit --md5`).',
  gem: 'Commit Gemfile.lock and install with `bundle config set frozen true && bundle install`.',
}

function fixText(kinds: ReadonlySet<PackageKind>): string {
  const texts = [...kinds].map(kind => fixes[kind])
  return texts.length === 0 ? fixes.dpkg : texts.join(' ')
}
