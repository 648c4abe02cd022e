// Several images and platforms in one run: each has the verdict of its own builds.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { checkOptions } from '../../src/options/options.ts'
import { proveImages } from '../../src/prove/images.ts'
import { readSources } from '../../src/subjects/sources.ts'
import { tempFolder } from '../build/ports.ts'
import { made, type Outcomes, scriptedRun, sourcesIn } from './scripted-builds.ts'

const plain = made({})
const other = made({ content: 'g' })

/** How the images of these names end, which are built as it is said for each, and in how many builds. */
async function ends(all: Readonly<Record<string, Outcomes>>, given: Readonly<Record<string, string[]>> = {}) {
  const root = tempFolder()
  const outcomesOf = (name: string, platform: string): Outcomes => all[`${name} ${platform}`] ?? all[name] ?? []
  const names = [...new Set(Object.keys(all).map(name => name.split(' ')[0] as string))]
  const { shared, count } = await scriptedRun(outcomesOf)
  const images = names.map(async name => {
    const context = join(root, name)
    mkdirSync(context)
    const folder = sourcesIn(context)
    const options = checkOptions('gate', { variations: ['none'], ...given, context: [folder], config: ['none'] })
    return { name, options, sources: await readSources(options, shared.ports) }
  })
  const results = await proveImages(await Promise.all(images), shared)
  return {
    ends: results.map(({ image, platform, file, verdict, failure }) => {
      expect(file).toBe(join(root, image as string, 'Dockerfile'))
      return [image, platform, failure ? `${failure.side} failed` : verdict]
    }),
    built: count(),
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
  expect(await ends({ ...all, ...odd })).toEqual({ ends: names.map(name => [name, amd, of(name)]), built: 19 })
})

test('of several platforms each has its own', async () => {
  const all = {
    [`a ${amd}`]: twice,
    [`a ${arm}`]: [plain, other],
    [`b ${amd}`]: [other, plain],
    [`b ${arm}`]: [other, other],
  }
  expect(await ends(all, { platforms: [amd, arm] })).toEqual({
    ends: [
      ['a', amd, 'reproducible'],
      ['a', arm, 'not-reproducible'],
      ['b', amd, 'not-reproducible'],
      ['b', arm, 'reproducible'],
    ],
    built: 8,
  })
})

test('where none can be built, each says so', async () => {
  expect(await ends({ a: [null], b: [null] })).toEqual({
    ends: [
      ['a', amd, 'A failed'],
      ['b', amd, 'A failed'],
    ],
    built: 2,
  })
})
