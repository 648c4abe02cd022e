// Another image of the same inputs: the world outside, the machine, or what built it, which a record names.
import { expect, test } from '@jest/globals'
import type { SideBuild } from '../../src/build/build.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { stopwatch } from '../../src/host/stopwatch.ts'
import { openRecord } from '../../src/ledger/read-record.ts'
import { driftOf } from '../../src/prove/ledger/drift.ts'
import type { BuiltA } from '../../src/prove/ledger/spare.ts'
import { portsWith, scripted } from '../build/ports.ts'
import { imageOf, tarOf } from '../image/crafted.ts'
import { recordedFile } from '../ledger/recorded.ts'

const then = imageOf([tarOf([{ name: 'a', content: 'then' }])])
const now = imageOf([tarOf([{ name: 'a', content: 'now' }])])

/** The finding on an image that was built by such a BuildKit; that of the record is v0.27.0. */
async function found(buildkit: string) {
  const { path } = await recordedFile([then])
  const record = await openRecord(path)
  const a = {
    ...{ side: 'A', digest: now.image.digest, configDigest: now.image.configDigest, ref: '', platform: 'linux/amd64' },
    ...{ provenance: null, startedAt: Date.parse('2026-11-21T12:00:00Z'), endedAt: 1, steps: [], rewritten: true },
  } as unknown as SideBuild
  const builder = { versions: { buildkit }, platform: 'linux/amd64' }
  const ports = portsWith(scripted({}))
  const proving = {
    ...{ image: null, options: { level: 'identical', buildArgs: {} }, ports, watch: stopwatch(ports.now) },
    sources: { dockerfile: parseDockerfile('FROM scratch\nCOPY a /a\n', 'Dockerfile') },
    setting: { builders: { A: builder, B: builder }, epoch: { seconds: 1 } },
  }
  const planned = { platform: 'linux/amd64', name: 'app', proving, plans: { A: { compression: 'zstd' } } }
  const proven = { proof: { run: null, at: '2026-11-19T12:00:00.000Z' }, record }
  const ledger = { store: { name: 'the ledger' } }
  const built = [{ planned, a, beside: [] }] as unknown as BuiltA[]
  const findings = await driftOf(proven as never, built, ledger as never)
  await record.close()
  expect(findings).toMatchObject([{ id: 'drift', title: 'The same inputs gave another image 2 days ago' }])
  return findings[0]
}

test('by the same BuildKit something outside has changed, or it is the machine', async () => {
  const finding = await found('v0.27.0')
  expect(finding?.message).toMatch(/So something that the build takes from outside has changed since, or depends/)
  expect(finding?.fix?.text).toMatch(/^Pin what/)
})

test('by another BuildKit that may be all, and both versions are told', async () => {
  const finding = await found('v0.28.1')
  expect(finding?.message).toMatch(
    /What built it has changed since, which may be all: buildkit is another one: v0\.28\.1 in the builds of today, v0\.27\.0 in the record\. Or something/,
  )
  expect(finding?.message).not.toMatch(/So something/)
  expect(finding?.fix?.text).toMatch(/^Build with what built it then/)
})
