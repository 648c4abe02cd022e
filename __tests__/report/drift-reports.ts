import type { Report } from '../../src/report/report.ts'
import { at, finding, layer, layers, notReproducible, reproducible } from './reports.ts'

const files = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `usr/lib/python3/dist-packages/pkg${index % 97}/module_${index}.py`)

/** The archive moved between the builds: one cause, five thousand files. */
export const drift: Report = {
  ...notReproducible,
  levelReasons: ['Not identical, same-content or same-files: 1 of 2 layers (lines 3–5) differs in 5012 paths.'],
  pullAgain: [],
  ignored: [],
  layers: [
    layer(0, { base: true, sizeA: 74_812_416, sizeB: 74_812_416 }),
    { ...(layers[1] as (typeof layers)[number]), sizeA: 412_000_000, sizeB: 430_000_000, differingPaths: 5012 },
  ],
  findings: [
    finding('package-version', {
      ...{ class: 'drift', title: 'Other packages were installed', count: 5012, location: at(3, 5) },
      message:
        'The package manager installed other versions in build B: 31 packages differ, and with them 5,012 files. The archive moved between the two builds.',
      paths: files(50),
      evidence: Array.from({ length: 12 }, (_, index) => ({
        ...{ what: `package python3-pkg${index}, ${400 - index} files`, path: 'var/lib/dpkg/status' },
        ...{ a: `3.0.${index}-1`, b: `3.0.${index}-2` },
      })),
      fix: {
        text: 'Install from the archive of one day, snapshot.debian.org, or pin the versions.',
        snippet:
          'RUN sed -i "s|deb.debian.org|snapshot.debian.org/archive/debian/20251121T000000Z|" /etc/apt/sources.list',
      },
      related: ['RG201'],
    }),
  ],
}

const platforms = ['linux/amd64', 'linux/arm64'] as const
const on = <T extends object>(all: readonly T[], platform: string): T[] => all.map(one => ({ ...one, platform }))
const result = (platform: string, proven: boolean) => ({
  ...{ image: null, platform, file: 'Dockerfile', digest: proven ? (reproducible.builds[0]?.digest ?? null) : null },
  ...{ verdict: proven ? ('reproducible' as const) : ('not-reproducible' as const) },
  level: proven ? ('identical' as const) : ('different' as const),
})

/** One platform comes out the same, the other does not. */
export const twoPlatforms: Report = {
  ...notReproducible,
  scope: notReproducible.scope && { ...notReproducible.scope, platforms: [...platforms] },
  results: [result(platforms[0], true), result(platforms[1], false)],
  builds: [...on(reproducible.builds, platforms[0]), ...on(notReproducible.builds, platforms[1])],
  layers: [...on(reproducible.layers, platforms[0]), ...on(notReproducible.layers, platforms[1])],
  pullAgain: on(notReproducible.pullAgain, platforms[1]),
  levelReasons: notReproducible.levelReasons.map(reason => `${platforms[1]}: ${reason}`),
  ignored: [],
}
