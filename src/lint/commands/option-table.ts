import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'

/** Which options of a program take the next word; all others stand alone (or carry `=value`). */
export interface OptionTable {
  /** With their dashes: `-o`, `--output`. */
  withValue: ReadonlySet<string>
  /** Whether `-fsSLo file` is `-f -s -S -L -o file`. */
  clusters: boolean
}

/** @param withValue names with their dashes, blanks between */
export const optionTable = (withValue: string, clusters = true): OptionTable => ({
  withValue: new Set(withValue.split(/\s+/).filter(name => name !== '')),
  clusters,
})

export interface Option {
  name: string
  /** Null: none, or not known. */
  value: string | null
  /** What is known of the value, `${name}` where it is not; null: none. */
  partial: string | null
  /** The word the value stands in, else the option's own. */
  word: ShellWord
}

export interface ReadArguments {
  options: Option[]
  operands: ShellWord[]
}

/** Parts the words after the command word into options and operands, by the program's own table. */
export function readArguments(command: ShellCommand, table: OptionTable): ReadArguments {
  const words = command.words.slice(1)
  const read: ReadArguments = { options: [], operands: [] }
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as ShellWord
    const { partial } = word
    if (partial === '--') {
      read.operands = read.operands.concat(words.slice(at + 1))
      break
    }
    if (!partial.startsWith('-') || partial === '-') {
      read.operands.push(word)
      continue
    }
    const last = partial.startsWith('--') ? readLong(read.options, word) : readShort(read.options, word, table)
    const value = words[at + 1]
    if (last.partial !== null || !table.withValue.has(last.name) || value === undefined) continue
    Object.assign(last, { value: value.value, partial: value.partial, word: value })
    at++
  }
  return read
}

function readLong(options: Option[], word: ShellWord): Option {
  const equals = word.partial.indexOf('=')
  const name = equals < 0 ? word.partial : word.partial.slice(0, equals)
  const partial = equals < 0 ? null : word.partial.slice(equals + 1)
  const option = { name, partial, value: word.value === null ? null : partial, word }
  options.push(option)
  return option
}

/** `-y`, `-yqq`, `-ofile`, `-qq=2`. Gives the last, which may still want its value. */
function readShort(options: Option[], word: ShellWord, { withValue, clusters }: OptionTable): Option {
  const { partial } = word
  const one = (name: string, value: string | null): Option => {
    const option = { name, partial: value, value: word.value === null ? null : value, word }
    options.push(option)
    return option
  }
  if (!clusters) {
    const equals = partial.indexOf('=')
    return equals < 0 ? one(partial, null) : one(partial.slice(0, equals), partial.slice(equals + 1))
  }
  for (let at = 1; at < partial.length; at++) {
    const name = `-${partial[at]}`
    const rest = partial.slice(at + 1)
    if (rest === '') return one(name, null)
    if (withValue.has(name) || rest.startsWith('=')) return one(name, rest.replace(/^=/, ''))
    one(name, null)
  }
  return one(partial, null)
}

export const hasOption = (read: ReadArguments, ...names: string[]): boolean =>
  read.options.some(option => names.includes(option.name))

/** The last of the options with one of the names. */
export const findOption = (read: ReadArguments, ...names: string[]): Option | undefined =>
  read.options.findLast(option => names.includes(option.name))

/** The value of an option as a word of its own, also where it is part of the option's: `--requirement=x`, `-rx`. */
export const valueWord = ({ word, value, partial }: Option): ShellWord => ({ ...word, value, partial: partial ?? '' })
