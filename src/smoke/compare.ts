import type { SmokeFile, SmokeResult, SmokeRun } from '../report/smoke-report.ts'
import { excerptOf } from './excerpt.ts'
import type { Output } from './output.ts'

/** A command that came to its end in one image. */
export interface Ran {
  exitCode: number
  stdout: Output
  stderr: Output
  seconds: number
  /** By path: what is there, all of a folder together; null: nothing. Of a command that failed none can be had. */
  files: ReadonlyMap<string, SmokeRun['stdout'] | null> | null
}

/** It did not, or what it did is not known whole. As a sentence. */
export interface NotRan {
  why: string
}

export const hasRun = (run: Ran | NotRan): run is Ran => 'exitCode' in run

type Judged = Omit<SmokeResult, 'image' | 'platform' | 'oneImage'>

/**
 * Whether a command did the same in both images. What could not be seen whole is never the same; what differs in the part
 * that was seen differs, whatever the rest is.
 * @param wanted the paths that were named
 */
export function compareRuns(a: Ran | NotRan, b: Ran | NotRan, wanted: readonly string[]): Judged {
  const told = { a: toldRun(a), b: toldRun(b) }
  if (!hasRun(a)) return { ...nothing, ...told, state: 'not-run', why: a.why }
  if (!hasRun(b)) return { ...nothing, ...told, state: 'not-run', why: b.why }
  const files = comparedFiles(a, b)
  const isCut = a.stdout.clipped || b.stdout.clipped
  const outputsDiffer = !isCut && a.stdout.digest !== b.stdout.digest
  const differs: Judged['differs'] = [
    ...(a.exitCode !== b.exitCode ? (['exit-code'] as const) : []),
    ...(outputsDiffer ? (['stdout'] as const) : []),
    ...(files.some(({ equal }) => !equal) ? (['files'] as const) : []),
  ]
  const all = {
    ...told,
    files,
    differs,
    ...(outputsDiffer ? { excerpt: excerptOf(a.stdout.head, b.stdout.head) } : {}),
  }
  if (differs.length > 0) return { ...all, state: 'differs', why: null }
  if (isCut) return { ...all, state: 'not-run', why: tooMuch }
  const why = failure(a, wanted)
  return { ...all, state: why === null ? 'same' : 'failed', why }
}

const nothing: Pick<Judged, 'differs' | 'files'> = { differs: [], files: [] }

const tooMuch =
  'It prints more than BuildKit keeps (2 MiB, and 200 KiB for each second it runs), so the whole of its output was not seen. Let it write a file, and name that in `smoke-files`.'

/** Alike in both, and no proof of anything all the same; null: it is one. */
function failure({ exitCode, stderr, stdout, files }: Ran, wanted: readonly string[]): string | null {
  const isMissing = exitCode === 126 || exitCode === 127
  // What starts programs has no exit code of its own everywhere.
  const isNotStarted = stdout.bytes === 0 && /unable to start container process|exec format error/.test(textOf(stderr))
  if (exitCode !== 0 && (isMissing || isNotStarted))
    return `The command could not be started in either image (exit code ${exitCode}): ${lastLine(stderr)}`
  if (exitCode !== 0 && wanted.length > 0)
    return `The command ended with exit code ${exitCode} in both images, and of a command that fails no files can be had.`
  const missing = wanted.filter(path => files?.get(path) == null)
  if (exitCode === 0 && missing.length > 0)
    return `After the command neither image has a file or folder ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` and ${missing.length - 3} more` : ''}.`
  return null
}

function comparedFiles(a: Ran, b: Ran): SmokeFile[] {
  if (a.files === null || b.files === null) return []
  return [...a.files].map(([path, ofA]) => {
    const ofB = b.files?.get(path) ?? null
    return { path, equal: ofA?.digest === ofB?.digest, a: ofA, b: ofB }
  })
}

function toldRun(run: Ran | NotRan): SmokeRun | null {
  if (!hasRun(run)) return null
  const { exitCode, stdout, stderr, seconds } = run
  const lines = textOf(stderr).split('\n')
  return {
    ...{ exitCode, stdout: { bytes: stdout.bytes, digest: stdout.digest }, seconds },
    stderrTail: lines
      .filter(line => line.trim() !== '')
      .slice(-mostLines)
      .map(line => line.slice(0, 400)),
  }
}

const mostLines = 8
const textOf = ({ tail }: Output): string => tail.toString('utf8')
const lastLine = (output: Output): string =>
  textOf(output)
    .split('\n')
    .findLast(line => line.trim() !== '')
    ?.slice(0, 300) ?? 'it says nothing.'
