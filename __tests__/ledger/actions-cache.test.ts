// The ledger in GitHub's cache, against a double of the service: whatever goes wrong there is told in a line, and in time.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { buildSync } from 'esbuild'
import { createExec } from '../../src/host/exec.ts'
import { actionsCache, type CacheSetting } from '../../src/ledger/actions-cache.ts'
import { type CacheFault, startCacheDouble } from '../doubles/cache/cache-double.ts'
import { type CraftedEntry, tarOf } from '../image/crafted.ts'

const root = mkdtempSync(join(tmpdir(), 'actions-cache-'))
const child = join(root, 'cache.cjs')
afterAll(() => rmSync(root, { recursive: true, force: true }))
beforeAll(() => {
  buildSync({
    entryPoints: [join(import.meta.dirname, '../../src/ledger/cache-child.ts')],
    ...{ outfile: child, bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error' },
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  })
})

const folder = (): string => mkdtempSync(join(root, 'folder-'))
/** What @actions/cache makes of the path and the packing. */
const version = createHash('sha256').update('entry|gzip|1.0').digest('hex')
const prefix = `repro-gate-proof-v1-${'a'.repeat(64)}-`

type Cache = Awaited<ReturnType<typeof startCacheDouble>>
let cache: Cache
let temp: string
beforeEach(async () => {
  cache = await startCacheDouble()
  temp = folder()
})
afterEach(async () => {
  await cache.close()
  // Every entry, archive and program of its own, and every process that had the bundle to run.
  expect(readdirSync(temp)).toEqual([])
  expect(processes()).toEqual([])
})

const processes = (): string[] =>
  readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(child)
    } catch {
      return false
    }
  })

function store(more: Partial<CacheSetting> = {}, env: Record<string, string | undefined> = {}) {
  return actionsCache({
    env: { PATH: process.env.PATH, GITHUB_SERVER_URL: 'https://github.com', ...cache.env, ...env },
    ...{ exec: createExec({}, { graceMs: 0 }), child, tempDir: temp, signal: new AbortController().signal },
    deadlines: { find: 8000, keep: 8000 },
    ...more,
  })
}

function proofFolder(): string {
  const made = folder()
  writeFileSync(join(made, 'proof.json'), '{}')
  writeFileSync(join(made, 'record.json.gz'), 'a record')
  writeFileSync(join(made, 'something else'), 'never kept')
  return made
}

const plant = (...entries: CraftedEntry[]): void => cache.plant(`${prefix}1`, version, gzipSync(tarOf(entries)))

describe('a service that works', () => {
  test('an entry is kept, found by its beginning and by its name, and is the newest', async () => {
    const cached = store()
    expect(await cached.find({ newest: prefix }, folder())).toBe('none')
    expect(await cached.keep(`${prefix}1-7`, proofFolder())).toBe('kept')
    expect(await cached.keep(`${prefix}2-8`, proofFolder())).toBe('kept')
    const into = folder()
    expect(await cached.find({ newest: prefix }, into)).toEqual({ key: `${prefix}2-8` })
    expect(readdirSync(into).sort()).toEqual(['proof.json', 'record.json.gz'])
    expect(readFileSync(join(into, 'record.json.gz'), 'utf8')).toBe('a record')
    expect(await cached.find({ exact: `${prefix}1-7` }, folder())).toEqual({ key: `${prefix}1-7` })
    expect(cache.entries.map(entry => entry.version)).toEqual([version, version])
    expect(cache.problems()).toEqual([])
  })

  test('a key that is there already is not written again', async () => {
    await store().keep(`${prefix}1`, proofFolder())
    expect(await store().keep(`${prefix}1`, proofFolder())).toEqual({
      problem: expect.stringMatching(/^The Actions cache could not be written: .*another job may be creating/i),
    })
  })

  test('a runner without zstd, or with nothing but what is needed, has the same entries', async () => {
    await store().keep(`${prefix}1`, proofFolder())
    const bare = folder()
    for (const program of ['mv', 'tar', 'gzip'])
      symlinkSync(execFileSync('which', [program], { encoding: 'utf8' }).trim(), join(bare, program))
    expect(await store({}, { PATH: bare }).find({ newest: prefix }, folder())).toEqual({ key: `${prefix}1` })
    expect(await store({}, { PATH: folder() }).find({ newest: prefix }, folder())).toEqual({
      problem: 'The Actions cache could not be read: there is no mv on this machine.',
    })
  })
})

describe('a service that does not work is told in one line', () => {
  const line = /^The Actions cache could not be (?:read|written): [^\r\n]{1,320}\.$/
  const faults: [string, CacheFault[], number][] = [
    ['401', [{ kind: 401, times: 99 }], 5],
    ['403', [{ kind: 403, times: 99 }], 5],
    ['429', [{ kind: 429, times: 99 }], 7],
    ['500 for ever', [{ kind: 500, times: 99 }], 7],
    ['a page instead of an answer, for ever', [{ kind: 'html', times: 99 }], 7],
    ['a connection that breaks', [{ kind: 'reset', times: 99 }], 7],
    ['a service that hangs', [{ kind: 'hang', times: 99 }], 7],
    ['a download that hangs', [{ operation: 'blob-get', kind: 'hang', times: 99 }], 7],
    ['a download that drips', [{ operation: 'blob-get', kind: 'drip', times: 99 }], 7],
    ['a download that breaks off', [{ operation: 'blob-get', kind: 'truncate', times: 99 }], 7],
    ['a download of other bytes', [{ operation: 'blob-get', kind: 'corrupt', times: 99 }], 7],
  ]
  test.each(faults)('%s, for whoever looks', async (_, given, seconds) => {
    plant({ name: 'entry/proof.json', content: '{}' })
    for (const fault of given) cache.fault(fault)
    const [into, started] = [folder(), Date.now()]
    const found = await store({ deadlines: { find: 2500, keep: 2500 } }).find({ newest: prefix }, into)
    expect(found).toEqual({ problem: expect.stringMatching(line) })
    expect((Date.now() - started) / 1000).toBeLessThan(seconds)
    expect(cache.problems()).toEqual([])
  })

  test.each(faults.slice(0, 7))('%s, for whoever keeps', async (_, given, seconds) => {
    for (const fault of given) cache.fault(fault)
    const started = Date.now()
    const kept = await store({ deadlines: { find: 2500, keep: 2500 } }).keep(`${prefix}1`, proofFolder())
    expect(kept).toEqual({ problem: expect.stringMatching(line) })
    expect((Date.now() - started) / 1000).toBeLessThan(seconds)
  })

  test('without the query of an address, which is as good as a password', async () => {
    const child = join(folder(), 'child.cjs')
    const told = 'GET https://x.blob.example/c/b?sig=sEcReT%3D&se=1 failed'
    const answered = (command: string, answer: object): string =>
      `${command}\nrequire('fs').writeFileSync('answer.json', '${JSON.stringify(answer)}')\n`
    const problem = 'The Actions cache could not be read: GET https://x.blob.example/c/b?… failed.'
    writeFileSync(child, answered(`console.log('::warning::Failed to restore: ${told}')`, { key: null }))
    expect(await store({ child }).find({ newest: prefix }, folder())).toEqual({ problem })
    writeFileSync(child, answered('', { problem: told }))
    expect(await store({ child }).find({ newest: prefix }, folder())).toEqual({ problem })
  })

  test('an error that comes once is none', async () => {
    plant({ name: 'entry/proof.json', content: '{}' })
    cache.fault({ kind: 500, times: 1 })
    expect(await store({ deadlines: { find: 20_000, keep: 1 } }).find({ newest: prefix }, folder())).toEqual({
      key: `${prefix}1`,
    })
  })

  test('who hangs once is not asked again', async () => {
    cache.fault({ kind: 'hang', times: 99 })
    const cached = store({ deadlines: { find: 1500, keep: 60_000 } })
    await cached.find({ newest: prefix }, folder())
    const started = Date.now()
    expect(await cached.keep(`${prefix}1`, proofFolder())).toEqual({
      problem: 'The Actions cache could not be written: it did not answer before.',
    })
    expect(Date.now() - started).toBeLessThan(500)
  })

  test('nobody listens, there is no token, no service, no program', async () => {
    await cache.close()
    const told = async (more: Partial<CacheSetting>, env: Record<string, string | undefined>) => [
      await store(more, env).find({ newest: prefix }, folder()),
      await store(more, env).keep(`${prefix}1`, proofFolder()),
    ]
    const problem = { problem: expect.stringMatching(line) }
    expect(await told({}, {})).toEqual([problem, problem])
    expect(await told({}, { ACTIONS_RUNTIME_TOKEN: undefined })).toEqual([problem, problem])
    const none = { ACTIONS_RESULTS_URL: undefined, ACTIONS_CACHE_SERVICE_V2: undefined }
    expect(await told({}, none)).toEqual(
      ['read', 'written'].map(done => ({
        problem: `The Actions cache could not be ${done}: there is no cache service here.`,
      })),
    )
    expect(await told({ child: join(root, 'none.cjs') }, {})).toEqual([problem, problem])
  })

  test('a token that may only read', async () => {
    await cache.close()
    cache = await startCacheDouble({ mode: 'read' })
    plant({ name: 'entry/proof.json', content: '{}' })
    expect(await store().find({ newest: prefix }, folder())).toEqual({ key: `${prefix}1` })
    expect(await store().keep(`${prefix}2`, proofFolder())).toEqual({
      problem: expect.stringContaining('token is read-only'),
    })
  })

  test('a run that ends while the service hangs ends at once', async () => {
    cache.fault({ kind: 'hang', times: 99 })
    const run = new AbortController()
    const finding = store({ signal: run.signal, deadlines: { find: 60_000, keep: 1 } }).find(
      { newest: prefix },
      folder(),
    )
    while (processes().length === 0) await sleep(50)
    await sleep(500)
    const started = Date.now()
    run.abort(new Error('ended by SIGTERM'))
    expect(await finding).toEqual({ problem: 'The Actions cache could not be read: the run was ended.' })
    expect(Date.now() - started).toBeLessThan(15_000)
  })

  test('its process is given nothing of the job but what it needs', async () => {
    const seen: Record<string, string>[] = []
    const exec = createExec({}, { graceMs: 0 })
    const spy: CacheSetting['exec'] = {
      ...exec,
      capture: (command, args, options) => {
        seen.push({ ...options?.env })
        return exec.capture(command, args, options)
      },
    }
    await store({ exec: spy }, { GITHUB_TOKEN: 'secret', INPUT_SECRETS: 'secret', AWS_KEY: 'secret' }).find(
      { newest: prefix },
      folder(),
    )
    expect(JSON.stringify(seen)).not.toContain('secret')
    expect(seen[0]?.GITHUB_WORKSPACE).toContain(temp)
  })
})

describe('an archive that somebody else made', () => {
  const into = async (): Promise<[unknown, string[]]> => {
    const made = folder()
    return [await store().find({ newest: prefix }, made), readdirSync(made).sort()]
  }
  const noProof = { problem: 'What the Actions cache has under this name is no proof.' }

  test('nothing is written where it says, and links are no files', async () => {
    const outside = join(root, 'outside')
    plant(
      { name: outside, content: 'absolute' },
      { name: 'entry/link', typeflag: '2', linkname: outside },
      { name: 'entry/link/file', content: 'through a link' },
      { name: 'entry/proof.json', typeflag: '2', linkname: '/etc/passwd' },
      { name: 'entry/record.json.gz', typeflag: '1', linkname: '/etc/passwd' },
      { name: 'bin/tar', content: 'another program', mode: 0o755 },
    )
    expect(await into()).toEqual([noProof, []])
    for (const name of ['../../outside', 'entry/../../../outside']) {
      plant({ name, content: 'above' }, { name: 'entry/proof.json', content: '{}' })
      expect(await into()).toEqual([{ problem: expect.stringContaining('has a step up (..)') }, []])
    }
    expect(existsSync(outside)).toBe(false)
  })

  test('other names, folders and pipes in their place are no entry', async () => {
    plant(
      { name: 'entry/PROOF.json', content: '{}' },
      { name: 'proof.json', content: '{}' },
      { name: 'entry/proof.json/', typeflag: '5' },
      { name: 'entry/record.json.gz', typeflag: '6' },
    )
    expect(await into()).toEqual([noProof, []])
  })

  test('what is too large, too much, twice there, or no archive is refused', async () => {
    const told = async () => (await into())[0]
    const refused = (why: string) => ({ problem: expect.stringMatching(why) })
    plant({ name: 'entry/proof.json', content: Buffer.alloc(70_000) })
    expect(await told()).toEqual(refused('its proof.json is too large'))
    plant(...Array.from({ length: 60 }, (_, at) => ({ name: `entry/${at}` })), {
      name: 'entry/proof.json',
      content: '{}',
    })
    expect(await told()).toEqual(refused('it holds more than 50 things'))
    plant({ name: 'entry/proof.json', content: '{}' }, { name: 'entry/proof.json', content: '[]' })
    expect(await told()).toEqual(refused('it holds proof.json twice'))
    cache.plant(`${prefix}1`, version, Buffer.from('no archive'))
    expect(await told()).toEqual(refused('^The Actions cache could not be read: '))
  })

  test('a bomb is not unpacked to its end', async () => {
    const bomb = gzipSync(tarOf([{ name: 'entry/filler', content: Buffer.alloc(300 * 1024 ** 2) }]), { level: 1 })
    cache.plant(`${prefix}1`, version, bomb)
    expect((await into())[0]).toEqual({ problem: expect.stringContaining('it holds more than 268435456 bytes') })
  })
})
