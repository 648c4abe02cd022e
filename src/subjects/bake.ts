import type { Ports } from '../ports.ts'
import type { NamedTargets } from './target.ts'

export async function bakeTargets(_file: string, _ports: Pick<Ports, 'exec' | 'log'>): Promise<NamedTargets> {
  return { targets: [], problems: ['bake files are not read yet'], remarks: [] }
}
