import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import type { SideBuild } from '../../src/build/build.ts'
import { createMasking } from '../../src/host/masking.ts'
import type { RecordedInputs } from '../../src/ledger/record.ts'
import { inputsDigest } from '../../src/ledger/record-head.ts'
import { checkOptions, type Given, type Options } from '../../src/options/options.ts'
import type { Masking } from '../../src/ports.ts'
import { fingerprint, recordMask } from '../../src/prove/fingerprint.ts'
import { readSources } from '../../src/subjects/sources.ts'
import { noPorts } from '../image-stores/lying-images.ts'
import { newFolder } from '../ledger/recorded.ts'

const secret = 'top&secret<77'
const known = createMasking([secret])

interface Printed {
  isFetched?: boolean
  /** Where the Dockerfile stands, relative to the context. */
  file?: string
  text?: string
  /** Of a context that was fetched. */
  from?: Pick<Options, 'repository' | 'contextName'>
  masking?: Masking
}

async function printOf(
  given: Given,
  {
    isFetched = false,
    file = 'Dockerfile',
    text = 'FROM scratch\nCOPY . /\n',
    from = {},
    masking = known,
  }: Printed = {},
): Promise<RecordedInputs> {
  const folder = join(await newFolder(), 'context')
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, file), text)
  const wished = { context: [folder], file: [join(folder, file)], record: ['r'], config: ['none'], ...given }
  const options = { ...checkOptions('record', wished), ...from }
  const sources = await readSources(options, noPorts())
  const image = { name: null, options, sources: { ...sources, ...(isFetched ? { context: null } : {}) } }
  const epoch = { seconds: 1, commit: null, from: '' }
  const builds = [{ provenance: null } as SideBuild]
  return fingerprint(image as never, builds, { epoch }, { masking, signal: new AbortController().signal })
}

test('a context that nobody here can read is one that is not known, not none', async () => {
  const [known] = (await printOf({})).contexts
  expect(known).toMatchObject({ name: 'context', digest: expect.stringMatching(/^sha256:/), files: 1 })
  expect((await printOf({}, { isFetched: true })).contexts).toMatchObject([{ name: 'context', digest: null }])
})

test('no secret is in any text of it', async () => {
  const inputs = await printOf({
    'build-contexts': [`src=https://user:pass@example.com/${secret}.tar.gz`],
    'build-args': ['API_TOKEN=a"quoted-token', `URL=https://example.com/${secret}`],
    labels: [`to=${secret}`, 'of=a"quoted-token'],
    target: [secret],
  })
  const text = JSON.stringify(inputs)
  for (const hidden of [secret, 'quoted-token', 'user:pass']) expect(text).not.toContain(hidden)
  expect(inputs.contexts.find(({ name }) => name === 'src')?.address).toBe('https://example.com/***.tar.gz')
  expect(inputs.args).toEqual([
    { name: 'API_TOKEN', value: null },
    { name: 'URL', value: null },
  ])
})

test('nor is it known of a value that the run was told to hide, or that is a token, whatever its name', async () => {
  const masking = createMasking(['plain77value'])
  const { args } = await printOf({ 'build-args': ['A=a plain77value', `B=ghp_${'1'.repeat(36)}`, 'C=c'] }, { masking })
  expect(args).toEqual([
    { name: 'A', value: null },
    { name: 'B', value: null },
    { name: 'C', value: 'c' },
  ])
})

test('the text of a Dockerfile is there, but for one with a secret in it, of which it would not be the text', async () => {
  const [plain, hiding] = ['FROM scratch\n', `FROM scratch\nLABEL a=${secret}\n`]
  expect((await printOf({}, { text: plain })).dockerfile.text).toBe(plain)
  expect((await printOf({}, { text: hiding })).dockerfile.text).toBeNull()
})

test.each([
  ['Dockerfile', 'Dockerfile'],
  ['images/app.Dockerfile', 'images/app.Dockerfile'],
  ['../elsewhere/Dockerfile', 'Dockerfile'],
])('a Dockerfile at %s is named %s in every checkout', async (file, name) => {
  expect((await printOf({}, { file })).dockerfile.file).toBe(name)
})

test('from where a context was fetched is there, and nothing that was not given', async () => {
  const fetched = { repository: '/clone', contextName: 'https://example.com/a.git#1' }
  expect((await printOf({}, { from: fetched })).source).toBe(fetched.contextName)
  for (const from of [{}, { repository: '/clone' }, { contextName: 'archive' }]) {
    const inputs = await printOf({}, { from })
    expect(Object.keys(inputs)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(source|linked)$/)]))
    expect(inputs.settings).toEqual({})
  }
})

test('what is starred is starred in every form, as the config of an image has it', () => {
  const mask = recordMask({ buildArgs: { API_TOKEN: 'a"b&c<d>' } }, known)
  expect(mask('{"Env":["API_TOKEN=a\\"b\\u0026c\\u003cd\\u003e"]}')).toBe('{"Env":["API_TOKEN=***"]}')
  expect(mask('{"Env":["K=top\\u0026secret\\u003c77"]}')).toBe('{"Env":["K=***"]}')
})

test.each<[string, Parameters<typeof recordMask>[0], string]>([
  ['a secret of six characters', { buildArgs: { API_TOKEN: 'abcdef' } }, 'x *** x'],
  [
    'one of a target that it is made of',
    { buildArgs: {}, linked: { t: { buildArgs: { API_TOKEN: 'abcdef' } } } } as never,
    'x *** x',
  ],
  ['no shorter one, which other words have in them', { buildArgs: { API_TOKEN: 'bcde' } }, 'x abcdef x'],
  ['no value that is none', { buildArgs: { VERSION: 'abcdef' } }, 'x abcdef x'],
])('of build arguments is starred %s', (_, options, told) => {
  expect(recordMask(options, known)('x abcdef x')).toBe(told)
})

/** What stands for the inputs of builds of a folder with these files. */
async function digestOf({
  given = {},
  files = {},
  provenances = [null],
  seconds = 1,
  linked = {},
}: {
  given?: Given
  files?: Record<string, string>
  provenances?: unknown[]
  seconds?: number
  /** Targets that it is made of, each a folder with these files. */
  linked?: Record<string, { files?: Record<string, string>; given?: Given }>
}) {
  const folderOf = async (files: Record<string, string>) => {
    const folder = await newFolder()
    mkdirSync(join(folder, 'src'))
    const all = { Dockerfile: 'FROM scratch\nCOPY . /\n', readme: 'read me', 'src/a': 'a', ...files }
    for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text)
    return folder
  }
  const optionsOf = async (files: Record<string, string>, given: Given) =>
    checkOptions('record', { context: [await folderOf(files)], record: ['r'], config: ['none'], ...given })
  const targets = Object.entries(linked).map(async ([name, { files = {}, given = {} }]) => [
    ...[name, await optionsOf(files, given)],
  ])
  const own = await optionsOf(files, given)
  const options = { ...own, ...(targets.length > 0 ? { linked: Object.fromEntries(await Promise.all(targets)) } : {}) }
  const image = { name: null, options, sources: await readSources(options, noPorts()) }
  const epoch = { seconds, commit: null, from: '' }
  const builds = provenances.map(provenance => ({ provenance }) as SideBuild)
  const signal = new AbortController().signal
  return inputsDigest(await fingerprint(image as never, builds, { epoch }, { masking: createMasking(), signal }))
}

const material = (uri: string, digit: string) => ({ uri, digest: { sha256: digit.repeat(64) } })
/** A build that took these paths of a context; none: all of it. */
const takingOf = (name: string, ...paths: string[]) => {
  const attrs = paths.length > 0 ? { 'local.followpaths': JSON.stringify(paths) } : {}
  const source = { identifier: `local://${name}`, attrs }
  return { buildConfig: { llbDefinition: [{ id: 'x', op: { Op: { source } } }] } }
}
const taking = (...paths: string[]) => takingOf('context', ...paths)

describe('a proof stands for its inputs alone', () => {
  test('whatever is given otherwise is another fingerprint', async () => {
    const filled = await newFolder()
    writeFileSync(join(filled, 'b'), 'b')
    const lines: Given[] = [
      ...[{ target: ['x'] }, { target: ['y'] }, { network: ['host'] }, { network: ['none'] }],
      ...[{ 'build-args': ['A=1'] }, { 'build-args': ['A=2'] }, { 'build-args': ['B=1'] }, { labels: ['A=1'] }],
      ...[{ annotations: ['A=1'] }, { 'add-hosts': ['h:1.2.3.4'] }, { allow: ['network.host'] }, { ulimit: ['a=1:1'] }],
      ...[{ 'cgroup-parent': ['x'] }, { 'shm-size': ['64m'] }, { 'shm-size': ['65m'] }, { labels: ['A=1', 'B=1'] }],
      ...[{ ssh: ['default'] }, { ssh: ['other'] }],
      { 'build-contexts': ['more=docker-image://debian:12'] },
      { 'build-contexts': ['more=docker-image://debian:13'] },
      ...[{ secrets: ['s=value'] }, { 'secret-envs': ['env=VAR'] }, { 'secret-files': ['file=/x'] }],
      { 'build-contexts': [`more=${await newFolder()}`] },
      { 'build-contexts': [`more=${filled}`] },
    ]
    const base = (name: string, digit: string) => ({
      provenances: [{ materials: [material(`pkg:docker/${name}`, digit)] }],
    })
    const own = { target: {} }
    const all = await Promise.all(
      [
        {},
        ...lines.map(given => ({ given })),
        { seconds: 2 },
        ...[
          { files: { Dockerfile: 'FROM scratch\nCOPY src /\n' } },
          { files: { readme: 'other' } },
          { files: { 'src/a': '' } },
        ],
        ...[
          base('debian@12', '1'),
          base('debian@12', '2'),
          base('alpine@3', '1'),
          base('debian@12?platform=linux%2Farm', '1'),
        ],
        ...[{ linked: own }, { linked: { other: {} } }, { linked: { ...own, other: {} } }],
        ...[
          { linked: { target: { files: { readme: 'other' } } } },
          { linked: { target: { given: { target: ['x'] } } } },
        ],
        ...[{ linked: { target: { given: { 'build-args': ['A=1'] } } } }, { linked: own, given: { target: ['x'] } }],
        { linked: { target: { files: { Dockerfile: 'FROM debian\n' } } } },
      ].map(digestOf),
    )
    expect(all).not.toContain(null)
    expect(new Set(all).size).toBe(all.length)
  })

  test('what stands in another order, or is the same in other words, is the same', async () => {
    const args = [
      ['A=1', 'B=2'],
      ['B=2', 'A=1'],
      ['SOURCE_DATE_EPOCH=5', 'A=1', 'B=2'],
    ]
    const sizes = ['64m', '65536k', `${64 * 1024 ** 2}`]
    const bases = [material('pkg:docker/debian@12', '1'), material('pkg:docker/alpine@3', '2')]
    for (const same of [
      args.map(given => ({ given: { 'build-args': given } })),
      sizes.map(size => ({ given: { 'shm-size': [size] } })),
      [bases, bases.toReversed(), [...bases, ...bases]].map(materials => ({ provenances: [{ materials }] })),
      [{ linked: { a: {}, b: {} } }, { linked: { b: {}, a: {} } }],
    ])
      expect(new Set(await Promise.all(same.map(digestOf))).size).toBe(1)
  })

  test.each<[string, unknown[], boolean, boolean]>([
    ['all, where nobody tells', [null], true, true],
    ['all, where one of two builds does not tell', [taking('src'), null], true, true],
    ['what was asked for', [taking('src')], false, true],
    ['what either build asked for', [taking('readme'), taking('src')], true, true],
    ['all, where one of them took all', [taking('readme'), taking()], true, true],
    ['all, where the first of them took all', [taking(), taking('readme')], true, true],
    ['none, where nothing is taken of it', [{ buildConfig: { llbDefinition: [] } }], false, false],
  ])('of the files of a context counts %s', async (_, provenances, ofReadme, ofA) => {
    const known = await digestOf({ provenances })
    expect((await digestOf({ provenances, files: { readme: 'other' } })) !== known).toBe(ofReadme)
    expect((await digestOf({ provenances, files: { 'src/a': 'other' } })) !== known).toBe(ofA)
  })

  test('of a folder that is given besides counts what was asked for, too', async () => {
    const more = await newFolder()
    const given = { 'build-contexts': [`more=${more}`] }
    const of = (...provenances: unknown[]) => digestOf({ given, provenances })
    const all = () => Promise.all([of(taking('src')), of(takingOf('more', 'src')), of(takingOf('more')), of(null)])
    const [unused, part, ...whole] = await all()
    writeFileSync(join(more, 'readme'), '')
    const [unusedNow, partNow, ...wholeNow] = await all()
    expect([unusedNow, partNow]).toEqual([unused, part])
    for (const [at, one] of whole.entries()) expect(wholeNow[at]).not.toBe(one)
  })

  test('of an image that is made of other targets all files count: nobody tells which of them took a path', async () => {
    const given = { provenances: [taking('src')], linked: { target: {} } }
    expect(await digestOf({ ...given, files: { readme: 'other' } })).not.toBe(await digestOf(given))
  })

  test('nobody knows it of an address, of a folder that is not there, of what may be a secret, or where one of its targets has those', async () => {
    const unknown: Given[] = [
      { 'build-contexts': ['more=https://example.com/x.tar.gz'] },
      { 'build-args': ['API_TOKEN=abcdefgh'] },
    ]
    unknown.push({ 'build-contexts': [`more=${join(await newFolder(), 'gone')}`] })
    for (const given of unknown)
      for (const inputs of [{ given }, { linked: { target: { given } } }]) expect(await digestOf(inputs)).toBeNull()
  })
})
