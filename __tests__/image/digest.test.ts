// What all that is believed of an image stands on: what a digest is, that of given bytes, and whether bytes are nothing.
import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { digestOf, isDigest } from '../../src/image/digest.ts'
import { isZero } from '../../src/image/zeros.ts'
import { checkedBlob } from '../../src/image-stores/checked-blob.ts'

const hexOf = (algorithm: string, text: string) => `${algorithm}:${createHash(algorithm).update(text).digest('hex')}`
const [sha256, sha512] = [hexOf('sha256', 'x'), hexOf('sha512', 'x')]

describe('a digest', () => {
  test.each([sha256, sha512])('is one: %s', text => expect(isDigest(text)).toBe(true))

  const odd: unknown[] = [
    ...['', 'sha256:', sha256.slice(0, -1), `${sha256}0`, ` ${sha256}`, `x${sha256}`, `${sha256}\n`],
    ...[sha256.toUpperCase(), sha256.replace('sha256', 'sha512'), sha512.replace('sha512', 'sha256')],
    ...[
      hexOf('sha384', 'x'),
      hexOf('md5', 'x'),
      `sha256:${'../'.repeat(21)}x`,
      null,
      5,
      undefined,
      {},
      { toString: () => sha256 },
    ],
  ]
  test.each(odd)('is none: %j', text => expect(isDigest(text)).toBe(false))

  test('of bytes is of the algorithm that is asked for', () => {
    const bytes = Buffer.from('x')
    expect(digestOf(bytes)).toBe(sha256)
    expect(digestOf(bytes, sha256)).toBe(sha256)
    expect(digestOf(bytes, sha512)).toBe(sha512)
  })

  test('is held against the bytes', () => {
    const bytes = Buffer.from('x')
    for (const digest of [sha256, sha512]) {
      expect(checkedBlob(bytes, digest, 'here')).toBe(bytes)
      expect(() => checkedBlob(Buffer.from('y'), digest, 'here')).toThrow(/^here: the bytes of "sha.* have the digest /)
    }
  })
})

test.each([0, 1, 511, 512, 513, 1024, 1500])(
  '%i zeros are nothing, and with one bit among them they are something',
  length => {
    const bytes = Buffer.alloc(length)
    expect(isZero(bytes)).toBe(true)
    for (const at of [0, 1, 510, 511, 512, 513, 1023, 1024, length - 1].filter(at => at >= 0 && at < length)) {
      bytes[at] = 1
      expect([at, isZero(bytes)]).toEqual([at, false])
      bytes[at] = 0
    }
  },
)
