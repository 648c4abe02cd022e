// Why a proof of the same inputs spares no build: told, for the ledger page promises it.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { SideBuild } from '../../src/build/build.ts'
import { stopwatch } from '../../src/host/stopwatch.ts'
import { openRecord } from '../../src/ledger/read-record.ts'
import { checkOptions } from '../../src/options/options.ts'
import { spared } from '../../src/prove/ledger/spare.ts'
import { readSources } from '../../src/subjects/sources.ts'
import { portsWith, scripted, tempFolder } from '../build/ports.ts'
import { type CraftedImage, imageOf, tarOf } from '../image/crafted.ts'
import { noPorts } from '../image-stores/lying-images.ts'
import { recordedFile } from '../ledger/recorded.ts'

const proven = imageOf([tarOf([{ name: 'a', content: 'then' }])])
const other = imageOf([tarOf([{ name: 'a', content: 'now' }])])
const at = Date.parse('2026-11-21T12:00:00Z')

const shown = [{ id: 'header-mode', level: 'warning', title: 'Permissions differ', location: null }]

interface Case {
  built?: CraftedImage
  level?: string
  asked?: string[]
  variations?: string[]
  secondsLater?: number
  profile?: string
}

/** What the ledger says of a build that was made so much later than its proof. */
async function answer({
  built = proven,
  level = 'identical',
  asked = [],
  variations = [],
  secondsLater = 60,
  profile = 'default',
}: Case) {
  const folder = tempFolder()
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY a /a\n')
  writeFileSync(join(folder, 'a'), 'then')
  const given = checkOptions('gate', { context: [folder], config: ['none'], level: ['identical'], profile: [profile] })
  const options = { ...given, variations }
  const a = {
    ...{ side: 'A', digest: built.image.digest, configDigest: built.image.configDigest, ref: '', rewritten: true },
    ...{ platform: 'linux/amd64', provenance: null, startedAt: at + secondsLater * 1000, endedAt: at + 1e6, steps: [] },
  } as unknown as SideBuild
  const builder = { versions: { buildkit: 'v0.27.0' }, platform: 'linux/amd64' }
  const ports = portsWith(scripted({}))
  const proving = {
    ...{ image: null, options, ports, watch: stopwatch(ports.now), sources: await readSources(options, noPorts()) },
    setting: { builders: { A: builder, B: builder }, epoch: { seconds: 1 } },
  }
  const planned = { platform: 'linux/amd64', name: 'app', proving, plans: {}, request: { secrets: {} } }
  const record = await openRecord((await recordedFile([proven])).path)
  const proof = {
    run: null,
    at: new Date(at).toISOString(),
    level,
    asked,
    variations: asked,
    platforms: [{ platform: 'linux/amd64', shown }],
  }
  const found = await spared({ proof, record } as never, [{ planned, a, beside: [] }] as never, {} as never)
  await record.close()
  return found
}

test('a proof of less than is asked for is named as that', async () => {
  expect(await answer({ level: 'same-content' })).toBe(
    'The proof is of the level same-content, and identical is asked for.',
  )
  expect(await answer({ asked: ['umask'], variations: ['umask', 'cpus', 'clock'] })).toBe(
    'The two builds of the proof did not have varied what is asked for: cpus, clock.',
  )
})

test('a proof is too young for a time to have passed', async () => {
  expect(await answer({ secondsLater: 2 })).toBe(
    'The proof is too young: a time that both builds write may be the same.',
  )
})

test('what two builds showed of the machine is theirs to say where the strict profile fails for it', async () => {
  expect(await answer({ profile: 'strict' })).toBe(
    'Its two builds showed that something depends on the machine, for which the strict profile fails.',
  )
})

test('a doubt of build A is told in its own words', async () => {
  expect(await answer({})).toMatch(/^Build A /)
})

test('of another image the finding tells, not this', async () => {
  expect(await answer({ built: other, secondsLater: 2 })).toBeNull()
})
