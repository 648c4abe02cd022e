import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Descriptor } from '../image/image.ts'
import { sentOnTo } from './address.ts'
import { isPassingProblem } from './network-problem.ts'
import type { RegistryClient, Wish } from './registry-client.ts'
import { RegistryError } from './registry-error.ts'
import { type Answer, forget, type Transport } from './transport.ts'

/** A blob by what its manifest says of it. */
export type Blob = Pick<Descriptor, 'digest' | 'size'>

/** Opens the bytes of a blob, from the first on, as often as it is asked. */
export type Opening = () => AsyncIterable<Uint8Array>

/** Where a blob goes, and who ends what was begun there: `late` works after an abort, too. */
export interface Uploading {
  client: RegistryClient
  transport: Transport
  late: () => RegistryClient
  /** For messages: `ghcr.io/o/app`. */
  name: string
}

/** Whether a blob is there, with as many bytes as it is to have. @throws RegistryError where it has others */
export async function hasBlob({ client, name }: Pick<Uploading, 'client' | 'name'>, blob: Blob): Promise<boolean> {
  const what = whatOf(blob, name)
  const take = ({ status, header, body }: Answer): boolean => {
    forget(body)
    const length = header('content-length')
    if (status === 404) return false
    if (/^\d+$/.test(length) && Number(length) !== blob.size)
      throw new RegistryError(
        `${name} has ${blob.digest} already, with ${length} bytes instead of ${blob.size}: what it keeps is damaged. Have it repaired, or push to another repository.`,
      )
    return true
  }
  return client.ask(`blobs/${blob.digest}`, { method: 'HEAD', what, ok: [200, 404], take })
}

/** Reads all bytes of a blob that somebody else put there. @throws RegistryError where they are others */
export async function checkBlob({ client, name }: Pick<Uploading, 'client' | 'name'>, blob: Blob): Promise<void> {
  const hash = createHash('sha256')
  for await (const chunk of await client.blob({ ...blob, mediaType: '' })) hash.update(chunk as Uint8Array)
  const found = `sha256:${hash.digest('hex')}`
  if (found !== blob.digest)
    throw new RegistryError(
      `${name} has ${blob.digest} already, and gives other bytes for it: their digest is ${found}. What it keeps is damaged. Have it repaired, or push to another repository.`,
    )
}

/**
 * Brings a blob into a repository: from another one of the same registry where that has it, or with its bytes. What breaks
 * is begun anew, unless it turns out to be there. Its digest is checked on the way out, its size once it is there.
 * @param from another repository of the registry that has it; null: none is known
 * @throws RegistryError, StoreError
 */
export async function sendBlob(to: Uploading, blob: Blob, open: Opening, from: string | null): Promise<void> {
  const { tries, backoff } = to.transport.timing
  for (let attempt = 1; ; attempt += 1) {
    // An answer that was lost may be that of a write which was carried out.
    if (attempt > 1 && (await hasBlob(to, blob))) return
    try {
      await sendOnce(to, blob, open, { from: attempt === 1 ? from : null, isLast: attempt >= tries })
      break
    } catch (error) {
      to.transport.signal.throwIfAborted()
      if (attempt >= tries || !(error instanceof Again || isPassingProblem(error))) throw error
    }
    await sleep(backoff * 2 ** (attempt - 1), undefined, { signal: to.transport.signal })
  }
  if (!(await hasBlob(to, blob)))
    throw new RegistryError(
      `${to.name} took ${whatOf(blob, to.name)} and does not have it: the registry, or its storage, is at fault.`,
    )
}

/** It may go well when it is begun anew. */
class Again extends Error {}

/** Of an upload that is lost, busy servers, and a session that went out of step. */
const passing = [404, 408, 416, 429, 500, 502, 503, 504]

async function sendOnce(
  to: Uploading,
  blob: Blob,
  open: Opening,
  { from, isLast }: { from: string | null; isLast: boolean },
): Promise<void> {
  const session = await begin(to, blob, from)
  if (session === null) return
  const url = new URL(session)
  url.searchParams.append('digest', blob.digest)
  const take = ({ status, body }: Answer): number => {
    forget(body)
    return status
  }
  const wish: Wish<number> = {
    ...{ method: 'PUT', what: whatOf(blob, to.name), onward: true, take },
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) },
    body: () => checked(open, blob),
    ok: [200, 201, 202, 204, ...(isLast ? [] : passing)],
  }
  try {
    const status = await to.client.ask(url, wish)
    if (status >= 400) throw new Again(`${status}`)
  } catch (error) {
    await forgotten(to, session, blob)
    throw error
  }
}

/** @returns where its bytes are to go; null: it is there without them */
async function begin(to: Uploading, blob: Blob, from: string | null): Promise<URL | null> {
  const what = whatOf(blob, to.name)
  const asked = (query: string): Promise<URL | null> =>
    to.client.ask<URL | null>(`blobs/uploads/${query}`, {
      ...{ method: 'POST' as const, what, onward: true, ok: [201, 202], headers: { 'content-length': '0' } },
      take({ status, url, header, body }) {
        forget(body)
        if (status === 201) return null
        const location = header('location')
        if (location === '')
          throw new RegistryError(`${to.name} does not say where ${what} is to go. Its set-up is at fault.`)
        return sentOnTo(location, url, `the bytes of ${what}`)
      },
    })
  if (from === null) return asked('')
  const query = new URLSearchParams({ mount: blob.digest, from })
  // Who may not read the other repository sends the bytes.
  return asked(`?${query}`).catch(error => {
    to.transport.signal.throwIfAborted()
    if (!(error instanceof RegistryError)) throw error
    return asked('')
  })
}

/** Ends an upload that came to nothing; a registry that does not know how forgets it by itself. */
async function forgotten(to: Uploading, session: URL, blob: Blob): Promise<void> {
  const ok = [200, 202, 204, 400, 404, 405, 501]
  const take = ({ body }: Answer): void => forget(body)
  await Promise.resolve()
    .then(() => to.late().ask(session, { method: 'DELETE', what: whatOf(blob, to.name), ok, take }))
    .catch(() => {})
}

/** The bytes as they go out: the last of them only when all are those of the digest. */
async function* checked(open: Opening, { digest, size }: Blob): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256')
  let sent = 0
  let kept: Uint8Array | null = null
  for await (const chunk of open()) {
    hash.update(chunk)
    sent += chunk.length
    if (kept !== null) yield kept
    kept = chunk
  }
  const found = `sha256:${hash.digest('hex')}`
  if (sent !== size || found !== digest)
    throw new RegistryError(
      `What was to be sent as ${digest} are ${sent} bytes with the digest ${found}: somebody changed the exported image, or the disk lost some of it.`,
    )
  if (kept !== null) yield kept
}

const whatOf = ({ digest }: Blob, name: string): string => `the blob ${digest.slice(0, 19)} of ${name}`
