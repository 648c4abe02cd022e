// After which step paths differ to the end, when each step's state is known, and when it is not.
import { describe, expect, test } from '@jest/globals'
import { lastTurn, turnIn } from '../../src/explain/blame/turn.ts'

/** `=` after a step the paths agree, `~` they differ, `?` nobody knows. */
const states = (text: string, asked: number[] = []) => ({
  last: text.length - 1,
  differAfter: async (step: number) => {
    asked.push(step)
    return text[step] === '?' ? `step ${step} is not known` : text[step] === '~'
  },
})
const turn = (text: string) => turnIn(states(text).last, states(text).differAfter)
const later = (from: number, text: string) => lastTurn(from, states(text).last, states(text).differAfter)

describe('a step after which paths differ and before which they agree', () => {
  test.each([
    ['~', 0],
    ['=~', 1],
    ['~~', 0],
    ['~~~~~', 0],
    ['==~~~', 2],
    ['====~', 4],
    ['=~~~~~~~~', 1],
  ])('%s: %d', async (text, step) => {
    expect(await turn(text)).toBe(step)
  })

  test.each(['=?~', '?~', '??~', '?~~~~', '==?~~', '=~?~~'])('%s: nobody knows', async text => {
    expect(await turn(text)).toMatch(/^step \d is not known$/)
  })

  test('is found by halving', async () => {
    const asked: number[] = []
    const { last, differAfter } = states(`${'='.repeat(100)}${'~'.repeat(100)}`, asked)
    expect(await turnIn(last, differAfter)).toBe(100)
    expect(asked.length).toBeLessThanOrEqual(8)
  })
})

describe('the turn behind which they differ to the end', () => {
  test.each([
    [1, '=~~~', 1],
    [1, '=~=~', 3],
    [1, '=~==~~', 4],
    [0, '~=~=~', 4],
    [1, '=~?~', 1],
    [1, '=~=?~', 1],
    [1, '=~?=~', 4],
    [3, '===~', 3],
  ])('after %d, %s: %d', async (from, text, step) => {
    expect(await later(from, text)).toBe(step)
  })
})
