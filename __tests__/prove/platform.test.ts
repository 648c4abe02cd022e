import { describe, expect, test } from '@jest/globals'
import type { SideBuild } from '../../src/build/build.ts'
import type { Builder } from '../../src/build/builder.ts'
import { isSameMachine, runsPlatform } from '../../src/build/runnable.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { emulationNotes, missingEmulator, type PlatformBuild, platformDoubts } from '../../src/prove/platform.ts'

const builder = (...machines: string[][]): Builder => ({
  ...{ name: 'x', driver: 'docker', store: false, versions: {}, platform: machines[0]?.[0] ?? 'linux/amd64', machines },
})
const inContainer: Builder = { ...builder(['linux/amd64', 'linux/386']), driver: 'docker-container' }
const amd = builder(['linux/amd64', 'linux/amd64/v2', 'linux/386'])
const withQemu = builder(['linux/amd64', 'linux/arm64', 'linux/riscv64', 'linux/arm/v7'])
const farm = builder(['linux/amd64'], ['linux/arm64', 'linux/arm/v7'])

test.each([
  ['one of amd64', 'linux/amd64', 'native', amd],
  ['one of amd64', 'linux/386', 'native', amd],
  ['one of amd64', 'linux/arm64', 'not', amd],
  ['one of amd64', 'windows/amd64', 'not', amd],
  ['one with emulators', 'linux/arm64/v8', 'emulated', withQemu],
  ['one with emulators', 'linux/arm/v7', 'emulated', withQemu],
  ['one with both machines', 'linux/arm64', 'native', farm],
  ['one with both machines', 'linux/arm/v6', 'native', farm],
  ['one with both machines', 'linux/s390x', 'not', farm],
  ['one with the emulators of BuildKit’s image', 'linux/arm64', 'emulated', inContainer],
  ['one with the emulators of BuildKit’s image', 'linux/amd64', 'native', inContainer],
  ['one with the emulators of BuildKit’s image', 'windows/amd64', 'not', inContainer],
  ['one that tells nothing', 'linux/arm64', null, builder()],
  ['one that tells no platform', 'linux/arm64', null, builder([])],
])('%s: %s is %s', (_, platform, runs, able) => expect(runsPlatform(able, platform)).toBe(runs))

test('variants are no other machine', () => {
  expect(isSameMachine('linux/arm64', 'linux/arm64/v8')).toBe(true)
  expect(isSameMachine('linux/arm', 'linux/arm64')).toBe(false)
  expect(isSameMachine('', 'linux/amd64')).toBe(false)
})

const build = (lines: string[], more: Partial<PlatformBuild> = {}): PlatformBuild => ({
  dockerfile: parseDockerfile(`${lines.join('\n')}\n`, 'Dockerfile'),
  ...{ target: undefined, buildArgs: {}, platform: 'linux/arm64', builders: { A: amd, B: amd } },
  ...more,
})

describe('an emulator that is missing', () => {
  test('is told for the RUN that needs it', () => {
    const problem = missingEmulator(build(['FROM scratch AS x', 'COPY a /', 'FROM debian', 'RUN make']), 'B')
    expect(problem).toMatchObject({ side: 'B', step: null, line: 4, endLine: 4 })
    expect(problem?.message).toMatch(
      /for linux\/arm64.*linux\/amd64, .*setup-qemu-action.*--install arm64.*BUILDPLATFORM/,
    )
  })

  test.each([
    ['nothing runs', ['FROM debian', 'COPY a /']],
    [
      'what runs is for the builder',
      ['FROM --platform=$BUILDPLATFORM debian AS b', 'RUN make', 'FROM debian', 'COPY --from=b /x /'],
    ],
    [
      'a stage takes its platform from the one it is built on',
      ['FROM --platform=linux/amd64 debian AS b', 'FROM b', 'RUN x', 'FROM scratch', 'COPY --from=1 /x /'],
    ],
    ['the stage is not built', ['FROM debian AS test', 'RUN make', 'FROM debian', 'COPY a /']],
    ['the stage is not the target', ['FROM debian AS a', 'COPY a /', 'FROM debian', 'RUN make'], { target: 'a' }],
    ['the platform is empty', ['ARG P=', 'FROM --platform=$P debian', 'RUN make']],
    ['nobody can know the platform', ['ARG P', 'FROM --platform=$P debian', 'RUN make']],
    [
      'the builder does not tell what it can',
      ['FROM debian', 'RUN make'],
      { builders: { A: builder(), B: builder() } },
    ],
    ['there is an emulator', ['FROM debian', 'RUN make'], { builders: { A: withQemu, B: withQemu } }],
    [
      'there may be one that is not told',
      ['FROM debian', 'RUN make'],
      { builders: { A: inContainer, B: inContainer } },
    ],
  ] as [string, string[], Partial<PlatformBuild>?][])('not when %s', (_, lines, ...[more]) => {
    expect(missingEmulator(build(lines, more), 'A')).toBeNull()
  })

  test('is told of the target, and where none is named, of the last stage', () => {
    const lines = ['FROM debian AS a', 'RUN make', 'FROM debian', 'RUN make']
    expect(missingEmulator(build(lines, { target: 'a' }), 'A')).toMatchObject({ line: 2 })
    for (const target of [undefined, ''])
      expect(missingEmulator(build(lines, { target }), 'A')).toMatchObject({ line: 4 })
  })

  test('is that of the side whose builder lacks it', () => {
    const both = build(['FROM debian', 'RUN make'], { builders: { A: farm, B: amd } })
    expect(missingEmulator(both, 'A')).toBeNull()
    expect(missingEmulator(both, 'B')).not.toBeNull()
  })
})

test('an emulated RUN is noted, once; a native one is not', () => {
  const lines = ['FROM debian AS b', 'RUN make', 'FROM debian', 'RUN more', 'COPY --from=b /x /']
  expect(emulationNotes(build(lines, { builders: { A: withQemu, B: farm } }))).toEqual([
    expect.stringMatching(/^linux\/arm64 is emulated.*5 to 20 times/),
  ])
  expect(emulationNotes(build(lines, { builders: { A: farm, B: farm } }))).toEqual([])
  expect(emulationNotes(build(['FROM debian', 'COPY a /'], { builders: { A: withQemu, B: withQemu } }))).toEqual([])
})

describe('an image of another platform', () => {
  const side = (warnings: string[] = [], platform = 'linux/arm64') =>
    ({ side: 'A', platform, warnings }) as unknown as SideBuild
  const doubts = (lines: string[], a = side(), more: Partial<PlatformBuild> = {}) =>
    platformDoubts(build(lines, more), a, side())
  const warned = (line: number) =>
    `InvalidBaseImagePlatform: Base image debian:12 was pulled with platform "linux/amd64", expected "linux/arm64" for current build (line ${line})`

  test('as the build itself says', () => {
    expect(doubts(['FROM debian'], side([], 'linux/amd64'))).toEqual([
      expect.stringMatching(/gave an image for linux\/amd64/),
    ])
    expect(doubts(['FROM debian'], side([], 'linux/arm64/v8'))).toEqual([])
  })

  test('as BuildKit warns of its base', () => {
    expect(doubts(['ARG x', 'FROM debian:12'], side([warned(2)]))).toEqual([
      expect.stringMatching(/'debian:12' \(line 2\) is there for linux\/amd64 only/),
    ])
  })

  test('but not as it warns of the base of a stage that only makes files', () => {
    expect(doubts(['FROM debian:12 AS tools', 'FROM scratch', 'COPY --from=tools /x /'], side([warned(1)]))).toEqual([])
    expect(doubts(['FROM debian:12 AS base', 'FROM base'], side([warned(1)]))).toHaveLength(1)
  })

  test('as a fixed platform of the last stage says', () => {
    expect(doubts(['FROM --platform=amd64 debian'])).toEqual([expect.stringMatching(/line 1 .* base for linux\/amd64/)])
    expect(doubts(['FROM --platform=$BUILDPLATFORM debian'])).toHaveLength(1)
    expect(doubts(['FROM --platform=$TARGETPLATFORM debian'])).toEqual([])
    expect(doubts(['FROM --platform=linux/arm64/v8 debian'])).toEqual([])
    expect(doubts(['FROM --platform=linux/amd64 scratch'])).toEqual([])
    expect(doubts(['FROM --platform=$SOME debian'])).toEqual([])
  })

  test('on either side', () => {
    const wrong = { ...side([], 'linux/amd64'), side: 'B' as const }
    expect(platformDoubts(build(['FROM debian']), side(), wrong)).toEqual([expect.stringMatching(/build B gave/)])
    expect(platformDoubts(build(['FROM debian:12']), side(), side([warned(1)]))).toHaveLength(1)
  })

  test('of the stage that is built, not of the last one', () => {
    const lines = ['FROM --platform=amd64 debian AS first', 'FROM debian AS last']
    expect(doubts(lines, side(), { target: 'first' })).toEqual([expect.stringMatching(/line 1 .* linux\/amd64/)])
    expect(doubts(lines, side(), { target: 'last' })).toEqual([])
    expect(doubts(lines)).toEqual([])
  })

  test('no warnings, and a FROM of nothing, are nothing', () => {
    const unwarned = { side: 'A', platform: 'linux/arm64' } as unknown as SideBuild
    expect(platformDoubts(build(['FROM debian']), unwarned, unwarned)).toEqual([])
    expect(doubts(['ARG P=', 'FROM --platform=$P debian'])).toEqual([])
    for (const odd of ['FROM', 'FROM --platform=arm64', 'FROM --platform=amd64'])
      expect(() => doubts([odd])).not.toThrow()
  })

  test('odd warnings are nothing', () => {
    expect(
      doubts(['FROM debian'], side(['', 'InvalidBaseImagePlatform: ', `${warned(1).slice(0, -1)}`, warned(99)])),
    ).toEqual([])
    expect(doubts([''], side([warned(1)]))).toEqual([])
  })
})
