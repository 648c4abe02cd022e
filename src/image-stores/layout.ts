import { isDigest } from '../image/digest.ts'
import type { Descriptor } from '../image/image.ts'
import { quoted } from '../image/layer-error.ts'
import type { ImageStore } from '../image/store.ts'
import { checkedBlob } from './checked-blob.ts'
import { type Files, smallLimit } from './files.ts'
import { indexEntries } from './index-entries.ts'
import { StoreError } from './store-error.ts'

/**
 * An OCI image layout (image-spec), in a folder or a tar: what buildx, skopeo, podman, umoci and `docker save` write.
 * @param reference which of its images: a tag, a whole name or a digest; all that it has when null
 * @throws StoreError when it has no such image
 */
export async function openLayout(name: string, files: Files, reference: string | null): Promise<ImageStore> {
  const store = blobStore(name, files, blobPath, () => files.read('index.json', smallLimit))
  return reference === null ? store : { ...store, root: () => chosenRoot(store, reference) }
}

/** The folder that skopeo's `dir:` transport writes: a manifest, and blobs named by their digests. */
export function openDirectory(name: string, files: Files): ImageStore {
  const path = (digest: string): string => hexOf(digest, name).hex
  return blobStore(name, files, path, () => files.read('manifest.json', smallLimit))
}

function blobStore(
  name: string,
  files: Files,
  pathOf: (digest: string, name: string) => string,
  root: () => Promise<Uint8Array>,
): ImageStore {
  const found = async (digest: string, size: number): Promise<string> => {
    const path = pathOf(digest, name)
    const actual = await files.size(path)
    if (actual === null) await files.read(path, 0)
    if (actual !== size)
      throw new StoreError(
        `${name}: ${path} has ${actual} bytes, its descriptor says ${size}: it is cut off or another`,
      )
    return path
  }
  return {
    name,
    hasManifests: true,
    root,
    async small({ digest, size }) {
      if (size > smallLimit)
        throw new StoreError(
          `${name}: ${quoted(digest)} has ${size} bytes; manifests of at most ${smallLimit} are read`,
        )
      return await files.read(await found(digest, size), smallLimit)
    },
    holds: async ({ digest, size }) => void (await found(digest, size)),
    open: async ({ digest, size }) => await files.open(await found(digest, size)),
    close: () => files.close(),
  }
}

/** The one entry of index.json that has this tag, name or digest. */
async function chosenRoot(store: ImageStore, reference: string): Promise<Uint8Array> {
  const entries = indexEntries(await store.root(), store.name)
  const chosen = entries.filter(entry => namesOf(entry).includes(reference) || entry.digest === reference)
  const digests = new Set(chosen.map(({ digest }) => digest))
  const [first] = chosen
  if (first === undefined || digests.size > 1) {
    const names = [...new Set(entries.flatMap(namesOf))].slice(0, 20).map(name => quoted(name))
    const has = names.length > 0 ? `it has ${names.join(', ')}` : 'its images have no names'
    throw new StoreError(
      `${store.name}: ${digests.size > 1 ? 'several images are' : 'no image is'} named ${quoted(reference)}; ${has}`,
    )
  }
  return checkedBlob(await store.small(first), first.digest, store.name)
}

/** What an entry of index.json is called: its tag as OCI has it, and the name as containerd has it. */
function namesOf({ annotations = {} }: Pick<Descriptor, 'annotations'>): string[] {
  const full = annotations['io.containerd.image.name']
  const tag = annotations['org.opencontainers.image.ref.name']
  return [tag, full].filter(name => typeof name === 'string')
}

const blobPath = (digest: string, name: string): string => {
  const { algorithm, hex } = hexOf(digest, name)
  return `blobs/${algorithm}/${hex}`
}

/** Only a digest's own hexadecimal digits become a path. */
function hexOf(digest: string, name: string): { algorithm: string; hex: string } {
  if (!isDigest(digest)) throw new StoreError(`${name}: ${quoted(digest)} is not a digest`)
  const [algorithm = '', hex = ''] = digest.split(':')
  return { algorithm, hex }
}

/** Whether these files are a layout. */
export const isLayout = async (files: Files): Promise<boolean> => (await files.size('index.json')) !== null
