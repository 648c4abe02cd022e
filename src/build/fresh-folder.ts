import { createHash } from 'node:crypto'
import { stat, symlink } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { Ports } from '../ports.ts'
import type { SidePlan } from './plan.ts'

/**
 * The same plan, whose folders have names that no build before this run used. A builder knows a folder that it was sent by
 * the last part of its path, and takes a file in it for the one that it has where size, mode and time are alike: of a file
 * that was changed and given its old time it would build the old content, in both builds.
 */
export async function withFreshFolders(ports: Pick<Ports, 'tempDir'>, plan: SidePlan): Promise<SidePlan> {
  const args: string[] = []
  for (const [at, arg] of plan.args.entries())
    args.push(plan.args[at - 1] === '--build-context' ? await freshContext(ports, arg) : arg)
  const linked: Record<string, SidePlan> = {}
  for (const [name, one] of Object.entries(plan.linked ?? {})) linked[name] = await withFreshFolders(ports, one)
  return {
    ...plan,
    args,
    context: await freshFolder(ports, plan.context),
    ...(plan.linked ? { linked } : {}),
  }
}

/** `name=path`; an image or an address stays what it is. */
async function freshContext(ports: Pick<Ports, 'tempDir'>, value: string): Promise<string> {
  const at = value.indexOf('=') + 1
  return at === 0 ? value : value.slice(0, at) + (await freshFolder(ports, value.slice(at)))
}

/** A link to the folder, whose name is that of this run; what is no folder of this machine stays what it is. */
async function freshFolder({ tempDir }: Pick<Ports, 'tempDir'>, path: string): Promise<string> {
  const folder = resolve(path)
  if (path === '-' || !(await stat(folder).catch(() => null))?.isDirectory()) return path
  // The temporary folder is the run's own, and so is its name.
  const run = createHash('sha256').update(`${tempDir}\0${folder}`).digest('hex').slice(0, 16)
  const link = join(tempDir, `${basename(folder)}-${run}`)
  await symlink(folder, link).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  return link
}
