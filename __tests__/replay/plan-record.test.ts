import { describe, expect, test } from '@jest/globals'
import type { RecordedInputs } from '../../src/ledger/record.ts'
import type { ReplayWishes } from '../../src/replay/plan.ts'
import { planRecord } from '../../src/replay/plan-record.ts'

const commit = 'c'.repeat(40)
const source = `https://example.com/o/r.git#${commit}:app`
const inputs: RecordedInputs = {
  dockerfile: { file: 'docker/Dockerfile', sha256: 'a'.repeat(64), text: null },
  contexts: [{ name: 'context', digest: null, contents: null, files: 0, parts: [], address: null }],
  ...{ args: [], target: 'final', secrets: [], ssh: [], settings: {}, epoch: 1, commit, bases: [] },
}
const nothing: ReplayWishes = {
  ...{ context: undefined, buildArgs: {}, buildContexts: {}, secrets: [], ssh: [], network: undefined, allow: [] },
  epoch: 'commit',
}
const planned = (change: Partial<RecordedInputs> = {}, wishes: Partial<ReplayWishes> = {}) => {
  const platforms = [{ platform: 'linux/amd64' }] as Parameters<typeof planRecord>[1]['platforms']
  return planRecord('r.json.gz', { inputs: { ...inputs, ...change }, platforms }, 'linux/amd64', {
    ...nothing,
    ...wishes,
  })
}
const refused = (change: Partial<RecordedInputs>, wishes: Partial<ReplayWishes> = {}) =>
  planned({ source, ...change }, wishes).plan.refused

describe('the source', () => {
  test('is the one that the record names, or that commit at the address of the user', () => {
    expect(planned({ source }).build).toMatchObject({
      context: source,
      isForeign: true,
      byBuilder: false,
      target: 'final',
    })
    const context = 'https://mirror.example/r.git'
    expect(planned({ source }, { context }).build).toMatchObject({
      context: `${context}#${commit}:app`,
      isForeign: true,
    })
    expect(planned({ source }, { context: `${context}#main:other` }).build).toMatchObject({
      ...{ context: `${context}#main:other`, isForeign: false },
    })
    expect(planned({}, { context: '.' }).build).toMatchObject({ context: '.', file: 'docker/Dockerfile', epoch: 1 })
  })

  test('has to be named where nobody knows it, and where it is nearby or asked with a key', () => {
    expect(planned().plan.refused).toEqual([expect.stringMatching(/it was a folder, of commit c{40}/)])
    expect(refused({ source: `http://10.0.0.1/r.git#${commit}` })).toEqual([
      expect.stringMatching(/only where you name it/),
    ])
    expect(refused({ source: `git@example.com:o/r.git#${commit}` })).toEqual([expect.stringMatching(/your SSH key/)])
    expect(refused({ source: 'file:///etc' })).toEqual([expect.stringMatching(/not one that can be fetched/)])
  })
})

test('what was not written down has to be given, and nothing else can be', () => {
  const args = [
    { name: 'A', value: '1' },
    { name: 'TOKEN', value: null },
  ]
  expect(refused({ args })).toEqual([expect.stringMatching(/--build-arg TOKEN=VALUE/)])
  expect(planned({ source, args }, { buildArgs: { TOKEN: 'x' } }).build?.buildArgs).toEqual({ A: '1', TOKEN: 'x' })
  expect(refused({ args: [] }, { buildArgs: { B: 'x' } })).toEqual([expect.stringMatching(/'B'/)])
  expect(refused({ secrets: ['npm'] })).toEqual([expect.stringMatching(/--secret id=npm/)])
  expect(refused({ secrets: ['npm'] }, { secrets: ['npm'] })).toEqual([])
  const other = { name: 'assets', digest: null, contents: null, files: 1, parts: [], address: null }
  expect(refused({ contexts: [other] })).toEqual([expect.stringMatching(/--build-context assets=/)])
  expect(
    planned({ source, contexts: [{ ...other, address: 'docker-image://debian:12' }] }).build?.buildContexts,
  ).toEqual({
    assets: 'docker-image://debian:12',
  })
})

test('a build argument may not bring a frontend that nobody here knows', () => {
  const args = (value: string) => [{ name: 'BUILDKIT_SYNTAX', value }]
  expect(refused({ args: args('evil.example/front:1') })).toEqual([expect.stringMatching(/'evil.example\/front:1'/)])
  expect(refused({ args: args('docker/dockerfile:1') })).toEqual([])
})

test('privileges are the user’s to give', () => {
  expect(refused({ settings: { network: ['host'] } })).toEqual([expect.stringMatching(/--allow network.host/)])
  expect(refused({ settings: { allow: ['security.insecure'] } })).toEqual([
    expect.stringMatching(/--allow security.insecure/),
  ])
  const allow = ['network.host', 'security.insecure']
  const settings = { network: ['host'], allow: ['security.insecure'], labels: ['a=b'], 'shm-size': ['134217728'] }
  expect(planned({ source, settings }, { allow }).build).toMatchObject({
    network: 'host',
    labels: ['a=b'],
    shmSize: '134217728',
  })
})

test('paths and names that are none are refused', () => {
  const dockerfile = { ...inputs.dockerfile, file: '../../etc/passwd' }
  expect(refused({ dockerfile })).toEqual([expect.stringMatching(/no path inside/)])
  expect(refused({ args: [{ name: '-x y', value: '' }] })).toEqual([expect.stringMatching(/name that is none/)])
  expect(planned({ source }, {}).plan.refused).toEqual([])
})
