import { describe, expect, test } from '@jest/globals'
import type { InputsCompared } from '../../src/ledger/unequal-inputs.ts'
import { lessSure, unlessInputsDiffer } from '../../src/prove/other-inputs.ts'
import type { PlatformResult } from '../../src/report/compose.ts'

const result = (more: object = {}): PlatformResult =>
  ({ verdict: 'not-reproducible', level: 'different', findings: [], doubts: [], ...more }) as unknown as PlatformResult
const finding = (id: string, source = 'comparison') => ({ id, source })
const inputs = (more: Partial<InputsCompared> = {}): InputsCompared => ({ unequal: [], unknown: [], ...more })
const twoBuilders = inputs({ builders: ['BuildKit v0.13.0 and v0.25.0.'] })

describe('a doubt', () => {
  test('opens every verdict', () => {
    for (const verdict of ['reproducible', 'not-reproducible', 'undecided'])
      expect(lessSure(result({ verdict }), ['x'])).toMatchObject({ verdict: 'undecided', doubts: ['x'] })
  })
  test('that is not there changes nothing', () => {
    for (const verdict of ['reproducible', 'not-reproducible', 'undecided'])
      expect(lessSure(result({ verdict }), [])).toEqual(result({ verdict }))
  })
})

describe('another image', () => {
  test('is open where an input is not known to be the same', () => {
    expect(unlessInputsDiffer(result(), inputs({ unknown: ['one', 'two'] }))).toMatchObject({
      verdict: 'undecided',
      doubts: ['one', 'two'],
    })
  })
  test('stays another one where all inputs are the same', () => {
    expect(unlessInputsDiffer(result(), inputs())).toEqual(result())
    expect(unlessInputsDiffer(result(), inputs({ builders: [] }))).toEqual(result())
  })
  test('that an input may have made is nothing to an image that is the same', () => {
    const same = result({ verdict: 'reproducible', level: 'same-files' })
    expect(unlessInputsDiffer(same, { ...twoBuilders, unknown: ['x'] })).toEqual(same)
  })
})

describe('of two versions of BuildKit another image is open', () => {
  const open = {
    verdict: 'undecided',
    doubts: [expect.stringMatching(/v0\.13\.0 and v0\.25\.0.*doing of the builders/)],
  }
  test('where no file has another content', () => {
    for (const level of ['same-content', 'same-files'])
      expect(unlessInputsDiffer(result({ level }), twoBuilders)).toMatchObject(open)
  })
  test.each([
    ...['header-mode', 'header-mtime', 'header-owner', 'header-xattr', 'folder-entry', 'opaque-whiteout'],
    ...['layer-count', 'layer-packing', 'repackaged', 'config-field', 'config-history', 'config-created'],
  ])('where all that differs is %s', id => {
    expect(unlessInputsDiffer(result({ findings: [finding(id), finding('header-mode')] }), twoBuilders)).toMatchObject(
      open,
    )
  })
  test('whatever the lint says beside it', () => {
    const findings = [finding('header-mode'), finding('RG201', 'lint')]
    expect(unlessInputsDiffer(result({ findings }), twoBuilders)).toMatchObject(open)
  })
})

test('of two versions of BuildKit another content is another image, and so is one of which nothing was told', () => {
  for (const findings of [
    [finding('random-token')],
    [finding('header-mode'), finding('pyc-timestamp')],
    [finding('header-mode', 'lint')],
    [],
  ])
    expect(unlessInputsDiffer(result({ findings }), twoBuilders)).toEqual(result({ findings }))
})
