import type { ShellCommand, ShellWord } from '../dockerfile/shell.ts'
import { sinkOf } from './commands/output.ts'
import { isRemoved, removedBy } from './commands/removal.ts'
import { folderOf } from './folder.ts'
import { absolute, carries, isWithin } from './reach.ts'
import type { Step, View } from './view.ts'

/**
 * Whether what a command prints stays in the image: follows it through pipes, substitutions and variables of the RUN to a
 * file that is not removed again, or into the arguments of a command that may write it anywhere.
 */
export function outputStays(view: View, step: Step, command: ShellCommand): boolean {
  return new Flow(view, step).printed(command)
}

/** The same for a value that stands in a word of a command (`$RANDOM`). */
export function valueStays(view: View, step: Step, command: ShellCommand): boolean {
  return new Flow(view, step).used(command)
}

/** Whether a file a command writes is in the image when the RUN is over. */
export function fileStays(view: View, step: Step, command: ShellCommand, word: ShellWord): boolean {
  const { reach } = step.stage
  if (word.value === null) return reach.whole
  const folder = folderOf(view, step, command)
  if (!word.value.startsWith('/') && folder === null) return reach.whole
  const path = absolute(word.value, folder ?? '/')
  if (/^\/(dev|proc|sys)(\/|$)/.test(path) || !carries(reach, path) || isMounted(step, path)) return false
  return !isRemoved(removedBy(step, command.range.end), path)
}

const isMounted = (step: Step, path: string): boolean =>
  step.mounts.some(({ options: { target } }) => target !== undefined && isWithin(path, absolute(target)))

/** Commands whose arguments leave no trace: they ask, wait, show, or fetch the same whatever they are told. */
const traceless = new Set(
  `: true false test [ [[ sleep timeout exit return kill wait set unset shift cd pushd popd read rm rmdir unlink find seq expr let
   touch apt apt-get apk yum dnf pip pip3 npm yarn curl wget ls stat grep logger command type which if`.split(/\s+/),
)
const shows =
  /^(echo|printf|cat|date|sort|head|tail|tr|cut|sed|awk|fold|base64|base32|xxd|od|hexdump|jq|tee|env|expr|bc)$/

/** Variables that one value is followed through; nobody writes more of them. */
const mostNames = 1000

const users = new WeakMap<Step, Map<string, ShellCommand[]>>()

/** The commands of a RUN that use each variable: in a word or a redirect, or in what they assign where that is all they do. */
function usersIn(step: Step): Map<string, ShellCommand[]> {
  const known = users.get(step)
  if (known !== undefined) return known
  const byName = new Map<string, ShellCommand[]>()
  for (const command of step.script.commands) {
    const { words, assignments, redirects } = command
    const all = words.length === 0 ? assignments.map(({ value }) => value) : words
    const targets = words.length === 0 ? [] : redirects.map(({ target }) => target)
    for (const name of new Set([...all, ...targets].flatMap(({ variables }) => variables))) {
      const list = byName.get(name) ?? []
      byName.set(name, list)
      list.push(command)
    }
  }
  users.set(step, byName)
  return byName
}

class Flow {
  private readonly seen = new Set<ShellCommand>()
  private readonly names = new Set<string>()
  private readonly view: View
  private readonly step: Step

  constructor(view: View, step: Step) {
    this.view = view
    this.step = step
  }

  /** What this command prints. */
  printed(command: ShellCommand): boolean {
    if (this.seen.has(command)) return false
    this.seen.add(command)
    const sink = sinkOf(this.view, command)
    if (sink.kind === 'file') return fileStays(this.view, this.step, command, sink.word)
    if (sink.kind === 'pipe') return this.read(sink.into)
    return sink.kind === 'substitution' && this.substituted(sink.command, command)
  }

  /** A command that reads it from a pipe. */
  private read(command: ShellCommand): boolean {
    if (/^(chpasswd|passwd|install|sponge)$/.test(command.name)) return this.anywhere()
    if (command.name === 'tee' && this.writesOperand(command)) return true
    if (command.wrappers.includes('xargs')) return this.used(command)
    return this.printed(command)
  }

  private writesOperand(command: ShellCommand): boolean {
    return command.words
      .slice(1)
      .some(word => !word.partial.startsWith('-') && fileStays(this.view, this.step, command, word))
  }

  /** `$(…)` in a command, or in an assignment. */
  private substituted(command: ShellCommand, source: ShellCommand): boolean {
    if (command.words.length === 0) {
      const holders = command.assignments.filter(({ value }) => holds(value, source))
      return (holders.length === 0 ? command.assignments : holders).some(({ name }) => this.variable(name, command))
    }
    const word = command.words.find(one => holds(one, source))
    if (word !== undefined && isEpochDefault(this.step, word)) return false
    if (/^(export|declare|local|readonly|typeset)$/.test(command.name)) {
      const name = /^(\w+)=/.exec(word?.partial ?? '')?.[1]
      return name !== undefined && this.variable(name, command)
    }
    return this.used(command)
  }

  /** A variable that holds it, in every later command of the RUN. */
  private variable(name: string, from: ShellCommand): boolean {
    if (this.names.has(name) || this.names.size >= mostNames) return false
    this.names.add(name)
    const users = usersIn(this.step).get(name) ?? []
    if (this.removes(users, name, from)) return false
    return users.some(command => {
      if (command.range.start < from.range.start || command === from) return false
      if (command.words.length > 0) return this.used(command)
      return command.assignments.some(
        ({ name: other, value }) => value.variables.includes(name) && this.variable(other, command),
      )
    })
  }

  /** `make > /tmp/$stamp.log; rm /tmp/$stamp.log`: what is named by it is gone. */
  private removes(users: readonly ShellCommand[], name: string, from: ShellCommand): boolean {
    return users.some(
      command =>
        /^(rm|rmdir|unlink)$/.test(command.name) &&
        command.range.start > from.range.start &&
        command.words.some(word => word.variables.includes(name)),
    )
  }

  /** A command in whose words it stands. */
  used(command: ShellCommand): boolean {
    if (command.inTest || traceless.has(command.name)) return false
    if (command.words.length === 0)
      return command.assignments.some(
        ({ name, value }) => value.variables.some(isRandom) && this.variable(name, command),
      )
    if (command.name === 'tee' && this.writesOperand(command)) return true
    // `sed -i` changes a file that it names.
    const inPlace =
      command.name === 'sed' && command.words.some(({ partial }) => /^-[a-zA-Z]*i|^--in-place/.test(partial))
    return shows.test(command.name) && !inPlace ? this.printed(command) : this.anywhere()
  }

  /** Written we know not where: it stays if anything of this stage does. */
  private anywhere(): boolean {
    const { whole, copied } = this.step.stage.reach
    return whole || copied.length > 0
  }
}

const isRandom = (name: string): boolean => name === 'RANDOM' || name === 'SRANDOM' || name.startsWith('EPOCH')

const holds = (word: ShellWord, source: ShellCommand): boolean =>
  word.substitutions.some(({ range }) => range.start <= source.range.start && source.range.end <= range.end) ||
  word.substitutions.includes(source)

/** `${SOURCE_DATE_EPOCH:-$(date +%s)}` asks the clock only where nobody gives the time. */
const isEpochDefault = (step: Step, word: ShellWord): boolean =>
  /SOURCE_DATE_EPOCH:?-/.test(word.raw) && step.scope.declares('SOURCE_DATE_EPOCH')
