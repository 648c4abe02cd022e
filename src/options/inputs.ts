import { parse } from 'csv-parse/sync'
import { type Given, InputError } from './options.ts'
import { optionNames, optionTable } from './table.ts'

/**
 * Reads the action's inputs as docker/build-push-action reads its own: lists are CSV, on lines or between commas,
 * with `#` comments and quotes around what spans lines or begins with one. An empty input counts as not given.
 * @param read gives the text of an input with the blanks around it, empty when unset
 * @throws InputError when a list cannot be read
 */
export function givenInputs(read: (name: string) => string): Given {
  const given: Given = {}
  const problems: string[] = []
  for (const name of optionNames) {
    const text = read(name)
    if (text.trim() === '') continue
    const { kind } = optionTable[name]
    try {
      given[name] = kind === 'list' || kind === 'lines' ? listIn(text.trim(), kind === 'list') : [text.trim()]
    } catch {
      // The parser's own message quotes the text, which may hold a secret.
      problems.push(`${name}: this list cannot be read: a quote is not closed, or text follows a closing quote`)
    }
  }
  for (const name of ['context', 'file'] as const)
    if (given[name]?.some(value => value.trim() === '-'))
      problems.push(`${name}: '-' is standard input, which an action has not; give a path`)
  if (problems.length > 0) throw new InputError(problems)
  return given
}

/** Blanks around an entry are cut off, those of a secret as well: the build that is proven is the one that is published. */
function listIn(text: string, commas: boolean): string[] {
  const records: string[][] = parse(text, {
    columns: false,
    relaxColumnCount: true,
    skipEmptyLines: true,
    relaxQuotes: true,
    comment: '#',
    comment_no_infix: true,
    delimiter: ',',
  })
  const joined = records.map(record => record.join(','))
  // One that is quoted as a whole is divided all the same; beside others it keeps its commas.
  const entries = commas ? records.flatMap(record => (record.length === 1 ? record.join().split(',') : record)) : joined
  return entries.map(item => item.trim()).filter(item => item !== '')
}
