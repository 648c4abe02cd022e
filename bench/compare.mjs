// How fast two layers are compared, and in how much memory. Makes its own tars in a temporary folder.
//   node bench/compare.mjs [--mb 1000] [--entries 30000] [--differing 7] [--gzip] [--lone 0]
// Prints one JSON line: MB/s is of uncompressed bytes of one side. `limit` is decompressing and hashing both sides alone.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createGunzip, createGzip } from 'node:zlib'
import { build } from 'esbuild'
import { contentOf, headerOf } from './made-files.mjs'

const { values: options } = parseArgs({
  options: {
    mb: { type: 'string', default: '1000' },
    entries: { type: 'string', default: '30000' },
    differing: { type: 'string', default: '7' },
    lone: { type: 'string', default: '0' },
    gzip: { type: 'boolean', default: false },
    run: { type: 'string' },
    job: { type: 'string', default: '{}' },
  },
})

if (options.run) await measure(options.run, JSON.parse(options.job))
else await main()

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'compare-bench-'))
  try {
    await build({
      entryPoints: [fileURLToPath(new URL('../src/compare/compare.ts', import.meta.url))],
      outfile: join(folder, 'compare.mjs'),
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'error',
    })
    const sides = []
    for (const side of ['a', 'b']) sides.push(await writeLayer(folder, side))
    const job = JSON.stringify({ folder, sides, mb: Number(options.mb) })
    const results = {}
    for (const run of ['limit', 'compare']) {
      const args = [fileURLToPath(import.meta.url), '--run', run, '--job', job]
      const child = spawnSync(process.execPath, args, { encoding: 'utf8' })
      if (child.status !== 0) throw new Error(child.stderr)
      results[run] = JSON.parse(child.stdout)
    }
    const { mb, entries, differing, lone, gzip } = options
    console.log(JSON.stringify({ node: process.version, mb, entries, differing, lone, gzip, ...results }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A sorted layer: files of varied sizes, half of their bytes repetitive; some contents differ between the sides. */
async function writeLayer(folder, side) {
  const entries = Number(options.entries)
  const mean = (Number(options.mb) * 1e6) / entries
  const path = join(folder, `${side}.tar`)
  const file = createWriteStream(path)
  const sink = options.gzip ? createGzip({ level: 6 }) : file
  if (options.gzip) sink.pipe(file)
  const diffId = createHash('sha256')
  const differingEvery = Math.max(1, Math.floor(entries / Number(options.differing)))
  const write = async bytes => {
    diffId.update(bytes)
    if (!sink.write(bytes)) await once(sink, 'drain')
  }
  for (let at = 0; at < entries; at += 1) {
    if (side === 'b' && at < Number(options.lone)) continue
    const size = Math.floor(mean * (at % 50 === 0 ? 20 : 0.61))
    const name = `usr/lib/d${String(Math.floor(at / 100)).padStart(6, '0')}/f${String(at % 100).padStart(3, '0')}`
    const content = contentOf(at, size)
    if (side === 'b' && at % differingEvery === 1) content[size >> 1] ^= 1
    await write(headerOf(name, size))
    await write(content)
    await write(Buffer.alloc((512 - (size % 512)) % 512))
  }
  await write(Buffer.alloc(1024))
  sink.end()
  await finished(file)
  const { digest, size } = await digestOf(path)
  return { path, digest, size, diffId: `sha256:${diffId.digest('hex')}` }
}

async function digestOf(path) {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk)
    size += chunk.length
  }
  return { digest: `sha256:${hash.digest('hex')}`, size }
}

async function measure(run, { folder, sides, mb }) {
  const started = process.hrtime.bigint()
  const result = run === 'limit' ? await readBoth(sides) : await compareBoth(folder, sides, mb)
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  const round = value => Math.round(value * 100) / 100
  console.log(
    JSON.stringify({
      seconds: round(seconds),
      cpu: round((userCPUTime + systemCPUTime) / 1e6),
      peakMiB: Math.round(maxRSS / 1024),
      ...result,
    }),
  )
}

async function readBoth(sides) {
  await Promise.all(
    sides.map(async ({ path, diffId, digest }) => {
      const stored = createReadStream(path, { highWaterMark: 256 * 1024 })
      const bytes = digest === diffId ? stored : stored.pipe(createGunzip({ chunkSize: 256 * 1024 }))
      const hash = createHash('sha256')
      for await (const chunk of bytes) hash.update(chunk)
      hash.digest()
    }),
  )
  return {}
}

async function compareBoth(folder, sides, mb) {
  const { compareImages } = await import(join(folder, 'compare.mjs'))
  const [imageA, imageB] = sides.map(({ digest, size, diffId }) => ({
    digest,
    configDigest: digest,
    manifest: { config: { mediaType: 'c', digest, size: 1 }, layers: [{ mediaType: 'l', digest, size }] },
    config: { rootfs: { type: 'layers', diff_ids: [diffId] } },
  }))
  const started = process.hrtime.bigint()
  const comparison = await compareImages({
    imageA,
    imageB,
    open: async side => createReadStream(sides[side === 'A' ? 0 : 1].path, { highWaterMark: 256 * 1024 }),
  })
  const seconds = Number(process.hrtime.bigint() - started) / 1e9
  const [layer] = comparison.layers
  return { level: comparison.level, differing: layer.total, same: layer.same, MBps: Math.round(mb / seconds) }
}
