/** What a name of a file to lint stands for. */
export type FileKind = 'dockerfile' | 'glob' | 'compose' | 'bake'

/** By the names that Docker itself looks for, and their usual variants (`compose.prod.yaml`, `docker-bake.hcl`). */
export function kindOfFile(name: string): FileKind {
  const base = name.slice(name.lastIndexOf('/') + 1)
  if (isGlob(name)) return 'glob'
  if (/^(docker-)?compose([._-][^/]*)?\.ya?ml$/i.test(base)) return 'compose'
  return /^docker-bake([._-][^/]*)?\.(hcl|json)$/i.test(base) ? 'bake' : 'dockerfile'
}

/** Whether a name has a character that a glob is made of. */
export const isGlob = (name: string): boolean => /[*?[\]{}]/.test(name)

/** Whether a file that was named lists images, as bake and compose files do, instead of being one Dockerfile. */
export const isImageList = ({ name, by }: { name: string; by: string }): boolean =>
  by === 'bake' || ['compose', 'bake'].includes(kindOfFile(name))
