import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createGzip, gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { imageOf, tarOf } from '../image/crafted.ts'
import { newFile, packed, recordedFile, textIn, whyRefused } from './recorded.ts'

let good = ''
let path = ''
beforeAll(async () => {
  const tar = tarOf([
    { name: 'a', content: 'hello' },
    { name: 'b', content: 'hello' },
  ])
  good = await textIn((await recordedFile([imageOf([tar])])).path)
  path = await newFile()
})

const refused = async (text: string): Promise<string> => {
  await writeFile(path, packed(text))
  return whyRefused(path)
}

test('the record that all others are made of is one', async () => {
  expect(await refused(good)).toBe('')
})

test('a path may come a few times in a layer, and in every layer', async () => {
  expect(await refused(good.replace(/(\["a",.*\n)/, '$1'.repeat(50)).replace('"entries":2}', '"entries":51}'))).toBe('')
  const layers = Array.from({ length: 120 }, (_, at) => tarOf([{ name: 'a', content: `${at}` }]))
  expect(await refused(await textIn((await recordedFile([imageOf(layers)])).path))).toBe('')
})

const rows = ['["a",', '["b",'] as const
const digestOfHello = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'

test.each<[string, (text: string) => string, RegExp]>([
  ['a step up in a path', text => text.replace('["a"', '["x/../../etc/passwd"'), /path/],
  ['an absolute path', text => text.replace('["a"', '["/etc/passwd"'), /path/],
  ['a zero byte in a path', text => text.replace('["a"', '["a\\u0000"'), /path/],
  ['a path of 100 kB', text => text.replace('["a"', `["${'a'.repeat(100_000)}"`), /path/],
  ['an empty path', text => text.replace('["a"', '[""'), /path/],
  ['a line of a megabyte', text => text.replace('["a"', `["${'a'.repeat(1 << 20)}"`), /longer than any/],
  ['a type of its own', text => text.replace('["a","file"', '["a","socket"'), /type/],
  ['a mode that is none', text => text.replace('"file",420', '"file",99999'), /mode/],
  ['a size below zero', text => text.replace(',0,0,5,', ',0,0,-5,'), /size/],
  ['a size that is no number', text => text.replace(',0,0,5,', ',0,0,"5",'), /size/],
  ['a number that is too large', text => text.replace(',0,0,5,', ',0,0,123456789012345680000,'), /size/],
  ['a number in another form', text => text.replace(',0,0,5,', ',0,0,5.0,'), /not written as records/],
  ['a time that is no number', text => text.replace('"1700000000"', '"now"'), /time/],
  ['a digest of a folder', text => text.replace('"file",420,0,0,5', '"directory",420,0,0,0'), /digest/],
  ['a digest that is none', text => text.replace(digestOfHello, 'nothing'), /digest/],
  ['no digest of a file', text => text.replace(`"${digestOfHello}"`, 'null'), /digest/],
  ['an entry that is an object', text => text.replace(/\["a",.*\],\n/, '{"path":"a"},\n'), /list of eight/],
  ['too many values', text => text.replace(/(\["a",.*)\],\n/, '$1,{"link":"x"},1],\n'), /list of eight/],
  ['an unknown field', text => text.replace(/(\["a",.*)\],\n/, '$1,{"what":"x"}],\n'), /no entry has/],
  ['a prototype for a field', text => text.replace(/(\["a",.*)\],\n/, '$1,{"__proto__":{"link":"x"}}],\n'), /no entry/],
  ['a key that comes twice', text => text.replace(/(\["a",.*)\],\n/, '$1,{"link":"x","link":"y"}],\n'), /not written/],
  ['a kind that comes twice', text => text.replace('{"kind"', '{"kind":"x","kind"'), /not written/],
  ['blanks', text => text.replace('["a",', '["a", '), /not written/],
  // What follows is not read: there is no end, and that is not what is told.
  [
    'an entry without end',
    text => text.replace(/(\["a",.*\n)[\s\S]*/, (_, row) => row.repeat(200)),
    /100 times in a row/,
  ],
  ['no comma', text => text.replace('],\n["b"', ']\n["b"'), /comma/],
  ['a comma at the end', text => text.replace(']\n]}', '],\n]}'), /comma/],
  ['a list within lists', text => text.replace('["a",', `[${'['.repeat(60_000)}`), /levels deep/],
  ['an entry less', text => text.replace(/\["a",.*\n/, ''), /as much as its end/],
  ['a count that lies', text => text.replace('"entries":2}', '"entries":3}'), /as much as its end/],
  ['a count that is no number', text => text.replace('"entries":2}', '"entries":"2"}'), /count/],
  ['something behind the end', text => `${text}{}\n`, /behind its end/],
  ['no end', text => text.split('\n').slice(0, -2).join('\n').concat('\n'), /cut off/],
  ['half a line', text => text.slice(0, -5), /cut off/],
  ['another kind', text => text.replace('repro-gate-record', 'report'), /kind/],
  ['a version to come', text => text.replace('"schemaVersion":1', '"schemaVersion":2'), /use a newer one/],
  ['an epoch that is a text', text => text.replace('"epoch":1700000000', '"epoch":"1700000000"'), /epoch/],
  ['a line of a layer that is none', text => text.replace('"line":1', '"line":0'), /line/],
  ['another manifest digest', text => text.replace(/("manifestDigest":"sha256:)./, '$1x'), /manifestDigest/],
  [
    'a manifest digest of another',
    text => text.replace(/("manifestDigest":"sha256:)[0-9a-f]{4}/, '$10000'),
    /does not have/,
  ],
  ['a changed config', text => text.replace('\\"amd64\\"', '\\"arm64\\"'), /the config has the digest/],
  [
    'a layer of another image',
    text => text.replace(/(\{"digest":"sha256:)[0-9a-f]{4}/, '$10000'),
    /not those of its image/,
  ],
  ['a Dockerfile of another digest', text => text.replace('RUN make\\n', 'RUN evil\\n'), /Dockerfile does not have/],
  ['an arg without a name', text => text.replace('{"name":"VERSION",', '{'), /args/],
])('%s is refused', async (_, changed, why) => {
  const text = changed(good)
  expect(text).not.toBe(good)
  expect(await refused(text)).toMatch(why)
})

test('a platform twice, and a layer that is missing', async () => {
  const platform = good.slice(good.indexOf('{"platform"'), good.indexOf('],"layers":1,"entries"'))
  const twice = good.replace(platform, `${platform.trimEnd()},\n${platform}`)
  expect(await refused(twice)).toMatch(/platform twice/)
  const start = good.indexOf('{"digest"', good.indexOf('{"platform"'))
  const none = `${good.slice(0, start)}]}\n],"layers":0,"entries":0}\n`
  expect(await refused(none)).toMatch(/layer of its image is missing/)
})

test('texts that are each in bounds are not, all together', async () => {
  const big = imageOf([], { config: { Labels: { big: 'x'.repeat(7 * 1024 ** 2) } } })
  const { path: many } = await recordedFile(Array.from({ length: 20 }, () => big))
  expect(await whyRefused(many)).toMatch(/images and instructions are longer/)
})

test('a pipe is refused, not waited for', async () => {
  const pipe = join(dirname(path), 'pipe')
  execFileSync('mkfifo', [pipe])
  expect(await whyRefused(pipe)).toBe('it is no file')
})

describe('what is no gzip', () =>
  test.each<[string, () => Buffer, RegExp]>([
    ['nothing', () => Buffer.alloc(0), /whole gzip|cut off/],
    ['text', () => Buffer.from(good), /whole gzip/],
    ['a gzip that is cut off', () => packed(good).subarray(0, 200), /whole gzip/],
    ['a damaged one', () => damaged(packed(good)), /whole gzip|record|line/],
    ['bytes behind it', () => Buffer.concat([packed(good), Buffer.from('more')]), /whole gzip/],
    ['no UTF-8', () => gzipSync(Buffer.concat([Buffer.from(good.slice(0, 20)), Buffer.from([0xff, 0x0a])])), /UTF-8/],
  ])('%s', async (_, bytes, why) => {
    await writeFile(path, bytes())
    expect(await whyRefused(path)).toMatch(why)
  }))

const damaged = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes)
  for (let at = 100; at < 140; at += 1) copy[at] = (copy[at] ?? 0) ^ 0x55
  return copy
}

test('a bomb ends in bounded memory', async () => {
  const gzip = createGzip({ level: 1 })
  const zeros = Buffer.alloc(1 << 20, 0x20)
  const chunks: Buffer[] = []
  gzip.on('data', chunk => chunks.push(chunk))
  for (let megabytes = 0; megabytes < 400; megabytes += 1)
    if (!gzip.write(zeros)) await new Promise(resolve => gzip.once('drain', resolve))
  gzip.end()
  await new Promise(resolve => gzip.once('end', resolve))
  await writeFile(path, Buffer.concat(chunks))
  const before = process.memoryUsage().rss
  expect(await whyRefused(path)).toMatch(/longer than any/)
  expect(process.memoryUsage().rss - before).toBeLessThan(250 * 1024 ** 2)
})

test('whatever is changed in it, it is a record or it is refused with words', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: good.length - 1 }),
      fc.nat({ max: 60 }),
      fc.string({ unit: 'binary', maxLength: 12 }),
      async (at, cut, put) => {
        const said = await refused(good.slice(0, at) + put + good.slice(at + cut))
        expect(typeof said).toBe('string')
      },
    ),
    { numRuns: 150 },
  )
})

test('both rows are there to be changed', () => {
  for (const row of rows) expect(good).toContain(row)
})
