import { expect, test } from '@jest/globals'
import type { RecordedInputs } from '../../src/ledger/record.ts'
import { inputsDigest } from '../../src/ledger/record-head.ts'
import { compareInputs, otherVersions } from '../../src/ledger/unequal-inputs.ts'
import { inputs } from './recorded.ts'

const names = ['A', 'B'] as const
const on = (given: RecordedInputs, ...platforms: string[]) => ({
  inputs: given,
  platforms: (platforms.length > 0 ? platforms : ['linux/amd64']).map(platform => ({ platform })),
})
const unequal = (other: Partial<RecordedInputs>): string[] =>
  compareInputs(on(inputs), on({ ...inputs, ...other }), names).unequal
const [context] = inputs.contexts
if (context === undefined) throw new Error('the inputs have a context')
const digest = (digit: string): string => `sha256:${digit.repeat(64)}`

test('equal inputs are equal, whatever the commit', () => {
  expect(compareInputs(on(inputs), on(inputs), names)).toEqual({ unequal: [], unknown: [] })
  expect(unequal({ commit: 'f'.repeat(40) })).toEqual([])
})

test.each<[string, Partial<RecordedInputs>, RegExp]>([
  [
    'the Dockerfile, from its first line that differs on',
    { dockerfile: { file: 'x', sha256: 'f'.repeat(64), text: 'FROM debian\nRUN make all\n' } },
    /^The Dockerfile differs from line 2 on: sha256:[0-9a-f]{12} in A, sha256:ffffffffffff in B\.$/,
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
    'contents of the context, of as many files',
    { contexts: [{ ...context, digest: digest('1'), contents: digest('2') }] },
    /^The build context differs: it has as many files on both sides, and not the same names or contents\.$/,
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
  const { unequal, unknown } = compareInputs(
    on({ ...inputs, args: [{ name: 'API_TOKEN', value: 'x' }] }),
    on(hidden),
    names,
  )
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

test('bases of a platform that the other build was not made for are no difference', () => {
  const arm = { kind: 'image' as const, reference: 'debian', digest: 'f'.repeat(64), platform: 'linux/arm64' }
  const both = on({ ...inputs, bases: [...inputs.bases, arm] }, 'linux/amd64', 'linux/arm64')
  expect(compareInputs(on(inputs), both, names).unequal).toEqual([])
  expect(compareInputs(both, on(inputs), names).unequal).toEqual([])
  // Of a platform that both were built for they are, and so is one that all of them run on.
  expect(compareInputs(on(inputs, 'linux/amd64', 'linux/arm64'), both, names).unequal).toHaveLength(1)
  const moved = { ...inputs, bases: inputs.bases.map(base => ({ ...base, digest: '0'.repeat(64) })) }
  expect(compareInputs(on(moved, 'linux/arm64'), on(inputs, 'linux/amd64'), names).unequal).toHaveLength(1)
})

test('what stands at an address is not known to be the same because the address is', () => {
  const at = (address: string) => [{ ...context, digest: null, contents: null, address }]
  const unknownOf = (address: string) => {
    const given = on({ ...inputs, contexts: at(address) })
    return compareInputs(given, given, names).unknown
  }
  expect(unknownOf('https://example.com/src.tar.gz')).toEqual([expect.stringMatching(/is not compared/)])
  expect(unknownOf('oci-layout://./image')).toHaveLength(1)
  expect(inputsDigest({ ...inputs, contexts: at('https://example.com/src.tar.gz') })).toBeNull()
  expect(inputsDigest({ ...inputs, contexts: at('docker-image://debian:12') })).not.toBeNull()
  for (const known of ['docker-image://debian:12', 'https://github.com/o/r.git#main', 'git@github.com:o/r.git'])
    expect(unknownOf(known)).toEqual([])
})

test('other versions are told, docker alone is none; foreign ones are cut and obeyed by nobody', () => {
  const given = { buildkit: 'v1', docker: '1', toString: 'x' }
  expect(otherVersions({ buildkit: 'v0', docker: '2', constructor: 'y' } as never, given, names)).toEqual([
    'buildkit is another one: v0 in A, v1 in B.',
  ])
  const [said = ''] = otherVersions({ buildkit: 'v0' }, { buildkit: `\u001b[2J\u202e${'x'.repeat(900)}` }, names)
  expect(said).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  expect(said.length).toBeLessThan(300)
})
