// What later steps read: a digest stands there for what was proven in this run alone.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { setOutputs, setRecordOutputs } from '../../src/github/outputs.ts'
import type { Report } from '../../src/report/report.ts'
import { finding, notReproducible, reproducible, undecided } from '../report/reports.ts'

let folder = ''
const before = process.env.GITHUB_OUTPUT
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outputs-'))
  process.env.GITHUB_OUTPUT = join(folder, 'outputs')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
  if (before === undefined) delete process.env.GITHUB_OUTPUT
  else process.env.GITHUB_OUTPUT = before
})

function outputsOf(set: () => void): Record<string, string> {
  writeFileSync(join(folder, 'outputs'), '')
  set()
  const text = readFileSync(join(folder, 'outputs'), 'utf8')
  const all = text.matchAll(/^([\w-]+)<<(ghadelimiter_\S+)\n(?:([\s\S]*?)\n)?\2$/gm)
  return Object.fromEntries([...all].map(([, name = '', , value = '']) => [name, value]))
}
test.each(['/nonexistent/outputs', tmpdir()])(
  'a file of outputs that cannot be written is told in words: %s',
  place => {
    process.env.GITHUB_OUTPUT = place
    expect(() => setOutputs(null, { report: '', predicate: '' })).toThrow(
      /^The outputs could not be written for later steps: /,
    )
  },
)

const written = { report: '/r.json', predicate: '/p.json', predicateType: 'https://type' }
const of = (report: Report | null, wasRead?: boolean) => outputsOf(() => setOutputs(report, written, wasRead))
const [a] = reproducible.builds as [Report['builds'][number]]
const nothing = { digest: '', 'config-digest': '', release: '', drift: '', 'subject-name': '', 'subject-digest': '' }

test('of a proven image all is told', () => {
  const report: Report = { ...reproducible, logs: ['/a', '/b'], findings: [finding('RG201')] }
  expect(of(report)).toEqual({
    ...{ ...nothing, verdict: 'reproducible', reproducible: 'true', level: 'identical' },
    ...{ digest: a.digest, 'config-digest': a.configDigest, logs: '/a\n/b', findings: '1', subjects: '' },
    ...{ report: '/r.json', predicate: '/p.json', 'predicate-type': 'https://type' },
  })
  const { predicateType: _, ...without } = written
  expect(outputsOf(() => setOutputs(report, without))['predicate-type']).toBe('')
})

test.each<[string, Report | null, object]>([
  ['not proven', notReproducible, { verdict: 'not-reproducible', reproducible: 'false', level: 'different' }],
  ['undecided', undecided, { verdict: 'undecided', reproducible: 'unknown' }],
  ['without a report', null, { verdict: 'undecided', reproducible: 'unknown', level: '', findings: '0', logs: '' }],
  ['without a verdict', { ...reproducible, verdict: null, level: null }, { verdict: '', level: '' }],
])('what is %s has no digest', (_, report, told) => expect(of(report)).toMatchObject({ ...nothing, ...told }))

test('what another run proved has no digest here, and neither was it released here', () => {
  const release = { state: 'published', problem: null, digest: a.digest, images: [], tags: [], notes: [] } as const
  const report: Report = { ...reproducible, release: { ...release, images: [], tags: [], notes: [] } }
  expect(of(report, true)).toMatchObject({ ...nothing, subjects: '', verdict: 'reproducible', reproducible: 'true' })
  for (const own of [of(report), of(report, false)])
    expect(own).toMatchObject({ digest: a.digest, release: 'published' })
})

test('of several images each line says whose digest it is; of what was compared it is that of A', () => {
  const builds = reproducible.builds.flatMap(build => ['web', 'db'].map(image => ({ ...build, image })))
  expect(of({ ...reproducible, builds }).digest).toBe(`web@${a.digest}\ndb@${a.digest}`)
  expect(of({ ...reproducible, builds, command: 'compare' })).toMatchObject({
    ...{ digest: a.digest, 'config-digest': a.configDigest },
  })
  const b = reproducible.builds.map(build => (build.side === 'B' ? { ...build, digest: 'sha256:b' } : build))
  expect(of({ ...reproducible, builds: b }).digest).toBe(a.digest)
})

test('of an image that was built again it is told what became of it', () => {
  const drift = { kind: 'drifted' } as unknown as NonNullable<Report['drift']>
  expect(of({ ...reproducible, drift }).drift).toBe('drifted')
})

test('of a published image each repository has its own subjects, the tags first', () => {
  const image = (name: string, repository: string, digest: string) => ({
    ...{ image: name, repository, platform: 'linux/amd64', digest: `sha256:${digest}`, configDigest: 'c' },
  })
  const tag = (name: string, repository: string) => ({
    ...{ image: name, name: `${repository}:1`, before: null, state: 'moved' as const },
  })
  const release: NonNullable<Report['release']> = {
    ...{ state: 'published', problem: null, digest: null, notes: [] },
    digests: [
      { image: 'web', digest: 'sha256:11' },
      { image: 'db', digest: 'sha256:22' },
    ],
    images: [image('web', 'h/o/web', '1a'), image('db', 'h/o/db', '2a'), image('db', 'h/o/web', '2b')],
    tags: [tag('web', 'h/o/web'), tag('db', 'h/o/db')],
  }
  const told = of({ ...reproducible, release })
  expect(told.subjects?.split('\n')).toEqual([
    ...['11  h/o/web', '1a  h/o/web', '22  h/o/db', '2a  h/o/db'],
    // Of the other image what is in that repository, and nothing of the one that shares it.
    ...['22  h/o/web', '2b  h/o/web'],
  ])
  expect([told['subject-name'], told['subject-digest']]).toEqual(['', ''])
})

test('of a record it is told where it is, and nothing of a verdict', () => {
  const platforms = ['1', '2'].map(digest => ({ digest, configDigest: `c${digest}` }))
  const record = (path: string | null, problems: string[]) =>
    outputsOf(() => setRecordOutputs({ record: path, platforms, problems } as never))
  expect(record('/x', [])).toEqual({ record: '/x', digest: '1\n2', 'config-digest': 'c1\nc2', findings: '0' })
  expect(record(null, ['why'])).toMatchObject({ record: '', findings: '1' })
})
