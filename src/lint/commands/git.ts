import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import { folderOf } from '../folder.ts'
import { absolute } from '../reach.ts'
import type { Step, View } from '../view.ts'
import { findOption, type Option, optionTable, readArguments } from './option-table.ts'

/** One call of git. */
export interface GitCommand {
  command: ShellCommand
  verb: string
  options: Option[]
  operands: ShellWord[]
  /** As `-C` gives it; null when it is the shell's folder, undefined when it is not known. */
  folder: string | null | undefined
}

const ofGit = optionTable('-C -c --git-dir --work-tree --exec-path --namespace --config-env', false)
const ofVerb = optionTable(
  `-b -B -c --branch -o --origin -u --upload-pack --reference --reference-if-able --depth --shallow-since --shallow-exclude -j --jobs
   --template --separate-git-dir --filter --config --server-option --revision --bundle-uri --ref-format --orphan`,
)

/** @returns null for other programs, and for a git without a verb */
export function readGit(command: ShellCommand): GitCommand | null {
  if (command.name !== 'git') return null
  let at = 1
  let folder: string | null | undefined = null
  for (; at < command.words.length; at++) {
    const text = command.words[at]?.partial ?? ''
    if (!text.startsWith('-')) break
    if (text === '-C') folder = command.words[at + 1]?.value ?? undefined
    if (ofGit.withValue.has(text)) at++
  }
  const verb = command.words[at]?.value
  if (verb == null) return null
  const { options, operands } = readArguments({ ...command, words: command.words.slice(at) }, ofVerb)
  return { command, verb, options, operands, folder }
}

/** A repository on a host that is known: no folder, no `$URL`. */
export const isRemoteRepository = (address: string): boolean =>
  /^(https?|ssh|git|ftps?):\/\/([^/@\s]*@)?[\w.-]+[/:]/i.test(address) || /^[\w.-]+@[\w.-]+:/.test(address)

export const isCommit = (text: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)

/** The beginning of a commit. */
export const isShortCommit = (text: string): boolean => /^(?=[0-9a-f]*\d)[0-9a-f]{7,39}$/i.test(text)

/** `git clone` of a repository on some host. */
export function isRemoteClone(command: ShellCommand): boolean {
  const git = readGit(command)
  if (git?.verb !== 'clone') return false
  return isRemoteRepository(git.operands[0]?.partial ?? '')
}

export interface Clone extends GitCommand {
  address: string
  /** Where it puts the files; null when that is not known. */
  target: string | null
  /** The branch or tag it asks for; null: the default branch. */
  branch: Option | null
}

/** The clones of a RUN from hosts that are known. */
export function clonesOf(view: View, step: Step): Clone[] {
  return step.script.commands.flatMap(command => {
    const git = isRemoteClone(command) ? readGit(command) : null
    if (git === null) return []
    const address = git.operands[0]?.partial ?? ''
    const branch = findOption(git, '-b', '--branch') ?? null
    let target: string | null | undefined
    return [
      {
        ...git,
        address,
        branch,
        get target() {
          target ??= targetOf(view, step, git)
          return target
        },
      },
    ]
  })
}

function targetOf(view: View, step: Step, git: GitCommand): string | null {
  const [repository, named] = git.operands
  const name = named === undefined ? lastPart(repository?.partial ?? '') : named.value
  const folder = placeOf(view, step, git)
  return name === null || (folder === null && !name.startsWith('/')) ? null : absolute(name, folder ?? '/')
}

/** The folder a git command works in; null when it cannot be known. */
export function placeOf(view: View, step: Step, { command, folder }: GitCommand): string | null {
  if (folder === undefined) return null
  const shell = folderOf(view, step, command)
  if (folder === null) return shell
  return shell === null && !folder.startsWith('/') ? null : absolute(folder, shell ?? '/')
}

const lastPart = (address: string): string | null => {
  const name =
    address
      .replace(/\/+$/, '')
      .replace(/\.git$/, '')
      .split(/[/:]/)
      .at(-1) ?? ''
  return name === '' || name.includes('$') ? null : name
}
