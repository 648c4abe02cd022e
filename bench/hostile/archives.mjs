// Archives of docker save, and what else may lie in the place of one.
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { end, file, header, zstdZeros } from './layout.mjs'
import { broken, diffId, honestTar, MB, pair } from './making.mjs'

/** A docker archive in a tar, of files by name; and links. */
export const archive =
  (map, links = []) =>
  layout => {
    const entries = Object.entries(map).map(([name, bytes]) => file({ name }, bytes))
    layout.file('saved.tar', Buffer.concat([...entries, ...links.map(one => header(one)), end]))
    return join(layout.folder, 'saved.tar')
  }
export const savedConfig = ids =>
  Buffer.from(
    JSON.stringify({ architecture: 'amd64', os: 'linux', config: {}, rootfs: { type: 'layers', diff_ids: ids } }),
  )
const savedList = (layers, config = 'c.json') =>
  Buffer.from(JSON.stringify([{ Config: config, RepoTags: null, Layers: layers }]))
export const saved = (layers, more = {}, config) => ({
  'manifest.json': savedList(layers, config),
  'c.json': savedConfig(layers.map(() => diffId)),
  ...more,
})

export const archives = {
  'saved-honest': broken(
    'an honest docker archive',
    archive(saved(['l.tar'], { 'l.tar': honestTar })),
    /same-content/,
    0,
  ),
  'saved-config-out': broken(
    'a docker archive whose config leads out',
    archive(saved(['l.tar'], { 'l.tar': honestTar }, '../../../../etc/passwd')),
    /there is no "\.\.\//,
  ),
  'saved-layer-out': broken('one whose layer leads out', archive(saved(['/etc/passwd'])), /"\/etc\/passwd" is missing/),
  'saved-link-out': broken(
    'one whose layer is a link to /etc/passwd',
    archive(saved(['l.tar']), [{ name: 'l.tar', type: '2', link: '/etc/passwd' }]),
    /is missing/,
  ),
  'saved-hard-link-out': broken(
    'one whose layer is a hard link to ../x',
    archive(saved(['l.tar']), [{ name: 'l.tar', type: '1', link: '../x' }]),
    /is missing/,
  ),
  'saved-link-cycle': broken(
    'one whose layer is a link in a cycle',
    archive(saved(['a']), [
      { name: 'a', type: '2', link: 'b' },
      { name: 'b', type: '1', link: 'a' },
    ]),
    /lead nowhere/,
  ),
  'saved-step-up': broken(
    'one with an entry named ../../x',
    archive({ ...saved(['l.tar'], { 'l.tar': honestTar }), '../../x': 'y' }),
    /step up/,
  ),
  'saved-twice': broken(
    "one with two files of the layer's name",
    layout => {
      const map = saved(['l.tar'], { 'l.tar': honestTar })
      layout.file(
        'saved.tar',
        Buffer.concat([
          ...Object.entries(map).map(([name, bytes]) => file({ name }, bytes)),
          file({ name: 'l.tar' }, 'evil'),
          end,
        ]),
      )
      return join(layout.folder, 'saved.tar')
    },
    /has "l.tar" twice/,
  ),
  'saved-two-for-one': pair(
    'one with an evil and an honest file for one layer, beside one with two honest ones',
    [honestTar, Buffer.concat([file({ name: 'evil' }, 'x'), end])].map(first =>
      archive(saved(['1.tar', '2.tar'], { '1.tar': first, '2.tar': honestTar })),
    ),
    2,
    /digest|bytes/,
  ),
  'archive-cut': broken(
    'an archive that is cut off',
    layout => {
      layout.file('saved.tar', Buffer.concat([file({ name: 'index.json' }, 'x'.repeat(5000))]).subarray(0, 3000))
      return join(layout.folder, 'saved.tar')
    },
    /cut off after byte/,
  ),
  'archive-sparse': broken(
    'a docker archive with a sparse file of 10 TB',
    archive({}, [{ name: 'manifest.json', type: 'S', size: 512 }]),
    /sparse file|cut off/,
  ),
  'archive-names': broken(
    'an archive of 20,000 names of 4,000 characters',
    layout => {
      const entries = Array.from({ length: 20_000 }, (_, at) =>
        file({ name: 'x' }, '', { path: `${'n'.repeat(4_000)}${at}` }),
      )
      layout.file('saved.tar', Buffer.concat([...entries, end]))
      return join(layout.folder, 'saved.tar')
    },
    /names in it take more than/,
  ),
  'archive-entries': broken(
    'an archive of 300,000 entries',
    layout => {
      layout.file(
        'saved.tar',
        Buffer.concat([...Array.from({ length: 300_000 }, (_, at) => header({ name: `f${at}` })), end]),
      )
      return join(layout.folder, 'saved.tar')
    },
    /more than 200000 entries/,
  ),
  'archive-gzip-bomb': broken(
    'a gzip bomb in the place of an archive: 1 MB, 1 GB unpacked',
    layout => {
      layout.file('saved.tar', gzipSync(Buffer.alloc(1_000 * MB), { level: 9 }))
      return join(layout.folder, 'saved.tar')
    },
    /more than 100 times its size/,
  ),
  'archive-zstd-bomb': broken(
    'a zstd bomb in the place of an archive: 400 kB, 13 GB unpacked',
    layout => {
      layout.file('saved.tar', Buffer.concat([...zstdZeros(100_000)]))
      return join(layout.folder, 'saved.tar')
    },
    /more than 100 times its size/,
  ),
  'archive-of-any-bytes': broken(
    'random bytes',
    layout => {
      layout.file('saved.tar', Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 7919) % 251)))
      return join(layout.folder, 'saved.tar')
    },
    /no tar/,
  ),
}
