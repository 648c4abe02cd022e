import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { credentialsFor } from '../../src/image-stores/credentials.ts'
import type { Captured, ExecOptions } from '../../src/ports.ts'
import { portsOf } from './registry-double.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'credentials-'))
})
afterEach(() => rm(folder, { recursive: true }))

const auth = (text: string) => Buffer.from(text).toString('base64')
type Helper = (command: string, args: readonly string[], options: ExecOptions) => Promise<Captured>

/** Asks with a config.json and, perhaps, helpers. */
async function ask(host: string, config: unknown, helper?: Helper, deadline?: number) {
  await writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config))
  const calls: string[] = []
  const capture = async (command: string, args: readonly string[], options: ExecOptions = {}) => {
    calls.push(`${command} ${args.join(' ')} < ${options.input}`)
    if (helper === undefined) throw Object.assign(new Error('spawn'), { code: 'ENOENT' })
    return helper(command, args, options)
  }
  const ports = portsOf({ DOCKER_CONFIG: folder }, { exec: { capture, stream: async () => 1 } })
  return { found: await credentialsFor(host, ports, deadline), calls, said: ports.said }
}

const answer =
  (value: unknown, code = 0): Helper =>
  async () => ({
    code,
    stdout: typeof value === 'string' ? value : JSON.stringify(value),
    stderr: '',
  })
const me = { kind: 'password', username: 'me', password: 'pw:1' }

describe("what Docker's config.json says of a registry", () => {
  test.each<[string, string, Record<string, unknown>, unknown]>([
    ['the host', 'ghcr.io', { 'ghcr.io': { auth: auth('me:pw:1') } }, me],
    ['a host with its port', 'localhost:5000', { 'localhost:5000': { auth: auth('me:pw:1') } }, me],
    ['an address', 'ghcr.io', { 'https://ghcr.io/v1/': { auth: auth('me:pw:1\0\0') } }, me],
    ["Docker Hub's old key", 'docker.io', { 'https://index.docker.io/v1/': { auth: auth('me:pw:1') } }, me],
    ["Docker Hub's own name", 'docker.io', { 'docker.io': { auth: auth('me:pw:1') } }, me],
    ['plain fields', 'ghcr.io', { 'ghcr.io': { username: 'me', password: 'pw:1' } }, me],
    [
      'an identity token',
      'ghcr.io',
      { 'ghcr.io': { auth: auth('me:'), identitytoken: 'refresh' } },
      { kind: 'identity', token: 'refresh' },
    ],
    ['a registry token', 'ghcr.io', { 'ghcr.io': { registrytoken: 'bear' } }, { kind: 'registry', token: 'bear' }],
    ['another host', 'ghcr.io', { 'ghcr.io.evil.example': { auth: auth('me:pw') } }, null],
    ['an empty entry, as stores leave it', 'ghcr.io', { 'ghcr.io': {} }, null],
    ['nonsense', 'ghcr.io', { 'ghcr.io': { auth: 7 }, x: null }, null],
    ['a name that every object has', 'constructor', {}, null],
  ])('%s', async (_, host, auths, expected) => {
    expect((await ask(host, { auths })).found).toEqual(expected)
  })

  test('no file is no credentials, and nothing to speak of', async () => {
    const ports = portsOf({ DOCKER_CONFIG: join(folder, 'nowhere') })
    expect(await credentialsFor('ghcr.io', ports)).toBeNull()
    expect(ports.said).toEqual([])
  })

  test.each(['{"auths": {"ghcr.io": {"auth": "c2VjcmV0', '[]', 'null'])(
    'a broken file (%s) is said, not quoted',
    async config => {
      const { found, said } = await ask('ghcr.io', config)
      expect(found).toBeNull()
      expect(said).toEqual([expect.stringContaining('is not a JSON object')])
      expect(said.join()).not.toContain('c2Vjcm')
    },
  )
})

describe('credential helpers', () => {
  const secret = answer({ ServerURL: 'x', Username: 'me', Secret: 'pw:1' })

  test('of a host go before the common store, which goes before the file', async () => {
    const config = {
      credHelpers: { 'ghcr.io': 'gh' },
      credsStore: 'desktop',
      auths: { 'ghcr.io': { auth: auth('file:file') }, 'quay.io': { auth: auth('file:file') } },
    }
    const own = await ask('ghcr.io', config, secret)
    expect(own.calls).toEqual(['docker-credential-gh get < ghcr.io'])
    expect(own.found).toEqual(me)
    expect((await ask('docker.io', config, secret)).calls).toEqual([
      'docker-credential-desktop get < https://index.docker.io/v1/',
    ])
    const hub = { credHelpers: { 'https://index.docker.io/v1/': 'hub' } }
    expect((await ask('docker.io', hub, secret)).calls).toEqual([
      'docker-credential-hub get < https://index.docker.io/v1/',
    ])
    const none = answer('credentials not found in native keychain\n', 1)
    const fallen = await ask('quay.io', config, none)
    expect(fallen.found).toEqual({ kind: 'password', username: 'file', password: 'file' })
    expect(fallen.said).toEqual([])
  })

  test('give identity tokens under the name <token>', async () => {
    const { found } = await ask('x.io', { credsStore: 'a' }, answer({ Username: '<token>', Secret: 'refresh' }))
    expect(found).toEqual({ kind: 'identity', token: 'refresh' })
  })

  test.each<[string, Helper | undefined, string]>([
    ['is missing', undefined, 'not on the PATH'],
    ['fails', answer('the secret is hunter2', 1), 'failed (exit code 1)'],
    ['talks nonsense', answer('hunter2'), 'an answer that is none'],
    ['gives half', answer({ Username: 'hunter2' }), 'an answer that is none'],
  ])('one that %s is said, and the registry asked without', async (_, helper, expected) => {
    const { found, said } = await ask('x.io', { credsStore: 'a' }, helper)
    expect(found).toBeNull()
    expect(said).toEqual([expect.stringContaining(expected)])
    expect(said.join()).not.toContain('hunter2')
  })

  test('one that waits for a person is ended', async () => {
    const waits: Helper = (_, __, { signal }) =>
      new Promise(resolve => signal?.addEventListener('abort', () => resolve({ code: 130, stdout: '', stderr: '' })))
    const { found, said } = await ask('x.io', { credsStore: 'a' }, waits, 50)
    expect(found).toBeNull()
    expect(said).toEqual([expect.stringContaining('did not answer within 0.05 s')])
  })

  test('a name with a path in it starts nothing', async () => {
    const { calls, said } = await ask('x.io', { credsStore: '../../evil' }, secret)
    expect(calls).toEqual([])
    expect(said).toEqual([expect.stringContaining('a name that no program has')])
  })
})
