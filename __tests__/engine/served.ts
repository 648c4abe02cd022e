import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'

/** A repository of one commit on `main`, which is of 2024-01-02; gives its id. */
export function makeRepository(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const date = '2024-01-02T03:04:05Z'
  const env = { ...process.env, GIT_COMMITTER_DATE: date, GIT_AUTHOR_DATE: date }
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { encoding: 'utf8', env })
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'one')
  return git('rev-parse', 'HEAD').trim()
}

export interface Served {
  /** `http://127.0.0.1:1234` */
  address: string
  /** Paths that were asked for, with what they were asked with. */
  asked: { path: string; authorization: string | undefined }[]
  stop(): Promise<void>
}

/**
 * Serves repositories by git's own program, `/git/NAME.git` being the folder NAME, and other paths as `answer` does.
 * @param authorization what repositories below `/git/private` ask for
 */
export async function serve(
  root: string,
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  authorization = '',
): Promise<Served> {
  const asked: Served['asked'] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x')
    asked.push({ path: url.pathname, authorization: request.headers.authorization })
    if (!url.pathname.startsWith('/git/')) return answer(request, response)
    if (url.pathname.startsWith('/git/private') && request.headers.authorization !== authorization)
      return void response.writeHead(401, { 'www-authenticate': 'Basic realm="t"' }).end()
    const child = spawn('git', ['http-backend'], {
      env: {
        ...{ PATH: process.env.PATH ?? '', GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1' },
        ...{
          PATH_INFO: url.pathname.slice('/git'.length).replace('.git/', '/.git/'),
          QUERY_STRING: url.search.slice(1),
        },
        ...{ REQUEST_METHOD: request.method ?? 'GET', CONTENT_TYPE: request.headers['content-type'] ?? '' },
        ...{ HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '' },
        ...{ GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''), HOME: root },
        // The folder may be another user's.
        ...{ GIT_CONFIG_COUNT: '2', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' },
        ...{ GIT_CONFIG_KEY_1: 'uploadpack.allowAnySHA1InWant', GIT_CONFIG_VALUE_1: 'true' },
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    request.pipe(child.stdin)
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('close', () => {
      const all = Buffer.concat(chunks)
      const end = all.indexOf('\r\n\r\n')
      for (const line of all.toString('latin1', 0, Math.max(0, end)).split('\r\n')) {
        const [, name = '', value = ''] = /^([\w-]+): (.*)$/.exec(line) ?? []
        if (name === 'Status') response.statusCode = Number.parseInt(value, 10)
        else if (name !== '') response.setHeader(name, value)
      }
      response.end(all.subarray(end + 4))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
