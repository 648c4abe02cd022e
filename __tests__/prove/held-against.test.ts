// From one build to a verdict, when it is held against a record, as verify and drift do.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import { resultsOf } from '../../src/commands/held-against.ts'
import { type OpenedRecord, openRecord } from '../../src/ledger/read-record.ts'
import type { RecordedInputs } from '../../src/ledger/record.ts'
import type { InputsCompared } from '../../src/ledger/unequal-inputs.ts'
import { writeRecord } from '../../src/ledger/write-record.ts'
import type { Reference } from '../../src/prove/against.ts'
import { fingerprint } from '../../src/prove/fingerprint.ts'
import { buildOnce, hasFailedOnce } from '../../src/prove/once.ts'
import type { CraftedImage } from '../image/crafted.ts'
import { newFile, platformOf } from '../ledger/recorded.ts'
import { type Given, made, scriptedRun } from './scripted-builds.ts'

const plain = made({})
const other = made({ content: 'g' })
const opened: OpenedRecord[] = []
afterEach(() => Promise.all(opened.splice(0).map(record => record.close())))

interface Held extends Given {
  built?: CraftedImage | null
  recorded?: CraftedImage
  /** What the record says otherwise of its inputs, and of what built it. */
  inputs?: (own: RecordedInputs) => Partial<RecordedInputs>
  buildkit?: string
  /** Otherwise it is held against the digest alone. */
  isRecord?: boolean
  /** What else is known of the inputs. */
  more?: Partial<InputsCompared>
  /** What is otherwise in the setting of the run. */
  setting?: object
}

/** A build of these files, held against a record of the same ones. */
async function held({
  built = plain,
  recorded = plain,
  inputs = () => ({}),
  buildkit = 'v0.25.0',
  isRecord = true,
  more,
  setting,
  ...given
}: Held) {
  const then = await scriptedRun([plain])
  const [once] = await buildOnce(then.image, false, then.shared)
  if (once === undefined || hasFailedOnce(once)) throw new Error('it was to be built')
  expect(once.doubts).toEqual([])
  const own = await fingerprint(then.image, [once.build], then.shared.setting, then.shared.ports)
  const path = await newFile()
  await writeRecord(path, { inputs: { ...own, ...inputs(own) }, versions: { buildkit } }, [platformOf(recorded)])
  const record = await openRecord(path)
  opened.push(record)
  const { image, shared } = await scriptedRun([built], { folder: then.folder, ...given })
  const run = { ...shared, setting: { ...shared.setting, ...setting } } as typeof shared
  const { digest } = recorded.image
  const reference: Reference = isRecord ? { kind: 'record', name: 'r', record } : { kind: 'digest', name: 'd', digest }
  const told = more && { unequal: [], unknown: [], ...more }
  const { results, known, notes } = await resultsOf(image, reference, run, told && (() => told))
  const [{ verdict, level, doubts, failure } = {}] = results
  return { verdict, level, doubts, known, notes, failed: failure?.side === 'A' }
}

test('the same image of the same inputs is reproducible, another one is not', async () => {
  const same = { known: 'same', doubts: [], notes: [], failed: false }
  expect(await held({})).toEqual({ ...same, verdict: 'reproducible', level: 'identical' })
  expect(await held({ built: other })).toEqual({ ...same, verdict: 'not-reproducible', level: 'different' })
  expect(await held({ recorded: other })).toEqual({ ...same, verdict: 'not-reproducible', level: 'different' })
})

test('a build that fails decides nothing', async () => {
  expect(await held({ built: null })).toMatchObject({ verdict: 'undecided', level: null, failed: true })
})

const changed = (_: number, folder: string) => writeFileSync(join(folder, 'f'), 'another')
const secrets = { args: [], changed: async () => ['The secret was changed.'] }

// Equal or not: of what is doubted itself, or made of other inputs, nothing is proven.
test.each<[string, Held, RegExp]>([
  ['answers a RUN from a cache', { cached: [0] }, /^Build A answered .*RUN make.* cache/],
  ['had its files changed meanwhile', { before: changed }, /context was changed/],
  ['had its secret changed meanwhile', { setting: { secrets } }, /^The secret was changed/],
  [
    'is for another platform',
    { options: { platforms: ['linux/arm64'] }, gives: 'linux/amd64' },
    /linux\/arm64 was asked for/,
  ],
  ['has another target', { inputs: () => ({ target: 'other' }) }, /target/],
  ['has another time', { inputs: () => ({ epoch: 1 }) }, /SOURCE_DATE_EPOCH/],
  ['has another target, and nothing besides', { inputs: () => ({ target: 'other' }), more: {} }, /target/],
  ['is of other inputs besides', { more: { unequal: ['The base moved.'] } }, /The base moved/],
])('a build that %s leaves it undecided', async (_, given, why) => {
  for (const built of [plain, other]) {
    const { verdict, doubts } = await held({ ...given, built })
    expect([verdict, doubts]).toEqual(['undecided', expect.arrayContaining([expect.stringMatching(why)])])
  }
})

test('what is not known of the inputs, or of the builder, excuses a difference, and is no matter where there is none', async () => {
  const unknown = { more: { unknown: ['The secret may be another one.'] } }
  const [doubts, notes] = [unknown.more.unknown, unknown.more.unknown]
  expect(await held(unknown)).toMatchObject({ verdict: 'reproducible', known: 'partly-known', doubts: [], notes })
  expect(await held({ ...unknown, built: other })).toMatchObject({
    verdict: 'undecided',
    known: 'partly-known',
    doubts,
  })
  const open = made({ mode: 0o600 })
  expect(await held({ buildkit: 'v0.13.0' })).toMatchObject({ verdict: 'reproducible', known: 'same' })
  expect(await held({ buildkit: 'v0.13.0', built: open })).toMatchObject({ verdict: 'undecided' })
  expect(await held({ built: open })).toMatchObject({ verdict: 'not-reproducible' })
  expect((await held({ buildkit: 'v0.13.0' })).notes.join()).toMatch(/v0\.25\.0 in this build, v0\.13\.0 in the record/)
})

test('what neither the record tells nor anybody else is all said', async () => {
  const unread = (own: RecordedInputs) => ({ contexts: own.contexts.map(one => ({ ...one, digest: null })) })
  const given = { inputs: unread, more: { unknown: ['The secret may be another one.'] } }
  const both = [expect.stringMatching(/context/), 'The secret may be another one.']
  expect(await held(given)).toMatchObject({ verdict: 'reproducible', known: 'partly-known', doubts: [], notes: both })
  expect(await held({ ...given, built: other })).toMatchObject({ verdict: 'undecided', doubts: both })
})

test('of a digest nobody knows the inputs, and it is never said that they are the same', async () => {
  for (const more of [{}, undefined])
    expect(await held({ isRecord: false, ...(more ? { more } : {}) })).toEqual({
      ...{ verdict: 'reproducible', level: 'identical', doubts: [], known: undefined, notes: [], failed: false },
    })
})
