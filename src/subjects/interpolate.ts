/**
 * A text of a compose file with its variables replaced: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, and
 * `$$` for a dollar. Null where one has neither a value nor a default.
 */
export function interpolate(text: string, environment: Readonly<Record<string, string | undefined>>): string | null {
  let result = ''
  let from = 0
  for (const match of text.matchAll(/\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])([^{}]*))?\}|)/g)) {
    result += text.slice(from, match.index)
    from = match.index + match[0].length
    if (match[0] === '$$') {
      result += '$'
      continue
    }
    const name = match[1] ?? match[2]
    if (name === undefined) return null
    const value = replacement(environment[name], match[3], match[4] ?? '')
    if (value === null) return null
    result += value
  }
  return result + text.slice(from)
}

function replacement(value: string | undefined, operator: string | undefined, word: string): string | null {
  const isSet = value !== undefined && !(operator?.startsWith(':') && value === '')
  if (operator?.endsWith('+')) return isSet ? word : ''
  if (isSet) return value
  return operator?.endsWith('-') ? word : null
}
