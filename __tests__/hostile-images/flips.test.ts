// Pairs of small images, one of them changed at random: bit by bit, or sealed again with digests that are right. What we say of
// each pair is held against what Python's own tarfile, zlib and json make of both.
//   HOSTILE_PAIRS=20000 HOSTILE_SEED=7 npm test -- __tests__/hostile-images/flips
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as zlib from 'node:zlib'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { compareNamed } from '../../src/commands/compare.ts'
import { checkOptions } from '../../src/options/options.ts'
import { type CraftedEntry, descriptorOf, sha256, tarOf } from '../image/crafted.ts'
import { json, noPorts, ociManifest, tempFolder } from '../image-stores/lying-images.ts'

const pairs = Number(process.env.HOSTILE_PAIRS ?? 420)
let state = Number(process.env.HOSTILE_SEED ?? 20_261_122)

function random(most: number): number {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0
  return Math.floor((state / 2 ** 32) * most)
}
const oneOf = <T>(list: readonly T[]): T => list[random(list.length)] as T

function flip(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes)
  const at = random(bytes.length)
  changed[at] = (changed[at] as number) ^ (1 << random(8))
  return changed
}

const gzipSync = (bytes: Buffer, options?: zlib.ZlibOptions): Buffer => zlib.gzipSync(bytes, options)
const packings: ((tar: Buffer) => Buffer)[] = [
  tar => gzipSync(tar),
  tar => gzipSync(tar, { level: 1 }),
  tar => tar,
  tar => Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700)), Buffer.alloc(random(9))]),
]

const paths = ['usr', 'usr/a', 'usr/b', 'usr/.wh.c', 'etc/x', 'etc/y', '\u00e9t\u00e9']
function anyEntry(): CraftedEntry {
  const common = {
    name: oneOf(paths),
    mode: oneOf([0o644, 0o755, 0o4755]),
    uid: random(3),
    mtime: 1_700_000_000 + random(2),
  }
  switch (random(8)) {
    case 0:
      return { ...common, name: `${common.name}/`, typeflag: '5' }
    case 1:
      return { ...common, typeflag: oneOf(['1', '2']), linkname: oneOf(paths) }
    case 2:
      return {
        ...common,
        content: 'with records',
        pax: { 'SCHILY.xattr.user.n': `v${random(2)}`, mtime: `17.${random(2)}` },
      }
    default:
      return { ...common, content: oneOf(['', 'some content', 'c'.repeat(random(600))]) }
  }
}
const anyTree = (): CraftedEntry[] => Array.from({ length: 1 + random(5) }, anyEntry)

interface Parts {
  trees: CraftedEntry[][]
  tar: (tar: Buffer) => Buffer
  pack: (tar: Buffer) => Buffer
  diffIds: (ids: string[]) => string[]
  config: (json: Buffer) => Buffer
  manifest: (json: Buffer) => Buffer
}

const same = <T>(value: T): T => value
const honest = (trees: CraftedEntry[][]): Parts => ({
  ...{ trees, tar: same, pack: packings[0] as Parts['pack'], diffIds: same, config: same, manifest: same },
})

/** Writes it as a layout; gives its files by what they are. */
function written(folder: string, { trees, tar, pack, diffIds, config, manifest }: Parts): Record<string, string> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true })
  const put = (bytes: Buffer): string => {
    const path = join(folder, 'blobs/sha256', sha256(bytes).slice(7))
    writeFileSync(path, bytes)
    return path
  }
  const tars = trees.map(tree => tar(tarOf(tree)))
  const stored = tars.map(pack)
  const rootfs = { type: 'layers', diff_ids: diffIds(tars.map(sha256)) }
  const configBytes = config(json({ architecture: 'amd64', os: 'linux', config: {}, rootfs }))
  const ownConfig = descriptorOf(configBytes, 'application/vnd.oci.image.config.v1+json')
  const layers = stored.map(blob => descriptorOf(blob))
  const manifestBytes = manifest(json({ schemaVersion: 2, mediaType: ociManifest, config: ownConfig, layers }))
  const entry = { ...descriptorOf(manifestBytes, ociManifest), platform: { os: 'linux', architecture: 'amd64' } }
  writeFileSync(join(folder, 'index.json'), json({ schemaVersion: 2, manifests: [entry] }))
  const places = { config: put(configBytes), manifest: put(manifestBytes), index: join(folder, 'index.json') }
  return { ...places, layer: stored.map(put)[0] as string }
}

/** An edit of one tree that may matter, or not. */
function edited(trees: CraftedEntry[][]): CraftedEntry[][] {
  const copy = trees.map(tree => [...tree])
  const tree = oneOf(copy)
  const at = random(tree.length)
  const [entry] = tree.splice(at, 1) as [CraftedEntry]
  const kind = random(5)
  if (kind === 0) tree.splice(random(tree.length + 1), 0, entry)
  else if (kind === 1) tree.splice(at, 0, entry, entry)
  else if (kind === 2) tree.splice(at, 0, { ...entry, mode: 0o600 })
  else if (kind === 3) tree.splice(at, 0, { ...entry, name: `./${entry.name}` })
  else tree.splice(at, 0, anyEntry())
  return copy
}

/** Ways to make image B of image A's trees. */
const changes: Record<string, (folder: string, trees: CraftedEntry[][]) => void> = {
  'packed in another way': (folder, trees) => written(folder, { ...honest(trees), pack: oneOf(packings) }),
  'a tree edited': (folder, trees) => written(folder, { ...honest(edited(trees)), pack: oneOf(packings) }),
  'layers in another order': (folder, trees) => written(folder, honest([...trees].reverse())),
  'diff IDs in another order': (folder, trees) =>
    written(folder, { ...honest(trees), pack: packings[1] as Parts['pack'], diffIds: ids => ids.reverse() }),
  'a bit of the tar, sealed again': (folder, trees) =>
    written(folder, { ...honest(trees), tar: flip, pack: oneOf(packings) }),
  'a tar cut off, sealed again': (folder, trees) =>
    written(folder, { ...honest(trees), tar: tar => tar.subarray(0, random(tar.length)), pack: oneOf(packings) }),
  'a bit of what is stored, sealed again': (folder, trees) =>
    written(folder, { ...honest(trees), pack: tar => flip(gzipSync(tar)) }),
  'what is stored cut off, sealed again': (folder, trees) =>
    written(folder, { ...honest(trees), pack: tar => gzipSync(tar).subarray(0, random(gzipSync(tar).length)) }),
  'a bit of the config, sealed again': (folder, trees) => written(folder, { ...honest(trees), config: flip }),
  'a bit of the manifest, sealed again': (folder, trees) => written(folder, { ...honest(trees), manifest: flip }),
  ...Object.fromEntries(
    ['layer', 'config', 'manifest', 'index'].map(place => [
      `a bit of the ${place} as it lies`,
      (folder: string, trees: CraftedEntry[][]): void => {
        const path = written(folder, honest(trees))[place] as string
        writeFileSync(path, flip(readFileSync(path)))
      },
    ]),
  ),
}

interface Read {
  broken?: string
  layers: [path: string, ...facts: string[]][][]
  config: string
  manifest: string
  platform: { os?: string; architecture?: string } | null
}

async function answer(a: string, b: string): Promise<string> {
  const options = checkOptions('compare', { images: [a, b], level: ['same-files'], 'verify-blobs': ['true'] })
  try {
    const { verdict, level } = await compareNamed(options, noPorts(), { version: 'test' })
    return verdict === 'undecided' ? verdict : `${verdict} ${level}`
  } catch (error) {
    expect((error as Error).name).toBe('InputError')
    return 'undecided'
  }
}

/** Each entry, whatever their order; and of several of one path the last. */
const essence = (layers: Read['layers']): string =>
  JSON.stringify(
    layers.map(layer => [
      layer.map(one => JSON.stringify(one)).sort(),
      [...new Map(layer.map(one => [one[0], one]))].sort(),
    ]),
  )

const hasPython = spawnSync('python3', ['--version']).status === 0
const title = `${pairs} pairs, each read by Python, too`
;(hasPython ? describe : describe.skip)(hasPython ? title : `${title} (skipped: python3 is not here)`, () => {
  const found: { change: string; seed: number; there: string; back: string; truth: [Read, Read] }[] = []

  beforeAll(async () => {
    const root = tempFolder()
    const names = Object.keys(changes)
    const asked: string[] = []
    for (let at = 0; at < pairs; at += 1) {
      const [a, b] = [join(root, `${at}a`), join(root, `${at}b`)]
      const [change, seed] = [names[at % names.length] as string, state]
      const trees = Array.from({ length: 1 + random(2) }, anyTree)
      written(a, honest(trees))
      changes[change]?.(b, trees)
      asked.push(a, b)
      found.push({ change, seed, there: await answer(a, b), back: await answer(b, a), truth: [] as never })
    }
    const script = join(import.meta.dirname, 'read-images.py')
    const { stdout } = spawnSync('python3', [script], {
      input: `${asked.join('\n')}\n`,
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    })
    const read = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Read)
    for (const [at, one] of found.entries()) one.truth = [read[2 * at] as Read, read[2 * at + 1] as Read]
  }, 600_000)

  test('what is called equal is whole and equal, at the level that is told', () => {
    const wrong = found.filter(({ there, truth: [a, b] }) => {
      if (!there.startsWith('reproducible')) return false
      if (a.broken !== undefined || b.broken !== undefined || essence(a.layers) !== essence(b.layers)) return true
      return (
        (there.endsWith('same-content') && a.config !== b.config) ||
        (there.endsWith('identical') && a.manifest !== b.manifest)
      )
    })
    expect(wrong).toEqual([])
  })

  test('what is called different is', () => {
    const wrong = found.filter(({ there, truth: [a, b] }) => {
      if (!there.startsWith('not-reproducible') || a.broken !== undefined) return false
      // An index that names another platform is none of the same image.
      if (b.broken !== undefined || JSON.stringify(a.platform) !== JSON.stringify(b.platform)) return false
      // A layer in another place is another image, whatever the sum of its files.
      return JSON.stringify(a.layers) === JSON.stringify(b.layers)
    })
    expect(wrong).toEqual([])
  })

  test('either way round the same is said', () => {
    expect(found.filter(({ there, back }) => there !== back)).toEqual([])
  })

  test('of images that are whole something is said, and of each kind there are some', () => {
    const isWhole = ({ truth: [a, b] }: (typeof found)[number]): boolean =>
      a.broken === undefined && b.broken === undefined
    const ofChange = (change: string) => found.filter(one => one.change === change)
    for (const change of ['packed in another way', 'a tree edited', 'layers in another order'])
      expect(ofChange(change).filter(one => !isWhole(one) || one.there === 'undecided')).toEqual([])
    expect(ofChange('packed in another way').filter(({ there }) => !there.startsWith('reproducible'))).toEqual([])
    const counts = ['reproducible', 'not-reproducible', 'undecided'].map(
      kind => found.filter(({ there }) => there.startsWith(kind)).length,
    )
    for (const count of counts) expect(count).toBeGreaterThan(pairs / 10)
  })
})
