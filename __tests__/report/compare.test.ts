import { describe, expect, test } from '@jest/globals'
import type { Image } from '../../src/image/image.ts'
import { annotations } from '../../src/report/annotations.ts'
import { composeReport, type ReportFrame } from '../../src/report/compose.ts'
import { compared } from '../../src/report/platform.ts'
import type { Report } from '../../src/report/report.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import type { Level, RequiredLevel } from '../../src/verdict.ts'
import { comparedDifferent, comparedSame, comparedUndecided, comparedWithDockerfile } from './compared-reports.ts'
import { finding, reproducible } from './reports.ts'

const lastLine = (report: Report): string =>
  renderTerminal(report, { colour: false }).trimEnd().split('\n').at(-1) ?? ''
const ofLevel = (level: Level, requiredLevel: RequiredLevel, verdict: Report['verdict']): Report => ({
  ...comparedSame,
  ...{ level, requiredLevel, verdict },
})

describe('a comparison of two given images', () => {
  test.each([
    ['identical', 'The two images are identical', 'are **the same image, byte for byte**'],
    ['same-content', 'The two images have the same content', 'have **the same content'],
    ['same-files', 'The two images hold the same files', 'have **the same files in every layer'],
  ] as const)('that agree as %s is entitled %s', (level, title, words) => {
    const report = ofLevel(level, 'same-files', 'reproducible')
    expect(renderSummary(report)).toMatch(new RegExp(`^## ✅ ${title}\n`))
    expect(renderSummary(report)).toContain(words)
    expect(lastLine(report)).toMatch(new RegExp(`^${title}: A ghcr.io/acme/app:1.4.2, B oci:./out/app `))
  })

  test('never says reproducible, whose claim is about builds, and shows no checklist of sources', () => {
    for (const report of [comparedSame, comparedDifferent, comparedUndecided]) {
      const texts = [renderSummary(report), renderTerminal(report, { colour: false })]
      for (const text of texts) expect(text).not.toMatch(/reproducible|differs in every build|Checklist/i)
    }
  })

  test('a digest that was not met is told as that: whether the images differ nobody knows', () => {
    const against = { kind: 'digest', name: `sha256:${'a'.repeat(64)}` } as const
    const report = ofLevel('different', 'same-content', 'not-reproducible')
    const scope = { ...(reproducible.scope as NonNullable<Report['scope']>), against }
    for (const text of [renderSummary({ ...report, scope }), lastLine({ ...report, scope })]) {
      expect(text).toContain('This build does not have the digest that was expected')
      expect(text).not.toContain('The two images differ')
    }
  })

  test('says what was asked for when they agree too little', () => {
    const report = ofLevel('same-files', 'identical', 'not-reproducible')
    expect(renderSummary(report)).toMatch(/^## ❌ The two images differ\n/)
    expect(renderSummary(report)).toContain('<code>identical</code> images were asked for')
    expect(lastLine(report)).toMatch(
      /^The two images differ: .*; they have the same files in every layer.*; required: identical$/,
    )
  })

  test('says what its exit code means, and what it does not prove', () => {
    for (const [report, code] of [
      [comparedSame, 0],
      [comparedDifferent, 1],
      [comparedUndecided, 2],
    ] as const) {
      const text = renderTerminal(report, { colour: false })
      expect(text).toContain(`Exit code ${code}: `)
      expect(text).toContain('nothing was built')
      expect(text).toContain('Not covered: whether either image comes from the sources')
    }
    expect(renderSummary(comparedUndecided)).toMatch(/^## ⚠️ Undecided\n/)
  })

  test('annotates lines only of a Dockerfile that the user named', () => {
    const placed = comparedDifferent.findings.map(one => ({
      ...one,
      location: { file: 'provenance:Dockerfile', line: 3, endLine: 3 },
    }))
    expect(annotations({ ...comparedDifferent, findings: placed })).toEqual([])
    expect(
      renderSummary({ ...comparedDifferent, findings: placed }, { blobUrl: 'https://github.com/o/r/blob/1' }),
    ).not.toContain('blob/1/provenance')
    expect(annotations(comparedWithDockerfile)).toHaveLength(1)
    expect(annotations(comparedWithDockerfile)[0]).toMatchObject({ path: 'Dockerfile', startLine: 3, endLine: 5 })
  })

  test('names members of archives, packages with their versions, and notes of the images', () => {
    const text = renderTerminal(comparedDifferent, { colour: false })
    expect(text).toContain('opt/app.whl → pkg/__pycache__/x.cpython-312.pyc')
    expect(text).toMatch(/package libssl3, 38 files\n {6}A 3\.0\.15-1\n {6}B 3\.0\.16-1\n/)
    expect(text).toContain('The attestation manifest of image A was set aside')
    expect(renderSummary(comparedUndecided)).toContain('**Note:** The attestation manifest')
  })
})

const imageOf = (...diffIds: string[]): Image => ({
  ...{ digest: `m${diffIds}`, configDigest: `c${diffIds}` },
  manifest: {
    config: { mediaType: '', digest: '', size: 0 },
    layers: diffIds.map(id => ({ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: `of ${id}`, size: 1 })),
  },
  config: { rootfs: { type: 'layers', diff_ids: diffIds } },
})

describe('what is composed of the platforms', () => {
  const frame: ReportFrame = {
    ...{ tool: reproducible.tool, command: 'compare', requiredLevel: 'same-content', epoch: null },
    ...{ subject: comparedSame.subject, findings: [], ignored: [], ingredients: null, doubts: [], notes: ['a note'] },
    ...{ images: { A: 'a', B: 'b' }, versions: {}, timings: {} },
  }
  const line = (instruction: string) => ({ base: false, instruction, line: 1, endLine: 1 })
  const platform = (name: string, a: Image, b: Image) =>
    compared({
      ...{ platform: name, a: { ...a, startedAt: 0 }, b: { ...b, startedAt: 0 }, images: { imageA: a, imageB: b } },
      layers: {
        A: a.config.rootfs.diff_ids.map(id => line(`A ${id}`)),
        B: b.config.rootfs.diff_ids.map(id => line(`B ${id}`)),
      },
      comparison: {
        ...{ level: 'different', config: [], manifest: [], equalLayers: 2 },
        layers: [
          {
            ...{ index: 1, a: null, b: null, entries: [], total: 7, same: 0, reordered: false },
          },
        ],
      },
      ...{
        level: 'different',
        required: 'same-content',
        levelReasons: ['why'],
        findings: [],
        doubts: [],
        notes: ['so'],
      },
    })

  test('what differs alike on several platforms, or in several images, is one finding', () => {
    const [a, b] = [imageOf('x', 'z'), imageOf('x', 'y')]
    const found = finding('pyc-timestamp', { source: 'comparison', level: 'error' })
    const ones = ['linux/amd64', 'linux/arm64'].map(name => ({ ...platform(name, a, b), findings: [{ ...found }] }))
    expect(composeReport(frame, ones).findings).toEqual([found])
    const other = ones.map((one, at) => ({ ...one, findings: [{ ...found, message: `of ${at}` }] }))
    expect(composeReport(frame, other).findings).toHaveLength(2)
    const baked = ['api', 'web'].flatMap(image => ones.map(one => ({ ...one, image })))
    expect(composeReport(frame, baked).findings).toEqual([{ ...found, images: ['api', 'web'] }])
  })

  test('a layer that only B has is beside nothing, and keeps the others in their rows', () => {
    const report = composeReport(frame, [platform('linux/amd64', imageOf('x', 'z'), imageOf('x', 'new', 'z'))])
    expect(
      report.layers.map(({ index, instruction, equal, digestA, digestB, differingPaths }) => [
        ...[index, instruction, equal, digestA, digestB, differingPaths],
      ]),
    ).toEqual([
      [0, 'A x', true, 'of x', 'of x', 0],
      [1, 'B new', false, null, 'of new', 7],
      [1, 'A z', true, 'of z', 'of z', 0],
    ])
    expect(report).toMatchObject({
      scope: null,
      images: { A: 'a', B: 'b' },
      levelReasons: ['why'],
      notes: ['a note', 'so'],
    })
    expect(report.pullAgain).toHaveLength(1)
  })

  test('says which platform a reason or note is about, where there are several', () => {
    const [a, b] = [imageOf('x'), imageOf('y')]
    const report = composeReport(frame, [platform('linux/amd64', a, b), platform('linux/arm64', a, a)])
    expect(report.levelReasons).toEqual(['linux/amd64: why', 'linux/arm64: why'])
    expect(report.notes).toEqual(['a note', 'linux/amd64: so', 'linux/arm64: so'])
    expect(report.pullAgain.map(pull => pull.platform)).toEqual(['linux/amd64'])
  })
})
