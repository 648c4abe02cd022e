import { type LexedWord, Words } from './lexed-words.ts'
import { replaceByPattern, trimByPattern } from './pattern.ts'

/** What a variable is worth: a text, `null` when it is surely unset, `undefined` when nobody can know. */
export type Lookup = (name: string) => string | null | undefined

export interface LexOptions {
  escape: string
  lookup: Lookup
  /** Keep quotes in the result. */
  rawQuotes?: boolean
  /** Keep escape characters in the result. */
  rawEscapes?: boolean
  /** Leave quotes alone: what BuildKit does in heredoc bodies. */
  plainQuotes?: boolean
}

export interface Lexed {
  result: string
  words: LexedWord[]
  /** Names whose value was unknown or unset and which therefore stand in the result as they were written. */
  kept: string[]
  /** Every name that was looked up. */
  names: string[]
}

/** Nesting of `${a:-${b:-…}}` beyond which we give up: BuildKit would go on, no person would. */
const deepest = 200

/** Text that variables may add: `ENV A=$A$A`, forty times, is a bomb. */
const mostText = 1_000_000

class LexError extends Error {}

/**
 * Docker's own shell-like lexer: quotes, escapes, `$x` and `${x…}`, and words split at blanks outside quotes.
 * It is not a shell's: `#` is no comment, `;` and `|` are plain characters, `<<` swallows blanks after it.
 * @returns null where BuildKit reports an error (an open quote, `${` without `}`, an unknown modifier)
 */
export function lexWord(source: string, options: LexOptions): Lexed | null {
  try {
    const lexer = new Lexer(source, options)
    const result = lexer.until('', options.rawEscapes === true)
    lexer.words.finish(source.length)
    return { result, words: lexer.words.list, kept: lexer.kept, names: lexer.names }
  } catch (error) {
    if (error instanceof LexError) return null
    throw error
  }
}

class Lexer {
  words = new Words()
  kept: string[] = []
  names: string[] = []
  private at = 0
  private depth = 0
  private added = 0
  private rawEscapes = false
  private readonly source: string
  private readonly options: LexOptions

  constructor(source: string, options: LexOptions) {
    this.source = source
    this.options = options
  }

  /** Everything up to `stop`, which is taken too; `''` is the end of the text. */
  until(stop: string, rawEscapes: boolean): string {
    const outer = { rawEscapes: this.rawEscapes, words: this.words }
    this.rawEscapes = rawEscapes
    if (stop !== '') {
      if (++this.depth > deepest) throw new LexError('nested too deep')
      outer.words.reset()
      this.words = new Words()
    }
    const result: string[] = []
    let closed = stop === ''
    while (this.at < this.source.length) {
      const char = this.source[this.at] as string
      if (char === stop) {
        this.at++
        closed = true
        break
      }
      this.one(char, result)
    }
    if (!closed) throw new LexError(`no ${stop}`)
    if (stop !== '') {
      this.depth--
      this.words = outer.words
    }
    this.rawEscapes = outer.rawEscapes
    return result.join('')
  }

  /** One character, or one quoted or `$` thing, of plain text. */
  private one(char: string, result: string[]): void {
    const start = this.at
    const quotes = this.options.plainQuotes !== true
    if (char === '$') {
      const text = this.dollar()
      result.push(text)
      this.words.addText(text, start, false)
    } else if (char === '<') {
      const text = this.heredocMark()
      result.push(text)
      this.words.addText(text, start, true)
    } else if (quotes && (char === "'" || char === '"')) {
      const text = char === "'" ? this.singleQuoted() : this.doubleQuoted()
      result.push(text)
      this.words.addText(text, start, true)
    } else if (char === this.options.escape) {
      this.at++
      if (this.rawEscapes) {
        this.words.add(char, start, true)
        result.push(char)
      }
      if (this.at >= this.source.length) return
      const next = this.source[this.at++] ?? ''
      this.words.add(next, start, true)
      result.push(next)
    } else {
      this.at++
      this.words.add(char, start, false)
      result.push(char)
    }
  }

  private heredocMark(): string {
    this.at++
    if (this.source[this.at] !== '<') return '<'
    this.at++
    const start = this.at
    while (/[\t\r ]/.test(this.source[this.at] ?? '')) this.at++
    return `<<${this.source.slice(start, this.at)}`
  }

  private singleQuoted(): string {
    const close = this.source.indexOf("'", this.at + 1)
    if (close < 0) throw new LexError('open single quote')
    const text = this.source.slice(this.at + 1, close)
    this.at = close + 1
    return this.options.rawQuotes ? `'${text}'` : text
  }

  private doubleQuoted(): string {
    const quote = this.options.rawQuotes ? '"' : ''
    const result = [quote]
    this.at++
    for (;;) {
      const char = this.source[this.at]
      if (char === undefined) throw new LexError('open double quote')
      if (char === '"') {
        this.at++
        result.push(quote)
        return result.join('')
      }
      if (char === '$') {
        result.push(this.dollar())
        continue
      }
      this.at++
      if (char !== this.options.escape) {
        result.push(char)
        continue
      }
      if (this.rawEscapes) result.push(char)
      const next = this.source[this.at]
      if (next === undefined) continue
      if (next === '"' || next === '$' || next === this.options.escape) {
        this.at++
        result.push(next)
      } else result.push(char)
    }
  }

  private dollar(): string {
    this.at++
    if (this.source[this.at] !== '{') {
      const name = this.name()
      if (name === '') return '$'
      return this.lookUp(name) ?? this.keep(name, `$${name}`)
    }
    this.at++
    const first = this.source[this.at]
    if (first === undefined || first === '{' || first === '}' || first === ':') throw new LexError('bad substitution')
    const name = this.name()
    return this.modified(name)
  }

  /** What follows the name inside `${`. */
  private modified(name: string): string {
    let modifier = this.source[this.at++] ?? ''
    if (modifier === '}') return this.lookUp(name) ?? this.keep(name, `\${${name}}`)
    if (modifier === '/') return this.replaced(name)
    const colon = modifier === ':'
    if (colon) modifier = this.source[this.at++] ?? ''
    if (modifier === '' || !'+-?#%'.includes(modifier)) throw new LexError('unsupported modifier')
    const pattern = modifier === '#' || modifier === '%'
    if (colon && pattern) throw new LexError('unsupported modifier')
    const kept = this.kept.length
    const word = this.until('}', pattern)
    const value = this.lookUp(name)
    const written = `\${${name}${colon ? ':' : ''}${modifier}${word}}`
    if (value === undefined) return this.keep(name, written)
    const set = value !== null && !(colon && value === '')
    if (modifier === '-') return set ? this.forget(kept, value ?? '') : word
    if (modifier === '+') return set ? word : this.forget(kept, '')
    if (value === null || !set) return this.keep(name, written)
    if (modifier === '?') return this.forget(kept, value)
    const greedy = word.startsWith(modifier)
    const trimmed = trimByPattern(value, greedy ? word.slice(1) : word, modifier, greedy)
    return trimmed ?? this.keep(name, written)
  }

  /** A word that was not used makes nothing unknown. */
  private forget(kept: number, value: string): string {
    this.kept.length = kept
    return value
  }

  private replaced(name: string): string {
    const all = this.source[this.at] === '/'
    if (all) this.at++
    const pattern = this.until('/', true)
    const replacement = this.until('}', true)
    const value = this.lookUp(name) ?? undefined
    const result = value === undefined ? null : replaceByPattern(value, pattern, replacement, all)
    return result ?? this.keep(name, `\${${name}/${all ? '/' : ''}${pattern}/${replacement}}`)
  }

  private keep(name: string, written: string): string {
    this.kept.push(name)
    return written
  }

  private lookUp(name: string): string | null | undefined {
    this.names.push(name)
    const value = this.options.lookup(name)
    this.added += value?.length ?? 0
    if (this.added > mostText) throw new LexError('too long')
    return value
  }

  private name(): string {
    const start = this.at
    const first = this.source[start] ?? ''
    const digits = /[0-9]/.test(first)
    if (!digits && /[@*#?\-$!]/.test(first)) {
      this.at++
      return first
    }
    const part = digits ? /[0-9]/ : /[\p{L}\p{Nd}_]/u
    while (part.test(this.source[this.at] ?? '')) this.at++
    return this.source.slice(start, this.at)
  }
}
