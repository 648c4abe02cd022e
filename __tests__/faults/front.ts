import { request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AnswerFault, Truth } from './answers.ts'

/** Requests of one kind, as a fault finds them. */
export interface Place {
  name: string
  is(asked: Asked): boolean
}

export interface Asked {
  method: string
  host: string
  /** With its query. */
  path: string
  headers: IncomingMessage['headers']
}

/** What strikes where, and how often. */
export interface Armed {
  place: Place
  fault: AnswerFault
  times: number
}

/** Stands before a server, hands everything on, and lets faults strike where they are to. */
export interface Front {
  handle(request: IncomingMessage, response: ServerResponse): void
  /** What strikes from now on; nothing else does any more. */
  arm(armed: readonly Armed[]): void
  /** How often anything struck since. */
  struck(): number
  /** Requests since. */
  asked: Asked[]
}

/**
 * @param truly what the server behind would answer
 * @param trap an address of this machine where nobody may ask
 */
export function front(truly: (asked: Asked, body: Buffer) => Promise<Truth>, trap: string): Front {
  let armed: Armed[] = []
  let struck = 0
  const asked: Asked[] = []
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', headers, url: path = '/' } = request
    const now: Asked = { method, host: headers.host ?? '', path, headers }
    asked.push(now)
    request.socket.on('error', () => {})
    response.on('error', () => {})
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    let answer: Promise<Truth> | null = null
    const truth = () => {
      answer ??= truly(now, body)
      return answer
    }
    const found = armed.find(({ place, times }) => times > 0 && place.is(now))
    if (found === undefined) {
      const { status, headers: given, body: bytes } = await truth()
      response.writeHead(status, given).end(method === 'HEAD' ? undefined : bytes)
      return
    }
    found.times -= 1
    struck += 1
    const scheme = 'encrypted' in request.socket ? 'https' : 'http'
    await found.fault.play({ request, response, truth, trap, self: `${scheme}://${now.host}${path}` })
  }
  return {
    handle: (request, response) => void handle(request, response).catch(() => response.destroy()),
    arm(given) {
      armed = given.map(one => ({ ...one }))
      struck = 0
      asked.length = 0
    },
    struck: () => struck,
    asked,
  }
}

/** The true answer of a plain server of this machine. */
export function fromServer(port: () => number) {
  return ({ method, path, headers }: Asked, body: Buffer): Promise<Truth> =>
    new Promise((resolve, reject) => {
      const onward = ask({ host: '127.0.0.1', port: port(), method, path, headers, agent: false }, async answer => {
        const chunks: Buffer[] = []
        try {
          for await (const chunk of answer) chunks.push(chunk as Buffer)
        } catch (error) {
          return reject(error)
        }
        const given = Object.entries(answer.headers).filter(
          ([name]) => !/^(?:connection|transfer-encoding|keep-alive)$/.test(name),
        )
        const flat = Object.fromEntries(given.map(([name, value]) => [name, [value ?? ''].flat().join(', ')]))
        resolve({ status: answer.statusCode ?? 502, headers: flat, body: Buffer.concat(chunks) })
      })
      onward.on('error', reject)
      onward.end(body)
    })
}
