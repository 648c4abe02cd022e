import { attestedRequest, ProvenanceError } from '../../../src/replay/attested-request.ts'
import { imagesToHold, otherMaterials } from '../../../src/replay/materials.ts'
import { renderPlan } from '../../../src/replay/plan.ts'
import { planImage } from '../../../src/replay/plan-image.ts'
import { isClean } from '../parts.ts'
import { promise, type Target } from '../target.ts'
import { provenance } from '../words.ts'

const wishes = {
  context: undefined,
  buildArgs: {},
  buildContexts: {},
  secrets: [],
  ssh: [],
  network: undefined,
  allow: [],
  epoch: 'commit' as const,
}

export const target: Target = {
  name: 'provenance',
  what: 'SLSA provenance beside an image, and the plan of a build that is made of it',
  seeds: [],
  files: ['slsa-0.2-max', 'slsa-0.2-min', 'slsa-0.2-folder', 'slsa-1-max', 'slsa-1-buildkit-0.32'].map(
    name => `__tests__/replay/fixtures/${name}.json`,
  ),
  words: [
    ...provenance,
    '"build-arg:',
    '"label:',
    '"cgroup-parent":',
    '"force-network-mode":"host"',
    '"security":"INSECURE"',
    '"ssh":',
    '"optional":',
    '"attrs":',
    '"entryPoint":',
    '"path":',
    '../../',
    '"vcs":',
    '"completeness":',
    '"http://169.254.169.254/"',
    '\\u001b[31m',
  ],
  maxBytes: 60_000,
  ms: { fixed: 150, perKiB: 40 },
  allowed: [ProvenanceError],
  run(bytes) {
    let predicate: unknown
    try {
      predicate = JSON.parse(bytes.toString())
    } catch {
      return
    }
    const request = attestedRequest(predicate)
    imagesToHold(request.materials)
    otherMaterials(request.materials, [])
    for (const context of [undefined, 'https://github.com/o/r.git']) {
      const { plan, build } = planImage({ name: 'a', platform: 'linux/amd64', rewritten: true }, request, {
        ...wishes,
        context,
      })
      promise(plan.refused.length === 0 || build === null, 'what is refused is not built')
      promise(isClean(renderPlan(plan)), 'a plan is clean text')
      promise(build === null || !build.file.split('/').includes('..'), 'a Dockerfile is one of its source')
    }
  },
}
