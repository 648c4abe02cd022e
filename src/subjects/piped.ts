import { createReadStream, createWriteStream } from 'node:fs'
import {
  chmod,
  link,
  lstat,
  mkdir,
  mkdtemp,
  open,
  realpath,
  rename,
  statfs,
  symlink,
  unlink,
  utimes,
} from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Entry } from '../image/image.ts'
import { LayerError } from '../image/layer-error.ts'
import { TarReader } from '../image/tar.ts'
import { plainArchive } from '../image-stores/decompress.ts'
import { StoreError } from '../image-stores/store-error.ts'
import { InputError } from '../options/input-error.ts'
import type { Ports } from '../ports.ts'

/** As for a Dockerfile in a file. */
const dockerfileLimit = 1024 * 1024
/** More files than the largest repositories have. */
const entryLimit = 2_000_000
/** Left free on the disk of temporary files. */
const spare = 1024 ** 3

/**
 * Reads a Dockerfile from standard input into a folder of its own.
 * @returns its path
 * @throws InputError when it is too large, or empty
 */
export async function pipedDockerfile(ports: Pick<Ports, 'tempDir' | 'signal'>, input: Readable): Promise<string> {
  const file = join(await mkdtemp(join(ports.tempDir, 'stdin-')), 'Dockerfile')
  const size = await saved(
    input,
    file,
    dockerfileLimit,
    ports.signal,
    'file: the Dockerfile from standard input is bigger than 1 MiB',
  )
  if (size === 0) throw new InputError(['file: standard input is empty; a Dockerfile was to come from there'])
  return file
}

/** A context from standard input, on this disk; `dockerfile` where it was no archive, but a Dockerfile for an empty context. */
export interface PipedContext {
  context: string
  dockerfile: string | null
}

/**
 * Reads a context from standard input, as `docker build -` does: a tar, compressed or not, or a Dockerfile alone. Nothing
 * is written outside of the folder that it gets, whatever the archive says.
 * @param from what it is, for messages
 * @throws InputError when it cannot be read, or the disk would be full
 */
export async function pipedContext(
  ports: Pick<Ports, 'tempDir' | 'signal' | 'log'>,
  input: Readable,
  from = 'standard input',
): Promise<PipedContext> {
  const folder = await mkdtemp(join(ports.tempDir, 'stdin-'))
  const [archive, context] = [join(folder, 'archive'), join(folder, 'context')]
  await mkdir(context)
  const { bavail, bsize } = await statfs(folder)
  const size = await saved(
    input,
    archive,
    Math.max(0, bavail * bsize - spare),
    ports.signal,
    `context: the archive from ${from} does not fit on the disk; TMPDIR names another place`,
  )
  if (size === 0) throw new InputError([`context: ${from} is empty; a tar of the context was to come from there`])
  if (!(await isArchive(archive))) {
    if (size > dockerfileLimit) throw new InputError([`context: ${from} is neither a tar nor a Dockerfile`])
    const dockerfile = join(folder, 'Dockerfile')
    await rename(archive, dockerfile)
    return { context, dockerfile }
  }
  try {
    await unpack(await plainArchive(archive, ports), context, ports.signal)
  } catch (error) {
    if (ports.signal.aborted) throw new InputError(['stopped while the context was unpacked'])
    if (error instanceof StoreError || error instanceof LayerError)
      throw new InputError([
        `context: the archive from ${from} cannot be read: ${error.message.replaceAll(archive, 'it')}`,
      ])
    throw error
  }
  return { context, dockerfile: null }
}

/** @returns the bytes that came */
async function saved(
  input: Readable,
  file: string,
  limit: number,
  signal: AbortSignal,
  tooBig: string,
): Promise<number> {
  let size = 0
  const bounded = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length
      done(size > limit ? new InputError([tooBig]) : null, chunk)
    },
  })
  await pipeline(input, bounded, createWriteStream(file, { mode: 0o600 }), { signal }).catch((error: unknown) => {
    throw signal.aborted ? new InputError(['stopped while standard input was read']) : error
  })
  return size
}

async function isArchive(file: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const first = Buffer.alloc(512)
    const { bytesRead } = await handle.read(first, 0, 512, 0)
    const hex = first.toString('hex', 0, 6)
    return /^(1f8b|28b52ffd|5.2a4d18|fd377a585a00|425a68)/.test(hex) || (bytesRead === 512 && isTarHeader(first))
  } finally {
    await handle.close()
  }
}

/** Every tar since 1988 says `ustar`; the checksum tells older ones. */
function isTarHeader(block: Buffer): boolean {
  if (block.toString('latin1', 257, 262) === 'ustar') return true
  const told = Number.parseInt(block.toString('latin1', 148, 156).replace(/\0.*$/s, '').trim(), 8)
  const sum = block.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0)
  return told === sum
}

async function unpack(archive: string, root: string, signal: AbortSignal): Promise<void> {
  const reader = new TarReader(createReadStream(archive, { highWaterMark: 256 * 1024 }), 'the archive')
  const folders: [string, Entry][] = []
  let count = 0
  for (let entry = await reader.next(); entry !== null; entry = await reader.next()) {
    signal.throwIfAborted()
    if (++count > entryLimit) throw new LayerError(`it has more than ${entryLimit} entries`)
    if (entry.path === '' || entry.path === '.') continue
    const { path: name } = entry
    try {
      const path = await placeOf(root, name)
      await makeEntry(path, entry, reader, root)
      if (entry.type === 'directory') folders.push([path, entry])
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (!/^(EEXIST|ENOENT|EISDIR|ENOTDIR|ENOTEMPTY|ENAMETOOLONG|EINVAL|EPERM|ELOOP)$/.test(code ?? '')) throw error
      throw new LayerError(`'${name.slice(0, 200)}' cannot be unpacked (${code})`)
    }
  }
  // Innermost last in, first out: writing into a folder moves its time, and a closed one lets nobody in.
  for (const [path, entry] of folders.reverse()) await stamp(path, entry)
}

/** Where an entry goes; its folder is made. Never through a link, which may lead anywhere. */
async function placeOf(root: string, name: string): Promise<string> {
  const steps = name.split('/')
  if (steps.includes('..') || steps.includes(''))
    throw new LayerError(`'${name.slice(0, 200)}' leads out of the archive`)
  const path = join(root, ...steps)
  const folder = dirname(path)
  await mkdir(folder, { recursive: true }).catch(() => {})
  const real = await realpath(folder).catch(() => '')
  const top = await realpath(root)
  if (real !== top && !real.startsWith(`${top}${sep}`))
    throw new LayerError(`'${name.slice(0, 200)}' goes through a link or a file`)
  return path
}

/** Devices and pipes are in no build context. Of two entries of one name the later one counts. */
async function makeEntry(path: string, entry: Entry, reader: TarReader, root: string): Promise<void> {
  const old = await lstat(path).catch(() => null)
  if (entry.type === 'directory') {
    if (old?.isDirectory() !== true) await mkdir(path)
    return
  }
  if (old !== null) await unlink(path)
  if (entry.type === 'file') await writeEntry(path, entry, reader)
  else if (entry.type === 'symlink') await symlink(entry.linkTarget, path)
  else if (entry.type === 'hardlink') await link(await placeOf(root, entry.linkTarget), path)
}

async function writeEntry(path: string, entry: Entry, reader: TarReader): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    for (let chunk = await reader.chunk(); chunk !== null; chunk = await reader.chunk()) await handle.write(chunk)
  } finally {
    await handle.close()
  }
  await stamp(path, entry)
}

async function stamp(path: string, { type, mode, mtime }: Entry): Promise<void> {
  // What its owner may not read cannot be sent to the builder.
  await chmod(path, mode | (type === 'directory' ? 0o500 : 0o400))
  const seconds = Number(mtime)
  if (Number.isFinite(seconds)) await utimes(path, seconds, seconds).catch(() => {})
}
