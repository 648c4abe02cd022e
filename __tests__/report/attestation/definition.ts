import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Messages, problemsOf, readProto } from './proto.ts'

const folder = join(import.meta.dirname, 'in_toto_attestation')
const messages: Messages = new Map()
for (const file of [
  ...['v1/resource_descriptor', 'v1/statement'],
  ...['predicates/scai/v0/scai', 'predicates/svr/v0.1/svr', 'predicates/vsa/v1/vsa'],
])
  readProto(readFileSync(join(folder, `${file}.proto`), 'utf8'), messages)

const resource = 'in_toto_attestation.v1.ResourceDescriptor'
const svr = 'in_toto_attestation.predicates.svr.v0_1.SimpleVerificationResult'
// SVR 0.2, whose definition is still that of 0.1: README.md beside it.
const verifier = messages.get(`${svr}.Verifier`) ?? []
const policy = verifier.findIndex(({ name }) => name === 'policy')
verifier.splice(policy, 1, { name: 'policies', type: resource, repeated: true })

/** The message of each predicate, and what its specification calls required: paths, `[]` for each of an array. */
const predicates: Readonly<Record<string, { message: string; required: string[] }>> = {
  'https://in-toto.io/attestation/scai/v0.3': {
    message: 'in_toto_attestation.predicates.scai.v0.AttributeReport',
    required: ['attributes', 'attributes[].attribute'],
  },
  'https://in-toto.io/attestation/svr/v0.2': {
    message: svr,
    required: ['verifier', 'verifier.id', 'verifier.policies', 'timeCreated', 'properties'],
  },
  'https://slsa.dev/verification_summary/v1': {
    message: 'in_toto_attestation.predicates.vsa.v1.VerificationSummary',
    required: [
      ...['verifier', 'verifier.id', 'resourceUri', 'policy', 'policy.uri', 'verificationResult', 'verifiedLevels'],
    ],
  },
}

/** What is wrong with a predicate by the published definition of its type, and by what the specification demands besides. */
export function predicateProblems(predicate: unknown, type: string): string[] {
  const known = predicates[type]
  if (known === undefined) return [`no definition of ${type}`]
  return [
    ...problemsOf(predicate, known.message, messages),
    ...known.required.flatMap(path => missing(predicate, path.split('.'), path)),
    ...resourcesIn(predicate).flatMap(resourceProblems),
  ]
}

/** The same of a whole statement. */
export function statementProblems(statement: unknown): string[] {
  const { _type, subject, predicateType, predicate } = statement as Record<string, unknown>
  const subjects = Array.isArray(subject) ? (subject as Resource[]) : []
  return [
    ...problemsOf(statement, 'in_toto_attestation.v1.Statement', messages),
    ...(_type === 'https://in-toto.io/Statement/v1' ? [] : [`_type is ${_type}`]),
    ...(subjects.length > 0 ? [] : ['there is no subject']),
    ...subjects.flatMap(one => (one.digest === undefined ? ['a subject has no digest'] : resourceProblems(one))),
    ...predicateProblems(predicate, String(predicateType)),
  ]
}

interface Resource {
  uri?: string
  digest?: Record<string, string>
  content?: string
}

/** spec/v1/resource_descriptor.md, digest_set.md and field_types.md. */
function resourceProblems({ uri, digest, content }: Resource): string[] {
  const sizes: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 }
  return [
    ...(uri !== undefined || digest !== undefined || content !== undefined ? [] : ['a resource names nothing']),
    ...(uri === undefined || /^[a-z][a-z0-9+.-]*:/.test(uri) ? [] : [`${uri} is no URI`]),
    ...Object.entries(digest ?? {}).flatMap(([name, hex]) =>
      /^[0-9a-f]+$/.test(hex) && hex.length === (sizes[name] ?? hex.length) ? [] : [`${name} ${hex} is no digest`],
    ),
    ...(digest !== undefined && Object.keys(digest).length === 0 ? ['a digest set is empty'] : []),
  ]
}

function resourcesIn(predicate: unknown): Resource[] {
  const {
    attributes = [],
    producer,
    verifier,
    policy,
  } = (predicate ?? {}) as {
    attributes?: { target?: Resource; evidence?: Resource }[]
    producer?: Resource
    verifier?: { policies?: Resource[] }
    policy?: Resource
  }
  const all = [
    ...(Array.isArray(attributes) ? attributes : []).flatMap(({ target, evidence }) => [target, evidence]),
    producer,
    policy,
  ]
  return [...all, ...(verifier?.policies ?? [])].filter(one => one !== undefined)
}

function missing(value: unknown, [step = '', ...rest]: string[], path: string): string[] {
  const name = step.replace('[]', '')
  const inner = (value as Record<string, unknown> | null)?.[name]
  // proto3 has no difference between what is absent and what is empty; the specifications have.
  if (inner === undefined || inner === '') return [`${path} is not there`]
  if (rest.length === 0) return []
  return step.endsWith('[]')
    ? (Array.isArray(inner) ? inner : []).flatMap(one => missing(one, rest, path))
    : missing(inner, rest, path)
}
