import { lstat, readdir, readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import type { SourceFile } from '../view.ts'

const mostFiles = 50
const mostBytes = 1 << 20

/**
 * The workflow files of the repository a build context is in, in the order of their names: at most 50, of at most 1 MiB
 * each. Never throws: what cannot be read is left out.
 */
export async function readWorkflows(contextDir: string): Promise<SourceFile[]> {
  const root = await repositoryOf(resolve(contextDir))
  if (root === null) return []
  const folder = join(root, '.github', 'workflows')
  const names = await readdir(folder).catch(() => [])
  const wanted = names.filter(name => /\.ya?ml$/i.test(name)).sort()
  const files = await Promise.all(wanted.slice(0, mostFiles).map(name => readSource(join(folder, name))))
  return files.filter(file => file !== null)
}

/** The nearest folder, the given one or above it, that looks like the root of a repository. */
async function repositoryOf(folder: string): Promise<string | null> {
  for (const mark of ['.git', '.github']) if (await lstatOrNull(join(folder, mark))) return folder
  const above = dirname(folder)
  return above === folder ? null : repositoryOf(above)
}

/** Only plain files: behind a link may be anything. */
async function readSource(path: string): Promise<SourceFile | null> {
  const stats = await lstatOrNull(path)
  if (stats === null || !stats.isFile() || stats.size > mostBytes) return null
  const text = await readFile(path, 'utf8').catch(() => null)
  return text === null ? null : { file: shown(path), text }
}

const lstatOrNull = (path: string) => lstat(path).catch(() => null)

/** From where the run started, which is the repository for the runner. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith(`..${sep}`) ? path : fromHere.split(sep).join('/')
}
