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
        const places = differing.map(({ index }) => index)
        expect(places).toEqual(places.toSorted((p, q) => p - q))
        for (const side of ['a', 'b'] as const) {
          const own = side === 'a' ? a : b
          const found = differing.flatMap(pair => (pair[side] ? [own.indexOf(pair[side])] : []))
          expect(new Set(found).size).toBe(found.length)
        }
      }),
    )
  })

  /** How many of two lists can stand beside each other in order, told from its definition. */
  const common = (a: readonly unknown[], b: readonly unknown[]): number => {
    const [one, other] = [a[0], b[0]]
    if (one === undefined || other === undefined) return 0
    if (one === other) return 1 + common(a.slice(1), b.slice(1))
    return Math.max(common(a.slice(1), b), common(a, b.slice(1)))
  }
  const few = (...words: string[]) => fc.array(fc.constantFrom(...words), { maxLength: 6 })
  /** No layer is the same as another one. */
  const unlike = (made: readonly string[], side: string) => layers(...made.map((one, at) => `${side}${at}:${one}`))
  const together = (a: ComparedLayer[], b: ComparedLayer[]) => alignLayers(a, b).differing.filter(({ a, b }) => a && b)

  test('as many as can be are known to be equal', () => {
    const list = few('a', 'b', 'c')
    fc.assert(
      fc.property(list, list, (a, b) => {
        expect(alignLayers(layers(...a), layers(...b)).equal).toBe(common(a, b))
      }),
    )
  })

  test('of those that differ, as many as can be stand beside what the same instruction made', () => {
    const list = few('RUN a', 'RUN b', 'COPY c')
    fc.assert(
      fc.property(list, list, (a, b) => {
        const pairs = together(unlike(a, 'a'), unlike(b, 'b'))
        const ofOne = pairs.filter(({ a, b }) => a?.history?.created_by === b?.history?.created_by)
        expect(ofOne.length).toBeGreaterThanOrEqual(common(a, b))
        // Where nothing is left over on either side, what stands between them is paired in order.
        if (a.length === b.length && common(a, b) === 0) expect(pairs).toHaveLength(a.length)
      }),
    )
  })

  test('what no instruction of the other side made stands beside one of its kind, where the numbers differ', () => {
    const list = few('RUN', 'COPY', 'ADD')
    fc.assert(
      fc.property(list, list, (a, b) => {
        if (a.length === b.length) return
        const named = (kinds: string[], side: string) => kinds.map((kind, at) => `${kind} ${side}${at}`)
        const pairs = together(unlike(named(a, 'a'), 'a'), unlike(named(b, 'b'), 'b'))
        const kindOf = (layer: ComparedLayer | null) => layer?.history?.created_by?.split(' ')[0]
        expect(pairs).toHaveLength(common(a, b))
        for (const pair of pairs) expect(kindOf(pair.a)).toBe(kindOf(pair.b))
      }),
    )
  })

  // Between other layers, so that their numbers and places say nothing.
  test.each([
    ['RUN /bin/sh -c make # buildkit', '/bin/sh -c make'],
    ['RUN /bin/sh -c make all # buildkit', '/bin/sh -c make  all '],
    ['COPY a /a # buildkit', '/bin/sh -c #(nop) COPY a /a'],
    ['ENV a=b', '/bin/sh -c #(nop)  ENV a=b'],
    // Other work of one kind.
    ['RUN /bin/bash -o pipefail -c make # buildkit', '/bin/sh -c make all'],
    ['COPY a /a # buildkit', '/bin/sh -c #(nop) COPY file:1 in /b '],
    ['RUN make', '/bin/ash -c x'],
  ])('%s and %s are', (one, other) => {
    const [a, b] = [layers(`1:${one}`), layers('x:ADD x', `2:${other}`, 'y:ADD y')]
    expect(together(a, b).map(({ b }) => b?.diffId)).toEqual(['2'])
    expect(together(b, a).map(({ a }) => a?.diffId)).toEqual(['2'])
  })

  test.each([
    ['RUN make', 'COPY make /'],
    ['RUN make', '/bin/sh -c #(nop) COPY a /a'],
    ['RUN make', 'ENTRYPOINT x'],
    ['make', 'RUN make it'],
    ['RUNNING x', 'RUN make'],
    ['/bin/shell x', 'RUN y'],
  ])('%s and %s are not', (one, other) => {
    expect(together(layers(`1:${one}`), layers('x:ADD x', `2:${other}`, 'y:ADD y'))).toEqual([])
  })

  test('of ten thousand layers each', () => {
    const many = (prefix: string) => layers(...Array.from({ length: 10_000 }, (_, at) => `${prefix}${at}:RUN ${at}`))
    expect(alignLayers(many('a'), many('b')).differing).toHaveLength(10_000)
    expect(alignLayers(many('a'), [...many('b').reverse()]).differing.length).toBeGreaterThan(0)
  })
})
