import { createHash } from 'node:crypto'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { ExplainedEntry } from '../../src/explain/entries.ts'
import { explainEntries, firstOf, firstsOf } from '../../src/explain/entries.ts'
import { md4, xxhash64 } from '../../src/explain/values/bundler-hashes.ts'
import { digestInNames } from '../../src/explain/values/name-digest.ts'
import type { EntryDifference } from '../../src/image/comparison.ts'
import { changed, clock, entry, layerOf } from './subject.ts'

const [timeA, timeB] = ['2026-11-21T03:00:05Z', '2026-11-21T03:01:15Z']
const sample = (text: string) => {
  const head = Buffer.from(text)
  return { size: head.length, head, whole: true, tail: Buffer.alloc(0) }
}

const only = (side: 'a' | 'b', path: string, text: string): EntryDifference => ({
  ...{ path, kind: side === 'a' ? 'only-in-a' : 'only-in-b', fields: [], a: null, b: null },
  ...{ digestA: null, digestB: null, [side]: entry(path, { size: text.length }) },
  content: { a: sample(''), b: sample(''), runs: [], complete: true, [side]: sample(text) },
})

const pairOf = (nameOf: (text: string) => string, a: string, b: string): EntryDifference[] => [
  only('a', nameOf(a), a),
  only('b', nameOf(b), b),
]

const sha = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 10)
const chunk = (text: string): string => `srv/assets/vendor-${sha(text)}.js`
const explained = (...entries: EntryDifference[]): ExplainedEntry[] => explainEntries([layerOf(entries)], clock)
const shown = (entries: readonly ExplainedEntry[]) =>
  entries.map(
    one => `${one.cause.id} ${one.recognition.confidence}${one.root ? ` < ${firstOf(one).subject.entry.path}` : ''}`,
  )

describe('a file that is called by the digest of its content', () => {
  const [a, b] = [`export const t = "${timeA}"\n`, `export const t = "${timeB}"\n`]

  test('differs for what its content differs by; the name follows', () => {
    expect(shown(explained(...pairOf(chunk, a, b)))).toEqual(['build-time certain', `hashed-name likely < ${chunk(a)}`])
  })

  test('and so do files that name it, which have digests in their names, too', () => {
    const entryOf = (text: string): string => `srv/assets/index-${sha(text)}.js`
    const [p, q] = [a, b].map(text => `import { t } from "./${chunk(text).split('/').pop()}"\n`) as [string, string]
    const page = changed('srv/index.html', `<script src="${entryOf(p)}">`, `<script src="${entryOf(q)}">`)
    expect(shown(explained(...pairOf(entryOf, p, q), page, ...pairOf(chunk, a, b)))).toEqual([
      `hashed-name certain < ${chunk(a)}`,
      `hashed-name likely < ${chunk(a)}`,
      `hashed-name certain < ${chunk(a)}`,
      'build-time certain',
      `hashed-name likely < ${chunk(a)}`,
    ])
  })

  test('is only likely so where the name is of nothing known and nothing refers to it', () => {
    const drawn = (text: string): string => `srv/assets/vendor-${text === a ? 'Xa3fQ1bW8z' : 'kE7pLm29Tc'}.js`
    expect(shown(explained(...pairOf(drawn, a, b)))[0]).toBe('build-time likely')
    const page = changed('srv/index.html', `<script src="/${drawn(a)}">`, `<script src="/${drawn(b)}">`)
    expect(shown(explained(...pairOf(drawn, a, b), page))[0]).toBe('build-time certain')
  })
})

describe('a compressed copy beside a file that is called by its digest', () => {
  const [a, b] = [`export const t = "${timeA}"\n`, `export const t = "${timeB}"\n`]
  const copies = (packed: (text: string, at: 0 | 1) => Buffer, extension: string): EntryDifference[] =>
    ([0, 1] as const).map(at => {
      const text = [a, b][at] as string
      const own = only(at === 0 ? 'a' : 'b', `${chunk(text)}.${extension}`, '')
      const head = packed(text, at)
      const bytes = { size: head.length, head, whole: true, tail: Buffer.alloc(0) }
      return { ...own, content: { ...own.content, [at === 0 ? 'a' : 'b']: bytes } } as EntryDifference
    })

  test.each([
    ['gz', (text: string) => gzipSync(text)],
    ['br', (text: string) => brotliCompressSync(text)],
  ])('follows from it (%s)', (extension, packed) => {
    const entries = explained(...pairOf(chunk, a, b), ...copies(packed, extension))
    expect(shown(entries).slice(2)).toEqual(Array(2).fill(`hashed-name certain < ${chunk(a)}`))
  })

  test('has a cause of its own where gzip wrote the time into it', () => {
    const stamped = (text: string, at: 0 | 1): Buffer => {
      const bytes = gzipSync(text)
      bytes.writeUInt32LE(Date.parse([timeA, timeB][at] as string) / 1000, 4)
      return bytes
    }
    const entries = explained(...pairOf(chunk, a, b), ...copies(stamped, 'gz'))
    expect(shown(entries).slice(2)).toEqual(['gzip-time certain', `hashed-name likely < ${chunk(a)}.gz`])
  })

  test('is no copy where it holds another file', () => {
    const entries = explained(...pairOf(chunk, a, b), ...copies(() => gzipSync('another'), 'gz'))
    expect(shown(entries)[2]).toBe('renamed-file certain')
  })
})

test('what quotes the digests of two files follows from both', () => {
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
  const [one, other] = [
    [`${timeA}\n`, `${timeB}\n`],
    ['0b0b7b0e-6d5c-4a4e-9d1f-7a3d1c9f1a01\n', 'f3a9c2d4-1e5b-4c6d-8f7a-2b9e0d8c7f63\n'],
  ] as const
  const list = (at: 0 | 1): string => `${digest(one[at])}  one\n${digest(other[at])}  other\n`
  const entries = explained(changed('r/SUMS', list(0), list(1)), changed('r/one', ...one), changed('r/other', ...other))
  expect(firstsOf(entries[0] as ExplainedEntry).map(({ subject }) => subject.entry.path)).toEqual(['r/one', 'r/other'])
  expect(entries[0]?.recognition.evidence[0]?.what).toBe(
    'differs only where it quotes the digests of r/one and r/other, which differ too',
  )
})

describe('a file that two instructions wrote', () => {
  const [idA, idB] = ['0b0b7b0e-6d5c-4a4e-9d1f-7a3d1c9f1a01', 'f3a9c2d4-1e5b-4c6d-8f7a-2b9e0d8c7f63']
  const layers = (...texts: (readonly [string, string])[]): ExplainedEntry[] =>
    explainEntries(
      texts.map((pair, index) => ({ ...layerOf([changed('etc/log', ...pair)]), index })),
      clock,
    )

  test('has a cause at each; a third that adds nothing new has none', () => {
    const entries = layers(
      [`at ${timeA}\n`, `at ${timeB}\n`],
      [`at ${timeA}\n${idA}\n`, `at ${timeB}\n${idB}\n`],
      [`at ${timeA}\n${idA}\nend\n`, `at ${timeB}\n${idB}\nend\n`],
    )
    expect(entries.map(one => [one.cause.id, one.recognition.confidence, one.root?.layer])).toEqual([
      ['build-time', 'certain', undefined],
      ['random-token', 'certain', undefined],
      ['random-token', 'certain', 1],
    ])
    expect(entries[1]?.recognition.evidence[0]?.what).toContain('line 2')
  })
})

describe('digests in names', () => {
  test('MD4 and XXH64 are as their authors have them', () => {
    expect(['', 'abc', '1234567890'.repeat(8)].map(text => md4(Buffer.from(text)))).toEqual([
      '31d6cfe0d16ae931b73c59d7e0c089c0',
      'a448017aaf21d8525fc10ae87aa6729d',
      'e33b4ddc9c38f2199c3e7b164fcc0536',
    ])
    expect(['', 'abc', 'Nobody inspects the spammish repetition'].map(text => xxhash64(Buffer.from(text)))).toEqual([
      'ef46db3751d8e999',
      '44bc2cf5ad770999',
      'fbcea83c8a378bf1',
    ])
  })

  const named = (token: string, text: string) => ({ token, sample: sample(text), sha256: null })
  test.each([
    ['MD4 in hexadecimal', (text: string) => md4(Buffer.from(text)).slice(0, 20)],
    ['MD5 in hexadecimal', (text: string) => createHash('md5').update(text).digest('hex').slice(0, 12)],
    ['XXH64 in hexadecimal', (text: string) => xxhash64(Buffer.from(text))],
    ['SHA-256 in base64url', sha],
    ['SHA-384 in hexadecimal', (text: string) => createHash('sha384').update(text).digest('hex').slice(0, 8)],
  ])('%s', (form, nameOf) => {
    expect(digestInNames(named(nameOf('one'), 'one'), named(nameOf('two'), 'two'))).toBe(form)
    expect(digestInNames(named(nameOf('two'), 'one'), named(nameOf('one'), 'two'))).toBeNull()
  })

  test('the digest of a file that names itself leaves its own name out', () => {
    const text = (token: string, value: string) => `${value}\n//# sourceMappingURL=main.${token}.js.map\n`
    const nameOf = (value: string) => createHash('md5').update(text('', value)).digest('hex').slice(0, 8)
    const [p, q] = [nameOf('one'), nameOf('two')]
    expect(digestInNames(named(p, text(p, 'one')), named(q, text(q, 'two')))).toBe(
      'MD5 (its own name left out) in hexadecimal',
    )
  })

  test('of a file that is not here the SHA-256 that is known', () => {
    const hex = (text: string) => createHash('sha256').update(text).digest('hex')
    const far = (text: string) => ({ token: hex(text).slice(0, 8), sample: undefined, sha256: hex(text) })
    expect(digestInNames(far('one'), far('two'))).toBe('SHA-256 in hexadecimal')
  })

  test('never throws', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (p, q, a, b) => {
        digestInNames(named(p, a), named(q, b))
      }),
      { numRuns: 50 },
    )
  })
})
