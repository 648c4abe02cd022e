import type { Finding } from '../finding.ts'

/** Which lint rules foresee which causes. A cause may be foreseen by several, and by none. */
const foreseenBy: Record<string, readonly string[]> = {
  'apt-cache': ['RG206'],
  'apt-lists': ['RG203', 'RG206'],
  'apt-log': ['RG206'],
  'ar-time': ['RG501'],
  'base-image': ['RG101', 'RG104'],
  'build-time': ['RG501', 'RG503'],
  'config-label': ['RG504'],
  'debconf-old': ['RG206'],
  'elf-date-macro': ['RG501', 'RG503'],
  'generated-key': ['RG503'],
  'git-index': ['RG503', 'RG602'],
  'gzip-time': ['RG501', 'RG503', 'RG507'],
  'header-mode': ['RG505'],
  'ldconfig-aux-cache': ['RG206'],
  'line-order': ['RG503', 'RG506'],
  'machine-id': ['RG503'],
  'package-version': ['RG201', 'RG301'],
  'pyc-timestamp': ['RG501', 'RG502'],
  'random-data': ['RG503'],
  'random-token': ['RG503'],
  'removed-file': ['RG503'],
  'renamed-file': ['RG503'],
  'shadow-day': ['RG501'],
  'sqlite-time': ['RG503'],
  'ssh-host-key': ['RG503'],
  'tar-header': ['RG501', 'RG503', 'RG507'],
  'unseeded-numbers': ['RG503'],
  'zip-time': ['RG501', 'RG503', 'RG507'],
}

/** What the bytes proved, with the rules that foresaw it on the same instruction. */
export const withRules = (proven: readonly Finding[], feared: readonly Finding[]): Finding[] =>
  proven.map(cause =>
    related(
      cause,
      feared.filter(rule => foresees(rule, cause)),
    ),
  )

/** What the sources let one fear, with the causes that confirm it. */
export const withCauses = (feared: readonly Finding[], proven: readonly Finding[]): Finding[] =>
  feared.map(rule =>
    related(
      rule,
      proven.filter(cause => foresees(rule, cause)),
    ),
  )

const foresees = (rule: Finding, cause: Finding): boolean =>
  (foreseenBy[cause.id] ?? []).includes(rule.id) && sameInstruction(cause, rule)

function related(finding: Finding, others: readonly Finding[]): Finding {
  const ids = [...new Set(others.map(({ id }) => id))].sort()
  return ids.length === 0 ? finding : { ...finding, related: ids }
}

/** Causes are placed on whole instructions, rules on words within them. */
const sameInstruction = ({ location: cause }: Finding, { location: rule }: Finding): boolean =>
  cause !== undefined &&
  rule !== undefined &&
  cause.file === rule.file &&
  cause.line <= rule.line &&
  rule.line <= cause.endLine
