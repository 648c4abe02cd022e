// Pairs of images of which one has a flipped bit somewhere: as it lies, and sealed again with digests that are right.
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { digestOf, Layout } from './layout.mjs'
import { honestTar } from './making.mjs'

/** Region by region, a pair; `equal`: whether both unpack to the same, as another reader says. The same seed flips the same bits. */
export function* flipped(folder, count, seed) {
  let state = seed
  const random = most => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return Math.floor((state / 2 ** 32) * most)
  }
  const flip = bytes => {
    const changed = Buffer.from(bytes)
    changed[random(bytes.length)] ^= 1 << random(8)
    return changed
  }
  const written = (name, change = {}) => {
    const at = join(folder, name)
    rmSync(at, { recursive: true, force: true })
    const { tar = honestTar, blob = gzipSync(tar) } = change
    const layout = new Layout(at)
    const layer = layout.blob(blob)
    const manifest = layout.image([layer], [digestOf(tar)], change)
    layout.index([manifest])
    const places = { layer: layout.path(layer.digest), manifest: layout.path(manifest.digest), index: 'index.json' }
    return { at, flip: place => writeFileSync(join(at, places[place]), flip(readFileSync(join(at, places[place])))) }
  }
  const asItLies = place => () => {
    const { at, flip } = written('b')
    flip(place)
    return at
  }
  const flippedJson = value => flip(Buffer.from(JSON.stringify(value)))
  const regions = {
    'the stored layer': asItLies('layer'),
    'the manifest': asItLies('manifest'),
    'index.json': asItLies('index'),
    'the gzip stream, sealed again': () => written('b', { blob: flip(gzipSync(honestTar)) }).at,
    'the tar, sealed again': () => written('b', { tar: flip(honestTar) }).at,
    'the config, sealed again': () => written('b', { config: flippedJson }).at,
    'the manifest, sealed again': () => written('b', { manifest: flippedJson }).at,
  }
  const names = Object.keys(regions)
  for (let at = 0; at < count; at += 1) {
    const region = names[at % names.length]
    const [a, b] = [written('a').at, regions[region]()]
    const [one, other] = readByPython([a, b])
    yield { region, a, b, equal: !one.broken && JSON.stringify(one.layers) === JSON.stringify(other.layers) }
  }
}

/** What a reader that has nothing of ours makes of these layouts. */
function readByPython(folders) {
  const script = fileURLToPath(new URL('../../__tests__/hostile-images/read-images.py', import.meta.url))
  const { stdout } = spawnSync('python3', [script], {
    input: folders.map(path => `${path}\n`).join(''),
    encoding: 'utf8',
  })
  return stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
}
