import type { ContentSample } from '../../image/comparison.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { bothBegin, bytesOf, contentDiffers, isAligned } from '../content.ts'
import { excerpt, moment } from '../excerpt.ts'
import { withFlag } from '../rewrite.ts'

const magic = [...Buffer.from('!<arch>\n')]

interface Member {
  /** Of the header. */
  offset: number
  name: string
  time: number
}

/** Times, owners and modes of the members of a static library or other ar archive. */
export const arTime: Cause = {
  id: 'ar-time',
  recognise,
  describe: () => ({
    title: 'A static library notes when its members were made',
    message:
      'ar writes time, owner and mode of each object file into the archive. The objects themselves are the same.',
    remedy: {
      text: 'Make the archive in deterministic mode: `ar rcD` (without `U`), ranlib -D, or ARFLAGS=rcD for make.',
      rewrite: (text, instruction) =>
        instruction.keyword === 'RUN' && /\bar (?:-?)[a-zA-Z]*[rq][a-zA-Z]* /.test(text)
          ? text
              .replace(
                /\bar (-?)([a-zA-Z]*[rq][a-zA-Z]*) /g,
                (_, dash: string, letters: string) => `ar ${dash}${letters.replace(/[UD]/g, '')}D `,
              )
              .replace(/\branlib (?:-[UD] )?/g, 'ranlib -D ')
          : withFlag('ranlib', '-D')(text, instruction),
    },
  }),
}

function recognise({ entry }: Subject): Recognition | null {
  const { content } = entry
  if (!contentDiffers(entry) || !content || !bothBegin(content, magic)) return null
  const a = membersOf(content.a)
  const b = membersOf(content.b)
  const different = a.flatMap((member, index) => {
    const other = b[index]
    return other && other.name === member.name && other.time !== member.time ? [{ member, other }] : []
  })
  const [first] = different
  if (!first) return null
  // Name is bytes 0 to 15 of the header; time, owner, group and mode are 16 to 47; size follows.
  const inHeader = (offset: number, end: number): boolean =>
    a.some(member => offset >= member.offset + 16 && end <= member.offset + 48)
  const onlyHeaders = isAligned(content) && content.runs.every(run => inHeader(run.offset, run.offset + run.length))
  return {
    confidence: onlyHeaders ? 'certain' : 'likely',
    evidence: [
      {
        what: `time of ${first.member.name === '' ? 'the symbol table' : `member ${excerpt(first.member.name)}`} (${different.length} of ${a.length} members)${onlyHeaders ? '' : '; other bytes differ too'}`,
        path: entry.path,
        offset: first.member.offset + 16,
        a: moment(first.member.time * 1000),
        b: moment(first.other.time * 1000),
      },
    ],
  }
}

/** The members whose headers are in the part we have; at most 10,000. */
function membersOf(sample: ContentSample): Member[] {
  const bytes = bytesOf(sample.head)
  const members: Member[] = []
  for (let offset = 8; offset + 60 <= bytes.length && members.length < 10_000; ) {
    const header = bytes.toString('latin1', offset, offset + 60)
    const size = Number(header.slice(48, 58).trim())
    if (header.slice(58) !== '`\n' || !Number.isInteger(size) || size < 0) break
    members.push({
      offset,
      name: header.slice(0, 16).trim().replace(/\/$/, ''),
      time: Number(header.slice(16, 28).trim()),
    })
    offset += 60 + size + (size % 2)
  }
  return members
}
