import type { NestedDifference, PackingDifference } from '../../image/comparison.ts'
import type { PackedReader } from './packed-reader.ts'

/** Where two compressed files differ besides their contents: field by field of the header, then the data of equal contents. */
export function gzipPacking(
  a: PackedReader,
  b: PackedReader,
  { total }: Pick<NestedDifference, 'total'>,
): PackingDifference[] {
  const differences: PackingDifference[] = []
  const note = (field: PackingDifference['field'], offset: number | null, a: string | number, b: string | number) => {
    if (a !== b) differences.push({ field, member: null, offset, a: String(a), b: String(b) })
  }
  if (a.header && b.header) {
    note('header-time', 4, a.header.time, b.header.time)
    note('header-level', 8, a.header.level, b.header.level)
    note('header-system', 9, a.header.system, b.header.system)
    note('header-name', null, a.header.name.slice(0, 200), b.header.name.slice(0, 200))
    note('header-extra', 10, a.header.extra, b.header.extra)
  }
  if (total === 0 && a.body && b.body && a.body.digest !== b.body.digest)
    differences.push({
      ...{ field: 'compressed-data', member: null, offset: a.header?.length ?? null },
      ...{ a: `${a.body.size} bytes`, b: `${b.body.size} bytes` },
    })
  return differences
}
