import { dataRoots } from '../build/data-root.ts'
import type { Caller } from '../gate.ts'
import { withinLimits } from '../host/limits.ts'
import { isImageList } from '../options/file-kind.ts'
import { isArchiveUrl } from '../options/git-url.ts'
import { InputError, type Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import type { Reference } from '../prove/against.ts'
import { drifted } from '../prove/drifted.ts'
import { lastProven } from '../prove/ledger/last-proven.ts'
import { type NamedImage, nameOf, subjectOfImage, toldProof } from '../prove/ledger/ledger.ts'
import { movedBases } from '../prove/moved-bases.ts'
import { namedRegistries } from '../prove/named-registries.ts'
import { onlyImage } from '../prove/once.ts'
import { provenBefore } from '../prove/proven-before.ts'
import type { Report } from '../report/report.ts'
import { imagesOf } from '../subjects/images.ts'
import { brought } from '../subjects/placed.ts'
import { atCommit } from '../subjects/proven-commit.ts'
import { readDockerfile, shownPath } from '../subjects/sources.ts'
import type { ScopeProof } from '../verdict.ts'
import { referenceOf, verifyWithin } from './verify.ts'

/**
 * Builds again what was proven before, on the base images of then, and tells what became of it.
 * @throws InputError when nothing is there that was proven, or what it was made of cannot be had
 */
export const drift = (options: Options, ports: Ports, caller: Caller): Promise<Report> =>
  withinLimits(ports, options, dataRoots, async limits => {
    const { reference, proof, close } = await whatWasProven(options, limits.ports, caller)
    try {
      const before = await provenBefore(reference, options)
      const there = await atCommit({ ...options, ...before.options }, before.commit, limits.ports, caller)
      const { options: built, dockerfile } = await builtOf(there, limits.ports, caller)
      const images = before.bases(dockerfile)
      const [tags, report] = await Promise.all([
        movedBases(images, namedRegistries(dockerfile, built), limits.ports),
        verifyWithin(limits.ports, there, reference, caller, { images }),
      ])
      return drifted(report, {
        ...{ proof, commit: before.commit, dockerfile, buildArgs: built.buildArgs, now: ports.now() },
        ...{ moved: tags.moved, notes: [...before.notes, ...tags.notes] },
      })
    } finally {
      await close()
    }
  })

async function builtOf(options: Options, ports: Ports, { own }: Caller) {
  if (!options.files.some(isImageList)) return { options, dockerfile: await readDockerfile(options) }
  const image = onlyImage(await imagesOf(options, ports, own), 'drift')
  return { options: image.options, dockerfile: image.sources.dockerfile }
}

interface WhatWasProven {
  reference: Reference
  /** Of the ledger. */
  proof: ScopeProof | null
  close: () => Promise<void>
}

async function whatWasProven(options: Options, ports: Ports, caller: Caller): Promise<WhatWasProven> {
  if (options.record !== undefined || options.against !== undefined)
    return { ...(await referenceOf(options, ports)), proof: null }
  const { ledger = null } = caller
  const give = 'give a record (--record) or a published image (--against)'
  if (ledger === null)
    throw new InputError([`drift: nothing says what was proven before: ask for the ledger (--ledger), or ${give}`])
  if (isArchiveUrl(options.context) || options.context === '-')
    throw new InputError([
      `drift: the ledger is asked about contexts that are folders or git repositories; of this one ${give}`,
    ])
  const subject = subjectOfImage(await namedImage(options, ports, caller), ledger.here)
  const proven = await lastProven(ledger, subject, ports)
  if (typeof proven === 'string') throw new InputError([`drift: ${proven} Or ${give}`])
  return {
    reference: { kind: 'record', name: nameOf(proven.proof), record: proven.record },
    proof: toldProof(proven.proof, ledger),
    close: () => proven.record.close(),
  }
}

/** As the gate named it when it was proven; its Dockerfile may be gone from here. */
async function namedImage(given: Options, ports: Ports, caller: Caller): Promise<NamedImage> {
  if (given.files.some(isImageList)) return onlyImage(await imagesOf(given, ports, caller.own), 'drift')
  // What a repository and its files are called is known once it was fetched.
  const options = await brought(given, ports, caller)
  return { name: null, options, sources: { dockerfile: { file: shownPath(options.file, options.shown) } } }
}
