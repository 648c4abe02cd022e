// Indexes, manifests and configs that are hard to read.
import { gzipSync } from 'node:zlib'
import { digestOf, end, file, indexType, manifestType } from './layout.mjs'
import { broken, configOf, diffId, indexOf, MB, manifestOf, packed } from './making.mjs'

export const indexes = {
  'index-of-itself': broken(
    'an index whose entry is itself',
    layout => {
      const entry = { mediaType: indexType, digest: digestOf(Buffer.from('self')), size: 200 }
      const text = JSON.stringify({ schemaVersion: 2, manifests: [entry] })
      layout.file(layout.path(entry.digest), text.padEnd(200))
      return layout.index(text)
    },
    /have the digest/,
  ),
  'indexes-12-deep': broken(
    'indexes, each in the next, 12 deep',
    indexOf((manifest, layout) => {
      let entry = manifest
      for (let at = 0; at < 12; at += 1) entry = layout.json({ schemaVersion: 2, manifests: [entry] }, indexType)
      return [entry]
    }),
    /more than 8 deep/,
  ),
  'index-wide': broken(
    'an index of 100,000 entries',
    indexOf(manifest => Array(100_000).fill(manifest)),
    /100000 entries; at most 1000|more than 250000 values|at most 8388608/,
  ),
  'indexes-a-million': broken(
    '1,000 indexes of 1,000 manifests that are not there',
    indexOf((_, layout) =>
      Array.from({ length: 1_000 }, (_, at) =>
        layout.json(
          {
            at,
            manifests: Array.from({ length: 1_000 }, (_, of) => ({
              size: 2,
              digest: `sha256:${String(at * 1_000 + of).padStart(64, '0')}`,
              platform: { os: `o${at}`, architecture: `a${of}` },
            })),
          },
          indexType,
        ),
      ),
    ),
    /more than 2000 manifests/,
  ),
  'platforms-200': broken(
    '200 platforms whose configs have 100,000 empty lists each, and annotations of 500 kB',
    indexOf((_, layout) => {
      const layer = layout.blob(packed)
      const noise = Array.from({ length: 100_000 }, () => [])
      return Array.from({ length: 200 }, (_, at) => {
        const { platform, ...image } = layout.image([layer], [diffId], {
          config: own => ({ ...own, os: `os${at}`, noise }),
        })
        return layout.json({ manifests: [{ ...image, annotations: { 'org.a': 'x'.repeat(500_000) } }] }, indexType)
      })
    }),
    /not-reproducible/,
    1,
  ),
  'index-of-nothing': broken(
    'an index of nothing',
    indexOf(() => []),
    /holds no image/,
  ),
  'attestation-alone': broken(
    'an image that says to be an attestation of no platform',
    indexOf(manifest => [{ ...manifest, platform: { os: 'unknown', architecture: 'unknown' } }]),
    /holds no image/,
  ),
  'attestation-hides': broken(
    'another image, with the platform, marked as an attestation, before the honest one',
    indexOf((manifest, layout) => {
      const evil = Buffer.concat([file({ name: 'evil' }, 'x'), end])
      const other = layout.image([layout.blob(gzipSync(evil))], [digestOf(evil)])
      return [
        {
          ...other,
          annotations: {
            'vnd.docker.reference.type': 'attestation-manifest',
            'vnd.docker.reference.digest': manifest.digest,
          },
        },
        manifest,
      ]
    }),
    /several images for linux\/amd64/,
  ),
  'manifest-that-is-an-index': broken(
    'a manifest that is an index, too',
    manifestOf(own => ({ ...own, manifests: [] })),
    /index of several images/,
  ),
  'names-of-control-characters': broken(
    'a tag of control characters and runner commands, on two images',
    indexOf((manifest, layout) => {
      const ref = at => ({ 'org.opencontainers.image.ref.name': `\u001b[2J\u009b31m\r\n::error::${at}` })
      const other = layout.image([layout.blob(packed)], [diffId], {
        config: own => ({ ...own, created: '2020-01-01T00:00:00Z' }),
      })
      return [
        { ...manifest, annotations: ref(1) },
        { ...other, annotations: ref(2) },
      ]
    }),
    /several images for linux\/amd64/,
  ),
}

export const json = {
  'json-deep': broken(
    'an index.json nested a million deep',
    layout => layout.index(`{"manifests":${'['.repeat(MB)}`),
    /nested more than 64/,
  ),
  'json-large': broken(
    'an index.json of 100 MB',
    layout => layout.index(`{"manifests":[]${' '.repeat(100 * MB)}}`),
    /at most 8388608/,
  ),
  'json-values': broken(
    'a config of a million empty objects',
    configOf(own => ({ ...own, noise: Array.from({ length: MB }, () => ({})) })),
    /more than 250000 values/,
  ),
  'json-key-twice': broken(
    'a manifest with its layers twice',
    manifestOf(own => `{"layers":[],${JSON.stringify(own).slice(1)}`),
    /"layers" twice/,
  ),
  'json-key-spelled': broken(
    'a manifest with Layers beside layers',
    manifestOf(own => ({ ...own, Layers: [] })),
    /readers may take for layers/,
  ),
  'json-proto': broken(
    'a config with fields named __proto__ and constructor',
    configOf(own => `${JSON.stringify(own).slice(0, -1)},"__proto__":{"rootfs":1},"constructor":{"prototype":1}}`),
    /same-files/,
    0,
  ),
  'json-not-utf8': broken(
    'a config that is no UTF-8',
    layout => {
      const layer = layout.blob(packed)
      const config = layout.blob(Buffer.from('{"os":"\xff"}', 'latin1'), 'application/vnd.oci.image.config.v1+json')
      return layout.index([layout.json({ schemaVersion: 2, config, layers: [layer] }, manifestType)])
    },
    /not JSON|holds no image/,
  ),
  'json-number': broken(
    'a size beyond what a double holds',
    manifestOf(own => JSON.stringify(own).replace(/"size":\d+/, '"size":1e400')),
    /size|names no config|Infinity/,
  ),
}
