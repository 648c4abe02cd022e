import type { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import type { Descriptor } from '../image/image.ts'
import type { Ports } from '../ports.ts'
import { isLocal, sentOnTo } from './address.ts'
import { basic, bearerToken } from './bearer-token.ts'
import { blobStream } from './blob-stream.ts'
import { challengesIn } from './challenge.ts'
import { type Credentials, credentialsFor } from './credentials.ts'
import type { RegistryReference } from './reference.ts'
import { refusal } from './refusal.ts'
import { RegistryError } from './registry-error.ts'
import { type Answer, type Body, bytesOf, forget, TooBig, type Transport } from './transport.ts'

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')
const redirectLimit = 5

/** What one repository of a registry gives (OCI distribution-spec 1.1, pull). Who we are is said only when asked. */
export class RegistryClient {
  #reference: RegistryReference
  #ports: Ports
  #transport: Transport
  #base: URL
  #authorization: string | null = null
  #authorizing: Promise<void> | null = null
  #credentials: Credentials | null = null

  constructor(reference: RegistryReference, ports: Ports, transport: Transport) {
    this.#reference = reference
    this.#ports = ports
    this.#transport = transport
    const base = new URL(`https://${reference.api}/`)
    this.#base = isLocal(base) ? new URL(`http://${reference.api}/`) : base
  }

  /** The bytes of a manifest or index by tag or digest. @throws RegistryError */
  async manifest(wanted: string, limit: number): Promise<Uint8Array> {
    const what = `the image ${this.#reference.repository}${wanted.includes(':') ? '@' : ':'}${wanted}`
    return this.#get(`manifests/${wanted}`, { accept: manifestTypes }, what, async answer => {
      if (/^text\/html\b/i.test(answer.header('content-type'))) {
        forget(answer.body)
        throw new RegistryError(
          `${this.#reference.host} answers with a web page when asked for ${what}. Is it a registry, and is no login page in between?`,
        )
      }
      const bytes = await this.#small(answer, limit, what)
      return answer.header('content-encoding') === 'gzip' ? unpacked(bytes, limit, what) : bytes
    })
  }

  /** The bytes of a blob of at most `limit` bytes. @throws RegistryError */
  async smallBlob(digest: string, limit: number): Promise<Uint8Array> {
    const what = `the blob ${digest.slice(0, 19)} of ${this.#reference.repository}`
    return this.#get(`blobs/${digest}`, {}, what, answer => this.#small(answer, limit, what))
  }

  /** The bytes of a blob, streamed; size and digest are the reader's to check. @throws RegistryError */
  async blob({ digest, size }: Descriptor): Promise<Readable> {
    const what = `the blob ${digest.slice(0, 19)} of ${this.#reference.repository}`
    const { timing, signal } = this.#transport
    const open = (offset: number): Promise<Body | null> =>
      this.#get(`blobs/${digest}`, offset === 0 ? {} : { range: `bytes=${offset}-` }, what, answer => {
        if (offset > 0 && !answer.header('content-range').startsWith(`bytes ${offset}-`)) {
          answer.body.destroy()
          return null
        }
        const length = answer.header('content-length')
        if (/^\d+$/.test(length) && Number(length) !== size - offset) {
          answer.body.destroy()
          throw new RegistryError(
            `${this.#reference.host} has ${Number(length) + offset} bytes for ${what}, its descriptor says ${size}: one of them is wrong. Push the image again.`,
          )
        }
        return answer.body
      })
    return blobStream((await open(0)) as Body, open, { name: what, size, timing, signal })
  }

  async #small(answer: Answer, limit: number, what: string): Promise<Buffer> {
    try {
      return await bytesOf(answer.body, limit, this.#transport.timing.small)
    } catch (error) {
      if (error instanceof TooBig)
        throw new RegistryError(
          `${this.#reference.host} sends more than ${limit} bytes for ${what}; they are not read.`,
        )
      throw error
    }
  }

  /** Asks for a path of the repository, and says who we are when the registry wants to know. */
  async #get<T>(
    path: string,
    headers: Readonly<Record<string, string>>,
    what: string,
    take: (answer: Answer) => Promise<T> | T,
  ): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const said = this.#authorization
      const url = new URL(`/v2/${this.#reference.repository}/${path}`, this.#base)
      const got = await this.#followed(url, headers, said, what, take)
      if ('taken' in got) return got.taken
      if (tries > 1) throw refusal(401, what, this.#reference, this.#credentials)
      // Another request may have got a new token meanwhile.
      if (said === this.#authorization) {
        this.#authorizing ??= this.#authorize(got.challenge, what).finally(() => {
          this.#authorizing = null
        })
        await this.#authorizing
      }
    }
  }

  /** What we say goes to the registry itself, never to the storage that it sends us on to. */
  async #followed<T>(
    start: URL,
    headers: Readonly<Record<string, string>>,
    said: string | null,
    what: string,
    take: (answer: Answer) => Promise<T> | T,
  ): Promise<{ taken: T } | { challenge: string }> {
    let url = start
    for (let hops = 0; hops <= redirectLimit; hops += 1) {
      const isRegistry = url.origin === start.origin
      const question = { url, headers: { ...headers, ...(said !== null && isRegistry ? { authorization: said } : {}) } }
      const got = await this.#transport.ask(question, async answer => {
        const { status, body } = answer
        if (status === 200 || status === 206) return { taken: await take(answer) }
        forget(body)
        if ([301, 302, 303, 307, 308].includes(status)) return { location: answer.header('location') }
        if (status === 401 && isRegistry) return { challenge: answer.header('www-authenticate') }
        throw refusal(status, what, this.#reference, this.#credentials)
      })
      if (!('location' in got)) return got
      url = sentOnTo(got.location, url, what)
    }
    throw new RegistryError(`${this.#reference.host} sends us around in circles for ${what}. Its set-up is at fault.`)
  }

  async #authorize(header: string, what: string): Promise<void> {
    const challenges = challengesIn(header)
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer')
    const takesBasic = challenges.some(({ scheme }) => scheme === 'basic')
    this.#credentials ??= await credentialsFor(this.#reference.host, this.#ports)
    const credentials = this.#credentials
    if (bearer !== undefined) {
      const token = await bearerToken(this.#transport, bearer, this.#reference, credentials, this.#base)
      this.#authorization = `Bearer ${token}`
    } else if (takesBasic && credentials?.kind === 'password') this.#authorization = basic(credentials)
    else throw refusal(401, what, this.#reference, credentials)
  }
}

/** Some proxies pack what was asked for unpacked. */
function unpacked(bytes: Buffer, limit: number, what: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: limit })
  } catch {
    throw new RegistryError(`${what} came packed, and cannot be unpacked into at most ${limit} bytes.`)
  }
}
