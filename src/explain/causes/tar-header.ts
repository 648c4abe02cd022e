import { createHash } from 'node:crypto'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, wholesOf } from '../content.ts'
import { excerpt, moment } from '../excerpt.ts'
import type { Rewrite } from '../rewrite.ts'
import { inflate } from './gzip-time.ts'

interface Member {
  name: string
  type: string
  mode: string
  owner: string
  time: number
  digest: string
  link: string
}

/** Times, owners, modes or order of the members of a tar archive that stands in the image, packed or not. */
export const tarHeader: Cause = {
  id: 'tar-header',
  recognise,
  describe: ({ recognitions }) => {
    const order = recognitions.every(recognition => recognition.variant === 'order')
    return {
      title: order
        ? 'A tar archive lists its members in another order'
        : 'A tar archive holds times or owners of its members',
      message: order
        ? 'The archive has the same members, packed in another order: as the file system listed them.'
        : 'A tar archive made in the build notes times, owners and modes of its members. Files made in the build carry the time of the build. The content of the members is the same.',
      remedy: {
        text: 'Pack with fixed headers: `tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner …`, and `gzip -n` for the packed one.',
        needsEpoch: true,
        rewrite: withFixedHeaders,
      },
    }
  },
}

const tarCreate = /(^|[\s(;&|])tar (?=-?[a-zA-Z]*c|--create)(-?)/g

/** `tar czf x .` → `tar --sort=name … -czf x .`. */
const withFixedHeaders: Rewrite = (text, instruction) => {
  if (instruction.keyword !== 'RUN' || instruction.json !== null || !tarCreate.test(text)) return null
  return text.replace(
    tarCreate,
    '$1tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -',
  )
}

function recognise({ entry }: Subject): Recognition | null {
  const bytes = contentDiffers(entry) ? wholesOf(entry.content) : null
  if (!bytes) return null
  const packed = bytes.a[0] === 0x1f && bytes.a[1] === 0x8b
  const [a, b] = packed ? [inflate(bytes.a), inflate(bytes.b)] : [bytes.a, bytes.b]
  const [inA, inB] = [a && tarMembers(a), b && tarMembers(b)]
  if (!inA || !inB || inA.length !== inB.length || inA.length === 0) return null
  const key = (member: Member): string => [member.name, member.type, member.digest, member.link].join('\0')
  const where = packed ? 'inside the gzip file, ' : ''
  if (inA.every((member, index) => key(member) === key(inB[index] ?? member))) {
    const at = inA.findIndex((member, index) => headerOf(member) !== headerOf(inB[index] ?? member))
    const [one, other] = [inA[at], inB[at]]
    if (!one || !other) return null
    const time = one.time !== other.time
    return {
      confidence: 'certain',
      variant: 'header',
      evidence: [
        {
          what: `${where}${time ? 'time' : 'owner or mode'} of member ${excerpt(one.name)}; all ${inA.length} members have equal content`,
          path: entry.path,
          a: time ? moment(one.time * 1000) : `${one.owner} ${one.mode}`,
          b: time ? moment(other.time * 1000) : `${other.owner} ${other.mode}`,
        },
      ],
    }
  }
  const sortedB = inB.map(key).sort()
  if (
    !inA
      .map(key)
      .sort()
      .every((item, index) => item === sortedB[index])
  )
    return null
  const at = inA.findIndex((member, index) => member.name !== inB[index]?.name)
  return {
    confidence: 'certain',
    variant: 'order',
    evidence: [
      {
        what: `${where}the same ${inA.length} members in another order, from member ${at + 1}`,
        path: entry.path,
        a: excerpt(inA[at]?.name ?? ''),
        b: excerpt(inB[at]?.name ?? ''),
      },
    ],
  }
}

const headerOf = (member: Member): string => [member.mode, member.owner, member.time].join('\0')

/** The members of a ustar archive; null when it is none. PAX and GNU records count as members of their own name. */
function tarMembers(bytes: Buffer): Member[] | null {
  if (bytes.length < 1024 || bytes.toString('latin1', 257, 262) !== 'ustar') return null
  const members: Member[] = []
  for (let at = 0; at + 512 <= bytes.length && members.length < 20_000; ) {
    const header = bytes.subarray(at, at + 512)
    if (header[0] === 0) break
    const field = (from: number, to: number): string => header.toString('latin1', from, to).replace(/\0.*$/s, '').trim()
    const size = Number.parseInt(field(124, 136) || '0', 8)
    if (!Number.isInteger(size) || size < 0) return null
    const type = field(156, 157) || '0'
    const data = bytes.subarray(at + 512, at + 512 + size)
    // A PAX record holds times too: its content is header, and must not count as a member's data.
    const isRecord = type === 'x' || type === 'g'
    members.push({
      name: isRecord ? 'PaxHeader' : `${field(345, 500)}/${field(0, 100)}`.replace(/^\//, ''),
      type,
      mode: field(100, 108) + (isRecord ? data.toString('latin1', 0, 512) : ''),
      owner: [field(108, 116), field(116, 124), field(265, 297), field(297, 329)].join(':'),
      time: Number.parseInt(field(136, 148) || '0', 8),
      digest: isRecord ? '' : createHash('sha256').update(data).digest('hex'),
      link: field(157, 257),
    })
    at += 512 + Math.ceil(size / 512) * 512
  }
  return members
}
