import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { excerptOf } from '../../src/smoke/excerpt.ts'

const of = (a: string | Buffer, b: string | Buffer) => excerptOf(Buffer.from(a as string), Buffer.from(b as string))

test('names the first line that differs, and shows it and what follows', () => {
  expect(of('one\ntwo\nthree\n', 'one\n2\nthree\n')).toEqual({ at: 'line 2', a: ['two', 'three'], b: ['2', 'three'] })
  expect(of('one\n', 'one\ntwo\n')).toEqual({ at: 'line 2', a: [], b: ['two'] })
  expect(of('', 'x')).toEqual({ at: 'line 1', a: [], b: ['x'] })
})

test('finds a difference behind a lot that is alike', () => {
  const alike = 'line\n'.repeat(20_000)
  expect(of(`${alike}a`, `${alike}b`)).toEqual({ at: 'line 20001', a: ['a'], b: ['b'] })
})

test('of a long line shows the part that differs, with its cuts marked', () => {
  const { a, b } = of(`${'x'.repeat(5000)}A${'y'.repeat(5000)}`, `${'x'.repeat(5000)}B${'y'.repeat(5000)}`)
  expect(a[0]).toMatch(/^…x{40}Ay{119}…$/)
  expect(b[0]).toMatch(/^…x{40}By{119}…$/)
})

test('of what is no text shows bytes', () => {
  expect(of(Buffer.from([1, 0, 255]), Buffer.from([1, 0, 254, 7]))).toEqual({ at: 'byte 2', a: ['ff'], b: ['fe 07'] })
})

test('of what no line would show, shows bytes', () => {
  expect(of('one\ntwo', 'one\ntwo\n')).toEqual({ at: 'byte 7', a: [''], b: ['0a'] })
  const far = 'x'.repeat(100_000)
  expect(of(`${far}A`, `${far}B`)).toEqual({ at: 'byte 100000', a: ['41'], b: ['42'] })
})

test('is short, whatever was printed, and never has half a character', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 3000 }),
      fc.string({ unit: 'binary', maxLength: 3000 }),
      (a, b) => {
        const { a: linesA, b: linesB } = of(a, b)
        for (const line of [...linesA, ...linesB]) {
          expect(line.length).toBeLessThanOrEqual(162)
          expect(line).not.toMatch(/\p{Cs}/u)
        }
        expect(Math.max(linesA.length, linesB.length)).toBeLessThanOrEqual(4)
      },
    ),
  )
})
