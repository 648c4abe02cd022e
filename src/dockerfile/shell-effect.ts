import type { ShellCommand } from './shell-command.ts'
import type { SyntaxNode, SyntaxWord } from './shell-tree.ts'

/** `true` or `:`, alone. */
export function isTrue(node: SyntaxNode): boolean {
  if (node.kind !== 'command' || node.words.length !== 1) return false
  const [word] = node.words
  return word !== undefined && 'raw' in word && ['true', ':', '/bin/true'].includes(word.raw)
}

/** What ends well whatever happens: `true`, `echo …`, `exit 0`. */
export function cannotFail(node: SyntaxNode): boolean {
  if (isTrue(node)) return true
  if (node.kind !== 'command') return false
  const [first, second] = node.words.map(word => ('raw' in word ? word.raw : ''))
  return first === 'echo' || first === 'printf' || (first === 'exit' && second === '0')
}

/** Leaves the list or the loop it stands in: what is left of it decides on purpose. */
export const leaves = (node: SyntaxNode): boolean => {
  if (node.kind !== 'command') return false
  const [first] = node.words
  return first !== undefined && 'raw' in first && ['break', 'continue', 'exit', 'return'].includes(first.raw)
}

/** Names that nodes may set, at any depth. */
export function assignedIn(nodes: readonly SyntaxNode[]): Set<string> {
  const names = new Set<string>()
  for (const node of nodes) for (const name of namesIn(node)) names.add(name)
  return names
}

/** Each loop is asked for its own, and for those of all loops in it: what was found once is kept. */
const found = new WeakMap<SyntaxNode, ReadonlySet<string>>()

function namesIn(node: SyntaxNode): ReadonlySet<string> {
  const known = found.get(node)
  if (known) return known
  const names = assignedBy(node)
  found.set(node, names)
  return names
}

function assignedBy(node: SyntaxNode): ReadonlySet<string> {
  switch (node.kind) {
    case 'command':
      return new Set(
        [...node.assignments, ...node.words].flatMap(item => ('name' in item ? [item.name] : readTarget(node, item))),
      )
    case 'test':
      return new Set()
    case 'pipeline':
    case 'chain':
      return assignedIn(node.nodes)
    case 'if':
      return assignedIn([...node.clauses.flatMap(({ condition, body }) => [...condition, ...body]), ...node.otherwise])
    case 'case':
      return assignedIn(node.bodies.flat())
    case 'loop': {
      const names = assignedIn([...node.condition, ...node.body])
      return node.variable === null ? names : names.add(node.variable)
    }
    default:
      return assignedIn(node.body)
  }
}

/** `read x` sets what it names. */
const readTarget = (node: SyntaxNode & { kind: 'command' }, word: SyntaxWord): string[] => {
  const [first] = node.words
  return first !== undefined && 'raw' in first && first.raw === 'read' && /^\w+$/.test(word.raw) ? [word.raw] : []
}

/**
 * Says of the commands of a pipeline which one reads their output: the first command of the next element.
 * @param starts where in `commands` each element begins, and where the last ends
 */
export function connectPipeline(commands: ShellCommand[], starts: number[], pipeline: number): void {
  for (let index = 0; index + 2 < starts.length; index++) {
    const next = commands.slice(starts[index + 1], starts[index + 2]).find(other => other.pipeline === pipeline)
    for (const command of commands.slice(starts[index], starts[index + 1])) {
      if (next !== undefined && command.pipeline === pipeline) command.pipesInto = next
    }
  }
}
