import { isArchiveUrl, isRemote, keepsGit, readGitUrl } from './git-url.ts'
import type { Given } from './options.ts'
import type { Command } from './table.ts'

/** What is wrong with a context that is no folder; each the end of a sentence about it. */
export function contextProblems(
  command: Command,
  context: string,
  given: Given,
  buildArgs: Readonly<Record<string, string>>,
): string[] {
  const isStdin = context === '-'
  const names = given.file?.map(name => name.trim()) ?? []
  if (command === 'compare' || command === 'fix') {
    const what = command === 'fix' ? 'files that can be changed' : 'the Dockerfile'
    if (isStdin || isRemote(context)) return [`${command} needs ${what} in a folder here`]
    return names.includes('-') ? [`${command} needs ${what} in a folder here, and file is '-'`] : []
  }
  if (names.includes('-') && names.length > 1) return ['of several Dockerfiles none can come from standard input']
  if (isStdin && names.includes('-'))
    return ['standard input is one stream: it cannot be both the context and the Dockerfile']
  if (isStdin || !isRemote(context) || isArchiveUrl(context)) return []
  const url = readGitUrl(context)
  if (typeof url === 'string') return [`this address cannot be the context: ${url}`]
  return /^(1|t|true)$/i.test(buildArgs.BUILDKIT_CONTEXT_KEEP_GIT_DIR ?? '')
    ? [`leave out the build argument BUILDKIT_CONTEXT_KEEP_GIT_DIR: ${keepsGit}`]
    : []
}

/**
 * `{{defaultContext}}`, as docker/build-push-action has it: this repository at the commit of the workflow run.
 * @returns the text as it is where this is no workflow run
 */
export function withDefaultContext(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  const { GITHUB_SERVER_URL: server = 'https://github.com', GITHUB_REPOSITORY: name, GITHUB_SHA: sha } = environment
  if (!name || !sha) return text
  return text.replace(/\{\{\s*defaultContext\s*\}\}/g, () => `${server}/${name}.git#${sha}`)
}
