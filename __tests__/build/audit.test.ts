import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { auditOne, auditSides } from '../../src/build/audit.ts'
import type { Side, SideBuild } from '../../src/build/build.ts'
import { parseMetadata } from '../../src/build/metadata.ts'
import { createProgress } from '../../src/build/progress.ts'

const read = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')

/** A side as run.ts makes it, from what a real build wrote. Each begins when the one before has ended. */
function sideOf(side: Side, name: string): SideBuild {
  const progress = createProgress()
  for (const line of read(`${name}.jsonl`).split('\n')) progress.read(line)
  const metadata = parseMetadata(read(`${name}.json`))
  if (metadata === null) throw new Error(`no metadata in ${name}`)
  const { digest, configDigest, ref, platform, provenance } = metadata
  const [startedAt, endedAt] = side === 'A' ? [1000, 2000] : [3000, 4000]
  return {
    ...{ side, digest, configDigest, ref, provenance, startedAt, endedAt, platform: platform ?? '' },
    steps: progress.steps(),
    rewritten: progress.rewrittenWith() === 1700000000,
  }
}
const a = sideOf('A', 'stages-a')
const b = sideOf('B', 'stages-b')
/** The same provenance with one text for another, everywhere in it. */
const withText = (build: SideBuild, from: string, to: string): SideBuild => ({
  ...build,
  provenance: JSON.parse(JSON.stringify(build.provenance).replaceAll(from, to)),
})

describe('a fair comparison has no doubts', () => {
  test('two builds that ran everything, though WORKDIR on the base and a heredoc came from the cache', () => {
    expect(b.steps.filter(({ cached }) => cached).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['[b 2/8] WORKDIR /a', '[internal] preparing inline document']),
    )
    expect(auditSides(a, b)).toEqual([])
  })

  test('the same through the driver remote with BuildKit 0.32', () => {
    expect(auditSides(sideOf('A', 'remote-a'), sideOf('B', 'remote-b'))).toEqual([])
  })

  test('an image of nothing but a LABEL, which has no steps and no provenance', () => {
    expect(sideOf('A', 'scratch').provenance).toBeNull()
    expect(auditSides(sideOf('A', 'scratch'), sideOf('B', 'scratch'))).toEqual([])
  })

  test('a folder in a folder that was made on nothing but the base is as old as that, too', () => {
    const made = { file: { actions: [{ Action: { mkdir: { path: '/w' } } }] } }
    const nested = (kinds: object[]): SideBuild => ({
      ...b,
      steps: kinds.map((_, at) => ({
        ...{ digest: `d${at}`, name: `step ${at}`, cached: at > 0, started: true, completed: true, error: null },
      })),
      provenance: {
        buildConfig: {
          llbDefinition: kinds.map((Op, at) => ({ id: `s${at}`, op: { Op }, inputs: at > 0 ? [`s${at - 1}:0`] : [] })),
          digestMapping: Object.fromEntries(kinds.map((_, at) => [`d${at}`, `s${at}`])),
        },
      },
    })
    expect(auditOne(nested([{ source: {} }, made, made]))).toEqual([])
    expect(auditOne(nested([{ exec: {} }, made, made]))).toHaveLength(2)
    // A step that builds on one that nobody knows may hold anything.
    expect(auditOne(nested([{ merge: {} }, made]))).toHaveLength(1)
  })

  test('a step shared by two stages may go by the place in either', () => {
    const renamed = b.steps.map(step => ({ ...step, name: step.name.replace(/^\[b 6\/8\]/, '[c 1/3]') }))
    expect(auditSides(a, { ...b, steps: renamed })).toEqual([])
  })
})

describe('a comparison that proves nothing is doubted', () => {
  test('when build B was answered from the cache', () => {
    const doubts = auditSides(a, sideOf('B', 'stages-a-again'))
    expect(doubts).toContainEqual("Build B answered '[b 6/8] RUN <<EOT (echo hi > /hi2)' from a cache.")
    expect(doubts).toContainEqual("Build B answered '[b 7/8] COPY --chown=daemon:daemon f d /cd/' from a cache.")
    // A folder on what a COPY made may hold the other side's files; one on the base cannot.
    expect(doubts).toContainEqual("Build B answered '[stage-2 4/4] WORKDIR /y' from a cache.")
    expect(doubts.join()).not.toContain('[b 2/8] WORKDIR /a')
  })

  test.each(b.steps.filter(({ name }) => /\] (RUN|COPY|ADD)/.test(name)))(
    'when one step alone was cached, absent or never ended: $name',
    step => {
      const others = b.steps.filter(other => other !== step)
      expect(auditSides(a, { ...b, steps: [...others, { ...step, cached: true }] })).toHaveLength(1)
      expect(auditSides(a, { ...b, steps: [...others, { ...step, completed: false }] })).toHaveLength(1)
      expect(auditSides(a, { ...b, steps: others })).not.toEqual([])
    },
  )

  test('when build A came from a cache', () => {
    expect(auditSides({ ...sideOf('A', 'stages-a-again') }, b)).not.toEqual([])
  })

  test('when the times of files were not rewritten, on either side', () => {
    expect(auditSides({ ...a, rewritten: false }, b)).toEqual([expect.stringContaining('build A')])
    expect(auditSides(a, { ...b, rewritten: false })).toEqual([expect.stringContaining('build B')])
  })

  test('when a digest is missing', () => {
    expect(auditSides(a, { ...b, configDigest: '' })).toEqual(['Build B gave no config digest to compare.'])
    expect(auditSides({ ...a, digest: '' }, b)).toEqual(['Build A gave no manifest digest to compare.'])
  })

  test('when the steps are not told', () => {
    for (const provenance of [null, {}, 'x', { buildConfig: { llbDefinition: [] } }])
      expect(auditSides(a, { ...b, provenance })).toContainEqual(expect.stringContaining('did not tell its steps'))
    expect(auditSides(a, { ...b, steps: [], provenance: null })).not.toEqual([])
    const scratch = sideOf('B', 'scratch')
    const hidden = { ...scratch.steps[0], name: '[1/1] RUN x' } as SideBuild['steps'][number]
    expect(auditSides(sideOf('A', 'scratch'), { ...scratch, steps: [...scratch.steps, hidden] })).not.toEqual([])
  })

  test('when the operations have lost their digests', () => {
    const mangled = JSON.parse(JSON.stringify(b.provenance))
    const first = Object.keys(mangled.buildConfig.digestMapping)[0] as string
    delete mangled.buildConfig.digestMapping[first]
    expect(auditSides(a, { ...b, provenance: mangled })).not.toEqual([])
  })

  test('when the base image moved between the builds', () => {
    const base = 'e8b52bd86d916eba170644d302ba63b94e8707ffca34ca9408be37cc02dc1432'
    expect(auditSides(a, withText(b, base, '1'.repeat(64)))).toEqual([
      expect.stringMatching(
        /'localhost:5000\/debian:bookworm-slim' moved .* sha256:e8b52bd86d91 to sha256:111111111111/,
      ),
    ])
  })

  test('when one side has another step', () => {
    const renamed = b.steps.map(step => ({ ...step, name: step.name.replace('ADD --chmod=755 f /af', 'ADD f /other') }))
    const doubts = auditSides(a, { ...b, steps: renamed })
    expect(doubts).toEqual([
      expect.stringMatching(/Only build A .*\/af/),
      expect.stringMatching(/Only build B .*\/other/),
    ])
  })

  test('when both ran at once with equal keys, as an unforked plan would', () => {
    const twin = { ...a, side: 'B' as const }
    expect(auditSides(a, twin)).toEqual([expect.stringContaining('at the same time')])
    expect(auditSides(a, { ...twin, startedAt: 5000, endedAt: 6000 })).toEqual([])
    expect(auditSides({ ...a, startedAt: 3500, endedAt: 4500 }, b)).toEqual([])
  })

  test('when they shared a cache mount', () => {
    const mount = { exec: { mounts: [{ dest: '/c', cacheOpt: { ID: '//c' } }] } }
    const mounted = (build: SideBuild) => {
      const provenance = JSON.parse(JSON.stringify(build.provenance))
      const run = provenance.buildConfig.llbDefinition.find((step: { op: { Op: object } }) => 'exec' in step.op.Op)
      run.op.Op = mount
      return { ...build, provenance }
    }
    expect(auditSides(mounted(a), mounted(b))).toEqual([expect.stringContaining("the cache mount '//c'")])
    expect(auditSides(mounted(a), b)).toEqual([])
  })

  test('when the platforms are not the same', () => {
    expect(auditSides(a, { ...b, platform: 'linux/arm64' })).toEqual([
      'Build A is for linux/amd64, build B for linux/arm64.',
    ])
  })
})

describe('a download without a checksum', () => {
  const source = (attrs: Record<string, string> | undefined) => ({
    id: 'step0',
    op: { Op: { source: { identifier: 'http://127.0.0.1/f', ...(attrs ? { attrs } : {}) } } },
  })
  const copy = { id: 'step1', inputs: ['step0:0'], op: { Op: { file: { actions: [{ Action: { copy: {} } }] } } } }
  const withDownload = (side: SideBuild, digest: string, attrs?: Record<string, string>): SideBuild => ({
    ...side,
    configDigest: digest,
    steps: ['s', 'c'].map(id => ({ digest: id, name: id, cached: false, started: true, completed: true, error: null })),
    provenance: { buildConfig: { llbDefinition: [source(attrs), copy], digestMapping: { s: 'step0', c: 'step1' } } },
  })

  test('proves nothing when both sides agree: B may have had the copy of A', () => {
    const [doubt, ...more] = auditSides(withDownload(a, 'x'), withDownload(b, 'x'))
    expect(doubt).toMatch(/ADD 'http:\/\/127\.0\.0\.1\/f' has no checksum/)
    expect(more).toEqual([])
  })
  test('is no doubt about a difference', () =>
    expect(auditSides(withDownload(a, 'x'), withDownload(b, 'y'))).toEqual([]))
  test('with a checksum is proven', () => {
    const attrs = { 'http.checksum': `sha256:${'4f'.repeat(32)}` }
    expect(auditSides(withDownload(a, 'x', attrs), withDownload(b, 'x', attrs))).toEqual([])
  })
})
