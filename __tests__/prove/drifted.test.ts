import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { packagesByPaths } from '../../src/packages/by-paths.ts'
import { type Before, drifted } from '../../src/prove/drifted.ts'
import type { Report, ReportFailure } from '../../src/report/report.ts'
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

  test('what a stopped build had said is no input that vanished', () => {
    const stopped = failing({ stopped: true, logTail: ['E: Unable to locate package foo'] })
    expect(drifted(stopped, before)).toMatchObject({ findings: [], drift: { kind: 'undecided', vanished: null } })
  })

  test('of several platforms the one that says what is gone is told, wherever it stands', () => {
    const [host, silent, gone] = [
      { step: null, message: 'There is no emulator for linux/arm64.', location: null },
      { message: 'exit code: 2', location: at(4), logTail: ['make: *** Error 2'] },
      { logTail: ['E: Unable to locate package foo'] },
    ].map(more => failing(more).failure) as [ReportFailure, ReportFailure, ReportFailure]
    const of = (...failures: ReportFailure[]) =>
      drifted({ ...failing({}), failure: failures[0] as ReportFailure, failures }, before)
    expect(of(host, silent, gone)).toMatchObject({
      ...{ failure: gone, failures: [gone, silent, host], drift: { kind: 'cannot-build', vanished: { name: 'foo' } } },
      findings: [{ id: 'vanished-input', location: at(3) }],
    })
    expect(of(host, silent)).toMatchObject({ failure: silent, findings: [], drift: { kind: 'cannot-build' } })
    const unnamed = { ...gone, step: null }
    expect(of(host, unnamed)).toMatchObject({ failure: unnamed, drift: { kind: 'cannot-build' } })
    expect(of(host, host)).toMatchObject({ failure: host, drift: { kind: 'undecided', vanished: null } })
  })

  test.each([
    ['debian:12', 3],
    ['docker.io/library/debian:12', 3],
    ['alpine:latest', 2],
    ['busybox:1', 4],
    ['nobody:1', undefined],
  ])('a tag that moved is told at the line that takes from it: %s', (reference, line) => {
    const { findings, verdict, drift } = drifted(base, { ...before, moved: moved(reference) })
    expect(verdict).toBe('reproducible')
    expect(drift?.bases).toEqual(moved(reference))
    expect(findings.map(({ id, level, location }) => [id, level, location?.line])).toEqual([
      ['base-tag-moved', 'warning', line],
    ])
    expect(findings.map(finding => 'location' in finding)).toEqual([line !== undefined])
  })

  test('no stage that has the name of an image is taken for it', () => {
    const file = 'FROM debian:12 AS alpine\nFROM alpine\nCOPY --from=alpine:latest /a /b\n'
    const named = { ...before, dockerfile: parseDockerfile(file, 'Dockerfile'), moved: moved('alpine:latest') }
    expect(drifted(base, named).findings.map(({ location }) => location?.line)).toEqual([3])
    expect(drifted(base, { ...named, dockerfile: null }).findings).toMatchObject([{ id: 'base-tag-moved' }])
  })

  test.each([
    [now, 'stands for another image now', `stands for ${now} now`, 'is made on another base', now],
    [null, 'is gone', 'its registry has no such tag any more', 'that follows the tag fails', '(nothing)'],
  ])('what its tag stands for now is told: %s', (to, title, message, then_, a) => {
    const { findings } = drifted(base, { ...before, moved: [{ reference: 'debian:12', from: then, to }] })
    expect(findings).toMatchObject([{ title: expect.stringContaining(title), evidence: [{ a, b: then }] }])
    for (const words of [message, then_]) expect(findings[0]?.message).toContain(words)
  })

  test('what the comparison found and noted stays beside what is told of tags', () => {
    const report = { ...notReproducible, findings: [finding('apt-logs')], notes: ['of the builds'] }
    const told = drifted(report, { ...before, moved: moved('debian:12'), notes: ['of the registry'] })
    expect(told.findings.map(({ id }) => id)).toEqual(['apt-logs', 'base-tag-moved'])
    expect(told.notes).toEqual(['of the builds', 'of the registry'])
  })

  test('packages with both versions from the findings, the new build being A', () => {
    const evidence = [
      { what: 'curl 8.6 → 8.5 (3 files)', a: '8.6', b: '8.5' },
      { what: 'jq 1 (only in build A)', a: '1', b: '(not installed)' },
      { what: '3 more packages differ in the same way' },
    ]
    const other = finding('apt-logs', { evidence: [{ what: 'start of the run', a: '1', b: '2' }] })
    const findings = [other, finding('package-version', { evidence })]
    const told = drifted({ ...notReproducible, findings }, before)
    expect(told.drift?.packages).toEqual([
      { name: 'curl', from: '8.5', to: '8.6' },
      { name: 'jq', from: null, to: '1' },
    ])
    expect(told.notes).toEqual([])
    expect(drifted({ ...base, findings }, before).drift?.packages).toEqual([])
  })

  test.each([
    ['one side alone is told', [{ what: 'jq 1', a: '1' }]],
    ['the other side alone is told', [{ what: 'jq 1', b: '1' }]],
  ])('packages by the names of files where %s', (_, evidence) => {
    const list = [{ path: 'var/lib/dpkg/info/jq.list', kind: 'changed' as const, changes: ['content'] }]
    const entries = { list } as unknown as NonNullable<Report['entries']>
    const findings = [finding('package-version', { evidence })]
    const { drift, notes } = drifted({ ...notReproducible, findings, entries }, before)
    expect(drift?.packages).toEqual([{ name: 'jq', from: null, to: null }])
    expect(notes).toEqual([expect.stringMatching(/versions are not named/)])
  })

  test.each([
    ['added', '1.0', null],
    ['removed', null, '1.0'],
  ] as const)('a package of which one version is known needs no note: %s', (kind, from, to) => {
    const paths = ['rake-1.0', 'rack-1.0'].map(name => `gems/specifications/${name}.gemspec`)
    const entries = { list: paths.map(path => ({ path, kind, changes: [] })) } as unknown as Report['entries']
    const { drift, notes } = drifted({ ...notReproducible, ...(entries ? { entries } : {}) }, before)
    expect(drift?.packages).toEqual(['rack', 'rake'].map(name => ({ name, from, to })))
    expect(notes).toEqual([])
  })

  test('one package without a version among others is enough for the note', () => {
    const list = ['var/lib/dpkg/info/jq.list', 'gems/specifications/rake-1.0.gemspec'].map(path => ({
      ...{ path, kind: 'added', changes: [] },
    }))
    const entries = { list } as unknown as NonNullable<Report['entries']>
    expect(drifted({ ...notReproducible, entries }, before).notes).toHaveLength(1)
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

    // What the ledger knows nothing of, or was not held against anything, is told as it was.
    const unknown = drifted({ ...base, scope }, before)
    expect([unknown.scope, unknown.drift?.since]).toEqual([scope, null])
    expect(drifted({ ...base, scope: null }, { ...before, proof }).scope).toBeNull()
    expect(drifted(base, { ...before, proof }).scope).toEqual(base.scope)

    // Which image stands beside the new one.
    const images = { A: 'new', B: 'record' }
    const named = (report: Partial<Report>, before_: Before) => drifted({ ...base, ...report }, before_).images
    expect(named({ scope, images }, { ...before, proof })).toEqual({ A: 'new', B: 'run 1' })
    expect(named({ scope, images }, before)).toEqual(images)
    expect(named({ images }, { ...before, proof })).toEqual(images)
    expect(named({ scope: null, images }, { ...before, proof })).toEqual(images)
    expect(named({ scope }, { ...before, proof })).toBeUndefined()
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
