import type { Finding } from '../finding.ts'
import { parseDockerignore } from './context/dockerignore.ts'
import type { ConfigIgnore, LintSettings } from './settings.ts'
import type { View } from './view.ts'

/** An ignore counts to the end of its last day; one whose day nobody can read has none left. */
export const hasExpired = ({ until }: { until: string | null }, today: string): boolean =>
  until !== null && !(/^\d{4}-\d{2}-\d{2}$/.test(until) && today <= until)

/** Gives the ignores of the configuration file that answer a finding; `start` is where its word is in the Dockerfile. */
export function configIgnoresFor(
  view: View,
  { ignores, today, ...from }: LintSettings,
): (finding: Finding, start: number) => ConfigIgnore[] {
  const byRule = new Map<string, ConfigIgnore[]>()
  for (const ignore of ignores)
    if (!hasExpired(ignore, today))
      for (const id of new Set(ignore.rules)) {
        const known = byRule.get(id)
        if (known === undefined) byRule.set(id, [ignore])
        else known.push(ignore)
      }
  const { file } = view.dockerfile
  return ({ id, location }, start) =>
    (byRule.get(id) ?? []).filter(({ path, stage }) => {
      const files = new Set([location?.file ?? file, file])
      return (
        (path === null || [...files].some(one => pathMatches(path, seenFrom(from, one)))) &&
        (stage === null || isStage(view, stage, start))
      )
    })
}

/** A path of a finding, seen from where the paths of the ignores are. */
export const seenFrom = (
  { pathPrefix, pathRoot }: Pick<LintSettings, 'pathPrefix' | 'pathRoot'>,
  file: string,
): string => {
  const isWhole = file.startsWith('/')
  const inRoot = isWhole && pathRoot !== '' && file.startsWith(`${pathRoot}/`) ? file.slice(pathRoot.length) : file
  const parts: string[] = []
  for (const part of (isWhole ? inRoot : `${pathPrefix}/${file}`).split('/'))
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  return parts.join('/')
}

const compiled = new Map<string, ((path: string) => boolean)[]>()

/** Patterns are those of .dockerignore: one that names a folder takes all that is in it. */
export function pathMatches(pattern: string, path: string): boolean {
  const matchers = compiled.get(pattern) ?? parseDockerignore(pattern).patterns.map(({ matches }) => matches)
  compiled.set(pattern, matchers)
  const parts = path.split('/')
  return matchers.some(matches => parts.some((_, at) => matches(parts.slice(0, at + 1).join('/'))))
}

/** Stages are named without regard to case, as in `COPY --from`. */
function isStage({ dockerfile }: View, stage: string, start: number): boolean {
  const instruction = dockerfile.instructions.find(({ range }) => range.start <= start && start <= range.end)
  const index = instruction?.stage ?? null
  if (index === null) return false
  return stage === String(index) || dockerfile.stages[index]?.name?.toLowerCase() === stage.toLowerCase()
}
