import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { isIgnored, parseDockerignore } from '../../src/lint/context/dockerignore.ts'
import { compileGlob, globMatches } from '../../src/lint/context/glob.ts'

/** As the walk of the context asks: folder by folder. */
function ignores(text: string, path: string): boolean {
  const ignore = parseDockerignore(text)
  let inherited: boolean[] = []
  let ignored = false
  const parts = path.split('/')
  parts.forEach((_, at) => {
    const result = isIgnored(ignore, parts.slice(0, at + 1).join('/'), inherited)
    inherited = result.inherited
    ignored = result.ignored
  })
  return ignored
}

describe('.dockerignore, as Docker reads it', () => {
  test.each([
    ['a plain name is a path from the root', 'a.txt', ['a.txt'], ['b/a.txt', 'a.txt2']],
    ['a folder takes all that is in it', 'a', ['a', 'a/b', 'a/b/c'], ['ab', 'c/a']],
    ['a slash at the end or the start changes nothing', '/a/', ['a', 'a/b'], ['b/a']],
    ['a star stays in its folder', '*.log', ['x.log', '.log'], ['a/x.log']],
    ['two stars take folders, or none', '**/*.log', ['x.log', 'a/x.log', 'a/b/x.log'], ['x.logs']],
    ['two stars at the end', 'a/**', ['a/b', 'a/b/c'], ['a', 'ab']],
    ['two stars in the middle', 'a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['z', 'a/zz']],
    ['two stars glued to a name are a suffix', '**log', ['log', 'x.log', 'a/my.log'], ['logs']],
    ['all', '**', ['a', 'a/b', '.git'], []],
    ['one star takes the folders of the root', '*', ['a', 'a/b'], []],
    ['a question mark', 'a?c', ['abc', 'a.c'], ['ac', 'a/c']],
    ['a class', '[a-c].txt', ['b.txt'], ['d.txt']],
    ['not in a class', '[^a-c].txt', ['d.txt'], ['b.txt']],
    ['an escaped star', 'a\\*b', ['a*b'], ['axb']],
    ['operators of regular expressions are letters', 'a+b(1).{x}|$', ['a+b(1).{x}|$'], ['aab1']],
    ['case matters', 'README', ['README'], ['readme']],
    ['the last match wins', '*.md\n!README.md\nREADME.md', ['README.md', 'a.md'], ['b.txt']],
    ['an exception', '*.md\n!README.md', ['a.md'], ['README.md']],
    ['an exception in an ignored folder', 'docs\n!docs/keep', ['docs', 'docs/x'], ['docs/keep', 'docs/keep/y']],
    ['an exception that comes first does nothing', '!README.md\n*.md', ['README.md'], []],
    ['blanks around, and after the mark', '  a.txt  \n! b.txt', ['a.txt'], ['b.txt']],
    ['a comment only at the start of a line', '# a\n #b\n\n', ['#b'], ['a', '# a']],
    ['a byte order mark', '\ufeffa', ['a'], []],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b'], []],
    ['dots are cleaned away', './a/../b/.', ['b', 'b/c'], ['a']],
    ['out of the context matches nothing', '../a', [], ['a']],
  ])('%s', (_, text, ignored, kept) => {
    expect([...ignored, ...kept].filter(path => ignores(text, path))).toEqual(ignored)
  })

  test('what Docker refuses hides nothing and is told', () => {
    expect(parseDockerignore('[a\nok\n!\nx\\\n[b-a]').refused.map(({ line }) => line)).toEqual([1, 3, 4, 5])
  })

  test('hostile patterns cost no more than their length times the length of the path', () => {
    const start = process.cpuUsage().user
    for (const pattern of [
      `${'*a'.repeat(200)}b`,
      `${'**/'.repeat(200)}b`,
      `${'**a'.repeat(100)}b`,
      `${'[a-a]*'.repeat(100)}b`,
    ]) {
      expect(ignores(pattern, 'a'.repeat(250))).toBe(false)
      expect(ignores(pattern, Array.from({ length: 100 }, () => 'a').join('/'))).toBe(false)
    }
    expect((process.cpuUsage().user - start) / 1e6).toBeLessThan(3)
  })

  test('any text, any path: an answer', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab*?/.![]^-\\#\n \ufeff😀') }),
        fc.array(fc.constantFrom('a', 'b', 'ab', '.', '😀'), { minLength: 1 }),
        (text, parts) => {
          expect(typeof ignores(text, parts.join('/'))).toBe('boolean')
        },
      ),
    )
  })

  test('patterns without anything wild match themselves alone', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'ab+({|.$'), minLength: 1 }),
        fc.string({ unit: fc.constantFrom(...'ab+({|.$'), minLength: 1 }),
        (pattern, path) => {
          const glob = compileGlob(pattern, true)
          expect(glob !== null && globMatches(glob, path)).toBe(pattern === path)
        },
      ),
    )
  })
})

test('a pattern of a thousand wildcards after each other is read without running out of stack', () => {
  const many = compileGlob(`${'**/'.repeat(20_000)}x`, true)
  expect(many && globMatches(many, 'a/b/x')).toBe(true)
  expect(many && globMatches(many, 'a/b/y')).toBe(false)
  const joined = compileGlob('**'.repeat(20_000), true)
  expect(joined && globMatches(joined, 'a/b')).toBe(true)
})
