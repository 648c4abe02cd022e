// report.json is a promise to whoever reads it: under schemaVersion 1 fields are added, never changed or taken away.
// promised-fields.json holds what was promised last. UPDATE_PROMISE=1 adds what is new, for a release; it takes nothing out.
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { reportJson } from '../../src/report/json.ts'
import { reportShape } from '../../src/report/report-shape.ts'
import { all } from './all-reports.ts'

interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  $id?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  additionalProperties?: Schema
  items?: Schema
  required?: string[]
  description?: string
}

interface Field {
  required: boolean
  types: string[]
  words?: unknown[]
}

const file = new URL('./promised-fields.json', import.meta.url)
const schema: Schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'))

const resolved = (at: Schema): Schema =>
  at.$ref === undefined
    ? at
    : { ...schema.$defs?.[at.$ref.replace('#/$defs/', '')], ...(at.description ? { description: at.description } : {}) }

/** The forms that a value may have, `null` apart. */
const formsOf = (at: Schema): Schema[] => (resolved(at).anyOf ?? [at]).map(resolved)

function typesOf(at: Schema): string[] {
  const types = formsOf(at).flatMap(({ type, enum: words, const: word }) =>
    type !== undefined ? type : (words ?? [word]).map(one => (one === null ? 'null' : typeof one)),
  )
  return [...new Set(types)].sort()
}

/** Every field by its way from the top: `findings[].location.line`. */
function fieldsIn(at: Schema, way = '', found: Record<string, Field> = {}): Record<string, Field> {
  for (const form of formsOf(at)) {
    for (const [key, inner] of Object.entries(form.properties ?? {})) {
      const name = way === '' ? key : `${way}.${key}`
      const words = formsOf(inner).flatMap(one => one.enum ?? (one.const === undefined ? [] : [one.const]))
      found[name] = {
        required: form.required?.includes(key) ?? false,
        types: typesOf(inner),
        ...(words.length > 0 ? { words } : {}),
      }
      fieldsIn(inner, name, found)
    }
    if (form.items) fieldsIn(form.items, `${way}[]`, found)
    if (form.additionalProperties?.type !== undefined) fieldsIn(form.additionalProperties, `${way}.*`, found)
  }
  return found
}

const known = fieldsIn(schema)

if (process.env.UPDATE_PROMISE === '1') {
  const before = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, `${JSON.stringify({ ...known, ...before }, null, 2)}\n`)
}
const promised: Record<string, Field> = JSON.parse(readFileSync(file, 'utf8'))

describe('the promise of report.json', () => {
  test('is about all that there is', () => {
    expect(Object.keys(promised).length).toBeGreaterThan(150)
    expect(promised['findings[].location.line']).toEqual({ required: true, types: ['integer'] })
    expect(promised.verdict).toMatchObject({ types: ['null', 'string'] })
  })

  test.each(Object.entries(promised))('keeps %s', (name, { required, types, words }) => {
    const now = known[name]
    expect(now).toBeDefined()
    // What always was there stays; what could be missing may not be asked of reports that were written before.
    expect(now?.required).toBe(required)
    expect(now?.types).toEqual(types)
    if (words) expect(now?.words).toEqual(expect.arrayContaining(words))
  })

  test('asks for no field that reports of before have not', () => {
    const more = Object.keys(known).filter(name => promised[name] === undefined && known[name]?.required)
    const parentOf = (name: string): string => name.slice(0, Math.max(name.lastIndexOf('.'), 0)).replace(/\[\]$/, '')
    expect(more.filter(name => parentOf(name) === '' || promised[parentOf(name)] !== undefined)).toEqual([])
  })

  test('each field says what it is', () => {
    const silent: string[] = []
    const look = (at: Schema, way: string): void => {
      for (const [key, inner] of Object.entries(at.properties ?? {})) {
        if (!inner.description && !resolved(inner).description) silent.push(`${way}.${key}`)
        look(inner, `${way}.${key}`)
      }
      if (at.items) look(at.items, `${way}[]`)
      for (const one of at.anyOf ?? []) look(one, way)
    }
    look(schema, '')
    for (const [name, one] of Object.entries(schema.$defs ?? {})) look(one, `#${name}`)
    expect(silent).toEqual([])
    expect(schema.$id).toMatch(/^https:\/\//)
  })

  test('is what is written: no report has a field that the schema does not know', () => {
    const unknown = new Set<string>()
    const look = (value: unknown, way: string): void => {
      if (Array.isArray(value)) {
        for (const one of value) look(one, `${way}[]`)
        return
      }
      if (value === null || typeof value !== 'object' || /^(versions|timings)$|\.attributes$/.test(way)) return
      for (const [key, inner] of Object.entries(value)) {
        const name = way === '' ? key : `${way}.${key}`
        if (known[name] === undefined) unknown.add(name)
        look(inner, name)
      }
    }
    for (const [name, report] of Object.entries(all)) if (name !== 'enormous') look(JSON.parse(reportJson(report)), '')
    expect([...unknown]).toEqual([])
  })

  test('and the reader drops none of the fields that the schema knows', () => {
    for (const report of Object.values(all)) {
      const plain = JSON.parse(reportJson(report))
      expect(reportShape.mapped(plain, { text: text => text, base64: text => text })).toEqual(plain)
    }
  })
})
