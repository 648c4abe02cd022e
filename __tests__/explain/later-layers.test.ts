// What a later layer repeats of an earlier one, and what is new in it: that decides which line is named.
import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { explainEntries } from '../../src/explain/entries.ts'
import type { EntryDifference } from '../../src/image/comparison.ts'
import { changed, changedHeader, clock, entry, layerOf, only } from './subject.ts'

type Pair = readonly [string, string]
const [x, y, z]: [Pair, Pair, Pair] = [
  ['0b0b7b0e-6d5c-4a4e-9d1f-7a3d1c9f1a01', 'f3a9c2d4-1e5b-4c6d-8f7a-2b9e0d8c7f63'],
  ['5b3c9e21-77d0-4c8e-a1f4-0d2e6b9a8c13', 'c41f8a07-2e9b-4d63-9b70-8f5a1d3e6c92'],
  ['9d2a6f10-3c4b-4e5a-8b7c-6d5e4f3a2b19', '27e8d9c0-b1a2-4f3e-9c4d-5a6b7c8d9e0f'],
]
const time: Pair = ['2026-11-21T03:00:05Z', '2026-11-21T03:01:15Z']
const file = (path: string, text: (side: 0 | 1) => string): EntryDifference => changed(path, text(0), text(1))
const lines = (path: string, ...values: Pair[]) => file(path, at => values.map(v => `${v[at]}\n`).join(''))

type Layer = EntryDifference[] | [string, EntryDifference[]]
/** Each path as `layer:path`, and behind `<` what it repeats. */
function told(...layers: Layer[]): string[] {
  const texts = layers.map(([first]) => (typeof first === 'string' ? first : 'RUN x'))
  const entries = layers.map(layer => (typeof layer[0] === 'string' ? layer[1] : layer) as EntryDifference[])
  const found = explainEntries(
    entries.map((own, index) => ({ ...layerOf(own), index })),
    clock,
    index => texts[index] ?? '',
  )
  const name = (one: (typeof found)[number]) => `${one.layer}:${one.subject.entry.path}`
  return found.map(one => `${name(one)}${one.root ? ` < ${name(one.root)}` : ''}`)
}
const bytes = (path: string, a: string, b: string) => changed(path, `\0\x01${a}\0`, `\0\x01${b}\0`)
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const tar = (path: string, text: string, ...members: EntryDifference[]): EntryDifference => ({
  ...changed(path, `${text} packed one`, `${text} packed two`),
  nested: {
    ...{ format: 'tar', members, total: members.length, same: 0, reordered: false, unread: null, packing: [] },
  } as never,
})
const header = (path: string, ...fields: ('mode' | 'uid')[]) =>
  changedHeader(path, fields, { mode: 1, uid: 1 }, { mode: 2, uid: 2 })
/** With other contents and another mode on each side. */
const both = (one: EntryDifference): EntryDifference => ({ ...one, fields: [...one.fields, 'mode'] })

test.each<[string, Layer[], string[]]>([
  ['the same contents again', [[lines('f', x)], [lines('f', x)]], ['0:f', '1:f < 0:f']],
  ['and again: of the first', [[lines('f', x)], [lines('f', x)], [lines('f', x)]], ['0:f', '1:f < 0:f', '2:f < 0:f']],
  ['nothing, where the contents are new', [[lines('f', x)], [lines('f', y)]], ['0:f', '1:f']],
  ['nothing of a value that is new beside the old one', [[lines('f', x)], [lines('f', x, y)]], ['0:f', '1:f']],
  [
    'a line of its own that is alike on both sides',
    [[lines('f', x)], [lines('f', x, ['same', 'same'])]],
    ['0:f', '1:f < 0:f'],
  ],
  ['what it quotes of itself', [[lines('f', x)], [file('f', at => `again ${x[at]}\n`)]], ['0:f', '1:f < 0:f']],
  [
    'nothing, where nobody can tell of more lines which is which',
    [[file('f', at => `${x[at]}\n${'a\n'.repeat(at)}`)], [file('f', at => `again ${x[at]}\n`)]],
    ['0:f', '1:f'],
  ],
  [
    'nothing of one letter, which is soon met',
    [[file('f', at => `${['p', 'q'][at]}\n`)], [file('f', at => `is ${['p', 'q'][at]}\n`)]],
    ['0:f', '1:f'],
  ],
  ['what nobody can read, of the same path', [[bytes('f', 'a', 'b')], [bytes('f', 'c', 'd')]], ['0:f', '1:f < 0:f']],
  ['the same, where one of them is a text', [[lines('f', x)], [bytes('f', 'c', 'd')]], ['0:f', '1:f < 0:f']],
  ['nothing of contents, where only a header differed', [[header('f', 'mode')], [lines('f', x)]], ['0:f', '1:f']],
  ['nothing of contents, where one side alone had it', [[only('a', 'f')], [lines('f', x)]], ['0:f', '1:f']],
  ['a header again', [[header('f', 'mode', 'uid')], [header('f', 'mode')]], ['0:f', '1:f < 0:f']],
  ['nothing of another header', [[header('f', 'mode')], [header('f', 'mode', 'uid')]], ['0:f', '1:f']],
  ['contents with a header that is new', [[lines('f', x)], [both(lines('f', x))]], ['0:f', '1:f', '1:f < 0:f']],
  ['contents with the same header', [[both(lines('f', x))], [both(lines('f', x))]], ['0:f', '1:f < 0:f']],
  ['nothing, where header and contents are new', [[lines('f', x)], [both(lines('f', y))]], ['0:f', '1:f']],
  ['a path that one side alone has, of the same side', [[only('a', 'f')], [only('a', 'f')]], ['0:f', '1:f < 0:f']],
  ['nothing of the other side', [[only('a', 'f')], [only('b', 'f')]], ['0:f', '1:f']],
  ['what it takes away', [[lines('d/f', x)], [only('a', 'd/.wh.f')]], ['0:d/f', '1:d/.wh.f < 0:d/f']],
  [
    'nothing of what it takes away on one side, as a file',
    [[lines('d/f', x)], [lines('d/.wh.f', y)]],
    ['0:d/f', '1:d/.wh.f'],
  ],
  ['the contents of another path', [[lines('f', x)], [lines('g', x)]], ['0:f', '1:g < 0:f']],
  [
    'of several with these the first',
    [[lines('f', x)], [lines('g', x)], [lines('h', x)]],
    ['0:f', '1:g < 0:f', '2:h < 0:f'],
  ],
  ['of several in one layer the first', [[lines('f', x), lines('g', x)], [lines('h', x)]], ['0:f', '0:g', '1:h < 0:f']],
  ['nothing of another path, where a header differs, too', [[lines('f', x)], [both(lines('g', x))]], ['0:f', '1:g']],
  [
    'the same second, where it is named',
    [[lines('s/f', time)], ['RUN cp s/f g', [lines('g', time)]]],
    ['0:s/f', '1:g < 0:s/f'],
  ],
  [
    'nothing of the same second, where it is not',
    [[lines('s/f', time)], ['RUN make', [lines('g', time)]]],
    ['0:s/f', '1:g'],
  ],
  [
    'nothing of the same second by a line that reads the clock',
    [[lines('s/f', time)], ['RUN date > /s/g', [lines('s/g', time)]]],
    ['0:s/f', '1:s/g'],
  ],
  [
    'the same second, where nobody knows the line',
    [[lines('s/f', time)], ['', [lines('g', time)]]],
    ['0:s/f', '1:g < 0:s/f'],
  ],
  [
    'more than the second, whoever wrote it',
    [[lines('s/f', time, x)], ['RUN make', [lines('g', time, x)]]],
    ['0:s/f', '1:g < 0:s/f'],
  ],
  [
    'the same second, where its folder is copied by a line that reads the clock besides',
    [[lines('srv/data/f', time)], ['RUN cp -a /srv/data /opt; date', [lines('opt/data/f', time)]]],
    ['0:srv/data/f', '1:opt/data/f < 0:srv/data/f'],
  ],
  [
    'nothing of it, where it has another name there',
    [[lines('srv/data/f', time)], ['RUN cp -a /srv/data /opt; date', [lines('opt/data/g', time)]]],
    ['0:srv/data/f', '1:opt/data/g'],
  ],
  [
    'nothing of it, where the folder is not copied',
    [[lines('srv/data/f', time)], ['RUN date; ls /srv/data', [lines('opt/data/f', time)]]],
    ['0:srv/data/f', '1:opt/data/f'],
  ],
  [
    'a file that was packed before',
    [
      [
        {
          ...changed('a.tar', 'packed one', 'packed two'),
          nested: {
            format: 'tar',
            members: [lines('f', x)],
            total: 1,
            same: 0,
            reordered: false,
            unread: null,
            packing: [],
          } as never,
        },
      ],
      [lines('g', x)],
    ],
    ['0:a.tar', '1:g < 0:a.tar'],
  ],
  [
    'nothing of it, where another folder is copied',
    [[lines('srv/data/f', time)], ['RUN cp -a /srv/other /opt; date', [lines('opt/data/f', time)]]],
    ['0:srv/data/f', '1:opt/data/f'],
  ],
  [
    'of two archives that hold it, the first',
    [[tar('a.tar', 'one', lines('f', x))], [tar('b.tar', 'other', lines('f', x), lines('h', y))], [lines('g', x)]],
    ['0:a.tar', '1:b.tar', '2:g < 0:a.tar'],
  ],
  ['its digest', [[lines('f', x)], [file('sums', at => `${sha256(`${x[at]}\n`)}  f\n`)]], ['0:f', '1:sums < 0:f']],
])('a later layer repeats %s', (_, layers, expected) => {
  expect(told(...layers)).toEqual(expected)
})

const dir = (side: 'a' | 'b', path: string) => only(side, path, { type: 'directory' })
const named = (name: string) => [dir('a', `d/${name}Xa3fQ1bW8z`), dir('b', `d/${name}kE7pLm29Tc`)]
const link = (a: string, b: string): EntryDifference => ({
  ...changedHeader('bin/tool', ['link'], {}, {}),
  ...{
    a: entry('bin/tool', { type: 'symlink', linkTarget: a }),
    b: entry('bin/tool', { type: 'symlink', linkTarget: b }),
  },
})

test.each<[string, EntryDifference[], string[]]>([
  [
    'what lies in it',
    [only('a', 'd/runXa3fQ1bW8z/f'), only('b', 'd/runkE7pLm29Tc/f')],
    ['1:d/runXa3fQ1bW8z/f < 0:d/runXa3fQ1bW8z', '1:d/runkE7pLm29Tc/f < 0:d/runXa3fQ1bW8z'],
  ],
  ['a link to it', [link('/d/runXa3fQ1bW8z/t', '/d/runkE7pLm29Tc/t')], ['1:bin/tool < 0:d/runXa3fQ1bW8z']],
  [
    'a link to it that is told from its own folder',
    [link('../d/runXa3fQ1bW8z', '../d/runkE7pLm29Tc')],
    ['1:bin/tool < 0:d/runXa3fQ1bW8z'],
  ],
  ['no link to something else in it', [link('/d/runXa3fQ1bW8z/t', '/d/runkE7pLm29Tc/u')], ['1:bin/tool']],
  ['no link that goes elsewhere on side A', [link('/d/runXa3fQ1bW8zz', '/d/runkE7pLm29Tcz')], ['1:bin/tool']],
  [
    'a text that names it',
    [file('conf', at => `dir=/d/run${['Xa3fQ1bW8z', 'kE7pLm29Tc'][at]}\n`)],
    ['1:conf < 0:d/runXa3fQ1bW8z'],
  ],
  [
    'no text that differs by more',
    [file('conf', at => `dir=/d/run${['Xa3fQ1bW8z', 'kE7pLm29Tc'][at]} ${z[at]}\n`)],
    ['1:conf'],
  ],
  ['nothing beside it', [only('a', 'd/more'), only('b', 'd/less')], ['1:d/more', '1:d/less']],
  [
    'nothing of a file in it with two contents, but its second name',
    [only('a', 'd/runXa3fQ1bW8z/f', {}, 'a1'), only('b', 'd/runkE7pLm29Tc/f', {}, 'b1')],
    ['1:d/runXa3fQ1bW8z/f', '1:d/runkE7pLm29Tc/f < 1:d/runXa3fQ1bW8z/f'],
  ],
  [
    'a file in it with one content',
    [only('a', 'd/runXa3fQ1bW8z/f', {}, 'a1'), only('b', 'd/runkE7pLm29Tc/f', {}, 'a1')],
    ['1:d/runXa3fQ1bW8z/f < 0:d/runXa3fQ1bW8z', '1:d/runkE7pLm29Tc/f < 0:d/runXa3fQ1bW8z'],
  ],
  ['a link beside it', [{ ...link('runXa3fQ1bW8z', 'runkE7pLm29Tc'), path: 'd/now' }], ['1:d/now < 0:d/runXa3fQ1bW8z']],
  [
    'no link that differs by more',
    [{ ...link('/d/runXa3fQ1bW8z', '/d/runkE7pLm29Tc'), fields: ['link', 'mode'] }],
    ['1:bin/tool'],
  ],
])('of a folder under two names follows %s', (_, later, expected) => {
  expect(told(named('run'), later).filter(one => one.startsWith('1:'))).toEqual(expected)
})

test('a text follows from a file under two names where these are longer than three letters: shorter ones stand anywhere', () => {
  const follows = (a: string, b: string) => {
    const names = [only('a', `d/${a}`, { size: 37 }, 'one'), only('b', `d/${b}`, { size: 37 }, 'one')]
    return told(names, [file('conf', at => `take ${[a, b][at]} then\n`)]).at(-1)
  }
  expect(follows('x123', 'x456')).toBe('1:conf < 0:d/x123')
  expect(follows('x12', 'x45')).toBe('1:conf')
})
