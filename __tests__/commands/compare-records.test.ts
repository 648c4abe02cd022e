import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { compareNamed } from '../../src/commands/compare.ts'
import { isRecord } from '../../src/commands/compared-names.ts'
import { type RecordedInputs, type RecordHead, recordKind } from '../../src/ledger/record.ts'
import { writeRecord } from '../../src/ledger/write-record.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import type { Report } from '../../src/report/report.ts'
import { scopeTold } from '../../src/report/scope-lines.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { type CraftedImage, imageOf, tarOf } from '../image/crafted.ts'
import { noPorts } from '../image-stores/lying-images.ts'
import { head, inputs, newFile, newFolder, platformOf } from '../ledger/recorded.ts'

const base = tarOf([{ name: 'etc/os-release', content: 'debian' }])
const history = [{ created_by: 'base' }, { created_by: 'RUN /bin/sh -c make # buildkit' }]
const image = (content: string, mtime = 5): CraftedImage =>
  imageOf(
    [
      base,
      tarOf([
        { name: 'out', content, mtime },
        { name: 'same', content: 'same' },
      ]),
    ],
    { history },
  )

async function recordOf(
  images: Record<string, CraftedImage>,
  { versions = head.versions, ...more }: Partial<RecordHead> & Partial<RecordedInputs> = {},
): Promise<string> {
  const path = await newFile()
  const platforms = Object.entries(images).map(([name, one]) => platformOf(one, name))
  for (const { layers } of platforms)
    layers.forEach((layer, index) => {
      Object.assign(layer, {
        base: index === 0,
        instruction: index === 0 ? 'FROM debian' : 'RUN make',
        line: index + 1,
      })
      layer.endLine = layer.line
    })
  await writeRecord(path, { inputs: { ...inputs, ...more }, versions }, platforms)
  return path
}

const compared = (a: string, b: string, given: Given = {}): Promise<Report> => comparedAll([a, b], given)
const comparedAll = (images: string[], given: Given = {}): Promise<Report> =>
  compareNamed(checkOptions('compare', { images, ...given }), noPorts(), { version: 'test' })

test('two records of one image: identical, and the scope says what that is worth', async () => {
  const [a, b] = [await recordOf({ 'linux/amd64': image('x') }), await recordOf({ 'linux/amd64': image('x') })]
  const report = await compared(a, b)
  expect(report).toMatchObject({ verdict: 'reproducible', level: 'identical', doubts: [], notes: [], findings: [] })
  expect(report.scope).toMatchObject({
    ...{ machines: 'unknown', secondsApart: null },
    against: { kind: 'records', name: b, inputs: 'same' },
  })
  expect(scopeTold(report, null)?.omits).toMatch(/that there were two builds/)
})

test('records of builders that pack otherwise are neither identical nor unlike', async () => {
  const tars = [tarOf([{ name: 'a', content: 'a' }])]
  const [a, b] = [
    await recordOf({ 'linux/amd64': imageOf(tars) }),
    await recordOf({ 'linux/amd64': imageOf(tars, { gzip: true }) }),
  ]
  expect(await compared(a, b)).toMatchObject({ verdict: 'reproducible', level: 'same-content', doubts: [] })
  expect(await compared(a, b, { level: ['identical'] })).toMatchObject({
    ...{ verdict: 'undecided', level: 'same-content' },
    doubts: [expect.stringMatching(/record A's image as uncompressed layers, record B's as gzip\./)],
  })
  const noted = await recordOf({ 'linux/amd64': imageOf(tars, { annotations: { by: 'me' } }) })
  expect(await compared(a, noted, { level: ['identical'] })).toMatchObject({ verdict: 'not-reproducible', doubts: [] })
})

test('the same files under other settings are no fault of the Dockerfile where another BuildKit made them', async () => {
  const written = (health: string): CraftedImage =>
    imageOf([base], { history: [{ created_by: 'base' }, { created_by: health, empty_layer: true }] })
  const [one, other] = [written('HEALTHCHECK &{["CMD"]}'), written('HEALTHCHECK {Test:[CMD]}')]
  const a = await recordOf({ 'linux/amd64': one })
  const versions = { buildkit: 'v0.32.2' }
  const doubted = await compared(a, await recordOf({ 'linux/amd64': other }, { versions }))
  expect(doubted).toMatchObject({ verdict: 'undecided', level: 'same-files' })
  expect(doubted.doubts).toEqual([
    expect.stringMatching(/^No file has another content, .*buildkit is another one: v0\.27\.0 in record A, v0\.32\.2/),
  ])
  expect(doubted.findings[0]?.message).toMatch(/Versions of BuildKit write some instructions/)
  // The BuildKit of Debian's Docker tells no version of its own.
  const packaged = (docker: string) => ({ versions: { buildkit: 'v0.0.0+unknown', driver: 'docker', docker } })
  const debian = await recordOf({ 'linux/amd64': one }, packaged('26.1.5'))
  expect((await compared(debian, await recordOf({ 'linux/amd64': other }, packaged('28.5.2')))).doubts).toEqual([
    expect.stringMatching(/Docker 26\.1\.5 in record A, v0\.0\.0\+unknown of Docker 28\.5\.2 in record B/),
  ])
  expect(await compared(debian, await recordOf({ 'linux/amd64': other }, packaged('26.1.5')))).toMatchObject({
    verdict: 'not-reproducible',
  })
  // Of one version it is an image that differs; and where files do, no version is to blame for what they hold.
  expect(await compared(a, await recordOf({ 'linux/amd64': other }))).toMatchObject({ verdict: 'not-reproducible' })
  const files = await compared(
    await recordOf({ 'linux/amd64': image('x') }),
    await recordOf({ 'linux/amd64': image('y') }, { versions }),
  )
  expect(files).toMatchObject({ verdict: 'not-reproducible', doubts: [] })
})

test('what differs stands at its line, with what is known of it', async () => {
  const [a, b] = [await recordOf({ 'linux/amd64': image('x') }), await recordOf({ 'linux/amd64': image('y') })]
  const report = await compared(a, b)
  expect(report).toMatchObject({ verdict: 'not-reproducible', level: 'different' })
  expect(report.findings).toMatchObject([
    {
      id: 'unknown-difference',
      confidence: 'unknown',
      location: { file: 'record:Dockerfile', line: 2 },
      paths: ['out'],
    },
  ])
  expect(report.findings[0]?.message).toMatch(/A record has no bytes/)
  expect(report.findings[0]?.message).not.toMatch(/the bytes do not say/)
  expect(report.layers.map(({ base, equal, line }) => [base, equal, line])).toEqual([
    [true, true, 1],
    [false, false, 2],
  ])
})

test('that a record has no bytes is told of what only bytes could say, and of nothing else', async () => {
  const files = (content: string, mtime = 5) =>
    imageOf([base, tarOf(['out', 'same'].map(name => ({ name, content, mtime })))], { history })
  const told = async (one: CraftedImage, other: CraftedImage, text = inputs.dockerfile.text ?? '') => {
    const sha256 = createHash('sha256').update(text).digest('hex')
    const dockerfile = { ...inputs.dockerfile, text, sha256 }
    const both = [
      await recordOf({ 'linux/amd64': one }, { dockerfile }),
      await recordOf({ 'linux/amd64': other }, { dockerfile }),
    ]
    const { findings, notes } = await compared(both[0] as string, both[1] as string)
    return { words: findings.map(({ title, message }) => `${title}: ${message}`), notes }
  }
  const blind = [expect.stringMatching(/^A record has digests in the place of contents/)]
  const unknown = /^Files differ, and a record does not hold why: .*which line made them, and not the cause\.$/
  const one = await told(image('x'), image('y'))
  expect(one).toEqual({ words: [expect.stringMatching(unknown)], notes: blind })
  expect(one.words.join()).toMatch(/: A path differs/)
  expect((await told(files('x'), files('y'))).words.join()).toMatch(/: 2 paths differ/)
  // The line itself may give it away.
  const clock = await told(image('x'), image('y'), 'FROM debian\nRUN date > out\n')
  expect(clock.words).toEqual([
    expect.stringMatching(/^Files differ, .* The instruction reads the clock, which may be why\.$/),
  ])
  // Times stand in a record.
  expect(await told(files('x'), files('x', 9))).toEqual({
    words: [expect.not.stringMatching(/record does not/)],
    notes: blind,
  })
  expect(await told(image('x'), image('x'))).toEqual({ words: [], notes: [] })
})

test('times alone are told as times', async () => {
  const [a, b] = [await recordOf({ 'linux/amd64': image('x') }), await recordOf({ 'linux/amd64': image('x', 9) })]
  const { findings, entries } = await compared(a, b)
  expect(entries?.list).toMatchObject([{ path: 'out', changes: ['mtime'] }])
  expect(findings.map(({ id }) => id)).toEqual(['header-mtime'])
})

test('other inputs end undecided, whether the images agree or not', async () => {
  const bases = [{ kind: 'image' as const, reference: 'debian', digest: 'f'.repeat(64), platform: 'linux/amd64' }]
  const a = await recordOf({ 'linux/amd64': image('x') })
  for (const content of ['x', 'y']) {
    const report = await compared(a, await recordOf({ 'linux/amd64': image(content) }, { bases }))
    expect(report).toMatchObject({ verdict: 'undecided', level: content === 'x' ? 'identical' : 'different' })
    expect(report.doubts).toEqual([expect.stringMatching(/'debian' is another one: sha256:eeee/)])
    expect(report.findings).toEqual([])
  }
})

test('a Dockerfile that is named is held against the one of the record', async () => {
  const [a, b] = [await recordOf({ 'linux/amd64': image('x') }), await recordOf({ 'linux/amd64': image('x') })]
  const file = join(await newFolder(), 'Dockerfile')
  writeFileSync(file, inputs.dockerfile.text ?? '')
  expect((await compared(a, b, { file: [file] })).notes).toEqual([])
  writeFileSync(file, 'FROM scratch\n')
  expect((await compared(a, b, { file: [file] })).notes).toEqual([expect.stringMatching(/is not the one/)])
})

test('one file is not two records', async () => {
  const a = await recordOf({ 'linux/amd64': image('x') })
  await expect(compared(a, a)).rejects.toThrow(/one and the same file/)
  const link = join(await newFolder(), 'link.json.gz')
  symlinkSync(a, link)
  await expect(compared(a, link)).rejects.toThrow(/one and the same file/)
})

test('a file that is no record is named', async () => {
  const [a, b] = [await recordOf({ 'linux/amd64': image('x') }), join(await newFolder(), 'page.html')]
  writeFileSync(b, '<html>')
  await expect(compared(a, b)).rejects.toThrow(/and \S*page\.html is none: hold a build/)
})

test('inputs that are not all known: equal images are equal, and others are not decided; nobody says that all were the same', async () => {
  const args = [{ name: 'API_TOKEN', value: null }]
  const a = await recordOf({ 'linux/amd64': image('x') }, { args })
  const [same, other] = [
    await recordOf({ 'linux/amd64': image('x') }, { args }),
    await recordOf({ 'linux/amd64': image('y') }, { args }),
  ]
  const equal = await compared(a, same)
  expect(equal).toMatchObject({ verdict: 'reproducible', scope: { against: { inputs: 'partly-known' } } })
  expect(scopeTold(equal, null)?.covers).toMatch(/as far as they are known/)
  const told = await compared(a, other)
  expect(told).toMatchObject({ verdict: 'undecided', doubts: [expect.stringMatching(/'API_TOKEN' may be secret/)] })
})

test('files that are the same by the entries of a record alone are said to be so', async () => {
  const [one, two] = [image('x'), image('x')]
  const relabelled = imageOf([...two.blobs.values()], { history, config: { Labels: { a: 'b' } } })
  const [a, b] = [await recordOf({ 'linux/amd64': one }), await recordOf({ 'linux/amd64': relabelled })]
  const report = await compared(a, b, { level: ['same-files'] })
  expect(report).toMatchObject({ verdict: 'reproducible', level: 'same-files' })
  expect(report.notes).toEqual([expect.stringMatching(/no digest proves those/)])
})

test('other versions are a note', async () => {
  const a = await recordOf({ 'linux/amd64': image('x') })
  const b = await recordOf({ 'linux/amd64': image('x') }, { versions: { buildkit: 'v0.28.0' } })
  expect(await compared(a, b)).toMatchObject({
    verdict: 'reproducible',
    notes: ['buildkit is another one: v0.27.0 in record A, v0.28.0 in record B.'],
  })
})

test('platforms: each on its own, one that is missing, one that was asked for', async () => {
  const a = await recordOf({ 'linux/amd64': image('x'), 'linux/arm64': image('z') })
  const b = await recordOf({ 'linux/amd64': image('x') })
  const report = await compared(a, b)
  expect(report).toMatchObject({ verdict: 'undecided', level: null, findings: [] })
  expect(report.doubts).toEqual([
    expect.stringMatching(/^linux\/arm64: Only .* has an image for linux\/arm64: there is nothing/),
  ])
  expect(await compared(a, b, { platforms: ['linux/amd64'] })).toMatchObject({ verdict: 'reproducible' })
  expect(await compared(a, b, { platforms: ['linux/s390x'] })).toMatchObject({ verdict: 'undecided' })
})

test('a record with something else, and what only looks like one', async () => {
  const a = await recordOf({ 'linux/amd64': image('x') })
  const folder = await newFolder()
  const other = join(folder, 'other.json.gz')
  writeFileSync(other, gzipSync(`{"kind":"${recordKind}","schemaVersion":1}`))
  await expect(compared(a, folder)).rejects.toThrow(/a record is compared with another record/)
  await expect(compared(a, join(folder, 'none.record.json.gz'))).rejects.toThrow(
    /none\.record\.json\.gz.* is not there/,
  )
  await expect(compared(a, other)).rejects.toThrow(/is no record of repro-gate, or not a whole one/)
  expect(await isRecord(other)).toBe(true)
  for (const bytes of [Buffer.alloc(0), Buffer.from('{"kind":"repro-gate-record"'), gzipSync('{"kind":"other"}')]) {
    writeFileSync(other, bytes)
    expect(await isRecord(other)).toBe(false)
  }
  expect(await isRecord(folder)).toBe(false)
  expect(await isRecord(join(folder, 'none'))).toBe(false)
})

describe('more than two', () => {
  const all = async (...images: Record<string, CraftedImage>[]): Promise<string[]> =>
    Promise.all(images.map(one => recordOf(one)))

  test('the first is held against each other one, and each is told by its name', async () => {
    const [a, b, c] = (await all(
      { 'linux/amd64': image('x') },
      { 'linux/amd64': image('x') },
      { 'linux/amd64': image('y') },
    )) as [string, string, string]
    const report = await comparedAll([a, b, c])
    expect(report).toMatchObject({ verdict: 'not-reproducible', images: { A: a, B: b, others: [c] } })
    expect(report.results?.map(({ image, verdict }) => [image, verdict])).toEqual([
      [b, 'reproducible'],
      [c, 'not-reproducible'],
    ])
    expect(report.findings).toMatchObject([{ images: [c], paths: ['out'] }])
    expect(report.scope?.against).toEqual({ kind: 'records', name: `${b}, ${c}`, inputs: 'same', records: 3 })
    expect(scopeTold(report, null)?.covers).toMatch(/^3 records, on each platform/)
    const summary = renderSummary(report)
    expect(summary).toMatch(/1 of 2 not reproducible/)
    expect(await comparedAll([a, b, (await all({ 'linux/amd64': image('x') }))[0] as string])).toMatchObject({
      verdict: 'reproducible',
      level: 'identical',
    })
  })

  test('each row has the digest of the image that it names', async () => {
    const tars = [tarOf([{ name: 'a', content: 'a' }])]
    const [a, b] = [imageOf(tars), imageOf(tars, { gzip: true })]
    const report = await comparedAll(await all({ 'linux/amd64': a }, { 'linux/amd64': b }, { 'linux/amd64': a }))
    expect(report.verdict).toBe('reproducible')
    expect(report.results?.map(({ digest }) => digest)).toEqual([b.image.digest, a.image.digest])
  })

  test('machines of two architectures: each platform has its own first one', async () => {
    const [amd, arm] = [{ 'linux/amd64': image('x') }, { 'linux/arm64': image('z') }]
    const names = (await all(amd, arm, amd, arm)) as [string, string, string, string]
    const report = await comparedAll(names)
    expect(report).toMatchObject({ verdict: 'reproducible', doubts: [] })
    expect(report.results?.map(({ image, platform }) => [image, platform])).toEqual([
      [names[2], 'linux/amd64'],
      [`${names[3]} (against ${names[1]})`, 'linux/arm64'],
    ])
    const odd = await comparedAll(names.slice(0, 3))
    expect(odd).toMatchObject({
      verdict: 'undecided',
      doubts: [expect.stringMatching(/Only .* has an image for linux\/arm64/)],
    })
    const asked = await comparedAll(names, { platforms: ['linux/amd64'] })
    expect(asked.doubts).toEqual([expect.stringMatching(/no image for linux\/amd64, which was asked for, in /)])
    const nothing = await comparedAll(names.slice(0, 2))
    expect(nothing).toMatchObject({ verdict: 'undecided', level: null, builds: [] })
    expect(nothing.doubts).toHaveLength(2)
    expect(nothing.scope?.against).not.toHaveProperty('inputs')
  })

  test('what one of them was given otherwise is told with its name, and nothing is decided', async () => {
    const amd = { 'linux/amd64': image('x') }
    const commits = ['1'.repeat(40), '2'.repeat(40)]
    const a = await recordOf(amd, { commit: commits[0] ?? null })
    const b = await recordOf(amd, { commit: commits[0] ?? null })
    const c = await recordOf(amd, { commit: commits[1] ?? null, epoch: 1_700_000_001 })
    const report = await comparedAll([a, b, c])
    expect(report.verdict).toBe('undecided')
    expect(report.doubts).toEqual([
      `${c}: SOURCE_DATE_EPOCH differs: '1700000000' in record A, '1700000001' in record B.`,
    ])
    expect(report.notes).toEqual([
      `${c}: The commit is another one: 111111111111… in record A, 222222222222… in record B.`,
    ])
    expect(report.scope?.against).toMatchObject({ inputs: 'differ' })
    // Another commit with the same inputs is the same build.
    const same = await compared(a, await recordOf(amd, { commit: commits[1] ?? null }))
    expect(same).toMatchObject({
      verdict: 'reproducible',
      notes: [expect.stringMatching(/^The commit is another one/)],
    })
  })

  test('a glob stands for all records below, once each, and for nothing else', async () => {
    const root = await newFolder()
    const [a, b] = (await all({ 'linux/amd64': image('x') }, { 'linux/amd64': image('x') })) as [string, string]
    mkdirSync(join(root, 'one'))
    mkdirSync(join(root, 'two'))
    copyFileSync(a, join(root, 'one/record.json.gz'))
    copyFileSync(b, join(root, 'two/record.json.gz'))
    const glob = `${root}/**/*.json.gz`
    const report = await comparedAll([glob, `${root}/*/record.json.gz`])
    expect(report).toMatchObject({ verdict: 'reproducible' })
    expect(report.images?.others).toBeUndefined()
    expect(report.images?.B).toMatch(/two\/record\.json\.gz$/)
    rmSync(join(root, 'two'), { recursive: true })
    await expect(comparedAll([glob])).rejects.toThrow(/there is one, .*record\.json\.gz/)
    await expect(comparedAll([`${root}/*.none`])).rejects.toThrow(/there is none/)
    writeFileSync(join(root, 'hostile.json.gz'), 'no record')
    await expect(comparedAll([glob])).rejects.toThrow(/hostile\.json\.gz.*is no record of repro-gate/)
  })
})
