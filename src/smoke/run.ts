import { createReadStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Side } from '../build/build.ts'
import { csv } from '../build/csv.ts'
import { failureOf } from '../build/failure.ts'
import { narrate } from '../build/narrate.ts'
import { type BuildRequest, planSide, type Run, type SidePlan } from '../build/plan.ts'
import { createProgress } from '../build/progress.ts'
import type { SmokeCommand } from '../options/smoke.ts'
import type { Ports } from '../ports.ts'
import type { SmokeBytes } from '../report/smoke-report.ts'
import { bounded, mostTaken } from './bounded-file.ts'
import type { NotRan, Ran } from './compare.ts'
import { filesIn } from './files.ts'
import { createStepReader, type Step } from './output.ts'
import { dockerfileOf, fileAtLine, type Numbered, smokeRequest } from './plan.ts'

/** One run of the command. */
export interface SmokeRunning {
  command: SmokeCommand
  side: Side
  /** How the image was built. */
  request: BuildRequest
  /** What keeps the sides' steps apart in BuildKit's cache. */
  run: Run
  /** The image, as buildx takes it: `oci-layout://FOLDER@DIGEST`. */
  image: string
  /** Bytes that `smoke-files` may have together. */
  mostFiles?: number
}

/** Runs the command anew in an image, on the builder of a side, and takes the files that it wrote. */
export async function runCommand(ports: Ports, running: SmokeRunning): Promise<Ran | NotRan> {
  // Builders know a folder that they were sent by its name: this one is new in each run.
  const folder = await mkdtemp(join(ports.tempDir, 'smoke-run-'))
  try {
    return await ranIn(folder, ports, running)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function ranIn(folder: string, ports: Ports, running: SmokeRunning): Promise<Ran | NotRan> {
  const { command, side, request, run, image, mostFiles: most = mostTaken } = running
  const plan = planSide(smokeRequest(request, folder, image), side, run)
  const missing = new Set<string>()
  let first: Step | null = null
  for (;;) {
    const files = command.files.map((path, number) => ({ path, number })).filter(({ path }) => !missing.has(path))
    await writeFile(join(folder, 'Dockerfile'), dockerfileOf(command, files))
    const tar = join(folder, 'files.tar')
    const output = files.length > 0 ? csv({ type: 'tar', dest: tar }) : 'type=cacheonly'
    const built = await buildWithin({ path: tar, most }, plan, { output, noCache: first === null, folder }, ports)
    if ('why' in built) return built
    // What is asked of the same run again must be of that run, not of another one.
    if (built.step.cached !== (first !== null)) return { why: notItsOwn }
    first ??= built.step
    const ended = endOf(first)
    if ('why' in ended) return ended
    const ran = { ...ended, stdout: first.stdout, stderr: first.stderr, seconds: first.seconds ?? 0 }
    if (ended.exitCode !== 0) return { ...ran, files: null }
    if (built.problem === null) {
      const taken = files.length > 0 ? await filesIn(createReadStream(tar), files) : new Map<string, SmokeBytes>()
      return { ...ran, files: new Map(command.files.map(path => [path, taken.get(path) ?? null])) }
    }
    const gone = missingFile(built, files)
    if (gone === null) return { why: `The files could not be taken out of the image: ${built.problem}` }
    missing.add(gone)
  }
}

const tooLarge = (most: number): string =>
  `The files of smoke-files have more than ${Math.round(most / 1024 ** 2)} MiB together, which is too much to take out of an image and compare. Name fewer or smaller ones, or let the command print a checksum of them (sha256sum).`

const notItsOwn = 'BuildKit did not answer with a run of its own for this image.'

interface BuiltStep {
  step: Step
  /** What failed, in the step or behind it; null: nothing. */
  problem: string | null
  line: number | null
}

interface How {
  output: string
  noCache: boolean
  folder: string
}

/** The same, ended where it takes more files out of the image than it may. */
async function buildWithin(
  { path, most }: { path: string; most: number },
  plan: SidePlan,
  how: How,
  ports: Ports,
): Promise<BuiltStep | NotRan> {
  const { signal } = ports
  const work = (within: AbortSignal) => build(plan, how, { ...ports, signal: within })
  const { result, isTooLarge } = await bounded({ path, most, signal }, work)
  return isTooLarge ? { why: tooLarge(most) } : result
}

async function build(plan: SidePlan, { output, noCache, folder }: How, ports: Ports): Promise<BuiltStep | NotRan> {
  const progress = createProgress(ports.now)
  const reader = createStepReader()
  const args = [...plan.args, ...(noCache ? ['--no-cache'] : []), '--output', output, '--', folder]
  const code = await ports.exec.stream('docker', args, {
    env: plan.env,
    signal: ports.signal,
    onStderr: line => {
      reader.read(line)
      for (const event of progress.read(line)) if (noCache) ports.log.foreign(narrate(event))
    },
  })
  if (ports.signal.aborted) return { why: `It did not come to its end: ${endedBy(ports.signal)}` }
  const step = reader.step()
  const failure = code === 0 ? null : failureOf(plan.side, progress, code)
  if (step === null || (step.seconds === null && step.error === null))
    return { why: `It could not be run on this builder: ${failure?.message ?? 'BuildKit does not tell of it'}` }
  return { step, problem: failure?.message ?? null, line: failure?.line ?? null }
}

const endedBy = ({ reason }: AbortSignal): string =>
  reason instanceof Error && reason.name !== 'AbortError' ? reason.message : 'the run was stopped'

/** Of a command that failed BuildKit tells the exit code; where it tells none, the command did not come to its end. */
function endOf({ error, seconds }: Step): Pick<Ran, 'exitCode'> | NotRan {
  if (error === null && seconds !== null) return { exitCode: 0 }
  const code = /did not complete successfully: exit code: (\d{1,3})$/.exec(error ?? '')?.[1]
  return code === undefined
    ? { why: `It did not come to its end: ${error?.slice(0, 500)}` }
    : { exitCode: Number(code) }
}

/** A folder above it is not there, or it is a link to nothing: of those COPY makes an error. */
function missingFile({ problem, line }: BuiltStep, files: readonly Numbered[]): string | null {
  const isMissing = /not found$|no such file or directory$|not a directory$/.test(problem ?? '')
  return isMissing ? (fileAtLine(line, files)?.path ?? null) : null
}
