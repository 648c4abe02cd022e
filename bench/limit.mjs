// The limit of a comparison: reads the layers of two OCI layouts that differ side by side, decompresses and hashes them, and
// prints the processor seconds that this process took.
//   node bench/limit.mjs A B
import { createHash } from 'node:crypto'
import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createGunzip } from 'node:zlib'

const sides = process.argv.slice(2, 4).map(layers)
const [a, b] = sides.map((own, at) => own.filter(({ digest }) => !sides[1 - at].some(layer => layer.digest === digest)))
for (let at = 0; at < Math.max(a.length, b.length); at += 1)
  await Promise.all([a[at], b[at]].map(async layer => layer && (await hashed(layer))))
const { userCPUTime, systemCPUTime } = process.resourceUsage()
console.log((userCPUTime + systemCPUTime) / 1e6)

function layers(folder) {
  const blob = ({ digest }) => join(folder, 'blobs', ...digest.split(':'))
  const { manifests } = JSON.parse(readFileSync(join(folder, 'index.json')))
  return JSON.parse(readFileSync(blob(manifests[0]))).layers.map(layer => ({ ...layer, file: blob(layer) }))
}

/** As stored, and decompressed: both digests are to be proven. */
async function hashed({ file, mediaType }) {
  const stored = createReadStream(file, { highWaterMark: 1 << 18 })
  const [outside, inside] = [createHash('sha256'), createHash('sha256')]
  stored.on('data', chunk => outside.update(chunk))
  if (mediaType.endsWith('gzip'))
    for await (const chunk of stored.pipe(createGunzip({ chunkSize: 1 << 18 }))) inside.update(chunk)
  else for await (const _ of stored);
  return [outside, inside].map(hash => hash.digest('hex'))
}
