// Which ledger a run is given: the one that was asked for, and for a release none but where that was said.
import { join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import type { Options } from '../../src/options/options.ts'
import { openLedger } from '../../src/prove/ledger/open-ledger.ts'
import { tempFolder } from '../build/ports.ts'

const env = {
  ...{ GITHUB_RUN_ID: '4711', GITHUB_RUN_ATTEMPT: '2', GITHUB_SERVER_URL: 'https://github.com' },
  ...{
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_WORKFLOW: 'ci',
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    RUNNER_NAME: 'one',
  },
}

/** The ledger of a run with such options, and what is said of it. */
function opened(ledger: Options['ledger'], release: object | null, signal = new AbortController().signal) {
  const told: string[] = []
  const log = { info: (text: string) => void told.push(text) }
  const ports = { log, tempDir: tempFolder(), signal } as never
  return { ledger: openLedger({ ledger, release } as never, ports, env), told }
}

const release = { tags: ['v1'] }
const folder = (forRelease: boolean) => ({ folder: 'kept/proofs', forRelease })
const cache = (forRelease: boolean) => ({ folder: null, forRelease })
const [ofFolder, ofCache] = [`the ledger ${resolve('kept/proofs')}`, 'the Actions cache']

test.each<[string, Options['ledger'], object | null, string | null, number]>([
  ['where nobody asked', null, null, null, 0],
  ['where nobody asked, for a release', null, release, null, 0],
  ['in a folder', folder(false), null, ofFolder, 0],
  ['in a folder, also for releases', folder(true), null, ofFolder, 0],
  ['in the cache', cache(false), null, ofCache, 0],
  ['in a folder, for a release', folder(false), release, null, 1],
  ['in the cache, for a release', cache(false), release, null, 1],
  ['in a folder, also for releases, for one', folder(true), release, ofFolder, 0],
  ['in the cache, also for releases, for one', cache(true), release, ofCache, 0],
])('the ledger of a run: %s', (_, place, release, name, told) => {
  const found = opened(place, release)
  expect(found.ledger?.store.name ?? null).toBe(name)
  const why =
    /^The ledger is not read for a release: both sides are built\. \(ledger: release reads it all the same\.\)$/
  expect(found.told).toEqual(Array(told).fill(expect.stringMatching(why)))
})

test('it knows where it runs, and is read by a program that lies beside ours', async () => {
  const { ledger } = opened(cache(false), null)
  expect(ledger).toMatchObject({
    run: { id: '4711', attempt: 2, url: 'https://github.com/acme/shop/actions/runs/4711' },
    ...{ runner: { name: 'one' }, here: process.cwd() },
  })
  expect(await ledger?.store.find({ newest: 'x' }, join(tempFolder(), 'found'))).toEqual({
    problem: expect.stringMatching(/could not be read: \/.*\/cache\/index\.cjs is missing\.$/),
  })
})

test('a run that is ended waits for no ledger', async () => {
  const ended = AbortSignal.abort()
  for (const place of [{ folder: tempFolder(), forRelease: false }, cache(false)])
    expect(await opened(place, null, ended).ledger?.store.find({ newest: 'x' }, join(tempFolder(), 'found'))).toEqual({
      problem: expect.stringMatching(/ended/),
    })
})
