// What a build did and was made of, in every form that BuildKit and its predecessors wrote it: a step that is overlooked is one that nobody audits.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { baseImagesIn, basesIn, type Operation, operationsIn } from '../../src/build/llb.ts'
import { parseMetadata } from '../../src/build/metadata.ts'

type Step = { id: string; op: { Op: object; platform?: object }; inputs?: string[] }
type Provenance = { buildConfig: { llbDefinition: Step[]; digestMapping: Record<string, string> } }
const metadata = readFileSync(join(import.meta.dirname, 'fixtures/stages-a.json'), 'utf8')
const real = JSON.parse(metadata)['buildx.build.provenance'] as Provenance
const { buildConfig } = real

/** The one operation of this description. */
const kindOf = (op: unknown): Operation | undefined =>
  operationsIn({ buildConfig: { llbDefinition: [{ id: 's', op }], digestMapping: { d: 's' } } })?.[0]
const files = (...actions: unknown[]) => ({ Op: { file: { actions } } })
const copy = (src: string, dest: string) => ({ Action: { copy: { src, dest } } })
const download = (identifier: unknown, attrs?: unknown) => ({ Op: { source: { identifier, attrs } } })
const mounted = (...cacheOpts: unknown[]) => ({ Op: { exec: { mounts: cacheOpts.map(cacheOpt => ({ cacheOpt })) } } })

describe('the operations of a real build', () => {
  const operations = operationsIn(real) ?? []

  test('are all there, with the inputs that they build on', () => {
    expect(operations.map(({ id }) => id)).toEqual(buildConfig.llbDefinition.map(({ id }) => id))
    const count = (kind: string) => operations.filter(one => one.kind === kind).length
    expect(['run', 'copy', 'make', 'source', 'other'].map(count)).toEqual([3, 6, 7, 2, 3])
    const digests = new Set(operations.map(({ digest }) => digest))
    for (const [at, { inputs }] of operations.entries()) {
      expect(inputs).toHaveLength(buildConfig.llbDefinition[at]?.inputs?.length ?? 0)
      for (const input of inputs) expect(digests).toContain(input)
    }
  })

  test.each<[string, unknown]>([
    ['SLSA 1', { buildDefinition: { internalParameters: { buildConfig } } }],
    ['its parameters from outside', { buildDefinition: { externalParameters: { buildConfig } } }],
    ['the definition itself', { buildDefinition: { buildConfig } }],
    ['behind one that holds none', { buildConfig: {}, buildDefinition: { buildConfig } }],
  ])('are the same in the form of %s', (_, provenance) => expect(operationsIn(provenance)).toEqual(operations))

  test.each<[string, (op: Step['op']) => unknown]>([
    ['in small letters', ({ Op, ...more }) => ({ op: Op, ...more })],
    ['without a level', ({ Op, ...more }) => ({ ...Op, ...more })],
  ])('are the same where an operation is written %s', (_, written) => {
    const llbDefinition = buildConfig.llbDefinition.map(step => ({ ...step, op: written(step.op) }))
    const small = JSON.parse(JSON.stringify(llbDefinition).replaceAll('"Action":', '"action":'))
    for (const steps of [llbDefinition, small])
      expect(operationsIn({ buildConfig: { ...buildConfig, llbDefinition: steps } })?.map(({ kind }) => kind)).toEqual(
        operations.map(({ kind }) => kind),
      )
  })
})

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['no operations', { buildConfig: { ...buildConfig, llbDefinition: [] } }],
  ['a list', [buildConfig]],
  ['operations that are no list', { buildConfig: { ...buildConfig, llbDefinition: {} } }],
  ['no digests', { buildConfig: { llbDefinition: buildConfig.llbDefinition } }],
  ['digests of numbers', { buildConfig: { ...buildConfig, digestMapping: { d: 1 } } }],
  ['an operation that has none', { buildConfig: { llbDefinition: [{ id: 's' }], digestMapping: { d: 'other' } } }],
  ['an operation without a name', { buildConfig: { llbDefinition: [{}], digestMapping: { d: 'undefined' } } }],
  ['null for an operation', { buildConfig: { llbDefinition: [null], digestMapping: { d: 's' } } }],
])('a provenance that holds %s tells no steps, rather than some', (_, provenance) =>
  expect(operationsIn(provenance)).toBeNull(),
)

test('an input that is not there is one that nobody knows', () => {
  const steps = [
    { id: 'a', op: { Op: { exec: {} } } },
    { id: 'b', op: {}, inputs: ['a:10', 'x:0', 5] },
  ]
  expect(operationsIn({ buildConfig: { llbDefinition: steps, digestMapping: { 1: 'a', 2: 'b' } } })).toMatchObject([
    { digest: '1', inputs: [] },
    { digest: '2', inputs: ['1', '', ''] },
  ])
})

describe('what an operation does', () => {
  const mkdir = { Action: { mkdir: { path: '/a' } } }
  test.each<[string, unknown, Operation['kind']]>([
    ['a program', { Op: { exec: {} } }, 'run'],
    ['an image', { Op: { source: {} } }, 'source'],
    ['what is merged', { Op: { merge: {} } }, 'other'],
    ['the end of the build', {}, 'other'],
    ['no operation', 'x', 'other'],
    ['a folder', files(mkdir), 'make'],
    ['the text of a heredoc', files({ Action: { mkfile: {} } }), 'make'],
    ['a link', files({ Action: { symlink: {} } }), 'make'],
    ['a folder and a text', files(mkdir, { Action: { mkfile: {} } }), 'make'],
    // BuildKit answers what it only makes from its cache whatever it is told; of all else that is a doubt.
    ['a copy', files(copy('/f', '/f')), 'copy'],
    ['a folder and a copy', files(mkdir, copy('/f', '/f')), 'copy'],
    ['a copy and a folder', files(copy('/f', '/f'), mkdir), 'copy'],
    ['what is removed', files({ Action: { rm: {} } }), 'copy'],
    ['nothing that is told', files(), 'copy'],
    ['an action of no kind', files({}), 'copy'],
    ['an action that is null', files(null), 'copy'],
    ['files without actions', { Op: { file: {} } }, 'copy'],
    ['files that are none', { Op: { file: 5 } }, 'copy'],
  ])('%s', (_, op, kind) => expect(kindOf(op)?.kind).toBe(kind))

  test('two copies are one work where only the folder that they come from has another name', () => {
    const work = (...of: [string, string][]) => kindOf(files(...of.map(([src, dest]) => copy(src, dest))))?.work
    const one = work(['/one/f', '/x/f'])
    expect(one).toBe(work(['/two/f', '/x/f']))
    for (const other of [
      work(['/one/g', '/x/f']),
      work(['/one/f', '/y/f']),
      work(['/one/f', '/x/f'], ['/one/g', '/x/g']),
    ])
      expect(other).not.toBe(one)
    expect(kindOf(files({ Action: { copy: { src: 5 } } }))?.work).toEqual(expect.any(String))
    // Only those are done once.
    for (const op of [files(mkdir), { Op: { exec: {} } }, download('http://h/f')]) expect(kindOf(op)?.work).toBeNull()
  })

  test.each<[string, unknown, string | null]>([
    ['over http', download('http://h/f'), 'http://h/f'],
    ['over https', download('https://h/f', {}), 'https://h/f'],
    ['in capitals', download('HTTPS://h/f'), 'HTTPS://h/f'],
    ['with a checksum', download('https://h/f', { 'http.checksum': 'sha256:1' }), null],
    ['with a checksum that is none', download('https://h/f', { 'http.checksum': 1 }), 'https://h/f'],
    ['with other attributes', download('https://h/f', { 'http.filename': 'f' }), 'https://h/f'],
    ['an image', download('docker-image://debian'), null],
    ['a repository', download('git://github.com/o/r?http://h/f'), null],
    ['no address', download(['https://h/f']), null],
  ])('a download without a checksum is told: %s', (_, op, address) => expect(kindOf(op)?.unchecked).toBe(address))

  test('cache mounts are told by their ids', () => {
    expect(kindOf(mounted({ ID: 'x' }, undefined, { id: 'y' }, {}, { ID: 5 }))?.cacheMounts).toEqual(['x', 'y'])
    expect(kindOf({ Op: { exec: {} } })?.cacheMounts).toEqual([])
  })
})

describe('what a build was made of', () => {
  const sha = '1'.repeat(64)
  const commit = 'a'.repeat(40)
  const of = (uri: unknown, digest: unknown) =>
    [{ materials: [{ uri, digest }] }, { buildDefinition: { resolvedDependencies: [{ uri, digest }] } }].map(basesIn)

  test.each<[string, string, object, object[]]>([
    ['an image', 'pkg:docker/debian@12', { sha256: sha }, [{ kind: 'image', reference: 'debian:12', pinned: false }]],
    [
      'an image of a layout, of a registry with a port',
      'pkg:oci/localhost%3A5000/o%2Fapp@1?digest=x&platform=linux%2Farm64',
      { sha256: sha },
      [{ kind: 'image', reference: 'localhost:5000/o/app:1', pinned: true, platform: 'linux/arm64' }],
    ],
    ['a name that cannot be read', 'pkg:docker/%zz@1', { sha256: sha }, [{ reference: '%zz:1' }]],
    ['a branch', 'https://h/r.git#main', { sha1: commit }, [{ kind: 'git', digest: commit, pinned: false }]],
    ['a commit', `https://h/r.git#${commit}`, { sha1: commit }, [{ kind: 'git', digest: commit, pinned: true }]],
    ['over ssh', 'ssh://git@h/r.git', { sha1: commit }, [{ kind: 'git' }]],
    ['an image without a digest', 'pkg:docker/debian@12', {}, []],
    ['a commit of nothing', 'pkg:npm/x', { sha1: commit }, []],
    ['a download', 'https://h/f', { sha256: sha }, []],
  ])('%s, in both forms of a provenance', (_, uri, digest, told) => {
    for (const bases of of(uri, digest)) {
      expect(bases).toHaveLength(told.length)
      expect(bases).toMatchObject(told)
    }
  })

  test.each([
    [null],
    [5],
    [{ uri: 'pkg:docker/debian@12' }],
    [{ uri: 'pkg:docker/debian@12', digest: null }],
    [{ uri: 'https://h/r.git', digest: 'sha1' }],
    [{ uri: ['https://h/r.git'], digest: { sha1: commit } }],
  ])('%j is nothing that a build is made of', material => {
    expect(basesIn({ materials: [material] })).toEqual([])
  })

  test('images alone, where only those are asked for', () => {
    const materials = [
      { uri: 'pkg:docker/debian@12', digest: { sha256: sha } },
      { uri: 'https://h/r.git', digest: { sha1: commit } },
    ]
    expect(basesIn({ materials })).toHaveLength(2)
    expect(baseImagesIn({ materials })).toMatchObject([{ kind: 'image', digest: sha, platform: null }])
  })
})

describe('what buildx writes beside the image', () => {
  const [digest, config] = [`sha256:${'d'.repeat(64)}`, `sha256:${'c'.repeat(64)}`]
  const told = (more: object = {}) => ({
    ...{ 'containerimage.digest': digest, 'containerimage.config.digest': config, 'buildx.build.ref': 'b/n/1' },
    ...{ 'containerimage.descriptor': { platform: { os: 'linux', architecture: 'arm', variant: 'v7' } }, ...more },
  })
  const nothing = { digest: '', configDigest: '', ref: '', platform: null, provenance: null }

  test('is read, of bake that of the target', () => {
    const read = { digest, configDigest: config, ref: 'b/n/1', platform: 'linux/arm/v7', provenance: null }
    expect(parseMetadata(JSON.stringify(told()))).toEqual(read)
    expect(parseMetadata(JSON.stringify({ web: told(), db: {} }), 'web')).toEqual(read)
    expect(parseMetadata(JSON.stringify({ web: told(), db: {} }), 'db')).toEqual(nothing)
    expect(parseMetadata(metadata)).toMatchObject({ platform: 'linux/amd64', provenance: real })
  })

  test.each(['', '{', 'null', '5', '"x"', '[]', '[{}]'])('%j is not what it writes', text => {
    expect(parseMetadata(text)).toBeNull()
    expect(parseMetadata(text, 'web')).toBeNull()
  })

  test('what was not built is not there, and none of it is taken from others', () => {
    expect(parseMetadata(JSON.stringify(told()), 'web')).toBeNull()
    expect(parseMetadata('{}')).toEqual(nothing)
  })

  test.each([
    digest.slice(0, -1),
    `${digest}0`,
    ` ${digest}`,
    digest.toUpperCase(),
    `sha512:${'d'.repeat(64)}`,
    5,
    null,
    { digest },
  ])('of a digest that is none nothing is kept: %j', odd => {
    const odds = { 'containerimage.digest': odd, 'containerimage.config.digest': odd }
    expect(parseMetadata(JSON.stringify(told(odds)))).toMatchObject({ digest: '', configDigest: '' })
  })

  test.each([
    [{ os: 'linux', architecture: 'amd64' }, 'linux/amd64'],
    [{ os: 'linux' }, null],
    [{ os: 5, architecture: 'amd64' }, null],
    [[], null],
    ['linux/amd64', null],
  ])('a platform %j is %s', (platform, name) => {
    expect(parseMetadata(JSON.stringify(told({ 'containerimage.descriptor': { platform } })))?.platform).toBe(name)
    expect(parseMetadata(JSON.stringify(told({ 'containerimage.descriptor': platform })))?.platform).toBeNull()
  })
})
