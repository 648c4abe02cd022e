import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from '../ports.ts'
import type { Side, SideBuild, Step } from './build.ts'
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
  // What a probe ran is in the cache from then on, but it is not what the side's build made.
  const ranHere = new Set<string>()
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
      const runs = runsOf(built)
      for (const { name, cached } of runs) if (!cached) ranHere.add(instructionOf(side, name))
      const other = runs.find(({ name }) => ranHere.has(instructionOf(side, name)))
      return other === undefined
        ? { kind: 'image', configDigest: built.configDigest }
        : { kind: 'unknown', reason: `'${other.name}' was not in the cache and ran again` }
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
