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
    ['annotations that are a list', parsed(good, { annotations: [] }), /annotations of the manifest is missing/],
    [
      'an annotation of a layer',
      parsed(good, { layers: [{ ...layer, annotations: { a: 1 } }] }),
      /annotation of layer 0/,
    ],
    ['a media type that is none', parsed(good, { mediaType: 1 }), /the media type of the manifest is not a text/],
    [
      'a layer without one',
      parsed(good, { layers: [{ ...layer, mediaType: null }] }),
      /media type of layer 0 .*not a text/,
    ],
    ['a layer that is a list', parsed(good, { layers: [[]] }), /layer 0 in the manifest is missing or not an object/],
    ['layers that are none', parsed(good, { layers: {} }), /the layers in the manifest is not a list/],
    ['diff IDs that are none', parsed({ ...good, rootfs: { diff_ids: 'x' } }), /diff_ids in the config is not a list/],
    ['a diff ID that is none', parsed({ ...good, rootfs: { diff_ids: ['sha256:x'] } }), /a diff ID is not a digest/],
    ['a rootfs that is a list', parsed({ ...good, rootfs: [] }), /rootfs in the config is missing/],
    ['a config that is a list', parsed({ ...good, config: [] }), /config in the config is missing or not an object/],
    ...['architecture', 'os', 'variant', 'created'].map((field): (typeof cases)[number] => [
      ...([`${field} that is null`, parsed({ ...good, [field]: null })] as const),
      new RegExp(`^${field} in the config is not a text`),
    ]),
    ...['created', 'created_by', 'comment'].map((field): (typeof cases)[number] => [
      ...([`${field} of a history that is a number`, parsed({ ...good, history: [{ [field]: 1 }] })] as const),
      new RegExp(`^${field} in a history entry is not a text`),
    ]),
  ]
  test.each(cases)('%s is said, not thrown', (_, { image, problem }, message) => {
    expect(image).toBeNull()
    expect(problem).toMatch(message)
  })

  test('what it says is kept as it stands', () => {
    const config = { ...good, architecture: 'arm', variant: 'v7', created: 'x', config: { Env: ['A=b'] } }
    const history = [{ created: 'x', created_by: 'y', comment: 'z', empty_layer: true }]
    const { image } = parsed({ ...config, history }, { mediaType: 'm', annotations: { a: 'b' } })
    expect(image?.config).toEqual({ ...config, history })
    expect(image?.manifest).toMatchObject({ mediaType: 'm', annotations: { a: 'b' }, layers: [layer] })
    // A blob of nothing is one.
    expect(parsed(good, { layers: [{ ...layer, size: 0 }] }).problem).toBeNull()
  })

  // Engines, written in Go, take a field whatever its letters are; U+017F folds to an s.
  test.each(['Layers', 'LAYERS', 'layer\u017f', 'Config', 'MediaType', 'mediatype', 'Manifests', 'manife\u017fts'])(
    'a manifest with a field %s, which readers may take for another, is none',
    key =>
      expect(parsed(good, { [key]: [] }).problem).toMatch(/^the manifest has a field .*, which readers may take for/),
  )
  test.each(['Rootfs', 'RootFS', 'root\u017ffs', 'rootf\u017f'])('so is a config with %s', key => {
    const { problem } = parsed({ ...good, [key]: { diff_ids: [] } })
    if (key === 'root\u017ffs') expect(problem).toBeNull()
    else expect(problem).toMatch(/^the config has a field/)
  })
  test.each(['Diff_IDs', 'diff_id\u017f'])('and one whose rootfs has %s', key =>
    expect(parsed({ ...good, rootfs: { ...good.rootfs, [key]: [] } }).problem).toMatch(
      /^rootfs in the config has a field/,
    ),
  )

  test('a key that is there twice is said: readers do not agree on which counts', () => {
    const text = JSON.stringify({ config: descriptorOf(Buffer.from(JSON.stringify(good)), 'c'), layers: [layer] })
    const twice = text.replace('{', '{"layers":[],')
    expect(parseImage(Buffer.from(twice), Buffer.from(JSON.stringify(good))).problem).toMatch(/"layers" twice/)
    expect(parsed(JSON.stringify(good).replace('{', '{"os":"x",')).problem).toMatch(/"os" twice/)
  })

  describe('a descriptor that holds its blob itself', () => {
    const blob = Buffer.from('layer')
    const held = (data: unknown, more: object = {}) => parsed(good, { layers: [{ ...layer, data, ...more }] }).problem
    test('is as good as one that does not', () => expect(held(blob.toString('base64'))).toBeNull())
    test.each<[string, unknown, number]>([
      ['of another digest', Buffer.from('LAYER').toString('base64'), 5],
      ['of another size', blob.toString('base64'), 6],
      ['that is longer', Buffer.from('layers').toString('base64'), 5],
      ['whose base64 lacks its padding', blob.toString('base64').replace('=', ''), 5],
      ['whose base64 has something behind it', `${blob.toString('base64')}\n!`, 5],
      ['that is no text', [...blob], 5],
      ['that is null', null, 5],
      ['of nothing', '', 5],
    ])('is refused with one %s', (_, data, size) =>
      expect(held(data, { size })).toBe('layer 0 in the manifest has data that its digest is not of'),
    )
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
