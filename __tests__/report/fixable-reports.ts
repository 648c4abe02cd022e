import type { Edit, Finding } from '../../src/finding.ts'
import type { FixReport } from '../../src/report/fix-report.ts'
import type { Report } from '../../src/report/report.ts'
import { at, finding, lintOnly } from './reports.ts'

const insert = (line: number, column: number, text: string): Edit => ({
  ...{ file: 'Dockerfile', line, column, endLine: line, endColumn: column, text },
})

const findings: Finding[] = [
  finding('RG101', {
    ...{ location: at(1, 1, 6, 26), title: 'The base image has no digest' },
    message: 'A tag can be moved: the next build may start from another base.',
    fix: {
      text: 'Pin it by digest, and keep the tag for people.',
      lookup: { kind: 'image-digest', reference: 'debian:bookworm-slim', edit: insert(1, 26, '@{}') },
    },
  }),
  finding('RG205', {
    ...{ location: at(4, 4, 5, 12), title: 'apt installs what nobody asked for', level: 'notice' },
    message: 'Recommended packages come along, and the archive decides which.',
    fix: { text: 'Add `--no-install-recommends`.', edits: [insert(4, 20, ' --no-install-recommends')] },
  }),
  finding('RG201', {
    ...{ location: at(4, 4, 48, 52), title: '`curl` is installed without a version' },
    message: 'The archive decides which version you get, and it moves.',
    fix: { text: 'Pin the version, or install from a snapshot of the archive.' },
  }),
]

const diff = `--- a/Dockerfile
+++ b/Dockerfile
@@ -1,7 +1,7 @@
 FROM debian:bookworm-slim
 
 RUN apt-get update \\
- && apt-get install -y curl \\
+ && apt-get install --no-install-recommends -y curl \\
  && rm -rf /var/lib/apt/lists/*
 WORKDIR /srv
 COPY svc/ svc/
`

/** A lint with a finding that a machine can fix, one that needs an answer, and one for people. */
export const fixable: Report = { ...lintOnly, findings, suggested: [{ file: 'Dockerfile', diff }] }

/** One rule at many places, with one thing to do about all of them. */
export const manyAlike: Report = {
  ...lintOnly,
  findings: [
    ...Array.from({ length: 14 }, (_, index) =>
      finding('RG201', {
        ...{ location: at(3 + 2 * index, 3 + 2 * index, 20, 24), title: 'Debian packages without a fixed version' },
        message: `\`package${index}\` is installed in whatever version the archive has that day.`,
        fix: {
          text: 'Take all packages from the archive of one day, snapshot.debian.org; or pin each version.',
          snippet: `package${index % 6}=1.${index % 6}-1`,
        },
      }),
    ),
    ...findings.slice(0, 2),
  ],
}

/** What `fix` says of it where there is no network. */
export const fixed: FixReport = {
  ...{ schemaVersion: 1, tool: { name: 'repro-gate', version: '1.0.0' }, command: 'fix', dryRun: false },
  subject: { files: ['Dockerfile'] },
  changes: [{ file: 'Dockerfile', diff, written: true, problem: null }],
  fixed: { RG205: 1 },
  failed: [
    {
      finding: findings[0] as Finding,
      why: 'the digest of debian:bookworm-slim could not be asked for: there is no network, or no server of that name. Run fix again when that is mended, or write it yourself.',
    },
  ],
  left: [findings[2] as Finding],
}
