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
      given[name] =
        kind === 'list' || kind === 'lines' ? listIn(text, kind === 'list', name === 'secrets') : [text.trim()]
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

function listIn(text: string, commas: boolean, isSecret: boolean): string[] {
  const records: string[][] = parse(text, {
    columns: false,
    relaxColumnCount: true,
    skipEmptyLines: true,
    relaxQuotes: true,
    comment: '#',
    comment_no_infix: true,
    delimiter: ',',
  })
  const entries = commas ? records.flat() : records.map(record => record.join(','))
  // Blanks at the end may belong to a secret.
  return entries.map(item => (isSecret ? item.trimStart() : item.trim())).filter(item => item !== '')
}
