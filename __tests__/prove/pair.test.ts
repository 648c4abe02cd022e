import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { Side, SideBuild, Step } from '../../src/build/build.ts'
import type { Builder } from '../../src/build/builder.ts'
import type { Options } from '../../src/options/options.ts'
import { type Planned, pairOf } from '../../src/prove/pair.ts'
import { readSources } from '../../src/subjects/sources.ts'
import { portsWith, scripted, tempFolder } from '../build/ports.ts'

const step = (digest: string, name: string, more: Partial<Step> = {}): Step => ({
  ...{ digest, name, cached: false, started: true, completed: true, error: null },
  ...more,
})
const run = { op: { Op: { exec: {} } } }
const local = { op: { Op: { source: { identifier: 'local://context' } } } }
const copy = { inputs: ['step0:0'], op: { Op: { file: { actions: [{ Action: { copy: {} } }] } } } }

/** A side that copied a file of the context, and ran one RUN a minute after the other side did. */
function sideOf(side: Side, more: Partial<SideBuild> = {}): SideBuild {
  const at = side === 'A' ? 1_000_000 : 1_060_000
  const ids = ['context', 'copy', 'run'].map(name => `${name}-${side}`)
  return {
    ...{ side, platform: 'linux/amd64', digest: 'sha256:m', configDigest: 'sha256:c', ref: `one/node/${side}` },
    ...{ rewritten: true, startedAt: at, endedAt: at + 10_000 },
    steps: [
      step(`copy-${side}`, '[1/2] COPY f /f'),
      step(`run-${side}`, '[2/2] RUN make', { startedAt: at + 2000, endedAt: at + 9000 }),
    ],
    provenance: {
      buildConfig: {
        llbDefinition: [local, copy, run].map((one, index) => ({ inputs: [], ...one, id: `step${index}` })),
        digestMapping: Object.fromEntries(ids.map((digest, index) => [digest, `step${index}`])),
      },
    },
    ...more,
  } as SideBuild
}

const builder = (buildkit: string): Builder =>
  ({
    name: buildkit,
    driver: 'docker-container',
    store: true,
    versions: { buildkit },
    platform: 'linux/amd64',
  }) as Builder
const one = builder('v0.25.0')

async function plannedIn(folder: string, builders = { A: one, B: one }, changed: string[] = []): Promise<Planned> {
  const file = join(folder, 'Dockerfile')
  writeFileSync(file, 'FROM scratch\nCOPY f /f\nRUN make\n')
  writeFileSync(join(folder, 'f'), 'f')
  const ports = portsWith(scripted({}))
  const options = {
    ...{ file, context: folder, files: [], buildContexts: {}, buildArgs: {}, labels: [], annotations: [] },
  } as unknown as Options
  const sources = await readSources(options, ports)
  const request = { file, secrets: { changed: async () => changed } }
  return {
    ...{ platform: 'linux/amd64', title: '', name: '', layout: '', kept: undefined, beside: { A: [], B: [] } },
    ...{ request, plans: { A: {}, B: {} }, varied: { request, variations: [], notes: [] } },
    proving: { image: null, options, ports, sources, setting: { builders } },
  } as unknown as Planned
}

const doubtsOf = async (planned: Planned, a = sideOf('A'), b = sideOf('B')) => (await pairOf(planned, a, b)).doubts

test('two fair builds leave no doubt', async () => {
  expect(await doubtsOf(await plannedIn(tempFolder()))).toEqual([])
})

// What is not in the doubts of a pair, no verdict ever hears of.
test.each<[string, RegExp, (planned: Planned) => Promise<string[]>]>([
  [
    'the image is for another platform',
    /linux\/amd64 was asked for/,
    planned => doubtsOf(planned, sideOf('A', { platform: 'linux/arm64' }), sideOf('B', { platform: 'linux/arm64' })),
  ],
  [
    'the audit has one',
    /file times of build B/,
    planned => doubtsOf(planned, sideOf('A'), sideOf('B', { rewritten: false })),
  ],
  [
    'another checkout gave its times to what differs',
    /Another run built equal files/,
    planned => {
      const steps = [
        step('copy-B', '[1/2] COPY f /f', { cached: true }),
        step('theirs', '[1/2] COPY f /f'),
        step('run-B', '[2/2] RUN make', { startedAt: 1_062_000, endedAt: 1_069_000 }),
      ]
      return doubtsOf(planned, sideOf('A'), sideOf('B', { steps, digest: 'sha256:n', configDigest: 'sha256:d' }))
    },
  ],
  [
    'a RUN came in one moment',
    /in the same two seconds/,
    planned => {
      const steps = sideOf('A').steps.map(({ digest, ...more }) => ({ ...more, digest: digest.replace('-A', '-B') }))
      return doubtsOf(planned, sideOf('A'), sideOf('B', { ref: 'two/node/B', steps }))
    },
  ],
  [
    'the Dockerfile was changed',
    /was changed while the builds ran/,
    planned => {
      writeFileSync(planned.proving.options.file, 'FROM scratch\n')
      return doubtsOf(planned)
    },
  ],
  [
    'the context was changed',
    /build context was changed .*\(f\)/,
    planned => {
      writeFileSync(join(planned.proving.options.context, 'f'), 'another')
      return doubtsOf(planned)
    },
  ],
])('it is doubted where %s', async (_, words, doubts) => {
  expect(await doubts(await plannedIn(tempFolder()))).toEqual([expect.stringMatching(words)])
})

test('a RUN that the build of another image ran for this one may have come in one moment as well', async () => {
  const planned = await plannedIn(tempFolder())
  const theirs = (side: Side) => {
    const ran = step(`theirs-${side}`, '[2/2] RUN make', { startedAt: 1_002_000, endedAt: 1_009_000 })
    const provenance = {
      buildConfig: { llbDefinition: [{ inputs: [], ...run, id: 'step0' }], digestMapping: { [ran.digest]: 'step0' } },
    }
    const steps = [
      step(`copy-${side}`, '[1/2] COPY f /f'),
      step(`run-${side}`, '[2/2] RUN make', { cached: true }),
      ran,
    ]
    return { beside: { provenance, steps: [ran] }, own: sideOf(side, { steps, ref: `${side}/node/1` }) }
  }
  const [a, b] = [theirs('A'), theirs('B')]
  const beside = { A: [a.beside], B: [b.beside] }
  expect(await doubtsOf({ ...planned, beside }, a.own, b.own)).toEqual([
    expect.stringMatching(/in the same two seconds/),
  ])
  // Of builds that nobody here made it is a cache that answered.
  expect(await doubtsOf(planned, a.own, b.own)).toEqual(
    expect.arrayContaining(
      ['A', 'B'].map(side => expect.stringMatching(`^Build ${side} (?:answered|took) .*RUN make`)),
    ),
  )
})

test('it is doubted where the builders are of two versions, or a secret was changed', async () => {
  const builders = { A: one, B: builder('v0.13.0') }
  expect(await doubtsOf(await plannedIn(tempFolder(), builders))).toEqual([expect.stringMatching(/same version/)])
  expect(await doubtsOf(await plannedIn(tempFolder(), undefined, ['The secret was changed.']))).toEqual([
    'The secret was changed.',
  ])
})
