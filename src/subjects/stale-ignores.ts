import { dirname, resolve } from 'node:path'
import type { Finding } from '../finding.ts'
import { pathMatches, seenFrom } from '../lint/config-ignores.ts'
import { configFindings } from '../lint/ignore-findings.ts'
import type { LintResult } from '../lint/lint.ts'
import type { ConfigIgnore } from '../lint/settings.ts'
import { kindOfFile } from '../options/file-kind.ts'
import type { Options } from '../options/options.ts'
import { pathsMatching } from './paths-matching.ts'

/** A Dockerfile that was linted. */
export interface LintedFile {
  /** As findings name it. */
  file: string
  hasContext: boolean
  result: Pick<LintResult, 'byConfig' | 'asked'>
}

/** What is wrong about the ignores of the configuration file, once all Dockerfiles of the run were linted. */
export async function staleIgnores(options: Options, linted: readonly LintedFile[]): Promise<Finding[]> {
  const { ignores, today } = options.lint
  if (ignores.length === 0) return []
  const answered = new Map<ConfigIgnore, Set<string>>()
  for (const { result } of linted)
    for (const [ignore, ids] of result.byConfig)
      answered.set(ignore, new Set([...(answered.get(ignore) ?? []), ...ids]))
  const use = {
    answered: (ignore: ConfigIgnore) => answered.get(ignore) ?? new Set<string>(),
    asked: linted[0]?.result.asked ?? new Set<string>(),
    ...{ withContext: linted.every(({ hasContext }) => hasContext), today },
  }
  const findings = configFindings(ignores, { ...use, isComplete: () => true })
  // With a target some stages were not looked at; and only now is it worth asking what else there is.
  if (!findings.some(({ id }) => id === 'RG002')) return findings
  if (options.target !== undefined) return configFindings(ignores, { ...use, isComplete: () => false })
  const seen = new Set(linted.map(({ file }) => seenFrom(options.lint, file)))
  const all = await dockerfilesOf(options)
  const isComplete = ({ path }: ConfigIgnore): boolean => {
    const about = all.filter(file => path === null || pathMatches(path, file))
    // A path that is no Dockerfile's may be that of a file beside any of them.
    return (about.length > 0 ? about : all).every(file => seen.has(file))
  }
  return configFindings(ignores, { ...use, isComplete })
}

/** The Dockerfiles of the repository, seen from where the ignores' paths are: those configured, or all by their names. */
async function dockerfilesOf({ configured, config, lint }: Options): Promise<string[]> {
  const plain = configured?.every(name => ['glob', 'dockerfile'].includes(kindOfFile(name)))
  if (configured !== null && configured.length > 0 && plain) {
    const found = await Promise.all(configured.map(name => pathsMatching(name)))
    return [...new Set(found.flat())].map(file => seenFrom(lint, file))
  }
  const folder = lint.pathPrefix === '' ? process.cwd() : dirname(resolve(config ?? '.'))
  const patterns = [
    '**/{Dockerfile,dockerfile,Containerfile}',
    '**/{Dockerfile,Containerfile}.*',
    '**/*.{D,d}ockerfile',
  ]
  const found = await Promise.all(patterns.map(pattern => pathsMatching(pattern, folder)))
  return [...new Set(found.flat())]
}
