import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { Probe, StagePair, StageReader } from '../../src/explain/blame/probe.ts'
import { explain } from '../../src/explain/explain.ts'
import type { Finding } from '../../src/finding.ts'
import type { EntryDifference } from '../../src/image/comparison.ts'
import type { Contents } from '../../src/image/contents.ts'
import type { Image } from '../../src/image/image.ts'
import { changed, clock, entry, layerOf } from './subject.ts'

const [idA, idB] = ['0b0b7b0e-6d5c-4a4e-9d1f-7a3d1c9f1a01', 'f3a9c2d4-1e5b-4c6d-8f7a-2b9e0d8c7f63']

const image = (commands: readonly string[]): Image => ({
  ...{ digest: 'm', configDigest: 'c', manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] } },
  config: {
    config: {},
    history: [{ created_by: 'base' }, ...commands.map(created_by => ({ created_by }))],
    rootfs: { type: 'layers', diff_ids: ['base', ...commands.map((_, index) => `d${index}`)] },
  },
})

const unread: Contents = { read: () => Promise.reject(new Error('gone')) }

/** A stage as an image: what each of its instructions leaves that differs, and what reads its layers again. */
const stageOf = (
  commands: readonly string[],
  layers: readonly EntryDifference[][],
  contents: Contents = unread,
): StagePair => ({
  ...{ imageA: image(commands), imageB: image(commands), contents, provenance: { A: null, B: null } },
  comparison: {
    ...{ level: 'different', config: [], manifest: [], equalLayers: 0 },
    layers: layers.map((entries, index) => ({ ...layerOf(entries), index: index + 1 })),
  },
})

/** The path differs as soon as the text holds what made it. */
const madeBy =
  (command: string): Probe =>
  async (side, text) =>
    text.includes(command) ? { kind: 'image', configDigest: side } : { kind: 'absent' }

interface Given {
  text: string
  final: EntryDifference[]
  copy: string
  probe: Probe
  stages?: StageReader
}

async function findingsOf({ text, final, copy, probe, stages }: Given): Promise<Finding[]> {
  const { findings } = await explain({
    comparison: {
      ...{ level: 'different', config: [], manifest: [], equalLayers: 0 },
      layers: [{ ...layerOf(final), index: 1 }],
    },
    ...{ imageA: image([copy]), imageB: image([copy]), dockerfile: parseDockerfile(text, 'Dockerfile') },
    ...{ target: undefined, buildArgs: {}, epoch: clock.epoch, probe, ...(stages ? { stages } : {}) },
    a: { provenance: null, ...clock.a },
    b: { provenance: null, ...clock.b },
  })
  return findings
}

const places = (findings: readonly Finding[]) =>
  findings.map(({ id, location, via, paths, confidence }) => ({
    ...{ id, line: location?.line, via: via?.map(({ line }) => line), paths, confidence },
  }))

describe('a file that was taken out of an archive of another stage', () => {
  const [timeA, timeB] = ['2026-11-21T03:00:05Z', '2026-11-21T03:01:15Z']
  const build = ['RUN date > /src/built', 'RUN head -c 8 /dev/urandom > /src/key', 'RUN pack /src.tar']
  const inst = ['COPY /src.tar /tmp/src.tar', 'RUN unpack /tmp/src.tar']
  const text = [
    ...['FROM debian AS b', ...build, 'FROM debian AS i', 'COPY --from=b /src.tar /tmp/src.tar', inst[1]],
    ...['FROM debian', 'COPY --from=i /x/built-at /etc/built-at'],
  ].join('\n')
  const built = (path: string) => changed(path, `${timeA}\n`, `${timeB}\n`)
  const key = (path: string) => changed(path, `key=${idA}\n`, `key=${idB}\n`)
  const packed = (path: string): EntryDifference => ({
    ...changed(path, 'packed one', 'packed two'),
    nested: {
      ...{ format: 'tar', members: [key('src/key'), built('src/built')], total: 2, same: 0, reordered: false },
      ...{ unread: null, packing: [] },
    },
  })
  const unpacked = stageOf(inst, [[packed('tmp/src.tar')], [built('x/built-at')]])
  const given = {
    ...{ text, final: [built('etc/built-at')], copy: 'COPY /x/built-at /etc/built-at' },
    probe: (async (side, tried) =>
      tried.includes('unpack') || tried.includes('RUN pack')
        ? { kind: 'image', configDigest: side }
        : { kind: 'absent' }) as Probe,
  }

  test('has the cause and the line of the file, and not those of what else is in the archive', async () => {
    const packing = stageOf(build, [[built('src/built')], [key('src/key')], [packed('src.tar')]])
    const stages: StageReader = (tried, look) => look(tried.includes('RUN unpack') ? unpacked : packing)
    const [finding, ...more] = await findingsOf({ ...given, stages })
    expect(more).toEqual([])
    expect(finding).toMatchObject({ id: 'build-time', location: { line: 2 }, paths: ['etc/built-at'] })
  })

  test('is found in the stage that packed it, too, where nobody can look into the archive', async () => {
    const sealed = (path: string) => changed(path, 'packed one', 'packed two')
    const id = (path: string) => changed(path, `id ${idA}\n`, `id ${idB}\n`)
    const opened = stageOf(inst, [[sealed('tmp/src.tar')], [id('x/built-at')]])
    const packing = stageOf(build, [[id('src/built')], [key('src/key')], [sealed('src.tar')]])
    const stages: StageReader = (tried, look) => look(tried.includes('RUN unpack') ? opened : packing)
    const findings = await findingsOf({ ...given, final: [id('etc/built-at')], stages })
    expect(findings.map(({ id, location }) => [id, location?.line])).toEqual([['random-token', 2]])
    const quoting = stageOf(build, [[key('src/key')], [id('src/built')], [sealed('src.tar')]])
    const behind: StageReader = (tried, look) => look(tried.includes('RUN unpack') ? opened : quoting)
    const [first] = await findingsOf({ ...given, final: [id('etc/built-at')], stages: behind })
    expect(first?.location?.line).toBe(2)
    expect(first?.evidence.at(-1)?.what).toBe(
      'etc/built-at differs because /src/key of stage b does, of which it is made',
    )
  })

  test('keeps its cause where the stage that packed it cannot be seen', async () => {
    const stages: StageReader = (tried, look) => (tried.includes('RUN unpack') ? look(unpacked) : Promise.resolve(null))
    const findings = await findingsOf({ ...given, stages })
    expect(findings.map(({ id }) => id)).toEqual(['build-time'])
  })
})

describe('a program compiled with a header that differs', () => {
  const commands = ['RUN noise', 'RUN gen > /src/build.h', 'RUN cc /src/main.c -o /src/app']
  const copy = 'COPY /src/app /usr/bin/app'
  const text = ['FROM debian AS b', ...commands, 'FROM debian', 'COPY --from=b /src/app /usr/bin/app'].join('\n')
  const app = (path: string) => changed(path, `program ${idA}\n`, `program ${idB}\n`)
  const stage = stageOf(commands, [
    [changed('noise', 'one\n', 'two\n')],
    [changed('src/build.h', `#define ID "${idA}"\n`, `#define ID "${idB}"\n`)],
    [app('src/app')],
  ])
  const given = { text, final: [app('usr/bin/app')], copy, probe: madeBy('RUN cc') }

  test('is blamed on the line that wrote the header, through the line that compiled it', async () => {
    const findings = await findingsOf({ ...given, stages: (_, look) => look(stage) })
    expect(places(findings)).toEqual([
      { id: 'random-token', line: 3, via: [6, 4], paths: ['usr/bin/app'], confidence: 'certain' },
    ])
    expect(findings[0]?.evidence.map(({ what }) => what).join('\n')).toMatch(
      /in \/src\/build\.h of stage b\n.*usr\/bin\/app differs because \/src\/build\.h of stage b does/,
    )
  })

  test('is so, too, where the header has a number that the program holds as bytes', async () => {
    const program = (path: string) => {
      const [a, b] = [1889217411, 3333368164].map(seed => {
        const bytes = Buffer.alloc(64, 0x90)
        bytes[1] = 0
        bytes.writeUInt32LE(seed, 32)
        return bytes
      })
      return changed(path, a as Buffer, b as Buffer)
    }
    const header = changed('src/build.h', '#define SEED 1889217411u\n', '#define SEED 3333368164u\n')
    const numbers = stageOf(commands, [[], [header], [program('src/app')]])
    const findings = await findingsOf({
      ...{ ...given, text: text.replace('RUN gen', 'RUN gen $RANDOM'), final: [program('usr/bin/app')] },
      stages: (_, look) => look(numbers),
    })
    expect(places(findings)).toEqual([
      { id: 'random-token', line: 3, via: [6, 4], paths: ['usr/bin/app'], confidence: 'likely' },
    ])
  })

  test('stays at the line that compiled it where the stage cannot be looked at', async () => {
    const readers: (StageReader | undefined)[] = [
      undefined,
      () => Promise.resolve(null),
      () => Promise.reject(new Error('no room')),
    ]
    for (const stages of readers) {
      const findings = await findingsOf({ ...given, ...(stages ? { stages } : {}) })
      expect(places(findings).map(({ line, via }) => ({ line, via }))).toEqual([{ line: 4, via: [6] }])
    }
  })

  test('stays there when the header differs by something else', async () => {
    const other = stageOf(commands, [
      [],
      [changed('src/build.h', `#define ID "${idB.toUpperCase()}"\n`, `#define ID "${idA.replace('0b', '1b')}"\n`)],
      [app('src/app')],
    ])
    const findings = await findingsOf({ ...given, stages: (_, look) => look(other) })
    expect(places(findings).map(({ line }) => line)).toEqual([4])
  })
})

test.each([
  [
    'of a stage',
    ['FROM debian AS c', 'RUN --mount=from=b,target=/m make-conf', 'FROM debian', 'COPY --from=c /conf /conf'],
  ],
  ['of the image', ['FROM debian', 'RUN --mount=from=b,target=/m make-conf']],
])('a file that a RUN %s makes of one in a mounted stage is blamed on the line that wrote that', async (_, more) => {
  const text = ['FROM debian AS b', 'RUN gen > /id', ...more].join('\n')
  const copied = more.length > 2
  const conf = (path: string) => changed(path, `id=${idA}\n`, `id=${idB}\n`)
  const id = changed('id', `${idA}\n`, `${idB}\n`)
  const findings = await findingsOf({
    ...{ text, final: [conf('conf')], copy: copied ? 'COPY /conf /conf' : 'RUN make-conf', probe: madeBy('make-conf') },
    stages: (cut, look) =>
      look(
        cut.includes('make-conf') ? stageOf(['RUN make-conf'], [[conf('conf')]]) : stageOf(['RUN gen > /id'], [[id]]),
      ),
  })
  expect(places(findings)).toMatchObject([{ line: 2, via: copied ? [6, 4] : [4], paths: ['conf'] }])
})

describe('an instruction of a stage that is not proven to pass a difference on', () => {
  const copy = 'COPY /s/conf /conf'
  const conf = (path: string) => changed(path, `${idA}\n`, `${idB}\n`)
  const given = { final: [conf('conf')], copy }
  const found = async (run: string): Promise<Finding | undefined> => {
    const commands = ['RUN gen > /s/id', run]
    const stage = stageOf(commands, [[changed('s/id', 'one\n', 'two\n')], [conf('s/conf')]])
    const text = ['FROM debian AS b', ...commands, 'FROM debian', 'COPY --from=b /s/conf /conf'].join('\n')
    return (await findingsOf({ ...given, text, probe: madeBy(run), stages: (_, look) => look(stage) }))[0]
  }

  test('is only likely the first cause when it names a file that differs before it', async () => {
    const finding = await found('RUN convert /s/id /s/conf')
    expect(finding).toMatchObject({ location: { line: 3 }, confidence: 'likely' })
    expect(finding?.message).toMatch(/Before line 3, \/s\/id differs already \(line 2\)/)
  })

  test('is it for sure when it names none, or draws from chance by itself', async () => {
    for (const run of ['RUN convert > /s/conf', 'RUN cat /s/id && uuidgen > /s/conf'])
      expect(await found(run)).toMatchObject({ location: { line: 3 }, confidence: 'certain' })
  })
})

test('a list of digests of a large file of the stage is blamed on the line that made the file', async () => {
  const commands = ['RUN gen > /r/blob', 'RUN sha1sum /r/blob > /r/SUMS']
  const [a, b] = ['A', 'B'].map(side => Buffer.from(`${side} `.repeat(300_000)))
  const sha1 = (bytes: Buffer | undefined) =>
    createHash('sha1')
      .update(bytes ?? '')
      .digest('hex')
  const part = (bytes: Buffer | undefined) => ({
    ...{ size: bytes?.length ?? 0, head: bytes?.subarray(0, 65536) ?? Buffer.alloc(0), whole: false },
    tail: Buffer.alloc(0),
  })
  const blob: EntryDifference = {
    ...{ path: 'r/blob', kind: 'changed', fields: ['content'], digestA: null, digestB: null },
    ...{ a: entry('r/blob', { size: 600_000 }), b: entry('r/blob', { size: 600_000 }) },
    content: { a: part(a), b: part(b), runs: [], complete: false },
  }
  const sums = (path: string) => changed(path, `${sha1(a)}  /r/blob\n`, `${sha1(b)}  /r/blob\n`)
  const contents: Contents = {
    read: async (side, _, visit) => {
      const receiver = visit(entry('r/blob', { size: 600_000 }))
      receiver?.write((side === 'A' ? a : b) ?? Buffer.alloc(0))
      receiver?.end()
    },
  }
  const findings = await findingsOf({
    text: ['FROM debian AS b', ...commands, 'FROM debian', 'COPY --from=b /r/SUMS /SUMS'].join('\n'),
    ...{ final: [sums('SUMS')], copy: 'COPY /r/SUMS /SUMS', probe: madeBy('RUN sha1sum') },
    stages: (_, look) => look(stageOf(commands, [[blob], [sums('r/SUMS')]], contents)),
  })
  expect(places(findings)).toMatchObject([{ line: 2, via: [5, 3], paths: ['SUMS'] }])
})

describe('a text made of others that a RUN reads by name', () => {
  const commands = ['RUN gen > /s/id', 'RUN date > /s/when', 'RUN cat /s/id /s/when > /s/conf']
  const text = ['FROM debian AS b', ...commands, 'FROM debian', 'COPY --from=b /s/conf /conf'].join('\n')
  const [whenA, whenB] = ['2026-11-21T03:00:05Z', '2026-11-21T03:01:15Z']
  const id = changed('s/id', `${idA}\n`, `${idB}\n`)
  const when = changed('s/when', `${whenA}\n`, `${whenB}\n`)
  /** What the probe answers of a path: it differs as soon as the line that writes it has run. */
  const probe: Probe = async (side, cut) => {
    const [, path = ''] = /COPY --from=0 \["\/?\[?(.*?)"/.exec(cut) ?? []
    const written = path.includes('conf') ? commands[2] : path.includes('when') ? commands[1] : commands[0]
    return cut.includes(written ?? '') ? { kind: 'image', configDigest: side } : { kind: 'absent' }
  }
  const found = (conf: (path: string) => EntryDifference, looks = true) =>
    findingsOf({
      ...{ text, final: [conf('conf')], copy: 'COPY /s/conf /conf', probe },
      ...(looks ? { stages: (_, look) => look(stageOf(commands, [[id], [when], [conf('s/conf')]])) } : {}),
    })

  test('is blamed for sure on the line of the value that it holds', async () => {
    const ofId = (path: string) => changed(path, `id ${idA}\n`, `id ${idB}\n`)
    expect(places(await found(ofId))).toEqual([
      { id: 'random-token', line: 2, via: [6, 4], paths: ['conf'], confidence: 'certain' },
    ])
    const ofTime = (path: string) => changed(path, `at ${whenA}\n`, `at ${whenB}\n`)
    expect(places(await found(ofTime))).toEqual([
      { id: 'build-time', line: 3, via: [6, 4], paths: ['conf'], confidence: 'certain' },
    ])
  })

  test('is blamed on each line whose value it holds', async () => {
    const ofBoth = (path: string) => changed(path, `${idA} ${whenA}\n`, `${idB} ${whenB}\n`)
    expect(places(await found(ofBoth))).toEqual([
      { id: 'random-token', line: 2, via: [6, 4], paths: ['conf'], confidence: 'certain' },
      { id: 'build-time', line: 3, via: [6, 4], paths: ['conf'], confidence: 'certain' },
    ])
  })

  test('is blamed on the line whose value it holds and on its own, where it also draws one', async () => {
    const [ownA, ownB] = ['5b3c9e21-77d0-4c8e-a1f4-0d2e6b9a8c13', 'c41f8a07-2e9b-4d63-9b70-8f5a1d3e6c92']
    const own = (path: string) => changed(path, `${idA} ${ownA}\n`, `${idB} ${ownB}\n`)
    const findings = await found(own)
    expect(places(findings)).toEqual([
      { id: 'random-token', line: 2, via: [6, 4], paths: ['conf'], confidence: 'certain' },
      { id: 'random-token', line: 4, via: [6], paths: ['conf'], confidence: 'certain' },
    ])
    expect(findings[0]?.evidence.map(({ what }) => what)).toContain(
      'conf holds a value of /s/id of stage b, and differs by more besides',
    )
  })

  test('is only likely so where the stage cannot be looked at', async () => {
    const ofId = (path: string) => changed(path, `id ${idA}\n`, `id ${idB}\n`)
    expect(places(await found(ofId, false))).toMatchObject([{ line: 2, via: [6, 4], confidence: 'likely' }])
  })
})

test('a program with a time, of a stage that cannot be looked at, names the line that reads the clock', async () => {
  const program = (path: string) => {
    const [a, b] = ['2026-11-21T03:00:05Z', '2026-11-21T03:01:15Z'].map(time => {
      const bytes = Buffer.alloc(64, 0x90)
      bytes[1] = 0
      bytes.writeUInt32LE(Date.parse(time) / 1000, 32)
      return bytes
    })
    return changed(path, a as Buffer, b as Buffer)
  }
  const commands = ['RUN date +%s > /src/build.h', 'RUN cc /src/main.c -o /src/app']
  const given = { final: [program('app')], copy: 'COPY /src/app /app', probe: madeBy('RUN cc') }
  const text = ['FROM debian AS b', ...commands, 'FROM debian', 'COPY --from=b /src/app /app'].join('\n')
  const [finding] = await findingsOf({ ...given, text, stages: () => Promise.resolve(null) })
  expect(finding).toMatchObject({ id: 'build-time', location: { line: 3 }, confidence: 'likely' })
  expect(finding?.message).toMatch(/line 2 before it does: if line 3 takes in a file that that line wrote/)
})

test('which of several ONBUILDs wrote a path, the stage that they ran in tells', async () => {
  const text = [
    ...['FROM debian AS parent', 'ONBUILD RUN gen > /id', 'ONBUILD COPY f /f', 'FROM parent AS child'],
    ...['RUN echo x', 'FROM debian', 'COPY --from=child /id /id'],
  ].join('\n')
  const id = changed('id', `${idA}\n`, `${idB}\n`)
  const commands = ['RUN gen > /id # buildkit', 'COPY f /f # buildkit', 'RUN echo x']
  const findings = await findingsOf({
    ...{ text, final: [id], copy: 'COPY /id /id', probe: madeBy('FROM parent') },
    stages: (_, look) => look(stageOf(commands, [[id]])),
  })
  expect(places(findings)).toMatchObject([{ id: 'random-token', line: 2, via: [7] }])
})

test('a list of what follows from a path of the image follows from it, too', async () => {
  const [blobA, blobB] = ['a', 'b'].map(seed => createHash('sha512').update(seed).digest())
  const sum = (bytes: Buffer | undefined): string =>
    createHash('sha256')
      .update(bytes ?? '')
      .digest('hex')
  const [sumA, sumB] = [sum(blobA), sum(blobB)]
  const text = [
    'FROM debian',
    'RUN head -c 64 /dev/urandom > /w/blob',
    'RUN sha256sum /w/blob > /w/sum',
    'RUN cp /w/sum /w/all',
  ].join('\n')
  const commands = text.split('\n').slice(1)
  const layers = [
    [changed('w/blob', blobA as Buffer, blobB as Buffer)],
    [changed('w/sum', `${sumA}  /w/blob\n`, `${sumB}  /w/blob\n`)],
    [changed('w/all', `sums:\n${sumA}  /w/blob\n`, `sums:\n${sumB}  /w/blob\n`)],
  ]
  const { findings } = await explain({
    comparison: {
      ...{ level: 'different', config: [], manifest: [], equalLayers: 0 },
      layers: layers.map((entries, index) => ({ ...layerOf(entries), index: index + 1 })),
    },
    ...{ imageA: image(commands), imageB: image(commands), dockerfile: parseDockerfile(text, 'Dockerfile') },
    ...{ target: undefined, buildArgs: {}, epoch: clock.epoch },
    a: { provenance: null, ...clock.a },
    b: { provenance: null, ...clock.b },
  })
  expect(places(findings)).toMatchObject([{ line: 2, paths: ['w/blob', 'w/sum', 'w/all'] }])
})
