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
import { type Access, refusal, writeRefusal } from './refusal.ts'
import { RegistryError } from './registry-error.ts'
import { type Answer, type Body, bytesOf, forget, type Question, TooBig, type Transport } from './transport.ts'

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ')
const redirectLimit = 5

/** A manifest or index as a registry holds it. */
export interface HeldManifest {
  bytes: Uint8Array
  mediaType: string
}

/** What is asked of a path of the repository. */
export interface Wish<T> extends Pick<Question, 'method' | 'body'> {
  headers?: Readonly<Record<string, string>>
  /** For messages: 'the image …'. */
  what: string
  /** Statuses that are answers; 200 and 206 where it is left out. */
  ok?: readonly number[]
  /** What is written may go where the registry sends it: a blob, as its digest keeps it what it is. */
  onward?: boolean
  take: (answer: Answer) => Promise<T> | T
}

/**
 * What one repository of a registry gives and takes (OCI distribution-spec 1.1: pull, and manifests of push; blobs of push
 * are blob-upload's). Who we are is said only when asked.
 */
export class RegistryClient {
  #reference: RegistryReference
  #ports: Ports
  #transport: Transport
  #base: URL
  #authorization: string | null = null
  #authorizing: Promise<void> | null = null
  #credentials: Credentials | null = null
  #access: Access

  constructor(reference: RegistryReference, ports: Ports, transport: Transport, access: Access = 'pull') {
    this.#access = access
    this.#reference = reference
    this.#ports = ports
    this.#transport = transport
    const base = new URL(`https://${reference.api}/`)
    this.#base = isLocal(base) ? new URL(`http://${reference.api}/`) : base
  }

  /** The bytes of a manifest or index by tag or digest. @throws RegistryError */
  async manifest(wanted: string, limit: number): Promise<Uint8Array> {
    const what = this.#named(wanted)
    const take = (answer: Answer) => this.#manifestIn(answer, limit, what)
    return (await this.ask(`manifests/${wanted}`, { headers: { accept: manifestTypes }, what, take })).bytes
  }

  /** The same where it is there; null where the registry has none of that name. @throws RegistryError */
  async manifestIfAny(wanted: string, limit: number): Promise<HeldManifest | null> {
    const what = this.#named(wanted)
    const take = (answer: Answer) => {
      if (answer.status !== 404) return this.#manifestIn(answer, limit, what)
      forget(answer.body)
      return null
    }
    return this.ask(`manifests/${wanted}`, { headers: { accept: manifestTypes }, what, ok: [200, 404], take })
  }

  /** Puts a manifest or index there under a tag, which is moved, or under its digest. @throws RegistryError */
  async putManifest(wanted: string, { bytes, mediaType }: HeldManifest): Promise<void> {
    const headers = { 'content-type': mediaType }
    const take = ({ body }: Answer) => forget(body)
    const wish = { method: 'PUT' as const, headers, body: bytes, ok: [200, 201, 202], take }
    await this.ask(`manifests/${wanted}`, { ...wish, what: this.#named(wanted) })
  }

  /** Takes a tag away; false where the registry does no such thing. @throws RegistryError */
  async removeTag(tag: string): Promise<boolean> {
    const take = ({ status, body }: Answer) => {
      forget(body)
      return status < 300
    }
    const ok = [200, 202, 204, 400, 404, 405, 501]
    return this.ask(`manifests/${tag}`, { method: 'DELETE', what: this.#named(tag), ok, take })
  }

  #named(wanted: string): string {
    return `the image ${this.#reference.repository}${wanted.includes(':') ? '@' : ':'}${wanted}`
  }

  async #manifestIn(answer: Answer, limit: number, what: string): Promise<HeldManifest> {
    const mediaType = answer.header('content-type')
    this.#isNoPage(answer, what)
    const bytes = await this.#small(answer, limit, what)
    const isPacked = answer.header('content-encoding') === 'gzip'
    return { bytes: isPacked ? unpacked(bytes, limit, what, answer.url.host) : bytes, mediaType }
  }

  /** @throws RegistryError for what a browser would show: nothing of an image is that */
  #isNoPage({ url, header, body }: Answer, what: string): void {
    if (!/^text\/html\b/i.test(header('content-type'))) return
    forget(body)
    throw new RegistryError(
      `${url.host} answers with a web page when asked for ${what}. Is it a registry, and is no login page in between?`,
    )
  }

  /** The bytes of a blob of at most `limit` bytes. @throws RegistryError */
  async smallBlob(digest: string, limit: number): Promise<Uint8Array> {
    const what = `the blob ${digest.slice(0, 19)} of ${this.#reference.repository}`
    return this.ask(`blobs/${digest}`, { what, take: answer => this.#small(answer, limit, what) })
  }

  /** The bytes of a blob, streamed; size and digest are the reader's to check. @throws RegistryError */
  async blob({ digest, size }: Descriptor): Promise<Readable> {
    const what = `the blob ${digest.slice(0, 19)} of ${this.#reference.repository}`
    const { timing, signal } = this.#transport
    const open = (offset: number): Promise<Body | null> => {
      const headers: Record<string, string> = offset === 0 ? {} : { range: `bytes=${offset}-` }
      const take = (answer: Answer): Body | null => {
        if (offset > 0 && !answer.header('content-range').startsWith(`bytes ${offset}-`)) {
          answer.body.destroy()
          return null
        }
        const length = answer.header('content-length')
        if (length !== `${size - offset}`) this.#isNoPage(answer, what)
        if (/^\d+$/.test(length) && Number(length) !== size - offset) {
          answer.body.destroy()
          throw new RegistryError(
            `${this.#reference.host} has ${Number(length) + offset} bytes for ${what}, its descriptor says ${size}: one of them is wrong. Push the image again.`,
          )
        }
        return answer.body
      }
      return this.ask<Body | null>(`blobs/${digest}`, { headers, what, take })
    }
    return blobStream((await open(0)) as Body, open, {
      name: `${what} from ${this.#reference.host}`,
      size,
      timing,
      signal,
    })
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

  /**
   * Asks for a path of the repository, or for an address that the registry named, and says who we are when the registry
   * wants to know.
   * @throws RegistryError
   */
  async ask<T>(path: string | URL, wish: Wish<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const said = this.#authorization
      const url = path instanceof URL ? path : new URL(`/v2/${this.#reference.repository}/${path}`, this.#base)
      const got = await this.#followed(url, wish, said)
      if ('taken' in got) return got.taken
      if (tries > 1) throw this.#refusal(401, wish)
      // Another request may have got a new token meanwhile.
      if (said === this.#authorization) {
        this.#authorizing ??= this.#authorize(got.challenge, wish).finally(() => {
          this.#authorizing = null
        })
        await this.#authorizing
      }
    }
  }

  /** What we say goes to the registry itself, never to the storage that it sends us on to. */
  async #followed<T>(start: URL, wish: Wish<T>, said: string | null): Promise<{ taken: T } | { challenge: string }> {
    const { method = 'GET', body, headers, what, ok = [200, 206], onward, take } = wish
    const isRead = method === 'GET' || method === 'HEAD'
    let url = start
    for (let hops = 0; hops <= redirectLimit; hops += 1) {
      const isRegistry = url.origin === this.#base.origin
      const question: Question = {
        ...{ url, method, what, ...(body === undefined ? {} : { body }) },
        headers: { ...headers, ...(said !== null && isRegistry ? { authorization: said } : {}) },
      }
      const got = await this.#transport.ask(question, async answer => {
        const { status } = answer
        if (ok.includes(status)) return { taken: await take(answer) }
        forget(answer.body)
        // What is written goes nowhere but where the user said.
        const followed = isRead ? [301, 302, 303, 307, 308] : onward ? [307, 308] : []
        if (followed.includes(status)) return { location: answer.header('location') }
        if (status === 401 && isRegistry) return { challenge: answer.header('www-authenticate') }
        throw this.#refusal(status, wish)
      })
      if (!('location' in got)) return got
      url = sentOnTo(got.location, url, what)
    }
    throw new RegistryError(`${this.#reference.host} sends us around in circles for ${what}. Its set-up is at fault.`)
  }

  #refusal(status: number, { method = 'GET', what }: Wish<unknown>): RegistryError {
    return (method === 'GET' || method === 'HEAD' ? refusal : writeRefusal)(
      status,
      what,
      this.#reference,
      this.#credentials,
    )
  }

  async #authorize(header: string, wish: Wish<unknown>): Promise<void> {
    const challenges = challengesIn(header)
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer')
    const takesBasic = challenges.some(({ scheme }) => scheme === 'basic')
    this.#credentials ??= await credentialsFor(this.#reference.host, this.#ports)
    const credentials = this.#credentials
    if (bearer !== undefined) {
      const [reference, access] = [this.#reference, this.#access]
      const token = await bearerToken(this.#transport, bearer, reference, credentials, this.#base, access)
      this.#authorization = `Bearer ${token}`
    } else if (takesBasic && credentials?.kind === 'password') this.#authorization = basic(credentials)
    else throw this.#refusal(401, wish)
  }
}

/** Some proxies pack what was asked for unpacked. */
function unpacked(bytes: Buffer, limit: number, what: string, host: string): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: limit })
  } catch {
    throw new RegistryError(
      `${host} says that it sends ${what} packed by gzip, and it cannot be unpacked into at most ${limit} bytes. The registry, or a proxy on the way, is damaged or lies.`,
    )
  }
}
