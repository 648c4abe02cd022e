import type { ReportDrift } from '../../src/report/drift-report.ts'
import type { Report } from '../../src/report/report.ts'
import { at, digest, finding, notReproducible, reproducible } from './reports.ts'

/** What was proven before and built again, as it came out. */
const drift = (kind: ReportDrift['kind'], more: Partial<ReportDrift> = {}): ReportDrift => ({
  ...{ kind, since: '2026-11-09T10:00:00.000Z', commit: 'cd'.repeat(20), bases: [], vanished: null, packages: [] },
  ...more,
})
const name = 'run 123 of 9 November 2026'
const compared = {
  command: 'compare' as const,
  images: { A: 'this build', B: name },
  subject: { context: '.', file: 'Dockerfile', files: ['Dockerfile'], target: null, commit: 'cd'.repeat(20) },
  ingredients: null,
  ignored: [],
}
const scope: Report['scope'] = {
  ...{ variations: [], machines: 'unknown', secondsApart: 1_036_800, platforms: ['linux/amd64'], bases: [] },
  epoch: { seconds: 1_762_000_000, from: 'commit cdcdcdc of 2025-11-01' },
  against: {
    ...{ kind: 'ledger', name, inputs: 'same' },
    proof: {
      ...{ at: '2026-11-09T10:00:00.000Z', level: 'identical', variations: ['mtimes'], commit: 'cd'.repeat(20) },
      otherRunner: true,
    },
  },
}
const bases = [{ reference: 'debian:12', from: digest('aa11'), to: digest('bb22') }]

export const driftedSame: Report = { ...reproducible, ...compared, findings: [], scope, drift: drift('same') }

export const driftedBase: Report = {
  ...{ ...driftedSame, drift: drift('base-moved', { bases }) },
  findings: [finding('base-tag-moved', { level: 'warning', class: 'drift', location: at(1) })],
}

export const driftedPackages: Report = {
  ...{ ...notReproducible, ...compared, scope },
  drift: drift('differs', {
    bases: [{ reference: 'debian:12', from: digest('aa11'), to: null }],
    packages: [
      { name: 'curl', from: '7.88.1-10+deb12u8', to: '7.88.1-10+deb12u9' },
      { name: 'libthing', from: null, to: null },
    ],
  }),
}

export const driftedAway: Report = {
  ...{ ...driftedSame, verdict: 'undecided', level: null, builds: [], layers: [] },
  drift: drift('cannot-build', {
    vanished: { kind: 'package', name: 'curl 7.88.1-10', says: "E: Version '7.88.1-10' for 'curl' was not found" },
  }),
  failure: {
    ...{ side: 'A', step: '[2/3] RUN apt-get install -y curl=7.88.1-10', location: at(3, 4) },
    ...{
      message: 'The command ended with exit code 100.',
      logTail: ["E: Version '7.88.1-10' for 'curl' was not found"],
    },
  },
  findings: [
    finding('vanished-input', {
      ...{
        class: 'drift',
        location: at(3, 4),
        title: 'It cannot be built any more: the package curl 7.88.1-10 is not there any more',
      },
      fix: { text: 'Name a version that is offered now.' },
    }),
  ],
}
