import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { alignLayers } from '../../src/compare/align.ts'
import type { ComparedLayer } from '../../src/image/comparison.ts'

/** `x` is a layer of that diff ID; `x:RUN y` with what made it. */
const layers = (...texts: string[]): ComparedLayer[] =>
  texts.map(text => {
    const [diffId = '', made] = text.split(/:(.*)/s)
    return {
      ...{ descriptor: { mediaType: '', digest: diffId, size: 1 }, diffId },
      history: made === undefined ? undefined : { created_by: made },
    }
  })

const aligned = (a: ComparedLayer[], b: ComparedLayer[]) => {
  const { differing, equal } = alignLayers(a, b)
  return [equal, ...differing.map(({ index, a, b }) => `${index}: ${a?.diffId ?? '-'} ${b?.diffId ?? '-'}`)]
}

describe('layers are set side by side', () => {
  test.each([
    ['in order', ['x', 'y', 'z'], ['x', 'Y', 'z'], [2, '1: y Y']],
    ['an inserted one shifts no other', ['x', 'z'], ['x', 'new', 'z'], [2, '1: - new']],
    ['two inserted ones at different places', ['a', 'b', 'c'], ['n', 'a', 'b', 'm', 'c'], [3, '0: - n', '3: - m']],
    ['one gone and one new, of equal numbers', ['gone', 'a', 'b'], ['a', 'b', 'new'], [2, '0: gone -', '2: - new']],
    ['nothing in common', ['a', 'b'], ['c'], [0, '0: a c', '1: b -']],
    ['none at all', [], ['c'], [0, '0: - c']],
    [
      'what has nothing to do with another is on its own',
      ['x:COPY a /a'],
      ['base', '1:RUN /bin/sh -c make', '2:COPY b /b'],
      [0, '0: - base', '0: x 2', '1: - 1'],
    ],
    [
      'one layer of all steps has no counterpart',
      ['1:RUN a', '2:RUN b', '3:COPY c /c'],
      ['s:/bin/sh -c #(nop) CMD ["true"]'],
      [0, '0: 1 -', '0: - s', '1: 2 -', '2: 3 -'],
    ],
    [
      'by what made them, where content differs',
      ['base', '1:RUN /bin/sh -c make # buildkit', '2:COPY a /a # buildkit'],
      ['base', 'x:/bin/sh -c #(nop) LABEL a=b', '3:/bin/sh -c make', '4:COPY a /a'],
      [1, '1: 1 3', '1: - x', '2: 2 4'],
    ],
    ['the same layer twice', ['e', 'x', 'e'], ['e', 'e'], [2, '1: x -']],
  ])('%s', (_, a, b, expected) => {
    expect(aligned(layers(...a), layers(...b)).sort()).toEqual([...expected].sort())
  })

  test('every layer is in exactly one place, in order on both sides', () => {
    const list = fc.array(fc.constantFrom('a', 'b', 'c', 'd:RUN x', 'e:RUN x', 'f:RUN y'), { maxLength: 12 })
    fc.assert(
      fc.property(list, list, (one, two) => {
        const [a, b] = [layers(...one), layers(...two)]
        const { differing, equal } = alignLayers(a, b)
        expect(differing.filter(pair => pair.a).length + equal).toBe(a.length)
        expect(differing.filter(pair => pair.b).length + equal).toBe(b.length)
        // What is not looked into is the same bytes on both sides, one by one and in order.
        const passed = (['a', 'b'] as const).map(side => {
          const seen = new Set(differing.map(pair => pair[side]))
          return (side === 'a' ? a : b).filter(layer => !seen.has(layer)).map(({ diffId }) => diffId)
        })
        expect(passed[0]).toEqual(passed[1])
        expect(differing.every(pair => pair.a !== null || pair.b !== null)).toBe(true)
        for (const side of ['a', 'b'] as const) {
          const own = side === 'a' ? a : b
          const places = differing.flatMap(pair => (pair[side] ? [own.indexOf(pair[side])] : []))
          expect(new Set(places).size).toBe(places.length)
        }
      }),
    )
  })

  test('of ten thousand layers each', () => {
    const many = (prefix: string) => layers(...Array.from({ length: 10_000 }, (_, at) => `${prefix}${at}:RUN ${at}`))
    expect(alignLayers(many('a'), many('b')).differing).toHaveLength(10_000)
    expect(alignLayers(many('a'), [...many('b').reverse()]).differing.length).toBeGreaterThan(0)
  })
})
