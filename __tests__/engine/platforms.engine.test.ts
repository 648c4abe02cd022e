// Several platforms, for real: without an emulator, and with bases that are not what they should be.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { docker } from './builders.ts'
import { baseImage, describeWithEngine } from './engine.ts'
import { gateHere } from './gate-here.ts'

describeWithEngine('platforms', () => {
  const root = mkdtempSync(join(tmpdir(), 'platforms-engine-'))
  const registry = process.env.REPRO_GATE_REGISTRY ?? 'localhost:5000'
  const both = `${registry}/repro-gate-platforms:1`
  const contextWith = (...lines: string[]): string => {
    const folder = mkdtempSync(join(root, 'context-'))
    writeFileSync(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`)
    writeFileSync(join(folder, 'page'), 'hello\n')
    return folder
  }
  let native: string
  let foreign: string
  let all: string
  beforeAll(() => {
    all = /^Platforms:\s+(.*)$/m.exec(docker('buildx', 'inspect'))?.[1] ?? ''
    native = all.split(',')[0]?.replace('*', '').trim() ?? ''
    foreign = native === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64'
    const output = `type=image,name=${both},push=true,oci-mediatypes=true`
    const flags = ['--provenance=false', '--platform', `${native},${foreign}`, '--output', output]
    docker('buildx', 'build', ...flags, contextWith('FROM scratch', 'ARG TARGETARCH', 'COPY page /base-$TARGETARCH'))
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  test('each is proven on its own, without an emulator where nothing of it runs', async () => {
    const context = contextWith(
      `FROM --platform=$BUILDPLATFORM ${baseImage} AS tools`,
      'RUN echo made > /made',
      `FROM ${both}`,
      'COPY --from=tools /made /',
    )
    const { report, logged } = await gateHere({ context: [context], platforms: [native, foreign] })
    expect([report.verdict, report.level, report.doubts]).toEqual(['reproducible', 'identical', []])
    expect(report.builds.map(({ side, platform }) => `${side} ${platform}`)).toEqual(
      [native, foreign].flatMap(platform => [`A ${platform}`, `B ${platform}`]),
    )
    expect(new Set(report.builds.map(({ digest }) => digest)).size).toBe(2)
    // Lines of both come together; each says whose it is.
    const ofSteps = logged.filter(line => /#\d+ \[.*COPY --from=tools/.test(line))
    expect(ofSteps.length).toBeGreaterThanOrEqual(4)
    expect(ofSteps.filter(line => !/^linux\/\w+ #/.test(line))).toEqual([])
  })

  test('one of them differs: its finding and the whole say so', async () => {
    const context = contextWith(
      `FROM --platform=$BUILDPLATFORM ${baseImage} AS tools`,
      'ARG TARGETPLATFORM',
      `RUN if [ $TARGETPLATFORM = ${foreign} ]; then date > /made; else echo made > /made; fi`,
      `FROM ${both}`,
      'COPY --from=tools /made /',
    )
    const { report } = await gateHere({ context: [context], platforms: [native, foreign] })
    expect(report.verdict).toBe('not-reproducible')
    const digests = (platform: string) =>
      new Set(report.builds.filter(build => build.platform === platform).map(({ digest }) => digest)).size
    expect([digests(native), digests(foreign)]).toEqual([1, 2])
    expect(report.findings).toContainEqual(
      expect.objectContaining({ id: 'build-time', location: expect.objectContaining({ line: 3 }) }),
    )
  })

  test('a RUN that nothing here can run is told before building, with its line', async () => {
    if (all.includes(foreign)) return console.warn(`not tried: this machine emulates ${foreign}`)
    const context = contextWith(`FROM ${both}`, 'COPY page /', 'RUN ["/x"]')
    const { report, logged } = await gateHere({ context: [context], platforms: [foreign] })
    expect(report.verdict).toBe('undecided')
    expect(report.failure).toMatchObject({ step: null, location: { line: 3 } })
    expect(report.failure?.message).toMatch(/neither such a machine nor an emulator.*setup-qemu-action/)
    expect(logged.filter(line => /^#\d/.test(line))).toEqual([])
  })

  test('a program of another machine is told after the build has failed', async () => {
    const machine = native === 'linux/amd64' ? 183 : 62
    const header = Buffer.alloc(120)
    header.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
    header.writeUInt16LE(2, 16)
    header.writeUInt16LE(machine, 18)
    const context = contextWith('FROM scratch', 'COPY --chmod=755 other /bin/sh', 'RUN true')
    writeFileSync(join(context, 'other'), header)
    const { report } = await gateHere({ context: [context] })
    expect(report.verdict).toBe('undecided')
    expect(report.failure?.message).toMatch(/made for another CPU.*exec format error.*setup-qemu-action/s)
  })

  test.each([
    [
      'is there for one platform only',
      [`FROM ${baseImage}`],
      /base image '.*' \(line 1\) is there for linux\/\w+ only/,
    ],
    [
      'is so, and the warning of it is switched off',
      ['# check=skip=all', `FROM ${baseImage}`],
      /\(line 2\) is there for/,
    ],
    ['is fixed to another one', [`FROM --platform=$BUILDPLATFORM ${both}`], /line 1 builds the image on a base for/],
  ])('an image whose base %s is undecided, though both builds agree', async (_, lines, words) => {
    const { report } = await gateHere({ context: [contextWith(...lines, 'COPY page /')], platforms: [foreign] })
    expect([report.verdict, report.level]).toEqual(['undecided', 'identical'])
    expect(report.doubts).toEqual([expect.stringMatching(words)])
  })
})
