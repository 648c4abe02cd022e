import { RegistryError } from '../image-stores/registry-error.ts'
import { Late, patience, type Question, Transport } from '../image-stores/transport.ts'
import { InputError } from '../options/input-error.ts'
import type { Ports } from '../ports.ts'
import { type PipedContext, pipedContext } from './piped.ts'

/** An archive may be large, and a server slow. */
const deadlineMs = 15 * 60_000
/** As many as Go's client follows, and so BuildKit. */
const mostRedirects = 10

/**
 * Downloads a context as BuildKit does: a tar, compressed or not, or a Dockerfile alone.
 * @param address http or https; may hold a user and a password
 * @param name what people may see of it
 * @throws InputError when it cannot be had
 */
export async function downloadedContext(
  ports: Pick<Ports, 'env' | 'signal' | 'tempDir' | 'log'>,
  address: string,
  name: string,
): Promise<PipedContext> {
  const failed = (why: string) => new InputError([`context: ${name} cannot be fetched: ${why}`])
  const transport = new Transport(ports, patience)
  try {
    const first = questionFor(address)
    if (first === null) throw failed('it is no address')
    let question: Question = first
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      const answer = await answered(transport, question, ports, name)
      if (answer instanceof InputError) throw answer
      if ('context' in answer) return answer
      const next: Question | null = answer.location === '' ? null : questionFor(answer.location, question)
      if (next === null) throw failed(statusWords(answer.status))
      question = next
    }
    throw failed(`it is redirected more than ${mostRedirects} times`)
  } catch (error) {
    if (ports.signal.aborted) throw new InputError(['stopped while the context was fetched'])
    throw error instanceof RegistryError ? failed(error.message) : error
  } finally {
    await transport.close()
  }
}

type Answered = PipedContext | InputError | { status: number; location: string }

/** What is wrong with the archive itself is not tried again. */
const answered = (
  transport: Transport,
  question: Question,
  ports: Pick<Ports, 'signal' | 'tempDir' | 'log'>,
  name: string,
): Promise<Answered> =>
  transport.ask(question, async ({ status, header, body }): Promise<Answered> => {
    if (status !== 200) {
      body.destroy()
      return { status, location: status >= 300 && status < 400 ? header('location') : '' }
    }
    const timer = setTimeout(() => body.destroy(new Late('it was not complete', deadlineMs)), deadlineMs)
    try {
      return await pipedContext(ports, body, name)
    } catch (error) {
      if (error instanceof InputError) return error
      throw error
    } finally {
      clearTimeout(timer)
    }
  })

/** A password goes to the server that it was given for, and no other. */
function questionFor(address: string, from?: Question): Question | null {
  try {
    const url = new URL(address, from?.url)
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return null
    const given =
      url.username === '' ? undefined : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    const own = from !== undefined && from.url.origin === url.origin ? from.headers.authorization : undefined
    const authorization = given === undefined ? own : `Basic ${Buffer.from(given).toString('base64')}`
    url.username = ''
    url.password = ''
    return { url, headers: authorization === undefined ? {} : { authorization } }
  } catch {
    return null
  }
}

const statusWords = (status: number): string =>
  status === 401 || status === 403
    ? `the server answers ${status}. Only a user and a password in the address are sent; else fetch and unpack it first, and give the folder.`
    : `the server answers ${status}.`
