// A file that differed already and was written over by a copy of another differs by that other one, and not by what stood there.
import { expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { Probe } from '../../src/explain/blame/probe.ts'
import { makeTracer } from '../../src/explain/blame/trace.ts'
import { explainEntries } from '../../src/explain/entries.ts'
import type { EntryDifference } from '../../src/image/comparison.ts'
import type { Image } from '../../src/image/image.ts'
import { paperEngine, type Writes } from './paper-engine.ts'
import { changed, clock, entry, layerOf } from './subject.ts'

const image: Image = {
  ...{ digest: '', configDigest: '', manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] } },
  config: { config: {}, rootfs: { type: 'layers', diff_ids: [] } },
}

/** Line and COPYs of what the last line of the text copied. */
async function traced(lines: string[], writes: Writes, found: EntryDifference, probe: Probe = paperEngine(writes)) {
  const dockerfile = parseDockerfile(`${lines.join('\n')}\n`, 'Dockerfile')
  const entries = explainEntries([layerOf([found])], clock)
  const tracer = makeTracer({ dockerfile, buildArgs: {}, imageA: image, probe })
  const [one] = await tracer(entries, [], dockerfile.instructions.at(-1) ?? null)
  return { line: one?.instruction?.line, via: one?.via.map(({ line }) => line) }
}

const file = changed('x', 'one', 'two')
const folder: EntryDifference = {
  ...{ ...changed('a', '', ''), fields: ['mode'] },
  ...{ a: entry('a', { type: 'directory' }), b: entry('a', { type: 'directory', mode: 0o700 }) },
}
const stage = (...lines: string[]) => [
  ...['FROM debian AS other', 'RUN make /y', 'FROM debian AS s', 'RUN make /a/x'],
  ...[...lines, 'FROM debian', 'COPY --from=s /a/x /x'],
]
const made = { 2: { '/y': 'y~' }, 4: { '/a/x': 'x~' } }

test.each([
  ['a COPY of a stage', ['COPY --from=other /y /a/x'], {}, 2, [7, 5]],
  ['a COPY of an image', ['COPY --from=alpine /y /a/x'], { 5: { '/a/x': 'z~' } }, 5, [7]],
  ['an ADD', ['ADD https://example.org/x /a/x'], { 5: { '/a/x': 'z~' } }, 5, [7]],
  [
    ...(['a cp', ['RUN make /b', 'RUN cp /b /a/x'], { 5: { '/b': 'b~' }, 6: { '/a/x': 'b~' } }] as const),
    ...([5, [8, 6]] as const),
  ],
  [
    ...([
      'a COPY, and changed by a RUN',
      ['COPY --from=other /y /a/x', 'RUN tag /a/x'],
      { 6: { '/a/x': 'y~+' } },
    ] as const),
    ...([2, [8, 5]] as const),
  ],
  [
    ...(['the last of two COPYs', ['COPY --from=alpine /y /a/x', 'COPY --from=other /y /a/x']] as const),
    ...([{ 5: { '/a/x': 'z~' } }, 2, [8, 6]] as const),
  ],
] as const)('%s', async (_, lines, more: Writes, line, via) => {
  expect(await traced(stage(...lines), { ...made, ...more }, file)).toEqual({ line, via })
})

test.each([
  ['a RUN may have kept some of it', ['RUN make /a/x'], { 5: { '/a/x': 'z~' } }],
  ['a cp of other bytes', ['RUN cp /b /a/x && sign /a/x'], { 5: { '/a/x': 'z~', '/b': 'b~' } }],
  ['a COPY that leaves it as it was', ['COPY --from=alpine /y /a/z', 'RUN tag /a/x'], { 6: { '/a/x': 'x~+' } }],
  ['a trigger that runs', ['ONBUILD RUN make /a/x', 'FROM s AS t'], { 5: { '/a/x': 'z~' } }, 't'],
] as const)('not by what is no copy of another: %s', async (_, lines, more: Writes, last: string = 's') => {
  const text = [...stage(...lines).slice(0, -1), `COPY --from=${last} /a/x /x`]
  expect(await traced(text, { ...made, ...more }, file)).toEqual({ line: 4, via: [text.length] })
})

test('of what a RUN copied, files alone are followed to where their bytes come from', async () => {
  const lines = ['FROM debian AS s', 'RUN make /y/f', 'FROM debian', 'RUN --mount=from=s,target=/in cp -r /in/y /a']
  const writes = { 2: { '/y/f': 'y~' }, 4: { '/a/f': 'y~' } }
  const one = changed('a/f', 'one', 'two')
  const link = entry('a/f', { type: 'symlink', linkTarget: '/' })
  for (const other of [
    folder,
    { ...one, a: link },
    { ...one, b: link },
    { ...one, kind: 'only-in-a' as const, b: null },
  ])
    expect(await traced(lines, writes, other)).toEqual({ line: 4, via: [] })
  expect(await traced(lines, writes, one)).toEqual({ line: 2, via: [4] })
})

test('what was wiped away, written anew and then written over', async () => {
  const lines = stage('RUN true', 'RUN make /a/x', 'RUN make /a/x', 'COPY --from=other /y /a/x')
  expect(await traced(lines, { ...made, 6: { '/a/x': '' }, 7: { '/a/x': 'z~' } }, file)).toEqual({
    ...{ line: 2, via: [10, 8] },
  })
})

test('by a cp of what had been written over itself', async () => {
  const lines = stage('RUN make /b', 'COPY --from=other /y /b', 'RUN cp /b /a/x')
  const writes = { ...made, 5: { '/b': 'b~' }, 7: { '/a/x': 'y~' } }
  expect(await traced(lines, writes, file)).toEqual({ line: 2, via: [9, 7, 6] })
})

test('by a copy whose stage cannot be looked into: nobody can say by what', async () => {
  const engine = paperEngine(made)
  const gone: Probe = async (side, text) =>
    text.includes('["/y"') ? { kind: 'unknown', reason: 'gone' } : engine(side, text)
  expect(await traced(stage('COPY --from=other /y /a/x'), made, file, gone)).toEqual({ line: 7, via: [] })
})

test('by a cp whose source cannot be asked for: nobody can say by what', async () => {
  const writes = { ...made, 5: { '/b': 'b~' }, 6: { '/a/x': 'b~' } }
  const engine = paperEngine(writes)
  const gone: Probe = async (side, text) =>
    text.includes('["/b"') ? { kind: 'unknown', reason: 'gone' } : engine(side, text)
  expect(await traced(stage('RUN make /b', 'RUN cp /b /a/x'), writes, file, gone)).toEqual({ line: 8, via: [] })
})

test.each(['x', 'sub/x'])('a COPY beside what a wildcard takes is not what makes %s differ', async path => {
  const lines = ['FROM debian AS s', 'RUN make', 'COPY --from=alpine /y /a/d/y', 'FROM debian', 'COPY --from=s /a/* /']
  const probe: Probe = async (side, text) => {
    if (!text.includes('"/a/*"') || !text.includes('RUN make')) return { kind: 'absent' }
    return { kind: 'image', configDigest: side + text.includes('alpine') }
  }
  expect((await traced(lines, {}, changed(path, 'one', 'two'), probe)).line).toBe(2)
})

test('in a stage that is mounted, as in one that is copied from', async () => {
  const lines = [
    ...['FROM debian AS other', 'RUN make /y', 'FROM debian AS s', 'RUN make /a/x', 'COPY --from=other /y /a/x'],
    ...['FROM debian', 'RUN --mount=from=s,target=/in cp /in/a/x /x'],
  ]
  expect(await traced(lines, { ...made, 7: { '/x': 'y~' } }, file)).toEqual({ line: 2, via: [7, 5] })
})

test('a COPY into a folder that differs adds to it', async () => {
  const lines = [...stage('COPY --from=other /y /a/y').slice(0, -1), 'COPY --from=s /a /a']
  expect((await traced(lines, made, folder)).line).toBe(4)
})

test('a step whose files cannot be asked for is not taken for a copy', async () => {
  const engine = paperEngine(made)
  const gone: Probe = async (side, text) =>
    text.includes('alpine') && !text.includes('RUN tag') ? { kind: 'unknown', reason: 'gone' } : engine(side, text)
  const lines = stage('RUN true', 'RUN true', 'RUN true', 'COPY --from=alpine /y /a/z', 'RUN tag /a/x')
  expect((await traced(lines, { ...made, 9: { '/a/x': 'x~+' } }, file, gone)).line).toBe(4)
})

test('a COPY into a folder with many files is not what makes these differ', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `/a/f${index}`)
  const lines = ['FROM debian AS s', 'RUN make', 'COPY --from=alpine /y /a/y', 'FROM debian', 'COPY --from=s /a /a']
  const writes = { 2: Object.fromEntries(names.map(name => [name, `${name}~`])), 3: { '/a/y': 'y' } }
  const dockerfile = parseDockerfile(`${lines.join('\n')}\n`, 'Dockerfile')
  const entries = explainEntries([layerOf(names.map(name => changed(name.slice(1), 'one', 'two')))], clock)
  const tracer = makeTracer({ dockerfile, buildArgs: {}, imageA: image, probe: paperEngine(writes) })
  const found = await tracer(entries, [], dockerfile.instructions.at(-1) ?? null)
  expect(found.map(({ instruction }) => instruction?.line)).toEqual(found.map(() => 2))
  expect(found.flatMap(one => one.entries)).toHaveLength(12)
})
