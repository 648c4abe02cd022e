/**
 * The packages' headers in rpm's own database format, `Packages.db` (ndb; lib/backend/ndb/rpmpkg.c describes it): a list of
 * slots, each with the place of a blob.
 */
export function* ndbHeaders(file: Buffer): Generator<Buffer> {
  if (!isNdb(file)) return
  const slots = Math.min(file.readUInt32LE(12) * slotsOfPage, Math.floor(file.length / slotSize))
  // The file's own header takes the place of the first two.
  for (let slot = 2; slot < slots; slot++) {
    const at = slot * slotSize
    if (at + slotSize > file.length || file.toString('latin1', at, at + 4) !== 'Slot') return
    const [index, start] = [file.readUInt32LE(at + 4), file.readUInt32LE(at + 8) * blockSize]
    if (index === 0 || start + 16 > file.length) continue
    if (file.toString('latin1', start, start + 4) !== 'BlbS' || file.readUInt32LE(start + 4) !== index) continue
    const length = file.readUInt32LE(start + 12)
    if (start + 16 + length <= file.length) yield file.subarray(start + 16, start + 16 + length)
  }
}

/** By its magic number. */
export const isNdb = (file: Buffer): boolean => file.length >= 4096 && file.toString('latin1', 0, 4) === 'RpmP'

const slotSize = 16
const blockSize = 16
const slotsOfPage = 4096 / slotSize
