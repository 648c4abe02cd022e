import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { compareNamed } from '../../src/commands/compare.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import { renderHtml } from '../../src/report/html/html.ts'
import { reportJson } from '../../src/report/json.ts'
import { reportIn } from '../../src/report/read-report.ts'
import { countByLevel, type Report } from '../../src/report/report.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { exitCode } from '../../src/verdict.ts'
import {
  asFile,
  asFolder,
  asTar,
  image,
  json,
  layout,
  noPorts,
  savedImage,
  tarEntries,
  tarOf,
} from '../image-stores/lying-images.ts'

const schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'))
const fits = new Ajv2020({ allErrors: true, strict: false }).compile(schema)

const compared = (a: string, b: string, given: Given = {}): Promise<Report & { code: number }> =>
  comparedAll([a, b], given)

async function comparedAll(images: string[], given: Given = {}): Promise<Report & { code: number }> {
  const options = checkOptions('compare', { images, ...given })
  const report = await compareNamed(options, noPorts(), { version: 'test' })
  fits(JSON.parse(reportJson(report)))
  expect(fits.errors ?? []).toEqual([])
  return { ...report, code: exitCode(report.verdict, countByLevel(report.findings), options.failOn) }
}

const files = { base: 'b', 'etc/a': 'one', 'srv/x': 'x' }
const one = image({ files })
const place = asFolder(layout([one]))

describe('equal enough', () => {
  test('the same image, in a folder and in a tar', async () => {
    expect(await compared(place, asTar(layout([one])), { level: ['identical'] })).toMatchObject({
      ...{
        command: 'compare',
        code: 0,
        verdict: 'reproducible',
        level: 'identical',
        doubts: [],
        notes: [],
        scope: null,
      },
      images: { A: place },
    })
  })

  test('layers under one digest are read where that is asked for: other bytes of equal size are no such layer', async () => {
    const files = layout([one])
    const layer = [...one.blobs.keys()][1] ?? ''
    const path = `blobs/${layer.replace(':', '/')}`
    const swapped = Buffer.from(files[path] ?? '')
    swapped[swapped.length - 9] = (swapped.at(-9) ?? 0) ^ 1
    const doctored = asFolder({ ...files, [path]: swapped })
    const asked = { 'verify-blobs': ['true'] }
    expect(await compared(place, doctored)).toMatchObject({ code: 0, level: 'identical' })
    expect(await compared(place, asTar(files), asked)).toMatchObject({ code: 0, level: 'identical' })
    for (const [a, b, side] of [
      [place, doctored, 'B'],
      [doctored, place, 'A'],
    ] as const)
      expect(await compared(a, b, asked)).toMatchObject({
        ...{ code: 2, verdict: 'undecided', level: null },
        doubts: [expect.stringContaining(`layer 2 of image ${side} (${layer.slice(0, 19)})`)],
      })
  })

  test('the same content in another compression', async () => {
    const plain = asTar(layout([image({ files, gzip: false })]))
    expect(await compared(place, plain)).toMatchObject({
      ...{ code: 0, level: 'same-content', notes: [] },
    })
    expect(await compared(place, plain, { level: ['identical'] })).toMatchObject({
      code: 1,
      verdict: 'not-reproducible',
    })
  })

  test('an archive without manifests proves no more than the same content, and denies nothing', async () => {
    const saved = asTar(savedImage(one))
    const { code, level, notes } = await compared(saved, asTar(savedImage(one)))
    expect({ code, level }).toEqual({ code: 0, level: 'same-content' })
    expect(notes).toEqual([expect.stringMatching(/keeps no manifest/)])
    const asked = await compared(saved, place, { level: ['identical'] })
    expect(asked).toMatchObject({ code: 2, verdict: 'undecided', doubts: [expect.stringMatching(/keeps no manifest/)] })
  })

  test('the same files, and a config written in another way', async () => {
    const config = { labels: { a: 'b' } }
    const twisted = image({ files, config })
    const same = image({ files, config: { ...config } })
    const bytes = json(Object.fromEntries(Object.entries(JSON.parse(String(same.config))).reverse()))
    const rewritten = savedImage({ ...same, config: bytes })
    const { code, level, levelReasons, findings } = await compared(asTar(layout([twisted])), asTar(rewritten), {
      level: ['same-files'],
    })
    expect({ code, level }).toEqual({ code: 0, level: 'same-files' })
    expect(levelReasons.join()).toMatch(/say the same in other bytes/)
    expect(findings).toMatchObject([{ id: 'repackaged', title: expect.stringMatching(/config/) }])
  })
})

describe('not equal', () => {
  const history = (what: string) => [
    { created_by: 'base' },
    { created_by: '/bin/sh -c #(nop) LABEL a=b', empty_layer: true },
    { created_by: '/bin/sh -c date > /etc/a' },
    { created_by: `/bin/sh -c #(nop) COPY file:${what.repeat(64)} in /srv/x ` },
  ]
  const built = (stamp: string, what = 'a') =>
    asTar(layout([image({ files: { ...files, 'etc/a': stamp }, history: history(what) })]))
  const dockerfile = asFolder({ Dockerfile: Buffer.from('FROM base\nLABEL a=b\nRUN date > /etc/a\nCOPY x /srv/x\n') })
  const [a, b] = [built('2026-11-21T09:29:03Z\n'), built('2026-11-21T09:29:15Z\n', 'b')]

  test('without a Dockerfile no line is blamed, and what made the layer is told', async () => {
    const { code, findings, level } = await compared(a, b)
    expect({ code, level }).toEqual({ code: 1, level: 'different' })
    const found = findings.find(({ paths }) => paths.includes('etc/a'))
    expect(found).toMatchObject({ confidence: 'likely', message: expect.stringContaining('date > /etc/a') })
    expect(findings.filter(({ location }) => location)).toEqual([])
  })

  test('with the Dockerfile the line is, and its file is the subject', async () => {
    const file = `${dockerfile}/Dockerfile`
    const report = await compared(a, b, { file: [file] })
    expect(report.findings.find(({ paths }) => paths.includes('etc/a'))?.location).toMatchObject({ file, line: 3 })
    expect(report.subject.files).toEqual([file])
    expect(await compared(a, b, { context: [dockerfile] })).toMatchObject({ subject: { file } })
  })

  test('a layer more on one side', async () => {
    const more = asTar(layout([image({ files: { base: 'b', new: 'n', 'etc/a': 'one', 'srv/x': 'x' } })]))
    const { findings, level } = await compared(place, more)
    expect(level).toBe('different')
    expect(findings).toMatchObject([{ id: 'layer-count', level: 'error', count: 1, paths: ['new'] }])
  })

  test('an empty layer more on one side is no error: the files are the same', async () => {
    const { findings, level } = await compared(place, asTar(layout([image({ files, empty: true })])))
    expect(level).toBe('same-files')
    expect(findings.filter(({ id }) => id === 'layer-count')).toMatchObject([{ level: 'warning', paths: [] }])
    expect(findings.filter(finding => finding.level === 'error')).toEqual([])
  })
})

describe('platforms', () => {
  const arm = image({ architecture: 'arm64', files: { a: 'arm' } })
  const both = asFolder(layout([one, arm]))

  test('each that both have is compared', async () => {
    const other = asFolder(layout([one, image({ architecture: 'arm64', files: { a: 'other' } })]))
    const { code, builds, level } = await compared(both, other)
    expect({ code, level }).toEqual({ code: 1, level: 'different' })
    expect(builds.map(({ side, platform }) => side + platform)).toEqual([
      ...['Alinux/amd64', 'Blinux/amd64', 'Alinux/arm64', 'Blinux/arm64'],
    ])
    expect(await compared(both, other, { platforms: ['linux/amd64'] })).toMatchObject({ code: 0, level: 'identical' })
  })

  test('one that only one side has is a difference', async () => {
    const { code, findings } = await compared(both, place)
    expect(code).toBe(1)
    expect(findings).toMatchObject([{ id: 'missing-platform', title: 'Only image A is there for linux/arm64' }])
    expect(await compared(both, place, { platforms: ['linux/amd64'] })).toMatchObject({ code: 0 })
  })
})

describe('what cannot be compared is undecided or wrong input, and never green', () => {
  const lying = (change: (blobs: Record<string, Buffer>) => void): string => {
    const map = layout([image({ files: { ...files, 'etc/a': 'two' } })])
    change(map)
    return asFolder(map)
  }

  test('a layer of other bytes', async () => {
    const { manifest } = image({ files: { ...files, 'etc/a': 'two' } })
    const b = lying(map => {
      for (const path of Object.keys(map))
        if (path.startsWith('blobs/') && map[path]?.[0] === 0x1f) map[path] = Buffer.alloc(map[path]?.length ?? 0, 7)
    })
    const { code, doubts, level } = await compared(place, b)
    expect({ code, level }).toEqual({ code: 2, level: null })
    expect(doubts).toEqual([expect.stringMatching(/^layer 2 of image B \(sha256:[0-9a-f]{12}\): /)])
    expect(manifest.digest).toMatch(/^sha256/)
  })

  test('a layer of other bytes in an archive that has no digests', async () => {
    const map = savedImage(one)
    const path = Object.keys(map).find(name => name.endsWith('/layer.tar')) as string
    const changed = Buffer.from(map[path] as Buffer)
    changed[512] = (changed[512] as number) ^ 1
    const b = asTar({ ...map, [path]: changed })
    for (const a of [place, asTar(map), b]) {
      const { code, doubts, level } = await compared(a, b)
      expect({ code, level }).toEqual({ code: 2, level: null })
      expect(doubts).toEqual([expect.stringMatching(/^layer 1 of image [AB] .* its bytes have the digest/)])
    }
  })

  test('a manifest that is not there', async () => {
    const b = lying(map => {
      for (const path of Object.keys(map)) if (path.startsWith('blobs/')) delete map[path]
    })
    expect(await compared(place, b)).toMatchObject({ code: 2, doubts: [expect.stringMatching(/there is no "blobs/)] })
  })

  test.each([
    ['nothing there', () => './nowhere.tar', /no such file or folder/],
    ['a tar that is cut off', () => asFile(tarOf(tarEntries(layout([one]))).subarray(0, 1100)), /cut off/],
    ['a tar of a file system', () => asFile(tarOf([{ name: 'etc/passwd', content: 'x' }])), /docker export/],
  ])('%s', async (_, b, message) => {
    await expect(compared(place, b())).rejects.toThrow(message)
  })

  test.each([
    [['a'], /two images or more, or a glob of records; given: 1/],
    [[], /given: 0/],
  ])('%j', (images, message) => {
    expect(() => checkOptions('compare', { images })).toThrow(message)
  })

  test('images are for compare alone', () => {
    expect(() => checkOptions('gate', { images: ['a', 'b'] })).toThrow(/images is for the mode compare/)
  })
})

describe('more than two', () => {
  const tar = asTar(layout([one]))
  const other = asTar(layout([image({ files: { ...files, 'srv/x': 'y' } })]))

  test('the first is held against each other one, in one report that every reader can show', async () => {
    const report = await comparedAll([place, tar, other])
    expect(report).toMatchObject({ code: 1, level: 'different', images: { A: place, B: tar, others: [other] } })
    expect(report.results?.map(({ image, verdict }) => [image, verdict])).toEqual([
      [tar, 'reproducible'],
      [other, 'not-reproducible'],
    ])
    expect(report.findings.map(({ images }) => images)).toEqual([[other]])
    expect(report.layers.filter(({ equal }) => !equal).every(layer => layer.image === other)).toBe(true)
    const told = [renderSummary(report), renderTerminal(report, { colour: false, sources: {} }), renderHtml(report, {})]
    for (const text of told) expect(text).toContain(other.split('/').at(-1))
    expect(told[0]).toMatch(/was held against each of .*: 1 of 2 not reproducible/)
    expect(told[0]).toContain('one image held against each of several')
    expect(reportIn(reportJson(report))).toMatchObject({ report: { images: report.images, results: report.results } })
  })

  test('all of them equal', async () => {
    const report = await comparedAll([place, tar, tar])
    expect(report).toMatchObject({ code: 0, verdict: 'reproducible', level: 'identical' })
    expect(renderSummary(report)).toMatch(/held against each of .*: they are \*\*/)
  })
})
