/** Shorter parts are words that stand everywhere. */
const shortest = 8
/** A larger text is no file of credentials. */
const mostText = 64 * 1024

/**
 * What is secret within a secret: the password of an address, of a line of `.netrc`, `.npmrc`, `pip.conf` or `.env`, the values of a
 * JSON file. A build that prints one does so without what stands around it in the file.
 */
export function secretParts(text: string): string[] {
  if (text.length > mostText) return []
  const found = [...passwordsIn(text), ...inNetrc(text), ...inLines(text), ...inJson(text), ...inPair(text)]
  return [...new Set(found.flatMap(part => [part, ...decoded(part)]))].filter(part => part.length >= shortest)
}

/** Passwords of `https://user:password@host`, as they stand there and as they are sent; and a user so long that it is a token. */
export const inAddresses = (text: string): string[] =>
  passwordsIn(text).flatMap(password => [password, ...decoded(password)])

/** The last `@` before the path ends a password, as curl and Python have it; others, and lists of addresses, take the first. */
const passwordsIn = (text: string): string[] =>
  [...text.matchAll(/\b[a-z][\w+.-]{0,20}:\/\/([^\s/@:'"]{0,1000})(?::([^\s/'"]{1,1000}))?@/gi)].flatMap(
    ([, user = '', password]) =>
      password ? [...new Set([password, password.replace(/@.*$/s, '')])] : user.length >= 20 ? [user] : [],
  )

/** `machine host login user password secret`, on one line or on many. */
const inNetrc = (text: string): string[] =>
  /^\s*(?:machine|default)\s/m.test(text)
    ? [...text.matchAll(/\s(?:password|account)\s+(\S+)/g)].map(([, value = '']) => value)
    : []

const secretName = '(?:token|secret|passw(?:or)?d|passphrase|pass|pwd|auth|key|credentials?|pat)'
const secretLine = new RegExp(
  `^[ \\t]*(?:export[ \\t]+)?["']?[\\w./:@-]{0,300}?${secretName}["']?[ \\t]*[=:][ \\t]*(.+)$`,
  'gim',
)
const secretField = new RegExp(secretName, 'i')

/** `//registry.example/:_authToken=…`, `aws_secret_access_key = …`, `PASSWORD: "…"`. */
const inLines = (text: string): string[] =>
  [...text.matchAll(secretLine)].map(([, value = '']) => value.trim().replace(/^(["'])(.*)\1$/, '$2'))

function inJson(text: string): string[] {
  if (!/^\s*[{[]/.test(text)) return []
  try {
    return textsIn(JSON.parse(text), 0)
  } catch {
    return []
  }
}

/** Of fields with such names alone: a project or a user is named in images, too. */
function textsIn(value: unknown, depth: number, name = ''): string[] {
  if (typeof value === 'string') return secretField.test(name) && !/^https?:\/\//.test(value) ? [value] : []
  if (typeof value !== 'object' || value === null || depth > 8) return []
  return Object.entries(value).flatMap(([field, one]) => textsIn(one, depth + 1, Array.isArray(value) ? name : field))
}

/** `user:password`, as `curl --user` takes it. */
function inPair(text: string): string[] {
  const [, password] = /^[^\s:/]{1,200}:([^\s:/]\S*)$/.exec(text.trim()) ?? []
  return password === undefined ? [] : [password]
}

/** What a program sends or prints instead: the characters of `%2B`, and the password of base64 of `user:password`. */
function decoded(part: string): string[] {
  const found: string[] = []
  if (/%[0-9A-F]{2}/i.test(part))
    try {
      found.push(decodeURIComponent(part))
    } catch {
      // A per cent sign that is one.
    }
  if (/^[A-Za-z0-9+/]{8,}={0,2}$/.test(part)) {
    const [, password] =
      /^[\x21-\x39\x3b-\x7e]{1,200}:([\x20-\x7e]+)$/.exec(Buffer.from(part, 'base64').toString('latin1')) ?? []
    if (password !== undefined) found.push(password)
  }
  return found
}
