import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Answers in the registry's stead; false lets the registry answer. */
export type Refusing = (method: string, path: string, asked: IncomingMessage, answer: ServerResponse) => boolean

export interface FailingRegistry {
  /** `localhost:12345` */
  host: string
  /** What fails from now on. */
  refuse: (refusing: Refusing) => void
  /** Method and path of all requests, in order. */
  seen: string[]
  close: () => Promise<void>
}

/** Stands before a registry of this machine and fails where it is told to. */
export async function failingRegistry(port = 5000): Promise<FailingRegistry> {
  let refusing: Refusing = () => false
  const seen: string[] = []
  const server = createServer((asked, answer) => {
    const { method = '', url: path = '', headers } = asked
    seen.push(`${method} ${path}`)
    if (refusing(method, path, asked, answer)) return void asked.resume()
    const onward = request({ host: '127.0.0.1', port, method, path, headers }, got => {
      answer.writeHead(got.statusCode ?? 502, got.headers)
      got.pipe(answer)
    })
    onward.on('error', () => answer.destroy())
    asked.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    seen,
    refuse(how) {
      refusing = how
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
