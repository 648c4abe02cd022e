// What an image, a run and a proof are called in the ledger: an image by what stays the same when its files change.
import { expect, test } from '@jest/globals'
import type { Proof, ProofRun, ProofRunner } from '../../src/ledger/proof.ts'
import { lastPrefix, nameOf, subjectOfImage, toldProof } from '../../src/prove/ledger/ledger.ts'

interface Named {
  name?: string | null
  options?: object
  file?: string
  here?: string
}
const keyOf = ({ name = null, options = {}, file = '/a/Dockerfile', here = '/a' }: Named = {}) => {
  const all = { context: '/a', platforms: ['linux/amd64', 'linux/arm64'], ...options }
  return lastPrefix(subjectOfImage({ name, options: all as never, sources: { dockerfile: { file } } }, here))
}

test('each image of a folder has a name of its own', () => {
  const all: Named[] = [
    ...[{}, { name: 'app' }, { name: 'web' }, { file: '/a/web/Dockerfile' }, { options: { context: '/a/web' } }],
    ...[{ options: { target: 'dev' } }, { options: { target: 'test' } }, { options: { platforms: ['linux/amd64'] } }],
    { options: { contextName: 'https://example.com/a.git#main' } },
    { options: { contextName: 'https://example.com/b.git#main' } },
  ]
  const keys = all.map(keyOf)
  expect(new Set(keys).size).toBe(all.length)
})

test('and the same one in every checkout, in whatever order its platforms are given, and at each commit', () => {
  expect(keyOf({ here: '/b', file: '/b/Dockerfile', options: { context: '/b' } })).toBe(keyOf())
  expect(keyOf({ options: { platforms: ['linux/arm64', 'linux/amd64'] } })).toBe(keyOf())
  const fetched = (folder: string, digit: string) =>
    keyOf({ options: { context: folder, contextName: `https://example.com/a.git#${digit.repeat(40)}:app` } })
  expect(fetched('/tmp/1', 'a')).toBe(fetched('/tmp/2', 'b'))
})

const run = (attempt: number): ProofRun => ({ id: '123', attempt, url: 'https://example.com/runs/123', workflow: 'ci' })

test.each([
  [null, '2026-11-09T23:59:59.999Z', 'a run of 9 November 2026'],
  [run(1), '2026-01-01T00:00:00.000Z', 'run 123 of 1 January 2026'],
  [run(2), '2026-12-31T12:00:00.000Z', 'run 123, attempt 2, of 31 December 2026'],
])('a run is called by its number and the day in UTC', (run, at, name) => {
  expect(nameOf({ run, at })).toBe(name)
})

const runner = (name: string, more: Partial<ProofRunner> = {}): ProofRunner => ({
  ...{ os: 'Linux', arch: 'X64', name, image: 'ubuntu24 20261110.1', ...more },
})
const proofOf = (more: Partial<Proof>): Proof =>
  ({ at: '2026-11-09T12:00:00.000Z', level: 'identical', variations: ['umask'], commit: 'c', ...more }) as Proof

test('of a proof is told when, how far, on what runner, and whether that is another one than ours', () => {
  const known = { at: '2026-11-09T12:00:00.000Z', level: 'identical', variations: ['umask'], commit: 'c' }
  const told = (run: ProofRun | null, then: ProofRunner | null, now: ProofRunner | null) =>
    toldProof(proofOf({ run, runner: then }), { runner: now })
  expect(told(null, null, null)).toEqual({ ...known, otherRunner: false })
  expect(told(null, null, runner('two'))).toEqual({ ...known, otherRunner: false })
  expect(told(null, runner('one'), null)).toMatchObject({ otherRunner: false })
  expect(told(run(1), runner('one'), runner('one', { image: '' }))).toEqual({
    ...{ ...known, url: 'https://example.com/runs/123', otherRunner: false },
    runner: 'one, Linux X64, ubuntu24 20261110.1',
  })
  expect(told(null, runner('one', { image: '', arch: '' }), runner('two'))).toEqual({
    ...{ ...known, runner: 'one, Linux', otherRunner: true },
  })
})
