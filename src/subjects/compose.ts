import type { NamedTargets } from './target.ts'

export function composeTargets(_text: string): NamedTargets {
  return { targets: [], problems: ['compose files are not read yet'], remarks: [] }
}
