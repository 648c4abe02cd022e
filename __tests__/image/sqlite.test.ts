import { describe, expect, test } from '@jest/globals'
import type { SqliteRow } from '../../src/image/sqlite.ts'
import { SqliteFile } from '../../src/image/sqlite.ts'

/** Pages of 512 bytes, the first with the kind and the cells; made by hand after the file format's description. */
function fileOf(pages: number, kind: number, cells: readonly Buffer[], pointers?: readonly number[]): Buffer {
  const bytes = Buffer.alloc(512 * pages)
  bytes.write('SQLite format 3\0')
  bytes.writeUInt16BE(512, 16)
  bytes[100] = kind
  const places: number[] = []
  let end = 512
  for (const cell of cells) {
    end -= cell.length
    cell.copy(bytes, end)
    places.push(end)
  }
  const listed = pointers ?? places
  bytes.writeUInt16BE(listed.length, 103)
  listed.forEach((place, index) => {
    const at = 100 + (kind === 5 ? 12 : 8) + 2 * index
    if (at + 2 <= 512) bytes.writeUInt16BE(place, at)
  })
  return bytes
}

const rowsOf = (bytes: Buffer): (SqliteRow | null)[] => [...(SqliteFile.open(bytes)?.rowsOfLeaf(1) ?? [])]

test('row IDs of every length are told apart', () => {
  const minusOne = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
  const minusTwo = [...minusOne.slice(0, 8), 0xfe]
  const eight = [0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]
  const cells = [[7], [0x81, 0x00], eight, minusOne, minusTwo].map(rowId => Buffer.from([2, ...rowId, 2, 9]))
  const rowIds = rowsOf(fileOf(1, 13, cells)).map(row => row?.rowId)
  expect(rowIds).toEqual([7, 128, 2n ** 49n + 1n, -1n, -2n])
})

test('values of every kind', () => {
  const real = Buffer.alloc(8)
  real.writeDoubleBE(1.5)
  const header = [9, 0, 1, 6, 7, 8, 9, 14, 17]
  const body = Buffer.concat([
    Buffer.from([0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]),
    real,
    Buffer.from([0xab]),
    Buffer.from('hi'),
  ])
  const record = Buffer.concat([Buffer.from(header), body])
  const [row] = rowsOf(fileOf(1, 13, [Buffer.concat([Buffer.from([record.length, 1]), record])]))
  expect(row?.values).toEqual([null, -1, -(2n ** 63n), { real: 1.5 }, 0, 1, Buffer.from([0xab]), 'hi'])
})

describe('a hostile file', () => {
  test('whose pages lead to each other in a circle ends', () => {
    const itself = Buffer.from([0, 0, 0, 1, 1])
    const file = SqliteFile.open(fileOf(1, 5, [itself]))
    expect([...(file?.rowsOfTable(1) ?? [])]).toEqual([])
  })

  test('whose cells all claim the same long chain of pages gives no more bytes than it has', () => {
    const pointers = Array.from({ length: 100 }, () => 310)
    const bytes = fileOf(64, 13, [], pointers)
    // A row of 20,000 bytes, one blob: 188 of them here, the rest on pages that follow each other.
    bytes.set([0x81, 0x9c, 0x20, 1, 4, 0x82, 0xb8, 0x44], 310)
    bytes.writeUInt32BE(2, 314 + 188)
    for (let page = 2; page < 64; page++) bytes.writeUInt32BE(page + 1, (page - 1) * 512)
    const read = rowsOf(bytes)
    expect(read).toHaveLength(100)
    expect(read.flatMap(row => row?.values.map(value => (value as Buffer).length) ?? [])).toEqual([19_996])
  })
})
