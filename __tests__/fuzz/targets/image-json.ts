import { digestOf } from '../../../src/image/digest.ts'
import { jsonObject } from '../../../src/image/json.ts'
import { layersOf, parseImage } from '../../../src/image/manifest.ts'
import { indexEntries, platformFrom } from '../../../src/image-stores/index-entries.ts'
import { StoreError } from '../../../src/image-stores/store-error.ts'
import { border, parts } from '../parts.ts'
import { promise, type Target } from '../target.ts'
import { image } from '../words.ts'

const digest = `sha256:${'4f'.repeat(32)}`
const manifest = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"CONFIG","size":9},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"${digest}","size":1,"annotations":{"a":"b"}}]}`
const config = `{"created":"2026-11-21T03:00:00Z","architecture":"amd64","os":"linux","config":{"Env":["A=b"],"Labels":{"a":"b"}},"rootfs":{"type":"layers","diff_ids":["${digest}"]},"history":[{"created_by":"RUN x","empty_layer":false}]}`

export const target: Target = {
  name: 'image-json',
  what: 'manifests, configs and indexes',
  seeds: [
    manifest + border + config,
    `{"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"${digest}","size":1,"platform":{"os":"linux","architecture":"arm64","variant":"v8","os.version":"1"},"annotations":{"vnd.docker.reference.type":"attestation-manifest"}}]}`,
  ],
  words: [...image, border, 'CONFIG'],
  allowed: [StoreError],
  run(bytes) {
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = parts(bytes)
    // The digest of a config that was changed is right all the same, or nothing behind it would be read.
    const whole = Buffer.from(first.toString('latin1').replace('CONFIG', digestOf(second)), 'latin1')
    const parsed = parseImage(whole, second)
    promise((parsed.image === null) !== (parsed.problem === null), 'there is an image or a reason')
    if (parsed.image !== null) {
      promise(parsed.image.digest === digestOf(whole), 'the digest is that of the bytes')
      promise(layersOf(parsed.image).length === parsed.image.config.rootfs.diff_ids.length, 'every layer has a diff ID')
    }
    const json = jsonObject(first, { unique: true })
    if (typeof json !== 'string') platformFrom(json.platform)
    for (const entry of indexEntries(first, 'x'))
      promise(Number.isSafeInteger(entry.size) && entry.size >= 0, 'a size is a number of bytes')
  },
}
