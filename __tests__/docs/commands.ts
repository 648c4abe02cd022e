import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandsIn } from '../../src/dockerfile/shell.ts'
import { readCommandLine } from '../../src/options/flags.ts'
import { checkOptions } from '../../src/options/options.ts'
import { root } from './pages.ts'

const npmScripts: readonly string[] = Object.keys(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts)

const nothingKnown = { get: () => undefined, declares: () => false, env: new Map(), args: new Map() }

/** The lines behind `$ `, with those that continue them; all else of a console is what was printed. */
export const typedIn = (text: string): string =>
  [...text.matchAll(/^\$ ((?:.*\\\n)*.*)$/gm)].map(([, command = '']) => `${command}\n`).join('')

/** What is wrong with commands for a shell: its own syntax, our flags, scripts and files of this repository. */
export function shellProblems(text: string): string[] {
  const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })
  if (status !== 0) return [stderr.trim()]
  return commandsIn(text, nothingKnown).commands.flatMap(({ words }) =>
    commandProblems(words.map(({ value, partial }) => value ?? partial.replace(/\$\{\w+\}|\$\([^)]*\)/g, 'x'))),
  )
}

function commandProblems(words: readonly string[]): string[] {
  const [program = '', ...args] = words
  if (program === 'npx') return commandProblems(args.filter(arg => !/^(-y|--yes|--no-install)$/.test(arg)))
  if (program === 'node' && /(^|\/)dist\/cli\/index\.cjs$/.test(args[0] ?? '')) return ourProblems(args.slice(1))
  if (/^(\.\/node_modules\/\.bin\/)?repro-gate$/.test(program)) return ourProblems(args)
  if (program === 'node' && /^(bench|scripts|dist)\//.test(args[0] ?? '')) return missing(args[0] ?? '')
  if (/^(\.\/)?(scripts|bench)\//.test(program)) return missing(program)
  if (program === 'npm' && args[0] === 'run' && !npmScripts.includes(args[1] ?? ''))
    return [`package.json has no script '${args[1]}'`]
  return []
}

const missing = (path: string): string[] => (existsSync(join(root, path)) ? [] : [`there is no ${path}`])

/** A command line of ours: every flag there is, every value one that it takes. */
function ourProblems(args: readonly string[]): string[] {
  try {
    const asked = readCommandLine(args, path => !/dockerfile|\.(ya?ml|hcl|json)$/i.test(path))
    if (asked.kind === 'run') checkOptions(asked.command, asked.given, {})
    return []
  } catch (error) {
    return [`repro-gate ${args.join(' ')}: ${(error as Error).message}`]
  }
}
