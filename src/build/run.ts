import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from '../ports.ts'
import type { BuildFailure, SideBuild } from './build.ts'
import { explained, failureOf, stopped } from './failure.ts'
import { withFreshFolders } from './fresh-folder.ts'
import { bakeOf, ownSourceFirst } from './linked.ts'
import { parseMetadata } from './metadata.ts'
import { narrate } from './narrate.ts'
import { digestsOnly, layoutIn, type SidePlan } from './plan.ts'
import { createProgress } from './progress.ts'
import { createUnshifted } from './unshifted.ts'

/** How a plan is run: the gate's own builds, exports again from cache, probes. */
export interface BuildOptions {
  /** buildx `--output`. */
  output: string
  /** Whether every step must run anew. */
  noCache: boolean
  /** Whether its progress goes to the log. */
  quiet: boolean
}

/**
 * Builds one side anew and gives its digests. Its progress goes to `log.foreign`.
 * @param keepIn a folder for an OCI layout of the image; without it nothing is exported
 */
export const buildSide = (ports: Ports, plan: SidePlan, keepIn?: string): Promise<SideBuild | BuildFailure> =>
  runPlan(ports, plan, {
    output: keepIn === undefined ? digestsOnly(plan) : layoutIn(plan, keepIn),
    noCache: !plan.fromCache,
    quiet: false,
  })

export const hasFailed = (result: SideBuild | BuildFailure): result is BuildFailure => 'logTail' in result

/** Runs a plan. Only docker that cannot be started is thrown; all else is a value. */
export async function runPlan(
  ports: Ports,
  planned: SidePlan,
  options: BuildOptions,
): Promise<SideBuild | BuildFailure> {
  const { side } = planned
  const progress = createProgress(ports.now)
  const unshifted = createUnshifted()
  const onStderr = (line: string) => {
    for (const event of progress.read(line)) {
      unshifted.read(event)
      if (!options.quiet) ports.log.foreign(narrate(event))
    }
  }
  const folder = await mkdtemp(join(ports.tempDir, `build-${side}-`)).catch(noFolder)
  if (typeof folder !== 'string') return { ...failureOf(side, progress, 1), message: folder.problem }
  try {
    const plan = await withFreshFolders(planned, folder, ports.tempDir).catch(noFolder)
    if ('problem' in plan) return { ...failureOf(side, progress, 1), message: plan.problem }
    const metadataFile = join(folder, 'metadata.json')
    const baked = plan.linked && bakeOf(plan, plan.linked, options)
    const args = baked
      ? [...baked.args, '--file', join(folder, 'bake.json'), '--metadata-file', metadataFile, '--', baked.name]
      : [
          ...plan.args,
          ...(options.noCache ? ['--no-cache'] : []),
          ...['--metadata-file', metadataFile, '--output', options.output, '--', plan.context],
        ]
    if (baked) await writeFile(join(folder, 'bake.json'), baked.file, { mode: 0o600 })
    const [startedAt, began] = [ports.now(), performance.now()]
    const code = await ports.exec.stream('docker', args, {
      env: baked ? { ...plan.env, ...bakeEnvironment } : plan.env,
      signal: ports.signal,
      onStderr,
      onStdout: line => options.quiet || ports.log.foreign(line),
    })
    const endedAt = ports.now()
    if (ports.signal.aborted) return clearOf(ports, stopped(side, progress, ports.signal.reason, ports.now()))
    if (code !== 0) return clearOf(ports, ofTarget(failureOf(side, progress, code), plan, baked?.name))
    const metadata = parseMetadata(await readFile(metadataFile, 'utf8').catch(() => ''), baked?.name)
    if (metadata === null)
      return clearOf(ports, { ...failureOf(side, progress, code), message: 'buildx wrote no metadata about the image' })
    const { digest, configDigest, ref } = metadata
    const text = baked ? await readFile(fileOf(plan), 'utf8').catch(() => '') : ''
    const provenance = baked ? ownSourceFirst(metadata.provenance, text) : metadata.provenance
    return {
      ...{ side, digest, configDigest, ref, provenance, startedAt, endedAt, began },
      platform: metadata.platform ?? plan.platform,
      steps: progress.steps(),
      warnings: progress.warnings(),
      unshifted: unshifted.reasons(),
      rewritten: progress.rewrittenWith() === plan.epoch,
      ...(plan.fromCache ? { fromCache: true } : {}),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Bake names the target that failed; a line of another one's Dockerfile is none of the image's. */
function ofTarget(failure: BuildFailure, { linked = {} }: SidePlan, name: string | undefined): BuildFailure {
  if (name === undefined) return failure
  const [, target = ''] = /^\[([\w.-]+) /.exec(failure.step ?? '') ?? []
  const message = failure.message.replace(`target ${name}: `, '').replace(/^failed to solve: /, '')
  if (!Object.hasOwn(linked, target)) return { ...failure, message }
  const at = failure.line === null ? '' : `, line ${failure.line} of its Dockerfile`
  return { ...failure, message: `${message} (in the target ${target}${at})`, line: null, endLine: null }
}

/** Where files may be was seen before; the user's own settings of bake are for the user's own file. */
const bakeEnvironment = { BUILDX_BAKE_ENTITLEMENTS_FS: '0', BUILDX_BAKE_FILE: '', BUILDX_BAKE_FILE_SEPARATOR: '' }

const fileOf = ({ args }: SidePlan): string => args[args.indexOf('--file') + 1] ?? ''

const noFolder = (error: Error): { problem: string } => ({
  problem: explained(`No folder for the build's metadata could be made: ${error.message}. TMPDIR names another place.`),
})

/** What a failing step printed may hold a secret. */
function clearOf({ masking }: Ports, failure: BuildFailure): BuildFailure {
  const clean = masking.text
  return {
    ...failure,
    step: failure.step === null ? null : clean(failure.step),
    message: clean(failure.message),
    logTail: failure.logTail.map(clean),
  }
}
