// What a build says of itself is read in each form that BuildKit writes, and what makes no sense is left out: which lines a layer
// comes from, what a step continues, and what it copied from where.
import { describe, expect, test } from '@jest/globals'
import { layerSteps, readProvenance, type Step } from '../../src/explain/blame/provenance.ts'

const buildkit = 'https://mobyproject.org/buildkit@v1#metadata'
const at = (...lines: [number, number][]) => ({
  ranges: lines.map(([start, end]) => ({ start: { line: start }, end: { line: end } })),
})
const told = (definition: unknown, source: unknown = {}) => ({
  buildConfig: { llbDefinition: definition },
  metadata: { [buildkit]: { source } },
})
const stepsOf = (definition: unknown, source?: unknown): Step[] => [
  ...(readProvenance(told(definition, source))?.steps.values() ?? []),
]
/** A step of this operation alone. */
const stepOf = (op: unknown, inputs: unknown = [], location?: unknown): Step | undefined =>
  stepsOf([{ id: 's', op, inputs }], { locations: { s: { locations: location } } })[0]

const base = { id: 'base', op: { Op: { source: { identifier: 'docker-image://x' } } } }
const run = { id: 'run', op: { Op: { exec: { meta: { cwd: '/w' }, mounts: [{ dest: '/' }] } } }, inputs: ['base:0'] }
const end = { id: 'end', op: { Op: {} }, inputs: ['run:0'] }
const source = {
  infos: [{ data: Buffer.from('FROM x\nRUN é\n').toString('base64') }, { data: 'b3RoZXI=' }],
  locations: { run: { locations: [at([2, 2])] } },
}
const graph = {
  source: 'FROM x\nRUN é\n',
  result: 'end',
  lines: [[], [{ line: 2, endLine: 2 }], []],
}
const summary = (provenance: unknown) => {
  const read = readProvenance(provenance)
  return read && { source: read.source, result: read.result, lines: [...read.steps.values()].map(step => step.lines) }
}

describe('provenance is found', () => {
  const definition = { llbDefinition: [base, run, end] }
  const metadata = { [buildkit]: { source } }
  test.each([
    ['as SLSA 0.2', { buildConfig: definition, metadata }],
    ['as SLSA 1', { buildDefinition: { internalParameters: { buildConfig: definition } }, runDetails: { metadata } }],
    [
      'as SLSA 1, with the metadata by their short name',
      {
        buildDefinition: { externalParameters: { buildConfig: definition } },
        runDetails: { metadata: { buildkit_metadata: { source } } },
      },
    ],
    ['as SLSA 1, beside the parameters', { buildDefinition: { buildConfig: definition }, runDetails: { metadata } }],
    [
      'behind a list that is empty',
      { buildConfig: { llbDefinition: [] }, buildDefinition: { buildConfig: definition }, metadata },
    ],
  ])('%s, bare, in a statement and in the metadata of a build', (_, predicate) => {
    expect(summary(predicate)).toEqual(graph)
    expect(summary({ predicate })).toEqual(graph)
    expect(summary({ 'buildx.build.provenance': predicate })).toEqual(graph)
    expect(summary({ 'buildx.build.provenance': { predicate } })).toEqual(graph)
  })

  test('in nothing else', () => {
    for (const odd of [
      null,
      7,
      'x',
      [],
      [definition],
      { buildConfig: [definition] },
      { buildConfig: { llbDefinition: {} } },
    ])
      expect(readProvenance(odd)).toBeNull()
    expect(readProvenance({ statement: { buildConfig: definition, metadata } })).toBeNull()
  })

  test('without the text, or places, of its source', () => {
    for (const odd of [
      undefined,
      {},
      { infos: [] },
      { infos: [{ data: '' }] },
      { infos: [{ data: 7 }] },
      { infos: 'x' },
    ])
      expect(summary(told([base, run, end], odd))).toEqual({ source: null, result: 'end', lines: [[], [], []] })
  })
})

describe('a step', () => {
  test('has its name, what it takes in and its kind, however the operation is wrapped', () => {
    const exec = { exec: { meta: {}, mounts: [] } }
    for (const op of [{ Op: exec }, { op: exec }, exec]) expect(stepOf(op)?.kind).toBe('exec')
    for (const kind of ['source', 'exec', 'file', 'merge', 'diff'])
      expect(stepOf({ Op: { [kind]: {} } })?.kind).toBe(kind)
    expect(stepOf({ Op: { build: {} } })?.kind).toBe('other')
    expect(stepOf({ Op: {} }, ['a:0', 'sha256:b:12', 7, 'c'])?.inputs).toEqual(['a', 'sha256:b', '', 'c'])
    expect(stepsOf([{ op: {} }, { id: 7 }, null, { id: 'x' }]).map(({ id }) => id)).toEqual(['x'])
    expect(stepOf({ Op: {} }, 'a:0')?.inputs).toEqual([])
  })

  const mounts = (...list: unknown[]) => ({ exec: { mounts: list } })
  const actions = (...list: unknown[]) => ({ file: { actions: list } })
  test.each<[string, unknown, string[]]>([
    ['a RUN: what is mounted at /', mounts({ dest: '/in', input: 0 }, { dest: '/', input: 1 }), ['two']],
    ['a RUN: the first, where no number says so', mounts({ dest: '/' }), ['one']],
    ['a RUN on nothing', mounts({ dest: '/', input: -1 }), []],
    ['a RUN without a root', mounts({ dest: '/in', input: 1 }), []],
    ['a RUN of an input that is not there', mounts({ dest: '/', input: 3 }), []],
    ['a COPY: what it copies to', actions({ input: 1, secondaryInput: 0, output: 0 }), ['two']],
    ['a COPY: the first, where no number says so', actions({ secondaryInput: 1 }), ['one']],
    ['a COPY to nothing', actions({ input: -1, secondaryInput: 0, output: 0 }), []],
    [
      'a COPY of several actions: what the first began with',
      actions({ input: 2, output: -1 }, { input: 3, output: 0 }),
      ['three'],
    ],
    ['a COPY whose result comes first', actions({ input: 4, output: 0 }, { input: 1, output: -1 }), ['two']],
    [
      'a COPY that names no result: the last action',
      actions({ input: 0, output: 1 }, { input: 1, output: 2 }),
      ['two'],
    ],
    ['a COPY whose result says no number', actions({ input: 1 }, { input: 2, output: -1 }), ['two']],
    ['a COPY without actions', actions(), ['one']],
    ['a COPY whose actions go round', actions({ input: 4, output: 0 }, { input: 3, output: 1 }), []],
    ['a merge: all', { merge: {} }, ['one', 'two', 'three']],
    ['a difference', { diff: {} }, []],
    ['a base', { source: {} }, []],
    ['anything else: the first', {}, ['one']],
  ])('continues %s', (_, op, continues) => {
    expect(stepOf({ Op: op }, ['one:0', 'two:0', 'three:1'])?.continues).toEqual(continues)
  })

  test('of a RUN has its folder and its variables', () => {
    const meta = (of: unknown) => stepOf({ Op: { exec: { meta: of } } })
    const step = meta({ cwd: '/w', env: ['A=b=c', 'E=', '=x', 'none', 7, 'A=last'] })
    expect([step?.workdir, [...(step?.env ?? [])]]).toEqual([
      '/w',
      [
        ['A', 'last'],
        ['E', ''],
      ],
    ])
    for (const odd of [{ cwd: 'w', env: 'A=b' }, { cwd: 7 }, null]) {
      expect(meta(odd)?.workdir).toBeNull()
      expect(meta(odd)?.env.size).toBe(0)
    }
    expect(stepOf({ Op: { file: {}, exec: undefined } })?.workdir).toBeNull()
  })

  test('of a COPY has what it copies from where, each with its whole path', () => {
    const copy = { src: '/a', dest: '/b/' }
    const copies = (...list: unknown[]) => stepOf({ Op: actions(...list) })?.copies
    for (const action of [{ Action: { copy } }, { action: { copy } }, { copy }])
      expect(copies(action, { Action: { mkdir: { path: '/m' } } })).toEqual([{ source: '/a', destination: '/b/' }])
    expect(copies({ copy }, { copy: { src: '/c', dest: '/d' } })).toHaveLength(2)
    expect(
      copies({ copy: { src: 'a', dest: '/b' } }, { copy: { src: '/a', dest: 'b' } }, { copy: { src: '/a' } }),
    ).toEqual([])
  })

  test.each<[string, unknown, [number, number][]]>([
    ['its place', [at([3, 4])], [[3, 4]]],
    [
      'each of its places',
      [at([9, 9]), at([3, 4])],
      [
        [9, 9],
        [3, 4],
      ],
    ],
    ['all of a place in pieces', [at([5, 6], [3, 3], [4, 9], [7, 8])], [[3, 9]]],
    [
      'none of another file',
      [
        { ...at([3, 4]), sourceIndex: 1 },
        { ...at([5, 5]), sourceIndex: 0 },
      ],
      [[5, 5]],
    ],
    ['none without a line', [{ ranges: [] }, {}, null, at([0, 1]), { ranges: [{ start: { line: '3' } }] }], []],
    ['none at a half', [at([1.5, 2])], []],
    ['none before the file', [at([-1, 2])], []],
    ['none of what is no list', { 0: at([3, 4]) }, []],
  ])('has the lines of %s', (_, location, lines) => {
    expect(stepOf({}, [], location)?.lines).toEqual(lines.map(([line, endLine]) => ({ line, endLine })))
  })
})

describe('the image', () => {
  const op = (id: string, kind: string, ...inputs: string[]) => ({
    id,
    op: { Op: kind === '' ? {} : { [kind]: {} } },
    inputs,
  })
  const layer = (id: string, ...inputs: string[]) => ({ id, op: { Op: { exec: { mounts: [{ dest: '/' }] } } }, inputs })
  const layers = (...definition: unknown[]) => {
    const read = readProvenance(told(definition))
    return read && (layerSteps(read)?.map(({ id }) => id) ?? null)
  }

  test('is what nothing takes in: a step without an operation before any other', () => {
    const result = (...definition: unknown[]) => readProvenance(told(definition))?.result
    expect(result(op('a', 'source'), op('b', 'exec', 'a:0'))).toBe('b')
    expect(result(op('a', 'exec'), op('b', ''), op('c', 'exec'))).toBe('b')
    expect(result(op('a', 'exec'), op('b', 'file'))).toBe('b')
    expect(readProvenance(told([op('a', 'exec', 'b:0'), op('b', 'exec', 'a:0')]))).toBeNull()
  })

  test('has the layers of the steps that it continues, the base first', () => {
    expect(layers(op('a', 'source'), layer('b', 'a:0'), layer('c', 'b:0', 'other:0'), op('e', '', 'c:0'))).toEqual([
      'a',
      'b',
      'c',
    ])
    const linked = [op('a', 'source'), op('b', 'file'), op('c', 'file'), op('m', 'merge', 'a:0', 'b:0', 'c:0')]
    expect(layers(...linked, op('e', '', 'm:0'))).toEqual(['a', 'b', 'c'])
    // What a RUN only mounts makes none.
    const mounted = { ...layer('c', 'a:0', 'b:0') }
    expect(layers(op('a', 'source'), layer('b', 'a:0'), mounted, op('e', '', 'c:0'))).toEqual(['a', 'c'])
  })

  test('has no known layers where a step is missing, or one stands behind itself', () => {
    expect(layers(layer('b', 'gone:0'), op('e', '', 'b:0'))).toBeNull()
    expect(layers(layer('b', 'c:0'), layer('c', 'b:0'), op('e', '', 'b:0'))).toBeNull()
  })
})
