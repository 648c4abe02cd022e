import { readFile } from 'node:fs/promises'
import type { Options } from '../options/options.ts'

/** What is sent to a server with each request, as git's `http.extraheader` has it. */
export interface GitCredential {
  /** `https://github.com/`, or a longer address: it goes to no other server. */
  server: string
  header: string
}

type Secrets = Pick<Options, 'secrets' | 'secretEnvs' | 'secretFiles'>

/**
 * What the secrets of a build hold for a git server, by the names that BuildKit knows: GIT_AUTH_TOKEN and GIT_AUTH_HEADER, with
 * `.HOST` behind them or without.
 * @param remote the repository; only http and https have such credentials
 */
export async function gitCredentials(
  remote: string,
  secrets: Secrets,
  env: Readonly<Record<string, string | undefined>>,
): Promise<GitCredential[]> {
  const [server, host] = serverOf(remote) ?? []
  if (server === undefined || host === undefined) return []
  for (const name of [`GIT_AUTH_HEADER.${host}`, 'GIT_AUTH_HEADER', `GIT_AUTH_TOKEN.${host}`, 'GIT_AUTH_TOKEN']) {
    const value = (await secretNamed(name, secrets, env))?.trim()
    if (!value) continue
    return [{ server, header: name.startsWith('GIT_AUTH_HEADER') ? `Authorization: ${value}` : tokenHeader(value) }]
  }
  return []
}

/** A token that the runner has: for the repository of the workflow, and no other. */
export function ownCredential(remote: string, repository: string | undefined, token: string): GitCredential[] {
  const [server] = serverOf(remote) ?? []
  const plain = (address: string) =>
    address
      .toLowerCase()
      .replace(/^https?:\/\/(?:[^/@]*@)?/, '')
      .replace(/\.git$/, '')
  if (server === undefined || repository === undefined || token === '' || plain(remote) !== plain(repository)) return []
  return [{ server, header: tokenHeader(token) }]
}

/**
 * The address without the password in it, and that as a header: whoever lists the processes of this machine sees arguments.
 * A user without a password stays where it is, unless it is so long that it is a token.
 */
export function ofAddress(remote: string): { remote: string; credentials: GitCredential[] } {
  const [, scheme = '', user = '', password, rest = ''] =
    /^(https?:\/\/)([^/@:]*)(?::([^/@]*))?@([^/].*)$/is.exec(remote) ?? []
  if (scheme === '' || (password === undefined && user.length < 20)) return { remote, credentials: [] }
  const pair = Buffer.from(`${plain(user)}:${plain(password ?? '')}`).toString('base64')
  const address = `${scheme}${rest}`
  return { remote: address, credentials: [{ server: address, header: `Authorization: basic ${pair}` }] }
}

function plain(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return encoded
  }
}

const tokenHeader = (token: string): string =>
  `Authorization: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`

function serverOf(remote: string): [server: string, host: string] | null {
  const [, scheme, host] = /^(https?):\/\/(?:[^/@]*@)?([^/]+)/i.exec(remote) ?? []
  return scheme === undefined || host === undefined ? null : [`${scheme.toLowerCase()}://${host}/`, host]
}

async function secretNamed(
  name: string,
  { secrets, secretEnvs, secretFiles }: Secrets,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const valueIn = (items: readonly string[]): string | undefined =>
    items.find(item => item.slice(0, item.indexOf('=')).trim() === name)?.slice(name.length + 1)
  const [value, variable, file] = [valueIn(secrets), valueIn(secretEnvs), valueIn(secretFiles)]
  if (value !== undefined) return value
  if (variable !== undefined) return env[variable]
  return file === undefined ? undefined : await readFile(file, 'utf8').catch(() => undefined)
}
