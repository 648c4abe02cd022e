import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as zlib from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { archiveFiles } from '../../src/image-stores/archive.ts'
import { reading } from '../../src/image-stores/files.ts'
import { openStore } from '../../src/image-stores/open-store.ts'
import { platformsOf } from '../../src/image-stores/platforms.ts'
import { StoreError } from '../../src/image-stores/store-error.ts'
import { sha256 } from '../image/crafted.ts'
import { zstdOf } from '../image/zstd-of.ts'
import { asFile, asFolder, asTar, image, json, layout, noPorts, savedImage, tarEntries, tarOf } from './lying-images.ts'

/** What is found under a name: the platform, the digests, and the bytes of the first layer. */
async function found(name: string) {
  const store = await openStore(name, noPorts())
  const { images, notes } = await platformsOf(store)
  const first = await images[0]?.load()
  const layer = first?.manifest.layers[0]
  const bytes = layer && Buffer.concat(await (await store.open(layer)).toArray())
  await store.close()
  return {
    hasManifests: store.hasManifests,
    notes,
    platforms: images.map(({ platform }) => platform),
    digest: first?.digest,
    configDigest: first?.configDigest,
    layer: bytes && sha256(bytes) === layer?.digest,
  }
}

const one = image({ files: { a: 'one', b: 'two' } })
const other = image({ files: { c: 'three' } })
const sameAs = ({ manifest, config }: typeof one) => ({
  ...{ hasManifests: true, notes: [], platforms: ['linux/amd64'], layer: true },
  ...{ digest: manifest.digest, configDigest: sha256(config) },
})
const saved = ({ config }: typeof one) => ({
  ...sameAs(one),
  hasManifests: false,
  digest: sha256(config),
  configDigest: sha256(config),
})
const named = (what: typeof one, name: string) => ({
  ...what.manifest,
  annotations: { 'org.opencontainers.image.ref.name': name },
})

describe('an OCI layout', () => {
  const files = layout([one])

  test.each([
    ['a folder', () => asFolder(files)],
    ['a tar', () => asTar(files)],
    [
      'a tar with ./ before its paths',
      () => asFile(tarOf(tarEntries(files).map(e => ({ ...e, name: `./${e.name}` })))),
    ],
    ['a tar that tar made', () => packed(files, [])],
    ['a tar of GNU tar', () => packed(files, ['--format=gnu'])],
    ['a tar compressed as a whole', () => packed(files, ['-z'])],
    ['a name with oci:', () => `oci:${asFolder(files)}`],
    ['a name with oci-archive:', () => `oci-archive:${asTar(files)}`],
    ['the manifest.json of docker save beside it', () => asTar({ ...files, 'manifest.json': json([{ Config: 'x' }]) })],
    [
      'a manifest whose platform only the config says',
      () => asTar(layout([one], [{ ...one.manifest, platform: undefined }])),
    ],
  ])('%s', async (_, place) => {
    expect(await found(place())).toEqual(sameAs(one))
  })

  test('a tar compressed as a whole with zstd', async () => {
    expect(await found(asFile(zstdOf(tarOf(tarEntries(files)))))).toEqual(sameAs(one))
  })

  test('with several images, one of them by its tag, its full name or its digest', async () => {
    const entries = [
      named(one, 'v1'),
      { ...other.manifest, annotations: { 'io.containerd.image.name': 'docker.io/library/app:v2' } },
    ]
    const folder = asFolder(layout([one, other], entries))
    expect(await found(`${folder}:v1`)).toEqual(sameAs(one))
    expect(await found(`oci:${folder}:v1`)).toEqual(sameAs(one))
    expect(await found(`${folder}:docker.io/library/app:v2`)).toEqual(sameAs(other))
    expect(await found(`${folder}@${other.manifest.digest}`)).toEqual(sameAs(other))
    await expect(found(folder)).rejects.toThrow(
      /several images for linux\/amd64: "v1" and "docker.io\/library\/app:v2"/,
    )
    await expect(found(`${folder}:v3`)).rejects.toThrow(/no image is named "v3"; it has "v1", "docker.io/)
  })
})

describe("the folder of skopeo's dir:", () => {
  test('has blobs by their digits', async () => {
    const blobs = [...one.blobs].filter(([digest]) => digest !== one.manifest.digest)
    const files = {
      'manifest.json': one.blobs.get(one.manifest.digest) as Buffer,
      version: Buffer.from('Directory Transport Version: 1.1\n'),
    }
    const folder = asFolder({ ...files, ...Object.fromEntries(blobs.map(([digest, blob]) => [digest.slice(7), blob])) })
    expect(await found(folder)).toEqual(sameAs(one))
    expect(await found(`dir:${folder}`)).toEqual(sameAs(one))
  })
})

describe('an archive of the older docker save', () => {
  test.each([
    ['layers in folders of their own', () => asTar(savedImage(one))],
    ['with its prefix', () => `docker-archive:${asTar(savedImage(one))}`],
    ['by its tag', () => `${asTar(savedImage(one))}:v1`],
    ['by its whole name', () => `docker-archive:${asTar(savedImage(one))}:app:v1`],
    ['unpacked', () => asFolder(savedImage(one))],
    ['layers that are compressed', () => asTar(savedImage(one, ['app:v1'], true))],
    ['compressed as a whole', () => asFile(zlib.gzipSync(tarOf(tarEntries(savedImage(one)))))],
    ['equal layers as links to the first', linked],
    ['layers named by the digest of what is compressed', () => asTar(hashNamed())],
  ])('%s', async (_, place) => {
    expect(await found(place())).toEqual(saved(one))
  })

  test('with several images one must be named', async () => {
    const [a, b] = [savedImage(one, ['app:v1']), savedImage(other, ['app:v2'])]
    const list = [a, b].flatMap(files => JSON.parse(String(files['manifest.json'])))
    const tar = asTar({ ...b, ...a, 'manifest.json': json(list) })
    await expect(found(tar)).rejects.toThrow(/holds 2 images: say which.*"app:v1", "app:v2"/)
    expect(await found(`${tar}:app:v1`)).toEqual(saved(one))
  })

  /** The first layer is stored beside, as older engines did for a layer that two images share. */
  function linked(): string {
    const files = savedImage(one)
    const path = Object.keys(files).find(name => name.startsWith('0')) as string
    const content = files[path] as Buffer
    delete files[path]
    const entries = [...tarEntries(files), { name: 'shared/layer.tar', content }]
    return asFile(tarOf([...entries, { name: path, typeflag: '2', linkname: '../shared/layer.tar' }]))
  }

  function hashNamed() {
    const layers = one.tars.map(tar => zlib.gzipSync(tar))
    const names = layers.map(layer => `${sha256(layer).slice(7)}.tar.gz`)
    return {
      'manifest.json': json([{ Config: sha256(one.config), RepoTags: null, Layers: names }]),
      [sha256(one.config)]: one.config,
      ...Object.fromEntries(names.map((name, at) => [name, layers[at] as Buffer])),
    }
  }
})

describe('what cannot be trusted is said, with its place', () => {
  const files = layout([one])
  const blob = (digest: string) => `blobs/${digest.replace(':', '/')}`
  const without = (digest: string) =>
    Object.fromEntries(Object.entries(files).filter(([path]) => path !== blob(digest)))
  const layer = [...one.blobs.keys()][0] as string
  const manifest = JSON.parse(String(one.blobs.get(one.manifest.digest)))
  const cycle = { ...one.manifest, mediaType: 'application/vnd.oci.image.index.v1+json', platform: undefined }
  const lies: [string, () => string, RegExp][] = [
    ['no manifest', () => asFolder(without(one.manifest.digest)), /there is no "blobs\/sha256\/[0-9a-f]{64}"/],
    ['no config', () => asFolder(without(manifest.config.digest)), /there is no "blobs/],
    ['no layer', () => asFolder(without(layer)), /there is no "blobs/],
    ['a layer that is cut off', () => cutLayer(), /has 5 bytes, its descriptor says \d+: it is cut off/],
    [
      'a manifest of other bytes',
      () => asFolder({ ...files, [blob(one.manifest.digest)]: Buffer.alloc(one.manifest.size, ' ') }),
      /the bytes of "sha256:.*" have the digest sha256:/,
    ],
    [
      'a config of other bytes',
      () => asFolder({ ...files, [blob(manifest.config.digest)]: Buffer.alloc(manifest.config.size, ' ') }),
      /the bytes of "sha256:.*" have the digest sha256:/,
    ],
    ['an index that is its own entry', () => cyclic(), /have the digest/],
    ['indexes without an end', () => deep(12), /more than 8 deep/],
    [
      'an index that is no JSON',
      () => asFolder({ ...files, 'index.json': Buffer.from('{') }),
      /the index is not JSON|not JSON/,
    ],
    ['an index of nothing', () => asFolder(layout([], [])), /holds no image/],
    ['an index of a thousand and one', () => asFolder(layout([one], Array(1001).fill(one.manifest))), /1001 entries/],
    [
      'an entry that is a path',
      () => asFolder(layout([one], [{ ...one.manifest, digest: '../../etc/passwd' }])),
      /no digest but/,
    ],
    ['an entry without a size', () => asFolder(layout([one], [{ ...one.manifest, size: -1 }])), /no size in bytes/],
    [
      'a manifest of 100 MB',
      () => asFolder(layout([one], [{ ...one.manifest, size: 100 << 20 }])),
      /has 104857600 bytes; manifests of at most 8388608 are read/,
    ],
    [
      'an index.json of 9 MB',
      () => asFolder({ ...files, 'index.json': Buffer.alloc(9 << 20, ' ') }),
      /at most 8388608 are read/,
    ],
    ['a tar that is cut off', () => cutTar(files), /the tar is cut off after byte \d+/],
    [
      'a tar that is damaged',
      () => damaged(files),
      /the tar is damaged at byte \d+: the tar header has a wrong checksum/,
    ],
    [
      'a tar with two files of one name',
      () => asFile(tarOf([...tarEntries(files), ...tarEntries({ 'index.json': json({}) })])),
      /has "index.json" twice/,
    ],
    ['an empty file', () => asFile(Buffer.alloc(0)), /it is empty/],
    ['no tar', () => asFile(Buffer.from('x'.repeat(2000))), /it is no tar/],
    [
      'a gzip that is cut off',
      () => asFile(zlib.gzipSync(tarOf(tarEntries(files))).subarray(0, 400)),
      /cannot be decompressed \(gzip\)/,
    ],
    ['xz', () => asFile(Buffer.from('fd377a585a000000', 'hex')), /compressed with xz. Decompress it first: xz -dk/],
    [
      'a tar of a file system',
      () => asFile(tarOf([{ name: 'etc/passwd', content: 'x' }])),
      /these are plain files, as `docker export`/,
    ],
    ['a folder of sources', () => asFolder({ Dockerfile: Buffer.from('FROM scratch') }), /`repro-gate gate` builds/],
    ['a config named by another digest', () => asTar(renamedConfig()), /has the digest sha256:.*, not its name's/],
    [
      'a saved config that leads out',
      () => asFolder(savedWith({ Config: '../../../../etc/passwd' })),
      /not a path inside/,
    ],
    ['a saved layer that leads out', () => asFolder(savedWith({ Layers: ['/etc/passwd', 'b'] })), /not a path inside/],
    [
      'fewer layers than diff IDs',
      () => asTar(savedWith({ Layers: [`${'0'.repeat(64)}/layer.tar`] })),
      /names 1 layer\(s\), the config has 2 diff IDs/,
    ],
    [
      'a manifest.json that is a text',
      () => asTar({ 'manifest.json': Buffer.from('["x"]') }),
      /no config or no list of layers/,
    ],
    [
      'a schema 1 manifest',
      () => asFolder({ 'manifest.json': json({ schemaVersion: 1, fsLayers: [] }) }),
      /first format \(schema 1\)/,
    ],
  ]
  test.each(lies)('%s', async (_, place, message) => {
    const error = await found(place()).catch(error => error)
    expect(error).toBeInstanceOf(StoreError)
    expect(error.message).toMatch(message)
  })

  test.each([
    ['a blob', 'out'],
    ['the folder of all blobs', 'up'],
  ])('links that lead out of the folder are not followed: %s', async (_, kind) => {
    const folder = asFolder(files)
    const outside = asFolder(files)
    const path = kind === 'out' ? blob(one.manifest.digest) : 'blobs'
    rmSync(join(folder, path), { recursive: true })
    symlinkSync(join(outside, path), join(folder, path))
    await expect(found(folder)).rejects.toThrow(/a link that leads out of this folder/)
  })

  test('links within the folder are', async () => {
    const folder = asFolder(without(one.manifest.digest))
    writeFileSync(join(folder, 'elsewhere'), one.blobs.get(one.manifest.digest) as Buffer)
    symlinkSync('../../elsewhere', join(folder, blob(one.manifest.digest)))
    expect(await found(folder)).toEqual(sameAs(one))
  })

  test('a pipe in the place of a blob does not hang', async () => {
    const folder = asFolder(without(one.manifest.digest))
    execFileSync('mkfifo', [join(folder, blob(one.manifest.digest))])
    await expect(found(folder)).rejects.toThrow(/is not a file/)
    await expect(found(join(folder, blob(one.manifest.digest)))).rejects.toThrow(/neither a file nor a folder/)
  })

  test('a tar whose links go in circles', async () => {
    const entries = [
      { name: 'index.json', typeflag: '2', linkname: 'b' },
      { name: 'b', typeflag: '2', linkname: 'index.json' },
    ]
    await expect(found(asFile(tarOf(entries)))).rejects.toThrow(/links of "index.json" lead nowhere/)
  })

  test('bytes of any kind are an error of ours, never a crash', async () => {
    const whole = tarOf(tarEntries(layout([one])))
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const bytes = Buffer.from(whole)
        bytes[at] = (bytes[at] as number) ^ flip
        const error = await found(asFile(bytes)).catch(error => error)
        if (error instanceof Error) expect(error).toBeInstanceOf(StoreError)
        // The folder's own index has no digest that would tell a platform's name from another.
        else expect(error.platforms).toHaveLength(1)
      }),
      { numRuns: 150 },
    )
  })

  function cutLayer(): string {
    const folder = asFolder(files)
    truncateSync(join(folder, blob(layer)), 5)
    return folder
  }

  function cyclic(): string {
    const index = json({ manifests: [cycle] })
    return asFolder({ ...layout([one], [{ ...cycle, size: index.length }]), [blob(cycle.digest)]: index })
  }

  function deep(levels: number): string {
    const blobs: Buffer[] = []
    let entry: object = one.manifest
    for (let level = 0; level < levels; level++) {
      const index = json({ manifests: [entry] })
      blobs.push(index)
      entry = { mediaType: 'application/vnd.oci.image.index.v1+json', digest: sha256(index), size: index.length }
    }
    return asFolder(layout([one], [entry], blobs))
  }

  const cutTar = (map: typeof files): string => asFile(tarOf(tarEntries(map)).subarray(0, 1500))

  function damaged(map: typeof files): string {
    const tar = Buffer.from(tarOf(tarEntries(map)))
    tar[1024 + 3] = 0x7e
    return asFile(tar)
  }

  function renamedConfig() {
    const map = savedImage(one)
    const [name] = Object.keys(map).filter(path => path.endsWith('.json') && path !== 'manifest.json')
    map[name as string] = Buffer.from(String(map[name as string]).replace('amd64', 'amd46'))
    return map
  }

  function savedWith(change: object) {
    const map = savedImage(one)
    const [entry] = JSON.parse(String(map['manifest.json']))
    return { ...map, 'manifest.json': json([{ ...entry, ...change }]) }
  }
})

describe('names', () => {
  test.each([
    ['', /standard input/],
    ['-', /standard input/],
    ['./no-such', /no such file or folder.*written as a path/],
    ['no-such.tar', /no such file or folder.*written as a path/],
    ['oci:/no/such', /there is no file or folder "\/no\/such"/],
    ['docker-daemon:app:v1', /Save it first: docker save/],
    ['containers-storage:app', /podman save/],
    ['Not A Name', /no such file or folder.*no name of an image/],
  ])('%s', async (name, message) => {
    await expect(openStore(name, noPorts())).rejects.toThrow(message)
  })

  test('a folder that happens to be named like an image is no image', async () => {
    const folder = asFolder({ 'app/src': Buffer.from('x') })
    const before = process.cwd()
    process.chdir(folder)
    try {
      const store = await openStore('app:v1', noPorts())
      expect(store.name).toBe('app:v1')
      await store.close()
    } finally {
      process.chdir(before)
    }
  })
})

test('a compressed archive that is made to fill the disk is left in time', async () => {
  const bomb = asFile(zlib.gzipSync(Buffer.alloc(300 << 20), { level: 1 }))
  await expect(found(bomb)).rejects.toThrow(/grows to more than 100 times its size/)
})

test('only the headers of a tar are read to index it', async () => {
  const file = asFile(
    tarOf([
      { name: 'a', content: Buffer.alloc(3 << 20, 1) },
      { name: 'b', content: 'end' },
    ]),
  )
  const files = await archiveFiles(file, 'x', new AbortController().signal)
  expect(await files.size('a')).toBe(3 << 20)
  expect(String(await files.read('b', 10))).toBe('end')
  await expect(files.read('a', 10)).rejects.toThrow(/at most 10 are read/)
})

function packed(files: Record<string, Buffer>, flags: string[]): string {
  const folder = asFolder(files)
  const file = join(folder, '..', `${folder.split('/').at(-1)}.tar`)
  mkdirSync(dirname(file), { recursive: true })
  execFileSync('tar', [...flags, '-cf', file, '-C', folder, '.'])
  const at = asFolder({})
  execFileSync('mv', [file, join(at, 'image.tar')])
  return join(at, 'image.tar')
}

test.each([
  'me:hunter22@127.0.0.1:1/o/a',
  'https://me:hunter22@127.0.0.1:1/o/a',
  'docker://me:hunter@22@127.0.0.1:1/o/a',
  './me:hunter22.tar',
])('a login in what is no image is not told: %s', async name => {
  const problem = await openStore(name, noPorts()).then(
    store => store.root().catch((error: Error) => error),
    (error: Error) => error,
  )
  expect(problem).toBeInstanceOf(Error)
  if (name.includes('@')) expect((problem as Error).message).not.toMatch(/hunter|22@/)
  else expect((problem as Error).message).toContain(name)
})

test('an entry of an index may hold its manifest itself, and no other one', async () => {
  const held = (of: typeof one) => asFolder(layout([one], [{ ...one.manifest, data: bytesOf(of).toString('base64') }]))
  const bytesOf = (of: typeof one) => Buffer.from(layout([of])[`blobs/${of.manifest.digest.replace(':', '/')}`] ?? '')
  expect(await found(held(one))).toEqual(sameAs(one))
  await expect(found(held(other))).rejects.toThrow(/entry 1 of the index has data that its digest is not of/)
})

describe('what this machine does not let be read', () => {
  test('a file that begins with an error of the disk', async () => {
    await expect(openStore('/proc/self/mem', noPorts())).rejects.toThrow(
      '/proc/self/mem cannot be read (EIO): the disk that it lies on gave an error',
    )
  })

  test.each([
    ['EACCES', /^x\.tar cannot be read \(EACCES\): this user may not read it/],
    ['ENOENT', /^x\.tar cannot be read \(ENOENT\): it was there and is gone/],
  ])('%s: which file, and that it is about reading', async (code, words) => {
    const refused = async () => {
      throw Object.assign(new Error(`${code}: no, open 'x.tar'`), { code })
    }
    const error = await reading('x.tar', 'x.tar', refused).catch(error => error)
    expect(error).toBeInstanceOf(StoreError)
    expect(error.message).toMatch(words)
    await expect(reading('x', 'index.json', refused)).rejects.toThrow('x: "index.json" cannot be read')
  })

  test('a full disk is no word of the file', async () => {
    const full = Object.assign(new Error('no room'), { code: 'ENOSPC' })
    await expect(reading('x', 'x', () => Promise.reject(full))).rejects.toBe(full)
  })
})
