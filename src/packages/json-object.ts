import { jsonObject as readJsonObject } from '../image/json.ts'

/** No package manager nests deeper; its lists of files are longer than any of an image's own JSON. */
const limits = { depth: 200, values: 4_000_000, lenient: true }

/** A JSON object of a package's file; null when it is none. Never throws. */
export function jsonObject(bytes: Buffer): Record<string, unknown> | null {
  const json = readJsonObject(bytes, limits)
  return typeof json === 'string' ? null : json
}
