/** One way that a server offers to say who we are (RFC 9110 §11.6.1): `bearer` with realm, service and scope. */
export interface Challenge {
  /** Lower case. */
  scheme: string
  /** Names in lower case. */
  parameters: Readonly<Record<string, string>>
}

/** The challenges of a WWW-Authenticate header; what cannot be read ends the list. One pass: the text is hostile. */
export function challengesIn(header: string): Challenge[] {
  const challenges: Challenge[] = []
  const token = /[\w!#$%&'*+.^`|~-]+/y
  let at = 0
  const skip = (pattern: RegExp) => {
    pattern.lastIndex = at
    if (pattern.test(header)) at = pattern.lastIndex
  }
  const word = () => {
    token.lastIndex = at
    const found = token.exec(header)?.[0]
    at += found?.length ?? 0
    return found
  }
  while (at < header.length) {
    skip(/[\s,]+/y)
    const name = word()
    if (name === undefined) break
    if (header[at] !== '=') {
      challenges.push({ scheme: name.toLowerCase(), parameters: Object.create(null) })
      continue
    }
    at += 1
    const value = header[at] === '"' ? quotedText() : word()
    const challenge = challenges.at(-1)
    if (value === undefined || challenge === undefined) break
    Object.assign(challenge.parameters, { [name.toLowerCase()]: value })
  }
  return challenges

  function quotedText(): string | undefined {
    let text = ''
    for (at += 1; at < header.length; at += 1) {
      if (header[at] === '"') {
        at += 1
        return text
      }
      if (header[at] === '\\') at += 1
      text += header[at] ?? ''
    }
    return undefined
  }
}
