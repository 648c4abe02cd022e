// Pairs of images for measuring: two OCI layouts whose last layer differs in a few files.
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, linkSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { contentOf, headerOf } from './made-files.mjs'

/**
 * Writes FOLDER/A and FOLDER/B: so many layers of so many files and megabytes together, gzipped, path-sorted; in the last
 * layer of B so many files differ in one byte.
 */
export async function writeImages(folder, { mb, entries, layers, differing }) {
  const sides = { A: [], B: [] }
  for (const side of ['A', 'B']) mkdirSync(join(folder, side, 'blobs', 'sha256'), { recursive: true })
  const each = Math.floor(entries / layers)
  const mean = (mb * 1e6) / entries
  for (let layer = 0; layer < layers; layer += 1) {
    const isLast = layer === layers - 1
    const every = Math.floor(each / differing)
    const a = await writeLayer(folder, 'A', { layer, each, mean, differs: () => false })
    const b = isLast
      ? await writeLayer(folder, 'B', { layer, each, mean, differs: at => at % every === 1 && at < every * differing })
      : a
    if (!isLast) linkSync(blobPath(folder, 'A', a.digest), blobPath(folder, 'B', a.digest))
    sides.A.push(a)
    sides.B.push(b)
  }
  for (const side of ['A', 'B']) writeManifest(folder, side, sides[side])
}

const blobPath = (folder, side, digest) => join(folder, side, 'blobs', ...digest.split(':'))

async function writeLayer(folder, side, { layer, each, mean, differs }) {
  const part = join(folder, 'part')
  const file = createWriteStream(part)
  const gzip = createGzip({ level: 1, chunkSize: 1 << 18 })
  const [stored, plain] = [createHash('sha256'), createHash('sha256')]
  let size = 0
  gzip.on('data', chunk => {
    stored.update(chunk)
    size += chunk.length
  })
  gzip.pipe(file)
  const write = async bytes => {
    plain.update(bytes)
    if (!gzip.write(bytes)) await once(gzip, 'drain')
  }
  for (let at = 0; at < each; at += 1) {
    const length = Math.floor(mean * (at % 50 === 0 ? 20 : 0.61))
    const name = `usr/lib/l${layer}/d${String(Math.floor(at / 100)).padStart(6, '0')}/f${String(at % 100).padStart(3, '0')}`
    const content = contentOf(layer * each + at, length)
    if (differs(at)) content[length >> 1] ^= 1
    await write(Buffer.concat([headerOf(name, length), content, Buffer.alloc((512 - (length % 512)) % 512)]))
  }
  await write(Buffer.alloc(1024))
  gzip.end()
  await finished(file)
  const digest = `sha256:${stored.digest('hex')}`
  renameSync(part, blobPath(folder, side, digest))
  return { digest, size, diffId: `sha256:${plain.digest('hex')}` }
}

function writeManifest(folder, side, layers) {
  const write = value => {
    const bytes = Buffer.from(JSON.stringify(value))
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    writeFileSync(blobPath(folder, side, digest), bytes)
    return { digest, size: bytes.length }
  }
  const kind = name => `application/vnd.oci.image.${name}`
  const created = '2023-11-14T22:13:20Z'
  const config = write({
    ...{ architecture: 'amd64', os: 'linux', created, config: {} },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map((_, at) => ({ created, created_by: `RUN /bin/sh -c make layer ${at} # buildkit` })),
  })
  const manifest = write({
    ...{ schemaVersion: 2, mediaType: kind('manifest.v1+json') },
    config: { mediaType: kind('config.v1+json'), ...config },
    layers: layers.map(({ digest, size }) => ({ mediaType: kind('layer.v1.tar+gzip'), digest, size })),
  })
  const index = {
    ...{ mediaType: kind('manifest.v1+json'), ...manifest, platform: { architecture: 'amd64', os: 'linux' } },
    annotations: {
      'io.containerd.image.name': `bench.local/${side.toLowerCase()}:1`,
      'org.opencontainers.image.ref.name': '1',
    },
  }
  writeFileSync(join(folder, side, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  writeFileSync(join(folder, side, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [index] }))
}
