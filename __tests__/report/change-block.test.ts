import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { changeBlock, changeLines, fixWords } from '../../src/report/change-block.ts'

const lines = fc.array(fc.constantFrom('RUN a', 'RUN b', ' && c \\', ''), { maxLength: 10 })

describe('the lines of a fix', () => {
  test('are those that change, with some around', () => {
    const before = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
    expect(changeLines(before, before.with(4, 'E'))).toEqual([' b', ' c', ' d', '-e', '+E', ' f', ' g', ' h'])
    expect(changeLines(before, before.with(4, 'E'), 0)).toEqual(['-e', '+E'])
    expect(changeBlock({ before, after: before })).toBe('')
  })

  test('make of the old ones the new ones', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const told = changeLines(before, after, 99)
        const without = (mark: string) => told.filter(line => !line.startsWith(mark)).map(line => line.slice(1))
        if (told.length === 0) expect(before).toEqual(after)
        else expect([without('+'), without('-')]).toEqual([before, after])
      }),
    )
  })

  test('spare the words that say where to put them', () => {
    const text =
      'Remove it. Append the line to the RUN of line 3 (with a `\\` at the end of the line before it). Put `ARG SOURCE_DATE_EPOCH` above the instruction.'
    expect(fixWords({ text })).toBe(text)
    expect(fixWords({ text, change: { file: 'Dockerfile', line: 3, before: [], after: [] } })).toBe('Remove it.')
  })
})
