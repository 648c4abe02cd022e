import type { ContentPair, ContentSample } from '../../image/comparison.ts'
import { bytesOf } from '../content.ts'

/** A name with a version, which both contents hold with other versions. */
export interface VersionPair {
  name: string
  a: string
  b: string
}

const scanLimit = 1 << 20
const version =
  /(?<![\w.])([A-Za-z][A-Za-z0-9_+-]{1,30})["']?(?:[ /_:=-]| version |, version |"?: ?")"?v?(\d{1,4}\.\d{1,4}(?:\.\d{1,6}){0,2}(?:[-+.](?:rc|alpha|beta|dev|post|b|a)[.\d]{0,8})?)(?![\w])/gi

/** The versions that both sides name differently; each name once, at most 10. */
export function versionPairs(content: ContentPair): VersionPair[] {
  const [a, b] = [versionsIn(content.a), versionsIn(content.b)]
  return [...a]
    .flatMap(([name, one]) => {
      const other = b.get(name)
      return other === undefined || other === one ? [] : [{ name, a: one, b: other }]
    })
    .slice(0, 10)
}

function versionsIn(sample: ContentSample): Map<string, string> {
  const found = new Map<string, string>()
  const twice = new Set<string>()
  for (const bytes of [sample.head, sample.tail]) {
    const text = bytesOf(bytes.subarray(0, scanLimit)).toString('latin1')
    for (const match of text.matchAll(version)) {
      const [name, value] = [match[1] ?? '', match[2] ?? '']
      // A name with several versions in one file (of libraries, of symbols) says nothing of the file.
      if (found.has(name) && found.get(name) !== value) twice.add(name)
      if (found.size < 5_000) found.set(name, value)
    }
  }
  for (const name of twice) found.delete(name)
  return found
}
