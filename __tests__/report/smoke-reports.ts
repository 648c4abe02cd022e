import type { Report } from '../../src/report/report.ts'
import type { SmokeResult } from '../../src/report/smoke-report.ts'
import { smokeFindings } from '../../src/smoke/finding.ts'
import { digest, notReproducible, reproducible } from './reports.ts'

const command = 'python -m app --sample 3'
const files = ['/out/result.csv']
const stdout = (name: string) => ({ bytes: 412, digest: digest(name) })

const same: SmokeResult = {
  ...{ platform: 'linux/amd64', state: 'same', why: null, oneImage: true, differs: [] },
  a: { exitCode: 0, stdout: stdout('aa'), stderrTail: [], seconds: 1.25 },
  b: { exitCode: 0, stdout: stdout('aa'), stderrTail: [], seconds: 1.5 },
  files: [{ path: '/out/result.csv', equal: true, a: stdout('cc'), b: stdout('cc') }],
}

const differs: SmokeResult = {
  ...same,
  ...{ state: 'differs', differs: ['stdout', 'files'] },
  a: { exitCode: 0, stdout: stdout('aa'), stderrTail: ['UserWarning: no seed was set'], seconds: 1.25 },
  b: { exitCode: 0, stdout: stdout('bb'), stderrTail: ['UserWarning: no seed was set'], seconds: 1.5 },
  excerpt: { at: 'line 2', a: ['score 0.8312', 'done'], b: ['score 0.8297', 'done'] },
  files: [{ path: '/out/result.csv', equal: false, a: stdout('cc'), b: stdout('dd') }],
}

const notRun: SmokeResult = {
  ...{ platform: 'linux/amd64', state: 'failed', oneImage: true, differs: [], files: [] },
  a: {
    exitCode: 127,
    stdout: { bytes: 0, digest: digest('e0') },
    stderrTail: ['/bin/sh: 1: python: not found'],
    seconds: 0.1,
  },
  b: {
    exitCode: 127,
    stdout: { bytes: 0, digest: digest('e0') },
    stderrTail: ['/bin/sh: 1: python: not found'],
    seconds: 0.1,
  },
  why: 'The command could not be started in either image (exit code 127): /bin/sh: 1: python: not found',
}

const withSmoke = (report: Report, ...results: SmokeResult[]): Report => ({
  ...report,
  findings: [...results.flatMap(result => smokeFindings(result, { text: command })), ...report.findings],
  smoke: { command, files, results },
})

/** Equal bytes that do the same. */
export const behavesSame = withSmoke(reproducible, same)
/** Equal bytes that do not: it is the program itself. */
export const behavesDifferently = withSmoke(reproducible, differs)
/** The bytes differ, and nobody would notice. */
export const onlyBytesDiffer = withSmoke(notReproducible, { ...same, oneImage: false })
export const neverStarted = withSmoke(reproducible, notRun)
