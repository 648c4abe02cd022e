import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Entry } from '../image/image.ts'
import type { TarReader } from '../image/tar.ts'
import {
  asRecorded,
  hasContent,
  RecordError,
  type RecordedEntry,
  type RecordedLayer,
  type RecordHead,
  recordKind,
  recordVersion,
} from './record.ts'
import { rowOf } from './record-lines.ts'

/** One platform to be written down: the very texts of its manifest and config, and its layers to be read one by one. */
export interface PlatformToRecord {
  platform: string
  manifestDigest: string
  configDigest: string
  manifest: string
  config: string
  layers: (RecordedLayer & { open: () => Promise<TarReader> })[]
}

export interface Written {
  /** Bytes of the file. */
  bytes: number
  layers: number
  entries: number
}

/**
 * Writes a record as its layers are read; nothing of them is kept. The file is whole or not there.
 * @param mask what must not be written down is starred; where an image itself says it, there is no record
 * @throws RecordError when the image holds a secret, LayerError when a layer cannot be read
 */
export async function writeRecord(
  path: string,
  head: RecordHead,
  platforms: readonly PlatformToRecord[],
  mask: (text: string) => string = text => text,
): Promise<Written> {
  for (const { platform, manifest, config } of platforms)
    if (mask(manifest) !== manifest || mask(config) !== config)
      throw new RecordError(
        `The image for ${platform} holds the value of a secret in its config (an ENV, a label, or a build argument that its history tells). A record of it would give it away, so none was written. Hand it over by RUN --mount=type=secret instead.`,
      )
  const part = join(dirname(path), `.repro-gate-${randomBytes(4).toString('hex')}`)
  const gzip = createGzip({ level: 9 })
  const file = createWriteStream(part, { flags: 'wx', mode: 0o644 })
  gzip.pipe(file)
  const done = finished(file)
  done.catch(() => {})
  const failed = new Promise<never>((_, reject) => {
    for (const stream of [gzip, file]) stream.once('error', reject)
  })
  failed.catch(() => {})
  const counted = { layers: 0, entries: 0 }
  let pending = ''
  const flush = async (): Promise<void> => {
    const text = pending
    pending = ''
    if (!gzip.write(text)) await Promise.race([once(gzip, 'drain'), failed])
  }
  try {
    for await (const line of linesOf(head, platforms, mask, counted)) {
      pending += line
      if (pending.length > 64 * 1024) await flush()
    }
    await flush()
    gzip.end()
    await Promise.race([done, failed])
    await rename(part, path)
    return { bytes: file.bytesWritten, ...counted }
  } catch (error) {
    gzip.destroy()
    file.destroy()
    // It may be about to be opened, and would be there again.
    await done.catch(() => {})
    await rm(part, { force: true })
    throw error
  }
}

/** Of a list that is opened at the end of a line: that line, without the end of the list. */
const opened = (value: object): string => JSON.stringify(value).slice(0, -2)

async function* linesOf(
  { inputs, versions }: RecordHead,
  platforms: readonly PlatformToRecord[],
  mask: (text: string) => string,
  counted: { layers: number; entries: number },
): AsyncGenerator<string> {
  yield `${opened({ kind: recordKind, schemaVersion: recordVersion, inputs, versions, platforms: [] })}\n`
  for (const [at, { platform, manifestDigest, configDigest, manifest, config, layers }] of platforms.entries()) {
    yield `${opened({ platform, manifestDigest, configDigest, manifest, config, layers: [] })}\n`
    for (const [index, { open, ...layer }] of layers.entries()) {
      yield `${opened({ ...layer, instruction: mask(layer.instruction), entries: [] })}\n`
      let before = ''
      for await (const recorded of entriesOf(await open(), entry => asRecorded(entry, mask))) {
        if (before !== '') yield `${before},\n`
        before = JSON.stringify(rowOf(recorded))
        counted.entries += 1
      }
      if (before !== '') yield `${before}\n`
      counted.layers += 1
      yield index === layers.length - 1 ? ']}\n' : ']},\n'
    }
    yield at === platforms.length - 1 ? ']}\n' : ']},\n'
  }
  yield `],"layers":${counted.layers},"entries":${counted.entries}}\n`
}

/** The entries of a layer with the digests of their contents; lets go of the tar whatever happens. */
async function* entriesOf(tar: TarReader, kept: (entry: Entry) => Entry): AsyncGenerator<RecordedEntry> {
  try {
    for (let entry = await tar.next(); entry !== null; entry = await tar.next()) {
      if (!hasContent(entry)) yield { entry: kept(entry), digest: null }
      else {
        const hash = createHash('sha256')
        for (let chunk = await tar.chunk(); chunk !== null; chunk = await tar.chunk()) hash.update(chunk)
        yield { entry: kept(entry), digest: hash.digest('hex') }
      }
    }
  } finally {
    await tar.close()
  }
}
