import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { compareImages } from '../../../src/compare/compare.ts'
import { contentsOf } from '../../../src/compare/contents.ts'
import { type ExplainedEntry, explainEntries } from '../../../src/explain/entries.ts'
import type { Descriptor } from '../../../src/image/image.ts'
import { packageFacts } from '../../../src/packages/facts.ts'
import { type CraftedEntry, imageOf, streamOf, tarOf, withChecksum } from '../../image/crafted.ts'
import { readTar } from '../../image/reading.ts'
import { clock } from '../subject.ts'
import type { CauseCase } from './cause-case.ts'

const layer = (name: string): Buffer =>
  gunzipSync(readFileSync(new URL(`../fixtures/packages/${name}.tar.gz`, import.meta.url)))

/** Two images of these layers, compared and explained as the gate does it. */
export async function explained(a: readonly Buffer[], b: readonly Buffer[]): Promise<ExplainedEntry[]> {
  const [one, other] = [imageOf(a), imageOf(b)]
  const blobs = { A: one.blobs, B: other.blobs }
  const open = async (side: 'A' | 'B', { digest }: Descriptor) => streamOf(blobs[side].get(digest) as Buffer)
  const comparison = await compareImages({ imageA: one.image, imageB: other.image, open })
  const facts = await packageFacts(comparison, contentsOf(open))
  return explainEntries(comparison.layers, clock, undefined, facts)
}

/** The causes of all differing paths, each with how often: `package-version certain: 12`. */
export async function causesOf(a: readonly Buffer[], b: readonly Buffer[]): Promise<string> {
  const counts = new Map<string, number>()
  for (const { cause, recognition, root } of await explained(a, b)) {
    const key = root === null ? `${cause.id} ${recognition.confidence}` : `follows ${root.cause.id}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return [...counts]
    .map(([key, count]) => `${key}: ${count}`)
    .sort()
    .join(', ')
}

const pair = (
  rows: readonly number[],
  name: string,
  by: string,
  a: string,
  b: string,
  expected: string,
): CauseCase => ({
  ...{ rows: [...rows], name, by, expected },
  found: () => causesOf([layer(a)], [layer(b)]),
})

const types: Record<string, string> = { file: '0', hardlink: '1', symlink: '2', directory: '5' }

/** A layer in which some files have other contents: what a later command of the same instruction does. */
async function edited(tar: Buffer, contents: Record<string, string | ((text: string) => string)>): Promise<Buffer> {
  const entries = (await readTar(tar)).map(({ entry, content }): CraftedEntry => {
    const own = contents[entry.path]
    return {
      ...{ name: entry.path, typeflag: types[entry.type] as string, mode: entry.mode, linkname: entry.linkTarget },
      mtime: Number.parseInt(entry.mtime, 10),
      content: typeof own === 'function' ? own(content.toString('latin1')) : (own ?? content),
    }
  })
  return tarOf(entries)
}

type Edit = Parameters<typeof edited>[1]

/** One path's cause, in two layers made of a real one by such commands. */
const lookAlike = (
  name: string,
  by: string,
  path: string,
  a: [string, Edit],
  b: [string, Edit],
  expected: string,
): CauseCase => ({
  ...{ rows: [], name, by: `${by}, then a command of the same instruction`, expected },
  found: async () => {
    const layers = [await edited(layer(a[0]), a[1]), await edited(layer(b[0]), b[1])]
    const found = await explained([layers[0] as Buffer], [layers[1] as Buffer])
    const own = found.find(({ subject }) => subject.entry.path === path)
    return own === undefined ? 'alike' : `${own.cause.id} ${own.recognition.confidence}`
  },
})

const [timeA, timeB] = ['built 2026-11-21T03:00:05Z\n', 'built 2026-11-21T03:01:15Z\n']
const [md5A, md5B] = [timeA, timeB].map(text => createHash('md5').update(text).digest('hex')) as [string, string]
const f1 = 'usr/share/libthing/f1'
/** As if the package itself had been packed with this file: its list says so. */
const packedWith = (md5: string, text: string): Edit => ({
  [f1]: text,
  'var/lib/dpkg/info/libthing.md5sums': sums => sums.replace(/^\w+( {2}usr\/share\/libthing\/f1)$/m, `${md5}$1`),
})
const version = (to: string): Edit => ({
  'var/lib/dpkg/status': text => text.replace('Version: 1.0-1', `Version: ${to}`),
  'var/lib/dpkg/status-old': text => text.replace('Version: 1.0-1', `Version: ${to}`),
})

const dpkg = 'dpkg 1.21 of Debian 12'
const pip = 'pip 23.0 of Debian 12'

export const cases: CauseCase[] = [
  pair([5], 'another version and a new package', dpkg, 'dpkg-a', 'dpkg-b', 'package-version certain: 21'),
  // `pip install --target` compiles in a folder of a random name, which bytecode notes: that is no other version.
  pair([5], 'another wheel of an index', pip, 'pip-a', 'pip-b', 'package-version certain: 20, pyc-content certain: 1'),
  pair(
    ...([[5], 'another wheel, and bytecode with times', pip, 'pip-timed-a', 'pip-timed-b'] as const),
    'package-version certain: 17, pyc-timestamp certain: 3, pyc-timestamp likely: 1',
  ),
  pair([5], 'another package of npm', 'npm 9.2', 'npm-1.0.0', 'npm-1.0.1', 'package-version certain: 5'),
  pair([5], 'another gem', 'RubyGems 3.3', 'gem-1.2.3', 'gem-1.2.4', 'package-version certain: 6'),
  pair([5], 'another rpm', 'rpm 4.18', 'rpm-1', 'rpm-2', 'package-version certain: 2'),
  pair([], 'built anew under one version, by dpkg', dpkg, 'dpkg-a', 'dpkg-r', 'package-rebuilt certain: 10'),
  pair(
    ...([[], 'built anew under one version, by pip', pip, 'pip-a', 'pip-r'] as const),
    'follows package-rebuilt: 4, package-rebuilt likely: 3, pyc-content certain: 1',
  ),

  // A file of a changed package that was written over later has its own reason.
  lookAlike('a time in it', dpkg, f1, ['dpkg-a', { [f1]: timeA }], ['dpkg-b', { [f1]: timeB }], 'build-time certain'),
  lookAlike(
    'other text in it',
    dpkg,
    f1,
    ['dpkg-a', { [f1]: 'alpha\n' }],
    ['dpkg-b', { [f1]: 'omega\n' }],
    'unknown-difference likely',
  ),
  lookAlike(
    'one side written over',
    dpkg,
    f1,
    ['dpkg-a', {}],
    ['dpkg-b', { [f1]: 'omega\n' }],
    'unknown-difference likely',
  ),
  // What a command changed about a file of a changed package.
  {
    ...{ rows: [], name: 'another mode', by: `${dpkg}, then chmod`, expected: 'header-mode certain' },
    found: async () => {
      const entries = async (name: string) => await edited(layer(name), {})
      const [a, b] = [await entries('dpkg-a'), await entries('dpkg-b')]
      const at = b.indexOf('usr/share/libthing/same')
      withChecksum(b.fill('0000600', at + 100, at + 107).subarray(at, at + 512))
      const found = await explained([a], [b])
      const own = found.find(({ subject }) => subject.entry.path === 'usr/share/libthing/same')
      return `${own?.cause.id} ${own?.recognition.confidence}`
    },
  },
  // The same package on both sides.
  lookAlike(
    'a time in it, one version',
    dpkg,
    f1,
    ['dpkg-a', { [f1]: timeA }],
    ['dpkg-a', { [f1]: timeB }],
    'build-time certain',
  ),
  lookAlike(
    'other text, one version',
    dpkg,
    f1,
    ['dpkg-a', { [f1]: 'alpha\n' }],
    ['dpkg-a', { [f1]: 'omega\n' }],
    'unknown-difference likely',
  ),
  // Packed in the build itself: the bytes say when.
  lookAlike(
    'packed here, with the time',
    dpkg,
    f1,
    ['dpkg-a', packedWith(md5A, timeA)],
    ['dpkg-a', packedWith(md5B, timeB)],
    'build-time certain',
  ),
  // Versions that are times: the build numbered its own package.
  lookAlike(
    'numbered by time',
    dpkg,
    'var/lib/dpkg/status',
    ['dpkg-a', version('20261121030005')],
    ['dpkg-a', version('20261121030115')],
    'build-time certain',
  ),
  // Another field of the list of packages.
  lookAlike(
    ...(['another field', dpkg, 'var/lib/dpkg/status'] as const),
    ['dpkg-a', {}],
    ['dpkg-a', { 'var/lib/dpkg/status': text => text.replace('Description: x', 'Description: y') }],
    'unknown-difference likely',
  ),
  // A package.json that npm did not install.
  lookAlike(
    ...(['a project of its own version', 'npm 9.2', 'app/package.json'] as const),
    ['npm-1.0.0', { 'app/package.json': '{"name":"app","version":"1.0.0"}' }],
    ['npm-1.0.0', { 'app/package.json': '{"name":"app","version":"1.0.1"}' }],
    'unknown-difference likely',
  ),
]
