import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Side, SideBuild } from '../build/build.ts'
import { layoutIn, type SidePlan } from '../build/plan.ts'
import { hasFailed, runPlan } from '../build/run.ts'
import { InputError, type Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import type { Pair } from './pair.ts'

/**
 * Writes both sides whole as OCI layouts, `a` and `b` of the folder (below the image's name and the platform, where there
 * are several).
 * @returns what could not be kept, each a sentence
 */
export async function keepSides(pair: Pair, folder: string, ports: Ports): Promise<string[]> {
  const { a, b, planA, planB } = pair
  return ports.log.group(`Keep both sides (${folder})`, async () => [
    ...(await keepSide('A', a, planA, join(folder, 'a'), ports)),
    ...(await keepSide('B', b, planB, join(folder, 'b'), ports)),
  ])
}

async function keepSide(side: Side, build: SideBuild, plan: SidePlan, folder: string, ports: Ports): Promise<string[]> {
  const lost = (why: string) => [`Build ${side} could not be kept in ${folder}: ${why}`]
  try {
    await mkdir(folder, { recursive: true })
    const again = await runPlan(ports, plan, { output: layoutIn(plan, folder), noCache: false, quiet: true })
    if (hasFailed(again)) return lost(again.message)
    if (again.digest === build.digest) return []
    return lost(`the builder no longer has what it gave, and made ${again.digest.slice(0, 19)} instead.`)
  } catch (error) {
    return lost((error as Error).message)
  }
}

/** @throws InputError when the folder has sides already: BuildKit would add to them */
export async function seeItIsFree({ keep }: Options): Promise<void> {
  if (keep === undefined) return
  const names = await readdir(keep).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw new InputError([`keep (--keep): '${keep}' cannot be used: ${error.message}`])
  })
  if (names.length > 0)
    throw new InputError([`keep (--keep): '${keep}' is not empty; name a folder that is not there yet`])
}
