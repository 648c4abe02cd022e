import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { exportImage } from '../../build/blobs.ts'
import { keyFor, lastPrefix, proofPrefix } from '../../ledger/keys.ts'
import { type Proof, proofKind, proofText, proofVersion } from '../../ledger/proof.ts'
import { RecordError } from '../../ledger/record.ts'
import { writeRecord } from '../../ledger/write-record.ts'
import { type Level, levels, type RequiredLevel } from '../../verdict.ts'
import { fingerprint, recordMask } from '../fingerprint.ts'
import { recordedVersions } from '../once.ts'
import type { PlatformResult } from '../result.ts'
import { platformToRecord } from '../to-record.ts'
import { type Ledger, subjectOfImage } from './ledger.ts'
import { shownIn } from './shown-then.ts'
import type { BuiltA } from './spare.ts'

/** What two builds of an image came to, all platforms of it. */
export interface ProvenTwice {
  inputs: string
  built: readonly BuiltA[]
  results: readonly PlatformResult[]
}

/**
 * Keeps what two builds proved: the record of side A, and the proof beside it.
 * @returns why not, each a sentence; none: it is kept
 */
export async function keepProof(proven: ProvenTwice, ledger: Ledger): Promise<string[]> {
  const [first] = proven.built
  const level = weakest(proven.results)
  // Of the same files in other images no digest is worth keeping.
  if (first === undefined || level === null || level === 'same-files') return []
  const { ports, watch } = first.planned.proving
  let folder: string | null = null
  try {
    folder = await mkdtemp(join(ports.tempDir, 'proof-'))
    const place = folder
    return await watch.time('ledger', () => ports.log.group('Ledger', () => kept(proven, level, place, ledger)))
  } catch (error) {
    const known = error instanceof RecordError ? error.message : `${(error as Error).message}.`
    return [`This proof was not kept in the ledger: ${known}`]
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true }).catch(() => {})
  }
}

async function kept(
  { inputs, built, results }: ProvenTwice,
  level: RequiredLevel,
  folder: string,
  { store, run, runner, here }: Ledger,
): Promise<string[]> {
  const { planned } = built[0] as BuiltA
  const { image, options, sources, setting, ports, watch, logs, version } = planned.proving
  const gated = { name: image, options, sources }
  const mask = recordMask(options, ports.masking)
  const proof: Proof = {
    ...{ kind: proofKind, schemaVersion: proofVersion, inputs, at: new Date(ports.now()).toISOString() },
    ...{ commit: setting.epoch.commit, epoch: setting.epoch.seconds, run, runner, level },
    ...{ variations: variedInAll(results), asked: options.variations },
    platforms: built.map(({ a: { platform, digest, configDigest } }, at) => ({
      ...{ platform, digest, configDigest, shown: shownIn(results[at] as PlatformResult, mask) ?? [] },
    })),
    tool: { name: 'repro-gate', version },
  }
  await writeFile(join(folder, 'proof.json'), proofText(proof))
  const { now } = ports
  const notKept = (why: string): string[] => [`${why} So this proof is not kept there.`]
  // The smaller entry first: where nothing may be written, no image is exported for the other one.
  const last = await store.keep(keyFor(lastPrefix(subjectOfImage(gated, here)), now(), run?.id ?? null), folder)
  if (last !== 'kept') return notKept(last.problem)
  const whole = built.map(({ planned, a }, at) => ({
    ...{ platform: planned.platform, build: a, plan: planned.plans.A, layout: join(folder, `layout-${at}`) },
    ...{ doubts: [], notes: [] },
  }))
  for (const { build, plan, layout } of whole) await exportImage(ports, { build, plan }, layout)
  const head = {
    inputs: await fingerprint(
      gated,
      built.map(({ a }) => a),
      setting,
      ports,
    ),
    versions: await recordedVersions(whole, { ports, setting, watch, logs }),
  }
  const platforms = await Promise.all(whole.map(one => platformToRecord(one, gated, ports.signal)))
  await writeRecord(join(folder, 'record.json.gz'), head, platforms, mask)
  for (const { layout } of whole) await rm(layout, { recursive: true, force: true })
  const key = keyFor(proofPrefix(inputs), now(), run?.id ?? null)
  const done = await store.keep(key, folder)
  if (done !== 'kept') return notKept(done.problem)
  ports.log.info(`Kept in ${store.name}: ${key}`)
  return []
}

const variedInAll = ([first, ...others]: readonly PlatformResult[]): string[] =>
  (first?.variations ?? []).filter(id => others.every(({ variations = [] }) => variations.includes(id)))

function weakest(results: readonly PlatformResult[]): RequiredLevel | null {
  const reached = results.map(({ level }) => levels.indexOf(level ?? 'different'))
  const level = levels[Math.max(...reached)] as Level
  return level === 'different' || results.length === 0 ? null : level
}
