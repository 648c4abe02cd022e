import type { Credentials } from './credentials.ts'
import type { RegistryReference } from './reference.ts'
import { RegistryError } from './registry-error.ts'

/**
 * What a registry's status means for the one who asked, and what to do. The body is not quoted: a registry may say
 * there again what we sent.
 * @param what 'the image …' or 'the blob …'
 */
export function refusal(
  status: number,
  what: string,
  reference: RegistryReference,
  credentials: Credentials | null,
): RegistryError {
  const { host } = reference
  if (status === 401 || status === 403)
    return new RegistryError(`${host} does not let ${what} be read (${status}). ${loginAdvice(reference, credentials)}`)
  if (status === 404 || status === 410)
    return new RegistryError(
      `${host} has no ${what.replace(/^the /, '')} (${status}). Check the name, the tag or digest, and the platform; some registries say this, too, of images that one may not see: ${login(host)}.`,
    )
  if (status === 429)
    return new RegistryError(
      `${host} has had too many questions from here and refuses ${what} (429). Wait, or raise the limit: ${login(host)}.`,
    )
  if (status >= 500)
    return new RegistryError(`${host} fails at ${what} (${status}), tried several times. Try again later.`)
  return new RegistryError(`${host} answers ${status} when asked for ${what}. Check that it is a registry of images.`)
}

/**
 * What a registry's status means for the one who wanted to write.
 * @param what 'the tag …' or 'the manifest …'
 */
export function writeRefusal(
  status: number,
  what: string,
  reference: RegistryReference,
  credentials: Credentials | null,
): RegistryError {
  const { host } = reference
  if (status === 401 || status === 403)
    return new RegistryError(
      `${host} does not let ${what} be written (${status}). ${loginAdvice(reference, credentials, 'pull,push')}`,
    )
  if (status === 404) return new RegistryError(`${host} does not know where to put ${what} (404). Check the name.`)
  if (status === 429)
    return new RegistryError(
      `${host} has had too many requests from here and refuses ${what} (429). Wait, and run again.`,
    )
  if (status === 405 || status === 501)
    return new RegistryError(
      `${host} takes nothing, ${what} neither (${status}): it is read-only, as a mirror or a registry under maintenance is.`,
    )
  if (status === 413 || status === 507)
    return new RegistryError(
      `${host} has no room for ${what} (${status}): it is too big for it or for a proxy before it, or a quota is used up.`,
    )
  if (status >= 500)
    return new RegistryError(`${host} fails at writing ${what} (${status}), tried several times. Try again later.`)
  return new RegistryError(
    `${host} refuses ${what} (${status}). ${what.startsWith('the blob') ? 'Its log says why.' : 'A tag that may not be moved (immutable tags) is one reason; its log says which.'}`,
  )
}

/** What is wanted of a repository, as scopes of tokens name it. */
export type Access = 'pull' | 'pull,push'

/** What to do when a registry does not let one in. */
export function loginAdvice(
  reference: RegistryReference,
  credentials: Credentials | null,
  access: Access = 'pull',
): string {
  const { host, repository } = reference
  if (access === 'pull,push')
    return credentials === null
      ? `Docker has no credentials for it here, and pushing needs some: run '${login(host)}' (docker/login-action on GitHub).`
      : `The credentials that Docker has for it were refused, or may not push to ${repository}: run '${login(host)}' again, or give the token the right to push (on GitHub: packages: write).`
  return credentials === null
    ? `Docker has no credentials for it here: run '${login(host)}', or check that ${repository} exists and is public.`
    : `The credentials that Docker has for it were refused, or may not pull ${repository}: run '${login(host)}' again, or give the token the right to pull (on GitHub: packages: read).`
}

const login = (host: string): string => (host === 'docker.io' ? 'docker login' : `docker login ${host}`)
