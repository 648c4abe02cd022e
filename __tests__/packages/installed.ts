import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { DatabaseFile, Wanted } from '../../src/packages/package.ts'
import { readerOf } from '../../src/packages/readers.ts'

const fixtures = join(import.meta.dirname, 'fixtures')

/** A file of the fixtures; a compressed one without its compression. */
export function bytesOf(file: string): Buffer {
  const bytes = readFileSync(join(fixtures, file))
  return file.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

/** All files of a folder of the fixtures, under another folder of an image. */
export function filesIn(folder: string, at: string): Map<string, Buffer> {
  const all = readdirSync(join(fixtures, folder), { recursive: true, withFileTypes: true }).filter(one => one.isFile())
  return new Map(
    all.map(one => {
      const path = relative(join(fixtures, folder), join(one.parentPath, one.name))
      return [join(at, path), readFileSync(join(fixtures, folder, path))]
    }),
  )
}

/** What the reader of a path says of bytes. */
export function read(path: string, bytes: Buffer | string, wanted: Wanted = () => true): DatabaseFile {
  const reader = readerOf(path)
  if (reader === null) throw new Error(`${path} is no file of a database`)
  return reader.read(path, Buffer.from(bytes as string), wanted)
}

/** What all readers say of all files that one of them reads. */
export function readAll(files: ReadonlyMap<string, Buffer>, wanted: Wanted = () => true): Map<string, DatabaseFile> {
  const known = [...files].filter(([path]) => readerOf(path) !== null)
  return new Map(known.map(([path, bytes]) => [path, read(path, bytes, wanted)]))
}
