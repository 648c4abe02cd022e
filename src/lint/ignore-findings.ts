import { locate } from '../dockerfile/position.ts'
import { docsUrl, type Finding, type Fix, type Location } from '../finding.ts'
import { hasExpired } from './config-ignores.ts'
import { isDockers } from './docker-findings.ts'
import type { Suppression } from './ignore-comments.ts'
import { rules } from './rules.ts'
import type { ConfigIgnore } from './settings.ts'
import type { View } from './view.ts'
import { listed, quote } from './wording.ts'

/** What is wrong about an ignore is a finding of its own: an ignore nobody can explain hides what nobody looks at. */
export const suppressionFindings = [
  { id: 'RG001', title: 'Ignore without a reason' },
  { id: 'RG002', title: 'Ignore that matches nothing' },
  { id: 'RG003', title: 'Ignore of a rule that does not exist' },
  { id: 'RG005', title: 'Ignore that has expired' },
] as const

type SuppressionId = (typeof suppressionFindings)[number]['id']

/** What is known of the ignores in comments after all findings were answered. */
export interface Use {
  used: (comment: Suppression, id: string) => boolean
  /** Ids of the rules that ran. */
  asked: ReadonlySet<string>
  today: string
}

/** What is wrong about the ignores in the comments of a Dockerfile. Those of hadolint are hadolint's. */
export function commentFindings(view: View, comments: readonly Suppression[], use: Use): Finding[] {
  const idle = idleRules(use.asked, view.context !== null)
  return comments.filter(({ hadolint }) => !hadolint).flatMap(comment => findingsOf(view, comment, use, idle))
}

/** Rules that could not have found anything, because they did not run or had nothing to look at. */
const idleRules = (asked: ReadonlySet<string>, withContext: boolean): Set<string> =>
  new Set(rules.filter(({ id, needsContext }) => !asked.has(id) || (needsContext && !withContext)).map(({ id }) => id))

function findingsOf(view: View, comment: Suppression, { used, today }: Use, idle: ReadonlySet<string>): Finding[] {
  const { ids, reason, until, instruction } = comment
  const at = locate(view.dockerfile, comment.range)
  const findings: Finding[] = []
  // What Docker would find is not known here.
  const own = ids.filter(id => !isDockers(id))
  const unknown = own.filter(id => !rules.some(rule => rule.id === id))
  if (reason === null) {
    const word = instruction === null ? 'ignore-file' : 'ignore'
    const day = until === null ? '' : ` until=${until}`
    findings.push(
      finding(
        'RG001',
        'This ignore gives no reason. It still hides its findings, but the next reader cannot tell whether it is right.',
        {
          text: 'Add the reason after two dashes.',
          snippet: `# repro-gate ${word}=${ids.join(',')}${day} -- why this is all right`,
        },
        at,
      ),
    )
  }
  if (hasExpired(comment, today)) {
    findings.push(finding('RG005', expiredMessage(until ?? '', today), expiredFix, at))
  } else {
    const unused = own.filter(id => !unknown.includes(id) && !idle.has(id) && !used(comment, id))
    if (ids.length === 0 || (unused.length > 0 && isRead(view, comment)))
      findings.push(finding('RG002', unusedMessage(comment, unused), { text: 'Remove the ignore, or move it.' }, at))
  }
  if (unknown.length > 0) {
    const message = `There is no rule ${listed(unknown)}: this ignore hides nothing.`
    findings.push(finding('RG003', message, { text: 'Correct the rule id, for example `RG201`.' }, at))
  }
  return findings
}

/** What the lint of the Dockerfiles of a run says about the ignores of the configuration file. */
export interface ConfigUse {
  /** The rules that an ignore answered, in any of the Dockerfiles. */
  answered: (ignore: ConfigIgnore) => ReadonlySet<string>
  /** Ids of the rules that ran. */
  asked: ReadonlySet<string>
  /** Every Dockerfile had its context at hand. */
  withContext: boolean
  today: string
  /** Whether every Dockerfile that an ignore could be about was looked at. */
  isComplete: (ignore: ConfigIgnore) => boolean
}

/** What is wrong about the ignores of the configuration file, once for the run. */
export function configFindings(ignores: readonly ConfigIgnore[], use: ConfigUse): Finding[] {
  const idle = idleRules(use.asked, use.withContext)
  return ignores.flatMap(ignore => {
    const findings: Finding[] = []
    if (ignore.reason === null) {
      const message =
        'This ignore gives no reason. It still hides its findings, but the next reader cannot tell whether it is right.'
      findings.push(finding('RG001', message, { text: 'Add a `reason`.' }, ignore.at))
    }
    if (hasExpired(ignore, use.today)) {
      findings.push(finding('RG005', expiredMessage(ignore.until ?? '', use.today), expiredFix, ignore.at))
    } else {
      const answered = use.answered(ignore)
      const unused = ignore.rules.filter(id => !idle.has(id) && !answered.has(id))
      if (unused.length > 0 && use.isComplete(ignore)) {
        const message = `${listed(unused)} finds nothing where this ignore looks, so it hides nothing now and could hide something new later.`
        findings.push(
          finding('RG002', message, { text: 'Remove the ignore, or correct its path or stage.' }, ignore.at),
        )
      }
    }
    return findings
  })
}

function finding(id: SuppressionId, message: string, fix: Fix, location: Location): Finding {
  const title = suppressionFindings.find(one => one.id === id)?.title ?? ''
  return {
    ...{ id, source: 'lint', level: 'notice', class: 'drift', title, message, location },
    ...{ paths: [], count: 1, confidence: 'certain', evidence: [], fix, docs: docsUrl(id) },
  } as Finding
}

const expiredFix: Fix = { text: 'Mend what it hid and remove the ignore, or give it another day and say why.' }

const expiredMessage = (until: string, today: string): string =>
  /^\d{4}-\d{2}-\d{2}$/.test(until)
    ? `This ignore counted until ${until}, and today is ${today}: what it hid is reported again.`
    : `${quote(until)} is not a day such as 2026-12-31, so this ignore does not count.`

/** In a stage that the target does not need nothing was looked at, so an ignore there is not called idle. */
const isRead = (view: View, { instruction }: Suppression): boolean =>
  instruction === null ||
  instruction === 'nothing' ||
  instruction.stage === null ||
  view.stages.some(({ stage }) => stage.index === instruction.stage)

function unusedMessage({ ids, instruction }: Suppression, unused: string[]): string {
  if (ids.length === 0) return 'This ignore names no rule, so it hides nothing.'
  if (instruction === 'nothing') {
    return `This ignore of ${listed(unused)} hides nothing: no instruction starts on the line below it.`
  }
  const where = instruction === null ? 'in this file' : `in the ${quote(instruction.keyword)} it stands at`
  return `${listed(unused)} finds nothing ${where}, so this ignore hides nothing now and could hide something new later.`
}
