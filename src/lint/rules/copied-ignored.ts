import type { ContextFiles } from '../context/context.ts'
import { type ContextSource, contextSources } from '../context/context-source.ts'
import { type IgnorePatterns, isIgnored, parseDockerignore } from '../context/dockerignore.ts'
import type { Draft, Rule } from '../rule.ts'
import { quote } from '../wording.ts'

export const copiedIgnored: Rule = {
  id: 'RG605',
  title: 'The ignore file hides what is copied',
  level: 'warning',
  class: 'now',
  on: false,
  needsContext: true,
  check: view => {
    const { context, ignoreFile } = view
    if (context === null || ignoreFile === null) return []
    const sources = view.steps
      .flatMap(step => contextSources(view, step))
      .filter(({ path }) => path !== '' && !/[*?[\\]/.test(path))
    if (sources.length === 0) return []
    const ignore = parseDockerignore(ignoreFile.text)
    const hidden = sources.filter(({ path }) => isHidden(ignore, path))
    return hidden.filter(({ path }) => !isThere(context, path)).map(source => draftOf(source, ignoreFile.file))
  },
}

/** A folder that is hidden may hold what comes back by a `!`. */
const isThere = ({ paths }: ContextFiles, path: string): boolean =>
  paths.some(entry => entry.path === path || entry.path.startsWith(`${path}/`))

function withFolders(path: string): string[] {
  const parts = path.split('/')
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'))
}

/** Patterns say of what is in a folder what they say of the folder. */
function isHidden(ignore: IgnorePatterns, path: string): boolean {
  let result = { ignored: false, inherited: [] as boolean[] }
  for (const folder of withFolders(path)) result = isIgnored(ignore, folder, result.inherited)
  return result.ignored
}

const draftOf = ({ step, text, path, range }: ContextSource, file: string): Draft => ({
  range,
  message: `${quote(`${step.instruction.keyword} ${text}`)} asks for ${quote(path)}, but ${quote(file)} keeps it out of the build context: the build fails, or takes it only where another ignore file is in force.`,
  fix: {
    text: `Let it in by a line at the end of ${quote(file)}, or do not copy it.`,
    snippet: `!${path}`,
  },
})
