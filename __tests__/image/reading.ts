import type { Entry } from '../../src/image/image.ts'
import { TarReader } from '../../src/image/tar.ts'

/** All entries of a tar with their contents, in memory. */
export async function readTar(tar: Buffer, piece = 64 * 1024): Promise<{ entry: Entry; content: Buffer }[]> {
  const reader = new TarReader(pieces(tar, piece), 'layer')
  const read: { entry: Entry; content: Buffer }[] = []
  for (let entry = await reader.next(); entry !== null; entry = await reader.next()) {
    const chunks: Buffer[] = []
    for (let chunk = await reader.chunk(); chunk !== null; chunk = await reader.chunk()) chunks.push(chunk)
    read.push({ entry, content: Buffer.concat(chunks) })
  }
  return read
}

async function* pieces(bytes: Buffer, piece: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece)
}
