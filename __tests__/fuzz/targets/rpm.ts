import { readSqlite } from '../../../src/explain/formats/sqlite.ts'
import { isSqlite, SqliteFile } from '../../../src/image/sqlite.ts'
import { rpm } from '../../../src/packages/rpm.ts'
import { rpmHeader } from '../../../src/packages/rpm-header.ts'
import { isNdb, ndbHeaders } from '../../../src/packages/rpm-ndb.ts'
import { promise, type Target } from '../target.ts'

const seeds = [header({ 1000: 'name', 1001: '1.0', 1002: '1' }), sqlite()]

export const target: Target = {
  name: 'rpm',
  what: 'databases of rpm: SQLite, ndb, headers',
  seeds: [...seeds, ndb(seeds[0] as Buffer)],
  files: ['__tests__/explain/fixtures/languages/freed.sqlite.a'],
  words: [
    'SQLite format 3\0',
    'RpmP',
    'Slot',
    'BlbS',
    'BlbE',
    Buffer.from([0x0d]),
    Buffer.from([0x05]),
    Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0, 0, 3, 0xe8, 0, 0, 0, 6]),
    Buffer.from([0, 0, 0, 1]),
  ],
  maxBytes: 16 * 1024,
  ms: { fixed: 150, perKiB: 60 },
  run(bytes) {
    rpmHeader(bytes)
    for (const path of ['var/lib/rpm/Packages.db', 'usr/lib/sysimage/rpm/rpmdb.sqlite', 'var/lib/rpm/Packages'])
      promise(
        rpm.read(path, bytes, () => true).packages.every(({ name }) => name.length <= 300),
        'names are bounded',
      )
    if (isNdb(bytes))
      for (const one of ndbHeaders(bytes)) promise(one.length <= bytes.length, 'a header is of the file')
    if (isSqlite(bytes)) SqliteFile.open(bytes)
    readSqlite(bytes)
  },
}

/** A header of an rpm: tags with texts. */
function header(tags: Record<number, string>): Buffer {
  const entries = Object.entries(tags)
  const data = Buffer.from(entries.map(([, text]) => `${text}\0`).join(''))
  const head = Buffer.alloc(8 + 16 * entries.length)
  head.writeUInt32BE(entries.length, 0)
  head.writeUInt32BE(data.length, 4)
  let offset = 0
  for (const [at, [tag, text]] of entries.entries()) {
    for (const [index, value] of [Number(tag), 6, offset, 1].entries())
      head.writeUInt32BE(value, 8 + 16 * at + 4 * index)
    offset += text.length + 1
  }
  return Buffer.concat([head, data])
}

function ndb(blob: Buffer): Buffer {
  const file = Buffer.alloc(4096 + 16 + blob.length + 16)
  file.write('RpmP', 0)
  file.writeUInt32LE(1, 12)
  for (let slot = 2; slot < 256; slot++) file.write('Slot', slot * 16)
  file.writeUInt32LE(1, 2 * 16 + 4)
  file.writeUInt32LE(4096 / 16, 2 * 16 + 8)
  file.write('BlbS', 4096)
  file.writeUInt32LE(1, 4096 + 4)
  file.writeUInt32LE(blob.length, 4096 + 12)
  blob.copy(file, 4096 + 16)
  return file
}

/** One page that lists no table. */
function sqlite(): Buffer {
  const file = Buffer.alloc(1024)
  file.write('SQLite format 3\0', 'latin1')
  file.writeUInt16BE(512, 16)
  file.writeUInt32BE(2, 28)
  file[100] = 0x0d
  return file
}
