import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { blameLayers } from '../../src/explain/blame/blame.ts'
import { layerSteps, readProvenance } from '../../src/explain/blame/provenance.ts'
import type { HistoryEntry, Image } from '../../src/image/image.ts'

const read = (name: string): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'))
const textOf = (provenance: unknown): string => readProvenance(provenance)?.source ?? ''

function image(config: Partial<Image['config']>): Image {
  return {
    digest: 'm',
    configDigest: 'c',
    manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] },
    config: { rootfs: { type: 'layers', diff_ids: [] }, ...config },
  }
}

const imageOf = (history: HistoryEntry[], layers: number): Image =>
  image({ history, rootfs: { type: 'layers', diff_ids: Array.from({ length: layers }, (_, index) => `d${index}`) } })

const linesOf = (provenance: unknown, of: Image, text: string, target?: string): (number | null)[] =>
  blameLayers(provenance, of, parseDockerfile(text, 'Dockerfile'), target).map(layer => layer.line)

describe('from provenance that BuildKit wrote', () => {
  const multistage = read('provenance-multistage')
  const built = image(read('config-multistage') as Partial<Image['config']>)

  test('each layer has its line, the base has none', () => {
    const layers = blameLayers(multistage, built, parseDockerfile(textOf(multistage), 'Dockerfile'))
    expect(layers.map(({ line, base, stage }) => ({ line, base, stage }))).toEqual([
      { line: null, base: true, stage: null },
      { line: 9, base: false, stage: 1 },
      { line: 10, base: false, stage: 1 },
    ])
    expect(layers[2]?.instruction).toBe('COPY --from=builder /src/server /usr/local/bin/server')
  })

  test('the same as SLSA 1', () => {
    const { buildConfig, metadata } = multistage as { buildConfig: unknown; metadata: Record<string, unknown> }
    const slsa1 = {
      predicate: {
        buildDefinition: { internalParameters: { buildConfig } },
        runDetails: { metadata: { buildkit_metadata: metadata['https://mobyproject.org/buildkit@v1#metadata'] } },
      },
    }
    expect(linesOf(slsa1, built, textOf(multistage))).toEqual([null, 9, 10])
  })

  test('COPY --link goes through a merge', () => {
    const link = read('provenance-link')
    const graph = readProvenance(link)
    expect(graph && layerSteps(graph)?.map(step => step.kind)).toEqual(['source', 'file', 'file'])
    const history = [
      { created_by: 'base' },
      { created_by: 'COPY app/ /app/ # buildkit' },
      { created_by: 'COPY /o /o # buildkit' },
      { created_by: 'ENTRYPOINT ["cat"]', empty_layer: true },
    ]
    expect(linesOf(link, imageOf(history, 3), textOf(link))).toEqual([null, 4, 5])
  })

  test('lines of another text are not believed', () => {
    const text = `# a line more\n${textOf(multistage)}`
    expect(linesOf(multistage, built, text)).toEqual([null, 10, 11])
  })

  test('equal instructions of two stages are one step: the line is that of the stage in the image', () => {
    const env = read('provenance-env') as {
      metadata: Record<string, { source: { locations: Record<string, unknown>; infos: unknown[] } }>
    }
    const text = 'FROM b AS one\nWORKDIR /app\nRUN make\nFROM b\nWORKDIR /app\nRUN make\n'
    const range = (line: number) => ({ ranges: [{ start: { line }, end: { line } }] })
    const definition = [
      { id: 'step0', op: { Op: { source: {} } } },
      {
        id: 'step1',
        op: { Op: { file: { actions: [{ input: 0, output: 0, Action: { mkdir: {} } }] } } },
        inputs: ['step0:0'],
      },
      { id: 'step2', op: { Op: { exec: { mounts: [{ dest: '/' }] } } }, inputs: ['step1:0'] },
      { id: 'step3', op: { Op: {} }, inputs: ['step2:0'] },
    ]
    const locations = { step1: { locations: [range(2), range(5)] }, step2: { locations: [range(6), range(3)] } }
    const provenance = {
      ...env,
      buildConfig: { llbDefinition: definition },
      metadata: { 'https://mobyproject.org/buildkit@v1#metadata': { source: { locations } } },
    }
    const history = [
      { created_by: 'base' },
      { created_by: 'WORKDIR /app' },
      { created_by: 'RUN /bin/sh -c make # buildkit' },
    ]
    expect(linesOf(provenance, imageOf(history, 3), text)).toEqual([null, 5, 6])
    expect(linesOf(provenance, imageOf(history, 3), text, 'one')).toEqual([null, 2, 3])
  })

  test('a loop in the graph is not followed for ever', () => {
    const looped = {
      buildConfig: {
        llbDefinition: [
          { id: 'a', op: { Op: { exec: { mounts: [{ dest: '/' }] } } }, inputs: ['b:0'] },
          { id: 'b', op: { Op: { exec: { mounts: [{ dest: '/' }] } } }, inputs: ['a:0'] },
          { id: 'c', op: { Op: {} }, inputs: ['a:0'] },
        ],
      },
    }
    expect(linesOf(looped, imageOf([], 2), 'FROM x\nRUN a\n')).toEqual([null, null])
  })

  test.each([
    null,
    undefined,
    1,
    'x',
    [],
    {},
    { buildConfig: 1 },
    { buildConfig: { llbDefinition: [1, null, { id: 2 }] } },
  ])('odd provenance %j gives no line', odd => {
    expect(linesOf(odd, imageOf([], 1), 'FROM x\nRUN a\n')).toEqual([null])
  })
})

describe('from history alone', () => {
  const text = 'FROM x AS a\nRUN one\nFROM a\nENV K=v\nRUN two && \\\n  three\nCOPY f /f\n'
  const history = [
    { created_by: 'base' },
    { created_by: 'RUN /bin/sh -c one # buildkit' },
    { created_by: 'ENV K=v', empty_layer: true },
    { created_by: 'RUN /bin/sh -c two &&   three # buildkit' },
    { created_by: 'COPY f /f # buildkit' },
  ]

  test('the lineage through stages is matched from the end', () => {
    const layers = blameLayers(null, imageOf(history, 4), parseDockerfile(text, 'Dockerfile'))
    expect(layers.map(({ line, endLine }) => [line, endLine])).toEqual([
      [null, null],
      [2, 2],
      [5, 6],
      [7, 7],
    ])
    expect(layers.map(layer => layer.base)).toEqual([true, false, false, false])
  })

  test('a layer that does not match ends the walk: no line rather than a wrong one', () => {
    const other = history.map(entry =>
      entry.created_by.includes('two') ? { created_by: 'RUN /bin/sh -c four # buildkit' } : entry,
    )
    expect(linesOf(null, imageOf(other, 4), text)).toEqual([null, null, null, 7])
  })

  test('an image of another Dockerfile has no lines', () => {
    expect(linesOf(null, imageOf([{ created_by: 'ADD file:1 in /' }], 1), text)).toEqual([null])
  })
})

test('a trigger is blamed on its ONBUILD', () => {
  const text =
    'FROM debian AS base\nONBUILD RUN date > /built\nRUN echo b > /b\nFROM base\nENV X=1\nRUN echo done > /done\n'
  const history = [
    { created_by: 'base' },
    { created_by: 'ONBUILD RUN date > /built', empty_layer: true },
    { created_by: 'RUN /bin/sh -c echo b > /b # buildkit' },
    { created_by: 'RUN /bin/sh -c date > /built # buildkit' },
    { created_by: 'ENV X=1', empty_layer: true },
    { created_by: 'RUN /bin/sh -c echo done > /done # buildkit' },
  ]
  expect(linesOf(null, imageOf(history, 4), text)).toEqual([null, 3, 2, 6])
})

describe('from the history of other builders', () => {
  const hash = 'b'.repeat(64)
  const text =
    'FROM debian\nLABEL who=me\nRUN make all\nCOPY --chown=1:1 a.txt lib/ ./srv/\nWORKDIR /srv\nCMD ["true"]\n'

  test('Buildah, and Docker before BuildKit', () => {
    const history = [
      { comment: 'Imported from -' },
      { created_by: '/bin/sh -c #(nop) LABEL who=me', empty_layer: true },
      { created_by: '|1 A=b /bin/sh -c make all' },
      { created_by: `/bin/sh -c #(nop) COPY --chown=1:1 multi:${hash} in /x/srv/ ` },
      { created_by: '/bin/sh -c #(nop)  WORKDIR /srv', empty_layer: true },
      { created_by: '/bin/sh -c #(nop)  CMD ["true"]', empty_layer: true },
    ]
    expect(linesOf(null, imageOf(history, 3), text)).toEqual([null, 3, 4])
  })

  test('kaniko', () => {
    const history = [
      { created_by: 'base' },
      { created_by: 'LABEL who=me', empty_layer: true },
      { created_by: 'RUN make all' },
      { created_by: 'COPY --chown=1:1 a.txt lib/ ./srv/' },
      { created_by: 'WORKDIR /srv', empty_layer: true },
      { created_by: 'CMD ["true"]', empty_layer: true },
    ]
    expect(linesOf(null, imageOf(history, 3), text)).toEqual([null, 3, 4])
  })

  test('kaniko, where it tells of layers alone', () => {
    const layers = 'FROM debian\nRUN make all\nLABEL who=me\nADD a.tar /srv/\nCMD ["true"]\n'
    const history = [{ created_by: 'base' }, { created_by: 'RUN make all' }, { created_by: 'ADD a.tar /srv/' }]
    expect(linesOf(null, imageOf(history, 3), layers)).toEqual([null, 2, 4])
    // One entry for each step is as good.
    expect(linesOf(null, imageOf(history.slice(1), 2), 'FROM debian\nRUN make all\nADD a.tar /srv/\n')).toEqual([2, 3])
  })

  test('what no shell ran is no RUN, though its words are those of one', () => {
    const one = 'FROM debian\nRUN make all\n'
    expect(linesOf(null, imageOf([{ created_by: '/bin/sh -c make all' }], 1), one)).toEqual([2])
    expect(linesOf(null, imageOf([{ created_by: 'bazel: make all' }], 1), one)).toEqual([null])
  })

  test('the words of a list are held against the history like any others', () => {
    const list = 'FROM debian\nRUN ["make", "all"]\n'
    expect(linesOf(null, imageOf([{ created_by: 'RUN make all # buildkit' }], 1), list)).toEqual([2])
    expect(linesOf(null, imageOf([{ created_by: 'RUN make other # buildkit' }], 1), list)).toEqual([null])
  })

  test('a step that tells nothing of itself has no line', () => {
    expect(linesOf(null, imageOf([{ comment: 'Imported from -' }], 1), 'FROM debian\nRUN make all\n')).toEqual([null])
  })

  test('no target is the last stage, and one that is not there none', () => {
    const stages = 'FROM a AS one\nRUN make all\nFROM b\nRUN make all\n'
    const made = imageOf([{ created_by: 'base' }, { created_by: '/bin/sh -c make all' }], 2)
    expect(linesOf(null, made, stages, '')).toEqual([null, 4])
    expect(linesOf(null, made, stages, 'one')).toEqual([null, 2])
    expect(linesOf(null, made, stages, 'two')).toEqual([null, null])
  })

  test('another shell', () => {
    const own = 'FROM debian\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN make all\n'
    const history = [
      { created_by: 'base' },
      { created_by: '/bin/sh -c #(nop)  SHELL [/bin/bash -o pipefail -c]', empty_layer: true },
      { created_by: '/bin/bash -o pipefail -c make all' },
    ]
    expect(linesOf(null, imageOf(history, 2), own)).toEqual([null, 3])
  })

  test('one layer of all steps: the last step, which makes none, is not to blame', () => {
    const history = [
      { comment: 'Imported from -' },
      { created_by: '/bin/sh -c #(nop) LABEL who=me', empty_layer: true },
      { created_by: '/bin/sh -c make all', empty_layer: true },
      { created_by: `/bin/sh -c #(nop) COPY file:${hash} in ./srv/ `, empty_layer: true },
      { created_by: '/bin/sh -c #(nop) WORKDIR /srv', empty_layer: true },
      { created_by: '/bin/sh -c #(nop) CMD ["true"]' },
    ]
    const layers = blameLayers(null, imageOf(history, 2), parseDockerfile(text, 'Dockerfile'))
    expect(layers.map(({ line, base }) => [line, base])).toEqual([
      [null, true],
      [null, false],
    ])
  })

  test('no Dockerfile: no line, and nothing is taken for the base', () => {
    const history = [{ created_by: 'base' }, { created_by: '/bin/sh -c make all' }]
    const layers = blameLayers(null, imageOf(history, 2), parseDockerfile('', ''))
    expect(layers).toMatchObject([
      { line: null, base: false, instruction: 'base' },
      { line: null, base: false, instruction: '/bin/sh -c make all' },
    ])
  })
})
