import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { layersOf, parseImage } from '../../src/image/manifest.ts'
import { descriptorOf, imageOf, sha256, tarOf } from './crafted.ts'

const layer = descriptorOf(Buffer.from('layer'))
const good = { os: 'linux', rootfs: { type: 'layers', diff_ids: [layer.digest] } }

function parsed(config: unknown, change: Record<string, unknown> = {}) {
  const bytes = Buffer.from(typeof config === 'string' ? config : JSON.stringify(config))
  const manifest = { config: descriptorOf(bytes, 'c'), layers: [layer], ...change }
  return parseImage(Buffer.from(JSON.stringify(manifest)), bytes)
}

describe('parsing', () => {
  test('computes both digests', () => {
    const config = Buffer.from(JSON.stringify(good))
    const manifest = Buffer.from(JSON.stringify({ config: descriptorOf(config, 'c'), layers: [layer] }))
    const { image, problem } = parseImage(manifest, config)
    expect(problem).toBeNull()
    expect(image).toMatchObject({ digest: sha256(manifest), configDigest: sha256(config), config: good })
  })

  test('null where there is nothing is nothing', () => {
    const { image, problem } = parsed({ ...good, config: null, history: null }, { annotations: null })
    expect(problem).toBeNull()
    expect(image?.config.history).toBeUndefined()
    expect(image?.manifest.annotations).toBeUndefined()
  })

  test('an image of labels alone, as BuildKit writes it, has no layers', () => {
    const { image } = parsed({ os: 'linux', rootfs: { type: 'layers', diff_ids: null } }, { layers: null })
    expect(image && layersOf(image)).toEqual([])
  })

  const cases: [string, ReturnType<typeof parsed>, RegExp][] = [
    ['no JSON', parsed('{'), /config is not JSON/],
    ['not UTF-8', parseImage(Buffer.from('ff', 'hex'), Buffer.alloc(0)), /manifest is not JSON/],
    ['too large', parseImage(Buffer.alloc(5 << 20), Buffer.alloc(0)), /more than 4194304 are not read/],
    ['too deep', parsed(`{"x":${'['.repeat(5e5)}${']'.repeat(5e5)}}`), /nested/],
    ['a list', parsed([]), /config is not a JSON object/],
    ['an index', parsed(good, { manifests: [] }), /index of several images/],
    ['no rootfs', parsed({}), /rootfs in the config is missing/],
    ['more diff IDs than layers', parsed(good, { layers: [] }), /0 layers, the config has 1 diff IDs/],
    ['another config', parsed(good, { config: descriptorOf(Buffer.from('x'), 'c') }), /the manifest asks for/],
    ['no config', parsed(good, { config: undefined }), /config in the manifest is missing/],
    [
      'a digest that is a path',
      parsed(good, { layers: [{ ...layer, digest: '../x' }] }),
      /not a digest: "\\"..\/x\\""/,
    ],
    ['a size that is a text', parsed(good, { layers: [{ ...layer, size: '9' }] }), /size of layer 0/],
    ['a negative size', parsed(good, { layers: [{ ...layer, size: -1 }] }), /size of layer 0/],
    ['history that is a text', parsed({ ...good, history: 'x' }), /history in the config is not a list/],
    ['a history entry that is null', parsed({ ...good, history: [null] }), /history entry is missing/],
    ['empty_layer that is a text', parsed({ ...good, history: [{ empty_layer: 'false' }] }), /empty_layer/],
    ['created that is a number', parsed({ ...good, created: 5 }), /created in the config is not a text/],
    ['an annotation that is a list', parsed(good, { annotations: { a: [] } }), /annotation of the manifest/],
  ]
  test.each(cases)('%s is said, not thrown', (_, { image, problem }, message) => {
    expect(image).toBeNull()
    expect(problem).toMatch(message)
  })

  test('any JSON at all: an image or a problem', () => {
    const shape = fc.letrec(tie => ({
      any: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), tie('object')),
      object: fc.dictionary(
        fc.constantFrom(
          'config',
          'layers',
          'rootfs',
          'diff_ids',
          'history',
          'digest',
          'size',
          'mediaType',
          'annotations',
        ),
        tie('any'),
      ),
    }))
    fc.assert(
      fc.property(shape.any, shape.any, (manifest, config) => {
        const result = parseImage(Buffer.from(JSON.stringify(manifest)), Buffer.from(JSON.stringify(config)))
        expect((result.image === null) !== (result.problem === null)).toBe(true)
      }),
    )
  })
})

describe('layers of an image', () => {
  const tars = [tarOf([]), tarOf([{ name: 'x' }])]
  test('have the history entries that made them, empty ones aside', () => {
    const history = [{ created_by: 'FROM' }, { created_by: 'ENV', empty_layer: true }, { created_by: 'RUN' }]
    const { image } = imageOf(tars, { history })
    expect(layersOf(image).map(({ history, diffId }) => [history?.created_by, diffId])).toEqual([
      ['FROM', sha256(tars[0] as Buffer)],
      ['RUN', sha256(tars[1] as Buffer)],
    ])
  })

  test('have none when they do not add up', () => {
    for (const history of [[], [{ created_by: 'FROM' }], [{}, {}, {}]])
      expect(layersOf(imageOf(tars, { history }).image).map(({ history }) => history)).toEqual([undefined, undefined])
  })
})
