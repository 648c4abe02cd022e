// The ledger in GitHub's cache: every fault at every request to the service. It costs a line, and never more.
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createExec } from '../../src/host/exec.ts'
import { actionsCache } from '../../src/ledger/actions-cache.ts'
import { startCacheDouble } from '../doubles/cache/cache-double.ts'
import { tarOf } from '../image/crafted.ts'
import { type AnswerFault, answerFaults, type Truth } from './answers.ts'
import { hastyBundles } from './bundles.ts'
import { withEnvironment } from './ended.ts'
import { fromServer, front, type Place } from './front.ts'
import { cells, isWhole, must, timeFor, tried } from './matrix.ts'

let bundle: Awaited<ReturnType<typeof hastyBundles>>
beforeAll(async () => {
  bundle = await hastyBundles()
}, 120_000)
afterAll(() => bundle && rmSync(bundle.folder, { recursive: true, force: true }))

const called =
  (name: string): Place['is'] =>
  ({ path }) =>
    path.endsWith(`/${name}`)
const isBlob = (path: string): boolean => path.startsWith('/devstoreaccount1/')
const places: (Place & { does: 'find' | 'keep' })[] = [
  { name: 'look for an entry', is: called('GetCacheEntryDownloadURL'), does: 'find' },
  { name: 'download an entry', is: ({ method, path }) => method !== 'PUT' && isBlob(path), does: 'find' },
  { name: 'create an entry', is: called('CreateCacheEntry'), does: 'keep' },
  { name: 'upload an entry', is: ({ method, path }) => method === 'PUT' && isBlob(path), does: 'keep' },
  { name: 'finish an entry', is: called('FinalizeCacheEntryUpload'), does: 'keep' },
]
/** GitHub's own library obeys GitHub's own service, and takes its token along to where that sends it. */
const isSentOn = ({ name }: AnswerFault): boolean => name === 'sent to this machine'
const isBlobPlace = ({ name }: Place): boolean => /^(?:up|down)load/.test(name)
const version = createHash('sha256').update('entry|gzip|1.0').digest('hex')
const line =
  /^The Actions cache could not be (?:read|written): [^\r\n]{1,320}\.$|^What the Actions cache has under this name is no proof\.$/

/** The service behind what may fail; the addresses that it hands out lead there, too. */
async function cacheScene() {
  const cache = await startCacheDouble()
  const trapped: string[] = []
  const trap = createServer((request, response) => {
    trapped.push(`${request.headers.authorization ?? ''}`)
    response.end('{}')
  })
  const listening = (server: typeof trap) =>
    new Promise<number>(done => server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port)))
  const onward = fromServer(() => Number(new URL(cache.url).port))
  let url = ''
  const truly = async (...given: Parameters<typeof onward>): Promise<Truth> => {
    const truth = await onward(...given)
    if (!truth.headers['content-type']?.includes('json')) return truth
    const body = Buffer.from(truth.body.toString().replaceAll(cache.url, url))
    const { 'content-length': _, ...headers } = truth.headers
    return { ...truth, headers: { ...headers, 'content-length': `${body.length}` }, body }
  }
  const before = front(truly, `http://localhost:${await listening(trap)}`)
  const server = createServer(before.handle)
  url = `http://127.0.0.1:${await listening(server)}`
  const root = mkdtempSync(join(tmpdir(), 'cache-scene-'))
  const [temp, into, from] = ['temp', 'into', 'from'].map(name => join(root, name)) as [string, string, string]
  for (const folder of [temp, into, from]) mkdirSync(folder)
  writeFileSync(join(from, 'proof.json'), '{"a":"proof"}')
  const env = {
    PATH: process.env.PATH,
    GITHUB_SERVER_URL: 'https://github.com',
    ...cache.env,
    ACTIONS_RESULTS_URL: `${url}/`,
  }
  const store = (wait: number) =>
    actionsCache({
      ...{
        env,
        exec: createExec({}, { graceMs: 0 }),
        child: join(bundle.folder, 'dist/cache/index.cjs'),
        tempDir: temp,
      },
      ...{ signal: new AbortController().signal, deadlines: { find: wait, keep: wait } },
    })
  return {
    ...{ cache, front: before, store, temp, into, from, trapped },
    async close() {
      for (const one of [server, trap]) {
        one.closeAllConnections()
        one.close()
      }
      await cache.close()
      rmSync(root, { recursive: true, force: true })
    },
  }
}

// The library waits for seconds before it asks again: a third of the faults is enough where not all are asked for.
const some = answerFaults.filter((_, at) => isWhole || at % 3 === 0)
const chosen = cells(places, some)
test(
  `${chosen.length} faults in answers of the cache`,
  async () => {
    const scenes = { begin: async () => null, end: async () => {}, workers: 8 }
    const wrong = await tried('cache', chosen, scenes, async ({ place, fault, times }) => {
      const scene = await cacheScene()
      try {
        scene.cache.plant('key-1', version, gzipSync(tarOf([{ name: 'entry/proof.json', content: '{"a":"proof"}' }])))
        scene.front.arm([{ place, fault, times: times === 'once' ? 1 : 99 }])
        const isFind = place.does === 'find'
        const store = scene.store(fault.kind === 'silent' ? 10_000 : 25_000)
        const came = await (isFind ? store.find({ newest: 'key-' }, scene.into) : store.keep('key-2', scene.from))
        const said = JSON.stringify(came)
        must(scene.front.struck() > 0, 'it did not strike', said)
        must(readdirSync(scene.temp).length === 0, `left: ${readdirSync(scene.temp).join(', ')}`)
        must(withEnvironment(scene.temp).length === 0, 'a process lives on')
        must(
          scene.trapped.every(token => token === '') || (isSentOn(fault) && !isBlobPlace(place)),
          'a token was carried away',
          scene.trapped.join('\n'),
        )
        if (typeof came === 'object' && 'problem' in came) {
          must(line.test(came.problem) && !/sig=|runtime-token/.test(came.problem), 'no line to be shown', said)
          return 'a line of the log'
        }
        if (typeof came === 'object')
          must(
            readFileSync(join(scene.into, 'proof.json'), 'utf8') === '{"a":"proof"}',
            'another proof was found',
            said,
          )
        const kept = scene.cache.entries.filter(({ key }) => key === 'key-2').length
        must(came !== 'kept' || kept === 1 || fault.kind === 'lie', `kept, and there ${kept} times`, said)
        return typeof came === 'object'
          ? 'found all the same'
          : came === 'none'
            ? 'taken for nothing there'
            : 'kept all the same'
      } finally {
        await scene.close()
      }
    })
    expect(wrong).toEqual([])
  },
  timeFor(chosen.length, 10_000),
)
