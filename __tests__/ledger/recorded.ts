import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll } from '@jest/globals'
import type { Entry } from '../../src/image/image.ts'
import { layersOf } from '../../src/image/manifest.ts'
import { TarReader } from '../../src/image/tar.ts'
import { type OpenedRecord, openRecord } from '../../src/ledger/read-record.ts'
import type { RecordedInputs, RecordHead } from '../../src/ledger/record.ts'
import { type PlatformToRecord, type Written, writeRecord } from '../../src/ledger/write-record.ts'
import { type CraftedImage, streamOf } from '../image/crafted.ts'

const text = 'FROM debian\nRUN make\n'

export const inputs: RecordedInputs = {
  dockerfile: { file: 'Dockerfile', sha256: createHash('sha256').update(text).digest('hex'), text },
  contexts: [
    {
      ...{ name: 'context', digest: `sha256:${'b'.repeat(64)}`, contents: `sha256:${'c'.repeat(64)}`, files: 2 },
      ...{ parts: [{ name: 'src', digest: `sha256:${'d'.repeat(64)}` }], address: null },
    },
  ],
  args: [{ name: 'VERSION', value: '1' }],
  ...{ target: null, secrets: ['token'], ssh: [], settings: {}, epoch: 1_700_000_000, commit: null },
  bases: [{ kind: 'image', reference: 'debian', digest: 'e'.repeat(64), platform: 'linux/amd64' }],
}

export const head: RecordHead = { inputs, versions: { buildkit: 'v0.27.0' } }

const unpacked = (blob: Buffer): Buffer => (blob.readUInt16BE() === 0x1f8b ? gunzipSync(blob) : blob)

/** What is written down of a crafted image. */
export const platformOf = ({ image, texts, blobs }: CraftedImage, platform = 'linux/amd64'): PlatformToRecord => ({
  platform,
  manifestDigest: image.digest,
  configDigest: image.configDigest,
  ...texts,
  layers: layersOf(image).map(({ descriptor: { digest, size }, diffId }, index) => ({
    ...{ digest, diffId, size, base: false, instruction: `RUN make ${index}`, line: index + 1, endLine: index + 1 },
    open: async () => new TarReader(streamOf(unpacked(blobs.get(digest) as Buffer)), digest),
  })),
})

const folders: string[] = []
afterAll(() => Promise.all(folders.splice(0).map(folder => rm(folder, { recursive: true, force: true }))))

/** A folder that is removed when the tests of the file have ended. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'repro-gate-record-'))
  folders.push(folder)
  return folder
}

export const newFile = async (): Promise<string> => join(await newFolder(), 'record.json.gz')

export async function recordedFile(
  images: readonly CraftedImage[],
  mask?: (text: string) => string,
): Promise<{ path: string; written: Written }> {
  const path = await newFile()
  const platforms = images.map((image, at) => platformOf(image, at === 0 ? 'linux/amd64' : `linux/arm64/v${at}`))
  return { path, written: await writeRecord(path, head, platforms, mask) }
}

export const textIn = async (path: string): Promise<string> => gunzipSync(await readFile(path)).toString()

/** A file with such a text, packed as a record is. */
export const packed = (text: string): Buffer => gzipSync(text)

/** The entries of a layer, and their digests. */
export async function entriesIn(
  record: OpenedRecord,
  platform = 0,
  layer = 0,
): Promise<{ entry: Entry; digest: string | null }[]> {
  const entries = record.entriesOf(platform, layer)
  const all: { entry: Entry; digest: string | null }[] = []
  for (let entry = await entries.next(); entry !== null; entry = await entries.next())
    all.push({ entry, digest: entries.contentDigest() })
  await entries.close()
  return all
}

export async function whyRefused(path: string): Promise<string> {
  try {
    await (await openRecord(path)).close()
  } catch (error) {
    if ((error as Error).name !== 'RecordError') throw error
    return (error as Error).message
  }
  return ''
}
