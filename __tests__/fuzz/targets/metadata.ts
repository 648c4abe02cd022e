import { findingsIn } from '../../../src/build/docker-check.ts'
import { baseImagesIn, operationsIn } from '../../../src/build/llb.ts'
import { parseMetadata } from '../../../src/build/metadata.ts'
import { attestedBuild } from '../../../src/explain/blame/attested-build.ts'
import { layerSteps, readProvenance } from '../../../src/explain/blame/provenance.ts'
import { promise, type Target } from '../target.ts'
import { provenance } from '../words.ts'

export const target: Target = {
  name: 'metadata',
  what: 'metadata of buildx with its provenance: steps, layers, bases; answers of docker build --check',
  seeds: [
    '{"containerimage.digest":"sha256:00","containerimage.descriptor":{"platform":{"os":"linux","architecture":"amd64"}},"buildx.build.provenance":{"materials":[]}}',
  ],
  files: [
    ...['scratch.json', 'stages-a.json', 'docker-check.json'].map(name => `__tests__/build/fixtures/${name}`),
    ...['provenance-env.json', 'provenance-link.json'].map(name => `__tests__/explain/fixtures/${name}`),
  ],
  words: [
    ...provenance,
    '"containerimage.digest":',
    '"buildx.build.provenance":',
    '"warnings":',
    '"ruleName":',
    '"detail":',
    '"url":',
    '"location":',
  ],
  maxBytes: 60_000,
  ms: { fixed: 150, perKiB: 40 },
  run(bytes) {
    const text = bytes.toString()
    for (const finding of findingsIn(text, { file: 'Dockerfile', text: 'FROM a\nRUN b\n' }) ?? [])
      promise(finding.message.length <= 1000 && (finding.location?.endLine ?? 1) <= 3, 'what Docker says is bounded')
    const metadata = parseMetadata(text)
    let whole: unknown = null
    try {
      whole = JSON.parse(text)
    } catch {
      return
    }
    for (const one of [metadata?.provenance, whole]) {
      const graph = readProvenance(one)
      if (graph !== null) layerSteps(graph)
      operationsIn(one)
      baseImagesIn(one)
      attestedBuild(one)
    }
  },
}
