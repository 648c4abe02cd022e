import * as zlib from 'node:zlib'

/** A zstd frame: by Node, where it can; else one whose blocks hold the bytes as they are. */
export const zstdOf = (bytes: Buffer): Buffer =>
  typeof zlib.zstdCompressSync === 'function' ? Buffer.from(zlib.zstdCompressSync(bytes)) : storedZstd(bytes)

/** RFC 8878, 3.1.1: a window of 1 MiB, and blocks of type 0. */
export function storedZstd(bytes: Buffer): Buffer {
  const parts: Uint8Array[] = [Buffer.from('28b52ffd0050', 'hex')]
  for (let at = 0; at === 0 || at < bytes.length; at += 100_000) {
    const part = bytes.subarray(at, at + 100_000)
    const header = Buffer.alloc(3)
    header.writeUIntLE(part.length * 8 + (at + 100_000 >= bytes.length ? 1 : 0), 0, 3)
    parts.push(header, part)
  }
  return Buffer.concat(parts)
}
