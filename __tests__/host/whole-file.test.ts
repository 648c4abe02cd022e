import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { writeWhole } from '../../src/host/whole-file.ts'

describe('a file that is written whole', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'whole-'))
    folders.push(folder)
  })
  const folders: string[] = []
  afterAll(() => {
    for (const one of folders) rmSync(one, { recursive: true })
  })
  /** A text of which the disk takes but a part. */
  const cutOff = () =>
    (async function* () {
      yield '{"verdict":'
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
    })() as unknown as string

  test('is new, or stands in the place of the old one, with its permissions', async () => {
    const file = join(folder, 'report.json')
    await writeWhole(file, 'one')
    chmodSync(file, 0o600)
    await writeWhole(file, 'two')
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['two', 0o600])
    expect(readdirSync(folder)).toEqual(['report.json'])
  })

  test('is not there at all when the disk is full, nor is that of an earlier run', async () => {
    const file = join(folder, 'report.json')
    await expect(writeWhole(file, cutOff())).rejects.toThrow('ENOSPC')
    expect(readdirSync(folder)).toEqual([])
    writeFileSync(file, '{"verdict":"reproducible"}')
    await expect(writeWhole(file, cutOff())).rejects.toThrow('ENOSPC')
    expect(readdirSync(folder)).toEqual([])
  })

  test('is found behind a link, which stays one; what is no file is written to', async () => {
    symlinkSync(join(folder, 'real'), join(folder, 'link'))
    writeFileSync(join(folder, 'real'), 'old')
    await writeWhole(join(folder, 'link'), 'new')
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('new')
    expect(readdirSync(folder).sort()).toEqual(['link', 'real'])
    await writeWhole('/dev/null', 'text')
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })

  test('says why it cannot be', async () => {
    await expect(writeWhole(join(folder, 'no', 'report.json'), 'x')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
