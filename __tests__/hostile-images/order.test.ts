// Layers of the same entries in another order that unpack to other files: by links, and by what lies below in the image.
import { describe, expect, test } from '@jest/globals'
import { compareCrafted, compareTars, onlyLayer } from '../compare/comparing.ts'
import { unpacked } from '../compare/unpacking.ts'
import { type CraftedEntry, imageOf, tarOf } from '../image/crafted.ts'

const directory = (name: string): CraftedEntry => ({ name: `${name}/`, typeflag: '5', mode: 0o755 })
const symlink = (name: string, linkname: string): CraftedEntry => ({ name, typeflag: '2', linkname })
const hardLink = (name: string, linkname: string): CraftedEntry => ({ name, typeflag: '1', linkname })
const file = (name: string, content = name): CraftedEntry => ({ name, content })

const [x, alias] = [file('b/x', '1'), file('a/x', '2')]

describe('another order that makes other files', () => {
  test.each<[string, CraftedEntry[], CraftedEntry[]]>([
    [
      'files of one place, one of them through a link of the layer',
      [directory('b'), symlink('a', 'b'), x, alias],
      [directory('b'), symlink('a', 'b'), alias, x],
    ],
    [
      'a folder that becomes a link, between what goes through another link to it',
      [symlink('a', 'b'), symlink('b', 'c'), alias],
      [symlink('a', 'b'), alias, symlink('b', 'c')],
    ],
    [
      'a hard link through a link, before its target',
      [symlink('a', 'b'), x, hardLink('h', 'a/x')],
      [symlink('a', 'b'), hardLink('h', 'a/x'), x],
    ],
    [
      'a hard link whose target is spelled with a step up, before it',
      [file('x'), hardLink('h', 'd/../x')],
      [hardLink('h', 'd/../x'), file('x')],
    ],
    [
      'a hard link whose target is spelled with needless steps, before it',
      [file('x'), hardLink('h', 'd/./../x')],
      [hardLink('h', 'd/./../x'), file('x')],
    ],
    ['the same, with two slashes', [file('x'), hardLink('g', 'd//../x')], [hardLink('g', 'd//../x'), file('x')]],
    [
      'a hard link before and behind the end of a folder that its target was in',
      [directory('d'), file('d/x'), hardLink('h', 'd/x'), file('d')],
      [directory('d'), file('d/x'), file('d'), hardLink('h', 'd/x')],
    ],
    [
      'a hard link to a file below, before and behind its whiteout',
      [hardLink('h', 'x'), file('.wh.x', '')],
      [file('.wh.x', ''), hardLink('h', 'x')],
    ],
    [
      'a hard link to a file below, before and behind its folder is emptied',
      [hardLink('h', 'd/x'), file('d/.wh..wh..opq', '')],
      [file('d/.wh..wh..opq', ''), hardLink('h', 'd/x')],
    ],
    [
      'a hard link that is one to another file in the end',
      [file('x'), hardLink('h', 'x'), hardLink('g', 'h'), file('y'), hardLink('h', 'y')],
      [hardLink('h', 'x'), hardLink('g', 'h'), file('x'), file('y'), hardLink('h', 'y')],
    ],
    [
      'a whiteout between two files of the name that it hides, or behind both',
      [file('x', '1'), file('.wh.x', ''), file('x', '2')],
      [file('x', '1'), file('x', '2'), file('.wh.x', '')],
    ],
    [
      'a file between two whiteouts of it, or behind both',
      [file('.wh.x', ''), file('x'), file('.wh.x', '')],
      [file('.wh.x', ''), file('.wh.x', ''), file('x')],
    ],
    [
      'a whiteout before and behind the last of three files of the name that it hides',
      [file('x', '1'), file('x', '2'), file('.wh.x', ''), file('x', '3')],
      [file('x', '1'), file('x', '2'), file('x', '3'), file('.wh.x', '')],
    ],
    [
      'a hard link to the first or second of three files of one name',
      [file('x', '1'), hardLink('h', 'x'), file('x', '2'), file('x', '3')],
      [file('x', '1'), file('x', '2'), hardLink('h', 'x'), file('x', '3')],
    ],
    [
      'files of one place, one of them through a hard link to a link',
      [directory('b'), symlink('s', 'b'), hardLink('a', 's'), x, alias],
      [directory('b'), symlink('s', 'b'), hardLink('a', 's'), alias, x],
    ],
  ])('%s', async (_, one, other) => {
    for (const [a, b] of [
      [one, other],
      [other, one],
    ] as const) {
      const comparison = await compareTars(tarOf([...a]), tarOf([...b]))
      expect(comparison.level).toBe('different')
      expect(onlyLayer(comparison).entries.map(({ fields }) => fields)).toContainEqual(['order'])
    }
  })
})

/** Images of two layers, of which the upper ones are given. */
const upon = async (below: CraftedEntry[], one: CraftedEntry[], other: CraftedEntry[]): Promise<string> => {
  const [a, b] = [one, other].map(upper => imageOf([tarOf(below), tarOf(upper)])) as [
    ReturnType<typeof imageOf>,
    ReturnType<typeof imageOf>,
  ]
  return (await compareCrafted(a, b)).level
}

describe('folders that may be links in a layer below', () => {
  const below = [directory('b'), symlink('a', 'b')]

  test.each<[string, CraftedEntry[], CraftedEntry[]]>([
    ['a link that one below leads through', [symlink('a', 'b/c')], [symlink('b', 'd'), file('a/x')]],
    ['a folder in the place of one that another leads through', below, [directory('b'), file('a/x')]],
    [
      'a folder in the place of a link that another leads through',
      [...below, symlink('l', 'a')],
      [directory('a'), file('l/x')],
    ],
    ['a whiteout of one that another leads through', [...below, symlink('l', 'a')], [file('.wh.a', ''), file('l/x')]],
    [
      'an emptied folder with one',
      [directory('d'), symlink('d/a', '/b'), symlink('l', 'd/a')],
      [file('d/.wh..wh..opq', ''), file('l/x')],
    ],
    ['a hard link in its place', [...below, symlink('l', 'a')], [hardLink('a', 'l'), file('l/x')]],
    ['two of them', below, [directory('a'), file('l/x'), directory('b'), file('m/x')]],
  ])('%s', async (_, lower, entries) => {
    expect(await upon(lower, entries, [...entries].reverse())).toBe('different')
  })

  test.each<[string, CraftedEntry[]]>([
    ['two files of one name', [x, alias]],
    ['a hard link and a file of the name of its target', [x, hardLink('h', 'a/x')]],
    ['a whiteout and a file of the name that it hides', [file('b/x'), file('a/.wh.x', '')]],
    ['a folder that is emptied, and a file', [x, file('a/.wh..wh..opq', '')]],
  ])('%s', async (_, entries) => {
    expect(await upon(below, entries, [...entries].reverse())).toBe('different')
  })

  test.each<[string, CraftedEntry[], CraftedEntry[], CraftedEntry[]]>([
    [
      'a folder that is emptied by way of one, and a file in it',
      below,
      [directory('b'), x, file('a/.wh..wh..opq', '')],
      [directory('b'), file('a/.wh..wh..opq', ''), x],
    ],
    [
      'a folder that is hidden by way of one, and a file in it',
      below,
      [directory('b'), directory('b/d'), file('b/d/f'), file('a/.wh.d', '')],
      [directory('b'), directory('b/d'), file('a/.wh.d', ''), file('b/d/f')],
    ],
    ...[[file('a/d')], [directory('a/d'), file('a/d')]].map(
      (before): [string, CraftedEntry[], CraftedEntry[], CraftedEntry[]] => [
        `a folder that is a file for a while by way of one (${before.length}), and a file in it`,
        below,
        [directory('b'), directory('b/d'), file('b/d/f'), ...before, directory('a/d')],
        [directory('b'), directory('b/d'), ...before, directory('a/d'), file('b/d/f')],
      ],
    ),
    [
      'a file that is hidden by way of one',
      below,
      [directory('b'), x, file('a/.wh.x', '')],
      [directory('b'), file('a/.wh.x', ''), x],
    ],
    [
      'none, and a hard link to another file in the end',
      [file('y', 'old')],
      [file('x'), hardLink('h', 'x'), file('y'), hardLink('h', 'y')],
      [file('x'), hardLink('h', 'x'), hardLink('h', 'y'), file('y')],
    ],
    [
      'a link in a folder on the way, which is hidden',
      [directory('b'), directory('d'), symlink('d/a', '/b'), symlink('l', 'd/a')],
      [directory('d'), file('d/.wh.a', ''), file('l/x')],
      [directory('d'), file('l/x'), file('d/.wh.a', '')],
    ],
    [
      'a hard link by way of one, before and behind its target',
      [...below, x],
      [directory('b'), file('b/x', 'new'), hardLink('h', 'a/x')],
      [directory('b'), hardLink('h', 'a/x'), file('b/x', 'new')],
    ],
    [
      'one that is a folder later',
      below,
      [directory('b'), alias, x, directory('a')],
      [directory('b'), x, alias, directory('a')],
    ],
    [
      'a hard link to one',
      [directory('b'), symlink('s', 'b')],
      [directory('b'), hardLink('a', 's'), alias, x],
      [directory('b'), hardLink('a', 's'), x, alias],
    ],
    [
      'a file that is there twice, before and behind a folder on the way',
      [...below, symlink('l', 'a')],
      [directory('c'), file('l/x', '1'), directory('a'), file('l/x', '2')],
      [directory('c'), file('l/x', '1'), file('l/x', '2'), directory('a')],
    ],
    [
      'a file that is there twice, before and behind one that may be the same',
      below,
      [x, alias, file('b/x', '3')],
      [x, file('b/x', '3'), alias],
    ],
    [
      'one of two folders that is on the way, the other in its place',
      [...below, symlink('l', 'a')],
      [directory('a'), file('l/x'), directory('c')],
      [directory('c'), file('l/x'), directory('a')],
    ],
  ])('%s', async (_, lower, one, other) => {
    expect(await upon(lower, one, other)).toBe('different')
    expect(await upon(lower, other, one)).toBe('different')
    expect(unpacked([lower, one])).not.toBe(unpacked([lower, other]))
  })

  test.each<[string, CraftedEntry[], CraftedEntry[]]>([
    ['do not matter to what goes through none', [directory('a'), directory('b')], [x, alias, file('c/z')]],
    ['are none where the layer itself makes them folders', [directory('a'), directory('b')], [x, alias]],
    ['do not matter to files of other names', [], [file('b/x'), file('a/y'), file('c/z')]],
  ])('%s', async (_, first, entries) => {
    expect(await upon(below, [...first, ...entries], [...first, ...[...entries].reverse()])).toBe('same-files')
  })

  test('do not matter to a file that comes before or behind all of one name', async () => {
    expect(await upon(below, [x, alias, file('c/z')], [file('c/z'), x, alias])).toBe('same-files')
  })

  test('a symbolic link may come before or behind its target', async () => {
    const link = symlink('s', 'c/z')
    const [first, z] = [directory('c'), file('c/z')]
    expect(await upon(below, [first, z, link], [first, link, z])).toBe('same-files')
  })

  test('are none in the first layer', async () => {
    for (const first of [[], [symlink('s', 'b')]])
      expect((await compareTars(tarOf([...first, x, alias]), tarOf([...first, alias, x]))).level).toBe('same-files')
  })
})
