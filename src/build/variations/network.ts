import type { Variation } from './variation.ts'

export const network: Variation = {
  id: 'network',
  changes: 'RUN has no network',
  catches: 'downloads in RUN: the build then fails, or goes another way',
  byDefault: false,
  touches: 'run',
  shownBy: [],
  fix: 'Bring what RUN needs with COPY, with ADD --checksum, or from a stage that fetches it, and say `RUN --network=none`.',
  request: request => ({ ...request, network: 'none' }),
}
