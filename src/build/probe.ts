import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from '../ports.ts'
import type { BuildFailure, Side, SideBuild, Step } from './build.ts'
import { operationsIn } from './llb.ts'
import { digestsOnly, planOfFile, type SidePlan } from './plan.ts'
import { hasFailed, runPlan } from './run.ts'

/** What a probe found: an image, that a COPY has no such path, or that it cannot tell. */
export type ProbeResult =
  | { kind: 'image'; configDigest: string }
  | { kind: 'absent' }
  | { kind: 'unknown'; reason: string }

/** Another Dockerfile text built from what a side left in the cache, and how. */
export interface CachedBuild {
  build: SideBuild
  plan: SidePlan
}

/** Builds another Dockerfile text, which stands in a file, for one side; a text says why it could not be had from the cache. */
export type FromCache = (side: Side, file: string) => Promise<CachedBuild | BuildFailure | string>

/**
 * Builds other Dockerfiles from what a side left in the cache. A build that had to run anything tells nothing of that
 * side's first one.
 * @param ownFile the Dockerfile that both sides were built from
 */
export function makeFromCache(ports: Ports, ownFile: string, plans: Readonly<Record<Side, SidePlan>>): FromCache {
  // What one of them ran is in the cache from then on, but it is not what the side's build made.
  const ranHere = new Set<string>()
  return async (side, file) => {
    // An own ignore file belongs to the Dockerfile beside it.
    await copyFile(`${ownFile}.dockerignore`, `${file}.dockerignore`).catch(() => {})
    const plan = planOfFile(plans[side], file)
    const build = await runPlan(ports, plan, { output: digestsOnly(plan), noCache: false, quiet: true })
    if (hasFailed(build)) return build
    const runs = runsOf(build)
    for (const { name, cached } of runs) if (!cached) ranHere.add(instructionOf(side, name))
    const other = runs.find(({ name }) => ranHere.has(instructionOf(side, name)))
    return other === undefined ? { build, plan } : `'${other.name}' was not in the cache and ran again`
  }
}

/** Makes the function that asks how a text's image is on one side. */
export function makeProbe(
  ports: Ports,
  fromCache: FromCache,
): (side: Side, dockerfileText: string) => Promise<ProbeResult> {
  return async (side, dockerfileText) => {
    const folder = await mkdtemp(join(ports.tempDir, 'probe-'))
    try {
      // A file and not standard input, because its own ignore file belongs to it.
      const file = join(folder, 'Dockerfile')
      await writeFile(file, dockerfileText)
      const built = await fromCache(side, file)
      if (typeof built === 'string') return { kind: 'unknown', reason: built }
      if ('build' in built) return { kind: 'image', configDigest: built.build.configDigest }
      return /: not found\s*$/.test(built.message) && /checksum|cache key|lstat|no such file/.test(built.message)
        ? { kind: 'absent' }
        : { kind: 'unknown', reason: built.message }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** Without the place in its stage, which another text moves. Digests would not do: the context's is new in every build. */
const instructionOf = (side: Side, name: string): string => `${side} ${name.replace(/^\[[^\]]*\] /, '')}`

function runsOf({ provenance, steps }: SideBuild): Step[] {
  const runs = new Set(
    (operationsIn(provenance) ?? []).filter(({ kind }) => kind === 'run').map(({ digest }) => digest),
  )
  return steps.filter(({ digest, name, started }) => started && (runs.has(digest) || /^\[[^\]]*\] RUN\b/.test(name)))
}
