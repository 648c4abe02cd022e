import { Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { filesIn } from '../../src/smoke/files.ts'
import { type CraftedEntry, tarOf } from '../image/crafted.ts'
import { digestOf } from './smoke-runs.ts'

const read = (entries: CraftedEntry[], ...paths: string[]) =>
  filesIn(
    Readable.from([tarOf(entries)]),
    paths.map((path, number) => ({ path, number })),
  )
const file = (name: string, content: string): CraftedEntry => ({ name, content: Buffer.from(content) })
const folder = (name: string): CraftedEntry => ({ name, typeflag: '5' })

test('a file is its bytes, and what is not there is told', async () => {
  const found = await read([folder('0/'), file('0/a.csv', 'data\n'), folder('2/')], '/out/a.csv', '/out/b', '/out/c')
  expect([...found]).toEqual([
    ['/out/a.csv', { bytes: 5, digest: digestOf(Buffer.from('data\n')) }],
    ['/out/b', null],
    ['/out/c', null],
  ])
})

test('of a folder every name, byte and link counts, and not the order', async () => {
  const of = async (...entries: CraftedEntry[]) => (await read(entries, '/out')).get('/out')?.digest
  const link = (to: string): CraftedEntry => ({ name: '0/l', typeflag: '2', linkname: to })
  const whole = [file('0/a', 'x'), folder('0/deep/'), file('0/deep/b', 'y'), link('/etc/passwd')]
  const digest = await of(...whole)
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(await of(...whole.toReversed())).toBe(digest)
  expect(await of(...whole.with(0, file('0/a', 'z')))).not.toBe(digest)
  expect(await of(...whole.with(0, file('0/A', 'x')))).not.toBe(digest)
  expect(await of(...whole.with(3, link('/etc/shadow')))).not.toBe(digest)
  expect(await of(...whole.slice(1))).not.toBe(digest)
})

test('a pipe or a device in the place of a file is nothing that could be the same', async () => {
  for (const typeflag of ['3', '4', '6'])
    expect((await read([{ name: '0/out', typeflag }], '/out')).get('/out')).toBeNull()
  // In a folder it is one of its names.
  expect((await read([file('0/a', 'x'), { name: '0/out', typeflag: '6' }], '/out')).get('/out')).not.toBeNull()
})

test('a folder with one file is not that file', async () => {
  const one = (await read([file('0/out', 'x')], '/out')).get('/out')?.digest
  const inside = (await read([file('0/a', 'x')], '/out')).get('/out')?.digest
  expect(one).not.toBe(inside)
})

test('what is no tar is said to be none', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2000 }), async bytes => {
      // Nothing but zeros is an empty one.
      fc.pre(bytes.some(byte => byte !== 0))
      await expect(filesIn(Readable.from([Buffer.from(bytes)]), [{ path: '/a', number: 0 }])).rejects.toThrow()
    }),
  )
})
