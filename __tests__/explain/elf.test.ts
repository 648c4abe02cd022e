import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { placeAt, readElf } from '../../src/explain/formats/elf.ts'
import { elfDifference } from '../../src/explain/formats/elf-difference.ts'
import { kindOfPair } from '../../src/explain/formats/elf-text.ts'
import { changed, clock } from './subject.ts'

const bytes = (name: string, side: 'a' | 'b'): Buffer =>
  gunzipSync(readFileSync(new URL(`fixtures/binaries/${name}.${side}.gz`, import.meta.url)))
const contentOf = (a: Buffer, b: Buffer) => {
  const { content } = changed('usr/bin/app', a, b)
  if (!content) throw new Error('no content')
  return content
}
const differenceOf = (name: string) => elfDifference(contentOf(bytes(name, 'a'), bytes(name, 'b')), clock)

describe('sections', () => {
  const sample = (data: Buffer) => ({ size: data.length, head: data, whole: true, tail: Buffer.alloc(0) })

  test('of a program of gcc', () => {
    const elf = readElf(sample(bytes('debug', 'a')))
    expect(elf?.sections.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['.note.gnu.build-id', '.text', '.rodata', '.debug_info', '.symtab', '.shstrtab']),
    )
    expect(elf && placeAt(elf, 0x10)).toBe('the ELF header')
    expect(elf && placeAt(elf, elf.table.offset)).toBe('the section headers')
  })

  test('read from head and tail of a large program', () => {
    const data = bytes('go-stamp', 'a')
    const ends = { size: data.length, head: data.subarray(0, 65_536), whole: false, tail: data.subarray(-65_536) }
    expect(readElf(ends)?.sections.some(({ name }) => name === '.go.buildinfo')).toBe(true)
  })

  test('are not read from what is cut, and never throw', () => {
    const data = bytes('debug', 'a')
    fc.assert(
      fc.property(
        fc.nat(data.length),
        fc.array(fc.tuple(fc.nat(data.length - 1), fc.nat(255)), { maxLength: 40 }),
        (length, hits) => {
          const damaged = Buffer.from(data.subarray(0, length))
          for (const [at, byte] of hits) if (at < damaged.length) damaged[at] = byte
          const elf = readElf(sample(damaged))
          if (length < data.length - 3_000) expect(elf).toBeNull()
          elfDifference(contentOf(damaged, data), clock)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('differences', () => {
  test('strings that the linker sorted elsewhere are one difference, and what names them follows', () => {
    expect(differenceOf('rust-debug')).toMatchObject({
      follows: ['.note.gnu.build-id', '.debug_info'],
      texts: [{ kind: 'path', section: '.debug_str' }],
      rest: [],
      complete: true,
    })
  })

  test('sections of other sizes are held against each other, not the bytes behind them', () => {
    const difference = differenceOf('shifted')
    expect(difference?.rest).toEqual([])
    expect(difference?.sections).not.toContain('.text')
  })

  test('a time next to another value is no proof for it', () => {
    const text = (time: string, hash: string) => Buffer.from(`${time}\0${hash}\0\0`, 'latin1')
    const put = (time: string, hash: string): Buffer => {
      const data = Buffer.from(bytes('date', 'a'))
      text(time, hash).copy(data, data.indexOf('built Nov'))
      return data
    }
    const difference = elfDifference(
      contentOf(put('2026-11-21 03:00:05', 'red'), put('2026-11-21 03:01:15', 'tan')),
      clock,
    )
    expect(difference?.times).toHaveLength(1)
    expect(difference?.rest).toHaveLength(1)
  })
})

describe('two texts of a program', () => {
  test.each([
    ['/tmp/tmp.Xa3fQ1bW8z/main.c', '/tmp/tmp.kE7pLm29Tc/main.c', 'path'],
    ['/build/8301/src/main.c', '/build/8417/src/main.c', 'path'],
    ['/home/alice/app/main.c', '/home/bob/app/main.c', 'path'],
    ['.gnu.lto_.decls.11fffaeb7b658b6e', '.gnu.lto_.decls.81b86349bdb2c5ef', 'seed'],
    ['ccYRNsXO.o', 'ccuxAhxW.o', 'object'],
    ['main.rustcQkIkhb.o', 'main.rustczdlGPj.o', 'object'],
    ['tmpxft_00000a1f_00000000', 'tmpxft_00000b52_00000000', 'cuda'],
    [
      '_ZN40_GLOBAL__N__431f2697_8_infer_cu_f61b8112L4seenE',
      '_ZN40_GLOBAL__N__7b943865_8_infer_cu_f61b8112L4seenE',
      'cuda',
    ],
    // Other code, and a name that nvcc does not make.
    [
      '_ZN40_GLOBAL__N__431f2697_8_infer_cu_f61b8112L4seenE',
      '_ZN40_GLOBAL__N__7b943865_8_infer_cu_0badc0deL4seenE',
      null,
    ],
    ['table_431f2697_8_infer_cu_f61b8112', 'table_7b943865_8_infer_cu_f61b8112', null],
    ['build\tvcs.modified=true', 'build\tvcs.modified=false', 'vcs'],
    ['vcs.modified=true', 'vcs.modified=false', 'vcs'],
    ['/usr/include/c++/12/bits/a.h', '/usr/include/c++/13/bits/a.h', null],
    ['/usr/share/app-1.2/x', '/usr/share/app-1.3/x', null],
    ['/tmp/app is version seven', '/tmp/app is version eight', null],
    ['libfoo 1.2.3', 'libfoo 1.2.4', null],
    ['http://a.example/x', 'http://b.example/x', null],
  ])('%s, %s: %s', (a, b, kind) => {
    expect(kindOfPair(a, b, clock)?.kind ?? null).toBe(kind)
  })
})
