import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { archiveFiles } from '../../../src/image-stores/archive.ts'
import { openDockerArchive } from '../../../src/image-stores/docker-archive.ts'
import { isLayout, openLayout } from '../../../src/image-stores/layout.ts'
import { platformsOf } from '../../../src/image-stores/platforms.ts'
import { StoreError } from '../../../src/image-stores/store-error.ts'
import { imageOf, tarOf } from '../../image/crafted.ts'
import { layoutOf } from '../layout.ts'
import type { Target } from '../target.ts'
import { image } from '../words.ts'
import { target as tar } from './tar.ts'

const layer = tarOf([{ name: 'a', content: 'x' }])
const layout = layoutOf([layer])
const { config } = imageOf([layer]).texts
const saved = tarOf([
  { name: 'manifest.json', content: '[{"Config":"c.json","RepoTags":["a:1"],"Layers":["l/layer.tar"]}]' },
  { name: 'c.json', content: config },
  { name: 'l/layer.tar', typeflag: '2', linkname: '../m/layer.tar' },
  { name: 'm/layer.tar', content: layer },
])
let path = ''

export const target: Target = {
  name: 'image-archive',
  what: 'OCI layouts and docker save archives as tars, down to their platforms',
  seeds: [layout, saved],
  words: [
    ...image,
    'oci-layout',
    'index.json',
    'manifest.json',
    'blobs/sha256/',
    '"Config":',
    '"RepoTags":',
    '"Layers":',
    '../',
    '/',
    '5',
    '1',
    '2',
  ],
  maxBytes: 16 * 1024,
  ms: { fixed: 200, perKiB: 40 },
  allowed: [StoreError],
  mend: bytes => tar.mend?.(bytes),
  async run(bytes) {
    if (path === '') {
      const folder = mkdtempSync(join(tmpdir(), 'fuzz-archive-'))
      process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
      path = join(folder, 'x.tar')
    }
    writeFileSync(path, bytes)
    const files = await archiveFiles(path, 'x.tar', new AbortController().signal)
    const store = (await isLayout(files))
      ? await openLayout('x.tar', files, null)
      : await openDockerArchive('x.tar', files, null)
    await platformsOf(store)
  },
}
