import { dataRoots } from '../build/data-root.ts'
import type { Caller } from '../gate.ts'
import { withinLimits } from '../host/limits.ts'
import type { Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import { drifted } from '../prove/drifted.ts'
import { movedBases } from '../prove/moved-bases.ts'
import { provenBefore } from '../prove/proven-before.ts'
import type { Report } from '../report/report.ts'
import { atCommit } from '../subjects/proven-commit.ts'
import { readDockerfile } from '../subjects/sources.ts'
import { referenceOf, verifyWithin } from './verify.ts'

/**
 * Builds again what was proven before, on the base images of then, and tells what became of it.
 * @throws InputError when nothing is there that was proven, or what it was made of cannot be had
 */
export const drift = (options: Options, ports: Ports, caller: Caller): Promise<Report> =>
  withinLimits(ports, options, dataRoots, async limits => {
    const { reference, close } = await referenceOf(options, limits.ports)
    try {
      const before = await provenBefore(reference, options)
      const asked = { ...options, ...before.options }
      const there = await atCommit(asked, before.commit, limits.ports, caller)
      const dockerfile = await readDockerfile(there)
      const [tags, report] = await Promise.all([
        movedBases(before.bases(dockerfile), limits.ports),
        verifyWithin(limits.ports, there, reference, caller, { images: before.bases(dockerfile) }),
      ])
      return drifted(report, {
        ...{ since: null, commit: before.commit, dockerfile, buildArgs: there.buildArgs },
        ...{ moved: tags.moved, notes: [...before.notes, ...tags.notes] },
      })
    } finally {
      await close()
    }
  })
