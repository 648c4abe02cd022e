import { compileGlob, globMatches } from './context/glob.ts'
import type { StageView } from './view.ts'

/** What of a stage's files comes into the image that is built. */
export interface Reach {
  /** All: it is the target, the target continues it, or its root folder is copied on. */
  whole: boolean
  /** Paths (or patterns) that other stages copy out of it; absolute. */
  copied: string[]
}

/**
 * @param stages those the target needs
 * @param end index of the target's stage
 */
export function reachOf(stage: StageView, stages: StageView[], end: number): Reach {
  const copied = stages.flatMap(other => pathsCopied(other, stage))
  return { whole: isContinuedBy(stage, stages, end) || copied.includes('/'), copied }
}

function isContinuedBy(stage: StageView, stages: StageView[], end: number): boolean {
  for (let at = stages.find(other => other.stage.index === end) ?? null; at !== null; at = at.parent) {
    if (at === stage) return true
  }
  return false
}

/** Sources of the `COPY --from=<stage>` of another stage; one that is not known (`$X`) is left out. */
function pathsCopied(copier: StageView, stage: StageView): string[] {
  return copier.edges
    .filter(edge => edge.kind === 'copy' && edge.target === stage.stage)
    .flatMap(({ instruction }) => (instruction.json ?? instruction.words.map(word => word.raw)).slice(0, -1))
    .map(source => absolute(source.replace(/^["']|["']$/g, '')))
    .filter(source => !source.includes('$'))
}

/** A path as from the root folder, without `.` parts and a slash at its end. */
export function absolute(path: string, folder = '/'): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/** Whether one path is the other or in it. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || folder === '/' || path.startsWith(`${folder}/`)

/** Whether a pattern takes a path, by itself or by a folder it is in. */
export function takes(pattern: string, path: string): boolean {
  const glob = compileGlob(pattern, false)
  if (glob === null) return false
  const parts = path.split('/')
  return parts.some((_, index) => globMatches(glob, parts.slice(0, index + 1).join('/') || '/'))
}

/** Whether a file that a stage makes comes into the image. */
export const carries = (reach: Reach, path: string): boolean =>
  reach.whole || reach.copied.some(pattern => takes(pattern, path))

/** Whether something of a folder that a stage makes comes into the image: all of it, or a part. */
export const carriesOf = (reach: Reach, folder: string): boolean =>
  carries(reach, folder) || reach.copied.some(pattern => isWithin(pattern, folder))
