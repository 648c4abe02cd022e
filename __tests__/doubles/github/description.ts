import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

// biome-ignore lint/suspicious/noExplicitAny: a description and what it describes are any JSON there is
export type Json = any

/** An operation of GitHub's API, as its own OpenAPI description has it. */
export interface Operation {
  id: string
  method: string
  pattern: RegExp
  /** The names in the path, in their order. */
  names: string[]
  parameters: { name: string; in: string; required?: boolean; schema: Json }[]
  body: Json | null
  bodyRequired: boolean
  /** The schema of the answer with this status. */
  answer(status: number): Json | null
  /** GitHub's own example of the answer with this status. */
  example(status: number): Json
}

/** GitHub's OpenAPI description (npm @octokit/openapi, MIT), cut down to the operations that Actions use. */
export interface Description {
  source: string
  operations: Operation[]
  /** What is wrong with a value by its schema; the key names the schema, to compile it once. */
  errors(key: string, schema: Json, value: Json): string[]
  /** The same for a text from a path or a query, which is read as what the schema wants; gives that too. */
  coerced(key: string, schema: Json, text: string): { value: Json; errors: string[] }
  /** Properties that the schema does not have. GitHub ignores them without a word, so they are our misspellings. */
  undeclared(schema: Json, value: Json): string[]
}

export function readDescription(name: 'api.github.com' | 'ghes-3.17'): Description {
  const known = read.get(name) ?? readAnew(name)
  read.set(name, known)
  return known
}

const read = new Map<string, Description>()

function readAnew(name: string): Description {
  const file = new URL(`./openapi/${name}.json`, import.meta.url)
  const document = JSON.parse(readFileSync(file, 'utf8'))
  const [strict, lenient] = [false, true].map(coerceTypes => validator(document, coerceTypes)) as [Ajv, Ajv]
  const compiled = new Map<string, ValidateFunction>()
  const compile = (ajv: Ajv, key: string, schema: Json): ValidateFunction => {
    const known = compiled.get(key) ?? ajv.compile(toJsonSchema(schema))
    compiled.set(key, known)
    return known
  }
  return {
    source: name,
    operations: operationsOf(document),
    errors(key, schema, value) {
      const check = compile(strict, key, schema)
      return check(value) ? [] : messages(check)
    },
    coerced(key, schema, text) {
      const box = { value: text as Json }
      const check = compile(lenient, key, { type: 'object', properties: { value: schema } })
      return { errors: check(box) ? [] : messages(check), value: box.value }
    },
    undeclared: (schema, value) => undeclared(schema, value, document, ''),
  }
}

function validator(document: Json, coerceTypes: boolean): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes, validateFormats: true })
  addFormats.default(ajv)
  for (const format of ['int64', 'timestamp', 'repo.nwo', 'ssh-key', 'ssh-key fingerprint']) ajv.addFormat(format, true)
  return ajv.addSchema({ $id: 'gh', components: toJsonSchema(document.components) })
}

const messages = (check: ValidateFunction): string[] =>
  (check.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${params.allowedValues ?? ''}`.trim(),
  )

function operationsOf(document: Json): Operation[] {
  const whole = (value: Json): Json => (value?.$ref ? whole(pointed(value.$ref, document)) : value)
  const found = Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => {
      const content = (status: number): Json => whole(operation.responses[status])?.content?.['application/json']
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
      const source = path.replace(/\{(\w+)\}/g, (_, name) => (name === 'path' ? '(.+)' : '([^/]+)'))
      return {
        id: operation.operationId as string,
        method: method.toUpperCase(),
        pattern: new RegExp(`^${source}$`),
        names,
        parameters: (operation.parameters ?? []).map(whole),
        body: operation.requestBody?.content?.['application/json']?.schema ?? null,
        bodyRequired: operation.requestBody?.required === true,
        answer: (status: number) => content(status)?.schema ?? null,
        example(status: number): Json {
          const examples = content(status)?.examples
          return structuredClone(whole(examples && Object.values(examples)[0])?.value ?? {})
        },
      }
    }),
  )
  return found.sort((a, b) => a.names.length - b.names.length)
}

/** OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, references point into the registered document. */
function toJsonSchema(schema: Json, inProperties = false): Json {
  if (Array.isArray(schema)) return schema.map(item => toJsonSchema(item))
  if (schema === null || typeof schema !== 'object') return schema
  const converted: Json = {}
  for (const [key, value] of Object.entries<Json>(schema)) {
    if (!inProperties && /^(?:nullable|example|discriminator|deprecated|x-.*)$/.test(key)) continue
    if (key === '$ref' && typeof value === 'string') converted[key] = value.replace('#/', 'gh#/')
    else if (/^(?:enum|default|required)$/.test(key) && !inProperties) converted[key] = value
    else converted[key] = toJsonSchema(value, key === 'properties' && !inProperties)
  }
  return !inProperties && schema.nullable === true ? orNull(converted) : converted
}

function orNull(schema: Json): Json {
  if (schema.enum && !schema.enum.includes(null)) schema.enum = [...schema.enum, null]
  if (typeof schema.type === 'string') return { ...schema, type: [schema.type, 'null'] }
  return schema.$ref || schema.allOf || schema.anyOf || schema.oneOf ? { anyOf: [schema, { type: 'null' }] } : schema
}

function undeclared(given: Json, value: Json, document: Json, at: string): string[] {
  let schema = given
  while (schema?.$ref) schema = pointed(schema.$ref, document)
  if (!schema || value === null || typeof value !== 'object') return []
  if (Array.isArray(value))
    return value.flatMap((item, index) => undeclared(schema.items, item, document, `${at}/${index}`))
  const branches = [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])]
  const properties = Object.assign({}, ...branches.map(branch => branch.properties ?? {}))
  if (Object.keys(properties).length === 0 || schema.additionalProperties === true) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key in properties ? undeclared(properties[key], inner, document, `${at}/${key}`) : [`${at}/${key}`],
  )
}

const pointed = (reference: string, document: Json): Json =>
  reference
    .replace(/^#\//, '')
    .split('/')
    .reduce((at, key) => at[key], document)
