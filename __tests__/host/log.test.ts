import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { inert, runnerLog } from '../../src/host/log.ts'

/** As the runner reads a line: `::name` at its start, after blanks, or `##[name` anywhere. */
const obeys = (text: string) => text.split(/\r?\n|\r/).some(line => /^\s*::/.test(line) || line.includes('##['))

function recorded() {
  const lines: string[] = []
  const core = {
    info: (text: string) => void lines.push(text),
    debug: (text: string) => void lines.push(`::debug::${text}`),
    warning: (text: string) => void lines.push(`::warning::${text}`),
    startGroup: (title: string) => void lines.push(`::group::${title}`),
    endGroup: () => void lines.push('::endgroup::'),
  }
  let words = 0
  return { lines, log: runnerLog(core, () => `word${++words}`) }
}

describe('inert', () => {
  test.each([
    ['::set-output name=reproducible::true'],
    ['  ::add-mask::x'],
    ['#5 0.3 ##[set-output name=reproducible]true'],
    ['fine\n::error::forged'],
    ['fine\r::error::forged'],
  ])('%j is no command', text => {
    expect(obeys(text)).toBe(true)
    expect(obeys(inert(text))).toBe(false)
  })
  test('no text is a command', () => {
    const piece = fc.constantFrom('::', ':', '##[', '#', '[', 'error', '\r', '\n', ' ', '\u001b[31m', '\u202e', 'x')
    fc.assert(fc.property(fc.array(piece), pieces => !obeys(inert(pieces.join('')))))
  })
  test('colours go, words stay', () => expect(inert('\u001b[1;31mred\u001b[0m é 漢')).toBe('red é 漢'))
  test('terminal commands go', () => expect(inert('\u001b]0;title\u0007x\u0008\u202e')).not.toMatch(/[\p{Cc}\u202e]/u))
})

describe('the runner log', () => {
  test('foreign lines are behind a fence that ends before our own', async () => {
    const { lines, log } = recorded()
    await log.group('Build A', async () => {
      log.foreign('#5 ::set-output name=x::y')
      log.foreign('::word1::')
      log.info('done')
    })
    expect(lines).toEqual([
      '::group::Build A',
      '::stop-commands::word1',
      '#5 ::set-output name=x::y',
      '\u200b::word1::',
      '::word1::',
      'done',
      '::endgroup::',
    ])
  })
  test('a group ends its fence even when the work fails', async () => {
    const { lines, log } = recorded()
    const work = log.group('Build A', async () => {
      log.foreign('x')
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    expect(lines.slice(-2)).toEqual(['::word1::', '::endgroup::'])
  })
  test('every fence has a word of its own', () => {
    const { lines, log } = recorded()
    log.foreign('x')
    log.info('y')
    log.foreign('z')
    expect(lines.filter(line => line.startsWith('::stop-commands::'))).toEqual([
      '::stop-commands::word1',
      '::stop-commands::word2',
    ])
  })
})
