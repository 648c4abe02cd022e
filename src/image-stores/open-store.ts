import { stat } from 'node:fs/promises'
import { parseReference } from '../dockerfile/reference.ts'
import { quoted } from '../image/layer-error.ts'
import type { ImageStore } from '../image/store.ts'
import type { Ports } from '../ports.ts'
import { archiveFiles, noImage } from './archive.ts'
import { plainArchive } from './decompress.ts'
import { openDockerArchive, savedConfigs } from './docker-archive.ts'
import { type Files, smallLimit } from './files.ts'
import { folderFiles } from './folder.ts'
import { isLayout, openDirectory, openLayout } from './layout.ts'
import { withoutLogin } from './reference.ts'
import { openRegistry } from './registry.ts'
import { RegistryError } from './registry-error.ts'
import { StoreError } from './store-error.ts'

/** Where a name says that an image lies, and which of several images there it means. */
type Place = { path: string; reference: string | null } | { registry: string }

/**
 * Opens what people name an image by: a path first (an OCI layout as folder or tar, an archive of `docker save`), skopeo's
 * prefixes (`oci:PATH:TAG`, `oci-archive:`, `docker-archive:`, `dir:`, `docker://NAME`), else a reference to a registry.
 * @throws StoreError that says what was tried
 */
export async function openStore(name: string, ports: Ports): Promise<ImageStore> {
  const place = await placeNamed(name)
  if ('registry' in place) return await inRegistry(name, place.registry, ports)
  const stats = await stat(place.path)
  if (stats.isDirectory()) return await openIn(name, await folderFiles(place.path), place.reference)
  if (!stats.isFile())
    throw new StoreError(`${name}: ${quoted(place.path)} is neither a file nor a folder: save what it gives to a file`)
  const plain = await plainArchive(place.path, ports)
  return await openIn(name, await archiveFiles(plain, name, ports.signal), place.reference)
}

/** A name without a prefix might have been meant as a path. */
async function inRegistry(name: string, reference: string, ports: Ports): Promise<ImageStore> {
  const said = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof RegistryError) || name !== reference) throw error
      throw new StoreError(`${error.message} There is no file or folder ${quoted(withoutLogin(name))} here, either.`, {
        cause: error,
      })
    }
  }
  const store = await said(() => openRegistry(reference, ports))
  return { ...store, root: () => said(() => store.root()) }
}

/** What is inside says which kind it is; the newer `docker save` writes a layout with a manifest.json beside it. */
async function openIn(name: string, files: Files, reference: string | null): Promise<ImageStore> {
  if (await isLayout(files)) {
    const store = await openLayout(name, files, reference)
    return (await isDockerArchive(files)) ? { ...store, alsoNamed: () => savedConfigs(files, reference, name) } : store
  }
  if ((await files.size('manifest.json')) === null) {
    const hint = (await files.size('Dockerfile')) === null ? noImage : '`repro-gate gate` builds a Dockerfile twice'
    throw new StoreError(`${name}: there is no image here, neither index.json nor manifest.json: ${hint}`)
  }
  return (await isDockerArchive(files)) ? await openDockerArchive(name, files, reference) : openDirectory(name, files)
}

/** Whether there is a manifest.json, and it is a list, as `docker save` writes it: skopeo's `dir:` has a manifest in it. */
async function isDockerArchive(files: Files): Promise<boolean> {
  if ((await files.size('manifest.json')) === null) return false
  return (await files.read('manifest.json', smallLimit)).toString('latin1').trimStart()[0] === '['
}

const pathPrefixes = ['oci', 'oci-archive', 'docker-archive', 'dir']
const engines: Record<string, string> = {
  'docker-daemon': 'docker save -o FILE NAME',
  'containers-storage': 'podman save --format oci-archive -o FILE NAME',
  'docker-image': 'docker save -o FILE NAME',
}

async function placeNamed(name: string): Promise<Place> {
  if (name === '' || name === '-')
    throw new StoreError('An image from standard input cannot be read twice: save it to a file')
  const whole = await pathNamed(name)
  if (whole !== null) return whole
  const [, prefix = '', rest = ''] = /^([a-z-]+):(.*)$/s.exec(name) ?? []
  if (pathPrefixes.includes(prefix)) {
    const place = await pathNamed(rest)
    if (place === null)
      throw new StoreError(`${name}: there is no file or folder ${quoted(rest)} (looked in ${process.cwd()})`)
    return place
  }
  if (Object.hasOwn(engines, prefix))
    throw new StoreError(`${name}: images are not read out of an engine's own store. Save it first: ${engines[prefix]}`)
  if (name.startsWith('docker://')) return { registry: name.slice('docker://'.length) }
  const isPath = /^[./~]|\\|\.(?:tar|tgz|gz|zst|oci)$/i.test(name)
  if (isPath || parseReference(name) === null)
    throw new StoreError(
      `${quoted(withoutLogin(name))}: there is no such file or folder (looked in ${process.cwd()}), and ${isPath ? 'it is written as a path, not as the name of an image' : 'it is no name of an image in a registry (HOST/NAME:TAG)'}`,
    )
  return { registry: name }
}

/** A path that exists, perhaps with `:TAG` or `@DIGEST` behind it: the longest that does. */
async function pathNamed(name: string): Promise<Extract<Place, { path: string }> | null> {
  const cuts = [...name.matchAll(/[:@]/g)].map(({ index }) => index).reverse()
  for (const cut of [name.length, ...cuts.slice(0, 20)]) {
    const path = name.slice(0, cut)
    const found = path === '' ? 'nothing' : await kindOf(path)
    if (found === 'image' || (found === 'folder' && cut === name.length))
      return { path, reference: name.slice(cut + 1) || null }
  }
  return null
}

/** `app:1.0` is an image of a registry even where a folder `app` lies around. */
async function kindOf(path: string): Promise<'image' | 'folder' | 'nothing'> {
  const stats = await stat(path).catch(() => null)
  if (stats === null) return 'nothing'
  if (!stats.isDirectory()) return 'image'
  const holds = async (file: string): Promise<boolean> => (await stat(`${path}/${file}`).catch(() => null)) !== null
  return (await holds('index.json')) || (await holds('manifest.json')) ? 'image' : 'folder'
}
