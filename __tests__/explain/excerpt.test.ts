import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { recogniseCause } from '../../src/explain/causes.ts'
import { excerpt, excerptOfName } from '../../src/explain/values/excerpt.ts'
import { changed, subjectOf } from './subject.ts'

/** As the bytes of a file are given: one character a byte. */
const bytes = (text: string): string => Buffer.from(text).toString('latin1')

describe('an excerpt of bytes', () => {
  test.each([
    ['ASCII, a line end and a tab', 'a\tb\n', 'a\\tb\\n'],
    ['UTF-8 that is text', bytes('modèle → 模型 Привет 😀'), 'modèle → 模型 Привет 😀'],
    ['signs that belong to their letters', bytes('हिन्दी ไทย'), 'हिन्दी ไทย'],
    ['UTF-8 cut at both ends', bytes('é模型 и').slice(1, -1), '\\xa9模型 \\xd0'],
    ['Latin-1', 'caf\xe9 cr\xe8me', 'caf\\xe9 cr\\xe8me'],
    ['UTF-8 beside bytes that are none', `${bytes('é')} \xff\xfe x`, '\\xc3\\xa9 \\xff\\xfe x'],
    ['UTF-8 among control bytes, which is no text', `\x01\x02${bytes('é')}\x03`, '\\x01\\x02\\xc3\\xa9\\x03'],
    ['a sequence longer than it need be', '\xc0\xaf \xe0\x80\xaf!', '\\xc0\\xaf \\xe0\\x80\\xaf!'],
    ['half a surrogate pair as bytes', '\xed\xa0\x80!', '\\xed\\xa0\\x80!'],
    ['an escape that a terminal obeys', '\x1b[31mred', '\\x1b[31mred'],
    ['the same, begun by one character', bytes('\u009b31m'), '\\u{9b}31m'],
    ['bidirectional overrides', bytes('a\u202eb\u2066c\u200f'), 'a\\u{202e}b\\u{2066}c\\u{200f}'],
    [
      'what is not seen',
      bytes('\ufeffa\u200bb\u00adc\u3164d\u2800e\u{e0041}'),
      '\\u{feff}a\\u{200b}b\\u{ad}c\\u{3164}d\\u{2800}e\\u{e0041}',
    ],
    ['line ends and blanks that are none of ours', bytes('a\u2028b\u00a0c\u3000d'), 'a\\u{2028}b\\u{a0}c\\u{3000}d'],
    ['an accent of its own, which looks like another text', bytes('e\u0301'), 'e\\u{301}'],
  ])('%s', (_, given, shown) => {
    expect(excerpt(given)).toBe(shown)
  })

  test('a path that is a text already', () => {
    expect(excerpt('m.pt → m/data/0')).toBe('m.pt → m/data/0')
    expect(excerpt('é → \u202e\x1b')).toBe('é → \\u{202e}\\x1b')
  })

  test('at most 80 characters, none of them halved', () => {
    expect(excerpt('x'.repeat(80))).toBe('x'.repeat(80))
    expect(excerpt('x'.repeat(81))).toBe(`${'x'.repeat(80)}…`)
    expect(excerpt(bytes('模'.repeat(80)))).toBe('模'.repeat(80))
    expect(excerpt(bytes('模'.repeat(81)))).toBe(`${'模'.repeat(80)}…`)
    expect(excerpt(`${'x'.repeat(79)}\x01`)).toBe(`${'x'.repeat(79)}…`)
    expect(excerpt(bytes(`x${'😀'.repeat(100)}`))).toBe(`x${'😀'.repeat(39)}…`)
  })

  test('whatever the bytes, nothing in it is obeyed or unseen', () => {
    const odd = /[\p{C}\p{Zl}\p{Zp}\u00a0]/u
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 400 }).map(given => Buffer.from(given).toString('latin1')),
      fc.string({ unit: 'binary', maxLength: 200 }).map(bytes),
      fc.string({ unit: 'binary', maxLength: 200 }),
    )
    fc.assert(
      fc.property(any, text => {
        for (const shown of [excerpt(text), excerptOfName(text)]) {
          expect(shown).not.toMatch(odd)
          expect(shown.length).toBeLessThanOrEqual(81)
        }
      }),
      { numRuns: 500 },
    )
  })
})

test('a name is Unicode even where all of it fits into bytes', () => {
  expect(excerptOfName('srv/café')).toBe('srv/café')
  expect(excerptOfName('srv/Ã©')).toBe('srv/Ã©')
  expect(excerptOfName('srv/a\u202etxt.exe\n\ud800')).toBe('srv/a\\u{202e}txt.exe\\n\\u{d800}')
  expect(excerptOfName('é'.repeat(90))).toBe(`${'é'.repeat(80)}…`)
})

test('what is quoted of two texts that are not Latin', () => {
  const { recognition } = recogniseCause(subjectOf(changed('etc/x', bytes('имя → красный\n'), bytes('имя → синий\n'))))
  expect(recognition.evidence[0]).toMatchObject({
    a: expect.stringContaining('красный'),
    b: expect.stringContaining('синий'),
  })
})
