import type { BuildFailure, Side, Step } from './build.ts'
import type { Progress } from './progress.ts'

/** Tells of a failed build from what its progress said: the step, the Dockerfile's lines, the end of the step's log. */
export function failureOf(side: Side, progress: Progress, exitCode: number): BuildFailure {
  const plain = progress.plainText()
  const failing = progress.steps().find(({ error }) => error !== null && !isConsequence(error))
  const told = errorIn(plain) || failing?.error || `docker buildx build ended with exit code ${exitCode}`
  const logTail = failing ? progress.logTail(failing.digest) : plain.slice(-20)
  return {
    side,
    step: failing?.name ?? null,
    message: explained(told, [...logTail, ...plain]),
    ...linesIn(plain),
    logTail,
    steps: progress.steps(),
  }
}

/** A build that was ended from outside: a deadline, Ctrl-C, a cancelled job. */
export function stopped(side: Side, progress: Progress, reason: unknown, now: number): BuildFailure {
  const running = progress
    .steps()
    .findLast(step => step.started && (!step.completed || (step.error !== null && isConsequence(step.error))))
  const why = reason instanceof Error && reason.name !== 'AbortError' ? `: ${reason.message.replace(/\.$/, '')}` : ''
  return {
    ...{ side, stopped: true },
    step: running?.name ?? null,
    message: `The build was stopped before its end${why}${whereIt(running, progress, now)}`,
    ...{ line: null, endLine: null },
    logTail: running ? progress.logTail(running.digest) : [],
  }
}

/** How far it was, for who wonders whether a longer limit would help. */
function whereIt(running: Step | undefined, progress: Progress, now: number): string {
  const seconds = running ? progress.ranFor(running.digest, now) : null
  const done = progress.steps().filter(({ completed, error }) => completed && error === null).length
  const so = `${done} of the ${progress.steps().length} steps that were known had ended`
  if (progress.steps().length === 0) return ', before any step of it began'
  if (running === undefined || seconds === null) return `. No step was running; ${so}`
  return `. It was in the step '${running.name.replace(/\s+/g, ' ').slice(0, 200)}' for ${inWords(seconds)}; ${so}`
}

const inWords = (seconds: number): string =>
  seconds < 100 ? `${Math.round(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`

/** Steps beside the failing one are cancelled. */
const isConsequence = (error: string): boolean => /context canceled|operation was canceled/i.test(error)

function errorIn(plain: readonly string[]): string {
  const line = plain.findLast(text => text.startsWith('ERROR: ')) ?? ''
  return line.replace(/^ERROR: (failed to build: )?(failed to solve: )?/, '')
}

/** Of docker's daemon, of BuildKit's, and of the containerd behind either. */
const goneAway =
  /cannot connect to the docker daemon|error reading (?:from server|server preface)\b|transport is closing|transport: error while dialing: dial unix/i

/** What a reader would not see in the error's own words. */
export function explained(message: string, context: readonly string[] = []): string {
  const all = [message, ...context]
  if (all.some(text => /no space left on device|ENOSPC|disk quota exceeded/i.test(text)))
    return `The disk is full (no space left on device). Free some or use a bigger disk: a gate needs room for two builds. ${message}`
  if (all.some(text => /exec format error|Invalid ELF image for this architecture/i.test(text)))
    return `A program is made for another CPU than the builder has, and nothing emulates it (exec format error). Either the base image is not there for the platform asked for, or the builder needs an emulator: docker/setup-qemu-action, before the builder is made. ${message}`
  if (goneAway.test(message)) return `The builder stopped answering during the build: ${message}`
  return message
}

/**
 * The Dockerfile's lines that buildx shows with its error:
 *
 *     Dockerfile:3
 *     --------------------
 *        3 | >>> RUN false
 *
 * The last such block counts; nothing that a RUN prints comes into this plain text.
 */
function linesIn(plain: readonly string[]): { line: number | null; endLine: number | null } {
  // The excerpt's own last line can look like its head: `USER 1000:1000`, and a rule below.
  const head = plain.findLastIndex(
    (text, index) =>
      /^.+:\d{1,9}$/.test(text) &&
      /^-{5,}$/.test(plain[index + 1] ?? '') &&
      /^ *\d{1,9} \| /.test(`${plain[index + 2]} `),
  )
  if (head < 0) return { line: null, endLine: null }
  const marked = plain
    .slice(head + 2)
    .map(text => /^\s*(\d{1,9}) \| >>> /.exec(`${text} `)?.[1])
    .filter(number => number !== undefined)
    .map(Number)
  const line = marked[0] ?? Number(/:(\d+)$/.exec(plain[head] ?? '')?.[1])
  return { line, endLine: marked.at(-1) ?? line }
}
