import type { Entry } from './image.ts'
import type { TarReader } from './tar.ts'
import { entryAt, paddingOf } from './tar-buffered.ts'
import { blockSize } from './tar-header.ts'

/**
 * Steps over entries that stand in both readers' memory byte for byte alike: what is known of one is known of both. Ends
 * where they are not, where more must be waited for, or before an entry that `pass` refuses.
 */
export function passAlike(a: TarReader, b: TarReader, pass: (entry: Entry) => boolean): void {
  const [bytesA, bytesB] = [a.ahead(), b.ahead()]
  if (bytesA === null || bytesB === null) return
  const alike = alikeUpTo(bytesA, bytesB)
  let last: Entry | null = null
  let passed = 0
  while (alike(passed + blockSize)) {
    const found = entryAt(bytesA, passed, null)
    if (found === null) break
    const { entry, content } = found
    const end = content + entry.size + paddingOf(entry.size)
    if (!alike(end) || !pass(entry)) break
    const bytes = bytesA.subarray(content, content + entry.size)
    if (a.show(entry, bytes)) b.show(entry, bytes)
    last = entry
    passed = end
  }
  if (last !== null) for (const reader of [a, b]) reader.pass(last, passed)
}

/** Bytes that are compared at once, in the hope that more is alike than was asked for. */
const stride = 16 * 1024

/** Tells whether two buffers are alike up to a length that only grows; each byte is compared about once. */
function alikeUpTo(a: Buffer, b: Buffer): (length: number) => boolean {
  const most = Math.min(a.length, b.length)
  let known = 0
  const same = (length: number): boolean => a.compare(b, known, length, known, length) === 0
  return length => {
    if (length > most) return false
    if (length <= known) return true
    const hoped = Math.min(most, Math.max(length, known + stride))
    if (same(hoped)) known = hoped
    else if (hoped > length && same(length)) known = length
    return length <= known
  }
}
