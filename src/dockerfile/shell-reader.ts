import { type Argument, argumentsOf, wholeWord } from './shell-argument.ts'
import type { ShellCommand } from './shell-command.ts'
import { type Context, newCommand, outermost } from './shell-context.ts'
import { assignedIn, connectPipeline } from './shell-effect.ts'
import { outcomesOf } from './shell-outcome.ts'
import { type ShellSource, scriptSource } from './shell-source.ts'
import { parseShell } from './shell-syntax.ts'
import { arrayName, type SyntaxNode, type SyntaxRedirect, type SyntaxWord } from './shell-tree.ts'
import { arrayValue, knownText, type ShellVariables, substitutionsIn } from './shell-word.ts'
import { commandName, readsStandardInput, scriptWord, unwrap } from './shell-wrapper.ts'

/** `sh -c "sh -c \"…\""` and the like, beyond which we give up. */
const deepest = 5

/** Commands one script may have; a hostile one repeats `eval`. */
const mostCommands = 50_000

/** Collects the simple commands of a script, with what they stand in. */
export class ShellReader {
  readonly commands: ShellCommand[] = []
  errors = 0
  /** Scripts handed to another shell, and the commands that came of them, outer ones first. */
  private readonly handed: { by: ShellCommand; from: number; to: number }[] = []
  private pipelines = 0
  private depth = 0
  private source: ShellSource

  constructor(source: ShellSource) {
    this.source = source
  }

  /** Reads the whole source, which no condition governs. */
  readAll(variables: ShellVariables): void {
    this.readSource(this.source, outermost(variables))
    this.connect()
  }

  /** Reads one command given as words of the source: the exec form. */
  readWords(words: SyntaxWord[], variables: ShellVariables): void {
    const place = { pos: words[0]?.pos ?? 0, end: words.at(-1)?.end ?? 0 }
    this.command({ kind: 'command', ...place, words, assignments: [], redirects: [] }, outermost(variables))
    this.connect()
  }

  /** What a script in a pipeline prints goes down that pipeline. */
  private connect(): void {
    for (const { by, from, to } of this.handed) {
      for (const command of this.commands.slice(from, to)) {
        if (command.substitutionIn === by.substitutionIn) command.pipesInto ??= by.pipesInto
      }
    }
  }

  private readSource(source: ShellSource, context: Context): void {
    if (++this.depth <= deepest && this.commands.length < mostCommands) {
      const outer = this.source
      this.source = source
      const { nodes, errors } = parseShell(source.text)
      this.errors += errors
      this.list(nodes, context)
      this.source = outer
    } else this.errors++
    this.depth--
  }

  private list(nodes: SyntaxNode[], context: Context): void {
    nodes.forEach((node, index) => {
      this.node(node, { ...context, followed: context.followed || index < nodes.length - 1 })
    })
  }

  private node(node: SyntaxNode, context: Context): void {
    if (node.kind === 'command') this.command(node, context)
    else if (node.kind === 'test') this.test(node, context)
    else if (node.kind === 'pipeline') this.pipeline(node, context)
    else if (node.kind === 'chain') this.chain(node, context)
    else if (node.kind === 'if') this.conditional(node, context)
    else if (node.kind === 'loop') this.loop(node, context)
    else if (node.kind === 'function') this.branch(node.body, { ...context, guard: 'function', pipeline: null })
    else if (node.kind === 'case') {
      this.loose([node.word], { ...context, inTest: true })
      for (const body of node.bodies) this.branch(body, { ...context, guard: 'case' })
    } else {
      const redirects = [...node.redirects, ...context.redirects]
      const variables = node.subshell ? context.variables.layer() : context.variables
      this.list(node.body, { ...context, redirects, variables })
    }
  }

  /** Commands that may not run: what they set is unknown afterwards. */
  private branch(nodes: SyntaxNode[], context: Context): void {
    const variables = context.variables.layer()
    this.list(nodes, { ...context, variables })
    context.variables.forget(variables)
  }

  private chain(node: SyntaxNode & { kind: 'chain' }, context: Context): void {
    const outcomes = outcomesOf(node, context, this.source)
    node.nodes.forEach((child, index) => {
      const operator = node.operators[index - 1]?.text
      const inner = { ...context, ...outcomes[index] }
      if (operator === undefined) this.node(child, inner)
      else if (operator === '&&') this.node(child, { ...inner, guard: 'and' })
      else this.branch([child], { ...inner, guard: 'or' })
    })
  }

  private conditional(node: SyntaxNode & { kind: 'if' }, context: Context): void {
    node.clauses.forEach(({ condition, body }, index) => {
      const tested = { ...context, inTest: true }
      if (index === 0) this.list(condition, tested)
      else this.branch(condition, tested)
      this.branch(body, { ...context, guard: 'if' })
    })
    this.branch(node.otherwise, { ...context, guard: 'if' })
  }

  private loop(node: SyntaxNode & { kind: 'loop' }, context: Context): void {
    this.loose(node.words, context)
    const variables = context.variables.layer()
    // What the body sets is already unknown the first time it is read: it may be the second time round.
    for (const name of assignedIn([...node.condition, ...node.body])) variables.set(name, null)
    if (node.variable !== null) variables.set(node.variable, null)
    this.list(node.condition, { ...context, variables, inTest: true })
    this.branch(node.body, { ...context, variables, guard: 'loop', followed: true })
    context.variables.forget(variables)
  }

  private pipeline(node: SyntaxNode & { kind: 'pipeline' }, context: Context): void {
    const id = ++this.pipelines
    const wrappers = node.timed ? [...context.wrappers, 'time'] : context.wrappers
    const starts: number[] = []
    node.nodes.forEach((child, index) => {
      starts.push(this.commands.length)
      const variables = node.nodes.length > 1 ? context.variables.layer() : context.variables
      const pipeline = { id, index, length: node.nodes.length }
      // Without `pipefail` only the last command of a pipeline tells how it went.
      const followed = context.followed && index === node.nodes.length - 1
      this.node(child, { ...context, wrappers, variables, pipeline, followed })
    })
    starts.push(this.commands.length)
    connectPipeline(this.commands, starts, id)
  }

  /** Words that belong to no command, as those of a `for`: only the commands inside them count. */
  private loose(words: SyntaxWord[], context: Context): void {
    for (const word of words) this.substitutions(word, null, context)
  }

  private test(node: SyntaxNode & { kind: 'test' }, context: Context): void {
    const bracket = { pos: node.pos, end: Math.min(node.end, node.pos + 2), raw: '[[' }
    const name: SyntaxWord = { ...bracket, parts: [{ ...bracket, kind: 'text', value: '[[', quoted: false }] }
    const words = [name, ...node.words]
    this.command({ kind: 'command', pos: node.pos, end: node.end, words, assignments: [], redirects: [] }, context)
  }

  private command(node: SyntaxNode & { kind: 'command' }, context: Context): void {
    const { variables } = context
    const pipeline = context.pipeline ?? { id: ++this.pipelines, index: 0, length: 1 }
    const command = newCommand(this.source.toFile(node.pos, node.end), { ...context, pipeline })
    this.commands.push(command)
    const args = node.words.flatMap(word => argumentsOf(word, variables, this.source))
    const { wrappers, skipped } = unwrap(args.map(({ word }) => word))
    const kept = args.slice(skipped)
    command.words = kept.map(({ word }) => word)
    command.wrappers = [...context.wrappers, ...wrappers]
    command.name = commandName(command.words[0])
    command.inTest ||= ['[', '[[', 'test'].includes(command.name)
    command.assignments = node.assignments.map(({ name, value }) => ({
      name,
      value: wholeWord(value, variables, this.source),
    }))
    const redirects = [...node.redirects, ...context.redirects]
    command.redirects = redirects.map(({ operator, target }) => ({
      operator,
      target: wholeWord(target, variables, this.source),
    }))
    const inside = { ...context, inTest: command.inTest }
    for (const { word, syntax } of args) word.substitutions = this.substitutions(syntax, command, inside)
    node.assignments.forEach(({ value }, index) => {
      const assigned = command.assignments[index]
      if (assigned !== undefined) assigned.value.substitutions = this.substitutions(value, command, inside)
    })
    node.redirects.forEach(({ target }, index) => {
      const redirect = command.redirects[index]
      if (redirect !== undefined) redirect.target.substitutions = this.substitutions(target, command, inside)
    })
    this.assign(node, command, variables)
    this.scriptsOf(command, kept, redirects, context)
  }

  private substitutions(word: SyntaxWord, command: ShellCommand | null, context: Context): ShellCommand[] {
    return substitutionsIn(word).flatMap(part => {
      const first = this.commands.length
      const variables = context.variables.layer()
      const inner = { ...context, substitutionIn: command, variables, pipeline: null, wrappers: [], redirects: [] }
      this.list(part.body, { ...inner, followedByOrTrue: false, hiddenBy: null, followed: false })
      return this.commands.slice(first).filter(other => other.substitutionIn === command)
    })
  }

  /** What a command leaves in the variables. */
  private assign(node: SyntaxNode & { kind: 'command' }, command: ShellCommand, variables: ShellVariables): void {
    const named = [...(node.words.length === 0 ? node.assignments : []), ...node.words.filter(word => 'name' in word)]
    const arrays = named.filter(({ elements }) => elements !== undefined)
    const values = arrays.map(one => arrayValue(one, variables))
    if (node.words.length === 0) {
      node.assignments.forEach(({ name, append }, index) => {
        const added = command.assignments[index]?.value.value ?? null
        const before = append ? variables.get(name) : ''
        variables.set(
          name,
          added === null || before === null || (append && before === undefined) ? null : before + added,
        )
      })
    }
    for (const word of node.words) {
      if ('name' in word) variables.set(word.name, word.append ? null : knownText(word.value, variables).value)
    }
    arrays.forEach(({ name }, index) => {
      variables.set(arrayName(name), values[index] ?? null)
    })
    if (['read', 'unset', 'mapfile', 'readarray', 'getopts', 'printf'].includes(command.name)) {
      for (const { value } of command.words.slice(1))
        if (value !== null && /^\w+$/.test(value)) variables.set(value, null)
    }
  }

  /** Scripts that this command hands to a shell: `sh -c '…'`, `eval …`, `bash <<EOF`. */
  private scriptsOf(command: ShellCommand, args: Argument[], redirects: SyntaxRedirect[], context: Context): void {
    const script = scriptWord(command.name, command.words)
    const heredoc = redirects.find(({ operator }) => operator.startsWith('<<'))
    const parts =
      script === 'rest'
        ? args.slice(1).map(({ syntax }) => syntax)
        : script !== null
          ? args.slice(script, script + 1).map(({ syntax }) => syntax)
          : heredoc !== undefined && readsStandardInput(command.name, command.words)
            ? [heredoc.target]
            : []
    if (parts.length === 0 || parts.every(part => part.parts.length === 0)) return
    const handed = { by: command, from: this.commands.length, to: 0 }
    this.handed.push(handed)
    const inner = { ...context, wrappers: [...command.wrappers, command.name], redirects: [], pipeline: null }
    this.readSource(scriptSource(parts, this.source), inner)
    handed.to = this.commands.length
  }
}
