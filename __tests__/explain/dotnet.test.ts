import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { recogniseCause } from '../../src/explain/causes.ts'
import { dotnetTexts } from '../../src/explain/formats/dotnet-texts.ts'
import { changed, clock, fixture, subjectOf } from './subject.ts'

const recognised = (a: Buffer, b: Buffer) => recogniseCause(subjectOf(changed('app/App.dll', a, b)))

test('headers of assemblies that lie stop nothing', () => {
  const files = ['FolderInside.dll', 'Timed.exe', 'Folder.pdb'].map(name => fixture(`dotnet/${name}`))
  fc.assert(
    fc.property(
      fc.constantFrom(...files),
      fc.integer({ min: 0, max: 3071 }),
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.integer({ min: 0, max: 3072 }),
      ({ a, b }, at, bytes, end) => {
        const [p, q] = [a, b].map(side => {
          const copy = Buffer.from(side)
          copy.set(bytes.subarray(0, Math.max(0, copy.length - at)), Math.min(at, copy.length))
          return copy.subarray(0, end)
        }) as [Buffer, Buffer]
        expect(typeof recognised(p, q).cause.id).toBe('string')
      },
    ),
    { numRuns: 300 },
  )
})

test('a debug directory that points behind the end of the file', () => {
  const { a, b } = fixture('dotnet/Caller.dll')
  for (const side of [a, b]) {
    const pe = side.readUInt32LE(0x3c)
    const debug = pe + 24 + (side.readUInt16LE(pe + 24) === 0x20b ? 112 : 96) + 6 * 8
    const cli = side.readUInt32LE(debug + 8 * 8)
    side.writeUInt32LE(cli, debug)
    side.writeUInt32LE(28 * 16, debug + 4)
  }
  expect(recognised(a, b).recognition.confidence).toBeDefined()
})

test('what is shown of an unknown difference: the IDs that follow, and the first place', () => {
  const { a, b } = fixture('dotnet/Number.dll')
  const { cause, recognition } = recogniseCause({ ...subjectOf(changed('app/Number.dll', a, b)), clock })
  expect(cause.id).toBe('unknown-difference')
  expect(recognition.evidence[0]?.what).toMatch(/^the IDs \(MVID, PDB\)/)
})

test('an assembly of more texts than any compiler writes is not taken apart', () => {
  const { a, b } = fixture('dotnet/Number.dll')
  const texts = (own: Buffer, count: number): Buffer => Buffer.concat([own, Buffer.from('abcde\0'.repeat(count))])
  const read = (count: number) => dotnetTexts(changed('app/Number.dll', texts(a, count), texts(b, count)))
  expect(read(100)?.pairs).toEqual([])
  expect(read(150_000)).toBeNull()
})
