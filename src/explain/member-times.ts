import type { Evidence } from '../finding.ts'
import type { EntryDifference, NestedDifference } from '../image/comparison.ts'
import type { Recognition, Subject } from './cause.ts'
import { contentDiffers } from './content.ts'
import { factsOf, type MemberFacts } from './formats/archive.ts'
import { excerpt, excerptOfName, moment, quoteUnlessSecret } from './values/excerpt.ts'
import { type Clock, zoneWords } from './values/time.ts'
import { zoneOfPair } from './values/zone.ts'

/** What an archive's own entries say of its members: times, and with `owners` owners and modes. */
export interface MemberTimes {
  format: NestedDifference['format']
  owners: boolean
  /** How the archive's format calls such a member: the symbol table of ar. */
  nameOf?: (path: string) => string
}

/** Recognises archives whose members have other times (owners, modes) in their entries; contents may differ besides. */
export function recogniseEntries(
  { entry, clock }: Subject,
  { format, owners, nameOf = excerpt }: MemberTimes,
): Recognition | null {
  const { nested } = entry
  if (!contentDiffers(entry) || nested?.format !== format) return null
  const differing = nested.members.flatMap(member => {
    const facts = factsOf(member)
    return facts && (facts.time || (owners && (facts.owner || facts.mode || facts.records.length > 0)))
      ? [{ member, facts }]
      : []
  })
  const [first] = [...differing].sort((p, q) => Number(q.facts.time) - Number(p.facts.time))
  if (!first) return null
  const { a, b } = first.member
  const inBuild = a?.mtime === b?.mtime ? '' : inTimeOfBuilds(first.member, format, clock)
  const { what, values } = valuesOf(first.member, first.facts)
  // Where nothing else differs, the first differing byte is the first of these.
  const offset = nested.members.some(hasContent) || nested.reordered ? undefined : entry.content?.runs[0]?.offset
  return {
    confidence: 'certain',
    variant: first.facts.time ? 'time' : 'owner',
    evidence: [
      {
        what: `${what} of ${nameOf(first.member.path)}${inBuild} ${counted(differing.length, nested)}`,
        path: entry.path,
        ...(offset === undefined ? {} : { offset }),
        ...values,
      },
    ],
  }
}

/** The words for times of the builds. A zip's own times name no zone; where it holds such that do, these were taken. */
function inTimeOfBuilds({ a, b }: EntryDifference, format: NestedDifference['format'], clock: Clock): string {
  if (!a || !b) return ''
  const local = format === 'zip' && [a, b].every(({ pax }) => pax['zip.dos-time'] === undefined)
  const ahead = zoneOfPair(Number(a.mtime) * 1000, Number(b.mtime) * 1000, { span: 2000, local }, clock)
  if (ahead === null) return ''
  return `, in the time of each build${ahead === 0 ? '' : ` ${zoneWords(ahead)}`}`
}

const hasContent = ({ fields, kind }: EntryDifference): boolean => kind !== 'changed' || fields.includes('content')

/** `(2 of 4 members); contents are equal`. */
function counted(count: number, { total, same, members }: NestedDifference): string {
  const contents = members.filter(hasContent).length
  const all = total + same
  const rest =
    contents === 0 ? 'contents are equal' : `${contents} ${contents === 1 ? 'differs' : 'differ'} in content, too`
  return `(${count} of ${all} members); ${rest}`
}

function valuesOf({ a, b }: EntryDifference, facts: MemberFacts): { what: string; values: Pick<Evidence, 'a' | 'b'> } {
  if (!a || !b) return { what: 'entry', values: {} }
  if (a.mtime !== b.mtime)
    return { what: 'time', values: { a: moment(Number(a.mtime) * 1000), b: moment(Number(b.mtime) * 1000) } }
  if (facts.time) return { what: 'access or change time', values: {} }
  if (facts.owner)
    return {
      what: 'owner',
      values: { a: `${a.uid}:${a.gid} ${excerptOfName(a.uname)}`, b: `${b.uid}:${b.gid} ${excerptOfName(b.uname)}` },
    }
  if (facts.mode) return { what: 'mode', values: { a: `0${a.mode.toString(8)}`, b: `0${b.mode.toString(8)}` } }
  const name = facts.records[0] ?? ''
  return {
    what: `record ${excerpt(name)}`,
    values: {
      a: quoteUnlessSecret(a.pax[name] ?? '(none)', name),
      b: quoteUnlessSecret(b.pax[name] ?? '(none)', name),
    },
  }
}
