import { describe, expect, test } from '@jest/globals'
import { helpPage } from '../../src/commands/help-page.ts'
import { helpText } from '../../src/options/help.ts'
import { commands } from '../../src/options/table.ts'

describe('--help in a terminal', () => {
  test.each([undefined, ...commands])('of %s is no wider than it, and says the same', command => {
    const text = helpText(command)
    const words = (page: string): string[] => page.split(/\s+/)
    for (const width of [60, 80, 120, 200]) {
      const page = helpPage(text, width)
      const tooWide = page.split('\n').filter(line => line.length > width && line.trim().includes(' '))
      expect(tooWide).toEqual([])
      expect(words(page)).toEqual(words(text))
    }
  })

  test('keeps the second column', () => {
    const [first = '', second = ''] = helpPage('  --pull  Ask the registry for base images even where', 40).split('\n')
    expect([first, second]).toEqual(['  --pull  Ask the registry for base', '          images even where'])
  })

  test('goes as it is into a file, and gives up the column where there is no room for it', () => {
    expect(helpPage(helpText('gate'), undefined)).toBe(helpText('gate'))
    expect(helpPage(`  ${'-'.repeat(30)}  ${'word '.repeat(9)}`, 50).split('\n')[1]).toMatch(/^ {6}word/)
  })
})
