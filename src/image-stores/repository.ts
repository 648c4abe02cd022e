import { digestOf } from '../image/digest.ts'
import { jsonObject } from '../image/json.ts'
import type { Ports } from '../ports.ts'
import { type Blob, checkBlob, hasBlob, type Opening, sendBlob } from './blob-upload.ts'
import { registryReference } from './reference.ts'
import { type HeldManifest, RegistryClient } from './registry-client.ts'
import { RegistryError } from './registry-error.ts'
import { patience, type Timing, Transport } from './transport.ts'

/** A manifest or index by the digest of its bytes. */
export interface Manifest extends HeldManifest {
  digest: string
}

/** One repository, to be read and to be written. */
export interface Repository {
  /** What a tag or a digest stands for; null where there is none. @throws RegistryError */
  manifest(wanted: string): Promise<Manifest | null>
  /** The config of an image, whole. @throws RegistryError */
  config(digest: string): Promise<Uint8Array>
  /** Under a tag, which then stands for it, or under its own digest. @throws RegistryError */
  put(wanted: string, manifest: Manifest): Promise<void>
  /** False where the registry takes no tag away. @throws RegistryError */
  removeTag(tag: string): Promise<boolean>
  /** Whether a blob is there. @throws RegistryError where it has another size */
  has(blob: Blob): Promise<boolean>
  /** Brings a blob there: from another repository of the registry that has it, or its bytes. @throws RegistryError */
  send(blob: Blob, open: Opening, from: string | null): Promise<void>
  /** Reads a blob whole. @throws RegistryError where it is not what its digest says */
  check(blob: Blob): Promise<void>
  close(): Promise<void>
}

/** Of a manifest, an index or a config. */
const limit = 8 * 1024 * 1024

/**
 * A repository by its name without a tag, with Docker's own credentials. Nothing is asked before it is needed.
 * @param last for what is to be ended after an abort
 * @throws RegistryError for what is no name
 */
export function openRepository(
  name: string,
  ports: Ports,
  timing: Timing = patience,
  last: () => AbortSignal = () => AbortSignal.timeout(2000),
): Repository {
  const reference = registryReference(name)
  const transport = new Transport(ports, timing)
  const client = new RegistryClient(reference, ports, transport, 'pull,push')
  const opened = [transport]
  const late = (): RegistryClient => {
    const afterwards = { ...ports, signal: last() }
    opened.push(new Transport(afterwards, timing))
    return new RegistryClient(reference, afterwards, opened.at(-1) as Transport, 'pull,push')
  }
  const to = { client, transport, late, name: `${reference.host}/${reference.repository}` }
  const checked = (digest: string, bytes: Uint8Array): void => {
    const found = digestOf(bytes, digest)
    if (found !== digest)
      throw new RegistryError(
        `${reference.host} gave other bytes for ${digest} of ${reference.repository}: their digest is ${found}. The registry, or something on the way, is damaged or lies.`,
      )
  }
  return {
    async manifest(wanted) {
      const held = await client.manifestIfAny(wanted, limit)
      if (held === null) return null
      if (wanted.includes(':')) checked(wanted, held.bytes)
      const digest = digestOf(held.bytes, wanted.includes(':') ? wanted : 'sha256:')
      return { bytes: held.bytes, mediaType: typeOf(held), digest }
    },
    async config(digest) {
      const bytes = await client.smallBlob(digest, limit)
      checked(digest, bytes)
      return bytes
    },
    put: (wanted, manifest) => client.putManifest(wanted, manifest),
    removeTag: tag => client.removeTag(tag),
    has: blob => hasBlob(to, blob),
    send: (blob, open, from) => sendBlob(to, blob, open, from),
    check: blob => checkBlob(to, blob),
    close: async () => void (await Promise.all(opened.map(one => one.close()))),
  }
}

/** As its own bytes say, which are what is put back; what a registry says where they do not. */
function typeOf({ bytes, mediaType }: HeldManifest): string {
  const json = jsonObject(bytes)
  const own = typeof json === 'string' ? undefined : json.mediaType
  return typeof own === 'string' && /^[\w.+/-]{1,200}$/.test(own) ? own : mediaType
}
