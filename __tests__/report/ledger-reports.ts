import type { Report } from '../../src/report/report.ts'
import type { Against, Scope } from '../../src/verdict.ts'
import { allImagesProven } from './image-reports.ts'
import { reproducible } from './reports.ts'

/** Twelve days before. */
export const against: Against = {
  ...{ kind: 'ledger', name: 'run 4711 of 9 November 2026', inputs: 'same' },
  proof: {
    ...{ at: '2026-11-09T21:15:00.000Z', level: 'identical', variations: ['mtimes', 'umask'], commit: '1'.repeat(40) },
    ...{ url: 'https://github.com/acme/shop/actions/runs/4711', otherRunner: true },
    runner: 'GitHub Actions 12, Linux X64, ubuntu24 20261102.1',
  },
}

const held = (report: Report, more: Partial<Against> = {}): Scope => ({
  ...(report.scope as Scope),
  ...{ machines: 'unknown', secondsApart: 12 * 86_400, variations: [], against: { ...against, ...more } },
})

const [a] = reproducible.builds

/** One build that is what the ledger has. */
export const fromLedger: Report = {
  ...reproducible,
  scope: held(reproducible),
  results: [
    {
      ...{ image: null, platform: 'linux/amd64', verdict: 'reproducible', level: 'identical', file: 'Dockerfile' },
      ...{ digest: a?.digest ?? null, against },
    },
  ],
}

/** Of several images one is. */
export const partlyFromLedger: Report = {
  ...allImagesProven,
  scope: held(allImagesProven, { of: [allImagesProven.results?.[0]?.image ?? ''] }),
  results: (allImagesProven.results ?? []).map((result, at) => (at === 0 ? { ...result, against } : result)),
}
