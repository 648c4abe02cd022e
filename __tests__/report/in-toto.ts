import { Ajv2020 } from 'ajv/dist/2020.js'

// The fields of in-toto's own definitions (statement.proto and resource_descriptor.proto of version 1, scai.proto of version 0), as
// JSON has them, with what their specifications demand of each.

const digestSet = {
  ...{ type: 'object', minProperties: 1 },
  properties: {
    sha256: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    sha512: { type: 'string', pattern: '^[0-9a-f]{128}$' },
  },
  additionalProperties: { type: 'string', pattern: '^[0-9a-f]+$' },
}

const resource = {
  type: 'object',
  additionalProperties: false,
  minProperties: 1,
  anyOf: [{ required: ['uri'] }, { required: ['digest'] }, { required: ['content'] }],
  properties: {
    ...{ name: { type: 'string' }, uri: { type: 'string', pattern: '^[a-z]+:' }, digest: digestSet },
    ...{ content: { type: 'string' }, downloadLocation: { type: 'string' }, mediaType: { type: 'string' } },
    annotations: { type: 'object' },
  },
}

const attributeReport = {
  type: 'object',
  additionalProperties: false,
  required: ['attributes'],
  properties: {
    producer: resource,
    attributes: {
      ...{ type: 'array', minItems: 1 },
      items: {
        ...{ type: 'object', additionalProperties: false, required: ['attribute'] },
        properties: {
          ...{ attribute: { type: 'string', minLength: 1 }, target: resource },
          ...{ conditions: { type: 'object' }, evidence: resource },
        },
      },
    },
  },
}

const statement = {
  type: 'object',
  additionalProperties: false,
  required: ['_type', 'subject', 'predicateType', 'predicate'],
  properties: {
    _type: { const: 'https://in-toto.io/Statement/v1' },
    // Each subject must have a digest, and should have a name of its own or none.
    subject: { type: 'array', minItems: 1, uniqueItems: true, items: { ...resource, required: ['digest'] } },
    predicateType: { const: 'https://in-toto.io/attestation/scai/attribute-report/v0.2' },
    predicate: attributeReport,
  },
}

const ajv = new Ajv2020({ allErrors: true, strictRequired: false })

export const validPredicate = ajv.compile(attributeReport)
export const validStatement = ajv.compile(statement)
