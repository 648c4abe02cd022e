import type { Finding, Location } from '../../finding.ts'
import { fits, namesArgument } from './rule-fits.ts'

/** Which lint rules foresee which causes, at the same instruction. A cause may be foreseen by several. */
export const foreseenBy: Readonly<Record<string, readonly string[]>> = {
  'apk-scripts': ['RG501'],
  'apk-virtual': ['RG208'],
  'apt-cache': ['RG206'],
  'apt-lists': ['RG203', 'RG206'],
  'apt-log': ['RG206'],
  'ar-time': ['RG501'],
  'archive-order': ['RG506', 'RG507'],
  'archive-packing': ['RG507'],
  'base-image': ['RG101', 'RG103', 'RG104', 'RG107'],
  'build-argument': ['RG708'],
  'build-time': ['RG208', 'RG501', 'RG503'],
  'changed-download': ['RG401', 'RG402', 'RG403', 'RG404', 'RG405', 'RG407'],
  'config-env': ['RG504', 'RG708'],
  'config-history': ['RG708'],
  'config-label': ['RG504', 'RG708'],
  'debconf-old': ['RG206'],
  'elf-date-macro': ['RG501', 'RG503'],
  'generated-key': ['RG503'],
  'git-index': ['RG406', 'RG602'],
  'hub-revision': ['RG407'],
  'git-moved': ['RG405', 'RG406', 'RG311'],
  'gzip-time': ['RG501', 'RG503', 'RG507'],
  'header-mode': ['RG503', 'RG505'],
  'header-owner': ['RG503', 'RG508'],
  'java-build-info': ['RG501', 'RG503'],
  'ldconfig-aux-cache': ['RG206'],
  'line-order': ['RG503', 'RG506', 'RG704'],
  'link-target': ['RG503'],
  'machine-id': ['RG503'],
  'package-rebuilt': ['RG210', 'RG301', 'RG303', 'RG304'],
  'package-version': [
    ...['RG201', 'RG202', 'RG203', 'RG204', 'RG205', 'RG207', 'RG208', 'RG209', 'RG210'],
    ...['RG301', 'RG302', 'RG303', 'RG304', 'RG305', 'RG306', 'RG307', 'RG309', 'RG310', 'RG311', 'RG312'],
  ],
  'pickle-order': ['RG503', 'RG506'],
  'pyc-timestamp': ['RG501', 'RG502'],
  'r-package': ['RG501'],
  'random-data': ['RG503'],
  'random-token': ['RG503'],
  'removed-file': ['RG503'],
  'renamed-file': ['RG503'],
  'ruby-gem': ['RG501'],
  'shadow-day': ['RG501'],
  'sqlite-time': ['RG503'],
  'ssh-host-key': ['RG503'],
  'tar-header': ['RG501', 'RG503', 'RG507'],
  'two-times': ['RG501', 'RG503'],
  'unseeded-numbers': ['RG503'],
  'user-ids': ['RG508'],
  'zip-time': ['RG501', 'RG503', 'RG507'],
}

/** Causes that no rule can foresee, and why, as the end of "no lint rule can foresee this:". */
export const unforeseeable: Readonly<Record<string, string>> = {
  'berkeley-db': 'which tables a program keeps is not written in the Dockerfile',
  'conda-history': 'what conda keeps of each transaction is not written in the Dockerfile',
  'config-created': 'it hangs on how the builder is called, not on the Dockerfile',
  'config-field': 'the Dockerfile gives the setting one value',
  'container-file': 'the files are those of the engine that builds',
  'cpu-count': 'what a program asks of its machine is not written in the Dockerfile',
  'database-files': 'the data folder is made by the scripts of packages, or by the server itself',
  'digest-of-changed-file': 'it only follows from another file that differs',
  'base-tag-moved': 'it is about what has changed since the image was proven',
  drift: 'what has changed outside since is not written in the Dockerfile',
  'dotnet-mvid': 'what a compiler draws for each compilation is not written in the Dockerfile',
  'elapsed-time': 'how long a step takes is not written in the Dockerfile',
  'elf-build-id': 'only a hash is left of what differed',
  'elf-build-path': 'where a compiler keeps its temporary files is not written in the Dockerfile',
  'elf-order': 'the order in which files are compiled and linked is not written in the Dockerfile',
  'float-rounding': 'in which order numbers are added is not written in the Dockerfile',
  'fontconfig-cache': 'the cache is written by the scripts of packages',
  'gcov-stamp': 'that a compiler reads the clock is not written in the Dockerfile',
  'go-vcs-stamp': 'Go stamps the state of the repository by itself',
  'hashed-name': 'it only follows from the content of the file',
  'header-mtime': 'the times of files are those that the builder or an archive gives them',
  'header-type': 'whether two paths are one file is decided by the program that writes them',
  'header-xattr': 'attributes come from the machine or the builder',
  'host-name': 'what a program asks of its machine is not written in the Dockerfile',
  'java-keystore': 'the key store is written by the scripts of packages',
  'jdk-cds-archive': 'what Java writes of its memory is not written in the Dockerfile',
  'layer-count': 'it is about how the images were built',
  'layer-packing': 'it is about how the builders pack layers',
  'man-db': 'the index is written by the scripts of packages',
  'missing-platform': 'it is about how the images were built',
  'more-differences': 'these paths were not looked at',
  'node-modules-state': 'what package managers note for themselves is not written in the Dockerfile',
  'notebook-run': 'what running a notebook writes into it is not written in the Dockerfile',
  'npm-cache': 'what npm keeps besides the packages is not written in the Dockerfile',
  'opaque-whiteout': 'it is about how the builder stores layers',
  'folder-entry': 'it is about how the builder stores layers',
  'package-cache': 'what a package manager keeps besides the packages is not written in the Dockerfile',
  'pip-metadata': 'what an installer notes of a package is not written in the Dockerfile',
  'process-leftover': 'what a program leaves besides its result is not written in the Dockerfile',
  'pyc-content': 'it is chance inside the Python interpreter',
  repackaged: 'it is about how the builders pack images',
  'rpm-database': 'rpm notes the time of every installation by itself',
  'rpm-state': 'the package manager notes the time of every installation by itself',
  'sqlite-freed': 'what a database keeps of deleted rows is not written in the Dockerfile',
  'sqlite-wal': 'that a program ends without closing its database is not written in the Dockerfile',
  'tool-cache': 'what a program leaves besides its result is not written in the Dockerfile',
  'tracking-run': 'what an experiment tracker notes is not written in the Dockerfile',
  'unknown-difference': 'its cause is not known',
  'unread-difference': 'its cause is not known',
  'vanished-input': 'it is about what has changed since the image was proven',
  'uv-cache': 'uv notes the time of the sources by itself',
  'wget-hsts': 'wget notes the time of its visit by itself',
}

/**
 * What the bytes proved, each with the rules that foresaw it at its place, or with a sentence that none did.
 * @param feared all findings of the lint, those that an ignore took out included
 * @param asked the rules that ran; empty when there was no lint
 */
export const withRules = (
  proven: readonly Finding[],
  feared: readonly Finding[],
  asked: ReadonlySet<string>,
): Finding[] =>
  proven.map(cause => {
    const rules = feared.filter(rule => foresees(rule, cause))
    if (rules.length > 0) return related(cause, rules)
    // What a run of the images showed is in no instruction.
    if (asked.size === 0 || cause.id.startsWith('smoke-')) return cause
    return { ...cause, unforeseen: suspectWords(cause, feared) ?? unforeseenWords(cause.id, asked) }
  })

/** What the sources let one fear, with the causes that confirm it. */
export const withCauses = (feared: readonly Finding[], proven: readonly Finding[]): Finding[] =>
  feared.map(rule =>
    related(
      rule,
      proven.filter(cause => foresees(rule, cause)),
    ),
  )

/** Whether this finding of the lint is about what this cause turned out to be, at one and the same instruction or argument. */
export const foresees = (rule: Finding, cause: Finding): boolean =>
  (foreseenBy[cause.id] ?? []).includes(rule.id) &&
  (atOnePlace(rule, cause) || namesArgument(rule, cause)) &&
  fits(rule, cause)

/** Of what is not known nobody can say who might have foreseen it. */
const unexplained = ['more-differences', 'unknown-difference', 'unread-difference']

/** What the lint warns of where nobody knows why it differs may well be why. */
function suspectWords(cause: Finding, feared: readonly Finding[]): string | null {
  if (!unexplained.includes(cause.id)) return null
  const near = feared.filter(rule => rule.class === 'now' && atOnePlace(rule, cause)).map(({ id }) => id)
  const ids = [...new Set(near)].sort().slice(0, 3).join(', ')
  return ids === '' ? null : `The lint warned of this instruction (${ids}): that may be why.`
}

function unforeseenWords(id: string, asked: ReadonlySet<string>): string {
  if (unexplained.includes(id)) return 'No lint rule foresaw this.'
  const why = unforeseeable[id]
  if (why !== undefined) return `No lint rule can foresee this: ${why}.`
  const off = (foreseenBy[id] ?? []).filter(rule => !asked.has(rule))
  if (off.length === 0) return 'No lint rule foresaw this here.'
  return `The lint looks for this with \`profile: strict\` alone (${off.slice(0, 3).join(', ')}).`
}

function related(finding: Finding, others: readonly Finding[]): Finding {
  const ids = [...new Set(others.map(({ id }) => id))].sort()
  return ids.length === 0 ? finding : { ...finding, related: ids }
}

/** The instruction that a cause is placed at, or one that it came through into the image; rules point at words within. */
export const atOnePlace = ({ location: rule }: Finding, { location, via = [] }: Finding): boolean =>
  rule !== undefined && [location, ...via].some(place => place !== undefined && holds(place, rule))

const holds = (instruction: Location, word: Location): boolean =>
  instruction.file === word.file && instruction.line <= word.line && word.line <= instruction.endLine
