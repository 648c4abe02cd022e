import { createHash } from 'node:crypto'

/** The lines of a text file, one by one: of a hundred megabytes nothing but the line at hand is kept. */
export function* linesOf(bytes: Buffer): Generator<string> {
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at)
    const stop = end < 0 ? bytes.length : end
    // A longer line is no line of a database.
    yield bytes.toString('utf8', at, Math.min(stop, at + lineLimit))
    at = stop + 1
  }
}

const lineLimit = 64 * 1024

/** A paragraph's fields, and a digest of all of it. */
export interface Paragraph {
  fields: ReadonlyMap<string, string>
  digest: string
}

/**
 * The paragraphs of a control file (deb822, and METADATA of Python): fields by lower-case name, continuation lines joined with
 * line ends, repeated fields too. `only`: what to keep.
 */
export function* paragraphsOf(bytes: Buffer, only: ReadonlySet<string>): Generator<Paragraph> {
  let fields = new Map<string, string>()
  let hash = createHash('sha256')
  let name = ''
  for (const line of linesOf(bytes)) {
    if (line === '' || line === '\r') {
      if (fields.size > 0) yield { fields, digest: hash.digest('hex') }
      fields = new Map()
      hash = createHash('sha256')
      name = ''
      continue
    }
    hash.update(line).update('\n')
    if (line.startsWith(' ') || line.startsWith('\t')) {
      append(fields, name, line.trim())
    } else {
      const colon = line.indexOf(':')
      const key = colon < 0 ? '' : line.slice(0, colon).toLowerCase()
      name = only.has(key) ? key : ''
      append(fields, name, line.slice(colon + 1).trim())
    }
  }
  if (fields.size > 0) yield { fields, digest: hash.digest('hex') }
}

const fieldLimit = 256 * 1024

function append(fields: Map<string, string>, name: string, text: string): void {
  if (name === '') return
  const before = fields.get(name)
  if (before === undefined) fields.set(name, text)
  else if (before.length < fieldLimit) fields.set(name, `${before}\n${text}`)
}
