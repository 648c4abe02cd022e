import { apk } from './apk.ts'
import { conda } from './conda.ts'
import { dpkg } from './dpkg.ts'
import { gem } from './gem.ts'
import { npm } from './npm.ts'
import type { PackageReader } from './package.ts'
import { python } from './python.ts'
import { rpm } from './rpm.ts'

/** All kinds of databases that are read. */
export const packageReaders: readonly PackageReader[] = [dpkg, apk, rpm, python, npm, conda, gem]

/** The reader of a path; null when it is no file of a database. */
export function readerOf(path: string): PackageReader | null {
  return packageReaders.find(reader => reader.limitFor(path) > 0) ?? null
}
