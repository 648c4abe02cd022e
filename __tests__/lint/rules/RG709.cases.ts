import type { RunFacts } from '../../../src/lint/per-run.ts'
import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const run: RunFacts = {
  env: { GITHUB_RUN_ID: '9812345678', GITHUB_RUN_NUMBER: '42', GITHUB_RUN_ATTEMPT: '1' },
  now: Date.parse('2026-11-21T12:34:56Z'),
  commitTime: Date.parse('2026-11-18T09:00:00Z'),
}
const x = `${base}ARG «X»\nRUN true\n`
const plain = `${base}ARG X\nRUN true\n`
const given = (value: string, more: Partial<RunFacts> = {}) => ({ args: { X: value }, run: { ...run, ...more } })
const named = (name: string, value: string) => ({ args: { [name]: value }, run })
const stamp = (name: string) => `${base}ARG ${name}\nLABEL a=$${name}\n`

export const cases = {
  found: [
    found('the id of the run', x, { ...given('9812345678'), level: 'warning', class: 'drift', says: /GITHUB_RUN_ID/ }),
    found('in an address', x, given('https://github.com/o/r/actions/runs/9812345678')),
    found('in a compound', x, given('main-9812345678-1')),
    found('its number under a name that says so', `${base}ARG «BUILD_NUMBER»=0\n`, named('BUILD_NUMBER', '42')),
    found('a number with the commit', `${base}ARG «CI_TAG»\n`, named('CI_TAG', '1a2b3c4-42')),
    found('the time', x, { ...given('2026-11-21T12:33:07Z'), says: /the time of this run/ }),
    found('the time with a zone', x, given('2026-11-21T13:33:07+01:00')),
    found('seconds', x, given(String(Date.parse('2026-11-21T12:30:00Z') / 1000))),
    found('what date prints', x, given('Sat Nov 21 12:33:07 UTC 2026')),
    found('digits alone', x, given('20261121123307')),
    found('the day', `${base}ARG «BUILD_DATE»\n`, {
      ...named('BUILD_DATE', '2026-11-21'),
      says: /the day of this run/,
    }),
    found('the commit and the day', `${base}ARG «VERSION»\n`, named('VERSION', '1a2b3c4-20261121')),
    found('a UUID of now', x, given('019aa666-9b80-7abc-8def-0123456789ab', { now: 0x019aa6669b80 + 5000 })),
    found(
      'used in a builder stage',
      `FROM debian:12 AS b\nARG «X»\nRUN echo $X > /y\nFROM scratch\nCOPY --from=b /y /y\n`,
      given('9812345678'),
    ),
    found('a label', `FROM «debian:12»\nRUN true\n`, {
      labels: ['org.opencontainers.image.created=2026-11-21T12:33:07.123Z'],
      run,
      says: /the time of this run/,
    }),
    found('a label that overrides the own one', `${base}LABEL a=b «org.opencontainers.image.created=x»\n`, {
      labels: ['org.opencontainers.image.created=2026-11-21T12:33:07Z'],
      run,
    }),
    found('two labels are one finding', `FROM «debian:12»\n`, {
      labels: ['a=9812345678', 'b=9812345678'],
      run,
      says: /`a` and `b`/,
    }),
    found('an annotation', `FROM «debian:12»\nLABEL a=b\n`, {
      annotations: ['manifest:a=9812345678'],
      run,
      says: /The annotation `a`/,
    }),
    found('a workflow gives it', x, {
      workflows: [{ file: 'w.yml', text: 'build-args: |\n  X=${{ github.run_id }}\n' }],
      says: /`w.yml` gives it/,
    }),
  ],
  silent: [
    silent('a version', plain, given('1.4.42')),
    silent('a version that ends in the number of the run', stamp('BUILD_VERSION'), named('BUILD_VERSION', 'v1.0.42')),
    silent('a small number under another name', plain, given('42')),
    silent('the attempt under another name', plain, given('1')),
    silent('a commit', plain, given('1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d')),
    silent('a fixed date', plain, given('2024-05-01')),
    silent('a fixed time', plain, given('2024-05-01T10:00:00Z')),
    silent('seconds of the past', plain, given('1700000000')),
    silent("the commit's time", plain, given('2026-11-18T09:00:00Z')),
    silent(
      "the commit's time, made a minute ago",
      plain,
      given('2026-11-21T12:33:00Z', { commitTime: Date.parse('2026-11-21T12:33:00Z') }),
    ),
    silent('the day of a commit of today', stamp('BUILD_DATE'), {
      args: { BUILD_DATE: '2026-11-21' },
      run: { ...run, commitTime: Date.parse('2026-11-21T08:00:00Z') },
    }),
    silent('a snapshot of today', stamp('APT_SNAPSHOT'), named('APT_SNAPSHOT', '20261121')),
    silent('a day where the commit is not known', stamp('BUILD_DATE'), {
      args: { BUILD_DATE: '2026-11-21' },
      run: { ...run, commitTime: null },
    }),
    silent('a random UUID', plain, given('6f1c1c9e-2f9f-4d0b-9a55-0123456789ab')),
    silent('a UUID of another day', plain, given('018aa666-9b80-7abc-8def-0123456789ab')),
    silent(
      'no effect in a builder stage',
      `FROM debian:12 AS b\nARG X\nRUN echo 1 > /y\nFROM scratch\nCOPY --from=b /y /y\n`,
      given('9812345678'),
    ),
    silent('not declared', `${base}RUN true\n`, given('9812345678')),
    silent('declared before FROM alone', `ARG X\n${base}RUN true\n`, given('9812345678')),
    silent('the epoch', `${base}ARG SOURCE_DATE_EPOCH\n`, named('SOURCE_DATE_EPOCH', String(run.now / 1000))),
    silent('a telephone number', plain, given('1555012345')),
    silent('a label of the commit', base, {
      labels: ['org.opencontainers.image.revision=1a2b3c4d', 'version=1.2.3'],
      run,
    }),
    silent('nobody knows the run', plain, { args: { X: '9812345678' } }),
    silent('a part of a longer number', plain, given('109812345678')),
  ],
}
