import { describe, expect, test } from '@jest/globals'
import { compareImages } from '../../src/compare/compare.ts'
import { contentsOf } from '../../src/compare/contents.ts'
import type { Contents } from '../../src/image/contents.ts'
import { LayerError } from '../../src/image/layer-error.ts'
import { type PackageFacts, packageFacts } from '../../src/packages/facts.ts'
import { type CraftedEntry, imageOf, streamOf, tarOf } from '../image/crafted.ts'

const status = (...packages: [string, string][]): CraftedEntry => ({
  name: 'var/lib/dpkg/status',
  content: packages.map(([name, version]) => `Package: ${name}\nVersion: ${version}\n`).join('\n'),
})
const file = (name: string, content: string): CraftedEntry => ({ name, content })
const list = (name: string, ...files: string[]): CraftedEntry =>
  file(`var/lib/dpkg/info/${name}.list`, `${files.map(path => `/${path}`).join('\n')}\n`)

/** What is known of these two images, and which layers were read for it, by side and index. */
async function factsOf(
  a: CraftedEntry[][],
  b: CraftedEntry[][],
  reading: (contents: Contents) => Contents = contents => contents,
): Promise<{ facts: PackageFacts; read: string[] }> {
  const [one, other] = [imageOf(a.map(layer => tarOf(layer))), imageOf(b.map(layer => tarOf(layer)))]
  const sides = { A: one, B: other }
  const open = async (side: 'A' | 'B', { digest }: { digest: string }) =>
    streamOf(sides[side].blobs.get(digest) as Buffer)
  const comparison = await compareImages({ imageA: one.image, imageB: other.image, open })
  const contents = contentsOf(open)
  const read: string[] = []
  const counted: Contents = {
    read: (side, layer, visit) => {
      const index = sides[side].image.config.rootfs.diff_ids.indexOf(layer.diffId)
      read.push(`${side}${index}`)
      return contents.read(side, layer, visit)
    },
  }
  return { facts: await packageFacts(comparison, reading(counted)), read }
}

const changesIn = (facts: PackageFacts, index: number) =>
  facts.layers.get(index)?.changes.map(({ name, a, b }) => `${name} ${a} ${b}`)

describe('which layers are read', () => {
  const base = [status(['base', '1'])]

  test('none that are alike', async () => {
    expect((await factsOf([base, [file('x', '1')]], [base, [file('x', '1')]])).read).toEqual([])
  })

  test('none whose difference is no matter of packages', async () => {
    const { facts, read } = await factsOf([base, [file('srv/x', '1')]], [base, [file('srv/x', '2')]])
    expect([read, facts.layers.size]).toEqual([[], 0])
  })

  test('both sides of those in which a database differs, each once', async () => {
    const { facts, read } = await factsOf([base, [status(['x', '1'])]], [base, [status(['x', '2'])]])
    expect(read).toEqual(['A1', 'B1'])
    expect(changesIn(facts, 1)).toEqual(['x 1 2'])
  })

  test('one side, once, for the owner of a file where all databases are alike', async () => {
    const layer = (text: string) => [status(['x', '1']), list('x', 'usr/bin/x'), file('usr/bin/x', text)]
    const { facts, read } = await factsOf([base, layer('1')], [base, layer('2')])
    expect(read).toEqual(['A1'])
    const { a, b } = facts.layers.get(1)?.ownersOf('usr/bin/x') ?? { a: [], b: [] }
    expect([a[0]?.package.name, b[0]?.package.name]).toEqual(['x', 'x'])
    expect(changesIn(facts, 1)).toEqual([])
  })
})

describe('where a change begins', () => {
  test('at the first layer that shows it, though later ones list it too', async () => {
    const { facts } = await factsOf(
      [[status(['x', '1'])], [file('srv/x', 'a')], [status(['x', '1'], ['y', '1'])]],
      [[status(['x', '2'])], [file('srv/x', 'b')], [status(['x', '2'], ['y', '2'])]],
    )
    expect([changesIn(facts, 0), changesIn(facts, 1), changesIn(facts, 2)]).toEqual([['x 1 2'], undefined, ['y 1 2']])
    expect(facts.layers.get(2)?.changed).toHaveLength(2)
  })

  test('a package of one side alone, several versions side by side, a folder of pnpm with the version in its name', async () => {
    const npm = (folder: string, version: string) =>
      file(`${folder}/package.json`, JSON.stringify({ name: 'x', version }))
    const gem = (version: string) => file(`g/specifications/x-${version}.gemspec`, `# stub: x ${version} ruby lib\n`)
    const pnpm = (version: string) => npm(`app/node_modules/.pnpm/x@${version}/node_modules/x`, version)
    const { facts } = await factsOf([[gem('1'), gem('2'), pnpm('1.0.0')]], [[gem('1'), gem('3'), pnpm('1.0.1')]])
    expect(changesIn(facts, 0)).toEqual(['x 2 3', 'x 1.0.0 1.0.1'])
    const alone = await factsOf([[status(['x', '1'], ['y', '1'])]], [[status(['x', '1'])]])
    expect(changesIn(alone.facts, 0)).toEqual(['y 1 null'])
  })

  test('a whiteout of a database deletes it', async () => {
    const egg = (version: string) => file('s/x.egg-info/PKG-INFO', `Name: x\nVersion: ${version}\n`)
    const gone = [file('s/x.egg-info/.wh.PKG-INFO', '')]
    const { facts } = await factsOf([[egg('1')], [file('s/y', ''), ...gone]], [[egg('2')], [file('s/y', '2'), ...gone]])
    expect(changesIn(facts, 0)).toEqual(['x 1 2'])
  })
})

test('a layer that cannot be read again is told, and the others are still read', async () => {
  const layers = (version: string) => [[status(['x', version])], [status(['x', version], ['y', version])]]
  let first = true
  const { facts } = await factsOf(layers('1'), layers('2'), contents => ({
    read: (...args) => {
      if (!first) return contents.read(...args)
      first = false
      return Promise.reject(new LayerError('it is gone', 'layer 1'))
    },
  }))
  expect(facts.unread).toEqual([expect.stringContaining('it is gone')])
  expect(changesIn(facts, 1)).toEqual(['x 1 2', 'y 1 2'])
})

test('an abort is an abort', async () => {
  const controller = new AbortController()
  controller.abort(new Error('enough'))
  const { image } = imageOf([tarOf([status(['x', '1'])])])
  const comparison = await compareImages({
    ...{ imageA: image, imageB: imageOf([tarOf([status(['x', '2'])])]).image },
    open: async (_, { digest }) =>
      streamOf(
        [tarOf([status(['x', '1'])]), tarOf([status(['x', '2'])])].find(
          tar => digest === imageOf([tar]).image.manifest.layers[0]?.digest,
        ) as Buffer,
      ),
  })
  const contents: Contents = { read: () => Promise.reject(new LayerError('aborted', '')) }
  await expect(packageFacts(comparison, contents, controller.signal)).rejects.toThrow('enough')
})
