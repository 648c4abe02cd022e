import { access, constants, stat, statfs } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** File systems that show the system itself, where nobody makes files, whatever the permissions say. */
const shownSystem: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x1cd1, // devpts
])

/** What the system says of a path, as `access` of node:fs. */
type May = (path: string, mode: number) => Promise<void>

/**
 * Why a file or folder that is not there yet could not be made, as the end of a sentence that begins with its path; null: it
 * could. Nothing is written to find out: a folder would get another time, and may be part of what is built.
 */
export async function whyNotMade(path: string, may: May = access): Promise<string | null> {
  const folder = await nearest(dirname(resolve(path)))
  // What is odd is told when it is written.
  if (folder === null) return null
  const system = await statfs(folder).catch(() => null)
  if (system !== null && shownSystem.has(system.type)) return `cannot be written: no files can be made in ${folder}`
  return may(folder, constants.W_OK | constants.X_OK).then(
    () => null,
    (error: NodeJS.ErrnoException) =>
      error.code === 'EROFS'
        ? `cannot be written: the file system of ${folder} is read-only`
        : ['EACCES', 'EPERM'].includes(error.code ?? '')
          ? `cannot be written: this user may not write in the folder ${folder}`
          : null,
  )
}

/** The same of a file that is there: what cannot be put in its place may be written into it. */
export async function whyNotWritten(path: string, may: May = access): Promise<string | null> {
  const problem = await whyNotMade(path, may)
  if (problem === null) return null
  return may(path, constants.W_OK).then(
    () => null,
    () => problem,
  )
}

/** The lowest folder of a path that is there. */
async function nearest(folder: string): Promise<string | null> {
  const stats = await stat(folder).catch((error: NodeJS.ErrnoException) => error.code)
  if (typeof stats === 'object') return stats.isDirectory() ? folder : null
  return stats === 'ENOENT' && dirname(folder) !== folder ? nearest(dirname(folder)) : null
}
