// Manifests that JavaScript reads and engines do not: to call an image of one equal would be to call a broken one good.
import { describe, expect, test } from '@jest/globals'
import { parseImage } from '../../src/image/manifest.ts'
import { sha256 } from '../image/crafted.ts'

const digestOfZeros = sha256(Buffer.alloc(1024))

const honestConfig = {
  ...{ architecture: 'amd64', os: 'linux', config: {} },
  rootfs: { type: 'layers', diff_ids: [digestOfZeros] },
}

const config = Buffer.from(JSON.stringify(honestConfig))
const honestManifest = {
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: sha256(config), size: config.length },
  layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: digestOfZeros, size: 1024 }],
}

const problemOf = (manifest: string, own = config): string | undefined =>
  parseImage(Buffer.from(manifest), own).problem ?? undefined
const honest = JSON.stringify(honestManifest)

describe('a manifest', () => {
  test('as it is written is read', () => {
    expect(problemOf(honest)).toBeUndefined()
    const note = { 'org.a': '"1.5" and 1e3 \\' }
    expect(problemOf(JSON.stringify({ ...honestManifest, annotations: note }))).toBeUndefined()
  })

  test.each([
    ['a byte order mark', `\ufeff${honest}`, 'is not JSON'],
    ['a size with an exponent', honest.replace('"size":1024', '"size":1.024e3'), 'the number "1.024e3"'],
    ['a size with a fraction of nothing', honest.replace('"size":1024', '"size":1024.0'), 'the number "1024.0"'],
    ['such a number somewhere else', honest.replace('{', '{"x":[1,{"y":-2E0}],'), 'the number "2E0"'],
  ])('with %s is not', (_, manifest, why) => {
    expect(manifest).not.toBe(honest)
    expect(problemOf(manifest)).toContain(why)
  })

  test('of a megabyte of digits takes no time to speak of', () => {
    const start = process.cpuUsage()
    expect(problemOf(honest.replace('{', `{"x":${'9'.repeat(2_000_000)},`))).toBeUndefined()
    expect(process.cpuUsage(start).user).toBeLessThan(5e6)
  })
})

test('a config with a byte order mark is not read', () => {
  expect(problemOf(honest, Buffer.from(`\ufeff${config}`))).toContain('the config is not JSON')
})
