import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { findClockLibrary, needsOf } from '../../src/build/shifted-clock.ts'

const root = mkdtempSync(join(tmpdir(), 'clock-library-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const elf = (machine: number, ...versions: string[]): Buffer => {
  const head = Buffer.alloc(64)
  head.writeUInt32BE(0x7f454c46, 0)
  head.writeUInt16LE(machine, 18)
  return Buffer.concat([head, Buffer.from(`\0${versions.join('\0')}\0`)])
}

describe('what the library needs', () => {
  test('its loader, and the newest glibc that it names', () => {
    expect(needsOf(elf(62, 'GLIBC_2.2.5', 'GLIBC_2.34', 'GLIBC_2.7'))).toEqual({
      ...{ loader: 'ld-linux-x86-64.so.2', glibc: 'GLIBC_2.34' },
    })
    expect(needsOf(elf(183, 'GLIBC_2.17'))?.loader).toBe('ld-linux-aarch64.so.1')
  })

  test('what is no such library has none', () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('#!/bin/sh GLIBC_2.34'), elf(3, 'GLIBC_2.34'), elf(62)])
      expect(needsOf(bytes)).toBe(null)
  })
})

describe('where it is', () => {
  test('in the folder of any architecture, or where it is said to be', async () => {
    const file = join(root, 'aarch64-linux-gnu/faketime/libfaketime.so.1')
    mkdirSync(join(file, '..'), { recursive: true })
    writeFileSync(file, elf(183, 'GLIBC_2.38'))
    expect(await findClockLibrary({}, root)).toMatchObject({ file, needs: { glibc: 'GLIBC_2.38' } })
    expect(await findClockLibrary({ REPRO_GATE_LIBFAKETIME: file }, '/none')).toMatchObject({ file })
  })

  test('otherwise it is said what to do', async () => {
    expect(await findClockLibrary({ REPRO_GATE_LIBFAKETIME: '/none/x' }, root)).toContain('cannot be read')
    expect(await findClockLibrary({ REPRO_GATE_LIBFAKETIME: import.meta.filename }, root)).toContain('no library')
    const none = await findClockLibrary({}, '/none')
    if (typeof none === 'string') expect(none).toContain('sudo apt-get install faketime')
  })
})
