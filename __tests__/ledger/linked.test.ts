// An image of a bake file that is made of other targets: what those were given is part of its inputs.
import { createHash } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { openRecord } from '../../src/ledger/read-record.ts'
import type { RecordedInputs, RecordedLinked } from '../../src/ledger/record.ts'
import { inputsDigest } from '../../src/ledger/record-head.ts'
import { compareInputs } from '../../src/ledger/unequal-inputs.ts'
import { writeRecord } from '../../src/ledger/write-record.ts'
import { imageOf, tarOf } from '../image/crafted.ts'
import { inputs, newFile, platformOf } from './recorded.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const text = 'FROM debian\nRUN base\n'
const base: RecordedLinked = {
  ...{ name: 'base', dockerfile: { file: 'base.Dockerfile', sha256: sha256(text), text }, contexts: inputs.contexts },
  ...{ args: [{ name: 'V', value: '1' }], target: null, secrets: [], ssh: [], settings: {} },
}
const context = { name: 'base', digest: null, contents: null, files: 0, parts: [], address: 'target:base' }
const made = (linked: RecordedLinked[] = [base]): RecordedInputs => ({
  ...inputs,
  contexts: [...inputs.contexts, context],
  linked,
})
const platforms = [{ platform: 'linux/amd64' }]
const compared = (a: RecordedInputs, b: RecordedInputs) =>
  compareInputs({ inputs: a, platforms }, { inputs: b, platforms }, ['A', 'B'])

test('the same targets are the same inputs, all of them known', () => {
  expect(compared(made(), made())).toEqual({ unequal: [], unknown: [] })
  expect(inputsDigest(made())).toMatch(/^sha256:/)
})

test.each<[string, RecordedLinked[], RegExp]>([
  [
    'an argument',
    [{ ...base, args: [] }],
    /^The target 'base', which it is made of: The build argument 'V' was given in A/,
  ],
  [
    'a Dockerfile',
    [{ ...base, dockerfile: { ...base.dockerfile, sha256: 'f'.repeat(64), text: null } }],
    /^The target 'base', which it is made of: The Dockerfile differs:/,
  ],
  ['a target that is not there', [], /^The target 'base', which it is made of, was used in A alone\.$/],
])('%s of a target that differs is told, and makes other inputs', (_, linked, words) => {
  expect(compared(made(), made(linked)).unequal).toEqual([expect.stringMatching(words)])
  expect(inputsDigest(made(linked))).not.toBe(inputsDigest(made()))
})

test('an argument of a target whose value is not known leaves the inputs unknown', () => {
  const secret = made([{ ...base, args: [{ name: 'V', value: null }] }])
  expect(compared(secret, secret).unknown).toEqual([expect.stringMatching(/^The target 'base'.*'V' may be secret/)])
  expect(inputsDigest(secret)).toBeNull()
})

const written = async (linked: RecordedLinked[]): Promise<string> => {
  const path = await newFile()
  const image = imageOf([tarOf([{ name: 'a', content: Buffer.from('a') }])])
  await writeRecord(path, { inputs: made(linked), versions: {} }, [platformOf(image)])
  return path
}

test('they are written down and read again', async () => {
  const record = await openRecord(await written([base]))
  expect(record.inputs.linked).toEqual([base])
  await record.close()
})

test('a text that is not that of its SHA-256 is refused', async () => {
  const path = await written([{ ...base, dockerfile: { ...base.dockerfile, text: 'FROM evil' } }])
  await expect(openRecord(path)).rejects.toThrow(/does not have the SHA-256/)
})
