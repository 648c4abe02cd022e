import { baseImagesIn } from '../build/llb.ts'
import type { Dockerfile } from '../dockerfile/dockerfile.ts'
import { attestedBuild } from '../explain/blame/attested-build.ts'
import { provenanceOf } from '../image-stores/attestation.ts'
import type { Options } from '../options/options.ts'
import type { Reference } from './against.ts'
import type { Base } from './moved-bases.ts'

/** What an image that was proven before was made of, as far as that is known. */
export interface ProvenBefore {
  commit: string | null
  /** What of the options was another then, where the user gave nothing. */
  options: Partial<Options>
  /** The base images of then, without those that this Dockerfile pins itself. */
  bases: (dockerfile: Dockerfile) => Base[]
  notes: string[]
}

/** Reads it out of the record, or of what BuildKit left beside the image. */
export async function provenBefore(reference: Reference, options: Options): Promise<ProvenBefore> {
  const known =
    reference.kind === 'record'
      ? reference.record.inputs.bases.filter(({ kind }) => kind === 'image')
      : reference.kind === 'image'
        ? await basesBeside(reference)
        : []
  const bases = (dockerfile: Dockerfile): Base[] => known.filter(base => !isPinned(base, dockerfile, options))
  if (reference.kind !== 'record')
    return {
      ...{ commit: null, options: {}, bases },
      notes: [
        'A published image does not say which commit it was built from, so what is checked out here was built.',
        ...(known.length === 0
          ? [
              'No provenance lies beside the image, so the base images of then are not known: this build is made on those of today. A record (repro-gate record) knows them.',
            ]
          : []),
      ],
    }
  const { inputs, platforms } = reference.record
  const wasNumber = inputs.commit === null && options.sourceDateEpoch === 'commit'
  return {
    commit: inputs.commit,
    options: {
      ...(wasNumber ? { sourceDateEpoch: inputs.epoch } : {}),
      ...(options.platforms.length === 0 ? { platforms: platforms.map(({ platform }) => platform) } : {}),
    },
    bases,
    notes: inputs.commit === null ? ['The record names no commit, so what is checked out here was built.'] : [],
  }
}

async function basesBeside({ store, images }: Extract<Reference, { kind: 'image' }>): Promise<Base[]> {
  const found: Base[] = []
  for (const { attestation } of images.slice(0, 50))
    found.push(...baseImagesIn(attestedBuild(await provenanceOf(store, attestation)).provenance))
  return found
}

/** The tag of a base that is pinned by its digest may move as it likes. */
const isPinned = ({ digest }: Base, { text }: Dockerfile, { buildArgs }: Options): boolean =>
  [text, ...Object.values(buildArgs)].some(written => written.includes(digest))
