/**
 * What stands in GITHUB_OUTPUT, GITHUB_ENV or GITHUB_STATE: `NAME=VALUE`, or `NAME<<WORD`, lines, `WORD`.
 * @throws as the runner fails the step: a line that is neither, or a word that never comes again
 */
export function readFileCommand(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  const lines = text.split('\n')
  if (text.endsWith('\n')) lines.pop()
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line === '') continue
    const equals = line.indexOf('=')
    const heredoc = line.indexOf('<<')
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      found[line.slice(0, equals)] = line.slice(equals + 1)
      continue
    }
    if (heredoc < 0) throw new Error(`Invalid format '${line}'`)
    const [name, word] = [line.slice(0, heredoc), line.slice(heredoc + 2)]
    if (!name || !word)
      throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`)
    const end = lines.indexOf(word, at + 1)
    if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${word}'`)
    found[name] = lines.slice(at + 1, end).join('\n')
    at = end
  }
  return found
}
