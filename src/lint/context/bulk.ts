import { quote } from '../wording.ts'
import type { ContextFiles, ContextPath } from './context.ts'

/** `1,234 files, 56 MB, most of it in data/big.bin (40 MB)`: how much a COPY takes along. */
export function bulkOf(paths: readonly ContextPath[], { truncated }: Pick<ContextFiles, 'truncated'>): string {
  const files = paths.filter(({ type }) => type !== 'directory')
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  const big = biggest(files).filter(({ size }) => size >= 1e6 && size * 10 >= bytes)
  const named = big.map(({ path, size }) => `${quote(path, 60)} (${megabytes(size)})`)
  const count = `${truncated ? 'more than ' : ''}${grouped(files.length)} ${files.length === 1 ? 'file' : 'files'}`
  return `${count}, ${megabytes(bytes)}${named.length === 0 ? '' : `, of it ${named.join(', ')}`}`
}

/** The three biggest, without sorting a hundred thousand. */
function biggest(files: readonly ContextPath[]): ContextPath[] {
  const top: ContextPath[] = []
  for (const file of files) {
    if (top.length === 3 && file.size <= (top[2]?.size ?? 0)) continue
    top.push(file)
    top.sort((a, b) => b.size - a.size)
    top.length = Math.min(top.length, 3)
  }
  return top
}

const grouped = (count: number): string => count.toString().replace(/\B(?=(\d{3})+$)/g, ',')

function megabytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const [unit, size] = bytes < 1e6 ? ['kB', bytes / 1e3] : bytes < 1e9 ? ['MB', bytes / 1e6] : ['GB', bytes / 1e9]
  return `${size < 10 ? size.toFixed(1).replace('.0', '') : Math.round(size)} ${unit}`
}
