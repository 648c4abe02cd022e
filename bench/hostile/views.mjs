// Images in which one reader sees the honest image and another one something else.
import { gzipSync } from 'node:zlib'
import { saved, savedConfig } from './archives.mjs'
import { digestOf, end, file, header, padded } from './layout.mjs'
import { broken, diffId, honestTar, ofTar, packed, pair } from './making.mjs'

const evilTar = Buffer.concat([file({ name: 'bin/app' }, 'evil'), end])
/** The honest image and another one, whose blobs are all there; `change` gives the entries of the index, or its text. */
const beside = change => layout => {
  const honest = layout.image([layout.blob(packed)], [diffId])
  return layout.index(change(honest, layout.image([layout.blob(gzipSync(evilTar))], [digestOf(evilTar)])))
}
/** The honest manifest, with what `change` makes of its own descriptors. */
const manifest = change => layout => {
  const own = ({ config, layers, ...more }) => ({ ...more, ...change({ config, layers }) })
  return layout.index([layout.image([layout.blob(packed)], [diffId], { manifest: own })])
}
const elsewhere = { Digest: digestOf(evilTar), Size: evilTar.length }

const pax = (text, type = 'x') =>
  Buffer.concat([header({ name: 'p', type, size: Buffer.byteLength(text) }), padded(Buffer.from(text))])
const [note, name] = [pax('13 comment=c\n', 'g'), pax('13 path=evil\n')]
const x = file({ name: 'x' }, 'x')
const both = (a, b) => [ofTar(Buffer.concat([...a, end])), ofTar(Buffer.concat([...b, end]))]
const star = time => [
  header({ name: 'x' }, block => {
    block.write(`${time}\0${'0'.repeat(11)}\0`, 476)
    block.write('tar\0', 508)
  }),
]

export const views = {
  'view-config-digest': broken(
    'a config with Digest beside digest',
    manifest(({ config, layers }) => ({ config: { ...config, ...elsewhere }, layers })),
    /the config in the manifest has a field "Digest"/,
  ),
  'view-layer-digest': broken(
    'a layer with Digest beside digest',
    manifest(({ config, layers }) => ({ config, layers: layers.map(one => ({ ...one, ...elsewhere })) })),
    /layer 0 in the manifest has a field "Digest"/,
  ),
  'view-index-digest': broken(
    'an entry of the index with Digest beside digest, of another image',
    beside((honest, evil) => [{ ...honest, Digest: evil.digest, Size: evil.size }]),
    /entry 1 of the index has a field "Digest"/,
  ),
  'view-manifests': broken(
    'an index with Manifests beside manifests, of another image',
    beside((honest, evil) => JSON.stringify({ schemaVersion: 2, manifests: [honest], Manifests: [evil] })),
    /the index has a field "Manifests"/,
  ),
  'view-platform': broken(
    'another image, of another platform that Architecture makes this one',
    beside((honest, evil) => [
      { ...evil, platform: { os: 'linux', architecture: 'arm64', Architecture: 'amd64' } },
      honest,
    ]),
    /the platform of .* has a field "Architecture"/,
  ),
  'view-index-and-manifest': broken(
    'an index with layers',
    beside(honest => JSON.stringify({ schemaVersion: 2, manifests: [honest], layers: [] })),
    /the index has a field "layers"/,
  ),
  'view-two-lists': broken(
    'an index.json of the honest image beside a manifest.json of another one',
    layout => {
      const files = saved(['evil.tar'], { 'evil.tar': evilTar, 'c.json': savedConfig([digestOf(evilTar)]) })
      for (const [path, bytes] of Object.entries(files)) layout.file(path, bytes)
      return beside(honest => [honest])(layout)
    },
    /manifest.json names an image with the config/,
  ),
  'view-two-keys': broken(
    'a manifest.json with config and layers beside Config and Layers',
    layout => {
      const files = saved(['l.tar'], { 'l.tar': honestTar, 'evil.tar': evilTar })
      const [own] = JSON.parse(files['manifest.json'])
      const list = JSON.stringify([{ ...own, config: 'c.json', layers: ['evil.tar'] }])
      for (const [path, bytes] of Object.entries({ ...files, 'manifest.json': list })) layout.file(path, bytes)
      return layout.folder
    },
    /image 1 in manifest.json has a field "config"/,
  ),
  'view-global-between': pair(
    'a name before a global header, which Go forgets, and behind it',
    both([name, note, x], [note, name, x]),
    2,
    /a global header stands between/,
  ),
  'view-sparse-name': pair(
    'the name of a sparse file that is none, over two names',
    both(
      [file({ name: 'a' }, 'x', { 'GNU.sparse.name': 'y' })],
      [file({ name: 'b' }, 'x', { 'GNU.sparse.name': 'y' })],
    ),
    2,
    /names what is no sparse file/,
  ),
  'view-star-times': pair(
    'two times of access in headers of star',
    both(star('00000000001'), star('00000777777')),
    1,
    /not-reproducible/,
  ),
  'view-contiguous': pair(
    'a contiguous file, which engines do not unpack, and a plain one',
    both([file({ name: 'x', type: '7' }, 'x')], [x]),
    1,
    /not-reproducible/,
  ),
  'view-checksum': pair(
    'a checksum in binary',
    both(
      [x],
      [
        Buffer.concat([
          x.subarray(0, 148),
          Buffer.from('800000000000', 'hex'),
          Buffer.from([Number.parseInt(x.toString('latin1', 148, 154), 8) >> 8]),
          Buffer.from([Number.parseInt(x.toString('latin1', 148, 154), 8) & 255]),
          x.subarray(156),
        ]),
      ],
    ),
    2,
    /the checksum in the tar header is not a number/,
  ),
}
