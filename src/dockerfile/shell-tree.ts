import type { Slice } from './split.ts'

/** A word of a shell script, cut into what is fixed and what is not. Positions are indices into the parsed text. */
export interface SyntaxWord {
  pos: number
  end: number
  raw: string
  parts: SyntaxPart[]
}

export interface PartPlace {
  pos: number
  end: number
  /** As written. */
  raw: string
  /** In double quotes (or a heredoc body): its value is not split at blanks. */
  quoted: boolean
}

export type SyntaxPart = PartPlace &
  (
    | { kind: 'text'; value: string; units?: Slice[] }
    | {
        kind: 'variable'
        name: string
        operator: string | null
        operand: SyntaxWord | null
        replacement: SyntaxWord | null
      }
    | { kind: 'substitution'; body: SyntaxNode[] }
    | { kind: 'unknown' }
  )

export interface SyntaxAssignment {
  name: string
  append: boolean
  value: SyntaxWord
  /** The words of an array: `A=(x y)`. */
  elements?: SyntaxWord[]
}

/** The name under which all words of an array are known. */
export const arrayName = (name: string): string => `${name}[@]`

export interface SyntaxRedirect {
  operator: string
  target: SyntaxWord
}

/** What a shell does, in the shapes we care about. */
export type SyntaxNode =
  | {
      kind: 'command'
      pos: number
      end: number
      words: (SyntaxWord | SyntaxAssignment)[]
      assignments: SyntaxAssignment[]
      redirects: SyntaxRedirect[]
    }
  | { kind: 'test'; pos: number; end: number; words: SyntaxWord[] }
  | { kind: 'pipeline'; timed: boolean; nodes: SyntaxNode[] }
  | { kind: 'chain'; nodes: SyntaxNode[]; operators: { text: string; pos: number; end: number }[] }
  | { kind: 'group'; subshell: boolean; body: SyntaxNode[]; redirects: SyntaxRedirect[] }
  | { kind: 'if'; clauses: { condition: SyntaxNode[]; body: SyntaxNode[] }[]; otherwise: SyntaxNode[] }
  | { kind: 'loop'; variable: string | null; words: SyntaxWord[]; condition: SyntaxNode[]; body: SyntaxNode[] }
  | { kind: 'case'; word: SyntaxWord; bodies: SyntaxNode[][] }
  | { kind: 'function'; name: string; body: SyntaxNode[] }

export interface Syntax {
  nodes: SyntaxNode[]
  /** How many faults the parser saw; it reads on after each. */
  errors: number
}
