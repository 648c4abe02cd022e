import type { Finding, Location } from '../finding.ts'
import type { Exec, Ports } from '../ports.ts'

/** What Docker's checks are asked about: the build, as far as they look at it. */
export interface CheckRequest {
  context: string
  /** Path of the Dockerfile. */
  file: string
  /** Its name in findings, and its text: what Docker says of lines it has not is no place to point at. */
  shown: { file: string; text: string }
  target: string | undefined
  platform: string | undefined
  buildArgs: Readonly<Record<string, string>>
  buildContexts: Readonly<Record<string, string>>
  builder: string | undefined
}

/** Docker asks registries about bases; it is not worth more of anybody's time. */
const deadlineMs = 10_000

/** A file with more of them has been told enough. */
const mostWarnings = 200

/** Engines that did not answer in time once: of many Dockerfiles only the first waits for them. */
const silent = new WeakSet<Exec>()

/**
 * What `docker buildx build --call=check` says of a Dockerfile, which builds nothing. Where nobody can say (no Docker,
 * no answer within ten seconds, a frontend that cannot be had), it is nothing, and never an error: the lint stands without it.
 */
export async function dockerChecks(
  { exec, log, signal }: Pick<Ports, 'exec' | 'log' | 'signal'>,
  request: CheckRequest,
): Promise<Finding[]> {
  if (silent.has(exec)) return []
  const deadline = AbortSignal.timeout(deadlineMs)
  try {
    const { stdout, stderr } = await exec.capture('docker', checkArgs(request), {
      env: { DOCKER_CLI_HINTS: 'false' },
      signal: AbortSignal.any([signal, deadline]),
    })
    // It ends with 1 both when it warns and when it cannot check.
    const found = findingsIn(stdout, request.shown)
    if (found !== null) return found
    if (deadline.aborted) silent.add(exec)
    // Docker quotes the lines it stumbles over, with the values that people put into build arguments.
    const values = Object.values(request.buildArgs).filter(isTelling)
    const told = values.reduce((rest, value) => rest.replaceAll(value, '***'), stderr.trim().slice(0, 4000))
    log.debug(`Docker's own checks gave no answer${deadline.aborted ? ' in time' : `: ${told.slice(0, 300)}`}`)
  } catch (error) {
    silent.add(exec)
    log.debug(`Docker's own checks could not be asked: ${(error as Error).message}`)
  }
  return []
}

/** A shorter value would take pieces out of innocent words. */
const isTelling = (value: string): boolean => value.length >= 4

function checkArgs({ context, file, target, platform, buildArgs, buildContexts, builder }: CheckRequest): string[] {
  const named = (flag: string, value: string | undefined): string[] => (value ? [flag, value] : [])
  const pairs = (flag: string, values: Readonly<Record<string, string>>): string[] =>
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`])
  return [
    ...['buildx', 'build', ...named('--builder', builder), '--progress', 'quiet', '--call', 'check,format=json'],
    ...['--file', file, ...named('--target', target), ...named('--platform', platform)],
    ...[...pairs('--build-arg', buildArgs), ...pairs('--build-context', buildContexts)],
    context,
  ]
}

/**
 * Reads the JSON of the checks. It comes from the frontend that the Dockerfile may name, so nothing in it is believed.
 * @returns null when it is no answer
 */
export function findingsIn(json: string, shown: CheckRequest['shown']): Finding[] | null {
  const answer = parsed(json)
  if (!isObject(answer) || !('warnings' in answer)) return null
  const warnings = Array.isArray(answer.warnings) ? answer.warnings : []
  const lines = shown.text.split('\n').length
  return warnings.slice(0, mostWarnings).flatMap(warning => findingOf(warning, shown.file, lines))
}

function findingOf(warning: unknown, file: string, lines: number): Finding[] {
  if (!isObject(warning)) return []
  const { ruleName: id, description, detail, url } = warning
  if (typeof id !== 'string' || !/^[A-Z][A-Za-z]{1,60}$/.test(id)) return []
  const title = textOr(description, id).slice(0, 200)
  const location = placeOf(warning.location, file, lines)
  return [
    {
      ...{ id, source: 'docker', level: 'warning', class: 'drift', title },
      message: textOr(detail, title).slice(0, 1000),
      ...(location === null ? {} : { location }),
      ...{ paths: [], count: 1, confidence: 'certain', evidence: [] },
      docs: isPage(url) ? url : allChecks,
    },
  ]
}

const allChecks = 'https://docs.docker.com/reference/build-checks/'
const isPage = (url: unknown): url is string =>
  typeof url === 'string' && /^https:\/\/docs\.docker\.com\/[\w/-]{1,200}$/.test(url)

/** Whole lines: Docker knows no columns. */
function placeOf(location: unknown, file: string, lines: number): Location | null {
  const ranges = isObject(location) && Array.isArray(location.ranges) ? location.ranges : []
  const [first] = ranges as unknown[]
  if (!isObject(first)) return null
  const line = lineIn(first.start, lines)
  if (line === null) return null
  return { file, line, endLine: Math.max(line, lineIn(first.end, lines) ?? line) }
}

function lineIn(place: unknown, lines: number): number | null {
  const line = isObject(place) ? place.line : null
  return typeof line === 'number' && Number.isInteger(line) && line >= 1 && line <= lines ? line : null
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const textOr = (value: unknown, other: string): string => (typeof value === 'string' && value !== '' ? value : other)
