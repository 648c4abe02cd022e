// On behind a RUN of a stage: which line is named, by what the bytes of its stage say, and which is left as it was.
import { expect, test } from '@jest/globals'
import type { Instruction } from '../../src/dockerfile/dockerfile.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { lineageOf } from '../../src/explain/blame/blame.ts'
import type { StageReader } from '../../src/explain/blame/probe.ts'
import type { Traced, Tracer } from '../../src/explain/blame/trace.ts'
import type { ExplainedEntry } from '../../src/explain/entries.ts'
import { explainEntries } from '../../src/explain/entries.ts'
import { behindStages } from '../../src/explain/stage-origin.ts'
import { StageViews } from '../../src/explain/stage-view.ts'
import type { EntryDifference } from '../../src/image/comparison.ts'
import { changed, clock, layerOf, only } from './subject.ts'

/** Contents of which no reader could say that one is made of the other. */
const ids = [
  ['0b0b7b0e-6d5c-4a4e-9d1f-7a3d1c9f1a01', 'f3a9c2d4-1e5b-4c6d-8f7a-2b9e0d8c7f63'],
  ['5b3c9e21-77d0-4c8e-a1f4-0d2e6b9a8c13', 'c41f8a07-2e9b-4d63-9b70-8f5a1d3e6c92'],
  ['9d2a6f10-3c4b-4e5a-8b7c-6d5e4f3a2b19', '27e8d9c0-b1a2-4f3e-9c4d-5a6b7c8d9e0f'],
] as const
const both = (text: (side: 0 | 1) => string) => (path: string) => changed(path, text(0), text(1))
/** A file that holds these of the values above. */
const holding = (...held: number[]) => both(side => `v ${held.map(id => ids[id]?.[side]).join(' ')}\n`)
/** A file that differs by what nobody can read. */
const unreadable = both(side => `word ${['one', 'two'][side]}\n`)
/** The same contents in other words, so often: no copy of it, but made of it. */
function unlike(one: EntryDifference, times = 1): EntryDifference {
  const [a, b] = [one.content?.a.head, one.content?.b.head].map(head => `${'more '.repeat(times)}${head}`)
  return changed(one.path, a as string, b as string)
}

interface Given {
  /** The Dockerfile, a line each. */
  lines: string[]
  /** What differs in what each line wrote, by its number. */
  left: Record<number, EntryDifference[]>
  /** Lines that the history of the image tells in other words, so that nobody knows them. */
  strange?: number[]
  /** The stages (by number) that cannot be looked at. */
  sealed?: number[]
  /** Where the search through the COPY of a line ends. */
  traces?: Record<number, { line: number; via?: number[]; note?: string }>
}

/** Goes on behind what the search found: a path, the line that it came to, and the lines that it came through. */
function world({ lines, left, strange = [], sealed = [], traces = {} }: Given) {
  const dockerfile = parseDockerfile(`${lines.join('\n')}\n`, 'Dockerfile')
  const at = (line: number) => dockerfile.instructions.find(one => one.line === line) as Instruction
  const asked: number[] = []
  const stages: StageReader = (text, look) => {
    const cut = parseDockerfile(text, 'Dockerfile')
    const stage = cut.stages.at(-1)
    asked.push(stage?.index ?? -1)
    if (!stage || sealed.includes(stage.index)) return Promise.resolve(null)
    const steps = lineageOf(cut, stage, {}).filter(({ keyword }) => ['RUN', 'COPY'].includes(keyword))
    const commands = steps.map(({ line, range }) =>
      strange.includes(line) ? `strange ${line}` : text.slice(range.start, range.end).replace(/ --\S+/g, ''),
    )
    const image = {
      ...{ digest: 'm', configDigest: 'c', manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] } },
      config: {
        history: [{ created_by: 'base' }, ...commands.map(created_by => ({ created_by }))],
        rootfs: { type: 'layers', diff_ids: ['base', ...commands] },
      },
    }
    const layers = steps.map(({ line }, index) => ({ ...layerOf(left[line] ?? []), index: index + 1 }))
    return look({
      ...{ imageA: image, imageB: image, provenance: { A: null, B: null } },
      comparison: { level: 'different', config: [], manifest: [], equalLayers: 0, layers },
      contents: { read: () => Promise.reject(new Error('gone')) },
    })
  }
  const views = new StageViews({ dockerfile, buildArgs: {}, clock, stages })
  const tracer: Tracer = async (entries, _, instruction) => {
    const found = traces[instruction?.line ?? 0]
    if (!found) return [{ entries, instruction, via: [] }]
    const via = found.via ?? [instruction?.line as number]
    return [{ entries, instruction: at(found.line), via: via.map(at), ...(found.note ? { note: found.note } : {}) }]
  }
  /** The search came with these paths of the image to a line (0: to none), through others. */
  const traced = (entries: EntryDifference[], line: number, via: number[], more: Partial<Traced> = {}): Traced => ({
    entries: explainEntries([layerOf(entries)], clock),
    instruction: line > 0 ? at(line) : null,
    ...{ via: via.map(at), ...more },
  })
  const behind = (one: Traced, depth?: number) => behindStages([one], { dockerfile, views, tracer }, depth)
  return { at, asked, traced, behind }
}

const told = (found: readonly Traced[]) =>
  found.map(({ entries, instruction, via, note }) => [
    entries.map(({ subject }) => subject.entry.path).join(' '),
    instruction?.line ?? null,
    via.map(({ line }) => line),
    ...(note ? [note] : []),
  ])

/** What comes to a line, and where it ends up. */
interface Case extends Given {
  title: string
  /** `conf` by itself. */
  path?: EntryDifference
  at: number
  via: number[]
  more?: (at: (line: number) => Instruction) => Partial<Traced>
  /** Absent: where it was. */
  ends?: unknown[][]
  /** Stages that were looked at; absent: whichever. */
  asked?: number[]
}

async function expectEnds({ path = conf, at: line, via, more, ends, asked: looked, ...given }: Case) {
  const { at, asked, traced, behind } = world(given)
  const one = traced([path], line, via, more?.(at))
  const found = await behind(one)
  expect(told(found)).toEqual(ends ?? told([one]))
  if (looked) expect(asked).toEqual(looked)
  return found
}

const conf = holding(0)('conf')
// The stage b writes /s/id in line 2 and makes /s/conf of it in line 3; the image has /conf through the COPY of line 5.
const lines = ['FROM base AS b', 'RUN gen', 'RUN make /s', 'FROM base', 'COPY --from=b /s/conf /conf']
const left = { 2: [holding(0)('s/id')], 3: [holding(0)('s/conf')] }
const at3 = { lines, left, at: 3, via: [5] }
// The same in a stage from which a file is copied that /s/conf is made of, and in one that is mounted.
const copied: Case = {
  title: 'in a stage from which that was copied',
  lines: ['FROM a AS a', 'RUN gen', 'FROM b AS b', 'COPY --from=a /id /s/id', ...lines.slice(2)],
  left: { 2: [holding(0)('id')], 4: [holding(0)('s/id')], 5: [unlike(holding(0)('s/conf'))] },
  traces: { 4: { line: 2 } },
  ...{ path: unlike(conf), at: 5, via: [7], ends: [['conf', 2, [7, 5, 4]]] },
}
const mounted: Case = {
  title: 'in a stage mounted into it, and from there in another one',
  lines: [
    ...['FROM a AS a', 'RUN gen', 'FROM b', 'RUN --mount=from=a,target=/a read'],
    ...['FROM c AS b', 'RUN --mount=from=1,target=/m make', 'FROM base', 'COPY --from=b /s/conf /conf'],
  ],
  left: { 2: [holding(0)('id')], 4: [unlike(holding(0)('m'))], 6: [unlike(holding(0)('s/conf'), 2)] },
  ...{ path: unlike(conf, 2), at: 6, via: [8], ends: [['conf', 2, [8, 6, 4]]], asked: [2, 1, 0] },
}

test.each<Case>([
  { ...at3, title: 'in its stage', ends: [['conf', 2, [5, 3]]], asked: [0] },
  {
    ...at3,
    title: 'in its stage, though something is mounted into the RUN',
    ...{ lines: lines.with(2, 'RUN --mount=type=cache,target=/c make /s'), ends: [['conf', 2, [5, 3]]] },
  },
  copied,
  {
    ...copied,
    title: 'in a stage mounted into the RUN of that one',
    lines: [
      ...['FROM z AS z', 'RUN gen', 'FROM a AS a', 'RUN --mount=from=z,target=/z read'],
      ...['FROM b AS b', 'COPY --from=a /id /s/id', ...lines.slice(2)],
    ],
    left: {
      ...{ 2: [holding(0)('z')], 4: [unlike(holding(0)('id'))], 6: [unlike(holding(0)('s/id'))] },
      7: [unlike(holding(0)('s/conf'), 2)],
    },
    traces: { 6: { line: 4 } },
    ...{ path: unlike(conf, 2), at: 7, via: [9], ends: [['conf', 2, [9, 7, 6, 4]]] },
  },
  mounted,
  {
    title: 'in a stage mounted into a RUN of the image, which needs not be looked at for that',
    lines: ['FROM m AS m', 'RUN gen', 'FROM base', 'RUN gen', 'RUN --mount=from=m,target=/m make'],
    left: { 2: [holding(0)('id')], 4: [holding(0)('other')], 5: [conf] },
    ...{ at: 5, via: [], ends: [['conf', 2, [5]]], asked: [0] },
  },
  {
    ...at3,
    title: 'each line that wrote the path by a difference of its own',
    left: { 2: [holding(0)('s/log')], 3: [holding(1)('s/log')] },
    ...{
      path: holding(1)('log'),
      at: 2,
      ends: [
        ['log', 2, [5]],
        ['log', 3, [5]],
      ],
    },
  },
  {
    ...at3,
    title: 'each line whose value it holds, and its own with what is not proven of that',
    ...{
      left: { ...left, 3: [holding(0, 1)('s/conf')] },
      path: holding(0, 1)('conf'),
      more: () => ({ note: 'not sure' }),
    },
    ends: [
      ['conf', 2, [5, 3]],
      ['conf', 3, [5], 'not sure'],
    ],
  },
  {
    ...at3,
    title: 'its own line besides, where the search had gone on by the text of a RUN',
    ...{ left: { ...left, 3: [holding(0, 1)('s/conf')] }, path: holding(0, 1)('conf'), at: 2, via: [5, 3] },
    more: at => ({ note: 'not sure', readBy: at(3) }),
    ends: [
      ['conf', 2, [5, 3]],
      ['conf', 3, [5]],
    ],
  },
  {
    title: 'which of several ONBUILDs it was',
    lines: ['FROM p AS p', 'ONBUILD RUN other', 'ONBUILD RUN gen', 'FROM p AS b', 'FROM base', 'COPY --from=b /id /id'],
    left: { 2: [holding(0)('other')], 3: [holding(1)('id')] },
    ...{ path: holding(1)('id'), at: 4, via: [6], ends: [['id', 3, [6]]] },
  },
  {
    title: 'an ONBUILD COPY',
    lines: ['FROM p AS p', 'ONBUILD COPY id /id', 'FROM p AS b', 'FROM base', 'COPY --from=b /id /id'],
    left: { 2: [holding(1)('id')] },
    ...{ path: holding(1)('id'), at: 3, via: [5], ends: [['id', 2, [5]]] },
  },
])('a path goes on to the line that wrote what it is made of: $title', expectEnds)

test.each<Case>([
  { ...at3, title: 'that no line is known of', at: 0, asked: [] },
  { ...at3, title: 'that no line is known of, in the image itself', at: 0, via: [], asked: [] },
  { ...at3, title: 'of a stage that cannot be looked at', sealed: [0], asked: [0] },
  { ...at3, title: 'that is a COPY of the context', lines: lines.with(2, 'COPY s /s'), asked: [] },
  { title: 'that is a RUN of the image, into which nothing is mounted', lines, left, at: 3, via: [], asked: [] },
  { ...at3, title: 'whose contents its stage does not have', path: holding(1)('conf') },
  {
    ...at3,
    title: 'whose own value it holds',
    ...{ left: { ...left, 3: [holding(1)('s/conf')] }, path: holding(1)('conf') },
  },
  {
    ...at3,
    title: 'where an earlier line had written the same to the same path: the engine was asked which of them it is',
    left: { 2: [holding(0)('s/conf')], 3: [holding(0)('s/conf')] },
  },
  { ...at3, title: 'that wrote what it is made of, too', left: { 3: [holding(0)('s/id'), holding(0)('s/conf')] } },
  { ...at3, title: 'where what it is made of comes from a line that is not known', strange: [2] },
  {
    ...at3,
    title: 'where the value that it also holds comes from a line that is not known',
    lines: lines.toSpliced(2, 0, 'RUN copy'),
    left: { 2: left[2], 3: [holding(0)('s/other')], 4: [holding(0, 1)('s/conf')] },
    ...{ strange: [2], path: holding(0, 1)('conf'), at: 4, via: [6] },
  },
  {
    ...at3,
    title: 'that is the FROM of a parent, where the line of the parent is not known',
    lines: ['FROM p AS p', 'RUN gen', 'FROM p AS b', ...lines.slice(3)],
    ...{ left: { 2: [conf] }, strange: [2] },
  },
  {
    ...at3,
    title: 'that is the FROM of a parent, where nobody can look at it',
    lines: ['FROM p AS p', 'RUN date', 'FROM p AS b', ...lines.slice(3)],
    ...{ left: { 2: [unreadable('s/conf')] }, path: unreadable('conf'), sealed: [1] },
  },
  {
    ...at3,
    title: 'by the text of a RUN, where the bytes do not say more',
    lines: ['FROM base AS b', 'RUN gen', 'RUN make /s/id', ...lines.slice(3)],
    ...{ left: { ...left, 3: [holding(1)('s/conf')] }, path: holding(1)('conf'), at: 2, via: [5, 3] },
    more: at => ({ note: 'likely', readBy: at(3) }),
  },
])('a path stays at the line $title', expectEnds)

test('of several first causes the path itself has the first, and others like it have the rest', async () => {
  const { traced, behind } = world({ lines, left: { 2: [holding(0)('s/log')], 3: [holding(1)('s/log')] } })
  const one = traced([holding(1)('log')], 2, [5])
  const [first, other] = await behind(one)
  // What follows from it refers to it.
  expect(first?.entries[0]).toBe(one.entries[0])
  expect(other?.entries[0]).not.toBe(one.entries[0])
})

test('twenty-four paths of one line are looked at, and so deep as nobody builds', async () => {
  const moved = async (count: number, depth: number) => {
    const { traced, behind } = world({ lines, left })
    const many = Array.from({ length: count }, (_, at) => holding(0)(`conf${at}`))
    const one = traced(many.slice(0, 1), 3, [5])
    // Each by itself: of several in one list one would follow from the other.
    const entries = many.flatMap(path => traced([path], 3, [5]).entries)
    return (await behind({ ...one, entries }, depth)).map(({ instruction, entries }) => [
      instruction?.line,
      entries.length,
    ])
  }
  expect(await moved(24, 0)).toEqual(Array.from({ length: 24 }, () => [2, 1]))
  expect(await moved(25, 0)).toEqual([[3, 25]])
  expect(await moved(1, 12)).toEqual([[2, 1]])
  expect(await moved(1, 13)).toEqual([[3, 1]])
})

/** A doubt that is told of the file `s/conf` of line 4, which the search came to, made beside files of lines 2 and 3. */
interface Doubt extends Partial<Given> {
  title: string
  run: string
  /** What line 2 wrote, and line 4. */
  before?: EntryDifference[]
  wrote?: EntryDifference[]
  path?: EntryDifference
  doubt?: string
}
const earlier = (path: string, from = 4) =>
  `Before line ${from}, /${path} differs already (line 2): if line ${from} reads it, the first cause is there.`
const inMounted =
  '/id of the stage mounted into line 6 differs already (line 2): if line 6 reads it, the first cause is there.'

test.each<Doubt>([
  { title: 'it names a file that differs before it', run: 'RUN make s/id', doubt: earlier('s/id') },
  { title: 'none, where it reads the clock itself', run: 'RUN date; make s/id' },
  { title: 'none, where it draws by chance', run: 'RUN uuidgen; make s/id' },
  { title: 'none, where it names the folder alone', run: 'RUN make /s' },
  { title: 'none, where it names what it wrote itself', run: 'RUN make s/id', before: [], wrote: [holding(0)('s/id')] },
  {
    title: 'none, where it names its own path, which an earlier line wrote in another way',
    ...{ run: 'RUN make s/conf', before: [holding(0)('s/conf')] },
  },
  { title: 'none, where it names a file that one side alone has', run: 'RUN make s/id', before: [only('a', 's/id')] },
  { title: 'none, where nobody knows which line wrote that file', run: 'RUN make s/id', strange: [2] },
  {
    title: 'nobody can read the difference, and a file beside it differs',
    ...{ run: 'RUN make', wrote: [unreadable('s/conf')], path: unreadable('conf'), doubt: earlier('s/id') },
  },
  {
    title: 'nobody can read the difference, and a file that compilers take in differs',
    ...{ run: 'RUN make', wrote: [unreadable('s/conf')], path: unreadable('conf') },
    ...{ before: [holding(0)('in/id.h')], doubt: earlier('in/id.h') },
  },
  {
    title: 'none of a file elsewhere',
    ...{ run: 'RUN make', wrote: [unreadable('s/conf')], path: unreadable('conf'), before: [holding(0)('in/id')] },
  },
  {
    title: 'none of a file elsewhere, where its own lies in no folder',
    ...{ run: 'RUN make', wrote: [unreadable('conf')], path: unreadable('conf'), before: [holding(0)('in/id')] },
  },
  {
    title: 'what nobody can read besides is known to be drawn by its own line',
    ...{ run: 'RUN uuidgen', wrote: [unreadable('s/conf')], path: unreadable('conf') },
  },
])(
  'a line that is not proven to be the first is doubted: $title',
  async ({ run, wrote = [], path, doubt, ...more }) => {
    const own = path ?? holding(1)('conf')
    const { before = [holding(0)('s/id')], ...rest } = more
    await expectEnds({
      ...{ ...rest, title: '', path: own, at: 4, via: [6] },
      lines: ['FROM base AS b', 'RUN gen', 'RUN echo', run, 'FROM base', 'COPY --from=b /s/conf /conf'],
      left: { 2: before, 4: [...wrote, ...(wrote[0]?.path.endsWith('conf') ? [] : [holding(1)('s/conf')])] },
      ends: [['conf', 4, [6], ...(doubt ? [doubt] : [])]],
    })
  },
)

test.each<[string, string, string, string | null]>([
  ['what is mounted into it differs', 'RUN gen', 'RUN --mount=from=m,target=/m make', inMounted],
  ['none, where nothing of that differs', 'RUN --network=none other', 'RUN --mount=from=m,target=/m make', null],
  ['none, where it reads the clock itself', 'RUN gen', 'RUN --mount=from=m,target=/m date', null],
  ['none, where it draws by chance', 'RUN gen', 'RUN --mount=from=m,target=/m uuidgen', null],
  ['a file beside it comes before what is mounted', 'RUN gen', 'RUN --mount=from=m,target=/m make /s/near', '/s/near'],
])('a RUN into which a stage is mounted is doubted: %s', async (_, first, run, doubt) => {
  const given = {
    lines: [
      'FROM m AS m',
      first,
      'FROM base AS b',
      'RUN echo',
      'RUN gen',
      run,
      'FROM base',
      'COPY --from=b /s/conf /conf',
    ],
    left: {
      2: first === 'RUN gen' ? [holding(0)('id')] : [],
      5: doubt === '/s/near' ? [holding(2)('s/near')] : [],
      6: [holding(1)('s/conf')],
    },
  }
  const [found] = await expectEnds({
    ...{ ...given, title: '', path: holding(1)('conf'), at: 6, via: [8] },
    ends: [
      [
        ...['conf', 6, [8]],
        ...(doubt ? [doubt.startsWith('/s/') ? earlier('s/near', 6).replace('line 2', 'line 5') : doubt] : []),
      ],
    ],
  })
  expect(found?.note?.includes(doubt ?? 'nothing') ?? false).toBe(doubt !== null)
})

test('a note that the search brought along stays, whatever else could be doubted', () =>
  expectEnds({
    ...at3,
    title: '',
    lines: lines.with(2, 'RUN make s/id'),
    ...{ left: { ...left, 3: [holding(1)('s/conf')] }, path: holding(1)('conf') },
    more: () => ({ note: 'the search says so' }),
    ends: [['conf', 3, [5], 'the search says so']],
  }))

/** A program: bytes, and this text in them. */
const program = (texts: readonly [string, string]) => (path: string) => {
  const [a, b] = texts.map(text =>
    Buffer.concat([Buffer.from([0x90, 0]), Buffer.alloc(62, 0x90), Buffer.from(`${text}\0`)]),
  )
  return changed(path, a as Buffer, b as Buffer)
}
const times = ['2026-11-21T03:00:05Z', '2026-11-21T03:01:15Z'] as const

test.each<[string, string[], string, EntryDifference, string | null]>([
  ['a line before it reads the clock', ['RUN date'], 'RUN make', unreadable('conf'), 'line 2 before it does'],
  ['a line before it draws by chance', ['RUN uuidgen'], 'RUN make', unreadable('conf'), 'line 2 before it does'],
  ['it is compiled, and holds a time', ['RUN date'], 'RUN make', program(times)('conf'), 'line 2 before it does'],
  [
    'several lines do, of which four are named',
    ['RUN date', 'RUN uuidgen', 'RUN echo', 'RUN date', 'RUN date', 'RUN date'],
    ...(['RUN make', unreadable('conf'), 'lines 2, 3, 5, 6 before it do'] as const),
  ],
  ['none, where only a COPY sounds like it', ['COPY date /date'], 'RUN make', unreadable('conf'), null],
  ['none, where the lines before it do neither', ['RUN echo'], 'RUN make', unreadable('conf'), null],
  ['none, where a later line alone does', [], 'RUN make\nRUN date', unreadable('conf'), null],
  ['none, where it reads the clock itself', ['RUN date'], 'RUN date > /conf', unreadable('conf'), null],
  ['none, where it draws by chance itself', ['RUN date'], 'RUN uuidgen', unreadable('conf'), null],
  ['none, where the difference is known', ['RUN date'], 'RUN make', holding(0)('conf'), null],
  ['none, where a text holds a time', ['RUN date'], 'RUN make', both(side => `at ${times[side]}\n`)('conf'), null],
])('of a stage that nobody can look at, a line is doubted by its text: %s', async (_, before, run, path, doubt) => {
  const all = ['FROM base AS b', ...before, ...run.split('\n'), 'FROM base', 'COPY --from=b /conf /conf']
  const [at, copy] = [2 + before.length, all.length]
  const [found, ...more] = await expectEnds({
    ...{ title: '', lines: all, left: {}, sealed: [0], path, at, via: [copy] },
    ends: [
      ['conf', at, [copy], ...(doubt ? [expect.stringContaining(`; ${doubt}: if line ${at} takes in a file`)] : [])],
    ],
  })
  expect([found?.note === undefined, more]).toEqual([doubt === null, []])
})

// The stage p packs /src/x into an archive that nobody can look into; the stage i takes it and unpacks /conf from it.
const unpacking = [
  ...['FROM a AS p', 'RUN gen', 'RUN pack', 'FROM b AS i', 'COPY --from=p /src.tar /src.tar', 'RUN unpack'],
  ...['FROM base', 'COPY --from=i /conf /conf'],
]
const archive = unreadable('src.tar')
const packed = { 2: [holding(1)('noise'), holding(0)('src/x')], 3: [archive], 5: [archive], 6: [conf] }
const at6 = { lines: unpacking, left: packed, at: 6, via: [8] }

// The stage z is packed in p, and that again.
const twice = [
  ...['FROM z AS z', 'RUN gen', 'FROM a AS p', 'COPY --from=z /z.tar /z.tar', 'RUN unpack', 'RUN pack'],
  ...unpacking.slice(3),
]

test.each<Case>([
  { ...at6, title: 'in the stage that packed it', ends: [['conf', 2, [8, 6]]] },
  {
    ...at6,
    title: 'of which nobody knows where it stands',
    ...{ strange: [2], left: { ...packed, 3: [archive, holding(0)('copy')] }, ends: [['conf', null, [8, 6]]] },
  },
  {
    title: 'in the stage that packed it, though one that is mounted has the same',
    lines: ['FROM m AS m', 'RUN gen', ...unpacking].with(7, 'RUN --mount=from=m,target=/m unpack'),
    left: { 2: [holding(0)('id')], 4: [holding(0)('src/x')], 5: [archive], 7: [archive], 8: [conf] },
    ...{ at: 8, via: [10], ends: [['conf', 4, [10, 8]]] },
  },
  {
    title: 'in a stage that was packed twice',
    lines: twice,
    left: {
      ...{ 2: [holding(0)('z')], 4: [unreadable('z.tar')], 5: [holding(0)('src/x')], 6: [archive], 8: [archive] },
      9: [conf],
    },
    ...{ at: 9, via: [11], ends: [['conf', 2, [11, 9, 5]]] },
  },
  {
    title: 'in the stage that packed what it is made of',
    lines: [...unpacking.slice(0, 6), 'RUN make', 'FROM base', 'COPY --from=i /conf /conf'],
    left: { ...packed, 6: [holding(0)('x')], 7: [unlike(conf)] },
    ...{ path: unlike(conf), at: 7, via: [9], ends: [['conf', 2, [9, 7, 6]]] },
  },
  {
    title: 'with the doubt that is told of that line',
    lines: unpacking.with(1, 'RUN gen /noise').toSpliced(1, 0, 'RUN noise'),
    left: { 2: [holding(1)('noise')], 3: [holding(0)('src/x')], 4: [archive], 6: [archive], 7: [conf] },
    ...{ at: 7, via: [9] },
    ends: [['conf', 3, [9, 7], earlier('noise', 3)]],
  },
])('what was unpacked is blamed on its line $title', expectEnds)

test.each<Case>([
  { ...at6, title: 'reads the clock: in one second two lines write the same', lines: unpacking.with(5, 'RUN date') },
  {
    ...at6,
    title: 'stands before the COPY from there',
    lines: unpacking.with(4, 'RUN unpack').with(5, 'COPY --from=p /src.tar /src.tar'),
    ...{ left: { ...packed, 5: [conf], 6: [archive] }, at: 5 },
  },
  {
    ...at6,
    title: 'unpacked what that stage has with other contents',
    path: holding(2)('conf'),
    left: { ...packed, 6: [holding(2)('conf')] },
  },
  {
    ...at6,
    title: 'unpacked what nobody has contents of',
    ...{
      path: only('a', 'conf', {}, 'd'),
      left: { ...packed, 2: [only('a', 'src/x', {}, 'd')], 6: [only('a', 'conf', {}, 'd')] },
    },
  },
])('what was unpacked stays at the line that $title', expectEnds)

test('what follows from another file of its own stage is blamed on that one, whoever else has the same', () =>
  expectEnds({
    ...at6,
    title: '',
    lines: unpacking.toSpliced(4, 0, 'RUN own'),
    left: { 2: packed[2], 3: [archive], 5: [holding(0)('own')], 6: [archive], 7: [conf] },
    ...{ at: 7, via: [9], ends: [['conf', 5, [9, 7]]] },
  }))

/** What is said of a path when it has come to its line. */
const said = async (given: Omit<Case, 'title'>) => {
  const [entry] = (await expectEnds({ ...given, title: '' }))[0]?.entries ?? []
  const { cause, recognition, madeFrom, inside } = entry as ExplainedEntry
  return {
    ...{ cause: `${cause.id}, ${recognition.confidence}`, proof: recognition.evidence.map(({ what }) => what) },
    ...{ madeFrom: madeFrom?.subject.entry.path, inside: inside?.length },
  }
}
const token = '36 random characters (UUID) in line 1'

test('a path has the cause and the proof of what it is made of, through all that lies between', async () => {
  expect(await said({ ...at3, ends: [['conf', 2, [5, 3]]] })).toEqual({
    ...{ cause: 'random-token, certain', madeFrom: 's/id' },
    proof: [`${token}, in /s/id of stage b`, 'conf differs because /s/id of stage b does, of which it is made'],
  })
  // The stage in between has no name.
  expect(await said(mounted)).toEqual({
    ...{ cause: 'random-token, certain', madeFrom: 'id' },
    proof: [
      ...[`${token}, in /id of stage a`, 'm differs because /id of stage a does, of which it is made'],
      'conf differs because /m of its stage does, of which it is made',
    ],
  })
})

/** An archive of one file, and of nothing else that is known. */
const archiveOf = (member: EntryDifference) => (path: string) => ({
  ...changed(path, 'packed one', 'packed two'),
  nested: { format: 'tar', members: [member], total: 1, same: 0, reordered: false, unread: null, packing: [] } as never,
})

test('a file that was taken out of an archive keeps its own cause, and what nobody can read has that of the archive', async () => {
  const key = archiveOf(holding(0)('key'))
  const given = { ...at3, left: { 2: [key('s/key.tar')], 3: [key('s/conf')] }, ends: [['conf', 2, [5, 3]]] }
  const because = 'conf differs because /s/key.tar of stage b does, of which it is made'
  expect(await said({ ...given, path: key('conf') })).toEqual({
    ...{ cause: 'random-token, certain', inside: 1 },
    proof: [token, because],
  })
  expect(await said({ ...given, path: changed('conf', 'packed one', 'packed two') })).toEqual({
    ...{ cause: 'random-token, certain', madeFrom: 's/key.tar' },
    proof: [`${token}, in /s/key.tar of stage b`, because],
  })
})

test('an archive that is made of another file has the cause of that, and none inside it', async () => {
  const key = archiveOf(unlike(holding(0)('key')))
  const given = { ...at3, left: { 2: [holding(0)('s/id')], 3: [key('s/conf')] }, ends: [['conf', 2, [5, 3]]] }
  const ofId = { cause: 'random-token, certain', madeFrom: 's/id', inside: undefined }
  expect(await said({ ...given, path: key('conf') })).toMatchObject(ofId)
  // And so has what is a copy of that archive.
  const lines = [
    ...['FROM a AS p', 'RUN gen', 'RUN pack', 'FROM b AS b', 'COPY --from=p /s/key.tar /s/key.tar', 'RUN copy'],
    ...['FROM base', 'COPY --from=b /s/conf /conf'],
  ]
  const left = { 2: given.left[2], 3: [key('s/key.tar')], 5: [key('s/key.tar')], 6: [key('s/conf')] }
  const traces = { 5: { line: 3 } }
  const ends = [['conf', 2, [8, 6, 5, 3]]]
  expect(await said({ lines, left, traces, path: key('conf'), at: 6, via: [8], ends })).toMatchObject(ofId)
})

test('a path that one side alone has is only likely made of what differs there, unless it was certain itself', async () => {
  // Line 3 wrote /s/log anew, on one side alone.
  const { traced, behind } = world({ lines, left: { 2: [holding(0)('s/log')], 3: [only('a', 's/log', {}, 'd')] } })
  const [known] = traced([holding(1)('other')], 3, [5]).entries as [ExplainedEntry]
  const confidenceOf = async (more: Partial<ExplainedEntry>) => {
    const one = traced([only('a', 'log', {}, 'd')], 2, [5])
    Object.assign(one.entries[0] as ExplainedEntry, more)
    return (await behind(one)).map(({ entries: [entry], instruction }) => [
      ...[instruction?.line, entry?.cause.id, entry?.recognition.confidence],
    ])
  }
  const rest = [3, 'unknown-difference', 'likely']
  expect(await confidenceOf({})).toEqual([[2, 'random-token', 'likely'], rest])
  const { cause } = known
  expect(await confidenceOf({ cause, recognition: { confidence: 'certain', evidence: [] } })).toEqual([
    [2, 'random-token', 'certain'],
    rest,
  ])
  expect(await confidenceOf({ cause, recognition: { confidence: 'likely', evidence: [] } })).toEqual([
    [2, 'random-token', 'likely'],
    rest,
  ])
})

// The stage p makes /x in line 3 and packs it in line 4; the stage i takes that archive and unpacks /conf from it.
const taking = [
  ...['FROM a AS p', 'RUN noise', 'RUN gen', 'RUN pack', 'FROM b AS i', 'COPY --from=p /key.tar /key.tar'],
  ...['RUN unpack', 'FROM base', 'COPY --from=i /conf /conf'],
]
const clocked = both(side => `${times[side]}\n`)
const take = (
  member: (path: string) => EntryDifference,
  before: Record<number, EntryDifference[]>,
): Omit<Case, 'title'> => {
  const tar = archiveOf(member('x'))
  const left = { 4: [tar('key.tar')], 6: [tar('key.tar')], 7: [member('conf')], ...before }
  return { lines: taking, left, traces: { 6: { line: 4 } }, path: member('conf'), at: 7, via: [9] }
}

test.each<Case>([
  {
    ...take(holding(0), { 2: [holding(1)('noise')], 3: [holding(0)('x')] }),
    ...{ title: 'that wrote it before it was packed', ends: [['conf', 3, [9, 7, 6, 4]]] },
  },
  {
    ...take(holding(0), { 2: [holding(1)('noise')], 3: [holding(0)('x')] }),
    ...{ title: 'that wrote it, where another one is not known', strange: [2], ends: [['conf', 3, [9, 7, 6, 4]]] },
  },
  {
    ...take(holding(0), { 3: [holding(0)('x')] }),
    ...{ title: 'of which nobody knows where it stands', strange: [3], ends: [['conf', null, [9, 7, 6, 4]]] },
  },
  {
    ...take(holding(0), { 2: [holding(1)('noise')] }),
    ...{ title: 'that packed it, where it was never a file', ends: [['conf', 4, [9, 7, 6]]] },
  },
  {
    ...take(clocked, {}),
    title: 'that packed it, whoever reads the clock after that in the same second',
    lines: taking.with(3, 'RUN date | pack').with(6, 'RUN unpack /key.tar').toSpliced(4, 0, 'RUN date > /late'),
    left: {
      4: [archiveOf(clocked('x'))('key.tar')],
      5: [clocked('late')],
      7: [archiveOf(clocked('x'))('key.tar')],
      8: [clocked('conf')],
    },
    ...{ traces: { 7: { line: 4 } }, at: 8, via: [10], ends: [['conf', 4, [10, 8, 7]]] },
  },
  {
    ...take(holding(0), {}),
    title: 'that packed it behind a FROM, where that line is not known',
    lines: ['FROM a AS a', 'RUN pack', 'FROM a AS p', 'RUN other', ...taking.slice(4)],
    left: { 2: [archiveOf(holding(0)('x'))('key.tar')], 6: [archiveOf(holding(0)('x'))('key.tar')], 7: [conf] },
    ...{ strange: [2], traces: { 6: { line: 3 } }, ends: [['conf', 3, [9, 7, 6]]] },
  },
])('what was taken out of an archive is blamed on the line $title', expectEnds)

test('an archive that was unpacked from another one is blamed on the line that made it', async () => {
  const key = archiveOf(holding(0)('key'))
  await expectEnds({
    title: '',
    lines: [
      ...['FROM z AS z', 'RUN gen', 'FROM a AS p', 'COPY --from=z /z.bin /z.bin', 'RUN unpack', 'FROM b AS b'],
      ...['COPY --from=p /key.tar /s/key.tar', 'RUN copy', 'FROM base', 'COPY --from=b /s/conf /conf'],
    ],
    left: {
      ...{ 2: [key('z/key.tar')], 4: [unreadable('z.bin')], 5: [key('key.tar')], 7: [key('s/key.tar')] },
      8: [key('s/conf')],
    },
    traces: { 7: { line: 5 } },
    ...{ path: key('conf'), at: 8, via: [10], ends: [['conf', 2, [10, 8, 7, 5]]] },
  })
})
