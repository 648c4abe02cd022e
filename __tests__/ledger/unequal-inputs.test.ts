import { expect, test } from '@jest/globals'
import type { RecordedInputs } from '../../src/ledger/record.ts'
import { inputsDigest } from '../../src/ledger/record-head.ts'
import { compareInputs } from '../../src/ledger/unequal-inputs.ts'
import { inputs } from './recorded.ts'

const names = ['A', 'B'] as const
const unequal = (other: Partial<RecordedInputs>): string[] =>
  compareInputs(inputs, { ...inputs, ...other }, names).unequal
const [context] = inputs.contexts
if (context === undefined) throw new Error('the inputs have a context')
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`

test('equal inputs are equal, whatever the commit', () => {
  expect(compareInputs(inputs, inputs, names)).toEqual({ unequal: [], unknown: [] })
  expect(unequal({ commit: 'f'.repeat(40) })).toEqual([])
})

test.each<[string, Partial<RecordedInputs>, RegExp]>([
  [
    'the Dockerfile, from its first line that differs on',
    { dockerfile: { file: 'x', sha256: 'f'.repeat(64), text: 'FROM debian\nRUN make all\n' } },
    /^The Dockerfile differs from line 2 on: sha256:aaaaaaaaaaaa in A, sha256:ffffffffffff in B\.$/,
  ],
  ['a target', { target: 'app' }, /^The target differs: none in A, 'app' in B\.$/],
  ['the epoch', { epoch: 5 }, /^SOURCE_DATE_EPOCH differs: '1700000000' in A, '5' in B\.$/],
  [
    'an argument',
    { args: [{ name: 'VERSION', value: '2' }] },
    /^The build argument 'VERSION' differs: '1' in A, '2' in B\.$/,
  ],
  ['an argument that is not there', { args: [] }, /^The build argument 'VERSION' was given in A alone\.$/],
  ['secrets', { secrets: [] }, /^The list of secrets differs: 'token' in A, none in B\.$/],
  ['a setting', { settings: { network: ['host'] } }, /^The option network differs: none in A, 'host' in B\.$/],
  [
    'a base that moved',
    { bases: [{ kind: 'image', reference: 'debian', digest: 'f'.repeat(64), platform: 'linux/amd64' }] },
    /^The image 'debian' is another one: sha256:eeeeeeeeeeee in A, sha256:ffffffffffff in B\. Its tag has moved/,
  ],
  ['a base that is not there', { bases: [] }, /^The image 'debian' was used in A alone\.$/],
  [
    'the context, and where in it',
    {
      contexts: [
        {
          ...context,
          digest: digest('1'),
          contents: digest('2'),
          files: 3,
          parts: [{ name: 'src', digest: digest('3') }],
        },
      ],
    },
    /^The build context differs \('src'\): 2 files in A, 3 in B\.$/,
  ],
  [
    'permissions of the context alone',
    { contexts: [{ ...context, digest: digest('1') }] },
    /^The build context differs in permissions alone: a checkout under another umask, perhaps\.$/,
  ],
  ['no context', { contexts: [] }, /^The build context was used in A alone\.$/],
])('%s', (_, other, said) => {
  const found = unequal(other)
  expect(found).toHaveLength(1)
  expect(found[0]).toMatch(said)
})

test('what was not written down is said to be unknown, not equal', () => {
  const hidden = { ...inputs, args: [{ name: 'API_TOKEN', value: null }], contexts: [{ ...context, digest: null }] }
  const { unequal, unknown } = compareInputs({ ...inputs, args: [{ name: 'API_TOKEN', value: 'x' }] }, hidden, names)
  expect(unequal).toEqual([])
  expect(unknown).toEqual([
    'The build context could not be read whole in B, so it is not compared.',
    "The build argument 'API_TOKEN' may be secret, so its value was not written down and is not compared.",
  ])
})

test('foreign text is cut and has no control characters', () => {
  const [said = ''] = unequal({ target: `\u001b[31m${'x'.repeat(500)}` })
  expect(said.length).toBeLessThan(200)
  expect(said).not.toMatch(/\p{Cc}/u)
})

test('one digest stands for all inputs, in whatever order they come', () => {
  const known = inputsDigest(inputs)
  expect(known).toMatch(/^sha256:[0-9a-f]{64}$/)
  const turned = Object.fromEntries(Object.entries(inputs).reverse()) as unknown as RecordedInputs
  expect(inputsDigest(turned)).toBe(known)
  expect(inputsDigest({ ...inputs, commit: 'f'.repeat(40) })).toBe(known)
  for (const other of [{ epoch: 5 }, { target: 'x' }, { bases: [] }, { secrets: [] }, { args: [] }])
    expect(inputsDigest({ ...inputs, ...other })).not.toBe(known)
  expect(inputsDigest({ ...inputs, args: [{ name: 'TOKEN', value: null }] })).toBeNull()
  expect(inputsDigest({ ...inputs, contexts: [{ ...context, digest: null }] })).toBeNull()
})
