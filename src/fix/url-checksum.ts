import { createHash } from 'node:crypto'
import type { Asking } from './lookup.ts'
import type { Answer } from './mend.ts'
import { refusalIn } from './refusal.ts'

/** Bytes; what is bigger is no file to ADD. */
const most = 2 ** 31

/** The SHA-256 of the file that an address serves now. Nothing of it is kept. */
export async function checksumOf(address: string, { signal }: Pick<Asking, 'signal'>, limit = most): Promise<Answer> {
  if (!/^https?:\/\//i.test(address)) return { problem: 'only http and https are asked' }
  if (/^https?:\/\/[^/?#]*@/i.test(address)) return { problem: 'the address holds a password' }
  try {
    // As it lies there: packed for the way, it would be another file than the one BuildKit checks.
    const response = await fetch(address, { signal, headers: { 'accept-encoding': 'identity' } })
    if (!response.ok || response.body === null) return { problem: statusWords(response.status) }
    const encoding = response.headers.get('content-encoding')
    if (encoding !== null && encoding !== 'identity') return { problem: `the server sends it packed (${encoding})` }
    return await hashed(response.body, limit)
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string; message?: string } }
    return { problem: refusalIn(`${cause?.code ?? ''} ${cause?.message ?? message}`) }
  }
}

async function hashed(body: ReadableStream<Uint8Array>, limit: number): Promise<Answer> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > limit) return { problem: `the file is bigger than ${limit / 2 ** 30} GiB` }
    hash.update(chunk)
  }
  return { value: `sha256:${hash.digest('hex')}` }
}

const statusWords = (status: number): string =>
  status === 404 || status === 410 ? 'there is nothing at that address' : refusalIn(`the server answers ${status}`)
