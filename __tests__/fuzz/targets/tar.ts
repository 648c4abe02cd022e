import type { Entry } from '../../../src/image/image.ts'
import { LayerError } from '../../../src/image/layer-error.ts'
import { parsePax } from '../../../src/image/pax.ts'
import { TarReader } from '../../../src/image/tar.ts'
import { paxRecord, tarOf, withChecksum } from '../../image/crafted.ts'
import { inPieces } from '../parts.ts'
import { promise, type Target } from '../target.ts'

const xattr = { 'SCHILY.xattr.user.n': 'v', mtime: '1700000000.25', path: 'long' }

export const target: Target = {
  name: 'tar',
  what: 'tars of layers: ustar, PAX, GNU long names and sparse files',
  seeds: [
    tarOf([
      { name: 'usr/', typeflag: '5' },
      { name: 'usr/a', content: 'some content', uname: 'root' },
      { name: 'l', typeflag: '2', linkname: 'usr/a' },
    ]),
    tarOf([
      { name: 'x', content: 'more', pax: xattr },
      { name: 'c', typeflag: '3', device: [1, 2] },
      { name: 'h', typeflag: '1', linkname: 'x' },
    ]),
    tarOf([
      { name: '././@LongLink', typeflag: 'L', content: `${'n/'.repeat(70)}\0` },
      { name: 'n', content: 'x' },
      { name: 'g', typeflag: 'S', content: 'x' },
    ]),
    tarOf([
      {
        name: 's',
        content: '1\n0\n1\nx',
        pax: { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 's', 'GNU.sparse.realsize': '9' },
      },
    ]),
  ],
  words: [
    ...[
      paxRecord('path', 'a/b'),
      paxRecord('size', '9999999999999'),
      paxRecord('mtime', '-1.5'),
      paxRecord('GNU.sparse.map', '0,1'),
      paxRecord('__proto__', 'x'),
    ],
    ...[
      'x',
      'g',
      'L',
      'K',
      'S',
      '0',
      '5',
      '7',
      'ustar\x0000',
      'ustar  \0',
      '../',
      '/',
      '\0',
      '7777777',
      '\x80\0\0\0\xff',
      '\xff\xff\xff\xff',
      'path=',
      'GNU.sparse.',
      'SCHILY.xattr.',
    ],
    Buffer.alloc(512),
  ],
  maxBytes: 8192,
  allowed: [LayerError],
  mend(bytes) {
    for (let at = 0; at + 512 <= bytes.length; at += 512) {
      const block = bytes.subarray(at, at + 512)
      // What looks like a header: a magic where it stands, or a flag and digits.
      if (block.includes('ustar', 257) && block[0] !== 0) withChecksum(block)
    }
  },
  async run(bytes) {
    try {
      parsePax(bytes.subarray(0, 512))
    } catch (error) {
      if (!(error instanceof LayerError)) throw error
    }
    const whole = await told(bytes, 64 * 1024)
    const inBits = await told(bytes, 700)
    promise(whole.said === inBits.said, 'pieces of any length give the same entries')
    if (whole.error !== null) throw whole.error
  },
}

async function told(bytes: Buffer, piece: number): Promise<{ said: string; error: LayerError | null }> {
  const entries: [Entry, number][] = []
  const tar = new TarReader(inPieces(bytes, piece), 'x')
  try {
    for (let entry = await tar.next(); entry !== null; entry = await tar.next()) {
      let length = 0
      for (let chunk = await tar.chunk(); chunk !== null; chunk = await tar.chunk()) length += chunk.length
      promise(length === entry.size, 'a content is as long as its entry says')
      entries.push([entry, length])
    }
    return { said: JSON.stringify(entries), error: null }
  } catch (error) {
    if (!(error instanceof LayerError)) throw error
    return { said: `${JSON.stringify(entries)} ${error.message}`, error }
  }
}
