const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** `512 B`, `1.5 KiB`, `12 MiB`, `4.2 GiB`. */
export function size(bytes: number): string {
  let value = Math.max(0, bytes)
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : Number(value.toFixed(1))} ${units[unit]}`
}
