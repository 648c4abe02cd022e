import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { ExplainedEntry } from '../../src/explain/entries.ts'
import { explainEntries } from '../../src/explain/entries.ts'
import { findingsOf } from '../../src/explain/finding-of.ts'
import type { Finding } from '../../src/finding.ts'
import type { EntryDifference } from '../../src/image/comparison.ts'
import type { Image } from '../../src/image/image.ts'
import { compareTars } from '../compare/comparing.ts'
import { arOf, type CraftedMember, zipOf } from '../compare/nested/archives.ts'
import { tarOf } from '../image/crafted.ts'
import { causesOf, changed, clock, fixture, layerOf, opened } from './subject.ts'

const pyc = fixture('version.pyc')
const zipped = (path: string, a: readonly CraftedMember[], b: readonly CraftedMember[]): Promise<EntryDifference> =>
  opened(changed(path, zipOf(a), zipOf(b)))
const withPyc = (path: string, more: { a?: CraftedMember[]; b?: CraftedMember[] } = {}): Promise<EntryDifference> =>
  zipped(
    path,
    [{ name: 'pkg/x.pyc', content: pyc.a }, ...(more.a ?? [])],
    [{ name: 'pkg/x.pyc', content: pyc.b }, ...(more.b ?? [])],
  )

const explainedAs = (entries: readonly ExplainedEntry[]): string[] =>
  entries.map(
    ({ subject, cause, root }) => `${subject.entry.path}: ${root ? `follows ${root.subject.entry.path}` : cause.id}`,
  )

function findingOf(entries: ExplainedEntry[], line: number | null = 1): Finding {
  const dockerfile = parseDockerfile('FROM x\nRUN make\n', 'Dockerfile')
  const instruction = line === null ? null : (dockerfile.instructions[line] ?? null)
  const group = { cause: entries[0]?.cause as ExplainedEntry['cause'], entries, instruction, via: [], note: undefined }
  const reading = { dockerfile, buildArgs: {}, imageA: {} as Image }
  return findingsOf([{ ...group, createdBy: '', consequences: [] }], reading)[0] as Finding
}

describe('files in an archive', () => {
  test('the finding is about the archive, its proof about the file', async () => {
    const entries = explainEntries([layerOf([await withPyc('opt/app.zip')])], clock)
    const finding = findingOf(entries)
    expect(finding).toMatchObject({ id: 'pyc-timestamp', paths: ['opt/app.zip'], confidence: 'certain' })
    expect(finding.evidence[0]).toMatchObject({
      path: 'opt/app.zip → pkg/x.pyc',
      offset: 8,
      a: '2026-11-21 03:00:05 UTC',
      b: '2026-11-21 03:01:15 UTC',
    })
    expect(finding.message).toContain('inside an archive, such as opt/app.zip')
  })

  test('of a layer whose maker the image does not tell, no empty name is given', async () => {
    const entries = explainEntries([layerOf([await withPyc('opt/app.zip')])], clock)
    expect(findingOf(entries, null).message).toMatch(
      /The line could not be told: the image does not say what made.*\.$/,
    )
  })

  test('one that differs for an unknown reason makes all the others less than certain', async () => {
    const own = await withPyc('opt/app.zip', {
      a: [{ name: 'y.bin', content: 'ab\0\x01cd' }],
      b: [{ name: 'y.bin', content: 'ab\0\x02cd' }],
    })
    expect(await causesOf(own)).toBe('pyc-timestamp likely, unknown-difference likely')
  })

  test('one that cannot be read does, too', async () => {
    const secret = (content: string): CraftedMember => ({ name: 'z', content, method: 0, flags: 1 })
    const own = await withPyc('opt/app.zip', { a: [secret('1')], b: [secret('2')] })
    expect(await causesOf(own)).toBe('pyc-timestamp likely, unknown-difference likely')
  })

  test('a list of digests in it is a consequence', async () => {
    const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64url')
    const record = (bytes: Buffer): CraftedMember => ({
      name: 'd/RECORD',
      content: `pkg/x.pyc,sha256=${digest(bytes)},9\n`,
    })
    const own = await withPyc('opt/app.whl', { a: [record(pyc.a)], b: [record(pyc.b)] })
    expect(await causesOf(own)).toBe('pyc-timestamp certain')
  })

  test('what is inside and outside is one cause: the file comes first', async () => {
    const outside = changed('pkg/x.pyc', pyc.a, pyc.b)
    const entries = explainEntries([layerOf([await withPyc('opt/app.zip'), outside])], clock)
    expect(explainedAs(entries)).toEqual(['opt/app.zip: follows pkg/x.pyc', 'pkg/x.pyc: pyc-timestamp'])
  })

  test('unpacked in a later layer, it follows from the archive', async () => {
    const outside = changed('srv/x.pyc', pyc.a, pyc.b)
    const entries = explainEntries([layerOf([await withPyc('opt/app.zip')]), layerOf([outside], 2)], clock)
    expect(explainedAs(entries)).toEqual(['opt/app.zip: pyc-timestamp', 'srv/x.pyc: follows opt/app.zip'])
  })

  test('a copy with times of its own keeps those as its cause', async () => {
    const member = (content: Buffer, time: number): CraftedMember => ({ name: 'pkg/x.pyc', content, time })
    const own = await zipped('opt/app.zip', [member(pyc.a, 1)], [member(pyc.b, 2)])
    expect(await causesOf(own, [changed('pkg/x.pyc', pyc.a, pyc.b)])).toContain('zip-time certain')
  })

  test('nothing is to be deleted or changed by the name of the archive', async () => {
    const index = fixture('git-index')
    const path = 'src/.git/index'
    const own = await opened(
      changed('opt/src.tar', tarOf([{ name: path, content: index.a }]), tarOf([{ name: path, content: index.b }])),
    )
    const entries = explainEntries([layerOf([own])], clock)
    expect(entries[0]?.cause.id).toBe('git-index')
    expect(JSON.stringify(findingOf(entries).fix)).not.toContain('rm -rf')
  })

  test('files of the system are known by their own path, not by that in an archive', async () => {
    const log = (time: string): Buffer => tarOf([{ name: 'var/log/dpkg.log', content: `2026-11-21 ${time} startup\n` }])
    expect(await causesOf(changed('opt/root.tar', log('03:00:05'), log('03:01:15')))).toBe('build-time certain')
  })
})

describe('packing', () => {
  test('content, times and order are three causes, the content first', async () => {
    const member = (name: string, content: string, time: number): CraftedMember => ({ name, content, time })
    const own = await zipped(
      'x.zip',
      [member('a', 'at 2026-11-21 03:00:05', 1), member('b', 'same', 1)],
      [member('b', 'same', 2), member('a', 'at 2026-11-21 03:01:15', 2)],
    )
    expect(await causesOf(own)).toBe('build-time certain, zip-time certain, archive-order certain')
  })

  test('of an archive in an archive is told of the inner one', async () => {
    const jar = (time: number): Buffer => zipOf([{ name: 'x.class', content: 'same', time }])
    const own = await opened(
      changed(
        'app.tgz',
        gzipSync(tarOf([{ name: 'a.jar', content: jar(1) }])),
        gzipSync(tarOf([{ name: 'a.jar', content: jar(2) }])),
      ),
    )
    const [entry] = explainEntries([layerOf([own])], clock)
    expect(entry).toMatchObject({ cause: { id: 'zip-time' }, recognition: { evidence: [{ path: 'app.tgz → a.jar' }] } })
  })

  test('a package of Debian is not mended with ar or tar', async () => {
    const deb = (time: number): Buffer =>
      arOf([
        { name: 'debian-binary', content: '2.0\n', time },
        { name: 'data.tar', content: tarOf([{ name: 'x', mtime: time }]) },
      ])
    const entries = explainEntries([layerOf([await opened(changed('x.deb', deb(1), deb(2)))])], clock)
    expect(entries.map(({ cause }) => cause.id)).toEqual(['ar-time', 'tar-header'])
    for (const entry of entries) expect(findingOf([entry]).fix?.text).toContain('dpkg-deb')
  })

  test('what cannot be opened says why', async () => {
    const xz = (word: string): Buffer => Buffer.concat([Buffer.from('fd377a585a000004', 'hex'), Buffer.from(word)])
    const [entry] = explainEntries([layerOf([await opened(changed('x.tar.xz', xz('\0\x011'), xz('\0\x022')))])], clock)
    expect(entry?.cause.id).toBe('unknown-difference')
    expect(entry?.recognition.evidence.at(-1)?.what).toContain('xz, which is not read')
  })
})

test('a packed copy of a file too large to be kept whole follows from the file', async () => {
  const bytes = (seed: string): Buffer =>
    Buffer.concat(
      Array.from({ length: 10_000 }, (_, at) =>
        createHash('sha256')
          .update(seed + at)
          .digest(),
      ),
    )
  const layer = (blob: Buffer, packed: Buffer): Buffer =>
    tarOf([
      { name: 'w/blob.bin', content: blob },
      { name: 'w/blob.bin.gz', content: gzipSync(packed) },
    ])
  const [a, b] = [bytes('a'), bytes('b')]
  const [copy] = (await compareTars(layer(a, a), layer(b, b))).layers
  expect(explainedAs(explainEntries([copy as never], clock))).toEqual([
    'w/blob.bin: random-data',
    'w/blob.bin.gz: follows w/blob.bin',
  ])
  const [other] = (await compareTars(layer(a, bytes('c')), layer(b, bytes('d')))).layers
  expect(explainedAs(explainEntries([other as never], clock))).toEqual([
    'w/blob.bin: random-data',
    'w/blob.bin.gz: random-data',
  ])
})

describe('files of an archive that have another name on each side', () => {
  const alone = (side: 'a' | 'b', path: string, content: string): EntryDifference => {
    const { a, content: samples } = changed(path, content, content)
    return {
      ...{ path, kind: `only-in-${side}`, fields: [], digestA: null, digestB: null, content: samples },
      ...{ a: side === 'a' ? a : null, b: side === 'b' ? a : null },
    }
  }
  const served = layerOf([alone('a', 'srv/main.1a2b.js', 'one'), alone('b', 'srv/main.3c4d.js', 'two')])
  const packed = (a: CraftedMember, b: CraftedMember): Promise<EntryDifference> => zipped('srv.zip', [a], [b])
  const last = async (a: CraftedMember, b: CraftedMember): Promise<string | undefined> =>
    explainedAs(explainEntries([served, layerOf([await packed(a, b)], 2)], clock)).at(-1)

  test('follow from the files of an earlier layer', async () => {
    expect(await last({ name: 'main.1a2b.js', content: 'one' }, { name: './main.3c4d.js', content: 'two' })).toBe(
      'srv.zip: follows srv/main.1a2b.js',
    )
  })

  test('of another content or name they do not', async () => {
    const b = { name: 'main.3c4d.js', content: 'two' }
    expect(await last({ name: 'main.1a2b.js', content: 'x' }, b)).toBe('srv.zip: unknown-difference')
    expect(await last({ name: 'other.js', content: 'one' }, b)).toBe('srv.zip: unknown-difference')
  })
})
