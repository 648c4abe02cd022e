import { readFile } from 'node:fs/promises'
import type { Ports } from '../ports.ts'
import { type BakeFile, builtIn, readBakeHcl, readBakeJson, targetsIn } from './bake-file.ts'
import type { NamedTargets } from './target.ts'

const deadline = 15_000

/**
 * The builds of a bake file. Exact where Docker is at hand: it evaluates the file itself. Else what can be read of it
 * without evaluating anything.
 */
export async function bakeTargets(file: string, ports: Pick<Ports, 'exec' | 'env'>): Promise<NamedTargets> {
  const text = await readFile(file, 'utf8')
  const own = file.toLowerCase().endsWith('.json') ? readBakeJson(text, ports.env) : readBakeHcl(text, ports.env)
  const names = builtIn(own).filter(name => /^\w[\w-]*$/.test(name))
  const printed = names.length > 0 ? await printedBy(file, names, ports) : null
  // Bases are no longer told from others in what it prints, but then only what is built was asked for.
  return targetsIn(printed === null ? own : { ...printed, wanted: new Set(Object.keys(printed.targets)) })
}

/** What `docker buildx bake --print` makes of it; null where it cannot be asked, or refuses. */
async function printedBy(
  file: string,
  names: readonly string[],
  { exec }: Pick<Ports, 'exec'>,
): Promise<BakeFile | null> {
  try {
    const args = ['buildx', 'bake', '--file', file, '--print', ...names]
    const { code, stdout } = await exec.capture('docker', args, { signal: AbortSignal.timeout(deadline) })
    const printed = code === 0 ? readBakeJson(stdout, {}) : null
    return printed !== null && Object.keys(printed.targets).length > 0 ? printed : null
  } catch {
    return null
  }
}
