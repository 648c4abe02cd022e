import type { ContentPair } from '../../image/comparison.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { bytesOf, contentDiffers, textsOf } from '../content.ts'
import { areFloats } from '../formats/numbers.ts'
import { hex, withheld } from '../values/excerpt.ts'
import { isRandom, isSalted } from '../values/randomness.ts'

/** Files of nothing but chance: keys as bytes, test data from /dev/urandom. */
export const randomData: Cause = {
  id: 'random-data',
  recognise: ({ entry }: Subject): Recognition | null => {
    const { content } = entry
    if (!contentDiffers(entry) || !content || textsOf(entry)) return null
    if (isSalted(content)) return salted(entry.path, content)
    if (!isRandom(content) || areNumbers(content)) return null
    const { head, size, whole } = content.a
    let differing = 0
    head.forEach((byte, at) => {
      if (byte !== content.b.head[at]) differing++
    })
    const seen = whole ? 'all' : 'the first'
    return {
      confidence: 'likely',
      evidence: [
        {
          what: `${((100 * differing) / head.length).toFixed(1)} % of ${seen} ${head.length} bytes (of ${size}) differ, as by chance (255 of 256), all byte values come about as often, and no known format begins the file`,
          path: entry.path,
          offset: 0,
          a: withheld(head),
          b: withheld(content.b.head),
        },
      ],
    }
  },
  describe: ({ subjects }) => ({
    title: 'A file of random bytes is made in the build',
    message: `${subjects.length === 1 ? 'A file holds' : `${subjects.length} files hold`} bytes that look drawn by chance from the first to the last (/dev/urandom, a key, test data, or something encrypted with a new key), and differ in every build. A secret made at build time is also shared by everyone who has the image.`,
    remedy: {
      text: 'Make the data when the container starts, or from a fixed seed, or copy a fixed file into the image; pass a secret at run time.',
    },
  }),
}

/** Too short to tell by its columns: a few floats may look like chance. */
const areNumbers = ({ a, b }: ContentPair): boolean =>
  [a, b].every(({ head, size }) => size < 64 && areFloats(bytesOf(head)))

const salted = (path: string, { a, b }: ContentPair): Recognition => ({
  confidence: 'likely',
  evidence: [
    {
      what: 'encrypted by `openssl enc` with a salt drawn by chance, which makes every byte behind it another one',
      path,
      offset: 8,
      a: hex(a.head.subarray(8, 16)),
      b: hex(b.head.subarray(8, 16)),
    },
  ],
})
