import type { Blob } from '../image-stores/blob-upload.ts'
import type { Repository } from '../image-stores/repository.ts'
import type { Log } from '../ports.ts'
import type { Exported } from './export.ts'

/** So many blobs are sent at the same time. */
const atOnce = 3

/** Where to find the blobs of a registry that this run has put there, or read whole: by digest the repository. */
export type Known = Map<string, string>

/**
 * Brings an exported image into a repository under its digest alone: blobs first, manifests last. A blob that is there
 * already is not sent, and read whole instead: nobody knows who put it there.
 * @param known of the same registry; what is brought there is added
 * @throws RegistryError, StoreError; then no more of it is begun
 */
export async function sent(
  { parts, open }: Pick<Exported, 'parts' | 'open'>,
  { repository, held }: { repository: string; held: Repository },
  known: Known,
  log: Pick<Log, 'info'>,
): Promise<void> {
  const { blobs, manifests } = await parts()
  const told = { sent: 0, there: 0 }
  const bring = async (blob: Blob): Promise<void> => {
    const from = known.get(blob.digest)
    if (!(await held.has(blob))) {
      await held.send(blob, () => open(blob), from === undefined || from === repository ? null : pathOf(from))
      told.sent += 1
    } else {
      if (from === undefined) await held.check(blob)
      told.there += 1
    }
    known.set(blob.digest, repository)
  }
  await inTurns(blobs, bring)
  // Some registries refuse what they have already.
  for (const manifest of manifests)
    if ((await held.manifest(manifest.digest)) === null) await held.put(manifest.digest, manifest)
  log.info(`${repository}: ${told.sent} blobs sent, ${told.there} were there and hold what they should`)
}

/** The name of a repository within its registry. */
const pathOf = (repository: string): string => repository.slice(repository.indexOf('/') + 1)

/** Does a few of them at a time. After the first that fails no other is begun, and those that were are waited for. */
async function inTurns<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all]
  let problem: { error: unknown } | null = null
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined && problem === null; one = waiting.shift())
      await work(one).catch(error => {
        problem ??= { error }
      })
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  if (problem !== null) throw (problem as { error: unknown }).error
}
