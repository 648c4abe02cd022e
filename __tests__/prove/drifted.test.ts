import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { packagesByPaths } from '../../src/packages/by-paths.ts'
import { type Before, drifted } from '../../src/prove/drifted.ts'
import type { Report } from '../../src/report/report.ts'
import { at, finding, notReproducible, reproducible } from '../report/reports.ts'

const [then, now] = ['1', '2'].map(digit => `sha256:${digit.repeat(64)}`) as [string, string]
const text = 'ARG BASE=debian:12\nFROM alpine AS tools\nFROM ${BASE}\nCOPY --from=busybox:1 /a /b\n'
const before: Before = {
  ...{ proof: null, commit: null, moved: [], notes: [], buildArgs: {}, now: Date.parse('2026-11-21T10:00:00.000Z') },
  dockerfile: parseDockerfile(text, 'Dockerfile'),
}
const base: Report = { ...reproducible, command: 'compare', findings: [], notes: [] }
const moved = (reference: string) => [{ reference, from: then, to: now }]
const failing = (more: object): Report => ({
  ...{ ...base, verdict: 'undecided', level: null },
  failure: { side: 'A', step: '[2/2] RUN x', message: 'exit code: 1', location: at(3), logTail: [], ...more },
})
const kind = (report: Report, more: Partial<Before> = {}) => drifted(report, { ...before, ...more }).drift?.kind

describe('what became of it', () => {
  test('the verdict decides, then whether a tag has moved', () => {
    expect(kind(base)).toBe('same')
    expect(kind(base, { moved: moved('debian:12') })).toBe('base-moved')
    expect(kind({ ...notReproducible, command: 'compare' }, { moved: moved('debian:12') })).toBe('differs')
    expect(kind({ ...base, verdict: 'undecided', doubts: ['inputs'] })).toBe('undecided')
    expect(kind(failing({}))).toBe('cannot-build')
  })

  test('a build that this machine could not make is no drift', () => {
    expect(kind(failing({ stopped: true }))).toBe('undecided')
    expect(kind(failing({ message: 'The disk is full (no space left on device). …' }))).toBe('undecided')
    expect(kind(failing({ message: 'The builder stopped answering during the build: EOF' }))).toBe('undecided')
    expect(kind(failing({ step: null, message: 'There is no emulator for linux/arm64.' }))).toBe('undecided')
  })

  test('what has vanished is a finding at the line that failed', () => {
    const report = drifted(failing({ logTail: ['E: Unable to locate package foo'] }), before)
    expect(report.drift?.vanished).toMatchObject({ kind: 'package', name: 'foo' })
    expect(report.findings).toMatchObject([{ id: 'vanished-input', level: 'error', class: 'drift', location: at(3) }])
    expect(drifted(failing({ logTail: ['make: *** Error 2'] }), before)).toMatchObject({
      ...{ findings: [], drift: { kind: 'cannot-build', vanished: null } },
    })
  })

  test.each([
    ['debian:12', 3],
    ['docker.io/library/debian:12', 3],
    ['alpine:latest', 2],
    ['busybox:1', 4],
    ['nobody:1', undefined],
  ])('a tag that moved is told at the line that takes from it: %s', (reference, line) => {
    const { findings, verdict } = drifted(base, { ...before, moved: moved(reference) })
    expect(verdict).toBe('reproducible')
    expect(findings.map(({ id, level, location }) => [id, level, location?.line])).toEqual([
      ['base-tag-moved', 'warning', line],
    ])
  })

  test('packages with both versions from the findings, the new build being A', () => {
    const evidence = [
      { what: 'curl 8.6 → 8.5 (3 files)', a: '8.6', b: '8.5' },
      { what: 'jq 1 (only in build A)', a: '1', b: '(not installed)' },
      { what: '3 more packages differ in the same way' },
    ]
    const report = { ...notReproducible, findings: [finding('package-version', { evidence })] }
    expect(drifted(report, before).drift?.packages).toEqual([
      { name: 'curl', from: '8.5', to: '8.6' },
      { name: 'jq', from: null, to: '1' },
    ])
  })

  test('of the ledger the scope says when, and how long ago', () => {
    const proof = {
      ...{
        at: '2026-11-20T10:00:00.000Z',
        level: 'identical' as const,
        variations: [],
        commit: null,
        otherRunner: true,
      },
    }
    const scope = reproducible.scope && { ...reproducible.scope, against: { kind: 'record' as const, name: 'run 1' } }
    const report = drifted({ ...base, scope }, { ...before, proof })
    expect(report.scope).toMatchObject({ secondsApart: 86_400, against: { kind: 'ledger', name: 'run 1', proof } })
    expect(report.drift?.since).toBe(proof.at)
  })
})

describe('packages by the names of files', () => {
  const entry = (path: string, kind: 'added' | 'removed' | 'changed' = 'changed', changes = ['content']) => ({
    ...{ path, kind, changes },
  })

  test('dpkg says that one differs, others from what to what', () => {
    expect(
      packagesByPaths([
        entry('var/lib/dpkg/info/libssl3:amd64.md5sums'),
        entry('var/lib/dpkg/info/libssl3:amd64.list', 'changed', ['mtime']),
        entry('var/lib/dpkg/info/tzdata.postinst'),
        entry('usr/lib/python3/dist-packages/requests-2.31.0.dist-info/METADATA', 'added'),
        entry('usr/lib/python3/dist-packages/requests-2.32.0.dist-info/METADATA', 'removed'),
        entry('opt/conda/conda-meta/numpy-1.26.4-py311h64a7726_0.json', 'added'),
        entry('var/lib/gems/specifications/rake-13.1.0.gemspec', 'removed'),
        entry('usr/share/doc/requests-2.31.0.txt', 'added'),
      ]),
    ).toEqual([
      { name: 'libssl3', from: null, to: null },
      { name: 'numpy', from: '1.26.4', to: null },
      { name: 'rake', from: null, to: '13.1.0' },
      { name: 'requests', from: '2.31.0', to: '2.32.0' },
    ])
  })

  test('may be anything', () => {
    const paths = fc.array(fc.constantFrom('a', '-', '1', '.', '/', '.dist-info', 'conda-meta/', '.json'), {
      maxLength: 3000,
    })
    fc.assert(
      fc.property(paths, parts => {
        const started = performance.now()
        packagesByPaths([
          entry(parts.join(''), 'added'),
          entry('1-'.repeat(400), 'added'),
          entry('a-1'.repeat(300), 'added'),
        ])
        expect(performance.now() - started).toBeLessThan(500)
      }),
    )
  })
})
