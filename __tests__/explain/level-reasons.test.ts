import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { blameLayers, stageLineage } from '../../src/explain/blame/blame.ts'
import { levelReasons } from '../../src/explain/level-reasons.ts'
import type { HistoryEntry } from '../../src/image/image.ts'
import { compareCrafted } from '../compare/comparing.ts'
import { type CraftedEntry, type CraftedImage, type CraftedImageOptions, imageOf, tarOf } from '../image/crafted.ts'

const text = [
  'FROM debian:bookworm-slim',
  'ARG STAMP',
  'RUN echo one > /one',
  'LABEL build-date=$STAMP',
  'RUN echo two \\',
  ' > /two',
].join('\n')
const dockerfile = parseDockerfile(text, 'Dockerfile')
const lineage = stageLineage(dockerfile, undefined, {})

const told = (stamp: string, comment = 'buildkit.dockerfile.v0'): HistoryEntry[] => [
  { created: '2023-11-01T00:00:00Z', created_by: '/bin/sh -c #(nop) ADD file:0 in / ' },
  { created_by: 'ARG STAMP', comment, empty_layer: true },
  { created_by: `RUN |1 STAMP=${stamp} /bin/sh -c echo one > /one # buildkit`, comment },
  { created_by: `LABEL build-date=${stamp}`, comment, empty_layer: true },
  { created_by: `RUN |1 STAMP=${stamp} /bin/sh -c echo two  > /two # buildkit`, comment },
]
const file = (name: string, content: string, more: Partial<CraftedEntry> = {}): CraftedEntry => ({
  ...{ name, content },
  ...more,
})
const layers = (one = '1', two = '2'): Buffer[] => [
  tarOf([file('base', 'b')]),
  tarOf([file('one', one), file('uno', 'x')]),
  tarOf([file('two', two)]),
]
const image = (tars = layers(), options: CraftedImageOptions = {}): CraftedImage =>
  imageOf(tars, { history: told('1'), ...options })

async function reasons(
  a: CraftedImage,
  b: CraftedImage,
  foreign = false,
  builders?: { A: string | null; B: string | null },
): Promise<string[]> {
  const comparison = await compareCrafted(a, b)
  const blamed = { A: blameLayers(null, a.image, dockerfile), B: blameLayers(null, b.image, dockerfile) }
  return levelReasons({
    ...{ comparison, imageA: a.image, imageB: b.image, lineage: foreign ? [] : lineage },
    dockerfile: foreign ? null : dockerfile,
    lineOf: (index, side) => (foreign ? undefined : blamed[side][index]),
    ...(builders ? { builders } : {}),
  })
}

describe('of equal images', () => {
  test('there is none', async () => {
    expect(await reasons(image(), image())).toEqual([])
  })
})

describe('not identical', () => {
  test('says the two compressions', async () => {
    expect(await reasons(image(), image(layers(), { gzip: true }))).toEqual([
      'Not identical: the layers are compressed differently (not compressed and gzip).',
    ])
    const zstd = image(layers(), { gzip: true })
    zstd.image.manifest.layers = zstd.image.manifest.layers.map((layer, at) => ({
      ...layer,
      mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd',
      digest: `sha256:zstd${at}`,
    }))
    zstd.image.digest = 'sha256:other'
    expect(await reasons(image(layers(), { gzip: true }), zstd)).toEqual([
      'Not identical: the layers are compressed differently (gzip and zstd).',
    ])
  })

  test('names the builders where the callers know them', async () => {
    const [a, b] = [image(), image(layers(), { gzip: true })]
    const comparison = await compareCrafted(a, b)
    expect(
      levelReasons({
        ...{ comparison, imageA: a.image, imageB: b.image, dockerfile, lineage, lineOf: () => undefined },
        builders: { A: 'BuildKit 0.25', B: 'BuildKit 0.32' },
      }),
    ).toEqual([
      'Not identical: the layers are compressed differently (not compressed and gzip), A by BuildKit 0.25, B by BuildKit 0.32.',
    ])
  })

  test('says when one compression gave other bytes', async () => {
    const [a, b] = [image(layers(), { gzip: true }), image(layers(), { gzip: true })]
    b.image.manifest.layers = b.image.manifest.layers.map((layer, at) =>
      at === 1 ? { ...layer, digest: `sha256:${'9'.repeat(64)}`, size: layer.size + 3 } : layer,
    )
    b.image.digest = 'sha256:other'
    expect(await reasons(a, b)).toEqual([
      'Not identical: 1 of 3 layers holds the same content in other bytes (both gzip).',
    ])
  })

  test('does not call a tar gzip that only its media type calls so, nor a packed one plain', async () => {
    const [a, b] = [image(), image(layers(), { gzip: true })]
    const called = (mediaType: string, of: typeof a): void => {
      of.image.manifest.layers = of.image.manifest.layers.map(layer => ({ ...layer, mediaType }))
    }
    called('application/vnd.oci.image.layer.v1.tar+gzip', a)
    expect(await reasons(a, b)).toEqual([
      'Not identical: the layers are compressed differently (not compressed and gzip).',
    ])
    called('application/vnd.oci.image.layer.v1.tar', b)
    expect(await reasons(a, b)).toEqual([
      'Not identical: the layers are called by other media types (not compressed and `application/vnd.oci.image.layer.v1.tar`).',
    ])
  })

  test('says no more of a media type that it does not know than its name', async () => {
    const [a, b] = [image(), image()]
    const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted'
    const digest = `sha256:${'9'.repeat(64)}`
    b.image.manifest.layers = b.image.manifest.layers.map((layer, at) =>
      at === 1 ? { ...layer, mediaType, digest } : layer,
    )
    b.image.digest = 'sha256:other'
    expect(await reasons(a, b)).toEqual([expect.stringContaining(`holds the same content in other bytes`)])
    expect((await reasons(a, b))[0]).toContain(`\`${mediaType}\``)
    b.image.manifest.layers = a.image.manifest.layers.map(layer => ({ ...layer, mediaType, digest }))
    expect((await reasons(a, b))[0]).toContain('the layers are called by other media types (')
  })

  test('says media types and annotations', async () => {
    const docker = image()
    docker.image.manifest.mediaType = 'application/vnd.docker.distribution.manifest.v2+json'
    docker.image.digest = 'sha256:other'
    expect(await reasons(image(), docker)).toEqual([
      "Not identical: the media types are Docker's in image B and OCI's in the other.",
    ])
    expect(await reasons(image(), image(layers(), { annotations: { 'org.made/by`me': 'x' } }))).toEqual([
      'Not identical: annotations differ (`annotations`).',
    ])
    const [a, b] = ['x', 'y'].map(made => image(layers(), { annotations: { 'org.made/by': made } }))
    expect(await reasons(a as CraftedImage, b as CraftedImage)).toEqual([
      'Not identical: annotations differ (`annotations["org.made/by"]`).',
    ])
  })
})

describe('not identical, though nothing differs', () => {
  test('says so', async () => {
    const b = image()
    b.image.digest = 'sha256:other'
    expect(await reasons(image(), b)).toEqual([
      'Not identical: the manifests hold the same fields, written in other bytes.',
    ])
  })

  test('says so of an archive that keeps no manifest', async () => {
    const b = image()
    b.image.digest = b.image.configDigest
    expect(await reasons(image(), b)).toEqual(['Not identical: an archive without a manifest cannot show it.'])
  })
})

describe('not same-content', () => {
  test('names the only field that differs', async () => {
    const [a, b] = ['1', '2'].map(date => image(layers(), { config: { Labels: { 'build-date': date } } }))
    expect(await reasons(a as CraftedImage, b as CraftedImage)).toEqual([
      'Not identical or same-content: only `config.Labels["build-date"]` differs.',
    ])
  })

  test('names variables by their names, and a list that is only shuffled as that', async () => {
    const env = (...Env: string[]) => image(layers(), { config: { Env } })
    expect(await reasons(env('A=1', 'B=1'), env('B=1', 'A=2'))).toEqual([
      'Not identical or same-content: only `config.Env.A` differs.',
    ])
    expect(await reasons(env('A=1', 'B=1'), env('B=1', 'A=1'))).toEqual([
      'Not identical or same-content: only the order of `config.Env` differs.',
    ])
    expect(await reasons(env('A=1', 'B=1'), env('A=2', 'B=1', 'A=1'))).toEqual([
      'Not identical or same-content: only how often a variable stands in `config.Env` differs.',
    ])
  })

  test('places a history that differs on its line', async () => {
    const b = image(layers(), { history: told('2'), config: { Labels: { 'build-date': '2' } } })
    const a = image(layers(), { config: { Labels: { 'build-date': '1' } } })
    expect(await reasons(a, b)).toEqual([
      'Not identical or same-content: `config.Labels["build-date"]` differs; history differs at `RUN |1 STAMP=1 /bin/sh -c echo one > /one # buildkit` (line 3), and at 2 more.',
    ])
    expect((await reasons(a, b, true))[0]).toContain('`RUN |1 STAMP=1 /bin/sh -c echo one > /one # buildkit`, and at 2')
  })

  test('one step more on one side is one step, not all that follow', async () => {
    const longer = told('1')
    longer.splice(3, 0, { created_by: 'ENV X=1', empty_layer: true })
    expect(await reasons(image(), image(layers(), { history: longer }))).toEqual([
      'Not identical or same-content: only the history of image B has `ENV X=1`.',
    ])
  })

  test('of a squashed history the line is found by its text', async () => {
    const squashed = (stamp: string): HistoryEntry[] => [
      { created_by: `RUN |1 STAMP=${stamp} /bin/sh -c echo two > /two` },
    ]
    const [a, b] = ['1', '2'].map(stamp => image([tarOf([file('two', '2')])], { history: squashed(stamp) }))
    expect((await reasons(a as CraftedImage, b as CraftedImage))[0]).toMatch(
      /history differs at `RUN .*` \(lines 5–6\)\.$/,
    )
  })

  test('tells times and builders of the history from its steps', async () => {
    const later = told('1').map(entry => ({ ...entry, created: '2026-01-01T00:00:00Z' }))
    expect((await reasons(image(), image(layers(), { history: later })))[0]).toBe(
      'Not identical or same-content: the history says differently when its steps ran (5 entries, the first is `ADD file:0 in /`).',
    )
    expect((await reasons(image(), image(layers(), { history: told('1', 'kaniko') })))[0]).toContain(
      'which builder ran its steps (4 entries, the first is `ARG STAMP` (line 2))',
    )
  })

  test('says tar order, and other headers, with the line', async () => {
    const turned = layers()
    turned[1] = tarOf([file('uno', 'x'), file('one', '1')])
    expect(await reasons(image(), image(turned))).toEqual([
      'Not identical or same-content: 1 of 3 layers (line 3) lists the same files in another order in the tar.',
    ])
    const longer = layers()
    longer[2] = tarOf([file('two', '2')], Buffer.alloc(10_240))
    expect(await reasons(image(), image(longer))).toEqual([
      'Not identical or same-content: 1 of 3 layers (lines 5–6) holds the same files under other tar headers.',
    ])
  })

  test('says when one config was only written anew', async () => {
    const [a, b] = [image(), image()]
    b.image.configDigest = 'sha256:other'
    b.image.digest = 'sha256:more'
    expect(await reasons(a, b)).toEqual([
      'Not identical or same-content: the configs say the same in other bytes (fields in another order, or other spacing).',
    ])
  })

  test('shows no secret of a build argument', async () => {
    const history = told('1').map(entry => ({
      ...entry,
      created_by: (entry.created_by ?? '').replace('STAMP=1', 'NPM_TOKEN=npm_abcdefghijklmnopqrstuvwxyz0123456789'),
    }))
    const [line = ''] = await reasons(image(), image(layers(), { history: history.reverse() }))
    expect(line).not.toContain('npm_')
  })
})

test('names the builders where the provenance of both does', async () => {
  const said = async (B: string | null) =>
    (
      await reasons(image(), image(layers(), { gzip: true }), true, { A: 'BuildKit (Dockerfile frontend 1.17.1)', B })
    )[0]
  expect(await said('BuildKit (Dockerfile frontend 1.19.0)')).toContain(
    ', A by BuildKit (Dockerfile frontend 1.17.1), B by BuildKit (Dockerfile frontend 1.19.0)',
  )
  expect(await said('BuildKit (Dockerfile frontend 1.17.1)')).not.toContain(' by ')
  expect(await said(null)).not.toContain(' by ')
})

describe('not same-files', () => {
  test('says how many layers and paths, with the lines', async () => {
    expect(await reasons(image(), image(layers('one', 'two')))).toEqual([
      'Not identical, same-content or same-files: 2 of 3 layers (lines 3 and 5–6) differ in 2 paths.',
    ])
    expect(await reasons(image(), image(layers('one', 'two')), true)).toEqual([
      'Not identical, same-content or same-files: 2 of 3 layers differ in 2 paths.',
    ])
  })

  test('each step has its own line where it has its own reason, the strongest first', async () => {
    const a = image(layers(), { config: { User: 'a' } })
    const b = image(layers('1', '3'), { gzip: true, config: { User: 'b' } })
    expect(await reasons(a, b)).toEqual([
      'Not identical: 2 of 3 layers hold the same content in another compression (not compressed and gzip).',
      'Not same-content: `config.User` differs.',
      'Not same-files: 1 of 3 layers (lines 5–6) differs in 1 path.',
    ])
  })

  test('says the number of layers where it differs', async () => {
    const more = [...layers(), tarOf([file('three', '3')])]
    expect(
      (await reasons(image(), image(more, { history: [...told('1'), { created_by: 'RUN three' }] }))).at(-1),
    ).toContain('image A has 3 layers, image B 4 layers; 1 of 4 layers differs in 1 path.')
  })

  test('counts layers that only one image has in that one', async () => {
    const made = (names: string[]): CraftedImage =>
      image([...layers().slice(0, 1), ...names.map(name => tarOf([file(name, name.repeat(900))]))], {
        history: [told('1')[0] as HistoryEntry, ...names.map(name => ({ created_by: `RUN ${name}` }))],
      })
    const last = async (p: string[], q: string[]) => (await reasons(made(p), made(q), true)).at(-1)
    expect([
      await last(['p', 'q', 'm', 'n'], ['m', 'r', 's', 't', 'n', 'u']),
      await last(['p', 'm'], ['m', 'r']),
    ]).toEqual([
      'Not same-files: 2 of 5 layers of image A and 4 of 7 layers of image B differ in 6 paths.',
      'Not same-files: 1 of 3 layers of each image differ in 2 paths.',
    ])
  })
})

test('odd configs and histories give sentences, never an exception', async () => {
  const any = fc.record({
    config: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }),
    history: fc.array(fc.record({ created_by: fc.string({ unit: 'binary' }), empty_layer: fc.boolean() }), {
      maxLength: 8,
    }),
  })
  await fc.assert(
    fc.asyncProperty(any, any, async (a, b) => {
      for (const line of await reasons(image(layers(), a), image(layers(), b)))
        expect(line).toMatch(/^Not identical.*\.$/s)
    }),
    { numRuns: 100 },
  )
})
