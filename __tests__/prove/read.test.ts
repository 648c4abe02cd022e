import { expect, test } from '@jest/globals'
import { ImageError, RoomError } from '../../src/build/blobs.ts'
import { LayerError } from '../../src/image/layer-error.ts'
import { isShortOfRoom } from '../../src/prove/read.ts'

test('a layer for which there is no room is not built once more: there would be none then, either', () => {
  expect(isShortOfRoom(new RoomError('There is too little space'))).toBe(true)
  expect(isShortOfRoom(new LayerError('it could not be opened', 'layer 2', { cause: new RoomError('x') }))).toBe(true)
  expect(isShortOfRoom(new LayerError('it could not be opened', 'layer 2', { cause: new ImageError('x') }))).toBe(false)
  expect(isShortOfRoom(new LayerError('it is cut off'))).toBe(false)
})
