import { expect, test } from '@jest/globals'
import { ImageError, RoomError } from '../../src/build/blobs.ts'
import { LayerError } from '../../src/image/layer-error.ts'
import type { Pair, Proving } from '../../src/prove/pair.ts'
import { isShortOfRoom, readPair } from '../../src/prove/read.ts'
import { portsWith, scripted } from '../build/ports.ts'

test('a layer for which there is no room is not built once more: there would be none then, either', () => {
  expect(isShortOfRoom(new RoomError('There is too little space'))).toBe(true)
  expect(isShortOfRoom(new LayerError('it could not be opened', 'layer 2', { cause: new RoomError('x') }))).toBe(true)
  expect(isShortOfRoom(new LayerError('it could not be opened', 'layer 2', { cause: new ImageError('x') }))).toBe(false)
  expect(isShortOfRoom(new LayerError('it is cut off'))).toBe(false)
  expect(isShortOfRoom(null)).toBe(false)
})

/** What is said of two images, to read which ended so. */
function read(error: unknown, signal = new AbortController().signal) {
  const proving = { ports: portsWith(scripted({}), { signal }), watch: { time: () => Promise.reject(error) } }
  return readPair({} as Pair, proving as unknown as Proving)
}

test.each<[string, Error, RegExp, boolean]>([
  ['the builder has lost it', new ImageError('gone'), /^gone$/, true],
  ['a layer is cut off', new LayerError('cut off', 'layer 2'), /^layer 2: cut off$/, true],
  ['there is no room for it', new RoomError('too little'), /^too little$/, false],
  ['the disk is full', Object.assign(new Error('write'), { code: 'ENOSPC' }), /^the disk is full/, false],
])(
  'an image that cannot be read is told with the reason, and whether another build may help: %s',
  async (_, ...given) => {
    const [error, unread, again] = given
    expect(await read(error)).toEqual({ unread: expect.stringMatching(unread), shared: [], again })
  },
)

test('a fault of our own is not told as an image that cannot be read, unless the run was ended', async () => {
  const fault = new TypeError('x is undefined')
  await expect(read(fault)).rejects.toBe(fault)
  expect(await read(fault, AbortSignal.abort())).toMatchObject({ unread: 'x is undefined' })
})
