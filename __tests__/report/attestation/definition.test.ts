// The reader of the published definitions, held against what they say: a test that lets all pass would prove nothing.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { predicateProblems, statementProblems } from './definition.ts'
import { type Messages, problemsOf, readProto } from './proto.ts'

const scai = 'https://in-toto.io/attestation/scai/v0.3'
const svr = 'https://in-toto.io/attestation/svr/v0.2'
const vsa = 'https://slsa.dev/verification_summary/v1'
const digest = { sha256: 'a'.repeat(64) }

// The examples of the specifications, with whole digests.
const attributes = [
  { attribute: 'WITH_STACK_PROTECTION', conditions: { flags: '-fstack-protector*' } },
  {
    attribute: 'REPRODUCIBLE',
    evidence: { name: 'gcc.json', digest, uri: 'http://example.com/gcc.json', mediaType: 'application/x.dsse+json' },
  },
]
const result = {
  verifier: { id: 'https://example.com/publication_verifier/v2', policies: [] },
  timeCreated: '1985-04-12T23:20:50.52Z',
  properties: ['SLSA_BUILD_LEVEL_3'],
}
const summary = {
  verifier: { id: 'https://example.com/publication_verifier' },
  timeVerified: '1985-04-12T23:20:50.52Z',
  resourceUri: 'https://example.com/example-1.2.3.tar.gz',
  policy: { uri: 'https://example.com/example_tarball.policy', digest },
  inputAttestations: [{ uri: 'https://example.com/example-1.2.3.tar.gz.intoto.jsonl', digest }],
  verificationResult: 'PASSED',
  verifiedLevels: ['SLSA_BUILD_LEVEL_3'],
  dependencyLevels: { SLSA_BUILD_LEVEL_3: 5, SLSA_BUILD_LEVEL_2: '7' },
  slsaVersion: '1.0',
}

describe('the published definitions', () => {
  test('take the examples of the specifications', () => {
    expect(predicateProblems({ attributes, producer: { uri: 'file:///usr/bin/gcc', name: 'gcc' } }, scai)).toEqual([])
    expect(predicateProblems(result, svr)).toEqual([])
    expect(predicateProblems(summary, vsa)).toEqual([])
  })

  test.each<[string, unknown, string, RegExp]>([
    ['an unknown field', { attributes, author: 'me' }, scai, /\.author: .*AttributeReport has no such field/],
    ['one deeper', { attributes: [{ attribute: 'A', state: {} }] }, scai, /attributes\[0\]\.state/],
    ['one of a resource', { attributes, producer: { uri: 'a:b', hash: {} } }, scai, /producer\.hash/],
    ['a name as of Protocol Buffers', { ...result, time_created: 'x' }, svr, /time_created/],
    ['no attributes', {}, scai, /attributes is not there/],
    ['an attribute without a name', { attributes: [{}] }, scai, /attributes\[\]\.attribute is not there/],
    ['attributes that are no array', { attributes: {} }, scai, /is no array/],
    ['conditions that are no object', { attributes: [{ attribute: 'A', conditions: 'x' }] }, scai, /is no .*Struct/],
    ['a resource of nothing', { attributes, producer: { name: 'x' } }, scai, /names nothing/],
    ['a resource with a path for a URI', { attributes, producer: { uri: '/usr/bin' } }, scai, /is no URI/],
    ['a digest cut short', { attributes, producer: { digest: { sha256: 'abc' } } }, scai, /is no digest/],
    ['a result without policies', { ...result, verifier: { id: 'a:b' } }, svr, /verifier\.policies is not there/],
    ["version 0.1's policy", { ...result, verifier: { id: 'a:b', policies: [], policy: {} } }, svr, /\.policy/],
    ['a time that is none', { ...result, timeCreated: 'today' }, svr, /timeCreated: is no .*Timestamp/],
    ['properties that are no strings', { ...result, properties: [1] }, svr, /properties\[0\]: is no string/],
    ['no levels', { ...summary, verifiedLevels: undefined }, vsa, /verifiedLevels/],
    ['no name', { ...summary, resourceUri: '' }, vsa, /resourceUri is not there/],
    ['a count that is none', { ...summary, dependencyLevels: { X: -1 } }, vsa, /dependencyLevels\.X: is no uint64/],
    ['another type', result, 'https://in-toto.io/attestation/svr/v9', /no definition/],
    ['nothing', null, scai, /is no object/],
  ])('refuse %s', (_, predicate, type, problem) => {
    expect(predicateProblems(predicate ?? [], type).join('\n')).toMatch(problem)
  })

  test('are read whole: a file with what is not known ends with an error', () => {
    const messages: Messages = new Map()
    const read = (text: string) => () => readProto(text, messages)
    expect(read('package a; enum B { C = 0; }')).toThrow(/enum is not/)
    expect(read('package a; message B { oneof c { string d = 1; } }')).toThrow()
    expect(read('package a; message B { C d = 1; }')).toThrow(/C in a\.B is defined nowhere/)
    readProto('package a; message B { message C { string x_y = 1; } repeated C d = 2 [json_name = "_d"]; }', messages)
    expect(problemsOf({ _d: [{ xY: 'z' }] }, 'a.B', messages)).toEqual([])
    expect(problemsOf({ d: [] }, 'a.B', messages)).toHaveLength(1)
    expect(problemsOf({ _d: [{ x_y: 'z' }] }, 'a.B', messages)).toHaveLength(1)
  })

  test('are there as they were published', () => {
    const statement = readFileSync(join(import.meta.dirname, 'in_toto_attestation/v1/statement.proto'), 'utf8')
    expect(statement).toMatch(/string type = 1 \[json_name = "_type"\];/)
    expect(readFileSync(join(import.meta.dirname, 'in_toto_attestation/LICENSE'), 'utf8')).toMatch(/Apache License/)
  })
})

describe('a statement', () => {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    ...{ subject: [{ name: 'app', digest }], predicateType: scai, predicate: { attributes } },
  }
  test('is one by its definition', () => {
    expect(statementProblems(statement)).toEqual([])
    const { _type, ...rest } = statement
    expect(statementProblems({ ...rest, type: _type })).toContain(
      '$.type: in_toto_attestation.v1.Statement has no such field',
    )
  })
})
