import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { renderTerminal } from '../../src/report/terminal.ts'
import { wrap } from '../../src/report/wrap.ts'
import { all } from './all-reports.ts'

const esc = String.fromCharCode(27)
const plain = (text: string): string => text.replaceAll(new RegExp(`${esc}\\[\\d+m`, 'g'), '')

describe('a line', () => {
  test('is broken at blanks, later lines indented', () => {
    expect(wrap('  fix  Remove the logs in the same RUN', 20, 7)).toBe(
      '  fix  Remove the\n       logs in the\n       same RUN',
    )
  })
  test('is left alone where the width is not known, or is enough', () => {
    expect(wrap('  a b c', undefined, 4)).toBe('  a b c')
    expect(wrap('  a b c', 7, 4)).toBe('  a b c')
  })
  test('counts no colours', () => {
    expect(wrap(`${esc}[31mred${esc}[0m and blue`, 12, 2)).toBe(`${esc}[31mred${esc}[0m and blue`)
  })
  test('keeps all of its words, and none is too long that could be broken', () => {
    const text = fc
      .array(fc.string({ unit: 'grapheme-ascii', maxLength: 12 }), { maxLength: 20 })
      .map(words => words.join(' '))
    fc.assert(
      fc.property(text, fc.integer({ min: 10, max: 60 }), (line, width) => {
        const broken = wrap(line, width, 4)
        expect(broken.split(/\s+/).filter(Boolean)).toEqual(line.split(/\s+/).filter(Boolean))
        for (const one of broken.split('\n'))
          if (one.trim().includes(' ') && broken.includes('\n')) expect(one.length).toBeLessThanOrEqual(width)
      }),
    )
  })
})

describe('in a terminal', () => {
  test.each([80, 120])('of %d columns no line of words is longer', width => {
    for (const name of ['not-reproducible', 'reproducible', 'undecided', 'lint', 'config-only', 'compare-different']) {
      const lines = renderTerminal(all[name] as never, { colour: true, width })
        .trimEnd()
        .split('\n')
        .map(plain)
      // The verdict is one line, for scripts; what is pasted stays whole.
      const verdict = lines.length - 1
      for (const [at, line] of lines.entries())
        if (at !== verdict && !/^ {4,}[-+]?\s*(?:&& |RUN |FROM |ENV )|https:\/\/\S{60}|sha256:/.test(line))
          expect([line, line.length <= width]).toEqual([line, true])
    }
  })
  test('no word is lost by it', () => {
    for (const name of ['not-reproducible', 'hostile', 'compare-different']) {
      const words = (width?: number) =>
        renderTerminal(all[name] as never, { colour: false, width })
          // A row of the picture of layers is cut to the width: it is a picture.
          .replace(/^.*[█░▏].*$/gm, '')
          .split(/\s+/)
          .join(' ')
      expect(words(200)).toBe(words())
    }
  })
})
