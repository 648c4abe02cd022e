import { parseReference } from '../dockerfile/reference.ts'
import { quoted } from '../image/layer-error.ts'
import { RegistryError } from './registry-error.ts'

/** An image in a registry, with all that Docker fills in. */
export interface RegistryReference {
  /** As people know it, and as `docker login` takes it: `docker.io`, `ghcr.io`, `[::1]:5000`. */
  host: string
  /** Where its API answers: a host with its port. */
  api: string
  /** `library/debian` */
  repository: string
  /** What is asked for: the digest, else the tag, `latest` when there is neither. */
  wanted: string
  digest: string | null
  /** The whole of it: `docker.io/library/debian:latest`. */
  full: string
}

const hub = 'docker.io'
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?'
const hostPattern = new RegExp(`^(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]{1,5})?$`)

/**
 * Reads an image reference as Docker does (github.com/distribution/reference).
 * @throws RegistryError for what is none
 */
export function registryReference(text: string): RegistryReference {
  const named = parseReference(text)
  if (named === null && parseReference(text.toLowerCase()) !== null)
    refuse(text, 'names of images are written in lower case')
  if (named === null || text.includes('$')) refuse(text, 'it is no image reference')
  if (named.digest !== null && !named.digestValid) refuse(text, 'its digest is not algorithm:hexadecimal digits')
  if (named.digest?.startsWith('sha384:')) refuse(text, 'only sha256 and sha512 digests are read')
  if (named.tag !== null && named.tag.length > 128) refuse(text, 'its tag is longer than 128 characters')
  const host = named.registry === null || named.registry === `index.${hub}` ? hub : named.registry
  const isHub = host === hub
  const repository = isHub && !named.repository.includes('/') ? `library/${named.repository}` : named.repository
  if (host.length + 1 + repository.length > 255) refuse(text, 'its name is longer than 255 characters')
  if (named.registry === null && /^[0-9a-f]{64}$/.test(named.repository))
    refuse(text, 'it is the ID of an image, which no registry knows')
  const wanted = named.digest ?? named.tag ?? 'latest'
  const full = `${host}/${repository}${named.digest === null ? ':' : '@'}${wanted}`
  return {
    host,
    api: isHub ? 'registry-1.docker.io' : apiHost(text, host),
    repository,
    wanted,
    digest: named.digest,
    full,
  }
}

function apiHost(text: string, host: string): string {
  if (!hostPattern.test(host) || !URL.canParse(`https://${host}/`)) refuse(text, `${quoted(host)} is no host name`)
  return host
}

function refuse(text: string, why: string): never {
  throw new RegistryError(
    `${quoted(withoutLogin(text))} cannot be looked up in a registry: ${why}. An image is named HOST/NAME:TAG or HOST/NAME@sha256:…; without a host it is Docker Hub's.`,
  )
}

/** Some write a name and a password before the host. */
export const withoutLogin = (name: string): string =>
  name.replace(/^([\w-]{1,20}:\/\/)?[^/]{0,1000}?:[^/]{0,1000}@(?!sha(?:256|384|512):)/, '$1…@')
