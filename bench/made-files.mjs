// The files that the benches put into their layers.

/** Bytes that do not compress: the same on every machine. */
const noise = Buffer.alloc(1 << 20)
for (let at = 0, state = 12345; at < noise.length; at += 1) {
  state = (Math.imul(state, 1103515245) + 12345) >>> 0
  noise[at] = state >>> 16
}

/** Content of a file, decided by its seed; half of it can be compressed. */
export function contentOf(seed, length) {
  const bytes = Buffer.allocUnsafe(length)
  for (let at = 0; at < length; at += 4096) {
    const end = Math.min(length, at + 4096)
    const from = ((seed * 7919 + at) * 31) % (noise.length - 8192)
    if ((at >> 12) % 2) bytes.fill(`repeated text of entry ${seed} `, at, end)
    else noise.copy(bytes, at, from, from + end - at)
  }
  return bytes
}

/** Header of a file in a tar. */
export function headerOf(name, size) {
  const block = Buffer.alloc(512)
  block.write(name)
  block.write('0000644\x000000000\x000000000\0', 100)
  block.write(`${size.toString(8).padStart(11, '0')}\x0014525260400\0`, 124)
  block.write('        0', 148)
  block.write('ustar\x0000', 257)
  let sum = 0
  for (const byte of block) sum += byte
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return block
}
