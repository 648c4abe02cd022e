import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from '../ports.ts'
import type { Side, SideBuild } from './build.ts'
import { operationsIn } from './llb.ts'
import { type BuildRequest, digestsOnly, planSide, type Run } from './plan.ts'
import { hasFailed, runPlan } from './run.ts'

/** What a probe found: an image, that a COPY has no such path, or that it cannot tell. */
export type ProbeResult =
  | { kind: 'image'; configDigest: string }
  | { kind: 'absent' }
  | { kind: 'unknown'; reason: string }

/**
 * Makes the function that builds another Dockerfile text from what a side left in the cache. A probe that had to run
 * anything tells nothing of that side's build.
 */
export function makeProbe(
  ports: Ports,
  request: BuildRequest,
  run: Run,
): (side: Side, dockerfileText: string) => Promise<ProbeResult> {
  return async (side, dockerfileText) => {
    const folder = await mkdtemp(join(ports.tempDir, 'probe-'))
    try {
      // A file and not standard input, because its own ignore file belongs to it.
      const file = join(folder, 'Dockerfile')
      await writeFile(file, dockerfileText)
      await copyFile(`${request.file}.dockerignore`, `${file}.dockerignore`).catch(() => {})
      const plan = planSide(request, side, run)
      const built = await runPlan(ports, plan, { output: digestsOnly(plan), noCache: false, quiet: true, file })
      if (hasFailed(built))
        return /: not found\s*$/.test(built.message) && /checksum|cache key|lstat|no such file/.test(built.message)
          ? { kind: 'absent' }
          : { kind: 'unknown', reason: built.message }
      const ran = stepThatRan(built)
      return ran === null
        ? { kind: 'image', configDigest: built.configDigest }
        : { kind: 'unknown', reason: `'${ran}' was no longer in the cache and ran again` }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

function stepThatRan({ provenance, steps }: SideBuild): string | null {
  const runs = new Set(
    (operationsIn(provenance) ?? []).filter(({ kind }) => kind === 'run').map(({ digest }) => digest),
  )
  const ran = steps.find(
    ({ digest, name, cached, started }) => started && !cached && (runs.has(digest) || /^\[[^\]]*\] RUN\b/.test(name)),
  )
  return ran?.name ?? null
}
