import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, describe, expect, test } from '@jest/globals'
import { bounded } from '../../src/smoke/bounded-file.ts'

const root = mkdtempSync(join(tmpdir(), 'bounded-file-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const never = new AbortController().signal

describe('work that writes a file', () => {
  test('goes through as long as the file is as large as it may be', async () => {
    const path = join(root, 'a')
    const work = async () => writeFileSync(path, '1234')
    expect(await bounded({ path, most: 4, signal: never }, work)).toMatchObject({ isTooLarge: false })
    expect(await bounded({ path: join(root, 'none'), most: 4, signal: never }, async () => 7)).toEqual({
      result: 7,
      isTooLarge: false,
    })
  })

  test('is told of at the end, however fast it was', async () => {
    const path = join(root, 'b')
    expect(await bounded({ path, most: 4, signal: never }, async () => writeFileSync(path, '12345'))).toMatchObject({
      isTooLarge: true,
    })
  })

  test('is ended while it writes, and does not go on until the disk is full', async () => {
    const path = join(root, 'c')
    let pieces = 0
    const { isTooLarge } = await bounded({ path, most: 1000, signal: never }, async signal => {
      for (; !signal.aborted && pieces < 100_000; pieces++) {
        appendFileSync(path, 'x'.repeat(100))
        await setTimeout(1)
      }
    })
    expect(isTooLarge).toBe(true)
    expect(pieces).toBeLessThan(100_000)
  })

  test('ends with the run, which is no fault of the file', async () => {
    const stop = new AbortController()
    const result = bounded({ path: join(root, 'd'), most: 1, signal: stop.signal }, async signal => {
      stop.abort()
      return signal.aborted
    })
    expect(await result).toEqual({ result: true, isTooLarge: false })
  })
})
