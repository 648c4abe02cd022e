import type { ShellCommand } from '../../dockerfile/shell.ts'
import { type Purpose, purposesOf } from '../commands/purpose.ts'
import { readsStatus, setOff, stopsAtFailure } from '../commands/shell-options.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { quote } from '../wording.ts'

export const maskedFailure: Rule = {
  id: 'RG701',
  title: 'Failure that nobody sees',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view => view.steps.flatMap(step => checkStep(view, step)),
}

const does: Record<Purpose, string> = {
  install: 'install something',
  download: 'fetch something',
  verify: 'check something',
  build: 'build something',
}

function checkStep(view: View, step: Step): Draft[] {
  const { commands } = step.script
  // Cheap first: most RUNs neither forgive nor go on.
  if (!commands.some(({ hiddenBy, followed }) => hiddenBy !== null || followed)) return []
  const purposes = purposesOf(view, step)
  if (purposes.size === 0) return []
  return [...forgiven(step, purposes), ...passedOver(view, step, purposes)]
}

/** One finding for each `||`. */
function forgiven({ script }: Step, purposes: ReadonlyMap<ShellCommand, Purpose>): Draft[] {
  const told = new Set<number>()
  return script.commands.flatMap(command => {
    const { hiddenBy } = command
    const purpose = purposes.get(command)
    if (hiddenBy === null || purpose === undefined || told.has(hiddenBy.start)) return []
    if (command.inTest || isMended(script.commands, command)) return []
    told.add(hiddenBy.start)
    return [
      {
        range: hiddenBy,
        message: `When ${quote(command.name)} fails to ${does[purpose]}, this ${'`||`'} makes the RUN succeed all the same. A mirror that is down for a minute then gives an image in which it is missing, under the same tag, and nobody is told.`,
        fix: {
          text: 'Let the build fail: remove what stands right of the `||`. Where one failure is expected, test for it (`if [ -f … ]; then …; fi`) instead of forgiving all.',
        },
      },
    ]
  })
}

/** `dpkg -i x.deb || true; apt-get install -f` mends what dpkg left. */
const isMended = (commands: readonly ShellCommand[], { name, range }: ShellCommand): boolean =>
  name === 'dpkg' &&
  commands.some(
    other =>
      other.range.start > range.start &&
      /^apt(-get)?$/.test(other.name) &&
      other.words.some(({ partial }) => /^(-[a-zA-Z]*f[a-zA-Z]*|--fix-broken)$/.test(partial)),
  )

/** One finding for a RUN whose shell goes on after a failure. */
function passedOver(view: View, step: Step, purposes: ReadonlyMap<ShellCommand, Purpose>): Draft[] {
  const { commands, errors } = step.script
  const all = commands.filter(command => isPassedOver(step, command, purposes))
  const open = all.filter(command => !stopsAtFailure(view, step, command))
  const [first] = open
  if (first === undefined || errors > 0 || readsStatus(view, step)) return []
  const off = setOff(step, first)
  const end = commands.at(-1)
  const ends = end !== undefined && isTrue(end) && end.substitutionIn === null && !end.followed ? end : null
  const heredoc = step.instruction.heredocs.length > 0
  const at = off ?? ends ?? first
  const cause =
    off !== null
      ? 'after `set +e` the shell goes on'
      : ends !== null
        ? `the ${quote(ends.name)} at the end makes the RUN succeed all the same`
        : 'the shell goes on with the next command, and only the last one counts'
  return [
    {
      range: at.words[0]?.range ?? at.range,
      ...(off === null && ends === null && !heredoc ? { level: 'notice' as const } : {}),
      message: `When ${quote(first.name)} fails to ${does[purposes.get(first) ?? 'install']}, ${cause}. The image is then built without it, under the same tag, and nobody is told.`,
      fix: {
        text: heredoc
          ? 'Begin the script with `set -e`.'
          : 'Join the commands with `&&`, or begin the RUN with `set -e;`.',
        ...(heredoc ? { snippet: 'set -eu' } : {}),
      },
      count: open.length,
    },
  ]
}

const isTrue = ({ words }: ShellCommand): boolean => words.length === 1 && /^(true|:)$/.test(words[0]?.value ?? '')

/**
 * Installs, builds and checks after which other commands run. Not: `apt-get update`, whose failure the install tells, and
 * what later commands of the RUN need, who fail in its place.
 */
function isPassedOver(step: Step, command: ShellCommand, purposes: ReadonlyMap<ShellCommand, Purpose>): boolean {
  const purpose = purposes.get(command)
  if (purpose === undefined || !command.followed || command.hiddenBy !== null || command.inTest) return false
  if (command.guard === 'or' || command.guard === 'function' || command.substitutionIn !== null) return false
  if (command.words.some(({ value }) => value === 'update') && /^(apt|apt-get|apk|aptitude)$/.test(command.name))
    return false
  return purpose === 'install' || purpose === 'verify' ? true : !isNeededLater(step, command, purpose)
}

/** A later command names what a download or build made, as far as that can be told: `curl -O x.tgz; tar xf x.tgz`. */
function isNeededLater({ script }: Step, command: ShellCommand, purpose: Purpose): boolean {
  const names = [...command.words.slice(1), ...command.redirects.map(({ target }) => target)]
    .map(
      ({ partial }) =>
        partial
          .replace(/[?#].*$/, '')
          .replace(/\/+$/, '')
          .split('/')
          .at(-1) ?? '',
    )
    .filter(name => name.length > 2 && !name.startsWith('-'))
    .map(name => name.replace(/\.(tar\.\w+|tgz|zip|git|deb|whl|gz|sh)$/, ''))
  if (purpose === 'build') {
    return script.commands.some(({ name, range }) => range.start > command.range.start && takers.test(name))
  }
  const last = script.commands.at(-1)
  return (last?.words ?? []).some(({ partial }) => names.some(name => partial.includes(name)))
}

/** Who fail when there is nothing that was built. */
const takers = /^(make|ninja|cmake|mv|cp|install|strip|tar|ln|chmod|ls|stat|file)$/
