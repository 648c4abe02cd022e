import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseToml } from 'smol-toml'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { findProblems } from '../../src/dockerfile/problem.ts'
import { parseDockerignore } from '../../src/lint/context/dockerignore.ts'
import { lint } from '../../src/lint/lint.ts'
import { readHcl } from '../../src/subjects/hcl.ts'
import { inputOf } from '../lint/cases.ts'
import { shellProblems, typedIn } from './commands.ts'
import { type Block, root } from './pages.ts'
import { thrown, yamlProblems } from './yaml-blocks.ts'

type Check = (block: Block) => string[] | Promise<string[]>

/** What each language's blocks must be. A language that is not here is refused: nothing goes unread. */
const checks: Readonly<Record<string, Check>> = {
  yaml: ({ text }) => yamlProblems(text),
  sh: ({ text }) => shellProblems(text),
  console: ({ text }) => shellProblems(typedIn(text)),
  dockerfile: dockerfileProblems,
  json: ({ text }) => thrown(() => JSON.parse(text)),
  toml: ({ text }) => thrown(() => parseToml(text)),
  hcl: ({ text }) => (readHcl(text).length > 0 ? [] : ['there is no block in it']),
  gitignore: ({ text }) => (parseDockerignore(text).patterns.length > 0 ? [] : ['there is no pattern in it']),
  // Policies are tried where they lie: here it only must be one of them.
  rego: ({ text }) => policyProblems(text),
  cue: ({ text }) => policyProblems(text),
  diff: ({ text }) =>
    text.split('\n').every(line => /^([-+ @\\]|diff |$)/.test(line)) ? [] : ['not each line is one of a diff'],
  // What a program printed, or a file of no language. A command would go unread.
  text: ({ text }) =>
    /^\$ |^(npx )?repro-gate [a-z]+ (?!.*: )/m.test(text) ? ['a command belongs in sh or console'] : [],
}

/** What is wrong with a block of a page; nothing is a good block. */
export async function problemsOf(block: Block): Promise<string[]> {
  const check = checks[block.language]
  if (!check)
    return [`nothing here reads ${block.language || 'a fence without a language'}: ${Object.keys(checks).join(', ')}`]
  return check(block)
}

/**
 * Examples of what is wrong are held to their rule by lint/pages.test.ts. All others lint without an error, but for
 * those that a mark above names: `lint: RG201,RG501`.
 */
function dockerfileProblems({ path, text, marks, section }: Block): string[] {
  if (path.startsWith('docs/rules/') && section === 'Bad') return []
  const base = `debian:12@sha256:${'4f'.repeat(32)}`
  const whole = /^\s*FROM\s/im.test(text) ? text : `FROM ${base}\n${text}`
  const dockerfile = parseDockerfile(whole, 'Dockerfile')
  const named = marks.flatMap(mark => /^lint: (.*)$/.exec(mark)?.[1]?.split(/,\s*/) ?? [])
  const errors = lint(inputOf(whole)).findings.filter(({ level }) => level === 'error')
  const ids = errors.map(({ id }) => id)
  return [
    ...findProblems(dockerfile).map(problem => JSON.stringify(problem)),
    ...errors.filter(({ id }) => !named.includes(id)).map(({ id, title }) => `${id}: ${title}`),
    ...named.filter(id => !ids.includes(id)).map(id => `${id} is named above it, and not found in it`),
  ]
}

const policies = readdirSync(join(root, 'examples/policies')).map(name =>
  readFileSync(join(root, 'examples/policies', name), 'utf8'),
)
const policyProblems = (text: string): string[] =>
  policies.includes(text) ? [] : ['it is none of the files in examples/policies']
