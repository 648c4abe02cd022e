import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipped } from '../image/gunzip.ts'
import { TarReader } from '../image/tar.ts'
import { cacheFiles } from './cache-task.ts'
import { entryFiles } from './store.ts'

/** Bytes of the archive when it is unpacked, and things in it: no entry of ours comes near. */
const [mostBytes, mostThings] = [256 * 1024 ** 2, 50]

/**
 * Takes the files of an entry out of an archive that anybody may have made: regular files of their very names, within their
 * bounds. No link, no folder, no other name of it becomes anything on this machine.
 * @returns the names that were found
 * @throws Error with what is wrong, as the end of a sentence whose subject is the archive
 */
export async function unpackEntry(archive: string, into: string, signal: AbortSignal): Promise<string[]> {
  const tar = new TarReader(bounded(gunzipped(createReadStream(archive)), signal), 'the archive')
  const found: string[] = []
  try {
    let things = 0
    for (let thing = await tar.next(); thing !== null; thing = await tar.next()) {
      if (++things > mostThings) throw new Error(`it holds more than ${mostThings} things`)
      const name = Object.keys(entryFiles).find(one => thing.path === `${cacheFiles.entry}/${one}`)
      if (name === undefined || thing.type !== 'file') continue
      if (found.includes(name)) throw new Error(`it holds ${name} twice`)
      if (thing.size > (entryFiles[name] as number)) throw new Error(`its ${name} is too large`)
      const file = await open(join(into, name), 'wx', 0o600)
      try {
        for (let chunk = await tar.chunk(); chunk !== null; chunk = await tar.chunk()) await file.writeFile(chunk)
      } finally {
        await file.close()
      }
      found.push(name)
    }
    return found
  } finally {
    await tar.close()
  }
}

async function* bounded(chunks: AsyncIterable<Buffer>, signal: AbortSignal): AsyncGenerator<Buffer> {
  let bytes = 0
  for await (const chunk of chunks) {
    signal.throwIfAborted()
    bytes += chunk.length
    if (bytes > mostBytes) throw new Error(`it holds more than ${mostBytes} bytes`)
    yield chunk
  }
}
