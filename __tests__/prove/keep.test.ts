// Both sides are kept as they were judged, or it is told that they could not be.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { keepSides, seeItIsFree } from '../../src/prove/keep.ts'
import type { Pair } from '../../src/prove/pair.ts'
import { portsWith, scripted, tempFolder } from '../build/ports.ts'

const [one, other] = ['1', '2'].map(digit => `sha256:${digit.repeat(64)}`) as [string, string]

/** What is said where the builder gives these digests for A and B, which were built with the first one; null: it fails. */
async function kept(...given: [string | null, string | null]) {
  const folder = join(tempFolder(), 'kept')
  const told: string[] = []
  const stream = (args: readonly string[]) => {
    told.push(args.join(' '))
    const digest = given[told.length - 1]
    if (!digest) return 1
    const metadata = { 'containerimage.digest': digest, 'containerimage.config.digest': one }
    writeFileSync(args[args.indexOf('--metadata-file') + 1] ?? '', JSON.stringify(metadata))
    return 0
  }
  const plan = (side: string) => ({
    side,
    args: ['build', side],
    env: {},
    context: tempFolder(),
    compression: 'uncompressed',
  })
  const pair = { a: { digest: one }, b: { digest: one }, planA: plan('A'), planB: plan('B') } as unknown as Pair
  return { said: await keepSides(pair, folder, portsWith(scripted({}, stream))), told, folder }
}

test('each side is exported from the cache of its builder, into a folder of its own', async () => {
  const { said, told, folder } = await kept(one, one)
  expect(said).toEqual([])
  expect(told).toEqual(
    ['A', 'B'].map(side => expect.stringMatching(`^build ${side} .*dest=${join(folder, side.toLowerCase())},`)),
  )
  expect(told.join()).not.toMatch(/no-cache/)
  expect(['a', 'b'].map(side => existsSync(join(folder, side)))).toEqual([true, true])
})

test('what is another image by now, or cannot be had, is told with its side', async () => {
  const words = (side: string, why: string) => expect.stringMatching(`^Build ${side} could not be kept in .*: .*${why}`)
  expect((await kept(other, one)).said).toEqual([words('A', `made sha256:${'2'.repeat(12)} instead`)])
  expect((await kept(one, other)).said).toEqual([words('B', 'no longer has what it gave')])
  expect((await kept(null, null)).said).toEqual([words('A', ''), words('B', '')])
})

test('a folder that has something in it is not used: what is exported would be added', async () => {
  const folder = tempFolder()
  const free = (keep?: string) => seeItIsFree({ keep } as Parameters<typeof seeItIsFree>[0])
  await free()
  await free(folder)
  await free(join(folder, 'none'))
  mkdirSync(join(folder, 'a'))
  await expect(free(folder)).rejects.toThrow(/is not empty/)
  writeFileSync(join(folder, 'file'), '')
  await expect(free(join(folder, 'file'))).rejects.toThrow(/cannot be used: ENOTDIR/)
})
