import { sentOnTo } from './address.ts'
import type { Challenge } from './challenge.ts'
import type { Credentials } from './credentials.ts'
import type { RegistryReference } from './reference.ts'
import { type Access, loginAdvice } from './refusal.ts'
import { RegistryError } from './registry-error.ts'
import { type Answer, bytesOf, forget, type Question, TooBig, type Transport } from './transport.ts'

const answerLimit = 1024 * 1024

/**
 * The token that the giver named by a registry's challenge gives for pulling (or pushing to) one repository: for an
 * identity token by POST (OAuth 2 refresh), else by GET, with the password as Basic or with nothing (distribution-spec,
 * token flow). A redirect is never followed: it would carry the password away.
 * @throws RegistryError
 */
export async function bearerToken(
  transport: Transport,
  { parameters }: Challenge,
  reference: RegistryReference,
  credentials: Credentials | null,
  registry: URL,
  access: Access = 'pull',
): Promise<string> {
  if (credentials?.kind === 'registry') return credentials.token
  const told = parameters.realm ?? ''
  if (!URL.canParse(told))
    throw new RegistryError(
      `${reference.host} asks for a token and does not say where to get one. Its set-up is at fault.`,
    )
  const realm = sentOnTo(told, registry, 'tokens')
  // Asked for by us, not by the challenge: no more than this one repository.
  const asked = { service: parameters.service ?? '', scope: `repository:${reference.repository}:${access}` }
  const question = { ...questionFor(realm, asked, credentials), what: `a token of ${reference.host}` }
  return transport.ask(question, answer => tokenIn(answer, transport, reference, realm, { credentials, access }))
}

function questionFor(realm: URL, asked: { service: string; scope: string }, credentials: Credentials | null): Question {
  if (credentials?.kind === 'identity') {
    const body = { grant_type: 'refresh_token', refresh_token: credentials.token, client_id: 'repro-gate', ...asked }
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return { url: realm, method: 'POST', headers, body: new URLSearchParams(body).toString() }
  }
  const url = new URL(realm)
  for (const [name, value] of Object.entries(asked)) if (value !== '') url.searchParams.set(name, value)
  if (credentials?.kind !== 'password') return { url, headers: {} }
  url.searchParams.set('account', credentials.username)
  return { url, headers: { authorization: basic(credentials) } }
}

async function tokenIn(
  { status, body }: Answer,
  transport: Transport,
  reference: RegistryReference,
  realm: URL,
  { credentials, access }: { credentials: Credentials | null; access: Access },
): Promise<string> {
  if (status === 200) {
    const bytes = await bytesOf(body, answerLimit, transport.timing.small).catch(error => {
      if (error instanceof TooBig) return Buffer.alloc(0)
      throw error
    })
    const token = tokenField(bytes)
    if (token !== null) return token
    throw new RegistryError(`${realm.host} gave no token for ${reference.host}, but something else. Try again later.`)
  }
  forget(body)
  if (status === 429)
    throw new RegistryError(
      `${realm.host} gives no token now: too many were asked for (429). ${loginAdvice(reference, credentials, access)}`,
    )
  if (status === 400 || status === 401 || status === 403)
    throw new RegistryError(
      `${realm.host} gives no token for ${access === 'pull' ? 'pulling' : 'pushing to'} ${reference.repository} (${status}). ${loginAdvice(reference, credentials, access)}`,
    )
  throw new RegistryError(
    `${realm.host}, which gives the tokens of ${reference.host}, answers ${status}. Try again later.`,
  )
}

/** A token goes into a header: it is one line of visible characters. */
function tokenField(bytes: Buffer): string | null {
  try {
    const { token, access_token } = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>
    const found = token || access_token
    return typeof found === 'string' && /^[\x21-\x7e]{1,65536}$/.test(found) ? found : null
  } catch {
    return null
  }
}

/** The Authorization header of a user and password (RFC 7617). */
export function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}
