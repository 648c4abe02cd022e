import type { ShellCommand } from '../../dockerfile/shell.ts'
import { fileStays, outputStays } from '../flow.ts'
import { absolute, isWithin } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { quote } from '../wording.ts'

export const secretWritten: Rule = {
  id: 'RG704',
  title: 'Secret or SSH mount that leaves something in the image',
  level: 'notice',
  class: 'machine',
  on: false,
  check: view => view.steps.flatMap(step => checkStep(view, step)),
}

/** Where the secrets of a RUN stand, and in which variables. */
interface Secrets {
  paths: string[]
  names: string[]
  ssh: boolean
}

function checkStep(view: View, step: Step): Draft[] {
  const secrets = secretsOf(step)
  if (secrets.paths.length === 0 && secrets.names.length === 0 && !secrets.ssh) return []
  const writer = step.script.commands.find(command => writes(view, step, command, secrets))
  if (writer === undefined) return []
  const what =
    writer.name === 'ssh-keyscan' ? 'What a server answers at that moment' : 'A secret of the machine that builds'
  return [
    {
      range: writer.words[0]?.range ?? writer.range,
      message: `${what} goes into a file that stays in the image, by ${quote(writer.name)}. Another machine has another one, so the images differ; and whoever has the image has what was to be kept from it.`,
      fix: {
        text: 'Use the secret where it is mounted (`--mount=type=secret,id=…,target=<the file the program reads>`, or `env=`), or remove the file in the same RUN. Known hosts belong into the repository, not into a question at build time.',
      },
    },
  ]
}

function secretsOf(step: Step): Secrets {
  const mounts = step.mounts.filter(({ type }) => type === 'secret')
  return {
    paths: mounts.flatMap(({ options: { target, id, env } }) =>
      target === undefined && env !== undefined ? [] : [absolute(target ?? `/run/secrets/${id ?? ''}`)],
    ),
    names: mounts.flatMap(({ options: { env } }) => (env === undefined ? [] : [env])),
    ssh: step.mounts.some(({ type }) => type === 'ssh'),
  }
}

const configures = /^(config|login|auth|credentials?|set-?token)$/

function writes(view: View, step: Step, command: ShellCommand, secrets: Secrets): boolean {
  if (secrets.ssh && command.name === 'ssh-keyscan') return outputStays(view, step, command)
  const words = command.words.slice(1)
  const direct = words.some(
    ({ value }) => value !== null && secrets.paths.some(path => isWithin(absolute(value), path)),
  )
  if (direct && (command.name === 'cp' || command.name === 'install' || command.name === 'mv')) {
    const target = words.at(-1)
    return target !== undefined && fileStays(view, step, command, target)
  }
  if (direct && command.name === 'cat' && command.substitutionIn === null) return outputStays(view, step, command)
  return holds(command, secrets) && leavesFile(view, step, command)
}

/** A word with the secret in it: `$TOKEN`, `$(cat /run/secrets/token)`, or a variable that was set to that. */
const holds = (command: ShellCommand, { names, paths }: Secrets): boolean =>
  command.words.some(
    ({ variables, substitutions }) =>
      variables.some(name => names.includes(name)) ||
      substitutions.some(({ words }) =>
        words.some(({ value }) => value !== null && paths.some(path => isWithin(absolute(value), path))),
      ),
  )

/** `npm config set`, `git config --global`, `hf auth login`, and `echo … > file`; `git clone` keeps its address. */
function leavesFile(view: View, step: Step, command: ShellCommand): boolean {
  if (command.name === 'echo' || command.name === 'printf') return outputStays(view, step, command)
  return command.words.slice(1, 4).some(({ value }) => configures.test(value ?? ''))
}
