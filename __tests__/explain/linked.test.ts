// Which file a later one is made of, by the values that it holds: that decides which line is named for both.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { linkDerived } from '../../src/explain/derived.ts'
import type { ExplainedEntry } from '../../src/explain/entries.ts'
import { explainEntries } from '../../src/explain/entries.ts'
import type { EntryDifference } from '../../src/image/comparison.ts'
import { changed, changedHeader, clock, entry, layerOf } from './subject.ts'

type Pair = readonly [string, string]
/** Values of which none says anything of another one. */
const ids: readonly Pair[] = [
  ['0b0b7b0e-6d5c-4a4e-9d1f-7a3d1c9f1a01', 'f3a9c2d4-1e5b-4c6d-8f7a-2b9e0d8c7f63'],
  ['5b3c9e21-77d0-4c8e-a1f4-0d2e6b9a8c13', 'c41f8a07-2e9b-4d63-9b70-8f5a1d3e6c92'],
  ['9d2a6f10-3c4b-4e5a-8b7c-6d5e4f3a2b19', '27e8d9c0-b1a2-4f3e-9c4d-5a6b7c8d9e0f'],
]
const [x, y, own] = ids as [Pair, Pair, Pair]
const time: Pair = ['2026-11-21T03:00:05Z', '2026-11-21T03:01:15Z']
const file = (path: string, text: (side: 0 | 1) => string): EntryDifference => changed(path, text(0), text(1))
/** A file that holds these values, in words of its own. */
const holding = (path: string, ...values: Pair[]) => file(path, at => `${path}: ${values.map(v => v[at]).join(' ')}\n`)
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

interface Step {
  /** One path, or two that are one file under two names. */
  file: EntryDifference | EntryDifference[]
  /** 'RUN x' if absent. */
  run?: string
  /** The step is written in this place of the Dockerfile; absent: behind the one before. */
  at?: number
  copied?: true
  /** It was made of this file of a stage. */
  madeFrom?: EntryDifference
}

const explained = (files: EntryDifference[]): ExplainedEntry[] => explainEntries([layerOf(files)], clock)

/** Of each path, the paths that it follows from, and behind `+` those of which it holds a value besides. */
function linked(...steps: Step[]): string[] {
  const places = steps.flatMap(({ file: own, run, at, copied, madeFrom }, index) =>
    explained([own].flat()).map(one => {
      const made = madeFrom && explained([madeFrom])[0]
      const place = { entry: made ? { ...one, madeFrom: made } : one, start: at ?? index, text: run ?? 'RUN x' }
      return copied ? { ...place, copied } : place
    }),
  )
  linkDerived(places, clock)
  const pathOf = ({ subject }: ExplainedEntry) => subject.entry.path
  return places.map(({ entry: one }) => {
    const roots = [one.root, ...(one.moreRoots ?? [])].flatMap(root => (root ? [pathOf(root)] : []))
    const held = (one.alsoHolds ?? []).map(pathOf)
    return [pathOf(one), ...(roots.length ? ['<', ...roots] : []), ...(held.length ? ['+', ...held] : [])].join(' ')
  })
}

/** An archive of these files, and of nothing else that differs. */
const archive = (path: string, ...members: EntryDifference[]): EntryDifference => ({
  ...changed(path, 'packed one', 'packed two'),
  nested: {
    format: 'tar',
    members,
    total: members.length,
    same: 0,
    reordered: false,
    unread: null,
    packing: [],
  } as never,
})

const drawn: Step = { file: holding('id', x) }
const other: Step = { file: holding('other', y) }
/** A part of a value, without its dashes, as scripts cut it off. */
const part = (value: string, length: number) => value.replaceAll('-', '').slice(0, length)
const cut = ([a, b]: Pair, length: number): Pair => [part(a, length), part(b, length)]

const many = (side: 0 | 1) => Array.from({ length: 12 }, (_, at) => 1000 + at * 7 + side).join(' ')
const keyBytes = (side: 0 | 1): Buffer =>
  Buffer.from(Array.from({ length: 32 }, (_, at) => (([11, 29][side] as number) * (at + 3) * 7) % 251))
const program = (bytes: (side: 0 | 1) => Buffer): EntryDifference => {
  const [a, b] = ([0, 1] as const).map(side =>
    Buffer.concat([Buffer.from([0x90, 0, 0x90]), bytes(side), Buffer.from([0, 0x90])]),
  )
  return changed('app', a as Buffer, b as Buffer)
}
const key = (side: 0 | 1): string =>
  gunzipSync(
    readFileSync(new URL(`fixtures/system/debian,srv,ec.key.${['a', 'b'][side]}.gz`, import.meta.url)),
  ).toString('latin1')

test.each<[string, Step[], string[]]>([
  ['a value of an earlier file', [drawn, { file: holding('conf', x) }], ['id', 'conf < id']],
  ['values of several', [drawn, other, { file: holding('conf', x, y) }], ['id', 'other', 'conf < id other']],
  [
    'whatever the order in which they are told',
    [
      { file: holding('conf', x), at: 2 },
      { ...drawn, at: 1 },
    ],
    ['conf < id', 'id'],
  ],
  [
    'none of the same line',
    [
      { ...drawn, at: 1 },
      { file: holding('conf', x), at: 1 },
    ],
    ['id', 'conf'],
  ],
  ['none of its own path, as it was before', [drawn, { file: file('id', at => `${x[at]} again\n`) }], ['id', 'id']],
  ['nor beside what is new in it', [drawn, { file: holding('id', x, own) }], ['id', 'id']],
  ['none, where it was copied as it is', [drawn, { file: holding('conf', x), copied: true }], ['id', 'conf']],
  ['nor beside others', [drawn, { file: holding('conf', x, own), copied: true }], ['id', 'conf']],
  [
    'none, where it was made of a file of a stage',
    [drawn, { file: holding('conf', x), madeFrom: holding('s', y) }],
    ['id', 'conf'],
  ],
  ['nor beside others, there', [drawn, { file: holding('conf', x, own), madeFrom: holding('s', y) }], ['id', 'conf']],
  [
    'of what was made of a file of a stage, the values of that one',
    [{ file: holding('made', x), madeFrom: holding('s', y) }, { file: holding('a', y) }, { file: holding('b', x) }],
    ['made', 'a < made', 'b'],
  ],
  [
    'the digest of what follows from another one leads to that, and is no second cause',
    [
      drawn,
      { file: file('conf', at => `c ${x[at]}\n`) },
      { file: file('sum', at => `${sha256(`c ${x[at]}\n`)}\n`) },
      { file: file('both', at => `${x[at]} ${sha256(`c ${x[at]}\n`)}\n`) },
    ],
    ['id', 'conf < id', 'sum < id', 'both < id'],
  ],
  [
    'a value in whole and a part of another one',
    [drawn, other, { file: holding('conf', x, cut(y, 12)) }],
    ['id', 'other', 'conf < id other'],
  ],
  [
    'none, where a short one beside it may be its own',
    [drawn, other, { file: holding('conf', x, cut(own, 6)) }],
    ['id', 'other', 'conf + id'],
  ],
  ['none by a short part', [drawn, { file: holding('conf', cut(x, 6)) }], ['id', 'conf']],
  [
    'none, where what is left differs in its lines',
    [drawn, { file: file('conf', at => `${x[at]}\n${'more\n'.repeat(at)}`) }],
    ['id', 'conf + id'],
  ],
  [
    'none, where a part of another one stands beside its own',
    [drawn, other, { file: holding('conf', x, cut(y, 12), own) }],
    ['id', 'other', 'conf + id'],
  ],
  [
    'none by a part that A alone has of it',
    [drawn, { file: holding('conf', [part(x[0], 13), part(own[1], 13)]) }],
    ['id', 'conf'],
  ],
  [
    'none by a part that B alone has of it',
    [drawn, { file: holding('conf', [part(own[0], 13), part(x[1], 13)]) }],
    ['id', 'conf'],
  ],
  [
    'none by parts of other lengths',
    [drawn, { file: holding('conf', [part(x[0], 13), part(x[1], 23)]) }],
    ['id', 'conf'],
  ],
  [
    'whatever stands on both sides of the value that A has',
    [drawn, other, { file: file('conf', at => `${x[0]} ${y[at]}\n`) }],
    ['id', 'other', 'conf < other'],
  ],
  [
    'whatever stands on both sides of the value that B has',
    [drawn, other, { file: file('conf', at => `${x[1]} ${y[at]}\n`) }],
    ['id', 'other', 'conf < other'],
  ],
  [
    'beside its own, a value that it also holds',
    [drawn, other, { file: holding('conf', x, own) }],
    ['id', 'other', 'conf + id'],
  ],
  [
    'of whoever had that first',
    [drawn, { file: holding('mid', x, y) }, { file: holding('conf', x, own) }],
    ['id', 'mid + id', 'conf + id'],
  ],
  [
    'beside its own, none that A alone holds',
    [drawn, { file: file('conf', at => `${x[0]} ${own[at]}\n`) }],
    ['id', 'conf'],
  ],
  [
    'beside its own, none that B alone holds',
    [drawn, { file: file('conf', at => `${x[1]} ${own[at]}\n`) }],
    ['id', 'conf'],
  ],
  [
    'beside its own, none that is a digest',
    [drawn, { file: file('conf', at => `${sha256(`id: ${x[at]}\n`)} ${own[at]}\n`) }],
    ['id', 'conf'],
  ],
  [
    'beside its own, no time to the second: both read the clock',
    [{ file: holding('when', time) }, { file: holding('conf', time, own) }],
    ['when', 'conf'],
  ],
  [
    'beside its own, no short value, which chance repeats',
    [{ file: holding('short', cut(x, 10)) }, { file: holding('conf', cut(x, 10), own) }],
    ['short', 'conf'],
  ],
  [
    'a value that two share on side A is of both',
    [
      { file: holding('p', [x[0], x[1]]) },
      { file: holding('q', [x[0], y[1]]) },
      { file: file('conf', at => [`${x[0]} ${own[0]}\n`, `${x[1]} ${y[1]} ${own[1]}\n`][at] as string) },
    ],
    ['p', 'q', 'conf + p q'],
  ],
  [
    'of what it holds a part of, the first cause',
    [drawn, { file: holding('mid', cut(x, 18)) }, { file: holding('conf', cut(x, 18), own) }],
    ['id', 'mid < id', 'conf + id'],
  ],
  ['none of what nobody can read', [drawn, { file: file('bin', at => `\0\x01${['a', 'b'][at]}\0`) }], ['id', 'bin']],
  [
    'a time to the second, where it is copied by name',
    [{ file: holding('s/when', time) }, { file: holding('conf', time), run: 'RUN cat s/when' }],
    ['s/when', 'conf < s/when'],
  ],
  [
    'or with its folder',
    [{ file: holding('s/when', time) }, { file: holding('conf', time), run: 'RUN cp -r /s /out' }],
    ['s/when', 'conf < s/when'],
  ],
  [
    'but not by what reads the clock',
    [{ file: holding('s/when', time) }, { file: holding('conf', time), run: 'RUN cp -r /s /out; date' }],
    ['s/when', 'conf'],
  ],
  [
    'none, where the format proves another cause',
    [
      { file: file('when', at => `${['Sat Nov 21 03:00:05 UTC 2026', 'Sat Nov 21 03:01:15 UTC 2026'][at]}\n`) },
      {
        file: file(
          'app/build.properties',
          at => `#${['Sat Nov 21 03:00:05 UTC 2026', 'Sat Nov 21 03:01:15 UTC 2026'][at]}\na=b\n`,
        ),
        run: 'RUN make when',
      },
    ],
    ['when', 'app/build.properties'],
  ],
  [
    'of an archive, what the file in it holds',
    [drawn, { file: archive('a.tar', holding('conf', x)) }],
    ['id', 'a.tar < id'],
  ],
  [
    'all files in it',
    [drawn, other, { file: archive('a.tar', holding('conf', x), holding('more', y)) }],
    ['id', 'other', 'a.tar < id other'],
  ],
  [
    'and none, where one of them is its own',
    [drawn, { file: archive('a.tar', holding('conf', x), holding('more', own)) }],
    ['id', 'a.tar'],
  ],
  [
    'a value that two share on side B is of both',
    [
      { file: holding('p', [x[0], x[1]]) },
      { file: holding('q', [y[0], x[1]]) },
      { file: file('conf', at => [`${x[0]} ${y[0]} ${own[0]}\n`, `${x[1]} ${own[1]}\n`][at] as string) },
    ],
    ['p', 'q', 'conf + p q'],
  ],
  ['a part of eight characters', [drawn, { file: holding('conf', cut(x, 8)) }], ['id', 'conf < id']],
  ['none by a part of seven', [drawn, { file: holding('conf', cut(x, 7)) }], ['id', 'conf']],
  [
    'none, where it holds seven characters of another one besides',
    [drawn, other, { file: holding('conf', x, cut(y, 7)) }],
    ['id', 'other', 'conf + id'],
  ],
  [
    'beside its own, a value of twelve characters',
    [{ file: holding('short', cut(x, 12)) }, { file: holding('conf', cut(x, 12), own) }],
    ['short', 'conf + short'],
  ],
  ['nothing of which a header alone differs', [drawn, { file: changedHeader('h', ['mode'], {}, {}) }], ['id', 'h']],
  [
    'a line of many numbers',
    [{ file: file('n', at => `v ${many(at)}\n`) }, { file: file('conf', at => `see: v ${many(at)}\n`) }],
    ['n', 'conf < n'],
  ],
  [
    'bytes that it lists, as a program has them',
    [
      { file: file('k.h', at => `key[] = {${[...keyBytes(at)].map(one => `0x${one.toString(16)}`).join(', ')}};`) },
      { file: program(keyBytes), run: 'RUN cc' },
    ],
    ['k.h', 'app < k.h'],
  ],
  [
    'of bytes that are no text, nothing that a program has',
    [
      { file: changed('k', Buffer.from([0, 1, 2, 250]), Buffer.from([0, 1, 3, 251])) },
      { file: program(keyBytes), run: 'RUN cc' },
    ],
    ['k', 'app'],
  ],
  [
    'how long it took',
    [
      { file: file('log', at => `done in ${['12.3456789', '13.9876543'][at]} s\n`) },
      { file: file('conf', at => `see: done in ${['12.3456789', '13.9876543'][at]} s\n`) },
    ],
    ['log', 'conf < log'],
  ],
  [
    'a key',
    [{ file: file('ec.key', key) }, { file: file('all.pem', at => `# all\n${key(at)}`) }],
    ['ec.key', 'all.pem < ec.key'],
  ],
])('a file follows from %s', (_, steps, expected) => {
  expect(linked(...steps)).toEqual(expected)
})

test('what is known to repeat an earlier path follows from that, whatever it quotes', () => {
  const [id, before, conf] = [drawn.file, other.file, holding('conf', y)].map(one => explained([one].flat())[0]) as [
    ...[ExplainedEntry, ExplainedEntry, ExplainedEntry],
  ]
  conf.root = id
  linkDerived(
    [id, before, conf].map((one, start) => ({ entry: one, start, text: 'RUN x' })),
    clock,
  )
  expect(conf.root).toBe(id)
})

const quoting = [
  ...['random-token', 'build-time', 'unknown-difference', 'elapsed-time', 'generated-key'],
  ...['elf-build-path', 'hashed-name', 'gcov-stamp'],
]
test.each<[string, boolean]>([
  ...quoting.map((id): [string, boolean] => [id, true]),
  ['sqlite-time', false],
  ['gzip-time', false],
])('a file that is told as %s may hold what an earlier one says: %s', (id, may) => {
  const [first, conf] = [drawn.file, holding('conf', x)].map(one => explained([one].flat())[0]) as [
    ...[ExplainedEntry, ExplainedEntry],
  ]
  conf.cause = { ...conf.cause, id }
  linkDerived(
    [first, conf].map((one, start) => ({ entry: one, start, text: 'RUN x' })),
    clock,
  )
  expect(conf.root).toBe(may ? first : null)
})

test('the proof names the files whose values it holds', () => {
  const proof = (...steps: Step[]) => {
    const places = steps.map(({ file: one }, start) => ({
      entry: explained([one].flat())[0] as ExplainedEntry,
      start,
      text: 'RUN x',
    }))
    linkDerived(places, clock)
    return places.at(-1)?.entry.recognition
  }
  expect(proof(drawn, { file: holding('conf', x) })).toEqual({
    ...{ confidence: 'certain', quotes: 'id' },
    evidence: [{ what: 'differs only where it holds a value of id, which differs too', path: 'conf' }],
  })
  expect(proof(drawn, other, { file: holding('conf', x, y) })?.evidence).toEqual([
    { what: 'differs only where it holds values of id and other, which differ too', path: 'conf' },
  ])
})

const text = (at: string) => {
  const head = Buffer.from(at)
  return { size: head.length, head, whole: true, tail: Buffer.alloc(0) }
}
/** A file of each side under a name of its own. */
const names = (nameOf: (text: string) => string, ...texts: Pair): EntryDifference[] =>
  (['a', 'b'] as const).map((side, index) => {
    const [path, own] = [nameOf(texts[index] as string), texts[index] as string]
    return {
      ...{ path, kind: `only-in-${side}`, fields: [], a: null, b: null, digestA: null, digestB: null },
      [side]: entry(path, { size: own.length }),
      content: { a: text(''), b: text(''), runs: [], complete: true, [side]: text(own) },
    } as EntryDifference
  })

test.each<[string, (text: string) => string, string]>([
  ['surely, where the name is a digest', of => `js/main-${sha256(of).slice(0, 8)}.js`, 'certain'],
  [
    'likely, where the name is of nothing known',
    of => `js/main-${of.includes(x[0]) ? 'Xa3fQ1bW8z' : 'kE7pLm29Tc'}.js`,
    'likely',
  ],
])('a file under two names follows from what its content holds, %s', (_, nameOf, confidence) => {
  const both = names(nameOf, `let id = "${x[0]}"\n`, `let id = "${x[1]}"\n`)
  const own = explained(both)
  const [id] = explained([holding('id', x)]) as [ExplainedEntry]
  linkDerived(
    [{ entry: id, start: 0, text: 'RUN x' }, ...own.map(one => ({ entry: one, start: 1, text: 'RUN x' }))],
    clock,
  )
  expect(own[0]?.root).toBe(id)
  expect(own[0]?.recognition.confidence).toBe(confidence)
})
