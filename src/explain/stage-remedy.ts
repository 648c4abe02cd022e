import type { Remedy } from './cause.ts'

/** A path as a shell word, bare or in single quotes, where a word begins. */
const pathWord = /(?<![^\s=<>(])(?:\/[\w./*?+@%:,~-]+|'\/(?:[^']|'\\'')*')/g

/**
 * A remedy for paths of the image (absolute), made one for the stage that the instruction to blame is in. `placeOf` tells
 * where such a path lies there; what has no place there is left out, since it would mend nothing.
 */
export function inStage(remedy: Remedy, paths: readonly string[], placeOf: (path: string) => string | null): Remedy {
  if (!remedy.remove?.length && !remedy.append?.length) return remedy
  if (paths.every(path => placeOf(path) === path)) return remedy
  const { remove = [], append = [], ...rest } = remedy
  const moved = {
    remove: remove.flatMap(path => placeOf(path) ?? []),
    append: append.flatMap(command => commandInStage(command, paths, placeOf) ?? []),
  }
  return {
    ...rest,
    ...(moved.remove.length > 0 ? { remove: moved.remove } : {}),
    ...(moved.append.length > 0 ? { append: moved.append } : {}),
  }
}

/** The command with the paths it is about at their places in the stage; null when it is about none of them. */
function commandInStage(
  command: string,
  paths: readonly string[],
  placeOf: (path: string) => string | null,
): string | null {
  let about = 0
  const moved = command.replace(pathWord, word => {
    const bare = word.startsWith("'") ? word.slice(1, -1).replaceAll("'\\''", "'") : word
    const place = isAbout(bare, paths) ? placeOf(bare) : null
    if (place === null) return word
    about++
    return word.startsWith("'") ? `'${place.replaceAll("'", "'\\''")}'` : place
  })
  return about > 0 ? moved : inRoot(command, placeOf)
}

/** One of the paths, a file beside it or a folder above it; no program, and no file that the command makes for itself. */
const isAbout = (word: string, paths: readonly string[]): boolean =>
  paths.some(path => folderOf(path) === folderOf(word) || path.startsWith(`${word}/`))

const folderOf = (path: string): string => path.slice(0, path.lastIndexOf('/'))

/** `chage -d 19000 app` is told its system by an option. */
function inRoot(command: string, placeOf: (path: string) => string | null): string | null {
  const root = placeOf('/etc/shadow')?.replace(/\/etc\/shadow$/, '')
  return root && command.startsWith('chage ') ? command.replace(/^chage/, `chage -R ${root}`) : null
}
