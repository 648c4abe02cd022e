import { imageOf, tarOf } from '../image/crafted.ts'

/** An OCI layout as a tar: one image of such layers, with every digest right. */
export function layoutOf(layers: readonly Buffer[]): Buffer {
  const { image, texts, blobs } = imageOf(layers)
  const size = Buffer.byteLength(texts.manifest)
  const index = `{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"${image.digest}","size":${size},"annotations":{"org.opencontainers.image.ref.name":"a"}}]}`
  const all = [[image.digest, texts.manifest] as const, [image.configDigest, texts.config] as const, ...blobs]
  return tarOf([
    { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    { name: 'index.json', content: index },
    ...all.map(([digest, content]) => ({ name: `blobs/${digest.replace(':', '/')}`, content })),
  ])
}
