// A record is anybody's: what it names is asked about where that harms nobody, or where the user names it, too.
import { createHash } from 'node:crypto'
import type { LookupAddress } from 'node:dns'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { refusingLookup } from '../../src/image-stores/public-only.ts'
import { RegistryError } from '../../src/image-stores/registry-error.ts'
import { patience, Transport } from '../../src/image-stores/transport.ts'
import { movedBases } from '../../src/prove/moved-bases.ts'
import { namedRegistries } from '../../src/prove/named-registries.ts'
import { isNearby } from '../../src/replay/nearby.ts'
import { portsWith, scripted } from '../build/ports.ts'

let server: Server
let host = ''
let asked = 0
beforeAll(async () => {
  server = createServer(({ url }, response) => {
    asked++
    if (!url?.endsWith('/manifests/there')) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json' }).end(index)
  }).listen(0, '127.0.0.1')
  await new Promise(ready => server.once('listening', ready))
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
beforeEach(() => {
  asked = 0
})
afterAll(() => void server.close())

const digest = 'a'.repeat(64)
const index = JSON.stringify({ schemaVersion: 2, manifests: [] })
const digestThere = createHash('sha256').update(index).digest('hex')
const named = (text: string, more: object = {}) =>
  namedRegistries(parseDockerfile(text, 'Dockerfile'), {
    buildArgs: {},
    buildContexts: {},
    against: undefined,
    ...more,
  })
const moved = (names: Set<string>) =>
  movedBases([{ reference: `${host}/app:1`, digest }], names, portsWith(scripted({})))

test('a registry of this machine that only the record names is not asked', async () => {
  const { moved: bases, notes } = await moved(named(`FROM debian:12\nRUN curl http://${host}/app:1\n`))
  expect([asked, bases]).toEqual([0, []])
  expect(notes).toEqual([expect.stringMatching(/app:1 has moved is not known: its registry is on this machine/)])
})

test('one that the Dockerfile names is', async () => {
  const { moved: bases, notes } = await moved(
    named(`ARG AT=${host}\nFROM debian:12\nCOPY --from=x / /\nFROM \${AT}/other\n`),
  )
  expect(asked).toBeGreaterThan(0)
  expect([bases, notes]).toEqual([[{ reference: `${host}/app:1`, from: `sha256:${digest}`, to: null }], []])
})

const there = () => `${host}/app:there`
const whole = (hex: string) => `sha256:${hex}`
test.each<[string, string[], { from: string; to: string }[]]>([
  ['that of then', [digestThere], []],
  ['that of then, named twice', [digestThere, digestThere], []],
  ['another one', [digest], [{ from: whole(digest), to: whole(digestThere) }]],
  ['another one, named twice', [digest, digest], [{ from: whole(digest), to: whole(digestThere) }]],
  ['one of the two that it stood for at the same time', [digest, digestThere], []],
  ['the other of these', [digestThere, digest], []],
])('a tag that stands for %s', async (_, digests, told) => {
  const bases = digests.map(digest => ({ reference: there(), digest }))
  const found = await movedBases(bases, new Set([host]), portsWith(scripted({})))
  expect(found).toEqual({ moved: told.map(one => ({ reference: there(), ...one })), notes: [] })
})

test('a registry that gives no answer in time, or is not waited for, leaves a note and is no tag that moved', async () => {
  const bases = [{ reference: there(), digest }]
  const late = jest.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(AbortSignal.abort(new Error('late')))
  const unanswered = await movedBases(bases, new Set([host]), portsWith(scripted({})))
  late.mockRestore()
  expect(unanswered).toEqual({ moved: [], notes: [expect.stringMatching(/not known: .*no answer within 60 seconds/)] })
  const signal = AbortSignal.abort(new Error('cancelled'))
  const ended = await movedBases(bases, new Set([host]), portsWith(scripted({}), { signal }))
  expect(ended).toEqual({ moved: [], notes: [expect.stringMatching(/not known: the run was ended/)] })
})

test('nor are those that no address is known to lead to', async () => {
  const bases = [
    ...['127.0.0.2:1/a', 'x.svc/a', '[::ffff:7f00:1]:1/a', '[64:ff9b::7f00:1]:1/a'],
    'localhost:1/a',
    '[::1]:1/a',
    'db:1/a',
    '10.0.0.1/a',
    '0x7f000001:1/a',
    'x.internal/a',
  ]
  const of = bases.map(reference => ({ reference, digest }))
  const { notes } = await movedBases(of, new Set(), portsWith(scripted({})))
  expect(notes.map(note => /registry is on this machine/.test(note))).toEqual(bases.map(() => true))
})

test('a public name is not followed to an address nearby', () => {
  const asked = (addresses: LookupAddress[], all = true): unknown[] => {
    let told: unknown[] = []
    const resolved = (_: string, __: object, done: (error: null, found: LookupAddress[]) => void) =>
      done(null, addresses)
    refusingLookup({ of: isNearby, words: 'no' }, resolved as never)('a.example', { all }, (...given) => {
      told = given
    })
    return told
  }
  const [open, near, six] = [
    { address: '93.184.215.14', family: 4 },
    { address: '127.0.0.1', family: 4 },
    { address: 'fd00::1', family: 6 },
  ]
  expect(asked([open])).toEqual([null, [open]])
  expect(asked([open], false)).toEqual([null, open.address, 4])
  for (const other of [near, six]) expect(asked([open, other])[0]).toBeInstanceOf(RegistryError)
  expect(asked([])[0]).toBeInstanceOf(Error)
})

test('nor is a server elsewhere asked by a name of this machine', async () => {
  const transport = new Transport(portsWith(scripted({})), patience, { of: () => false, words: 'no' })
  const lookedUp = new Transport(portsWith(scripted({})), patience, {
    of: url => /127\.0\.0\.1|::1/.test(url),
    words: 'no',
  })
  const url = new URL(`http://localhost:${host.split(':')[1]}/v2/`)
  expect(await transport.ask({ url, headers: {} }, ({ status }) => status)).toBe(404)
  await expect(lookedUp.ask({ url, headers: {} }, ({ status }) => status)).rejects.toThrow('no')
  expect(asked).toBe(1)
  await Promise.all([transport.close(), lookedUp.close()])
})

test.each<[string, string, object, string[]]>([
  ['stages and names of stages', 'FROM a.b/x AS one\nFROM one\nCOPY --from=c.d:1/y / /\n', {}, ['a.b', 'c.d:1']],
  ['mounts', 'FROM scratch\nRUN --mount=from=localhost/x true\n', {}, ['docker.io', 'localhost']],
  ['arguments', 'ARG R\nFROM ${R}/x\n', { buildArgs: { R: 'e.f:5' } }, ['e.f:5']],
  ['an argument without a value', 'ARG R\nFROM ${R}x.y/z\n', {}, []],
  ['named contexts', 'FROM x\n', { buildContexts: { x: 'docker-image://g.h/x', y: './i.j/k' } }, ['docker.io', 'g.h']],
  ['what it is held against', 'FROM x\n', { against: 'docker://LOCALHOST:5000/x:1' }, ['docker.io', 'localhost:5000']],
])('the user names registries by %s', (_, text, more, hosts) => {
  expect([...named(text, more)].sort()).toEqual(hosts)
})
