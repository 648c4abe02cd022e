import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as zlib from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import {
  type CraftedEntry,
  descriptorOf,
  entryBytes,
  headerBlock,
  paxEntry,
  sha256,
  tarOf,
  withChecksum,
} from '../image/crafted.ts'
import {
  asFolder,
  asTar,
  imageOfLayer,
  json,
  type LyingImage,
  layout,
  ociManifest,
  savedImage,
  told,
} from '../image-stores/lying-images.ts'

const gzipSync = (bytes: Buffer): Buffer => zlib.gzipSync(bytes)

const files: CraftedEntry[] = [
  { name: 'bin/', typeflag: '5', mode: 0o755 },
  { name: 'bin/app', content: 'honest program', mode: 0o755 },
]
const tar = tarOf(files)
const evil = tarOf([files[0] as CraftedEntry, { name: 'bin/app', content: 'evil  program!', mode: 0o755 }])
const honest = imageOfLayer(tar, gzipSync(tar))
const laid = (bytes: Buffer, stored = gzipSync(bytes)): string => asFolder(layout([imageOfLayer(bytes, stored)]))

/** The honest image with a manifest of other JSON. */
function withManifest(change: (manifest: Record<string, unknown>) => unknown, more: Buffer[] = []): LyingImage {
  const own = JSON.parse(String(honest.blobs.get(honest.manifest.digest))) as Record<string, unknown>
  const changed = change(own)
  const manifest = typeof changed === 'string' ? Buffer.from(changed) : json(changed)
  const blobs = new Map([...honest.blobs, ...[manifest, ...more].map((blob): [string, Buffer] => [sha256(blob), blob])])
  return { ...honest, blobs, manifest: descriptorOf(manifest, ociManifest) }
}

const evilLayer = descriptorOf(gzipSync(evil))
const extended = (pax: Record<string, string>, entry: CraftedEntry, ...behind: Buffer[]): Buffer =>
  Buffer.concat([paxEntry('x', pax), entryBytes(entry), ...behind, Buffer.alloc(1024)])

describe('a manifest that says one thing to us and another to an engine', () => {
  const cases: [string, () => string, RegExp][] = [
    [
      'its layers twice, in two spellings',
      () => asFolder(layout([withManifest(own => ({ ...own, Layers: [evilLayer] }), [gzipSync(evil)])])),
      /"Layers", which readers may take for layers/,
    ],
    [
      'its layers in the letters of old prints',
      () => asFolder(layout([withManifest(own => ({ ...own, 'layer\u017f': [evilLayer] }), [gzipSync(evil)])])),
      /readers may take for layers/,
    ],
    [
      'its config in two spellings',
      () => asFolder(layout([withManifest(own => ({ ...own, CONFIG: descriptorOf(json({})) }), [json({})])])),
      /"CONFIG", which readers may take for config/,
    ],
    [
      'its layers twice, in one spelling',
      () =>
        asFolder(
          layout([withManifest(own => `{"layers":${JSON.stringify([evilLayer])},${JSON.stringify(own).slice(1)}`)]),
        ),
      /"layers" twice in one object/,
    ],
    [
      'a size that is no number',
      () =>
        asFolder(
          layout([
            withManifest(({ layers, ...own }) => ({
              ...own,
              layers: (layers as object[]).map(layer => ({ ...layer, size: '1e3' })),
            })),
          ]),
        ),
      /size of layer 0/,
    ],
    [
      'a layer of no bytes, of which the config knows',
      () => asFolder(layout([withManifest(own => ({ ...own, layers: [] }))])),
      /0 layers, the config has 1 diff ID/,
    ],
    [
      'a digest that leads out of the folder',
      () =>
        asFolder(
          layout([
            withManifest(({ layers, ...own }) => ({
              ...own,
              layers: (layers as object[]).map(layer => ({ ...layer, digest: 'sha256:../../../../etc/passwd' })),
            })),
          ]),
        ),
      /is not a digest/,
    ],
    [
      'a config that is the layer',
      () => asFolder(layout([withManifest(own => ({ ...own, config: (own.layers as object[])[0] }))])),
      /holds no image/,
    ],
  ]
  test.each(cases)('%s', async (_, lie, why) => {
    const answer = await told(laid(tar), lie())
    expect(answer).toMatch(/^undecided: /)
    expect(answer).toMatch(why)
  })
})

describe('a layer that says one thing to us and another to an engine', () => {
  const hidden = entryBytes({ name: 'bin/app', content: 'evil  program!', mode: 0o755 })
  const undecidable: [string, () => string][] = [
    ['another entry behind the end mark', () => laid(Buffer.concat([tar, hidden, Buffer.alloc(1024)]))],
    [
      'an entry in the content of one whose PAX size is less',
      () => laid(extended({ size: '0' }, { name: 'x', content: hidden })),
    ],
    [
      'one that a PAX size hides',
      () => laid(extended({ size: String(hidden.length) }, { name: 'x', content: '' }, hidden)),
    ],
    [
      'a size that no disk has',
      () => laid(Buffer.concat([paxEntry('x', { size: '9007199254740991' }), headerBlock({ name: 'x' }), tar])),
    ],
    [
      'a hole of an exabyte',
      () =>
        laid(
          extended(
            { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '1152921504606846976' },
            { name: 'x', content: '0\n' },
          ),
        ),
    ],
    ['its time in another base', () => laid(withField(136, '0x65535f0000'))],
    ['its size with a sign', () => laid(withField(124, '-0000000016'))],
    [
      'a plain tar that says it is zstd',
      () => asFolder(layout([imageOfLayer(evil, tar, { mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd' })])),
    ],
    ['the bytes of the other one in the descriptor', () => asFolder(layout([embedded()]))],
    ['layers of docker save that are given twice', () => asTar(savedTwice())],
  ]

  function withField(at: number, value: string): Buffer {
    const bytes = Buffer.from(tarOf([{ name: 'x', content: 'sixteen bytes...' }]))
    bytes.write(`${value}\0`, at, 'latin1')
    withChecksum(bytes.subarray(0, 512))
    return bytes
  }

  /** OCI lets a descriptor hold its blob itself: of another one here. */
  function embedded(): LyingImage {
    return withManifest(({ layers, ...own }) => ({
      ...own,
      layers: (layers as object[]).map(layer => ({ ...layer, data: gzipSync(evil).toString('base64') })),
    }))
  }

  function savedTwice(): Record<string, Buffer> {
    const saved = savedImage({ ...honest, tars: [tar] })
    const [first] = JSON.parse(String(saved['manifest.json'])) as { Layers: string[] }[]
    const twice = { ...first, Layers: [...(first?.Layers ?? []), ...(first?.Layers ?? [])] }
    return { ...saved, 'manifest.json': json([twice]) }
  }

  test.each(undecidable)('%s', async (_, lie) => {
    for (const answer of [await told(laid(tar), lie()), await told(lie(), laid(tar))])
      expect(answer).not.toMatch(/^reproducible/)
  })
})

test('archives whose layers have the name of a digest, and other bytes', async () => {
  const [honestLayer, lyingLayer] = [gzipSync(tar), gzipSync(evil)]
  const saved = (layer: Buffer): string => {
    const name = `${sha256(honestLayer).slice(7)}.tar.gz`
    const config = `${sha256(honest.config).slice(7)}.json`
    const list = json([{ Config: config, RepoTags: null, Layers: [name] }])
    return asTar({ 'manifest.json': list, [config]: honest.config, [name]: layer })
  }
  expect(await told(saved(honestLayer), laid(tar))).toBe('reproducible same-content')
  for (const other of [saved(honestLayer), laid(tar)]) {
    expect(await told(other, saved(lyingLayer))).toMatch(/^undecided: .*not sha256/)
    expect(await told(saved(lyingLayer), other)).toMatch(/^undecided: .*not sha256/)
  }
})

test('a blob that is a link out of the layout is not followed', async () => {
  const folder = asFolder({ ...layout([honest]) })
  const outside = asFolder({ secret: gzipSync(evil) })
  const digest = sha256(gzipSync(evil)).slice(7)
  mkdirSync(join(folder, 'blobs/sha256'), { recursive: true })
  symlinkSync(join(outside, 'secret'), join(folder, 'blobs/sha256', digest))
  const lying = withManifest(own => ({ ...own, layers: [evilLayer] }))
  for (const [name, blob] of lying.blobs) writeFileSync(join(folder, 'blobs/sha256', name.slice(7)), blob)
  writeFileSync(join(folder, 'index.json'), json({ schemaVersion: 2, manifests: [lying.manifest] }))
  expect(await told(laid(tar), folder)).toMatch(/^undecided: /)
})

test('bombs in a layer end soon: much of zeros, and thousands of empty gzip members', async () => {
  const zeros = gzipSync(Buffer.alloc(32 << 20))
  const bomb = Buffer.concat(Array.from({ length: 8 }, () => zeros))
  const members = Buffer.concat(Array.from({ length: 10_000 }, () => gzipSync(Buffer.alloc(0))))
  for (const stored of [Buffer.concat([gzipSync(tar), bomb]), Buffer.concat([gzipSync(tar), members])])
    expect(await told(laid(tar), asFolder(layout([imageOfLayer(tar, stored)])))).not.toMatch(/^not-reproducible/)
}, 120_000)
