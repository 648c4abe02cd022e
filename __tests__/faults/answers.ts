import type { IncomingMessage, ServerResponse } from 'node:http'

/** What would have been answered. */
export interface Truth {
  status: number
  headers: Record<string, string>
  body: Buffer
}

/** A request into which a fault strikes. */
export interface Struck {
  request: IncomingMessage
  response: ServerResponse
  /** Carries out what was asked for, and gives the true answer. */
  truth: () => Promise<Truth>
  /** An address of this machine where nobody may ask for anything. */
  trap: string
  /** The address of this very request. */
  self: string
}

/** One way in which an answer goes wrong. */
export interface AnswerFault {
  name: string
  /**
   * `harmless`: nothing is lost; `passing`: whoever asks again, has the truth; `lasting`: an answer, and no good one; `lie`: an
   * answer that looks good; `silent`: no answer, or none to its end; `away`: sent on to where nobody may be sent.
   */
  kind: 'harmless' | 'passing' | 'lasting' | 'lie' | 'silent' | 'away'
  play(struck: Struck): void | Promise<void>
}

const page = '<!doctype html><title>Sign in to continue</title><p>Please sign in.</p>'

const status =
  (
    code: number,
    headers: Record<string, string> = {},
    body = '{"errors":[{"code":"INJECTED","message":"injected"}]}',
  ) =>
  ({ response }: Struck): void =>
    void response.writeHead(code, { 'content-type': 'application/json', ...headers }).end(body)

/** The true answer, and what became of it on the way. */
const spoiled =
  (spoil: (truth: Truth) => Truth) =>
  async ({ truth, response }: Struck): Promise<void> => {
    const { status: code, headers, body } = spoil(await truth())
    const { 'content-length': _, ...others } = headers
    response.writeHead(code, { ...others, 'content-length': body.length }).end(body)
  }

const answered = (body: string | Buffer) => spoiled(truth => ({ ...truth, body: Buffer.from(body) }))

/** Headers and the first half of the body, then whatever `then` does. */
const half =
  (then: (response: ServerResponse) => void, length = true) =>
  async ({ truth, response }: Struck): Promise<void> => {
    const { status: code, headers, body } = await truth()
    const { 'content-length': _, ...others } = headers
    response.writeHead(code, { ...others, ...(length ? { 'content-length': Math.max(2, body.length) } : {}) })
    response.write(body.length > 1 ? body.subarray(0, body.length >> 1) : ' ')
    // What was written is to be on its way.
    setTimeout(() => then(response), 20)
  }

async function drip({ truth, response }: Struck): Promise<void> {
  const { status: code, headers, body } = await truth()
  const { 'content-length': _, ...others } = headers
  response.writeHead(code, { ...others, 'content-length': body.length + 1000 })
  const dripping = setInterval(() => response.write(' '), 50)
  response.on('close', () => clearInterval(dripping))
}

const raw =
  (bytes: string) =>
  ({ request }: Struck): void =>
    void request.socket.end(bytes)

const sentTo =
  (code: number, where: (struck: Struck) => string) =>
  (struck: Struck): void =>
    void struck.response.writeHead(code, { location: where(struck) }).end()

const flipped = (body: Buffer): Buffer => {
  const other = Buffer.from(body)
  if (other.length > 0) other[other.length >> 1] = (other[other.length >> 1] ?? 0) ^ 1
  return other
}

const zeros = `sha256:${'0'.repeat(64)}`

const all = (kind: AnswerFault['kind'], faults: Record<string, AnswerFault['play']>): AnswerFault[] =>
  Object.entries(faults).map(([name, play]) => ({ name, kind, play }))

/** Every way in which the answer to one request goes wrong, whatever was asked. */
export const answerFaults: readonly AnswerFault[] = [
  ...all('lasting', {
    '400': status(400),
    '401': status(401),
    '403': status(403),
    '404': status(404),
    '410': status(410),
    '418': status(418),
    '429, wait a day': status(429, { 'retry-after': '86400' }),
    '204': ({ response }) => void response.writeHead(204).end(),
    '304': ({ response }) => void response.writeHead(304).end(),
    '302 to nowhere': ({ response }) => void response.writeHead(302).end(),
    'a page with 200': status(200, { 'content-type': 'text/html' }, page),
    'more headers than fit': ({ response }) => {
      for (let at = 0; at < 200; at += 1) response.setHeader(`x-${at}`, 'y'.repeat(1000))
      response.end('{}')
    },
  }),
  ...all('passing', {
    '408': status(408),
    '429': status(429),
    '429, wait a second': status(429, { 'retry-after': '1' }),
    '429, wait until yesterday': status(429, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
    '500': status(500),
    '502 with a page': status(502, { 'content-type': 'text/html' }, page),
    '503': status(503),
    '503, wait a second': status(503, { 'retry-after': '1' }),
    '504': status(504, {}, ''),
    reset: ({ request }) => void request.socket.resetAndDestroy(),
    'closed without a word': ({ request }) => void request.socket.destroy(),
    'done, then reset': async ({ request, truth }) => {
      await truth()
      request.socket.resetAndDestroy()
    },
    'done, then 500': async struck => {
      await struck.truth()
      status(500)(struck)
    },
    'cut off': half(response => response.destroy()),
    'cut off, of no length': half(response => response.destroy(), false),
  }),
  ...all('silent', {
    hangs: () => {},
    'done, then hangs': async ({ truth }) => void (await truth()),
    'hangs half-way': half(() => {}),
    drips: drip,
  }),
  ...all('lie', {
    'nothing with 200': answered(''),
    'null with 200': answered('null'),
    'a list with 200': answered('[]'),
    'an error with 200': answered('{"errors":[{"code":"DENIED"}],"message":"denied"}'),
    'a page as what it is not': answered(page),
    'no UTF-8': answered(Buffer.from([0xff, 0xfe, 0x00, 0x80])),
    'a flipped bit': spoiled(truth => ({ ...truth, body: flipped(truth.body) })),
    'half of it, as if whole': spoiled(truth => ({ ...truth, body: truth.body.subarray(0, truth.body.length >> 1) })),
    'more than there is': spoiled(truth => ({ ...truth, body: Buffer.concat([truth.body, Buffer.from(' {}')]) })),
    'said to be packed': spoiled(truth => ({ ...truth, headers: { ...truth.headers, 'content-encoding': 'gzip' } })),
    'another part than asked for': spoiled(truth => ({
      ...{ status: 206, body: truth.body },
      headers: { ...truth.headers, 'content-range': `bytes 7-${truth.body.length + 6}/${truth.body.length + 7}` },
    })),
    'no HTTP': raw('SSH-2.0-OpenSSH_9.6\r\n'),
    'half a status line': raw('HTTP/1.1 2'),
  }),
  ...all('harmless', {
    'a moment late': async struck => {
      await new Promise(done => setTimeout(done, 300))
      await spoiled(truth => truth)(struck)
    },
    'another digest in its header': spoiled(truth => ({
      ...truth,
      headers: { ...truth.headers, 'docker-content-digest': zeros, etag: '"0"' },
    })),
  }),
  ...all('away', {
    'circles (302)': sentTo(302, ({ self }) => self),
    'circles (307)': sentTo(307, ({ self }) => self),
    'sent to this machine': sentTo(307, ({ trap }) => `${trap}/here`),
    'sent to this machine by https': sentTo(307, ({ trap }) => `${trap.replace('http:', 'https:')}/here`),
    'sent to the secrets of a cloud': sentTo(302, () => 'http://169.254.169.254/latest/meta-data/'),
    'sent to a file': sentTo(302, () => 'file:///etc/passwd'),
    'sent to no address': sentTo(302, () => 'https://[nowhere'),
  }),
]
