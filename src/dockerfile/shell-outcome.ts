import type { Context } from './shell-context.ts'
import { cannotFail, isTrue, leaves } from './shell-effect.ts'
import type { ShellSource } from './shell-source.ts'
import type { SyntaxNode } from './shell-tree.ts'

export type Outcome = Pick<Context, 'followedByOrTrue' | 'hiddenBy' | 'followed'>

/** What becomes of a failure of each command of `a && b || c`. */
export function outcomesOf(
  { nodes, operators }: SyntaxNode & { kind: 'chain' },
  { followedByOrTrue, hiddenBy, followed }: Context,
  source: ShellSource,
): Outcome[] {
  const outcomes: Outcome[] = []
  let next: Outcome = { followedByOrTrue, hiddenBy, followed: followed && !nodes.some(leaves) }
  for (let index = nodes.length - 1; index >= 0; index--) {
    outcomes.unshift(next)
    const operator = operators[index - 1]
    const node = nodes[index]
    if (operator?.text !== '||' || node === undefined) continue
    // What stands right of it answers the failure: nothing after the whole chain does.
    next = { ...next, followed: false }
    // `try && break || true` in a loop tries again.
    if (cannotFail(node) && !nodes.slice(0, index).some(leaves))
      next = { ...next, hiddenBy: source.toFile(operator.pos, operator.end) }
    if (isTrue(node)) next = { ...next, followedByOrTrue: true }
  }
  return outcomes
}
