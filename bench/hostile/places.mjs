// Media types that lie, and files of a layout that are none.
import { spawnSync } from 'node:child_process'
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { digestOf, Layout } from './layout.mjs'
import { broken, damaged, diffId, indexOf, manifestOf, told } from './making.mjs'

export const kinds = {
  'kind-zstd-is-gzip': broken(
    'gzip that says to be zstd: it is read as what it is',
    told({ mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd' }),
    /same-content/,
    0,
  ),
  'kind-foreign-elsewhere': broken(
    'a foreign layer that is not there',
    layout => {
      const layer = {
        mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
        digest: digestOf(Buffer.from('w')),
        size: 1,
        urls: ['http://169.254.169.254/'],
      }
      return layout.index([layout.image([layer], [diffId])])
    },
    /could not be opened.*there is no/,
  ),
  'kind-config-is-layer': broken(
    'a config that is the layer',
    manifestOf(own => ({ ...own, config: own.layers[0] })),
    /it is no image: its config is of the type/,
  ),
  'kind-index-data': broken(
    'an entry of the index that holds another manifest than its digest says',
    indexOf(entry => [{ ...entry, data: Buffer.from('{}').toString('base64') }]),
    /data that its digest is not of/,
  ),
  'kind-layer': broken(
    'a layer of a type that engines do not unpack',
    told({ mediaType: 'application/octet-stream' }),
    /layer 1 is of the type "application\/octet-stream", which is none of a layer/,
  ),
  'kind-data': broken(
    'a descriptor that holds other bytes than its digest says',
    told({ data: gzipSync('evil').toString('base64') }),
    /data that its digest is not of/,
  ),
  'kind-schema-1': broken(
    "a manifest of Docker's first format",
    layout => layout.index([layout.json({ schemaVersion: 1, fsLayers: [] }, 'application/json')]),
    /schema 1/,
  ),
}

export const places = {
  'blob-link-out': broken(
    'a blob that is a link out of the layout',
    damaged((_, { layer }) => {
      rmSync(layer)
      symlinkSync('/etc/passwd', layer)
    }),
    /leads out of this folder/,
  ),
  'index-link-out': broken(
    'an index.json that is a link out',
    damaged(folder => {
      rmSync(join(folder, 'index.json'))
      symlinkSync('/etc/passwd', join(folder, 'index.json'))
    }),
    /leads out of this folder/,
  ),
  'index-link-loop': broken(
    'an index.json that is a link to itself',
    damaged(folder => {
      rmSync(join(folder, 'index.json'))
      symlinkSync('index.json', join(folder, 'index.json'))
    }),
    /cannot be read|neither index.json/,
  ),
  'blobs-link-out': broken(
    'a folder of blobs that is a link out',
    damaged(folder => {
      rmSync(join(folder, 'blobs'), { recursive: true })
      symlinkSync('/etc', join(folder, 'blobs'))
    }),
    /there is no|leads out/,
  ),
  'blob-fifo': broken(
    'a FIFO in the place of a blob',
    damaged((_, { layer }) => {
      rmSync(layer)
      spawnSync('mkfifo', [layer])
    }),
    /is not a file/,
  ),
  'index-fifo': broken(
    'a FIFO in the place of index.json',
    damaged(folder => {
      rmSync(join(folder, 'index.json'))
      spawnSync('mkfifo', [join(folder, 'index.json')])
    }),
    /is not a file|there is no image/,
  ),
  'blob-device': broken(
    'a device (as /dev/zero) in the place of a blob',
    damaged((_, { layer }) => {
      rmSync(layer)
      spawnSync('mknod', [layer, 'c', '1', '5'])
    }),
    /is not a file|there is no/,
  ),
  'blob-folder': broken(
    'a folder in the place of a blob',
    damaged((_, { layer }) => {
      rmSync(layer)
      new Layout(layer)
    }),
    /is not a file/,
  ),
}
