// A reader of the published .proto files, and of the JSON form of what they define (protobuf.dev/programming-guides/json): as much of
// both as these files use. It throws at what it does not know, so that nothing is passed over in silence.

export interface Field {
  name: string
  /** `string`, `bytes`, `uint64`, a message by its full name, or `map<string, …>` as such. */
  type: string
  repeated: boolean
}
/** The fields of each message by its full name. */
export type Messages = Map<string, Field[]>

const wellKnown = ['google.protobuf.Struct', 'google.protobuf.Timestamp', 'google.protobuf.Any']
const scalars = ['string', 'bytes', 'uint64']

/** Reads the messages of one file into those of the others. */
export function readProto(text: string, messages: Messages): void {
  const tokens =
    text
      .replace(/\/\/.*$/gm, '')
      .match(/"[^"]*"|map\s*<\s*string\s*,\s*\w+\s*>|[\w.]+|[{}[\];=]/g)
      ?.map(token => token.replaceAll(/\s/g, '')) ?? []
  let at = 0
  const next = (wanted?: RegExp): string => {
    const token = tokens[at++] ?? ''
    if (wanted && !wanted.test(token)) throw new Error(`${token} is not ${wanted}`)
    return token
  }
  const past = (): void => {
    while (next() !== ';');
  }
  const message = (scope: string): void => {
    const full = `${scope}.${next(/^\w+$/)}`
    const fields: Field[] = []
    messages.set(full, fields)
    next(/^\{$/)
    for (let token = next(); token !== '}'; token = next()) {
      if (token === 'message') {
        message(full)
        continue
      }
      const repeated = token === 'repeated'
      const type = repeated || token === 'optional' ? next() : token
      const name = next(/^\w+$/)
      next(/^=$/)
      next(/^\d+$/)
      const json = tokens[at] === '[' ? jsonName() : camelCase(name)
      next(/^;$/)
      fields.push({ name: json, type: typeIn(type, full, messages), repeated })
    }
  }
  const jsonName = (): string => {
    next(/^\[$/)
    next(/^json_name$/)
    next(/^=$/)
    const name = next(/^"\w+"$/).slice(1, -1)
    next(/^\]$/)
    return name
  }
  let file = ''
  while (at < tokens.length) {
    const token = next(/^(syntax|package|import|option|message)$/)
    if (token === 'package') file = next(/^[\w.]+$/)
    if (token === 'message') message(file)
    else past()
  }
}

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

function typeIn(type: string, scope: string, messages: Messages): string {
  if (type.startsWith('map<') || scalars.includes(type) || wellKnown.includes(type)) return type
  for (let from = scope; ; from = from.slice(0, Math.max(0, from.lastIndexOf('.')))) {
    const full = from === '' ? type : `${from}.${type}`
    if (messages.has(full)) return full
    if (from === '') throw new Error(`${type} in ${scope} is defined nowhere`)
  }
}

/** What is wrong with a JSON value as the form of a message; unknown fields are. */
export function problemsOf(value: unknown, type: string, messages: Messages, path = '$'): string[] {
  const fields = messages.get(type)
  if (fields === undefined) throw new Error(`no message ${type}`)
  if (!isObject(value)) return [`${path}: is no object`]
  return Object.entries(value).flatMap(([name, inner]) => {
    const field = fields.find(one => one.name === name)
    const here = `${path}.${name}`
    if (field === undefined) return [`${here}: ${type} has no such field`]
    if (!field.repeated) return problemsOfOne(inner, field.type, messages, here)
    if (!Array.isArray(inner)) return [`${here}: is no array`]
    return inner.flatMap((one, index) => problemsOfOne(one, field.type, messages, `${here}[${index}]`))
  })
}

function problemsOfOne(value: unknown, type: string, messages: Messages, path: string): string[] {
  const unless = (holds: boolean): string[] => (holds ? [] : [`${path}: is no ${type}`])
  const map = /^map<string,(\w+)>$/.exec(type)
  if (map) {
    if (!isObject(value)) return unless(false)
    return Object.entries(value).flatMap(([key, one]) => problemsOfOne(one, map[1] ?? '', messages, `${path}.${key}`))
  }
  switch (type) {
    case 'string':
      return unless(typeof value === 'string')
    case 'bytes':
      return unless(typeof value === 'string' && /^[\w+/-]*={0,2}$/.test(value))
    case 'uint64':
      return unless(/^\d{1,20}$/.test(String(value)))
    case 'google.protobuf.Struct':
      return unless(isObject(value))
    case 'google.protobuf.Timestamp':
      return unless(typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/.test(value))
    default:
      return problemsOf(value, type, messages, path)
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
