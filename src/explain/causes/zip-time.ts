import { crc32 } from 'node:zlib'
import type { Cause, LayerView, Recognition, Subject } from '../cause.ts'
import { bothBegin, contentDiffers } from '../content.ts'
import { excerpt, moment } from '../excerpt.ts'
import type { Rewrite } from '../rewrite.ts'
import { isWithin } from '../time.ts'
import type { ZipMember } from '../zip.ts'
import { zipMembers } from '../zip.ts'

/** Times, order or content of the members of a zip, jar, wheel or egg. */
export const zipTime: Cause = {
  id: 'zip-time',
  recognise,
  describe: ({ recognitions, subjects }) => {
    const order = recognitions.every(recognition => recognition.variant === 'order')
    return {
      title: order ? 'A zip archive lists its members in another order' : 'A zip archive holds times of its members',
      message: order
        ? 'The archive has the same members with the same content, packed in another order: as the file system listed them.'
        : `${subjects.length === 1 ? 'A zip archive notes' : `${subjects.length} zip archives note`} for each member when it was last changed; files made in the build carry the time of the build.`,
      remedy: {
        text: 'Set the files to a fixed time and pack them in a fixed order without extra fields: `find . -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +`, then `find . -type f | LC_ALL=C sort | zip -X archive.zip -@`. Wheels honour SOURCE_DATE_EPOCH; jar has --date.',
        needsEpoch: true,
        rewrite: withFixedTimes,
      },
    }
  },
}

const zipCall = /(^|[\s(;&|])zip ((?:-\w+ )*)(\S+\.zip) ([\w./-]+)(?=\s*(?:$|[;&|)\n]))/gm

/** `zip -qr x.zip dir` → the files at a fixed time, in a fixed order, without extra fields. */
const withFixedTimes: Rewrite = (text, instruction) => {
  if (instruction.keyword !== 'RUN' || instruction.json !== null) return null
  const rewritten = text.replace(
    zipCall,
    (_, before: string, flags: string, archive: string, what: string) =>
      `${before}find ${what} -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} + && find ${what} -type f | LC_ALL=C sort | TZ=UTC zip -X ${flags.replace(/-r /, '').replace(/r/g, '')}${archive} -@`,
  )
  return rewritten === text ? null : rewritten
}

function recognise({ entry, clock, layer }: Subject): Recognition | null {
  const { content } = entry
  if (!contentDiffers(entry) || !content || !bothBegin(content, [0x50, 0x4b])) return null
  const a = zipMembers(content.a)
  const b = zipMembers(content.b)
  if (!a || !b || a.length === 0) return null
  if (a.length === b.length && a.every((member, index) => sameData(member, b[index]))) {
    return timesDiffer(entry.path, a, b, clock)
  }
  const sorted = (members: ZipMember[]): string[] => members.map(m => `${m.name}\0${m.crc}\0${m.size}`).sort()
  const other = sorted(b)
  if (a.length === b.length && sorted(a).every((key, index) => key === other[index])) {
    const at = a.findIndex((member, index) => member.name !== b[index]?.name)
    return {
      confidence: 'certain',
      variant: 'order',
      evidence: [
        {
          what: `the same ${a.length} members in another order, from member ${at + 1}`,
          path: entry.path,
          a: excerpt(a[at]?.name ?? ''),
          b: excerpt(b[at]?.name ?? ''),
        },
      ],
    }
  }
  return membersDiffer({ entry, clock, layer }, a, b)
}

const sameData = (a: ZipMember, b: ZipMember | undefined): boolean =>
  b !== undefined && a.name === b.name && a.crc === b.crc && a.size === b.size

const timeOf = (member: ZipMember): number => member.extended ?? member.time

function timesDiffer(path: string, a: ZipMember[], b: ZipMember[], clock: Subject['clock']): Recognition | null {
  const at = a.findIndex((member, index) => timeOf(member) !== timeOf(b[index] ?? member))
  const [one, other] = [a[at], b[at]]
  if (!one || !other) return null
  const inBuild =
    isWithin({ ms: timeOf(one), span: 2000, daily: false }, clock.a) &&
    isWithin({ ms: timeOf(other), span: 2000, daily: false }, clock.b)
  const samePacking = a.every(
    (member, index) => member.stored === b[index]?.stored && member.method === b[index]?.method,
  )
  return {
    confidence: samePacking ? 'certain' : 'likely',
    evidence: [
      {
        what: `time of member ${excerpt(one.name)}${inBuild ? ', in the time of each build' : ''}; these ${a.length} members have equal content`,
        path,
        offset: one.offset + 10,
        a: moment(timeOf(one)),
        b: moment(timeOf(other)),
      },
    ],
  }
}

/** Some members differ in content: times of the others still count; differing files of the layer are known as such. */
function membersDiffer(subject: Subject, a: ZipMember[], b: ZipMember[]): Recognition | null {
  const { entry, clock, layer } = subject
  const byName = new Map(b.map(member => [member.name, member]))
  const differing = a.filter(member => !sameData(member, byName.get(member.name)))
  const alike = a.filter(member => sameData(member, byName.get(member.name)))
  const first = differing[0]
  if (!first || alike.length === 0) return null
  const other = byName.get(first.name)
  const known = differing.every(member => isOfLayer(layer, member, byName.get(member.name)))
  const times = timesDiffer(
    entry.path,
    alike,
    alike.map(member => byName.get(member.name) ?? member),
    clock,
  )
  return {
    confidence: times !== null && known && a.length === b.length ? 'certain' : 'likely',
    variant: times ? 'time' : 'members',
    evidence: [
      ...(times?.evidence ?? []),
      {
        what: `${differing.length} of ${a.length} members differ in content, first ${excerpt(first.name)}${known ? ', which differs in the layer too' : ''}`,
        path: entry.path,
        a: `crc32 ${first.crc.toString(16)}`,
        b: other ? `crc32 ${other.crc.toString(16)}` : '(missing)',
      },
    ],
  }
}

/** Whether a member is a differing file of the same layer, content for content. */
function isOfLayer(layer: LayerView, a: ZipMember, b: ZipMember | undefined): boolean {
  if (!b) return false
  for (const [path, { content }] of layer.byPath) {
    if (!path.endsWith(a.name) || !content?.a.whole || !content.b.whole) continue
    if (crc32(content.a.head) === a.crc && crc32(content.b.head) === b.crc) return true
  }
  return false
}
