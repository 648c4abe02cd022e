import { lexWord } from '../dockerfile/lexer.ts'
import type { View } from './view.ts'

/** The names of the variables that a text of an ENV, LABEL or ARG takes in, as BuildKit reads it. */
export const variablesIn = ({ dockerfile }: View, text: string): string[] =>
  text.includes('$') ? (lexWord(text, { escape: dockerfile.escape, lookup: () => undefined })?.names ?? []) : []
