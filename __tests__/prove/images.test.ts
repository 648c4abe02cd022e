// Several images and platforms in one run: each has the verdict of its own builds.

import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { folderStore } from '../../src/ledger/folder-store.ts'
import { checkOptions } from '../../src/options/options.ts'
import { proveImages } from '../../src/prove/images.ts'
import type { Ledger } from '../../src/prove/ledger/ledger.ts'
import { readSources } from '../../src/subjects/sources.ts'
import { tempFolder } from '../build/ports.ts'
import { made, type Outcomes, provenBy, scriptedRun, sourcesIn } from './scripted-builds.ts'

const plain = made({})
const other = made({ content: 'g' })

interface Run {
  options?: Readonly<Record<string, string[]>>
  root?: string
  ledger?: Ledger
  day?: number
}

/** How the images of these names end, which are built as it is said for each, and in how many builds. */
async function ends(all: Readonly<Record<string, Outcomes>>, run: Run = {}) {
  const { notes: _, argsOf: _of, ...told } = await proven(all, run)
  return told
}

/** The same, with what is said beside it, and what docker was told. */
async function proven(
  all: Readonly<Record<string, Outcomes>>,
  { options: given = {}, root = tempFolder(), ledger, day = 0 }: Run = {},
) {
  const outcomesOf = (name: string, platform: string): Outcomes => all[`${name} ${platform}`] ?? all[name] ?? []
  const names = [...new Set(Object.keys(all).map(name => name.split(' ')[0] as string))]
  const told: string[][] = []
  const before = (_place: number, _folder: string, args: readonly string[]) => void told.push([...args])
  const { shared, count } = await scriptedRun(outcomesOf, { day, before })
  const images = names.map(async name => {
    const context = join(root, name)
    if (!existsSync(context)) {
      mkdirSync(context)
      // Equal files would be equal inputs, whatever the image is called.
      writeFileSync(join(sourcesIn(context), 'f'), name)
    }
    const options = checkOptions('gate', { variations: ['none'], ...given, context: [context], config: ['none'] })
    return { name, options, sources: await readSources(options, shared.ports) }
  })
  const results = await proveImages(await Promise.all(images), { ...shared, ...(ledger ? { ledger } : {}) })
  return {
    ends: results.map(({ image, platform, file, verdict, failure, against }) => {
      expect(file).toBe(join(root, image as string, 'Dockerfile'))
      return [image, platform, failure ? `${failure.side} failed` : verdict, ...(against ? [against.kind] : [])]
    }),
    drift: results.flatMap(({ image, findings }) => findings.flatMap(({ id }) => (id === 'drift' ? [image] : []))),
    built: count(),
    notes: results.map(({ notes }) => notes),
    /** Of each build of an image. The folder that the context is linked to is named after it. */
    argsOf: (name: string) => told.filter(args => basename(args.at(-1) ?? '').replace(/-[0-9a-f]{16}$/, '') === name),
  }
}

const amd = 'linux/amd64'
const arm = 'linux/arm64'
const twice = [plain, plain] as const

test('of more images than are built at a time each has its own verdict, in the order in which they were given', async () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j']
  const all = Object.fromEntries(names.map((name): [string, Outcomes] => [name, twice]))
  const odd = { b: [plain, other], d: [null], g: [plain, null], j: [other, plain] }
  const of = (name: string) =>
    ({ b: 'not-reproducible', d: 'A failed', g: 'B failed', j: 'not-reproducible' })[name] ?? 'reproducible'
  expect(await ends({ ...all, ...odd })).toEqual({
    ends: names.map(name => [name, amd, of(name)]),
    drift: [],
    built: 19,
  })
})

test('images that one file makes, of which each has a name of its own, are all there', async () => {
  const folder = sourcesIn(tempFolder())
  const { image, shared, count } = await scriptedRun(Array(6).fill(plain), { folder })
  const images = ['a', 'b', 'c'].map(name => ({ ...image, name }))
  const results = await proveImages(images, shared)
  expect(results.map(({ image: name, verdict }) => [name, verdict])).toEqual(
    ['a', 'b', 'c'].map(name => [name, 'reproducible']),
  )
  expect(count()).toBe(6)
})

test('those that are built later share no cache mount with those before', async () => {
  const names = [...'abcdefghijklmnopq']
  const { argsOf } = await proven(Object.fromEntries(names.map((name): [string, Outcomes] => [name, [null]])))
  const mounts = names.flatMap(name => argsOf(name).map(args => /CACHE_MOUNT_NS=(\S+)-a /.exec(args.join(' '))?.[1]))
  const [first, second, third] = [mounts[0], mounts[8], mounts[16]]
  expect(mounts).toEqual([...Array(8).fill(first), ...Array(8).fill(second), third])
  expect(new Set([first, second, third]).size).toBe(3)
})

test('each is given the secrets that are asked for', async () => {
  const file = join(tempFolder(), 'secret')
  writeFileSync(file, 'x')
  const { argsOf } = await proven({ a: twice, b: twice }, { options: { 'secret-files': [`id=${file}`] } })
  for (const args of [...argsOf('a'), ...argsOf('b')]) expect(args.join(' ')).toContain(`--secret id=id,src=${file}`)
  expect(argsOf('b')).toHaveLength(2)
})

test('of several platforms each has its own', async () => {
  const all = {
    [`a ${amd}`]: twice,
    [`a ${arm}`]: [plain, other],
    [`b ${amd}`]: [other, plain],
    [`b ${arm}`]: [other, other],
  }
  expect(await ends(all, { options: { platforms: [amd, arm] } })).toEqual({
    ends: [
      ['a', amd, 'reproducible'],
      ['a', arm, 'not-reproducible'],
      ['b', amd, 'not-reproducible'],
      ['b', arm, 'reproducible'],
    ],
    drift: [],
    built: 8,
  })
})

test('both sides of each are kept in a folder of its own', async () => {
  const kept = async (all: Readonly<Record<string, Outcomes>>, platforms: string[]) => {
    const folder = join(tempFolder(), 'kept')
    await ends(all, { options: { keep: [folder], platforms } })
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(path => path.endsWith('blobs'))
      .sort()
  }
  const sides = (...names: string[]) => names.flatMap(name => ['a', 'b'].map(side => join(name, side, 'blobs')))
  expect(await kept({ a: twice }, [])).toEqual(sides(''))
  expect(await kept({ a: twice, b: [plain, null], c: [plain, other] }, [])).toEqual(sides('a', 'c'))
  expect(await kept({ a: twice }, [amd, arm])).toEqual(sides('linux-amd64', 'linux-arm64'))
  expect(await kept({ a: twice, b: twice }, [amd, arm])).toEqual(
    sides('a/linux-amd64', 'a/linux-arm64', 'b/linux-amd64', 'b/linux-arm64'),
  )
})

test('what could not be kept of either side is told beside what else is, and of one that was not built nothing', async () => {
  const file = join(tempFolder(), 'file')
  writeFileSync(file, '')
  const options = { keep: [join(file, 'kept')], variations: ['umask'] }
  const { result } = await provenBy([plain, made({ mode: 0o664 }), plain], { options })
  const lost = (side: string) => expect.stringMatching(new RegExp(`^Build ${side} could not be kept in .*ENOTDIR`))
  expect(result.notes).toEqual([lost('A'), lost('B'), expect.stringMatching(/agree/)])
  expect((await provenBy([null], { options })).result.notes).toEqual([])
})

test('where none can be built, each says so', async () => {
  expect(await ends({ a: [null], b: [null] })).toEqual({
    ends: [
      ['a', amd, 'A failed'],
      ['b', amd, 'A failed'],
    ],
    drift: [],
    built: 2,
  })
})

describe('with a ledger', () => {
  const options = { platforms: [amd, arm] }
  const once = [plain] as const

  function runs() {
    const root = tempFolder()
    const ledger: Ledger = { store: folderStore(tempFolder()), run: null, runner: null, here: root }
    let day = 0
    return (a: [Outcomes, Outcomes], b: [Outcomes, Outcomes], level = 'same-content') => {
      day += 1
      const all = { [`a ${amd}`]: a[0], [`a ${arm}`]: a[1], [`b ${amd}`]: b[0], [`b ${arm}`]: b[1] }
      return ends(all, { options: { ...options, level: [level] }, root, ledger, day })
    }
  }
  const all = (...verdicts: string[][]) =>
    verdicts.map((verdict, at) => [at < 2 ? 'a' : 'b', at % 2 === 0 ? amd : arm, ...verdict])
  const [proven, spared, differs] = [['reproducible'], ['reproducible', 'ledger'], ['not-reproducible']]

  test('an image is spared whole, and kept whole: what one platform or image lacks is not made up for by another', async () => {
    const run = runs()
    expect(await run([twice, [plain, other]], [twice, twice])).toEqual({
      ...{ ends: all(proven, differs, proven, proven), drift: [], built: 8 },
    })
    // Of `a` nothing was kept.
    expect(await run([twice, twice], [once, once])).toEqual({
      ...{ ends: all(proven, proven, spared, spared), drift: [], built: 6 },
    })
    expect(await run([once, once], [once, once])).toEqual({
      ...{ ends: all(spared, spared, spared, spared), drift: [], built: 4 },
    })
  })

  test('where one platform comes out otherwise, all of that image are built twice, and decide', async () => {
    const run = runs()
    await run([twice, twice], [twice, twice])
    expect(await run([once, once], [twice, [other, other]])).toEqual({
      ...{ ends: all(spared, spared, proven, proven), drift: ['b'], built: 6 },
    })
    expect(await run([twice, [other, plain]], [once, [other]])).toEqual({
      ...{ ends: all(proven, differs, spared, spared), drift: [], built: 6 },
    })
  })

  test('it is proven as far as the platform that agrees least', async () => {
    const run = runs()
    const zipped = made({}, 'out', { gzip: true })
    await run([twice, [plain, zipped]], [[plain, zipped], twice])
    expect(await run([once, once], [once, once])).toEqual({
      ...{ ends: all(spared, spared, spared, spared), drift: [], built: 4 },
    })
    expect(await run([twice, twice], [twice, twice], 'identical')).toEqual({
      ...{ ends: all(proven, proven, proven, proven), drift: [], built: 8 },
    })
  })

  test('where one cannot be built, the others of its image are not spared', async () => {
    const run = runs()
    await run([twice, twice], [twice, twice])
    expect(await run([[plain, plain], [null]], [once, once])).toEqual({
      ...{ ends: all(proven, ['A failed'], spared, spared), drift: [], built: 5 },
    })
  })
})
