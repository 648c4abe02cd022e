// Blobs, digests and sizes that lie.
import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { digestOf, end, file } from './layout.mjs'
import { broken, configOf, damaged, layerAs, packed, told } from './making.mjs'

export const blobs = {
  'layer-cut': broken(
    'a layer that is cut off',
    damaged((_, { layer }) => truncateSync(layer, 50)),
    /has 50 bytes, its descriptor says/,
  ),
  'layer-of-other-bytes': broken(
    'a layer of other bytes of equal size',
    damaged((_, { layer }) => writeFileSync(layer, Buffer.alloc(packed.length, 1))),
    /have? the digest|could not be read/,
  ),
  'layer-missing': broken(
    'a layer that is not there',
    damaged((_, { layer }) => rmSync(layer)),
    /there is no "blobs/,
  ),
  'manifest-cut': broken(
    'a manifest that is cut off',
    damaged((_, { manifest }) => truncateSync(manifest, 50)),
    /has 50 bytes/,
  ),
  'index-cut': broken(
    'an index.json that is cut off',
    damaged(folder => truncateSync(join(folder, 'index.json'), 50)),
    /not JSON/,
  ),
  'size-too-small': broken('a size of one byte too few', told({ size: packed.length - 1 }), /its descriptor says/),
  'size-too-large': broken('a size of 8 PB', told({ size: 2 ** 53 - 1 }), /its descriptor says/),
  'size-negative': broken('a size of -1', told({ size: -1 }), /is not a number of bytes/),
  'digest-of-nothing': broken(
    'the digest of a blob that is not there',
    told({ digest: digestOf(Buffer.from('x')) }),
    /there is no "blobs/,
  ),
  'digest-leads-out': broken(
    'a digest that is a path out of the layout',
    told({ digest: 'sha256:../../../../../../etc/passwd' }),
    /is not a digest/,
  ),
  'digest-unknown': broken(
    'a digest of MD5',
    told({ digest: 'md5:d41d8cd98f00b204e9800998ecf8427e' }),
    /is not a digest/,
  ),
  'diff-id-lies': broken(
    'a diff ID of other bytes',
    layerAs(gzipSync(Buffer.concat([file({ name: 'evil' }, 'x'), end]))),
    /not the diff ID/,
  ),
  'diff-id-leads-out': broken(
    'a diff ID that is a path',
    configOf(own => ({ ...own, rootfs: { type: 'layers', diff_ids: ['sha256:../../x'] } })),
    /is not a digest/,
  ),
}
