// A proof is what whoever can write the ledger wrote: data, bounded, and shown as plain text; and a folder that keeps it.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { folderStore, inWords } from '../../src/ledger/folder-store.ts'
import { keyFor, lastPrefix, proofPrefix, subjectOf } from '../../src/ledger/keys.ts'
import { type Proof, proofIn, proofKind, proofText, proofVersion, whereRun } from '../../src/ledger/proof.ts'
import { RecordError } from '../../src/ledger/record.ts'

const root = mkdtempSync(join(tmpdir(), 'proof-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const folder = (): string => mkdtempSync(join(root, 'folder-'))
const digest = `sha256:${'a'.repeat(64)}`

const shown = {
  ...{ id: 'header-mode', level: 'warning' as const, title: 'Permissions differ' },
  location: { file: 'Dockerfile', line: 3, endLine: 3 },
}
const linux = { platform: 'linux/amd64', digest, configDigest: digest }
const proof: Proof = {
  ...{ kind: proofKind, schemaVersion: proofVersion, inputs: digest, commit: '1'.repeat(40), epoch: 1_700_000_000 },
  ...{ at: '2026-11-09T21:15:00.000Z', level: 'identical', variations: ['mtimes'], asked: ['mtimes', 'umask'] },
  run: { id: '4711', attempt: 2, url: 'https://github.com/o/r/actions/runs/4711', workflow: 'ci' },
  runner: { os: 'Linux', arch: 'X64', name: 'GitHub Actions 12', image: 'ubuntu24 1' },
  platforms: [{ ...linux, shown: [shown] }],
  tool: { name: 'repro-gate', version: '1.0.0' },
}
const read = (value: unknown): Proof => proofIn(Buffer.from(JSON.stringify(value)))

describe('a proof', () => {
  test('is read as it was written', () => {
    expect(proofIn(Buffer.from(proofText(proof)))).toEqual(proof)
    expect(read({ ...proof, run: null, runner: null, commit: null, more: 'of a later version' })).toEqual({
      ...proof,
      ...{ run: null, runner: null, commit: null },
    })
  })

  test.each<[string, object]>([
    ['inputs', { inputs: 'sha256:1' }],
    ['a control character', { runner: { ...proof.runner, name: 'a\u001b[2J' } }],
    ['a turning character', { run: { ...proof.run, workflow: '\u202e' } }],
    ['half a character', { run: { ...proof.run, workflow: '\ud800' } }],
    ['another address', { run: { ...proof.run, url: 'javascript:alert(1)' } }],
    ['an address with marks', { run: { ...proof.run, url: 'https://x/)[b](http://c' } }],
    ['a run that is no number', { run: { ...proof.run, id: '12 of today' } }],
    ['a time in words', { at: 'yesterday' }],
    ['a time in another form', { at: '2026-11-09T21:15:00Z' }],
    ['a level that proves nothing', { level: 'different' }],
    ['no platforms', { platforms: [] }],
    ['an error among its findings', { platforms: [{ ...linux, shown: [{ ...shown, level: 'error' }] }] }],
    ['markup for an id', { platforms: [{ ...linux, shown: [{ ...shown, id: '](javascript:a)' }] }] }],
    ['a title over two lines', { platforms: [{ ...linux, shown: [{ ...shown, title: 'a\n::error::b' }] }] }],
    ['findings without end', { platforms: [{ ...linux, shown: Array(21).fill(shown) }] }],
    ['another kind', { kind: 'repro-gate-record' }],
    ['a later version', { schemaVersion: 2 }],
    ['variations without end', { variations: Array(100).fill('a') }],
  ])('with %s is refused', (_, change) => {
    expect(() => read({ ...proof, ...change })).toThrow(RecordError)
  })

  test('that is huge, deep, no JSON or says a thing twice is refused', () => {
    const text = proofText(proof)
    for (const hostile of [
      text + ' '.repeat(70_000),
      `${'['.repeat(50_000)}`,
      text.slice(0, -5),
      text.replace('"epoch"', '"at":"x","epoch"'),
      '',
    ])
      expect(() => proofIn(Buffer.from(hostile))).toThrow(RecordError)
  })

  test('never throws anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), fc.json().map(Buffer.from)), bytes => {
        expect(() => proofIn(bytes)).toThrow(RecordError)
      }),
    )
  })

  test('says where the job ran, as far as that can be shown', () => {
    const env = {
      ...{ GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'o/r', GITHUB_RUN_ID: '4711' },
      ...{ GITHUB_RUN_ATTEMPT: '2', GITHUB_WORKFLOW: 'ci', RUNNER_OS: 'Linux', RUNNER_ARCH: 'X64' },
      ...{ RUNNER_NAME: 'GitHub Actions 12', ImageOS: 'ubuntu24', ImageVersion: '1' },
    }
    expect(whereRun(env)).toEqual({ run: proof.run, runner: proof.runner })
    expect(whereRun({})).toEqual({ run: null, runner: null })
    expect(whereRun({ ...env, GITHUB_RUN_ID: 'x', RUNNER_NAME: '\u001b\ud83d' })).toMatchObject({
      ...{ run: null, runner: { name: '??' } },
    })
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), name => {
        expect(() =>
          read({ ...proof, ...whereRun({ ...env, RUNNER_NAME: name, GITHUB_WORKFLOW: name }) }),
        ).not.toThrow()
      }),
    )
  })
})

describe('keys', () => {
  const subject = { file: '/work/app/Dockerfile', context: '/work/app', target: null, platforms: [], image: null }

  test('are the same in every checkout, fit into a cache, and have no comma', () => {
    const here = lastPrefix(subjectOf(subject, '/work'))
    expect(here).toBe(lastPrefix(subjectOf({ ...subject, file: 'app/Dockerfile', context: 'app' }, '/elsewhere')))
    expect(here).not.toBe(lastPrefix(subjectOf({ ...subject, target: 'a' }, '/work')))
    const address = { ...subject, context: 'https://github.com/o/r.git#main' }
    expect(lastPrefix(subjectOf(address, '/work'))).not.toContain('github')
    expect(keyFor(proofPrefix(digest), 1_700_000_000_999, '1')).toBe(
      `repro-gate-proof-v1-${'a'.repeat(64)}-1700000000-1`,
    )
  })

  test('of a repository are the same at every commit, and others for another repository or folder', () => {
    const at = (commit: string, address = 'https://github.com/o/r.git', folder = ':app') =>
      lastPrefix(
        subjectOf(
          {
            ...subject,
            file: `${address}#${commit.slice(0, 12)}:app/Dockerfile`,
            context: `${address}#${commit}${folder}`,
          },
          '/work',
        ),
      )
    const [one, two] = ['1'.repeat(40), `${'ab'.repeat(32)}`]
    expect(at(one)).toBe(at(two))
    expect(at(one, 'me@host.example:o/r.git')).toBe(at(two, 'me@host.example:o/r.git'))
    const all = [at(one), at(one, 'https://github.com/o/other.git'), at(one, undefined, ':api'), at(one, undefined, '')]
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('a folder of proofs', () => {
  const filled = (): string => {
    const made = folder()
    writeFileSync(join(made, 'proof.json'), proofText(proof))
    writeFileSync(join(made, 'record.json.gz'), 'record')
    return made
  }

  test('gives the newest, whole, and keeps none twice', async () => {
    const ledger = join(folder(), 'not', 'there', 'yet')
    const store = folderStore(ledger)
    expect(await store.find({ newest: 'p-' }, folder())).toBe('none')
    expect([await store.keep('p-1', filled()), await store.keep('p-2', filled())]).toEqual(['kept', 'kept'])
    expect(await store.keep('p-1', filled())).toEqual({ problem: expect.stringContaining('there already') })
    utimesSync(join(ledger, 'p-1'), 1, 1)
    const into = folder()
    expect(await store.find({ newest: 'p-' }, into)).toEqual({ key: 'p-2' })
    expect(readFileSync(join(into, 'record.json.gz'), 'utf8')).toBe('record')
    expect(readdirSync(ledger).sort()).toEqual(['p-1', 'p-2'])
  })

  test('links, folders and large files in their place are not read, nor what a key leads out to', async () => {
    const ledger = folder()
    mkdirSync(join(ledger, 'p-1', 'record.json.gz'), { recursive: true })
    symlinkSync('/etc/passwd', join(ledger, 'p-1', 'proof.json'))
    mkdirSync(join(ledger, 'p-2'))
    writeFileSync(join(ledger, 'p-2', 'proof.json'), Buffer.alloc(70_000))
    const store = folderStore(ledger)
    expect(await store.find({ exact: 'p-1' }, folder())).toBe('none')
    expect(await store.find({ exact: 'p-2' }, folder())).toBe('none')
    expect(await store.find({ exact: '../../etc' }, folder())).toBe('none')
    expect(await store.keep('../out', filled())).toEqual({ problem: expect.stringContaining('is no key') })
  })

  test('where nothing can be made it says so, and the run goes on', async () => {
    const store = folderStore('/proc/no/ledger')
    expect(await store.find({ newest: 'p-' }, folder())).toBe('none')
    expect(await store.keep('p-1', filled())).toEqual({
      problem: 'the ledger /proc/no/ledger cannot be written: no folders can be made there.',
    })
  })

  test.each([
    ['EROFS', 'its file system is read-only'],
    ['EACCES', 'this user may not do that there'],
    ['ENOSPC', 'the disk is full'],
    ['EODD', 'EODD: odd'],
  ])('that refuses with %s says why in words', (code, words) => {
    expect(inWords(Object.assign(new Error(`${code}: odd`), { code, syscall: 'mkdir' }))).toBe(words)
  })

  test('that is no folder is a problem, and no error', async () => {
    const file = join(folder(), 'file')
    writeFileSync(file, '')
    const store = folderStore(file)
    expect(await store.find({ newest: 'p-' }, folder())).toEqual({ problem: expect.stringContaining('cannot be read') })
    expect(await store.keep('p-1', filled())).toEqual({ problem: expect.stringContaining('cannot be written') })
  })
})
