// Ways to write the honest image with one thing changed. A shape: `what` it is, `make` (a new Layout in, the place of image B out;
// `makes`: both sides), and what has to come of it: `exit` and `says`.
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { digestOf, end, file, header } from './layout.mjs'

export const MB = 1_000_000
const files = [
  header({ name: 'bin/', type: '5' }),
  file({ name: 'bin/app' }, 'a program of some bytes'),
  file({ name: 'etc/x' }, 'x'),
]
export const honestTar = Buffer.concat([...files, end])
export const packed = gzipSync(honestTar, { level: 1 })
export const diffId = digestOf(honestTar)

/** The honest image: compressed in another way than the others, so that its layer is read. */
export const honest = layout => layout.index([layout.image([layout.blob(gzipSync(honestTar, { level: 9 }))], [diffId])])

/** A layout whose one layer is this tar, whatever it is. */
export const ofTar = tar => layout => {
  const layer = layout.blob(gzipSync(tar))
  return layout.index([layout.image([layer], [digestOf(tar)])])
}
export const ofEntries = (...entries) => ofTar(Buffer.concat([...entries, end]))
/** One that differs in the content of a file on either side. */
export const pairOf = entries => ['a', 'b'].map(side => layout => ofEntries(...entries(side))(layout))
/** The honest layer, and what is told of it. */
export const told =
  (layer, more = {}) =>
  layout =>
    layout.index([layout.image([{ ...layout.blob(packed), ...layer }], [diffId], more)])
export const manifestOf = change => told({}, { manifest: change })
export const configOf = change => told({}, { config: change })
export const layerAs = blob => layout => layout.index([layout.image([layout.blob(blob)], [diffId])])
export const indexOf = entries => layout => layout.index(entries(layout.image([layout.blob(packed)], [diffId]), layout))
/** The honest layout, and then something done to its files. */
export const damaged = work => layout => {
  const layer = layout.blob(packed)
  const manifest = layout.image([layer], [diffId])
  const folder = layout.index([manifest])
  work(folder, { layer: join(folder, layout.path(layer.digest)), manifest: join(folder, layout.path(manifest.digest)) })
  return folder
}
export const base256 = (value, at) => block => {
  const bits = BigInt.asUintN(96, value) | (1n << 95n)
  Buffer.from(bits.toString(16).padStart(24, '0'), 'hex').copy(block, at)
}
export const nested = (levels, make) => Array.from({ length: levels }).reduce(inner => make(inner), '0')

export const broken = (what, make, says, exit = 2) => ({ what, make, says, exit })
export const pair = (what, makes, exit, says) => ({ what, makes, exit, says })
