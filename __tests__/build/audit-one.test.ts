import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { auditOne, auditSides, emptyBuildDoubt, emptyDoubt, uncheckedOne } from '../../src/build/audit.ts'
import type { Side, SideBuild } from '../../src/build/build.ts'
import { parseMetadata } from '../../src/build/metadata.ts'
import { createProgress } from '../../src/build/progress.ts'

const read = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')

/** A build as run.ts makes it, from what a real one wrote. */
function builtAs(name: string, side: Side = 'A'): SideBuild {
  const progress = createProgress()
  for (const line of read(`${name}.jsonl`).split('\n')) progress.read(line)
  const metadata = parseMetadata(read(`${name}.json`))
  if (metadata === null) throw new Error(`no metadata in ${name}`)
  const [startedAt, endedAt] = side === 'A' ? [1000, 2000] : [3000, 4000]
  return {
    ...{ ...metadata, side, platform: metadata.platform ?? '', startedAt, endedAt },
    ...{ steps: progress.steps(), rewritten: true },
  }
}
const whole = builtAs('stages-a')
const cached = builtAs('stages-a-again')
const scratch = builtAs('scratch')

describe('a build that stands alone', () => {
  test('did all its work itself', () => expect(auditOne(whole)).toEqual([]))
  test('or is doubted', () => {
    expect(auditOne(cached)).toContainEqual(expect.stringMatching(/^Build A answered .* from a cache/))
    expect(auditOne({ ...whole, rewritten: false })).toEqual([expect.stringMatching(/file times of build A/)])
    expect(auditOne({ ...whole, digest: '' })).toEqual([expect.stringMatching(/no manifest digest/)])
    expect(auditOne({ ...whole, provenance: null })).toEqual([expect.stringMatching(/did not tell its steps/)])
    expect(auditOne({ ...scratch, steps: [] })).toEqual([expect.stringMatching(/did not tell its steps/)])
  })
  test('is no image of metadata alone where it has a provenance that nobody can read', () => {
    expect(auditOne(scratch)).toEqual([])
    for (const provenance of [{}, { buildConfig: {} }, 'x'])
      expect(auditOne({ ...scratch, provenance })).toEqual([expect.stringMatching(/did not tell its steps/)])
  })
  test('is doubted where its progress leaves out one step, though another build does so, too', () => {
    const other = builtAs('stages-b', 'B')
    const named = (build: SideBuild) => build.steps.filter(({ name }) => /\] RUN/.test(name))
    expect(named(whole).length).toBeGreaterThan(1)
    for (const [at, step] of named(whole).entries()) {
      const less = { ...whole, steps: whole.steps.filter(one => one !== step) }
      expect(auditOne(less)).toEqual([expect.stringMatching(/a step that its progress never named/)])
      const otherLess = { ...other, steps: other.steps.filter(one => one !== named(other)[at]) }
      for (const side of ['A', 'B'])
        expect(auditSides(less, otherLess)).toContainEqual(
          expect.stringMatching(`^Build ${side} has a step that its progress never named`),
        )
    }
  })
})

test('a step that one side did twice, and the other once, is another work, wherever it stands', () => {
  const other = builtAs('stages-b', 'B')
  const names = other.steps.map(({ name }) => name).filter(name => /\] (RUN|COPY|WORKDIR) /.test(name))
  expect(names.length).toBeGreaterThan(2)
  for (const [at, name] of names.entries()) {
    const theirs = names[(at + 1) % names.length]
    const steps = other.steps.map(step => (step.name === theirs ? { ...step, name } : step))
    const ofTwice = auditSides({ ...other, steps, side: 'A', startedAt: 0, endedAt: 1 }, other)
    expect(ofTwice).toEqual([expect.stringMatching(/^Only build A has/), expect.stringMatching(/^Only build B has/)])
  }
})

test.each(['RUN', 'COPY', 'WORKDIR'])('another %s on one side is another work', keyword => {
  const other = builtAs('stages-b', 'B')
  const at = other.steps.findIndex(({ name }) => name.includes(`] ${keyword} `))
  expect(at).toBeGreaterThanOrEqual(0)
  const steps = other.steps.map((step, index) => (index === at ? { ...step, name: `${step.name} more` } : step))
  expect(auditSides(whole, { ...other, steps })).toEqual([
    expect.stringMatching(`^Only build A has the step '${keyword} `),
    expect.stringMatching(`^Only build B has the step '${keyword} .* more'`),
  ])
})

test('of builds that ran at the same time one equal RUN is enough to doubt them', () => {
  const run = (id: string) => ({ id, inputs: [], op: { Op: { exec: {} } } })
  const built = (side: Side, ...digests: string[]): SideBuild => ({
    ...{ ...whole, side, startedAt: 1, endedAt: 2 },
    steps: digests.map(digest => ({
      ...{ digest, name: 'RUN make', cached: false, started: true, completed: true, error: null },
    })),
    provenance: {
      buildConfig: {
        llbDefinition: digests.map(run),
        digestMapping: Object.fromEntries(digests.map(digest => [digest, digest])),
      },
    },
  })
  expect(auditSides(built('A', 'own', 'equal'), built('B', 'other', 'equal'))).toEqual([
    expect.stringMatching(/ran at the same time with equal cache keys/),
  ])
  expect(auditSides(built('A', 'own', 'more'), built('B', 'other', 'another'))).toEqual([])
  // Nothing is told of a build of metadata alone.
  expect(auditSides(scratch, { ...scratch, side: 'B' })).toEqual([])
})

describe('the cache that only build A was let take from', () => {
  const other = builtAs('stages-b', 'B')
  test('is no doubt of A', () => expect(auditSides({ ...cached, fromCache: true }, other)).toEqual([]))
  test('and one of B, which is to do all itself', () => {
    const b = { ...builtAs('stages-a-again', 'B'), fromCache: true }
    expect(auditSides(whole, b)).toContainEqual(expect.stringMatching(/^Build B answered .* from a cache/))
  })
})

describe('a download without a checksum', () => {
  const source = (id: string, address: string, attrs = {}) => ({
    ...{ id, inputs: [], op: { Op: { source: { identifier: address, attrs } } } },
  })
  const builtWith = (...sources: ReturnType<typeof source>[]): SideBuild => ({
    ...whole,
    provenance: {
      buildConfig: {
        llbDefinition: sources,
        digestMapping: Object.fromEntries(sources.map(({ id }) => [`sha256:${id}`, id])),
      },
    },
  })
  const [one, other] = ['https://example.org/one', 'https://example.org/other'] as const

  test('is told once for each address', () => {
    const build = builtWith(source('a', one), source('b', one), source('c', other))
    expect(uncheckedOne(build)).toEqual([
      expect.stringMatching(/'https:\/\/example\.org\/one' has no checksum/),
      expect.stringMatching(/'https:\/\/example\.org\/other' has no checksum/),
    ])
  })

  test('is not told where its file is known to be the right one, and is told of the others', () => {
    const build = builtWith(source('a', one), source('c', other))
    expect(uncheckedOne(build, new Set([one]))).toEqual([expect.stringMatching(/other' has no checksum/)])
    expect(uncheckedOne(build, new Set([one, other]))).toEqual([])
  })

  test('is none where there is a checksum, or nothing was downloaded', () => {
    expect(uncheckedOne(builtWith(source('a', one, { 'http.checksum': `sha256:${'4f'.repeat(32)}` })))).toEqual([])
    expect(uncheckedOne(whole)).toEqual([])
    expect(uncheckedOne({ ...whole, provenance: null })).toEqual([])
  })
})

describe('an image without layers', () => {
  test('is doubted however far it agrees, and not where it differs', () => {
    for (const level of ['identical', 'same-content', 'same-files']) {
      expect(emptyDoubt(0, level)).toEqual([expect.stringMatching(/no layers/)])
      expect(emptyDoubt(1, level)).toEqual([])
    }
    expect(emptyDoubt(0, 'different')).toEqual([])
  })

  test('is seen by its build', () => {
    expect(emptyBuildDoubt(scratch, 'identical')).toHaveLength(1)
    expect(emptyBuildDoubt(scratch, 'different')).toEqual([])
    expect(emptyBuildDoubt(whole, 'identical')).toEqual([])
  })
})
