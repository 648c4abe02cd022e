import { createHash } from 'node:crypto'
import { stat, symlink } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { SidePlan } from './plan.ts'

/**
 * The same plan, whose folders have names that no build before this run used. A builder knows a folder that it was sent by
 * the last part of its path, and takes a file in it for the one that it has where size, mode and time are alike: of a file
 * that was changed and given its old time it would build the old content, in both builds.
 * @param place folder for links, the caller's to remove
 * @param run what names this run and no other: its temporary folder. The builds of one run send what is new alone
 */
export async function withFreshFolders(plan: SidePlan, place: string, run: string): Promise<SidePlan> {
  const fresh = (path: string): Promise<string> => freshFolder(path, place, run)
  const args: string[] = []
  for (const [at, arg] of plan.args.entries())
    args.push(plan.args[at - 1] === '--build-context' ? await freshContext(arg, fresh) : arg)
  const linked: Record<string, SidePlan> = {}
  for (const [name, one] of Object.entries(plan.linked ?? {})) linked[name] = await withFreshFolders(one, place, run)
  return {
    ...plan,
    args,
    context: await fresh(plan.context),
    ...(plan.linked ? { linked } : {}),
  }
}

/** `name=path`; an image or an address stays what it is. */
async function freshContext(value: string, fresh: (path: string) => Promise<string>): Promise<string> {
  const at = value.indexOf('=') + 1
  return at === 0 ? value : value.slice(0, at) + (await fresh(value.slice(at)))
}

/** A link to the folder, whose name is that of this run; what is no folder of this machine stays what it is. */
async function freshFolder(path: string, place: string, run: string): Promise<string> {
  const folder = resolve(path)
  if (path === '-' || !(await stat(folder).catch(() => null))?.isDirectory()) return path
  const own = createHash('sha256').update(`${run}\0${folder}`).digest('hex').slice(0, 16)
  const link = join(place, `${basename(folder).slice(0, 40)}-${own}`)
  await symlink(folder, link).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  return link
}
