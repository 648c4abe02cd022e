import type * as Unbash from 'unbash'
import { parse } from 'unbash'
import { operandsOf } from './shell-test.ts'
import type { PartPlace, Syntax, SyntaxAssignment, SyntaxNode } from './shell-tree.ts'
import { arrayName, type SyntaxPart, type SyntaxRedirect, type SyntaxWord } from './shell-tree.ts'
import { isTooHeavy } from './shell-weight.ts'

/** Reads shell text; with shell-test.ts the one that knows `unbash`. Never throws: what it cannot read is missing and counted. */
export function parseShell(text: string): Syntax {
  if (isTooHeavy(text)) return { nodes: [], errors: 1 }
  try {
    const script = parse(text)
    const reader = new Reader(text, null)
    const nodes = reader.statements(script.commands)
    return { nodes, errors: (script.errors?.length ?? 0) + reader.errors }
  } catch {
    return { nodes: [], errors: 1 }
  }
}

/** Turns unbash's tree into ours. `fixed` is set inside escaped backquotes, whose positions are of another text. */
class Reader {
  errors = 0
  private readonly text: string
  private readonly fixed: { pos: number; end: number } | null

  constructor(text: string, fixed: { pos: number; end: number } | null) {
    this.text = text
    this.fixed = fixed
  }

  statements(statements: readonly Unbash.Statement[]): SyntaxNode[] {
    return statements.map(statement => this.node(statement.command))
  }

  private list(list: Unbash.CompoundList | undefined): SyntaxNode[] {
    return list === undefined ? [] : this.statements(list.commands)
  }

  private node(node: Unbash.PipelineNode | Unbash.AndOr | Unbash.CompoundList): SyntaxNode {
    switch (node.type) {
      case 'Command':
        return this.command(node)
      case 'Pipeline': {
        const timed = node.prefixes.some(prefix => prefix.type === 'Time')
        return { kind: 'pipeline', timed, nodes: node.commands.map(command => this.node(command)) }
      }
      case 'AndOr':
        return {
          kind: 'chain',
          nodes: node.commands.map(command => this.node(command)),
          operators: node.operators.map((text, index) => ({ text, ...this.operatorPlace(node, index) })),
        }
      case 'Redirected':
        return this.group([this.node(node.command)], node.redirects)
      case 'CompoundList':
        return this.group(this.list(node))
      case 'BraceGroup':
        return this.group(this.list(node.body))
      case 'Subshell':
        return { ...this.group(this.list(node.body)), subshell: true }
      case 'Function':
        return { kind: 'function', name: node.name.value, body: [this.node(node.body)] }
      case 'Coproc':
        return { ...this.group([this.node(node.body)]), subshell: true }
      default:
        return this.compound(node)
    }
  }

  /** The parser gives no place for `&&` and `||`: it is the first one after the command before it. */
  private operatorPlace({ commands, operators }: Unbash.AndOr, index: number): { pos: number; end: number } {
    const operator = operators[index] ?? ''
    const left = commands[index]?.end ?? 0
    const right = commands[index + 1]?.pos ?? left
    const at = this.fixed === null ? this.text.slice(left, Math.max(left, right)).indexOf(operator) : -1
    return this.place(at < 0 ? { pos: right, end: right } : { pos: left + at, end: left + at + operator.length })
  }

  private group(body: SyntaxNode[], redirects: readonly Unbash.Redirection[] = []): SyntaxNode & { kind: 'group' } {
    return { kind: 'group', subshell: false, body, redirects: this.redirects(redirects) }
  }

  private compound(node: Exclude<Unbash.CompoundCommand, Unbash.Subshell | Unbash.BraceGroup>): SyntaxNode {
    switch (node.type) {
      case 'If': {
        const clauses = [node, ...node.elif].map(({ clause, then }) => ({
          condition: this.list(clause),
          body: this.list(then),
        }))
        return { kind: 'if', clauses, otherwise: this.list(node.else) }
      }
      case 'While':
        return {
          kind: 'loop',
          variable: null,
          words: [],
          condition: this.list(node.clause),
          body: this.list(node.body),
        }
      case 'For':
      case 'Select': {
        const words = (node.wordlist ?? []).map(word => this.word(word))
        return { kind: 'loop', variable: node.name.value, words, condition: [], body: this.list(node.body) }
      }
      case 'ArithmeticFor':
        return { kind: 'loop', variable: null, words: [], condition: [], body: this.list(node.body) }
      case 'Case':
        return { kind: 'case', word: this.word(node.word), bodies: node.items.map(item => this.list(item.body)) }
      case 'ArithmeticCommand':
        return this.group([])
      case 'TestCommand':
        return {
          kind: 'test',
          ...this.testPlace(node),
          words: operandsOf(node.expression).map(word => this.word(word)),
        }
    }
  }

  /** A test that is never closed ends where it begins, for the parser; its brackets are there all the same. */
  private testPlace({ pos, end }: Unbash.TestCommand): { pos: number; end: number } {
    return this.place({ pos, end: Math.max(end, pos + 2) })
  }

  private command(node: Unbash.Command): SyntaxNode {
    const assignments = node.prefix.filter(item => item.type === 'Assignment').map(item => this.assignment(item))
    const name = node.name === undefined ? [] : [this.word(node.name)]
    const args = node.args.map(arg => (arg.type === 'Assignment' ? this.assignment(arg) : this.word(arg)))
    return {
      kind: 'command',
      ...this.place(node),
      words: [...name, ...args],
      assignments,
      redirects: this.redirects(node.redirects),
    }
  }

  private assignment(node: Unbash.Assignment): SyntaxAssignment {
    const { name, value } = node
    const append = node.append === true || node.index !== undefined
    if (value.type === 'Word') return { name, append, value: this.word(value, node) }
    return { name, append, value: this.unknownWord(node), elements: value.elements.map(one => this.word(one)) }
  }

  /** A word whose value is no single text: an array. */
  private unknownWord(node: { pos: number; end: number; text: string }): SyntaxWord {
    const place = { ...this.place(node), raw: node.text }
    return { ...place, parts: [{ ...place, kind: 'unknown', quoted: true }] }
  }

  private redirects(redirects: readonly Unbash.Redirection[]): SyntaxRedirect[] {
    return redirects.flatMap((redirect): SyntaxRedirect[] => {
      if (redirect.type !== 'HereDoc') {
        return redirect.target === undefined
          ? []
          : [{ operator: redirect.operator, target: this.word(redirect.target) }]
      }
      const { body } = redirect
      const parts = body.parts?.map(part => this.part(part, true)) ?? [this.plain(body, body.text, true)]
      return [{ operator: redirect.operator, target: { ...this.place(body), raw: body.text, parts } }]
    })
  }

  private word(word: Unbash.Word, assignment?: Unbash.Assignment): SyntaxWord {
    const parts =
      word.parts === undefined
        ? [this.plain(word, word.value, assignment !== undefined)]
        : word.parts.flatMap(part => this.flat(part, assignment !== undefined))
    return { ...this.place(word), raw: word.text, parts }
  }

  /** The parts of double quotes, each on its own; empty quotes are one empty text. */
  private flat(part: Unbash.WordPart, quoted: boolean): SyntaxPart[] {
    if (part.type !== 'DoubleQuoted' && part.type !== 'LocaleString') return [this.part(part, quoted)]
    const parts = part.parts.map(child => this.part(child, true))
    return parts.length > 0 ? parts : [this.plain(part, '', true)]
  }

  private part(part: Unbash.WordPart, quoted: boolean): SyntaxPart {
    const place = { ...this.place(part), raw: part.text, quoted }
    switch (part.type) {
      case 'Literal':
      case 'Glob':
        return { ...place, kind: 'text', value: part.value }
      case 'SingleQuoted':
      case 'AnsiCQuoted':
        return { ...place, quoted: true, kind: 'text', value: part.value }
      case 'BraceExpansion':
      case 'ExtendedGlob':
        return { ...place, kind: 'text', value: part.text }
      case 'SimpleExpansion':
        return {
          ...place,
          kind: 'variable',
          name: part.text.slice(1),
          operator: null,
          operand: null,
          replacement: null,
        }
      case 'ParameterExpansion':
        return this.parameter(part, place)
      case 'CommandExpansion':
      case 'ProcessSubstitution':
        return { ...place, kind: 'substitution', body: this.script(part) }
      default:
        return { ...place, kind: 'unknown' }
    }
  }

  private parameter(part: Unbash.ParameterExpansionPart, place: PartPlace): SyntaxPart {
    const { operation, index } = part
    const isWhole = index?.value === '@' && operation === undefined
    if (part.prefix !== undefined || (index !== undefined && !isWhole)) return { ...place, kind: 'unknown' }
    const name = isWhole ? arrayName(part.parameter) : part.parameter
    const bare = { ...place, kind: 'variable' as const, name, operator: null, operand: null, replacement: null }
    if (operation === undefined) return bare
    if (operation.type === 'Default' || operation.type === 'Remove') {
      return { ...bare, operator: operation.operator, operand: this.word(operation.operand) }
    }
    if (operation.type === 'Replace') {
      const { operator, pattern, replacement } = operation
      return { ...bare, operator, operand: this.word(pattern), replacement: this.word(replacement) }
    }
    return { ...bare, operator: 'other' }
  }

  private script(part: { pos: number; end: number; script: Unbash.ParsedScript | undefined }): SyntaxNode[] {
    const { script } = part
    if (script === undefined) return []
    const reader = script.source === undefined ? this : new Reader(script.source, this.place(part))
    this.errors += script.errors?.length ?? 0
    const nodes = reader.statements(script.commands)
    if (reader !== this) this.errors += reader.errors
    return nodes
  }

  private plain(node: { pos: number; end: number; text: string }, value: string, quoted: boolean): SyntaxPart {
    return { ...this.place(node), raw: node.text, quoted, kind: 'text', value }
  }

  private place(node: { pos: number; end: number }): { pos: number; end: number } {
    if (this.fixed !== null) return { ...this.fixed }
    const pos = Math.min(Math.max(node.pos, 0), this.text.length)
    return { pos, end: Math.min(Math.max(node.end, pos), this.text.length) }
  }
}
