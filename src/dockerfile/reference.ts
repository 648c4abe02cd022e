/** An image reference in its parts, nothing filled in. */
export interface ImageReference {
  /** `localhost:5000`; null when the first part is no host. */
  registry: string | null
  repository: string
  tag: string | null
  /** With its algorithm: `sha256:…`. */
  digest: string | null
  /** Whether it has the length and letters its algorithm asks for. */
  digestValid: boolean
}

/**
 * Reads `registry:port/path/name:tag@sha256:…`. Variables left in it (`${REG}/x`) count as text of their part; one pair of
 * quotes around the whole is taken off.
 * @returns null for what is no reference: nothing, blanks, letters a name cannot have
 */
export function parseReference(text: string): ImageReference | null {
  if (text.length > 4096) return null
  const plain = unquote(text.trim())
  const { masked, restore } = hideVariables(plain)
  if (masked === '' || /[\s"'`\\]/.test(masked)) return null
  const [named = '', digest, ...more] = masked.split('@')
  if (more.length > 0 || digest === '') return null
  const slash = named.lastIndexOf('/')
  const colon = named.indexOf(':', slash + 1)
  const name = colon < 0 ? named : named.slice(0, colon)
  const tag = colon < 0 ? null : named.slice(colon + 1)
  if (tag !== null && !isTag(tag)) return null
  const { registry, repository } = splitRegistry(name)
  if (!repository.split('/').every(isComponent)) return null
  return {
    registry: registry === null ? null : restore(registry),
    repository: restore(repository),
    tag: tag === null ? null : restore(tag),
    digest: digest === undefined ? null : restore(digest),
    digestValid: digest !== undefined && isDigest(digest),
  }
}

/** Stands for a variable while the text is cut at `:`, `/` and `@`, which may be inside it too. */
const placeholder = '\uE000'

function hideVariables(text: string): { masked: string; restore: (part: string) => string } {
  const variables: string[] = []
  let masked = ''
  let at = 0
  while (at < text.length) {
    const end = text[at] === '$' ? variableEnd(text, at) : at
    if (end > at) {
      masked += placeholder + String.fromCharCode(0xe001 + variables.length)
      variables.push(text.slice(at, end))
      at = end
    } else masked += text[at++]
    if (variables.length > 500) return { masked: '', restore: part => part }
  }
  const pattern = /\uE000([\uE001-\uE7FF])/g
  return {
    masked: /[\uE000-\uF8FF]/.test(text) ? '' : masked,
    restore: part => part.replace(pattern, (_, char: string) => variables[char.charCodeAt(0) - 0xe001] ?? ''),
  }
}

function variableEnd(text: string, start: number): number {
  if (text[start + 1] !== '{') {
    let at = start + 1
    while (/\w/.test(text[at] ?? '')) at++
    return at > start + 1 ? at : start
  }
  let depth = 0
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '{') depth++
    if (text[at] === '}' && --depth === 0) return at + 1
  }
  return start
}

/** The first part is a host when it could be no name: it has a dot, a port, a capital, is `localhost`, or a variable alone. */
function splitRegistry(name: string): { registry: string | null; repository: string } {
  const slash = name.indexOf('/')
  const first = name.slice(0, Math.max(slash, 0))
  const host =
    slash > 0 && (/[.:]/.test(first) || first === 'localhost' || /[A-Z]/.test(first) || first.startsWith(placeholder))
  return host ? { registry: first, repository: name.slice(slash + 1) } : { registry: null, repository: name }
}

/** A part with a variable in it may be anything. */
function isComponent(part: string): boolean {
  if (part.includes(placeholder)) return /^[a-z0-9._\-\uE000-\uE7FF]+$/.test(part)
  return /^[a-z0-9]+(?:(?:__|[._]|-+)[a-z0-9]+)*$/.test(part)
}

const isTag = (tag: string): boolean => tag.length <= 600 && /^[\w\uE000-\uE7FF][\w.\-\uE000-\uE7FF]*$/.test(tag)

function isDigest(digest: string): boolean {
  const lengths: Record<string, number> = { sha256: 64, sha384: 96, sha512: 128 }
  const [algorithm = '', hex = ''] = digest.split(':', 2)
  return (
    hex.length === (lengths[algorithm] ?? -1) &&
    /^[0-9a-f]+$/.test(hex) &&
    digest.length === algorithm.length + 1 + hex.length
  )
}

function unquote(text: string): string {
  const quote = text[0]
  return text.length > 1 && (quote === '"' || quote === "'") && text.endsWith(quote) ? text.slice(1, -1) : text
}
