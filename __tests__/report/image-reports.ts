import type { Report } from '../../src/report/report.ts'
import { buildFailed, notReproducible, reproducible } from './reports.ts'

const first = reproducible.builds[0]
const of = (image: string) => ({ image, platform: 'linux/amd64' })

/** A bake file of three images: one differs, one is proven, one cannot be built. */
export const threeImages: Report = {
  ...notReproducible,
  doubts: [],
  subject: { ...notReproducible.subject, files: ['Dockerfile', 'jobs/Dockerfile', 'web/Dockerfile'], target: null },
  results: [
    { ...of('api'), verdict: 'not-reproducible', level: 'different', digest: null, file: 'Dockerfile' },
    { ...of('jobs'), verdict: 'undecided', level: null, digest: null, file: 'jobs/Dockerfile' },
    {
      ...of('web'),
      verdict: 'reproducible',
      level: 'identical',
      digest: first?.digest ?? null,
      file: 'web/Dockerfile',
    },
  ],
  builds: [
    ...notReproducible.builds.map(build => ({ ...build, image: 'api' })),
    ...reproducible.builds.map(build => ({ ...build, image: 'web' })),
  ],
  layers: [
    ...reproducible.layers.map(layer => ({ ...layer, image: 'web' })),
    ...notReproducible.layers.map(layer => ({ ...layer, image: 'api' })),
  ],
  pullAgain: notReproducible.pullAgain.map(pull => ({ ...pull, image: 'api' })),
  findings: notReproducible.findings.map(finding =>
    finding.source === 'comparison' ? { ...finding, images: ['api'] } : finding,
  ),
  failure: buildFailed.failure && { ...buildFailed.failure, image: 'jobs', stopped: true },
  logs: ['/runner/temp/logs/build-A-api-linux-amd64.log', '/runner/temp/logs/build-A-jobs-linux-amd64.log'],
}

/** The same where all is right. */
export const allImagesProven: Report = {
  ...reproducible,
  subject: { ...reproducible.subject, target: null },
  results: ['api', 'web'].map(image => ({
    ...of(image),
    ...{ verdict: 'reproducible', level: 'identical', digest: first?.digest ?? null, file: 'Dockerfile' },
  })),
  builds: ['api', 'web'].flatMap(image => reproducible.builds.map(build => ({ ...build, image }))),
  layers: ['api', 'web'].flatMap(image => reproducible.layers.map(layer => ({ ...layer, image }))),
}
