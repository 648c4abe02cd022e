// What an image was made of when it was proven: drift builds that again, and not what is here today.
import { expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { Descriptor } from '../../src/image/image.ts'
import type { ImageStore } from '../../src/image/store.ts'
import type { OpenedRecord } from '../../src/ledger/read-record.ts'
import type { RecordedInputs } from '../../src/ledger/record.ts'
import { checkOptions } from '../../src/options/options.ts'
import type { Reference } from '../../src/prove/against.ts'
import { provenBefore } from '../../src/prove/proven-before.ts'
import { descriptorOf } from '../image/crafted.ts'

const [one, two] = ['1', '2'].map(digit => digit.repeat(64)) as [string, string]
const debian = { kind: 'image', reference: 'debian:12', digest: one, platform: 'linux/amd64' } as const
const tools = { kind: 'image', reference: 'tools:1', digest: two, platform: 'linux/amd64' } as const

const record = (inputs: Partial<RecordedInputs>, ...platforms: string[]): Reference => ({
  ...{ kind: 'record', name: 'r.json.gz' },
  record: {
    inputs: { commit: null, epoch: 1_700_000_000, bases: [], ...inputs },
    platforms: platforms.map(platform => ({ platform })),
  } as unknown as OpenedRecord,
})

/** A published image, each of whose platforms has such base images in its provenance; null: it has none. */
function published(...all: (readonly (typeof debian | typeof tools)[] | null)[]): Reference {
  const blobs = new Map<string, Buffer>()
  const put = (value: object, more: object = {}): Descriptor => {
    const blob = Buffer.from(JSON.stringify(value))
    const descriptor = descriptorOf(blob)
    blobs.set(descriptor.digest, blob)
    return { ...descriptor, ...more }
  }
  const attestationOf = (bases: readonly (typeof debian | typeof tools)[]): Descriptor => {
    const materials = bases.map(({ reference, digest }) => ({
      ...{ uri: `pkg:docker/${reference.replace(':', '@')}`, digest: { sha256: digest } },
    }))
    const annotations = { 'in-toto.io/predicate-type': 'https://slsa.dev/provenance/v0.2' }
    return put({ layers: [put({ subject: [], predicate: { materials } }, { annotations })] })
  }
  const store = { name: 'app:1', small: async ({ digest }: Descriptor) => blobs.get(digest) } as unknown as ImageStore
  const images = all.map((bases, at) => ({
    ...{ platform: `linux/${at}`, load: () => Promise.reject(new Error('it need not be read')) },
    attestation: bases && attestationOf(bases),
  }))
  return { kind: 'image', name: 'app:1', store, images }
}

/** What is known of then, for a gate with such options and such a Dockerfile of today. */
async function known(reference: Reference, given: Parameters<typeof checkOptions>[1] = {}, text = 'FROM debian:12\n') {
  const options = checkOptions('gate', { ...given, config: ['none'] })
  const { bases, ...rest } = await provenBefore(reference, options)
  const held = bases(parseDockerfile(text, 'Dockerfile')).map(({ reference, digest }) => [reference, digest])
  return { ...rest, bases: held }
}

test('a record names its commit, its base images and its platforms', async () => {
  const inputs = {
    commit: 'abc',
    bases: [debian, tools, { ...debian, kind: 'git' as const, reference: 'https://a.b/c' }],
  }
  expect(await known(record(inputs, 'linux/amd64', 'linux/arm64'))).toEqual({
    ...{ commit: 'abc', options: { platforms: ['linux/amd64', 'linux/arm64'] }, notes: [] },
    // A repository is no tag of a registry.
    bases: [
      ['debian:12', one],
      ['tools:1', two],
    ],
  })
})

test('where it names no commit, the time that it was built with is its own', async () => {
  const told = await known(record({}, 'linux/amd64'))
  expect(told).toMatchObject({ commit: null, options: { sourceDateEpoch: 1_700_000_000 } })
  expect(told.notes).toEqual([expect.stringMatching(/names no commit/)])
  // With a commit that is the time of the commit, as it was then.
  expect((await known(record({ commit: 'abc' }))).options).not.toHaveProperty('sourceDateEpoch')
})

test('what the user asks for stays', async () => {
  const { options } = await known(record({}, 'linux/amd64', 'linux/arm64'), {
    ...{ platforms: ['linux/arm64'], 'source-date-epoch': ['5'] },
  })
  expect(options).toEqual({})
})

test('a base that is pinned by its digest is not held to its tag: in the Dockerfile, or by an argument', async () => {
  const both = record({ bases: [debian, tools] })
  expect((await known(both, {}, `FROM debian:12@sha256:${one}\nCOPY --from=tools:1 /a /b\n`)).bases).toEqual([
    ['tools:1', two],
  ])
  expect((await known(both, { 'build-args': [`BASE=tools:1@sha256:${two}`, 'OTHER=x'] })).bases).toEqual([
    ['debian:12', one],
  ])
})

test('a published image has base images where its provenance lies beside it, on each platform', async () => {
  const told = await known(published([debian], null, [tools]))
  expect(told).toMatchObject({
    ...{ commit: null, options: {} },
    bases: [
      ['debian:12', one],
      ['tools:1', two],
    ],
  })
  expect(told.notes).toEqual([expect.stringMatching(/does not say which commit/)])
  const pinned = await known(published([debian]), {}, `FROM debian:12@sha256:${one}\n`)
  expect([pinned.bases, pinned.notes]).toEqual([[], told.notes])
})

test('where none lies there, or all that is known is a digest, that the bases of today are taken is told', async () => {
  const digest = { kind: 'digest', name: 'd', digest: `sha256:${one}` } as const
  for (const reference of [published(null), digest]) {
    const { bases, notes, ...rest } = await known(reference)
    expect([bases, rest]).toEqual([[], { commit: null, options: {} }])
    expect(notes).toEqual([expect.stringMatching(/which commit/), expect.stringMatching(/on those of today/)])
  }
})
