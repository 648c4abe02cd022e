import { replaceByPattern, trimByPattern } from './pattern.ts'
import type { VariableScope } from './scope.ts'
import { arrayName, type SyntaxAssignment, type SyntaxPart, type SyntaxWord } from './shell-tree.ts'

/** A text as far as it is known. */
export interface Known {
  /** Null when some part cannot be known. */
  value: string | null
  /** The known parts, with `${name}` and `$(…)` for the others. */
  partial: string
}

/** Values longer than this are not followed: `X=$X$X`, forty times. */
const longest = 65_536

/** Words that splitting a variable at blanks may add to one script. */
const mostSplits = 20_000

/**
 * Shell variables while a script is read from top to bottom. A branch that may not run works on a layer of its own; what it
 * changed is unknown afterwards.
 */
export class ShellVariables {
  private readonly own = new Map<string, string | null>()
  private readonly below: ShellVariables | null
  private readonly scope: VariableScope
  private readonly budget: { splits: number }

  constructor(scope: VariableScope, below: ShellVariables | null = null) {
    this.scope = scope
    this.below = below
    this.budget = below?.budget ?? { splits: 0 }
  }

  layer(): ShellVariables {
    return new ShellVariables(this.scope, this)
  }

  /** Undefined: nobody set it, here or in the Dockerfile; null: set to something unknown. */
  get(name: string): string | null | undefined {
    for (let layer: ShellVariables | null = this; layer !== null; layer = layer.below) {
      const value = layer.own.get(name)
      if (value !== undefined) return value
    }
    return this.scope.get(name) ?? (this.scope.isUnset?.(name) ? undefined : null)
  }

  set(name: string, value: string | null): void {
    this.own.set(name, value !== null && value.length > longest ? null : value)
    // One element of an array may be another now.
    const array = arrayName(name)
    if (!isArray(name) && this.get(array) != null) this.own.set(array, null)
  }

  /** After a branch that may or may not have run. */
  forget(branch: ShellVariables): void {
    for (const [name, value] of branch.own) if (this.get(name) !== value) this.set(name, null)
  }

  /** Whether a variable may still become that many words. */
  maySplit(words: number): boolean {
    this.budget.splits += words
    return this.budget.splits <= mostSplits
  }
}

/** The fields a word becomes: one, or more (or none) where an unquoted variable is split at blanks. */
export function fieldsOf(word: SyntaxWord, variables: ShellVariables, split: boolean): Known[] {
  const fields: Known[] = []
  let current: { value: string[] | null; partial: string[] } | null = null
  const add = (value: string | null, partial: string): void => {
    current ??= { value: [], partial: [] }
    if (value === null) current.value = null
    else current.value?.push(value)
    current.partial.push(partial)
  }
  const close = (): void => {
    if (current !== null) fields.push({ value: current.value?.join('') ?? null, partial: current.partial.join('') })
    current = null
  }
  for (const part of word.parts) {
    const { value, partial } = partValue(part, variables)
    if (part.kind === 'variable' && isArray(part.name) && value !== null) {
      const words = value === '' ? [] : value.split(between)
      if (split && variables.maySplit(words.length)) {
        words.forEach((one, index) => {
          if (index > 0) close()
          add(one, one)
        })
      } else if (split) add(null, `\${${part.name}}`)
      else add(words.join(' '), words.join(' '))
      continue
    }
    const splits = split && part.kind === 'variable' && !part.quoted && value !== null && /^$|\s/.test(value)
    const pieces = splits ? value.split(/[ \t\n]+/) : []
    if (!splits || !variables.maySplit(pieces.length)) {
      add(value, partial)
      continue
    }
    pieces.forEach((piece, index) => {
      if (index > 0) close()
      if (piece !== '') add(piece, piece)
    })
  }
  close()
  return fields
}

const isArray = (name: string): boolean => name.endsWith('[@]')
/** No word of a shell can hold it. */
const between = '\0'

/** The words of `A=(x y)` as they are kept; null when one is not known. */
export function arrayValue(
  { name, append, elements = [] }: SyntaxAssignment,
  variables: ShellVariables,
): string | null {
  const before = append ? variables.get(arrayName(name)) : ''
  if (before == null) return null
  const words = before === '' ? [] : [before]
  let length = before.length
  for (const { value } of elements.flatMap(element => fieldsOf(element, variables, true))) {
    length += value?.length ?? 0
    // `[2]=x` puts a word at a place of its own.
    if (value === null || length > longest || /^\[[^\]]*\]=/.test(value)) return null
    words.push(value)
  }
  return words.join(between)
}

/** A word as one text, as in an assignment. */
export function knownText(word: SyntaxWord, variables: ShellVariables): Known {
  return fieldsOf(word, variables, false)[0] ?? { value: '', partial: '' }
}

function partValue(part: SyntaxPart, variables: ShellVariables): Known {
  if (part.kind === 'text') return { value: part.value, partial: part.value }
  if (part.kind === 'substitution') return { value: null, partial: '$(…)' }
  if (part.kind === 'unknown') return { value: null, partial: part.raw }
  const value = variableOf(part, variables)
  if (value === null || value.length > longest) return { value: null, partial: `\${${part.name}}` }
  return { value, partial: value }
}

function variableOf(part: SyntaxPart & { kind: 'variable' }, variables: ShellVariables): string | null {
  const value = variables.get(part.name)
  const { operator, operand } = part
  if (operator === null) return value ?? null
  const word = operand === null ? null : knownText(operand, variables).value
  if (operand !== null && /^:?[-=]$/.test(operator)) {
    if (value === null) return null
    return value === undefined || (value === '' && operator.startsWith(':')) ? word : value
  }
  if (operator === '+' || operator === ':+') {
    if (value === null) return null
    return value === undefined || (value === '' && operator === ':+') ? '' : word
  }
  if (operator === '?' || operator === ':?') return value ?? null
  if (value === null || value === undefined || word === null) return null
  if (/^[#%]/.test(operator)) return trimByPattern(value, word, operator[0] as string, operator.length > 1)
  const replacement = part.replacement === null ? null : knownText(part.replacement, variables).value
  if (replacement === null || (operator !== '/' && operator !== '//')) return null
  return replaceByPattern(value, word, replacement, operator === '//')
}

/** Names of all variables a word uses, inner ones too. */
export function variablesIn(word: SyntaxWord): string[] {
  return word.parts.flatMap(part => {
    if (part.kind !== 'variable') return []
    const inner = [part.operand, part.replacement].flatMap(operand => (operand === null ? [] : variablesIn(operand)))
    return [part.name, ...inner]
  })
}

/** Substitutions of a word, those inside `${x:-$(…)}` too. */
export function substitutionsIn(word: SyntaxWord): (SyntaxPart & { kind: 'substitution' })[] {
  return word.parts.flatMap(part => {
    if (part.kind === 'substitution') return [part]
    if (part.kind !== 'variable') return []
    return [part.operand, part.replacement].flatMap(operand => (operand === null ? [] : substitutionsIn(operand)))
  })
}
