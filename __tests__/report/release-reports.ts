import type { Report } from '../../src/report/report.ts'
import { digest, reproducible } from './reports.ts'

const [a] = reproducible.builds
const images = [
  {
    ...{ repository: 'ghcr.io/o/app', platform: 'linux/amd64' },
    ...{ digest: a?.digest ?? '', configDigest: a?.configDigest ?? '' },
  },
]

/** Proven, pushed, read back and tagged. */
export const released: Report = {
  ...reproducible,
  release: {
    ...{ state: 'published', problem: null, digest: a?.digest ?? '', images },
    tags: [
      { name: 'ghcr.io/o/app:1.2.0', before: null, state: 'moved' },
      { name: 'ghcr.io/o/app:latest', before: digest('01d'), state: 'moved' },
    ],
    notes: [
      'An attestation (provenance of the build) was pushed beside the image and set aside when it was compared: no two builds have the same.',
    ],
  },
}

/** Proven, and one tag could not be moved. */
export const notReleased: Report = {
  ...reproducible,
  release: {
    ...{ state: 'failed', digest: a?.digest ?? '', images, notes: [] },
    problem:
      'The image is proven, but was not released: ghcr.io does not let the image o/app:1.2.0 be written (403). Moved, and put back to what they were: ghcr.io/o/app:latest. Run it again: what is there already is not sent twice.',
    tags: [
      { name: 'ghcr.io/o/app:1.2.0', before: null, state: 'untouched' },
      { name: 'ghcr.io/o/app:latest', before: digest('01d'), state: 'put-back' },
    ],
  },
}

/** Two images of a bake file, published together. */
export const releasedImages: Report = {
  ...reproducible,
  release: {
    ...{ state: 'published', problem: null, digest: null, notes: [] },
    digests: ['web', 'worker'].map(image => ({ image, digest: digest(image === 'web' ? 'a1' : 'b2') })),
    images: ['web', 'worker'].map(image => ({
      ...{ image, repository: `ghcr.io/o/${image}`, platform: 'linux/amd64' },
      ...{ digest: digest(image === 'web' ? 'a1' : 'b2'), configDigest: digest(image === 'web' ? 'c1' : 'c2') },
    })),
    tags: ['web', 'worker'].map(image => ({ image, name: `ghcr.io/o/${image}:1.0`, before: null, state: 'moved' })),
  },
}
