import { digestOf } from '../image/digest.ts'
import type { Refusal } from '../image-stores/public-only.ts'
import { registryReference } from '../image-stores/reference.ts'
import { RegistryClient } from '../image-stores/registry-client.ts'
import { RegistryError } from '../image-stores/registry-error.ts'
import { patience, Transport } from '../image-stores/transport.ts'
import type { RecordedBase } from '../ledger/record.ts'
import type { Ports } from '../ports.ts'
import { isNearby } from '../replay/nearby.ts'
import type { MovedBase } from '../report/drift-report.ts'
import { registryOf } from './named-registries.ts'

/** A base image of then: its name, and the digest that the name stood for. */
export type Base = Pick<RecordedBase, 'reference' | 'digest'>

/** More of them no Dockerfile has; each is a question to a registry. */
const most = 50
const deadlineMs = 60_000
/** Bytes of a manifest or an index. */
const limit = 8 * 1024 * 1024

/**
 * What the names of base images stand for now: those that stand for another image, and what could not be asked, each a sentence.
 * @param bases without those that the Dockerfile itself pins: of these the tag does not matter
 * @param named registries that the user names: of this machine and the network around it no others are asked
 */
export async function movedBases(
  bases: readonly Base[],
  named: ReadonlySet<string>,
  ports: Ports,
): Promise<{ moved: MovedBase[]; notes: string[] }> {
  const moved: MovedBase[] = []
  const notes: string[] = []
  for (const { reference, digest } of once(bases).slice(0, most)) {
    const from = `sha256:${digest}`
    const now = await digestNow(reference, named.has(registryOf(reference) ?? '') ? null : nearby, ports)
    if ('problem' in now)
      notes.push(`Whether the tag of the base image ${reference} has moved is not known: ${now.problem}`)
    else if (now.digest !== from) moved.push({ reference, from, to: now.digest })
  }
  return { moved, notes }
}

/** Whoever wrote a record must not have this machine knock at doors around it, whatever name or registry leads there. */
const nearby: Refusal = {
  of: isNearby,
  words:
    'its registry is on this machine or in the network around it, and neither the Dockerfile nor what it is held against names it, so it was not asked.',
}

/** Each name once; one that stood for two images at the same time says nothing. */
function once(bases: readonly Base[]): Base[] {
  const known = new Map<string, Set<string>>()
  for (const { reference, digest } of bases) known.set(reference, (known.get(reference) ?? new Set()).add(digest))
  return [...known].flatMap(([reference, [digest, ...more]]) =>
    digest === undefined || more.length > 0 ? [] : [{ reference, digest }],
  )
}

/** Null: the registry is there, and the tag is not. */
async function digestNow(
  reference: string,
  refusal: Refusal | null,
  ports: Ports,
): Promise<{ digest: string | null } | { problem: string }> {
  const late = AbortSignal.timeout(deadlineMs)
  const asking = { ...ports, signal: AbortSignal.any([ports.signal, late]) }
  const transport = new Transport(asking, patience, refusal)
  try {
    const named = registryReference(reference)
    const held = await new RegistryClient(named, asking, transport).manifestIfAny(named.wanted, limit)
    return { digest: held && digestOf(held.bytes) }
  } catch (error) {
    if (ports.signal.aborted) return { problem: 'the run was ended before its registry answered.' }
    if (late.aborted) return { problem: `its registry gave no answer within ${deadlineMs / 1000} seconds.` }
    if (error instanceof RegistryError) return { problem: error.message.slice(0, 400) }
    throw error
  } finally {
    await transport.close()
  }
}
