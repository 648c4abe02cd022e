import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from '@jest/globals'
import { isArchiveUrl, isRemote } from '../../src/options/git-url.ts'
import { InputError } from '../../src/options/input-error.ts'
import { downloadedContext } from '../../src/subjects/downloaded.ts'
import { portsWith, scripted } from '../build/ports.ts'

const after: (() => void)[] = []
afterEach(() => {
  for (const one of after.splice(0)) one()
})

async function served(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', () => resolve()))
  after.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const fetched = (address: string, signal = new AbortController().signal) => {
  const tempDir = mkdtempSync(join(tmpdir(), 'downloaded-'))
  after.push(() => rmSync(tempDir, { recursive: true, force: true }))
  return downloadedContext(portsWith(scripted({}), { tempDir, signal }), address, 'the-name')
}

describe('a context from an address', () => {
  test('a Dockerfile alone, behind a redirect', async () => {
    const address = await served((request, response) => {
      if (request.url === '/a') response.writeHead(307, { location: '/b' }).end()
      else response.end('FROM scratch\n')
    })
    const { context, dockerfile } = await fetched(`${address}/a`)
    expect(readFileSync(dockerfile ?? '', 'utf8')).toBe('FROM scratch\n')
    expect(readdirSync(context)).toEqual([])
  })

  test('a password goes to its own server and to no other', async () => {
    const seen: (string | undefined)[] = []
    const other = await served((request, response) => {
      seen.push(request.headers.authorization)
      response.end('FROM scratch\n')
    })
    const address = await served((request, response) => {
      seen.push(request.headers.authorization)
      response.writeHead(302, { location: request.url === '/a' ? '/b' : `${other}/c` }).end()
    })
    await fetched(`${address.replace('//', '//u:p%40ss@')}/a`)
    const sent = `Basic ${Buffer.from('u:p@ss').toString('base64')}`
    expect(seen).toEqual([sent, sent, undefined])
  })

  test.each([
    [
      'nothing there',
      (r: ServerResponse) => r.writeHead(404).end(),
      /the-name cannot be fetched: the server answers 404\./,
    ],
    ['not for us', (r: ServerResponse) => r.writeHead(403).end(), /answers 403\. Only a user and a password/],
    ['a circle', (r: ServerResponse) => r.writeHead(302, { location: '/' }).end(), /redirected more than 10 times/],
    [
      'another protocol',
      (r: ServerResponse) => r.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      /answers 302/,
    ],
    ['no bytes', (r: ServerResponse) => r.end(), /the-name is empty/],
    [
      'half an archive',
      (r: ServerResponse) => r.end(Buffer.from('1f8b0800', 'hex')),
      /archive from the-name cannot be read/,
    ],
    ['something else', (r: ServerResponse) => r.end(Buffer.alloc(2 ** 20 + 1, 65)), /neither a tar nor a Dockerfile/],
  ])('%s is said', async (_, answer, words) => {
    const address = await served((_request, response) => void answer(response))
    const failure = await fetched(address).catch(error => error)
    expect(failure).toBeInstanceOf(InputError)
    expect(failure.message).toMatch(words)
    expect(failure.message).not.toContain('127.0.0.1')
  })

  test('a connection that breaks is tried again', async () => {
    let asked = 0
    const address = await served((_, response) => {
      asked += 1
      if (asked > 1) return void response.end('FROM scratch\n')
      response.writeHead(200, { 'content-length': '100' }).write('FROM')
      setTimeout(() => response.destroy(), 50)
    })
    expect((await fetched(address)).dockerfile).not.toBeNull()
    expect(asked).toBe(2)
  })

  test('a signal ends it, whatever the server does', async () => {
    const address = await served((_, response) => void response.writeHead(200).write('FROM'))
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 200)
    await expect(fetched(address, stop.signal)).rejects.toThrow(/stopped/)
  })
})

test.each([
  ['https://h/c.tgz', true],
  ['https://github.com/o/r', true],
  ['http://h/c.tar?x=y.git', true],
  ['https://h/r.git', false],
  ['https://h/r.git#main:app', false],
  ['https://h/r.git?branch=a', false],
  ['github.com/o/r', false],
  ['git@h:o/r', false],
])('%s: an archive or a Dockerfile? %j', (address, expected) => {
  expect([isRemote(address), isArchiveUrl(address)]).toEqual([true, expected])
})
