/** Tags of an rpm header that we read (rpm's tags manual). */
const rpmTags = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  licence: 1014,
  arch: 1022,
  fileDigests: 1035,
  sourceRpm: 1044,
  provides: 1047,
  requires: 1049,
  folderIndexes: 1116,
  fileNames: 1117,
  folders: 1118,
  digestAlgorithm: 5011,
} as const
export type RpmTag = keyof typeof rpmTags

const nameOfTag = new Map<number, RpmTag>(Object.entries(rpmTags).map(([name, tag]) => [tag, name as RpmTag]))
const entryLimit = 65_536
const valueLimit = 400_000

/** The values of a header as rpm stores it: numbers or texts by tag. What lies outside of it, or is of another type, is left out. */
export function rpmHeader(blob: Buffer): Partial<Record<RpmTag, (string | number)[]>> {
  const values: Partial<Record<RpmTag, (string | number)[]>> = {}
  if (blob.length < 8) return values
  const [entries, size] = [blob.readUInt32BE(0), blob.readUInt32BE(4)]
  const start = 8 + 16 * entries
  if (entries > entryLimit || start + size > blob.length) return values
  const store = blob.subarray(start, start + size)
  for (let index = 0; index < entries; index++) {
    const at = 8 + 16 * index
    const tag = nameOfTag.get(blob.readUInt32BE(at))
    const [type, offset, count] = [blob.readUInt32BE(at + 4), blob.readUInt32BE(at + 8), blob.readUInt32BE(at + 12)]
    if (tag === undefined || offset > size || count > valueLimit) continue
    const read = type === 4 ? numbersAt(store, offset, count) : textsAt(store, type, offset, count)
    if (read !== null) values[tag] = read
  }
  return values
}

function numbersAt(store: Buffer, offset: number, count: number): number[] | null {
  if (offset + 4 * count > store.length) return null
  return Array.from({ length: count }, (_, index) => store.readUInt32BE(offset + 4 * index))
}

/** Types 6 (a text), 8 (texts), 9 (texts by language; the first is English). */
function textsAt(store: Buffer, type: number, offset: number, count: number): string[] | null {
  if (type !== 6 && type !== 8 && type !== 9) return null
  const texts: string[] = []
  for (let at = offset; texts.length < count; ) {
    const end = store.indexOf(0, at)
    if (end < 0) return null
    texts.push(store.toString('utf8', at, end))
    at = end + 1
  }
  return texts
}
