// Manifests and configs that readers may take for something else than they are.
import { broken, configOf, diffId, manifestOf, packed, told } from './making.mjs'

export const spellings = {
  'read-long-s': broken(
    'a manifest with layerſ (long s) beside layers',
    manifestOf(own => ({ ...own, 'layer\u017f': [] })),
    /may take for layers/,
  ),
  'read-kelvin': broken(
    'a config with a key of the Kelvin sign',
    configOf(own => ({
      ...own,
      'roo\u017ff\u017f': 1,
      'root\u017f': 1,
      'rootf\u017f': { type: 'layers', diff_ids: [] },
    })),
    /may take for rootfs/,
  ),
  'read-diff-ids': broken(
    'a config with Diff_Ids beside diff_ids',
    configOf(own => ({ ...own, rootfs: { ...own.rootfs, Diff_Ids: [] } })),
    /may take for diff_ids/,
  ),
  'read-env-twice': broken(
    'a config with Env and env',
    configOf(own => ({ ...own, config: { Env: ['A=1'], env: ['A=2'] } })),
    /same-files/,
    0,
  ),
  'read-bom': broken(
    'a manifest with a byte order mark',
    manifestOf(own => `\ufeff${JSON.stringify(own)}`),
    /is not JSON/,
  ),
  'read-two-values': broken(
    'a manifest with a second one behind it',
    manifestOf(own => `${JSON.stringify(own)}${JSON.stringify(own)}`),
    /is not JSON/,
  ),
  'read-surrogate': broken(
    'a config with half a character',
    configOf(own => `${JSON.stringify(own).slice(0, -1)},"author":"\\ud800"}`),
    /same-files/,
    0,
  ),
  'read-more-diff-ids': broken(
    'more diff IDs than layers',
    configOf(own => ({ ...own, rootfs: { type: 'layers', diff_ids: [diffId, diffId] } })),
    /2 diff IDs/,
  ),
  'read-rootfs-type': broken(
    'a rootfs of another type',
    configOf(own => ({ ...own, rootfs: { ...own.rootfs, type: 'layers+base' } })),
    /same-files/,
    0,
  ),
  'read-sha512': broken(
    'a digest of SHA-512 of a blob that is not there',
    told({ digest: `sha512:${'ab'.repeat(64)}` }),
    /there is no/,
  ),
  'read-digest-capitals': broken(
    'a digest in capitals',
    layout => {
      const l = layout.blob(packed)
      return told({ digest: l.digest.toUpperCase().replace('SHA', 'sha') })(layout)
    },
    /not a digest/,
  ),
  'read-size-text': broken(
    'a size that is a text',
    manifestOf(own => ({ ...own, layers: own.layers.map(l => ({ ...l, size: String(l.size) })) })),
    /not a number of bytes/,
  ),
  'read-size-fraction': broken(
    'a size with a fraction',
    manifestOf(own => JSON.stringify(own).replace(/"size":(\d+)/g, '"size":$1.5')),
    /engines do not read|its descriptor says/,
  ),
  'read-size-exponent': broken(
    'sizes as 1.82e2',
    manifestOf(own => JSON.stringify(own).replace(/"size":(\d+)/g, (_, n) => `"size":${Number(n).toExponential()}`)),
    /engines do not read/,
  ),
  'read-annotations': broken(
    'annotations that are a list',
    manifestOf(own => ({ ...own, annotations: [1] })),
    /not an object/,
  ),
  'read-layers-null': broken(
    'layers that are null',
    manifestOf(own => ({ ...own, layers: null })),
    /0 layers/,
  ),
  'read-layers-object': broken(
    'layers that are an object',
    manifestOf(own => ({ ...own, layers: { 0: own.layers[0], length: 1 } })),
    /not a list/,
  ),
  'read-layer-null': broken(
    'a layer that is null',
    manifestOf(own => ({ ...own, layers: [null] })),
    /not an object/,
  ),
  'read-config-null': broken(
    'a config that is null',
    configOf(() => 'null'),
    /not a JSON object/,
  ),
  'read-config-list': broken(
    'a config that is a list',
    configOf(() => '[]'),
    /not a JSON object/,
  ),
  'read-history-many': broken(
    'a history of 100,000 steps',
    configOf(own => ({ ...own, history: Array(100_000).fill({ empty_layer: true }) })),
    /same-files/,
    0,
  ),
  'read-artifact': broken(
    'an artifact that is no image',
    manifestOf(own => ({
      ...own,
      artifactType: 'application/vnd.cncf.helm.chart',
      config: { ...own.config, mediaType: 'application/vnd.cncf.helm.config.v1+json' },
    })),
    /it is no image: its config is of the type "application\/vnd.cncf/,
  ),
  'read-two-sizes': broken(
    'one layer twice with two sizes',
    layout => {
      const l = layout.blob(packed)
      return layout.index([layout.image([l, { ...l, size: l.size + 1 }], [diffId, diffId])])
    },
    /its descriptor says/,
  ),
}
