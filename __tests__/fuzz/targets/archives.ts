import { gzipSync } from 'node:zlib'
import { pairOfSamples } from '../../../src/compare/content.ts'
import { compareKept } from '../../../src/compare/nested/archive.ts'
import { nestedLimits } from '../../../src/compare/nested/limits.ts'
import { gzipHeader } from '../../../src/compare/nested/packed-reader.ts'
import { LayerError } from '../../../src/image/layer-error.ts'
import { arOf, zipOf } from '../../compare/nested/archives.ts'
import { tarOf } from '../../image/crafted.ts'
import { promise, type Target } from '../target.ts'

const members = [
  { name: 'a', content: 'x'.repeat(300) },
  { name: 'b/c', content: 'y' },
]
const good = [
  zipOf(members),
  zipOf(members.map(one => ({ ...one, descriptor: 'marked' as const }))),
  tarOf(members),
  gzipSync(tarOf(members)),
  arOf(members),
  zipOf([{ name: 'in.zip', content: zipOf(members) }]),
]
const own = {
  ...{ path: 'x', type: 'file' as const, mode: 0o644, uid: 0, gid: 0, uname: '', gname: '', size: 0 },
  ...{ mtime: '0', linkTarget: '', device: '', pax: {} },
}
const nothing = {
  ...{ path: 'x', kind: 'changed' as const, fields: ['content' as const] },
  ...{ a: own, b: own, digestA: null, digestB: null },
}
const whole = (head: Buffer) => ({ size: head.length, head, whole: true, tail: Buffer.alloc(0) })

export const target: Target = {
  name: 'archives',
  what: 'zip, tar, gzip and ar files in layers, and what differs in two of them',
  seeds: good,
  words: [
    'PK\x03\x04',
    'PK\x01\x02',
    'PK\x05\x06',
    'PK\x06\x06',
    'PK\x06\x07',
    'PK\x07\x08',
    '!<arch>\n',
    '`\n',
    '//',
    '/0',
    '#1/20',
    '\x1f\x8b\x08',
    Buffer.from([0xff, 0xff, 0xff, 0xff]),
    Buffer.from([1, 0, 16, 0]),
  ],
  maxBytes: 8192,
  ms: { fixed: 300, perKiB: 60 },
  async run(bytes) {
    try {
      gzipHeader(bytes)
    } catch (error) {
      if (!(error instanceof LayerError)) throw error
    }
    for (const other of good) {
      if (other[0] !== bytes[0] || other.equals(bytes)) continue
      const nested = await compareKept(
        { ...nothing, content: pairOfSamples(whole(other), whole(bytes)) },
        nestedLimits(),
        0,
      )
      if (nested === null) continue
      promise(nested.members.length <= nested.total, 'what is listed is counted')
      promise(nested.unread === null || nested.unread.length < 2500, 'why something is not read is a bounded text')
    }
  },
}
