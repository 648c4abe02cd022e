import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import type { View } from '../view.ts'

/** Where what a command prints ends up. */
export type Sink =
  | { kind: 'file'; word: ShellWord }
  | { kind: 'pipe'; into: ShellCommand }
  /** Put into a word (or an assignment) of a command. */
  | { kind: 'substitution'; command: ShellCommand }
  /** Only shown in the build log. */
  | { kind: 'log' }

export function sinkOf(view: View, command: ShellCommand): Sink {
  const redirect = command.redirects.findLast(
    ({ operator, target }) => /^&?>/.test(operator) && ofOutput(view, operator, target),
  )
  if (redirect !== undefined) {
    const discarded = /^\/dev\/(null|stderr|stdout|tty|fd\/\d)$/.test(redirect.target.value ?? '')
    if (!redirect.operator.endsWith('&') || !/^[\d-]+$/.test(redirect.target.partial)) {
      return discarded ? { kind: 'log' } : { kind: 'file', word: redirect.target }
    }
    if (redirect.target.partial !== '1') return { kind: 'log' }
  }
  if (command.pipesInto !== null) return { kind: 'pipe', into: command.pipesInto }
  if (command.substitutionIn !== null) return { kind: 'substitution', command: command.substitutionIn }
  return { kind: 'log' }
}

/** Not `2> errors`: the number stands before the operator in the text. */
function ofOutput(view: View, operator: string, target: ShellWord): boolean {
  if (operator.startsWith('&')) return true
  const before = view.dockerfile.text.slice(Math.max(0, target.range.start - 12), target.range.start)
  const number = /(?:^|[^\w])(\d+)>[>&|]?\s*["']?$/.exec(before)?.[1]
  return number === undefined || number === '1'
}
