import { posix } from 'node:path'
import type { DraftEdit } from '../rule.ts'
import { codeOf, type View } from '../view.ts'
import type { ContextSource } from './context-source.ts'
import { contextSources } from './context-source.ts'
import { parseDockerignore } from './dockerignore.ts'

/**
 * The edit that adds patterns to the ignore file; none where the build may need what they hide: the Dockerfile names it,
 * or a RUN asks git and the pattern hides its data.
 */
export function ignoreEdit(view: View, patterns: readonly string[]): DraftEdit[] {
  const unique = [...new Set(patterns)]
  return unique.length > 0 && unique.every(pattern => isUnneeded(view, pattern)) ? [{ ignoreLines: unique }] : []
}

/** Whether nothing in the Dockerfile shows that what a pattern hides is needed. */
export function isUnneeded(view: View, pattern: string): boolean {
  const name = posix.basename(pattern)
  if (name === '.git') return !asksGit(view)
  const plain = name.replace(/^\*/, '')
  return !codeLines(view).some(line => line.includes(plain)) && !sourcesOf(view).some(source => hides(pattern, source))
}

const codeLines = (view: View): string[] => view.dockerfile.instructions.map(instruction => codeOf(view, instruction))

const sourcesOf = (view: View): ContextSource[] =>
  view.stages.flatMap(({ steps }) => steps.flatMap(step => contextSources(view, step)))

function hides(pattern: string, { path }: ContextSource): boolean {
  const [compiled] = parseDockerignore(pattern).patterns
  const parts = path.split('/')
  return parts.some((_, at) => compiled?.matches(parts.slice(0, at + 1).join('/')) === true)
}

/** A program that reads the checkout's history, or a build tool that takes its version from there. */
function asksGit(view: View): boolean {
  const commands = view.stages.flatMap(({ steps }) => steps).flatMap(step => step.script.commands)
  if (commands.some(({ name, words }) => name === 'git' && !/^(clone|config|lfs|init)$/.test(words[1]?.partial ?? '')))
    return true
  if (codeLines(view).some(line => /\.git(?![\w-])|SETUPTOOLS_SCM/.test(line.replace(/\S+:\S+/g, '')))) return true
  const manifests = ['pyproject.toml', 'setup.py', 'setup.cfg', 'package.json', 'Makefile', 'build.gradle', 'pom.xml']
  return manifests.some(path =>
    /setuptools[-_]scm|hatch-vcs|versioningit|poetry-dynamic-versioning|versioneer|\bpbr\b|pdm.*scm|dunamai|git (describe|rev-parse|log)|git-commit-id|vergen|nebula/.test(
      view.context?.read(path) ?? '',
    ),
  )
}
