// A stage seen as a whole: which of its paths differ, which line wrote each, and which of them are first causes.
import { expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { StagePair, StageReader } from '../../src/explain/blame/probe.ts'
import { explainEntries } from '../../src/explain/entries.ts'
import { type StageEntry, StageViews, type ViewInput } from '../../src/explain/stage-view.ts'
import type { EntryDifference } from '../../src/image/comparison.ts'
import type { Image } from '../../src/image/image.ts'
import { changed, changedHeader, clock, entry, layerOf } from './subject.ts'

/** Contents of which no reader could say that one is made of the other. */
const ids = [
  ['0b0b7b0e-6d5c-4a4e-9d1f-7a3d1c9f1a01', 'f3a9c2d4-1e5b-4c6d-8f7a-2b9e0d8c7f63'],
  ['5b3c9e21-77d0-4c8e-a1f4-0d2e6b9a8c13', 'c41f8a07-2e9b-4d63-9b70-8f5a1d3e6c92'],
  ['9d2a6f10-3c4b-4e5a-8b7c-6d5e4f3a2b19', '27e8d9c0-b1a2-4f3e-9c4d-5a6b7c8d9e0f'],
] as const
const file = (path: string, id: number, text = ''): EntryDifference =>
  changed(path, `${text}${ids[id]?.[0]}\n`, `${text}${ids[id]?.[1]}\n`)
const onlyA = (path: string, digestA: string | null): EntryDifference =>
  ({
    ...{ ...changed(path, '', ''), kind: 'only-in-a', fields: [], content: null },
    ...{ digestA, digestB: null, a: entry(path, { size: 3 }), b: null },
  }) as EntryDifference

const onlyB = (path: string, digestB: string): EntryDifference =>
  ({ ...onlyA(path, null), kind: 'only-in-b', digestB, a: null, b: entry(path, { size: 3 }) }) as EntryDifference
const header = (path: string, field: 'mode' | 'uid') => changedHeader(path, [field], { [field]: 1 }, { [field]: 2 })

/** A stage of these instructions on a base of one layer, of which each left what differs. */
function pair(steps: Record<string, EntryDifference[]>, ofBase: EntryDifference[] = []): StagePair {
  const commands = Object.keys(steps)
  const image: Image = {
    ...{ digest: 'm', configDigest: 'c', manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] } },
    config: {
      history: [{ created_by: 'base' }, ...commands.map(created_by => ({ created_by }))],
      rootfs: { type: 'layers', diff_ids: ['base', ...commands] },
    },
  }
  return {
    ...{ imageA: image, imageB: image, provenance: { A: null, B: null } },
    contents: { read: () => Promise.reject(new Error('gone')) },
    comparison: {
      ...{ level: 'different', config: [], manifest: [], equalLayers: 0 },
      layers: [ofBase, ...Object.values(steps)].map((entries, index) => ({ ...layerOf(entries), index })),
    },
  }
}

function viewOf(text: string, stages: StageReader | undefined, more: Partial<ViewInput> = {}) {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const at = (line: number) => dockerfile.instructions.find(one => one.line === line) as never
  return { views: new StageViews({ dockerfile, buildArgs: {}, clock, stages, ...more }), dockerfile, at }
}
const told = (found: readonly StageEntry[]) =>
  found.map(({ entry: { subject, root }, instruction }) => [
    subject.entry.path,
    instruction?.line ?? null,
    ...(root ? [root.subject.entry.path] : []),
  ])
/** A path of the image, by what the comparison saw of it. */
const ofImage = (one: EntryDifference) => explainEntries([layerOf([one])], clock)[0] as StageEntry['entry']
const stageAt = ({ dockerfile }: ReturnType<typeof viewOf>, index: number) => dockerfile.stages[index] as never

const text = ['FROM a AS s', 'RUN one', 'RUN two /x', 'COPY f /f', 'FROM s AS t', 'FROM b', ''].join('\n')

test('a stage is what stands up to its end, and is looked at once', async () => {
  const asked: string[] = []
  const stage = pair(
    { 'RUN one': [file('x', 0)], 'RUN two /x': [file('y', 0), file('z', 1)], 'COPY f /f': [file('f', 2)] },
    [file('base', 2)],
  )
  const view = viewOf(text, (cut, look) => {
    asked.push(cut)
    return look(stage)
  })
  // What came with the base is no line's, and a file that holds what another one does follows from that.
  const expected = [
    ['x', 2],
    ['y', 3, 'x'],
    ['z', 3],
    ['f', 4],
  ]
  expect(told(await view.views.of(stageAt(view, 0)))).toEqual(expected)
  expect(told(await view.views.of(stageAt(view, 0)))).toEqual(expected)
  expect(told(await view.views.of(stageAt(view, 1)))).toEqual(expected)
  expect(asked).toEqual([
    `${text.split('\n').slice(0, 4).join('\n')}\n`,
    `${text.split('\n').slice(0, 5).join('\n')}\n`,
  ])
})

test('what two lines read from the clock in one second is no copy, by the texts of these lines', async () => {
  const [a, b] = ['2026-11-21T03:00:05Z', '2026-11-21T03:01:15Z']
  const built = (path: string) => changed(path, `${a}\n`, `${b}\n`)
  const roots = async (second: string) => {
    const stage = pair({ 'RUN date > /x': [built('x')], [second]: [built('y')] })
    const view = viewOf(`FROM a\nRUN date > /x\n${second}\n`, (_, look) => look(stage))
    return told(await view.views.of(stageAt(view, 0)))
  }
  expect(await roots('RUN date > /y')).toEqual([
    ['x', 2],
    ['y', 3],
  ])
  expect(await roots('RUN cp /x /y')).toEqual([
    ['x', 2],
    ['y', 3, 'x'],
  ])
})

test('a layer that B alone has at its end says nothing, and hides nothing', async () => {
  const stage = pair({ 'RUN one': [file('x', 0)], 'RUN two /x': [file('z', 1)], 'COPY f /f': [] })
  const layers = [...stage.comparison.layers, { ...layerOf([file('more', 2)]), index: 4, a: null }]
  const view = viewOf(text, (_, look) => look({ ...stage, comparison: { ...stage.comparison, layers } }))
  expect(told(await view.views.of(stageAt(view, 0)))).toEqual([
    ['x', 2],
    ['z', 3],
  ])
})

test('what cannot be looked at has no paths', async () => {
  const stage = pair({ 'RUN one': [file('x', 0)] })
  const paths = async (of: string, reader: StageReader | undefined) => {
    const view = viewOf(of, reader)
    return told(await view.views.of(stageAt(view, 0)))
  }
  const whole: StageReader = (_, look) => look(stage)
  expect(await paths('FROM a\nRUN one\n', whole)).toEqual([['x', 2]])
  expect(await paths('FROM a\nRUN other\n', whole)).toEqual([['x', null]])
  expect(await paths('FROM a\nRUN one\n', undefined)).toEqual([])
  expect(await paths('FROM a\nRUN one\n', () => Promise.resolve(null))).toEqual([])
  expect(await paths('FROM a\nRUN one\n', () => Promise.reject(new Error('no room')))).toEqual([])
  expect(await paths('FROM a\nRUN one \\', whole)).toEqual([])
  const ended = AbortSignal.abort(new Error('ended'))
  const view = viewOf('FROM a\nRUN one\n', whole, { signal: ended })
  await expect(async () => view.views.of(stageAt(view, 0))).rejects.toThrow('ended')
})

test('the lines are those of side A, though the base of B has a layer more', async () => {
  const stage = pair({ 'RUN one': [file('x', 0)], 'RUN two /x': [file('z', 1)], 'COPY f /f': [] })
  const { history = [], rootfs } = stage.imageA.config
  const diff_ids = ['more', ...rootfs.diff_ids]
  const config = { history: [{ created_by: 'more' }, ...history], rootfs: { ...rootfs, diff_ids } }
  const view = viewOf(text, (_, look) => look({ ...stage, imageB: { ...stage.imageA, config } }))
  expect(told(await view.views.of(stageAt(view, 0)))).toEqual([
    ['x', 2],
    ['z', 3],
  ])
})

test('six stages are looked at, and no more', async () => {
  const lines = Array.from({ length: 7 }, (_, index) => `FROM a AS s${index}\nRUN one`)
  const view = viewOf(`${lines.join('\n')}\n`, (_, look) => look(pair({ 'RUN one': [file('x', 0)] })))
  const found: unknown[] = []
  for (const stage of view.dockerfile.stages) found.push(told(await view.views.of(stage)).length)
  expect(found).toEqual([1, 1, 1, 1, 1, 1, 0])
})

test('a path of the image is that of the stage with its contents, which that instruction wrote', async () => {
  const stage = pair({
    'RUN one': [file('d/x', 0), file('other', 1)],
    'RUN two /x': [
      file('e/y', 0),
      file('e/x', 0),
      onlyA('e/only', 'd1'),
      header('e/x', 'mode'),
      onlyB('e/new', 'd3'),
      { ...header('e/same', 'mode'), digestA: 'd5', digestB: 'd5' },
      onlyA('e/none', null),
    ],
    'COPY f /f': [file('f', 2)],
  })
  const view = viewOf(text, (_, look) => look(stage))
  const find = async (one: EntryDifference, line: number) => {
    const found = await view.views.find(ofImage(one), stageAt(view, 0), view.at(line))
    return found && told([found])[0]?.slice(0, 2)
  }
  expect(await find(file('out/x', 0), 2)).toEqual(['d/x', 2])
  // Of several the one of its name, else the first.
  expect(await find(file('out/x', 0), 3)).toEqual(['e/x', 3])
  expect(await find(file('out/z', 0), 3)).toEqual(['e/y', 3])
  expect(await find(file('out/x', 0), 4)).toBeNull()
  // Behind a FROM, whichever line wrote it.
  expect(await find(file('out/other', 1), 1)).toEqual(['other', 2])
  expect(await find(file('out/x', 1), 3)).toBeNull()
  expect(await find(onlyB('out/only', 'd3'), 3)).toEqual(['e/new', 3])
  expect(await find(onlyB('out/only', 'd4'), 3)).toBeNull()
  // The same contents with other permissions are no contents that differ.
  const same = { digestA: 'd5', digestB: 'd5' }
  expect(await find({ ...header('out/same', 'mode'), ...same }, 3)).toBeNull()
  // Without contents nothing tells that it is the same path.
  expect(await find(header('out/x', 'mode'), 3)).toBeNull()
  expect(await find(onlyA('out/only', 'd1'), 3)).toEqual(['e/only', 3])
  expect(await find(onlyA('out/only', 'd2'), 3)).toBeNull()
  expect(await find({ ...onlyA('out/only', 'd1'), kind: 'only-in-b' } as EntryDifference, 3)).toBeNull()
  expect(await find({ ...onlyA('out/only', 'd1'), digestA: null } as EntryDifference, 3)).toBeNull()
})

test('a path that several instructions wrote has the first causes of each, where its end is that of the image', async () => {
  const makers = async (one: EntryDifference, steps: Record<string, EntryDifference[]>) => {
    const view = viewOf(text, (_, look) => look(pair({ ...steps, 'COPY f /f': [] })))
    return told(await view.views.makers(ofImage(one), stageAt(view, 0)))
  }
  const twice = { 'RUN one': [file('log', 0), file('other', 1)], 'RUN two /x': [file('log', 2)] }
  expect(await makers(file('out/log', 2), twice)).toEqual([
    ['log', 2],
    ['log', 3],
  ])
  expect(await makers(file('out/log', 0), twice)).toEqual([])
  expect(await makers(file('out/other', 1), twice)).toEqual([])
  expect(await makers(file('out/none', 2, 'more '), twice)).toEqual([])
  expect(await makers(onlyA('out/log', ''), twice)).toEqual([])
  expect(
    await makers(header('out/x', 'uid'), { 'RUN one': [header('x', 'mode')], 'RUN two /x': [header('x', 'uid')] }),
  ).toEqual([])
  // What the second line wrote follows from the first.
  expect(await makers(file('out/log', 0), { 'RUN one': [file('log', 0)], 'RUN two /x': [file('log', 0)] })).toEqual([])
  // A line that is not known is none.
  expect(await makers(file('out/log', 2), { 'RUN else': [file('log', 0)], 'RUN two /x': [file('log', 2)] })).toEqual([])
})

const mounting = (mount: string) =>
  ['FROM a AS m', 'RUN one', 'RUN two /x', 'COPY f /f', 'FROM b', `RUN ${mount} make /out`, ''].join('\n')
const inMount = pair({
  'RUN one': [file('src/id', 0), file('other/id', 1)],
  'RUN two /x': [file('src/copy', 0), onlyA('src/only', 'd1')],
  'COPY f /f': [],
})

test.each<[string, unknown[][]]>([
  [
    '--mount=from=m,target=/in',
    [
      ['src/id', 2],
      ['other/id', 2],
    ],
  ],
  ['--mount=from=m,source=/src/,target=/in', [['src/id', 2]]],
  ['--mount=from=m,source=src,target=/in', [['src/id', 2]]],
  ['--mount=from=m,source=/src/id,target=/in', [['src/id', 2]]],
  ['--mount=from=m,source=/sr,target=/in', []],
  ['--mount=from=0,source=/other,target=/in', [['other/id', 2]]],
  ['--mount=from=gone,target=/in', []],
  ['--mount=type=cache,from=m,target=/in', []],
  ['--mount=target=/in', []],
  ['', []],
  [
    '--mount=from=m,source=/src,target=/1 --mount=from=m,source=/other,target=/2',
    [
      ['src/id', 2],
      ['other/id', 2],
    ],
  ],
])('first causes in what is mounted into a RUN: %s', async (mount, expected) => {
  const view = viewOf(mounting(mount), (_, look) => look(inMount))
  expect(told(await view.views.differingInMounts(view.at(6)))).toEqual(expected)
})

test.each<[string, EntryDifference, string | null]>([
  ['--mount=from=m,target=/in', file('out', 0, 'id='), 'src/id'],
  ['--mount=from=m,target=/in', file('out', 1, 'id='), 'other/id'],
  ['--mount=from=m,target=/in', file('out', 2, 'id='), null],
  ['--mount=target=/in', file('out', 0, 'id='), null],
  ['--mount=type=cache,from=m,target=/in', file('out', 0, 'id='), null],
  ['--mount=target=/no --mount=from=m,target=/in', file('out', 0, 'id='), 'src/id'],
])('what a RUN quotes of what is mounted into it: %s', async (mount, one, expected) => {
  const view = viewOf(mounting(mount), (_, look) => look(inMount))
  const quoting = (instruction: never) => view.views.mounted({ entry: ofImage(one), instruction })
  const found = await quoting(view.at(6))
  expect(found && [found.entry.subject.entry.path, found.instruction?.line]).toEqual(expected && [expected, 2])
  expect(await quoting(null as never)).toBeNull()
})

test('what is mounted is no first cause where it follows from another path, or its line is not known', async () => {
  const of = async (steps: Record<string, EntryDifference[]>) => {
    const view = viewOf(mounting('--mount=from=m,target=/in'), (_, look) => look(pair(steps)))
    const found = await view.views.mounted({ entry: ofImage(file('out', 0, 'id=')), instruction: view.at(6) })
    return [told(found ? [found] : []), told(await view.views.differingInMounts(view.at(6)))]
  }
  const conf = file('conf', 0, 'id=')
  expect(await of({ 'RUN one': [file('id', 0)], 'RUN two /x': [conf], 'COPY f /f': [] })).toEqual([
    [['id', 2]],
    [['id', 2]],
  ])
  expect(await of({ 'RUN else': [file('id', 0)], 'RUN two /x': [], 'COPY f /f': [] })).toEqual([[], []])
})
