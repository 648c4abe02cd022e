import { RegistryError } from './registry-error.ts'

/** Whether a host is this machine by its very name, where Docker allows http. */
export function isLocal({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

/**
 * Where a registry sends us on: the storage of its blobs, the giver of its tokens. Never to a file, never from https to
 * http, and not from a registry elsewhere to this machine or to the addresses where clouds keep their secrets.
 * @throws RegistryError
 */
export function sentOnTo(target: string, from: URL, what: string): URL {
  if (target.length > 16_384 || !URL.canParse(target, from.href))
    throw new RegistryError(
      `The registry ${from.host} names an address for ${what} that is none. Its set-up is at fault.`,
    )
  const url = new URL(target, from)
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLocal(url) && from.protocol === 'http:')
  if (!secure)
    throw new RegistryError(
      `The registry ${from.host} sends us to ${url.protocol}//${url.host} for ${what}; only https is followed. This is a mistake in the registry's set-up, or an attack.`,
    )
  if ((isLocal(url) || isLinkLocal(url)) && !isLocal(from))
    throw new RegistryError(
      `The registry ${from.host} sends us to ${url.host} for ${what}, which is an address of this machine or of its cloud. This is a mistake in the registry's set-up, or an attack.`,
    )
  // A name and a password in an address would be sent as a header.
  url.username = ''
  url.password = ''
  url.hash = ''
  return url
}

const isLinkLocal = ({ hostname }: URL): boolean =>
  /^(?:169\.254\.|0\.|\[fe[89ab][0-9a-f]:|\[::(?:ffff:[0-9a-f:]+)?\]$|\[fd00:ec2:)/.test(hostname)
