import { join } from 'node:path'
import { docsUrl, type Evidence, type Finding } from '../../finding.ts'
import type { Proven } from '../../ledger/proven.ts'
import { otherVersions } from '../../ledger/unequal-inputs.ts'
import type { Ports } from '../../ports.ts'
import { digestLevel } from '../../verdict.ts'
import { recordedImage } from '../against.ts'
import { recordedVersions } from '../once.ts'
import type { PlatformResult } from '../result.ts'
import { verified } from '../verified.ts'
import { type Ledger, nameOf } from './ledger.ts'
import type { BuiltA } from './spare.ts'

/** So long may it take to see in what they differ: that they do is known. */
const readingMs = 120_000

/** An image that two builds agree on, and that is not the one which an earlier run proved of the same inputs. */
export async function driftOf(proven: Proven, built: readonly BuiltA[], { store }: Ledger): Promise<Finding[]> {
  const differing = built.find(({ a }) => {
    const recorded = recordedImage(proven.record, a.platform)
    return recorded !== null && digestLevel(a, recorded.image) === 'different'
  })
  if (differing === undefined) return []
  // Whatever is wrong with the record, what was proven today stands.
  const held = await heldAgainst(proven, differing).catch((): Held => ({ findings: [] }))
  const builders = await otherBuilders(proven, built, differing).catch(() => [])
  return [finding(proven, differing, held, builders, store.name)]
}

const bounded = (ports: Ports): Ports => ({
  ...ports,
  signal: AbortSignal.any([ports.signal, AbortSignal.timeout(readingMs)]),
})

/** What built the image where that is another one than then, each a sentence. */
async function otherBuilders({ record }: Proven, built: readonly BuiltA[], { planned }: BuiltA): Promise<string[]> {
  const { setting, ports, watch, logs } = planned.proving
  const whole = built.map(({ planned: { platform, plans }, a }) => ({
    ...{ platform, build: a, plan: plans.A, layout: '', doubts: [], notes: [] },
  }))
  const today = await recordedVersions(whole, { ports: bounded(ports), setting, watch, logs })
  return otherVersions(today, record.versions, ['the builds of today', 'the record'])
}

type Held = Pick<PlatformResult, 'findings'>

async function heldAgainst({ record, proof }: Proven, { planned, a }: BuiltA): Promise<Held> {
  const { image, options, sources, ports, setting, watch, logs } = planned.proving
  const layout = join(ports.tempDir, `${planned.name}-against-ledger`)
  const once = { platform: planned.platform, build: a, plan: planned.plans.A, layout, doubts: [], notes: [] }
  return verified(
    once,
    { name: image, options, sources },
    { kind: 'record', name: nameOf(proof), record },
    { unequal: [], unknown: [] },
    { ports: bounded(ports), setting, watch, logs },
  )
}

function finding(
  { proof, record }: Proven,
  { planned, a }: BuiltA,
  { findings: causes }: Held,
  builders: readonly string[],
  ledger: string,
): Finding {
  const located = causes.find(({ location }) => location !== undefined)
  const paths = [...new Set(causes.flatMap(cause => cause.paths))]
  const ago = agoWords(a.startedAt - Date.parse(proof.at))
  const digests: Evidence = {
    ...{ what: 'digest of the manifest, today and then', a: a.digest },
    b: recordedImage(record, a.platform)?.image.digest ?? '',
  }
  const where = causes.length > 0 ? ` What differs: ${causes.slice(0, 5).map(wordsOf).join('; ')}.` : ''
  return {
    ...{ id: 'drift', source: 'comparison', level: 'warning', class: 'drift', confidence: 'certain' },
    title: `The same inputs gave another image ${ago}`,
    message: `Two builds of today agree with each other, and not with the image that ${nameOf(proof)} proved of the same inputs (${ledger}): the same Dockerfile, context, arguments and base images (${planned.platform}). ${whyWords(builders)}${where}`,
    ...(located?.location ? { location: located.location } : {}),
    ...{
      paths: paths.slice(0, 50),
      count: Math.max(
        1,
        causes.reduce((sum, { count }) => sum + count, 0),
      ),
    },
    evidence: [digests, ...causes.slice(0, 10).flatMap(({ evidence }) => evidence.slice(0, 1))],
    fix: {
      text: `${builders.length > 0 ? 'Build with what built it then, to see whether the image is the same again. ' : ''}Pin what ${located?.location ? `line ${located.location.line}` : 'the build'} takes from outside: packages by version or from a snapshot, downloads by checksum, repositories by commit. Rebuild the proven image from its record with repro-gate verify to see the difference again.`,
    },
    docs: docsUrl('drift'),
  }
}

/** Where another builder built it, nobody can tell its doing from that of the world outside. */
const whyWords = (builders: readonly string[]): string =>
  builders.length === 0
    ? 'So something that the build takes from outside has changed since, or depends on the machine: packages, a download, a repository.'
    : `What built it has changed since, which may be all: ${builders.slice(0, 6).join(' ')} Or something that the build takes from outside has changed, or depends on the machine: packages, a download, a repository.`

const wordsOf = ({ title, location }: Finding): string => `${title}${location ? ` (line ${location.line})` : ''}`

/** `12 days ago`; of less than two days the hours, and of less than two of those the minutes. */
export function agoWords(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000))
  const [count, unit] =
    minutes >= 2880 ? [minutes / 1440, 'day'] : minutes >= 120 ? [minutes / 60, 'hour'] : [minutes, 'minute']
  const whole = Math.floor(count as number)
  return `${whole} ${unit}${whole === 1 ? '' : 's'} ago`
}
