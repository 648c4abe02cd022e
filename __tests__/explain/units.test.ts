// Many paths are asked for by few: whole folders, of which nothing else may differ, or a difference would be taken for theirs.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { unitsOf } from '../../src/explain/blame/units.ts'

const of = (folder: string, count: number) => Array.from({ length: count }, (_, index) => `${folder}/f${index}`)
const spread = (count: number) => Array.from({ length: count }, (_, index) => `/v/d${index}/f`)

describe('units', () => {
  test('of up to eight paths are the paths, each once', () => {
    expect(unitsOf([...of('/v', 8), '/v/f0'].reverse(), [])).toEqual({ paths: of('/v', 8), complete: true })
    expect(unitsOf([], ['/x'])).toEqual({ paths: [], complete: true })
  })

  test('of more are the deepest folder that holds them all', () => {
    expect(unitsOf(of('/v', 9), [])).toEqual({ paths: ['/v'], complete: true })
    // Beside them, the stage may have files that differ and that nobody copied.
    expect(unitsOf(of('/v/lib/x', 9), [])).toEqual({ paths: ['/v/lib/x'], complete: true })
    expect(unitsOf([...of('/v/a', 9), '/v/ab/x'], ['/x'])).toEqual({ paths: ['/v'], complete: true })
    expect(unitsOf([...of('/v/a/b', 9), '/v/a/x'], ['/v/b'])).toEqual({ paths: ['/v/a'], complete: true })
  })

  test('are never the root, and no folder in which something else differs', () => {
    expect(unitsOf([...of('/v', 9), ...of('/w', 9)], [])).toEqual({ paths: ['/v', '/w'], complete: true })
    expect(unitsOf([...of('/v/a', 9), ...of('/v/b', 9)], ['/v/c'])).toEqual({ paths: ['/v/a', '/v/b'], complete: true })
    expect(unitsOf([...of('/v/a', 9), ...of('/v/b', 9)], ['/v'])).toEqual({ paths: ['/v/a', '/v/b'], complete: true })
    expect(unitsOf([...of('/v/a', 9), ...of('/v/b', 9)], ['/v/a/x']).paths).toEqual([...of('/v/a', 9), '/v/b'])
    // A name that begins alike is another folder.
    expect(unitsOf(of('/v/a', 9), ['/v/ab', '/v/a.x'])).toEqual({ paths: ['/v/a'], complete: true })
    expect(unitsOf([...of('', 9), '/v/x'], ['/w']).paths.toSorted()).toEqual([...of('', 9), '/v/x'])
  })

  test('are the paths alone where one of them is a folder of others', () => {
    expect(unitsOf(['/v/a', ...of('/v/a', 3), ...of('/v/b', 9)], ['/v/x']).paths).toEqual([
      '/v/a',
      ...of('/v/a', 3),
      '/v/b',
    ])
  })

  test('are sixteen at most; then it is said that they are not all', () => {
    const beside = ['/v/x']
    expect(unitsOf(spread(16), beside)).toEqual({ paths: spread(16).toSorted(), complete: true })
    expect(unitsOf(spread(17), beside)).toEqual({ paths: spread(17).toSorted().slice(0, 16), complete: false })
  })

  test('hold every path, unless they say otherwise, and nothing else', () => {
    const name = fc.constantFrom('a', 'b', 'ab')
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map(parts => `/${parts.join('/')}`)
    const holds = (unit: string, one: string) => one === unit || one.startsWith(`${unit}/`)
    fc.assert(
      fc.property(fc.array(path, { maxLength: 30 }), fc.array(path, { maxLength: 6 }), (paths, given) => {
        const others = given.filter(one => !paths.some(path => holds(path, one) || holds(one, path)))
        const { paths: units, complete } = unitsOf(paths, others)
        expect(units.length).toBeLessThanOrEqual(16)
        for (const unit of units) expect(paths.some(one => holds(unit, one))).toBe(true)
        for (const one of paths) expect(!complete || units.some(unit => holds(unit, one))).toBe(true)
        for (const unit of units) expect(others.filter(one => holds(unit, one))).toEqual([])
      }),
    )
  })
})
