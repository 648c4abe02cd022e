import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import type { Entry } from '../../src/image/image.ts'
import { openRecord } from '../../src/ledger/read-record.ts'
import { asRecorded, type RecordedEntry } from '../../src/ledger/record.ts'
import { entryOfRow, rowOf } from '../../src/ledger/record-lines.ts'
import type { Part } from '../../src/ledger/record-parts.ts'
import { LayerReader } from '../../src/ledger/recorded-entries.ts'
import { imageOf, tarOf } from '../image/crafted.ts'
import { readTar } from '../image/reading.ts'
import { entriesIn, head, inputs, newFile, packed, platformOf, recordedFile, textIn } from './recorded.ts'

const layer = tarOf([
  { name: 'app/', typeflag: '5', mode: 0o755 },
  { name: 'app/a', content: 'hello', uid: 7, uname: 'me', gname: 'us' },
  { name: 'app/b', typeflag: '2', linkname: '../etc' },
  { name: 'app/empty' },
  { name: 'app/x', content: 'y', pax: { 'SCHILY.xattr.user.long': 'v'.repeat(5000), mtime: '12.000000001' } },
  { name: 'app/\xff', content: Buffer.from([0xff]) },
])
const other = tarOf([{ name: 'z', content: 'z' }])
const hex = (text: string) => createHash('sha256').update(text).digest('hex')

test('what is read is what was written', async () => {
  const image = imageOf([layer, other])
  const { path, written } = await recordedFile([image])
  expect(written).toMatchObject({ layers: 2, entries: 7 })
  const record = await openRecord(path)
  expect(record.inputs).toEqual(inputs)
  expect(record.versions).toEqual({ buildkit: 'v0.27.0' })
  expect(record.platforms).toHaveLength(1)
  expect(record.platforms[0]?.image).toEqual(image.image)
  expect(record.platforms[0]?.layers.map(({ line, instruction }) => [line, instruction])).toEqual([
    [1, 'RUN make 0'],
    [2, 'RUN make 1'],
  ])
  const [folder, file, link, empty, extended] = await entriesIn(record)
  expect(folder).toMatchObject({ entry: { path: 'app', type: 'directory', mode: 0o755 }, digest: null })
  expect(file).toMatchObject({ entry: { path: 'app/a', uid: 7, uname: 'me', gname: 'us' }, digest: hex('hello') })
  expect(link?.entry).toMatchObject({ type: 'symlink', linkTarget: '../etc' })
  expect(empty).toMatchObject({ entry: { size: 0 }, digest: null })
  expect(extended?.entry).toMatchObject({
    mtime: '12.000000001',
    pax: { 'SCHILY.xattr.user.long': `sha256:${hex('v'.repeat(5000))}` },
  })
  expect((await entriesIn(record, 0, 1)).map(({ entry }) => entry.path)).toEqual(['z'])
  await record.close()
})

test('all of it is JSON, and the same image gives the same bytes', async () => {
  const images = [imageOf([layer, other]), imageOf([other])]
  const [first, second] = [await recordedFile(images), await recordedFile(images)]
  const bytes = await readFile(first.path)
  expect(bytes.equals(await readFile(second.path))).toBe(true)
  // No time, no name, the system that zlib names everywhere but on a few.
  expect(bytes.subarray(0, 9)).toEqual(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2]))
  const value = JSON.parse(await textIn(first.path))
  expect(Object.keys(value)).toEqual([
    ...['kind', 'schemaVersion', 'inputs', 'versions', 'platforms', 'layers', 'entries'],
  ])
  expect(value.platforms[1].layers[0].entries).toEqual([['z', 'file', 420, 0, 0, 1, '1700000000', hex('z')]])
})

test('a layer with no entries, and an image with no layers', async () => {
  const { path } = await recordedFile([imageOf([tarOf([])]), imageOf([])])
  const record = await openRecord(path)
  expect(await entriesIn(record)).toEqual([])
  expect(record.platforms[1]?.layers).toEqual([])
  await record.close()
})

test('it is as docs/record.schema.json says', async () => {
  const schema = JSON.parse(await readFile('docs/record.schema.json', 'utf8'))
  const { path } = await recordedFile([imageOf([layer, other])])
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true, strictTuples: false }).compile(schema)
  const value = JSON.parse(await textIn(path))
  expect(validate(value) ? [] : validate.errors).toEqual([])
  value.platforms[0].layers[0].entries[0][1] = 'socket'
  expect(validate(value)).toBe(false)
})

test('layers are read from any of them on, in any order, and again', async () => {
  const tars = ['a', 'b', 'c', 'd'].map(name => tarOf([{ name, content: name }, { name: `${name}2` }]))
  const { path } = await recordedFile([imageOf(tars), imageOf(tars.slice(1, 3))])
  const record = await openRecord(path)
  const firsts = async (...asked: [number, number][]): Promise<string[]> => {
    const found: string[] = []
    for (const [platform, layer] of asked) found.push((await entriesIn(record, platform, layer)).map(pathOf).join())
    return found
  }
  expect(await firsts([0, 0], [0, 1], [0, 3], [1, 0], [1, 1])).toEqual(['a,a2', 'b,b2', 'd,d2', 'b,b2', 'c,c2'])
  expect(await firsts([1, 1], [0, 2], [0, 2], [0, 1], [1, 0])).toEqual(['c,c2', 'c,c2', 'c,c2', 'b,b2', 'b,b2'])
  // One that is left in its middle, beside another one.
  const [half, other] = [record.entriesOf(0, 1), record.entriesOf(0, 2)]
  expect([(await half.next())?.path, (await other.next())?.path]).toEqual(['b', 'c'])
  await half.close()
  expect((await other.next())?.path).toBe('c2')
  await other.close()
  expect(await firsts([0, 1], [0, 2])).toEqual(['b,b2', 'c,c2'])
  await record.close()
})

const pathOf = ({ entry }: { entry: Entry }): string => entry.path

test('a record of many layers is read once for all of them', async () => {
  const begun: number[] = []
  async function* parts(): AsyncGenerator<Part> {
    begun.push(begun.length)
    yield { kind: 'platform', platform: {} as never }
    for (let at = 0; at < 500; at += 1) yield { kind: 'layer', layer: {} as never }
  }
  const reader = new LayerReader(parts)
  for (let at = 0; at < 500; at += 1) {
    const entries = reader.entriesOf(0, at)
    expect(await entries.next()).toBeNull()
    await entries.close()
  }
  await reader.close()
  expect(begun).toHaveLength(1)
})

describe('secrets', () => {
  const mask = (text: string) => text.replaceAll('hunter2!', '***')

  test('are starred in paths, links and instructions, and the file is still a record', async () => {
    const tar = tarOf([
      { name: 'hunter2!.txt', content: 'x' },
      { name: 'l', typeflag: '2', linkname: 'hunter2!' },
    ])
    const { path } = await recordedFile([imageOf([tar])], mask)
    expect(await textIn(path)).not.toContain('hunter2!')
    const record = await openRecord(path)
    expect((await entriesIn(record)).map(({ entry }) => [entry.path, entry.linkTarget])).toEqual([
      ['***.txt', ''],
      ['l', '***'],
    ])
    await record.close()
  })

  test('in the config of the image leave no record', async () => {
    const image = imageOf([layer], { config: { Env: ['TOKEN=hunter2!'] } })
    await expect(recordedFile([image], mask)).rejects.toThrow(/holds the value of a secret/)
  })
})

test('a layer that cannot be read leaves nothing behind', async () => {
  const path = await newFile()
  const platform = platformOf(imageOf([layer]))
  const broken = platform.layers.map(one => ({ ...one, open: () => Promise.reject(new Error('gone')) }))
  const { writeRecord } = await import('../../src/ledger/write-record.ts')
  await expect(writeRecord(path, head, [{ ...platform, layers: broken }])).rejects.toThrow('gone')
  expect(await readdir(dirname(path))).toEqual([])
  await expect(writeRecord(join(path, 'no', 'such'), head, [platform])).rejects.toThrow(/ENOENT/)
})

test('any entry that a layer can have comes back as it was', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 })
  const step = text.filter(one => !/[/\0]/.test(one) && !['', '.', '..'].includes(one))
  const entry: fc.Arbitrary<Entry> = fc.record({
    path: fc.array(step, { minLength: 1, maxLength: 4 }).map(steps => steps.join('/')),
    type: fc.constantFrom('directory', 'symlink', 'hardlink', 'fifo', 'char-device'),
    mode: fc.integer({ min: 0, max: 0o7777 }),
    uid: fc.maxSafeInteger(),
    gid: fc.maxSafeInteger(),
    uname: text,
    gname: text,
    size: fc.constant(0),
    mtime: fc.constantFrom('0', '1700000000', '-1.5', '12345678901.000000001'),
    linkTarget: text,
    device: text,
    pax: fc.dictionary(text, text, { maxKeys: 5, noNullPrototype: false }),
  })
  fc.assert(
    fc.property(entry, given => {
      const recorded: RecordedEntry = { entry: asRecorded(given), digest: null }
      const line = JSON.stringify(rowOf(recorded))
      const { entry: read } = entryOfRow(JSON.parse(line))
      expect({ ...read, pax: { ...read.pax } }).toEqual({ ...given, pax: { ...given.pax } })
      expect(JSON.stringify(JSON.parse(line))).toBe(line)
    }),
  )
})

test('a name that is not UTF-8 stays apart from all others', async () => {
  const tar = tarOf([{ name: 'placeholder', content: 'x' }])
  tar[0] = 0xff
  const block = tar.subarray(0, 512)
  const { withChecksum } = await import('../image/crafted.ts')
  withChecksum(block)
  const [read] = await readTar(tar)
  const { path } = await recordedFile([imageOf([tar])])
  const record = await openRecord(path)
  expect((await entriesIn(record))[0]?.entry.path).toBe(read?.entry.path)
  expect(read?.entry.path).toMatch(/^\udcff/)
  await record.close()
})

test('a file that is written over in place is told', async () => {
  const { path } = await recordedFile([imageOf([layer])])
  const record = await openRecord(path)
  await writeFile(path, packed('{}'))
  await expect(entriesIn(record)).rejects.toThrow(/record|whole gzip|cut off/)
  await record.close()
})
