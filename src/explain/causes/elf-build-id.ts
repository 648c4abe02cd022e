import type { Cause, Recognition, Subject } from '../cause.ts'
import { bytesOf } from '../content.ts'
import { elfOf } from '../formats/elf-evidence.ts'
import { withFixedName } from '../rewrite.ts'
import { excerptOfName } from '../values/excerpt.ts'

/** Two programs equal but for the ID that the linker made over parts that were stripped since; and the files named by it. */
export const elfBuildId: Cause = {
  id: 'elf-build-id',
  recognise: subject => onlyBuildId(subject) ?? namedByBuildId(subject),
  describe: ({ recognitions }) => {
    const drawn = recognitions.some(({ variant }) => variant === 'short')
    return {
      title: 'Two programs are equal but for their build ID',
      message: `Code, data and symbols are equal; only the build ID differs. The linker makes it as a hash over all that it writes, so something differed that has been stripped since: most often the folder in the debug data, or a temporary name${drawn ? ' (an ID of 16 bytes may also be drawn by chance: --build-id=uuid)' : ''}.`,
      remedy: {
        text: `Compile in a fixed folder, or with -ffile-prefix-map="$PWD"=. (Go: -trimpath -ldflags=-buildid=), so that what is stripped is equal, too; or link without the note: -Wl,--build-id=none.${drawn ? ' Do not use --build-id=uuid.' : ''}`,
        rewrite: withFixedName,
      },
    }
  },
}

function onlyBuildId(subject: Subject): Recognition | null {
  const elf = elfOf(subject)
  if (!elf?.complete || elf.rest.length + elf.texts.length + elf.times.length + elf.moved.length > 0) return null
  if (elf.sections.length === 0 || !elf.sections.every(name => hashes.includes(name))) return null
  const id = buildIdOf(subject, 'a')
  return {
    confidence: 'likely',
    variant: id !== null && id.length === 32 ? 'short' : 'hash',
    evidence: [
      {
        what: `only ${elf.sections.join(' and ')} differs: all other bytes are equal`,
        path: subject.entry.path,
        ...(id === null ? {} : { a: id, b: buildIdOf(subject, 'b') ?? '' }),
      },
    ],
  }
}

const hashes = ['.note.gnu.build-id', '.note.go.buildid', '.gnu_debuglink']

/** The ID (hex) of the note of owner GNU and type 3, which is near the beginning of a linked file. */
function buildIdOf({ entry }: Pick<Subject, 'entry'>, side: 'a' | 'b'): string | null {
  const head = bytesOf(entry.content?.[side].head ?? Buffer.alloc(0)).subarray(0, 64 << 10)
  for (let at = head.indexOf('GNU\0', 8); at >= 8 && at + 4 < head.length; at = head.indexOf('GNU\0', at + 4)) {
    const size = head.readUInt32LE(at - 8)
    if (head.readUInt32LE(at - 4) === 3 && size >= 8 && size <= 32) return head.toString('hex', at + 4, at + 4 + size)
  }
  return null
}

const debugFile = /(?:^|\/)\.build-id\/([0-9a-f]{2})(?:\/([0-9a-f]{6,62})(?:\.debug)?)?$/

/** `/usr/lib/debug/.build-id/ab/cdef….debug` of one side: named by the ID of a program that differs. */
function namedByBuildId({ entry, layer }: Subject): Recognition | null {
  const match = entry.kind === 'changed' ? null : debugFile.exec(entry.path)
  if (!match) return null
  const id = `${match[1]}${match[2] ?? ''}`
  const side = entry.kind === 'only-in-a' ? 'a' : 'b'
  const owner = layer.difference.entries
    .slice(0, 500)
    .find(other => other.kind === 'changed' && buildIdOf({ entry: other }, side)?.startsWith(id))
  if (!owner) return null
  return {
    confidence: 'certain',
    follows: owner.path,
    evidence: [{ what: `named by the build ID of ${excerptOfName(owner.path)}, which differs`, path: entry.path }],
  }
}
