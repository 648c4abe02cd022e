import { describe, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { readCopy, sourcesOf } from '../../src/explain/blame/copied.ts'
import { prefixText } from '../../src/explain/blame/prefix.ts'
import type { Probe } from '../../src/explain/blame/probe.ts'
import { makeTracer } from '../../src/explain/blame/trace.ts'
import { unitsOf } from '../../src/explain/blame/units.ts'
import { explainEntries } from '../../src/explain/entries.ts'
import type { Image } from '../../src/image/image.ts'
import { paperEngine, type Writes } from './paper-engine.ts'
import { changed, clock, layerOf } from './subject.ts'

const image = (workdir?: string): Image => ({
  digest: '',
  configDigest: '',
  manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] },
  config: { config: workdir ? { WorkingDir: workdir } : {}, rootfs: { type: 'layers', diff_ids: [] } },
})

async function trace(text: string, line: number, paths: string[], probe?: Probe) {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const instruction = dockerfile.instructions.find(one => one.line === line) ?? null
  const entries = explainEntries(
    [
      layerOf(
        paths.map((path, index) =>
          changed(path, `a${index} at 2026-11-21T03:00:05Z`, `a${index} at 2026-11-21T03:01:15Z`),
        ),
      ),
    ],
    clock,
  )
  const tracer = makeTracer({ dockerfile, buildArgs: {}, imageA: image(), ...(probe ? { probe } : {}) })
  const traced = await tracer(entries, [], instruction)
  return traced.map(one => ({
    line: one.instruction?.line,
    via: one.via.map(place => place.line),
    paths: one.entries.map(entry => entry.subject.entry.path),
    ...(one.note ? { note: one.note } : {}),
  }))
}

const multistage = [
  'FROM debian AS builder',
  'RUN apt-get install gcc',
  'WORKDIR /src',
  'COPY *.c ./',
  'RUN gcc -c util.c',
  'RUN gcc main.c util.o -o server',
  'RUN strip nothing',
  'FROM debian',
  'RUN useradd svc',
  'COPY --from=builder /src/server /usr/local/bin/server',
  'USER svc',
].join('\n')

describe('a file copied from a stage', () => {
  const writes = { 2: { '/var/log/dpkg.log': 'log~' }, 5: { '/src/util.o': 'o' }, 6: { '/src/server': 'bin~' } }

  test('is traced to the instruction that made it, not to the first that differs', async () => {
    expect(await trace(multistage, 10, ['usr/local/bin/server'], paperEngine(writes))).toEqual([
      { line: 6, via: [10], paths: ['usr/local/bin/server'] },
    ])
  })

  test('bisects: few questions, each text a Dockerfile that ends in the paths alone', async () => {
    const asked: string[] = []
    await trace(multistage, 10, ['usr/local/bin/server'], paperEngine(writes, asked))
    expect(asked.length).toBeLessThanOrEqual(10)
    for (const text of asked) expect(text).toMatch(/\nFROM scratch\nCOPY --from=0 \["\/src\/server","\/p\/"\]\n$/)
  })

  test('that already differs before an instruction which writes it again keeps the first', async () => {
    const twice = { 5: { '/src/server': 'one~' }, 6: { '/src/server': 'two~' } }
    expect((await trace(multistage, 10, ['usr/local/bin/server'], paperEngine(twice)))[0]?.line).toBe(5)
  })

  test('that was wiped away and written anew is blamed on the line that wrote it anew', async () => {
    const anew = { 2: { '/src/server': 'one~' }, 5: { '/src/server': '' }, 7: { '/src/server': 'two~' } }
    expect(await trace(multistage, 10, ['usr/local/bin/server'], paperEngine(anew))).toEqual([
      { line: 7, via: [10], paths: ['usr/local/bin/server'] },
    ])
  })

  test('of a differing base is blamed on FROM', async () => {
    expect(
      (await trace(multistage, 10, ['usr/local/bin/server'], paperEngine({ 1: { '/src/server': 'x~' } })))[0]?.line,
    ).toBe(1)
  })

  test('is left at the COPY, likely, when a step was not cached', async () => {
    const [traced] = await trace(multistage, 10, ['usr/local/bin/server'], async () => ({
      kind: 'unknown',
      reason: 'a step was not cached',
    }))
    expect(traced).toMatchObject({ line: 10, via: [] })
    expect(traced?.note).toContain('a step was not cached')
  })

  test('is left at the COPY when the probe fails, and without one', async () => {
    const failing = async (): Promise<never> => {
      throw new Error('gone')
    }
    expect((await trace(multistage, 10, ['usr/local/bin/server'], failing))[0]).toMatchObject({ line: 10, via: [] })
    expect((await trace(multistage, 10, ['usr/local/bin/server']))[0]).toMatchObject({ line: 10, via: [] })
  })

  test('is left at the COPY when the stage agrees', async () => {
    expect(
      (await trace(multistage, 10, ['usr/local/bin/server'], paperEngine({ 6: { '/src/server': 'x' } })))[0],
    ).toMatchObject({ line: 10 })
  })
})

describe('through several stages', () => {
  const text = [
    'FROM debian',
    'RUN make tool',
    'FROM debian AS deps',
    'RUN one',
    'COPY --from=0 /out/tool /deps/tool',
    'FROM deps AS mid',
    'RUN two',
    'RUN three',
    'FROM debian',
    'COPY --from=mid /deps /opt/deps',
  ].join('\n')

  test('COPY after COPY, and FROM a stage', async () => {
    expect(
      await trace(text, 10, ['opt/deps/tool'], paperEngine({ 2: { '/out/tool': 't~' }, 7: { '/deps/x': 'x' } })),
    ).toEqual([{ line: 2, via: [10, 5], paths: ['opt/deps/tool'] }])
  })

  test('paths of two instructions are told apart', async () => {
    const writes = { 4: { '/deps/a': 'a~' }, 8: { '/deps/b': 'b~', '/deps/c': 'c~' } }
    const traced = await trace(text, 10, ['opt/deps/a', 'opt/deps/b', 'opt/deps/c'], paperEngine(writes))
    const lines = Object.fromEntries(traced.flatMap(one => one.paths.map(path => [path, one.line])))
    expect(lines).toEqual({ 'opt/deps/a': 4, 'opt/deps/b': 8, 'opt/deps/c': 8 })
  })

  test('COPY after COPY after COPY', async () => {
    const lines = [
      ...['FROM debian AS a', 'RUN make /x', 'FROM debian AS b', 'COPY --from=a /x /y', 'FROM debian AS c'],
      ...['COPY --from=b /y /z', 'FROM debian', 'COPY --from=c /z /w'],
    ]
    expect(await trace(lines.join('\n'), 8, ['w'], paperEngine({ 2: { '/x': 'x~' } }))).toEqual([
      { line: 2, via: [8, 6, 4], paths: ['w'] },
    ])
  })

  test('paths of two instructions are told apart behind another COPY, too', async () => {
    const lines = [
      ...['FROM debian AS a', 'RUN make /a/x', 'RUN make /a/y /a/z', 'FROM debian AS b', 'COPY --from=a /a /b'],
      ...['COPY --from=alpine /z /b/z', 'FROM debian', 'COPY --from=b /b /c'],
    ]
    const writes = { 2: { '/a/x': 'x~' }, 3: { '/a/y': 'y~', '/a/z': 'y~' }, 6: { '/b/z': 'z~' } }
    const lineOf = async (paths: string[]) => {
      const traced = await trace(lines.join('\n'), 8, paths, paperEngine(writes))
      return traced.flatMap(one => one.paths.map(path => [path, one.line]))
    }
    expect(await lineOf(['c/x', 'c/y'])).toEqual([
      ['c/x', 2],
      ['c/y', 3],
    ])
    expect(await lineOf(['c/y', 'c/z'])).toEqual([
      ['c/y', 3],
      ['c/z', 6],
    ])
  })

  test('hundreds of paths of one instruction cost no more than one', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `m${index}/x.pyc`)
    const writes = { 7: Object.fromEntries(names.map(name => [`/deps/${name}`, `${name}~`])) }
    const asked: string[] = []
    const traced = await trace(
      text,
      10,
      names.map(name => `opt/deps/${name}`),
      paperEngine(writes, asked),
    )
    expect(traced.map(one => [one.line, one.paths.length])).toEqual([[7, 300]])
    expect(asked.length).toBeLessThan(20)
  })
})

test('bytecode of a virtual environment is told apart by the times in it: few questions for hundreds of files', async () => {
  const text = [
    'FROM debian AS builder',
    'RUN python3 -m venv /opt/venv',
    'COPY requirements.txt .',
    'RUN pip install -r requirements.txt',
    'FROM debian',
    'COPY --from=builder /opt/venv /opt/venv',
  ].join('\n')
  const modules = Array.from({ length: 300 }, (_, index) => ({
    path: `opt/venv/lib/${String.fromCharCode(97 + (index % 20))}${index % 2 ? 'dep' : 'pip'}/__pycache__/m${index}.pyc`,
    line: index % 2 ? 4 : 2,
  }))
  const pyc = (line: number, minute: number): Buffer => {
    const head = Buffer.alloc(20)
    head.writeUInt16LE(3495, 0)
    head.writeUInt16BE(0x0d0a, 2)
    head.writeUInt32LE(Date.parse('2026-11-21T03:00:05Z') / 1000 + line * 2 + 70 * minute, 8)
    return head
  }
  const writes: Writes = { 2: {}, 4: {} }
  for (const { path, line } of modules) Object.assign(writes[line] ?? {}, { [`/${path}`]: `${path}~` })
  const asked: string[] = []
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const entries = explainEntries(
    [layerOf(modules.map(({ path, line }) => changed(path, pyc(line, 0), pyc(line, 1))))],
    clock,
  )
  const probe = paperEngine(writes, asked)
  const tracer = makeTracer({ dockerfile, buildArgs: {}, imageA: image(), probe })
  const traced = await tracer(entries, [], dockerfile.instructions.at(-1) ?? null)
  expect(traced.map(one => [one.instruction?.line, one.entries.length])).toEqual([
    [2, 150],
    [4, 150],
  ])
  expect(asked.length).toBeLessThan(30)
})

describe('a step that cannot be asked about', () => {
  const text = ['FROM debian AS s', 'RUN make', 'RUN more', 'RUN end', 'FROM debian', 'COPY --from=s /x /x'].join('\n')
  const at = (known: string) => async () => {
    const probe: Probe = async (side, asked) => {
      const step = ['RUN make', 'RUN more', 'RUN end'].filter(line => asked.includes(line)).length
      if (known[step] === '?') return { kind: 'unknown', reason: 'it ran again' }
      return { kind: 'image', configDigest: known[step] === '~' ? `${side}${step}` : 'both' }
    }
    return (await trace(text, 6, ['x'], probe))[0]
  }

  test.each([
    ['==~~', 3],
    ['=~=~', 4],
  ])('(none, %s)', async (known, line) => {
    expect(await at(known)()).toMatchObject({ line, via: [6] })
  })

  test.each(['==~?', '=?~~', '=??~'])('%s: the COPY stays, and it is said why', async known => {
    expect(await at(known)()).toMatchObject({ line: 6, via: [], note: expect.stringContaining('it ran again') })
  })
})

test('of more places than are asked for at once, those that were not are asked about by themselves', async () => {
  const names = Array.from({ length: 20 }, (_, index) => String(index + 10))
  const text = ['FROM debian AS s', 'RUN some', 'RUN rest', 'FROM debian', 'COPY --from=s /a /a'].join('\n')
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const writes: Writes = {
    2: Object.fromEntries(names.slice(0, 16).map(name => [`/a/${name}/f`, `${name}~`])),
    3: Object.fromEntries(names.slice(16).map(name => [`/a/${name}/f`, `${name}~`])),
  }
  const list = (file: string) =>
    explainEntries([layerOf(names.map(name => changed(`a/${name}/${file}`, 'one', 'two')))], clock)
  const tracer = makeTracer({ dockerfile, buildArgs: {}, imageA: image(), probe: paperEngine(writes) })
  const traced = await tracer(list('f'), list('g'), dockerfile.instructions.at(-1) ?? null)
  const lines = traced.flatMap(({ entries, instruction }) =>
    entries.map(({ subject }) => [subject.entry.path, instruction?.line]),
  )
  expect(lines.toSorted()).toEqual(names.map((name, index) => [`a/${name}/f`, index < 16 ? 2 : 3]))
})

describe('of several sources of a COPY', () => {
  const text = [
    ...['FROM debian AS s', 'RUN make /a/x', 'RUN make /b/x', 'RUN make /c/x'],
    ...['FROM debian', 'COPY --from=s /a /b /c /out/'],
  ].join('\n')
  const line = async (writes: Writes) => (await trace(text, 6, ['out/x'], paperEngine(writes)))[0]?.line

  test('the one is followed that differs', async () => {
    expect(await line({ 2: { '/a/x': 'a~' }, 4: { '/c/y': 'c~' } })).toBe(2)
    expect(await line({ 3: { '/b/x': 'b~' } })).toBe(3)
    expect(await line({ 4: { '/c/x': 'c~' }, 2: { '/a/x': 'a' } })).toBe(4)
  })

  test('the last is followed where several do: it was written over the others', async () => {
    expect(await line({ 2: { '/a/x': 'a~' }, 3: { '/b/x': 'b~' } })).toBe(3)
  })
})

test('what was copied out of the context, and what nobody knows the instruction of, stays there', async () => {
  const copied = await trace('FROM debian\nCOPY x /x\nADD y /y\n', 2, ['x'], paperEngine({}))
  expect(copied).toEqual([{ line: 2, via: [], paths: ['x'] }])
  expect(await trace('FROM debian\n', 9, ['x'], paperEngine({}))).toEqual([{ line: undefined, via: [], paths: ['x'] }])
})

describe('a file that a RUN only copied', () => {
  const text = [
    'FROM debian AS gen',
    'RUN date > /src/stamp',
    'RUN cp /src/stamp /out/stamp',
    'FROM debian',
    'COPY --from=gen /out /opt',
    'RUN --mount=from=gen,source=/src,target=/in cp /in/stamp /etc/stamp',
  ].join('\n')
  const writes = { 2: { '/src/stamp': 't~' }, 3: { '/out/stamp': 't~' }, 6: { '/etc/stamp': 't~' } }

  test('in its stage is followed to where its bytes come from', async () => {
    expect(await trace(text, 5, ['opt/stamp'], paperEngine(writes))).toEqual([
      { line: 2, via: [5, 3], paths: ['opt/stamp'] },
    ])
  })

  test('from a mounted stage as well', async () => {
    expect(await trace(text, 6, ['etc/stamp'], paperEngine(writes))).toEqual([
      { line: 2, via: [6], paths: ['etc/stamp'] },
    ])
  })

  test('is said to be so, perhaps, where the mounted stage is no longer at hand', async () => {
    const engine = paperEngine(writes)
    const gone: Probe = async (side, asked) =>
      asked.includes('"/src/stamp"') ? { kind: 'unknown', reason: 'RUN date ran again' } : engine(side, asked)
    const [found] = await trace(text, 6, ['etc/stamp'], gone)
    expect(found).toMatchObject({ line: 6, via: [] })
    expect(found?.note).toContain('Line 6 may only have copied the file')
    expect(found?.note).toContain('RUN date ran again')
  })

  test('beside another: each to where its own bytes come from', async () => {
    const two = [
      ...['FROM debian AS gen', 'RUN make /src/a', 'RUN make /src/b'],
      ...['RUN cp /src/a /out/ && cp /src/b /out/ && date > /out/c', 'FROM debian', 'COPY --from=gen /out /opt'],
    ].join('\n')
    const made = { 2: { '/src/a': 'a~' }, 3: { '/src/b': 'b~' }, 4: { '/out/a': 'a~', '/out/b': 'b~', '/out/c': 'c~' } }
    const found = await trace(two, 6, ['opt/a', 'opt/b', 'opt/c'], paperEngine(made))
    expect(found.map(({ line, via, paths }) => [paths, line, via])).toEqual([
      [['opt/a'], 2, [6, 4]],
      [['opt/b'], 3, [6, 4]],
      [['opt/c'], 4, [6]],
    ])
  })

  test('with a whole folder of others, by few questions', async () => {
    const folder = [
      ...['FROM debian AS gen', 'RUN make /src/a', 'RUN make /src/b', 'RUN cp /src/a /out/ && cp /src/b /out/'],
      ...['RUN make /big', 'RUN cp -r /big /out/many', 'FROM debian', 'COPY --from=gen /out /opt'],
    ].join('\n')
    const names = Array.from({ length: 30 }, (_, index) => `${index + 10}`)
    const made = {
      ...{ 2: { '/src/a': 'a~' }, 3: { '/src/b': 'b~' }, 4: { '/out/a': 'a~', '/out/b': 'b~' } },
      5: Object.fromEntries(names.map(name => [`/big/${name}`, `${name}~`])),
      6: Object.fromEntries(names.map(name => [`/out/many/${name}`, `${name}~`])),
    }
    const asked: string[] = []
    const paths = ['opt/a', 'opt/b', ...names.map(name => `opt/many/${name}`)]
    const found = await trace(folder, 8, paths, paperEngine(made, asked))
    expect(found.map(({ line, via, paths }) => [paths.length, line, via])).toEqual([
      [1, 2, [8, 4]],
      [1, 3, [8, 4]],
      [30, 5, [8, 6]],
    ])
    expect(asked.length).toBeLessThan(80)
  })

  test('beside others of its source: they are asked for together', async () => {
    const lines = [
      'FROM debian AS gen',
      'RUN make',
      'RUN cp /src/a /src/b /out/',
      'FROM debian',
      'COPY --from=gen /out /opt',
    ]
    const made = { 2: { '/src/a': 'a~', '/src/b': 'b~' }, 3: { '/out/a': 'a~', '/out/b': 'b~' } }
    expect(await trace(lines.join('\n'), 5, ['opt/a', 'opt/b'], paperEngine(made))).toEqual([
      { line: 2, via: [5, 3], paths: ['opt/a', 'opt/b'] },
    ])
  })

  test('beside another, and later another over that one: each to its own', async () => {
    const over = [
      ...['FROM debian AS gen', 'RUN make /src/a', 'RUN cp /src/a /out/a && cp /src/a /out/b', 'RUN make /c'],
      ...['RUN cp /c /out/b', 'FROM debian', 'COPY --from=gen /out /opt'],
    ].join('\n')
    const made = {
      ...{ 2: { '/src/a': 'a~' }, 3: { '/out/a': 'a~', '/out/b': 'a~' }, 4: { '/c': 'c~' }, 5: { '/out/b': 'c~' } },
    }
    const found = await trace(over, 7, ['opt/a', 'opt/b'], paperEngine(made))
    expect(found.map(({ line, paths }) => [paths, line])).toEqual([
      [['opt/a'], 2],
      [['opt/b'], 4],
    ])
  })

  test('beside one that it made elsewhere, in a working folder, is followed by itself', async () => {
    const lines = [
      ...['FROM debian AS gen', 'WORKDIR /src', 'RUN make /src/a', 'RUN cp a /out/a && date > /out/c'],
      ...['FROM debian', 'COPY --from=gen /out /opt'],
    ]
    const made = { 3: { '/src/a': 'a~' }, 4: { '/out/a': 'a~', '/out/c': 'c~' } }
    const found = await trace(lines.join('\n'), 6, ['opt/a', 'opt/c'], paperEngine(made))
    expect(found.map(({ line, via, paths }) => [paths, line, via])).toEqual([
      [['opt/a'], 3, [6, 4]],
      [['opt/c'], 4, [6]],
    ])
  })

  test.each(['RUN --mount=from=alpine,target=/in cp /in/x /y', 'RUN --mount=from=s,target=/in cp /etc/x /y'])(
    'from where no stage is: %s',
    async run => {
      const found = await trace(`FROM debian AS s\nFROM debian\n${run}\n`, 3, ['y'], paperEngine({ 3: { '/y': 'y~' } }))
      expect(found).toEqual([{ line: 3, via: [], paths: ['y'] }])
    },
  )

  test.each(['/out/a && cp /src/b /out/b', '/out/ && cp /src/b /out/'])('with another, both proven: %s', async rest => {
    const lines = ['FROM debian AS gen', 'RUN make /src/a', 'RUN make /src/b', `RUN cp /src/a ${rest}`]
    const made = { 2: { '/src/a': 'a~' }, 3: { '/src/b': 'b~' }, 4: { '/out/a': 'a~', '/out/b': 'b~' } }
    const asked: string[] = []
    const dockerfile = [...lines, 'FROM debian', 'COPY --from=gen /out /opt'].join('\n')
    const found = await trace(dockerfile, 6, ['opt/a', 'opt/b'], paperEngine(made, asked))
    expect(found.map(({ line, via, paths }) => [paths, line, via])).toEqual([
      [['opt/a'], 2, [6, 4]],
      [['opt/b'], 3, [6, 4]],
    ])
    expect(asked.some(one => one.includes('"/src/a"') && one.includes('"/src/b"'))).toBe(true)
  })

  test('of a copy of a copy: all of them are told', async () => {
    const lines = [
      'FROM debian AS gen',
      'RUN make /a',
      'RUN cp /a /b',
      'RUN cp /b /c',
      'FROM debian',
      'COPY --from=gen /c /d',
    ]
    const made = { 2: { '/a': 'a~' }, 3: { '/b': 'a~' }, 4: { '/c': 'a~' } }
    expect(await trace(lines.join('\n'), 6, ['d'], paperEngine(made))).toEqual([
      { line: 2, via: [6, 4, 3], paths: ['d'] },
    ])
  })

  test('in its stage is said to be so, perhaps, where its source cannot be looked at', async () => {
    const engine = paperEngine(writes)
    const gone: Probe = async (side, asked) =>
      asked.includes('["/src/stamp"') ? { kind: 'unknown', reason: 'RUN date ran again' } : engine(side, asked)
    const [found] = await trace(text, 5, ['opt/stamp'], gone)
    expect(found).toMatchObject({ line: 3, via: [5], note: expect.stringContaining('Line 3 may only have copied') })
  })

  test('is blamed on the RUN when the bytes are others', async () => {
    const changedOnTheWay = { ...writes, 3: { '/out/stamp': 'u~' }, 6: { '/etc/stamp': 'u~' } }
    const [inStage] = await trace(text, 5, ['opt/stamp'], paperEngine(changedOnTheWay))
    expect(inStage).toEqual({ line: 3, via: [5], paths: ['opt/stamp'] })
    const [mounted] = await trace(text, 6, ['etc/stamp'], paperEngine(changedOnTheWay))
    expect(mounted).toEqual({ line: 6, via: [], paths: ['etc/stamp'] })
  })
})

describe('a file made of another file of its stage', () => {
  const textWith = (run: string): string =>
    ['FROM debian AS gen', 'RUN uuidgen > /s/id', run, 'FROM debian', 'COPY --from=gen /s/conf /etc/conf'].join('\n')
  const writes = { 2: { '/s/id': '~' }, 3: { '/s/conf': 'id=~' } }
  const traced = async (run: string) => (await trace(textWith(run), 5, ['etc/conf'], paperEngine(writes)))[0]

  test('is followed there, likely, when the RUN has no difference of its own', async () => {
    const found = await traced('RUN echo "id=$(cat /s/id)" > /s/conf')
    expect(found).toMatchObject({ line: 2, via: [5, 3] })
    expect(found?.note).toContain('line 3, which reads /s/id')
    expect(await traced('RUN sed s/x/y/ < /s/id > /s/conf')).toMatchObject({ line: 2 })
  })

  test('through what copied it before that', async () => {
    const lines = [
      'FROM debian AS gen',
      'RUN uuidgen > /s/id',
      'RUN cp /s/id /s/copy',
      'RUN sed s/x/y/ < /s/copy > /s/conf',
    ]
    const dockerfile = [...lines, 'FROM debian', 'COPY --from=gen /s/conf /etc/conf'].join('\n')
    const made = { 2: { '/s/id': '~' }, 3: { '/s/copy': '~' }, 4: { '/s/conf': 'id=~' } }
    expect((await trace(dockerfile, 6, ['etc/conf'], paperEngine(made)))[0]).toMatchObject({ line: 2, via: [6, 4, 3] })
  })

  test('is not, where that one cannot be followed', async () => {
    const engine = paperEngine(writes)
    const gone: Probe = async (side, asked) =>
      asked.includes('"/s/id"') && !asked.includes('uuidgen')
        ? { kind: 'unknown', reason: 'gone' }
        : engine(side, asked)
    const [found] = await trace(textWith('RUN sed s/x/y/ < /s/id > /s/conf'), 5, ['etc/conf'], gone)
    expect(found).toEqual({ line: 3, via: [5], paths: ['etc/conf'] })
  })

  test.each([
    'RUN --mount=from=alpine,target=/in sort < /in/id > /s/conf',
    'RUN echo "id=$(cat /s/id) $(date)" > /s/conf',
    'RUN echo "id=$(cat /s/id) $RANDOM" > /s/conf',
    'RUN echo "id=$(cat /s/other)" > /s/conf',
    'RUN make conf',
  ])('is blamed on %s', async run => {
    expect(await traced(run)).toEqual({ line: 3, via: [5], paths: ['etc/conf'] })
  })
})

test('what a trigger made is traced to its ONBUILD', async () => {
  const text = [
    'FROM debian AS base',
    'ONBUILD RUN date > /o/built',
    'RUN echo b > /b',
    'FROM base AS mid',
    'RUN echo hi > /o/hi',
    'FROM debian',
    'COPY --from=mid /o /o',
  ].join('\n')
  expect(await trace(text, 7, ['o/built'], paperEngine({ 2: { '/o/built': 't~' }, 5: { '/o/hi': 'x' } }))).toEqual([
    { line: 2, via: [7], paths: ['o/built'] },
  ])
})

test('of several triggers the one is blamed that can have written the file', async () => {
  const text = [
    'FROM debian AS base',
    'ONBUILD RUN date > /o/built',
    'ONBUILD COPY conf /etc/conf',
    'FROM base AS mid',
    'RUN echo hi > /o/hi',
    'FROM debian',
    'COPY --from=mid /o /o',
  ]
  const engine = paperEngine({ 2: { '/o/built': 't~' }, 5: { '/o/hi': 'x' } })
  const blamed = (trigger: string) => trace(text.with(2, trigger).join('\n'), 7, ['o/built'], engine)
  expect(await blamed('ONBUILD COPY conf /etc/conf')).toEqual([{ line: 2, via: [7], paths: ['o/built'] }])
  for (const either of ['COPY conf /o/', 'COPY */ /etc/', 'RUN make', 'ADD files.tar /'])
    expect(await blamed(`ONBUILD ${either}`)).toMatchObject([{ via: [7], paths: ['o/built'] }])
  // Where both can have, the engine is asked how it is without the last one.
  for (const other of ['RUN make', 'ADD files.tar /'])
    expect(await blamed(`ONBUILD ${other}`)).toEqual([{ line: 2, via: [7], paths: ['o/built'] }])
})

test('of triggers that can all have written the file, the first is blamed behind which it differs', async () => {
  const text = [
    'FROM debian AS base',
    'ONBUILD RUN echo 1 > /o/same',
    'ONBUILD RUN date > /o/built && \\',
    '  echo done',
    'ONBUILD RUN cat /o/built > /o/copy',
    'ONBUILD RUN chmod +x /o/built',
    'FROM base AS mid',
    'FROM debian',
    'COPY --from=mid /o /o',
  ].join('\n')
  const engine = paperEngine({ 2: { '/o/same': '1' }, 3: { '/o/built': 't~' }, 5: { '/o/copy': 't~' } })
  expect(await trace(text, 9, ['o/built'], engine)).toEqual([{ line: 3, via: [9], paths: ['o/built'] }])
  expect(await trace(text, 9, ['o/copy'], engine)).toEqual([{ line: 5, via: [9], paths: ['o/copy'] }])
  const forgetful: Probe = async (side, asked) =>
    asked.includes('chmod') || !asked.includes('ONBUILD')
      ? engine(side, asked)
      : { kind: 'unknown', reason: 'a step was not cached' }
  expect(await trace(text, 9, ['o/built'], forgetful)).toEqual([{ line: 7, via: [9], paths: ['o/built'] }])
})

describe('a trigger that made the file is blamed, and not one that runs beside it', () => {
  const text = (trigger: string, copy: string) =>
    [
      ...['FROM debian AS gen', 'RUN uuidgen > /id', 'FROM debian AS base', 'ONBUILD RUN make', `ONBUILD ${trigger}`],
      ...['FROM base AS mid', 'FROM debian', copy],
    ].join('\n')
  const copy = 'COPY --from=mid /o /o'

  test.each([
    'COPY --from=gen /id /o/id',
    'COPY --from=gen /folders-with-id/*/ /o/',
    'ADD https://example.com/id /o/id',
    'RUN ["draw", "/a", "/b"]',
  ])('%s', async trigger => {
    const path = trigger.includes('*') ? 'o/folder/id' : 'o/id'
    const engine = paperEngine({ 2: { '/id': '~' }, 5: { [`/${path}`]: '~' } })
    expect(await trace(text(trigger, copy), 8, [path], engine)).toEqual([{ line: 5, via: [8], paths: [path] }])
  })

  test('among several files', async () => {
    const engine = paperEngine({ 2: { '/id': '~' }, 4: { '/o/made': 'm~' }, 5: { '/o/id': '~' } })
    const traced = await trace(text('COPY --from=gen /id /o/id', copy), 8, ['o/made', 'o/id'], engine)
    expect(traced.map(({ line, paths }) => [line, paths])).toEqual([
      [4, ['o/made']],
      [5, ['o/id']],
    ])
  })

  test('behind a wildcard that takes folders', async () => {
    const trigger = 'COPY --from=gen /id /o/sub/id'
    const engine: Probe = async (side, asked) => {
      if (!asked.includes('"/o/*"')) return { kind: 'absent' }
      return asked.includes(`ONBUILD ${trigger}`) && asked.includes('FROM base')
        ? { kind: 'image', configDigest: side }
        : { kind: 'absent' }
    }
    expect(await trace(text(trigger, 'COPY --from=mid /o/*/ /three/'), 8, ['three/id'], engine)).toEqual([
      { line: 5, via: [8], paths: ['three/id'] },
    ])
  })
})

test('of files that two triggers wrote, each is blamed on its own', async () => {
  const text = [
    'FROM debian AS base',
    'ONBUILD RUN date > /o/one',
    'ONBUILD RUN date > /o/two',
    'FROM base AS mid',
    'FROM debian',
    'COPY --from=mid /o /o',
  ].join('\n')
  const engine = paperEngine({ 2: { '/o/one': 't~' }, 3: { '/o/two': 'u~' } })
  expect(await trace(text, 6, ['o/one', 'o/two'], engine)).toEqual([
    { line: 2, via: [6], paths: ['o/one'] },
    { line: 3, via: [6], paths: ['o/two'] },
  ])
})

test('a wildcard that takes folders is followed as it is written', async () => {
  const text = [
    'FROM debian AS gen',
    'RUN echo first',
    'RUN date > /gen/sub/t',
    'RUN echo last',
    'FROM debian',
    'COPY --from=gen /gen/*/ /three/',
  ].join('\n')
  const engine: Probe = async (side, asked) => {
    if (!asked.includes('"/gen/*"')) return { kind: 'absent' }
    return asked.includes('RUN date')
      ? { kind: 'image', configDigest: side }
      : { kind: 'unknown', reason: 'lstat /gen: no such file or directory' }
  }
  expect(await trace(text, 6, ['three/t'], engine)).toEqual([{ line: 3, via: [6], paths: ['three/t'] }])
})

describe('the cut', () => {
  const text = [
    '# escape=`',
    'ARG BASE=debian',
    'FROM $BASE AS one',
    'RUN <<EOF',
    'echo FROM nothing',
    'EOF',
    'RUN echo `',
    '  two',
    'FROM one',
    'COPY --from=one /x /y',
  ].join('\r\n')
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const cut = (line: number, paths: string[]): string | null => {
    const after = dockerfile.instructions.find(one => one.line === line)
    return after ? prefixText(dockerfile, after, { paths, asWritten: false }) : null
  }

  test('keeps directives, global ARGs, heredocs and continuations, and names the stage by index', () => {
    const after = parseDockerfile(cut(7, ['/x']) ?? '', 'probe')
    expect(after.problems).toEqual([])
    expect(after.stages.map(stage => stage.instructions.length)).toEqual([2, 1])
    expect(after.instructions[0]?.keyword).toBe('ARG')
    expect(parseDockerfile(cut(4, ['/x']) ?? '', 'probe').stages[0]?.instructions).toHaveLength(1)
  })

  test('takes odd characters of a path for any one character', () => {
    expect(cut(7, ['/a/[id]/$x"\\.js'])).toContain('COPY --from=0 ["/[a]/?id?/?x??.js","/p/"]')
  })

  test('lets several paths be missing', () => {
    expect(cut(7, ['/a/b', '/c/d.e'])).toContain('["/[a]/b","/p/0/"]')
  })

  test('is not made inside of an instruction that the file ends in', () => {
    const open = parseDockerfile('FROM x\nRUN a \\', 'Dockerfile')
    expect(prefixText(open, open.instructions[1] as never, { paths: ['/a'], asWritten: false })).toBeNull()
  })
})

describe('where a copied path came from', () => {
  test.each([
    ['COPY --from=a /src/server /usr/bin/server', '/usr/bin/server', ['/src/server']],
    ['COPY --from=a /src/server /usr/bin/', '/usr/bin/server', ['/src/server', '/src/server/server']],
    ['COPY --from=a /venv /opt/venv', '/opt/venv/lib/x.pyc', ['/venv/lib/x.pyc']],
    ['COPY --from=a /venv/ /opt/venv/', '/opt/venv/bin', ['/venv/bin']],
    ['COPY --from=a /x /y ./', '/app/y', ['/x/y', '/y', '/y/y']],
    ['COPY --from=a /w/*.whl /wheels/', '/wheels/p.whl', ['/w/p.whl']],
    ['COPY --from=a /w/*.whl /wheels/', '/wheels/p.txt', []],
    ['COPY --from=a --parents /w/./d/f /dest/', '/dest/d/f', ['/w/d/f']],
    ['COPY --from=a ["/my dir", "/d"]', '/d/f', ['/my dir/f']],
    ['COPY --from=a / /', '/etc/x', ['/etc/x']],
    ['COPY --from=a /x/ /y', '/z', []],
  ])('%s: %s', (copy, path, expected) => {
    const dockerfile = parseDockerfile(`FROM a AS a\nFROM b\n${copy}\n`, 'Dockerfile')
    const instruction = dockerfile.instructions.at(-1)
    const read = instruction ? readCopy(dockerfile, instruction, {}, '/app') : null
    expect(read && sourcesOf(read, path)).toEqual(expected)
  })

  test('a variable without a value is not guessed', () => {
    const dockerfile = parseDockerfile('FROM a AS a\nFROM b\nCOPY --from=a $X /y\n', 'Dockerfile')
    expect(readCopy(dockerfile, dockerfile.instructions[2] as never, {}, '/')).toBeNull()
  })
})

test('units: a folder stands for its files only when nothing else in it differs', () => {
  const paths = Array.from({ length: 20 }, (_, index) => `/v/lib/p${index}/x.pyc`)
  expect(unitsOf(paths, [])).toEqual({ paths: ['/v/lib'], complete: true })
  const beside = unitsOf(paths, ['/v/lib/p3/log'])
  expect(beside.paths).toContain('/v/lib/p3/x.pyc')
  expect(beside.complete).toBe(false)
  expect(unitsOf(['/a', '/b'], [])).toEqual({ paths: ['/a', '/b'], complete: true })
})

describe('a COPY with variables that only the build knows', () => {
  const text = ['FROM debian AS b', 'RUN gen > /src/id', 'FROM debian', 'COPY --from=b /src$NONE/id ${BASE_DIR}/'].join(
    '\n',
  )
  const copy = { src: '/src/id', dest: '/opt/' }
  const provenance = (source: string) => ({
    buildConfig: {
      llbDefinition: [
        { id: 'step0', op: { Op: { source: { identifier: 'docker-image://debian' } } } },
        {
          id: 'step1',
          op: { Op: { exec: { meta: { cwd: '/', env: [] }, mounts: [{ dest: '/' }] } } },
          inputs: ['step0:0'],
        },
        {
          id: 'step2',
          op: { Op: { file: { actions: [{ input: 0, secondaryInput: 1, output: 0, Action: { copy } }] } } },
          inputs: ['step0:0', 'step1:0'],
        },
        { id: 'step3', op: { Op: {} }, inputs: ['step2:0'] },
      ],
    },
    metadata: {
      'https://mobyproject.org/buildkit@v1#metadata': {
        source: {
          infos: [{ data: Buffer.from(source).toString('base64') }],
          locations: { step2: { locations: [{ ranges: [{ start: { line: 4 }, end: { line: 4 } }] }] } },
        },
      },
    },
  })
  const search = async (a: { provenance: unknown }) => {
    const dockerfile = parseDockerfile(text, 'Dockerfile')
    const entries = explainEntries([layerOf([changed('opt/id', 'one\n', 'two\n')])], clock)
    const probe = paperEngine({ 2: { '/src/id': '~' } })
    const tracer = makeTracer({ dockerfile, buildArgs: {}, imageA: image(), probe, a })
    return (await tracer(entries, [], dockerfile.instructions[3] ?? null)).map(({ instruction, via }) => ({
      ...{ line: instruction?.line, via: via.map(({ line }) => line) },
    }))
  }

  test('is read as the build understood it', async () => {
    expect(await search({ provenance: provenance(text) })).toEqual([{ line: 2, via: [4] }])
  })

  test('stays unread without what the build says, or when that is of another file', async () => {
    expect(await search({ provenance: null })).toEqual([{ line: 4, via: [] }])
    expect(await search({ provenance: provenance(`${text}\n# other`) })).toEqual([{ line: 4, via: [] }])
  })
})
