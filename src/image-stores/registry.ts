import { digestOf, isDigest } from '../image/digest.ts'
import { jsonObject } from '../image/json.ts'
import type { ImageStore } from '../image/store.ts'
import type { Ports } from '../ports.ts'
import { registryReference } from './reference.ts'
import { RegistryClient } from './registry-client.ts'
import { RegistryError } from './registry-error.ts'
import { patience, type Timing, Transport } from './transport.ts'

const smallLimit = 8 * 1024 * 1024
const damaged = 'The registry, or something on the way, is damaged or lies.'

/**
 * An image in a registry, by Docker's own reference and credentials. Nothing is asked before it is needed: a manifest
 * when `root` is called, a blob when it is opened.
 * @throws RegistryError for what is no reference; the store's own methods reject with it, too
 */
export async function openRegistry(reference: string, ports: Ports, timing: Timing = patience): Promise<ImageStore> {
  const found = registryReference(reference)
  const transport = new Transport(ports, timing)
  const client = new RegistryClient(found, ports, transport)
  // What an index names is asked for as a manifest, all else is a blob.
  const manifests = new Set<string>()
  const noted = (bytes: Uint8Array): Uint8Array => {
    for (const digest of manifestsIn(bytes, found.full)) manifests.add(digest)
    return bytes
  }
  return {
    name: reference,
    hasManifests: true,
    async root() {
      const bytes = await client.manifest(found.wanted, smallLimit)
      if (found.digest !== null) holdAgainst(found.digest, bytes, found.full)
      const json = jsonObject(bytes)
      if (typeof json === 'string')
        throw new RegistryError(
          `${found.host} gave something else for the image ${found.full} than an index or manifest: it ${json}. ${damaged}`,
        )
      return noted(bytes)
    },
    async small({ digest, size }) {
      const what = `${digest.slice(0, 19)} of ${found.full}`
      checkDigest(digest, what)
      if (size > smallLimit) throw new RegistryError(`${what} has ${size} bytes; more than ${smallLimit} are not read.`)
      const bytes = await (manifests.has(digest) ? client.manifest(digest, size) : client.smallBlob(digest, size))
      holdAgainst(digest, bytes, what)
      return manifests.has(digest) ? noted(bytes) : bytes
    },
    async open(descriptor) {
      checkDigest(descriptor.digest, 'a layer')
      return client.blob(descriptor)
    },
    close: () => transport.close(),
  }
}

/** Digests become part of an address. */
function checkDigest(digest: string, what: string): void {
  if (!isDigest(digest)) throw new RegistryError(`The digest of ${what} is none.`)
}

function holdAgainst(digest: string, bytes: Uint8Array, what: string): void {
  const found = digestOf(bytes, digest)
  if (found !== digest)
    throw new RegistryError(`The registry gave other bytes for ${what}: their digest is ${found}. ${damaged}`)
}

function manifestsIn(bytes: Uint8Array, what: string): string[] {
  // A config of many megabytes need not be parsed for this.
  if (!Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('"manifests"')) return []
  const json = jsonObject(bytes)
  if (typeof json === 'string') throw new RegistryError(`What the registry gave for ${what} ${json}. ${damaged}`)
  const listed = Array.isArray(json.manifests) ? json.manifests : []
  return listed.map(entry => entry?.digest).filter(digest => typeof digest === 'string')
}
