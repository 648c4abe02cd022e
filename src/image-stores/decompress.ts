import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, open, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { unzstd } from '../image/zstd.ts'
import type { Ports } from '../ports.ts'
import { pieceSize, reading } from './files.ts'
import { StoreError } from './store-error.ts'

/** Left free on the disk of temporary files. */
const spare = 1024 ** 3
/** An archive of layers shrinks to a tenth at most; what grows far more is made to fill the disk. */
const [growth, smallest] = [100, 256 * 1024 ** 2]

type Packing = 'gzip' | 'zstd' | 'xz' | 'bzip2' | null

/**
 * The archive as a plain tar: itself, or where it is compressed as a whole a copy in the folder for temporary files,
 * since nothing can be looked up inside of a compressed one. The copy never takes the disk's last gigabyte.
 * @throws StoreError when it cannot be decompressed
 */
export async function plainArchive(file: string, ports: Pick<Ports, 'tempDir' | 'signal' | 'log'>): Promise<string> {
  const packing = await reading(file, file, () => packingOf(file))
  if (packing === null) return file
  if (packing === 'xz' || packing === 'bzip2')
    throw new StoreError(
      `${file}: it is compressed with ${packing}. Decompress it first: ${commands[packing]} -dk FILE`,
    )
  const [{ bavail, bsize }, { size }] = [await statfs(ports.tempDir), await stat(file)]
  const limits = { free: bavail * bsize - spare, sane: Math.max(smallest, size * growth) }
  ports.log.info(`${file} is compressed as a whole: it is decompressed into a temporary file`)
  const copy = join(await mkdtemp(join(ports.tempDir, 'archive-')), 'plain.tar')
  const stored = createReadStream(file, { highWaterMark: pieceSize })
  const plain = packing === 'gzip' ? createGunzip({ chunkSize: pieceSize }) : Readable.from(unzstd(stored, pieceSize))
  const stages = [...(packing === 'gzip' ? [stored] : []), plain, bounded(file, limits), createWriteStream(copy)]
  try {
    await pipeline(stages as [Readable, Transform], { signal: ports.signal })
  } catch (error) {
    if (ports.signal.aborted || error instanceof StoreError || (error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw error
    throw new StoreError(`${file}: it cannot be decompressed (${packing}): ${(error as Error).message}`, {
      cause: error,
    })
  }
  return copy
}

const commands = { xz: 'xz', bzip2: 'bzip2' }

async function packingOf(file: string): Promise<Packing> {
  const handle = await open(file)
  try {
    const first = Buffer.alloc(6)
    await handle.read(first, 0, 6, 0)
    const begins = (hex: string): boolean => first.toString('hex').startsWith(hex)
    if (begins('1f8b')) return 'gzip'
    if (begins('28b52ffd') || /^5.2a4d18/.test(first.toString('hex'))) return 'zstd'
    if (begins('fd377a585a00')) return 'xz'
    return begins('425a68') ? 'bzip2' : null
  } finally {
    await handle.close()
  }
}

function bounded(file: string, { free, sane }: { free: number; sane: number }): Transform {
  let written = 0
  return new Transform({
    transform(chunk: Buffer, _, done) {
      written += chunk.length
      if (written <= Math.min(free, sane)) return done(null, chunk)
      const why =
        sane < free
          ? `grows to more than ${growth} times its size, which no image does. If it is one all the same, decompress it yourself`
          : `needs more than the ${Math.max(0, Math.floor(free / 1024 ** 2))} MiB that are free for temporary files. Decompress it yourself where there is room, or let TMPDIR name such a place`
      done(new StoreError(`${file}: decompressed it ${why}`))
    },
  })
}
