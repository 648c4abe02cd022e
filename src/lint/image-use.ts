import type { Range } from '../dockerfile/dockerfile.ts'
import { type ImageReference, parseReference } from '../dockerfile/reference.ts'
import type { StageEdge } from '../dockerfile/stage.ts'
import type { View } from './view.ts'

/** An image from outside that the build takes something from. */
export interface ImageUse {
  kind: StageEdge['kind']
  /** With variables replaced: `python:3.12`. */
  text: string
  reference: ImageReference
  /** As written: `${BASE}`. */
  written: string
  range: Range
}

/** The images that the target needs. Not: stages, `scratch`, named build contexts, and what has no known value. */
export function imagesUsed(view: View): ImageUse[] {
  return view.stages
    .flatMap(stage => stage.edges)
    .filter(edge => edge.target === null && edge.reference.resolved && isImage(view, edge))
    .flatMap(({ kind, reference: { value: text }, range }) => {
      const reference = parseReference(text)
      const written = view.dockerfile.text.slice(range.start, range.end)
      return reference === null ? [] : [{ kind, text, reference, written, range }]
    })
}

function isImage(view: View, { kind, reference: { value } }: StageEdge): boolean {
  if (value === 'scratch' || view.isBuildContext(value)) return false
  // COPY --from takes an index too, and a stage that comes later is Docker's own error.
  if (kind !== 'from' && /^\d+$/.test(value)) return false
  return kind === 'from' || !view.dockerfile.stages.some(stage => stage.name === value.toLowerCase())
}

/** How to find the digest to write, and what to write then. The index digest, so that every platform keeps working. */
export function digestFix(use: ImageUse): { text: string; snippet: string } {
  const named = use.text.split('@')[0] ?? use.text
  return {
    text: `Look up the digest, then write ${'`'}${named}@sha256:<that digest>${'`'}: the tag stays for people, the digest decides. Renovate or Dependabot can keep it up to date.`,
    snippet: `docker buildx imagetools inspect ${named} --format '{{json .Manifest.Digest}}'`,
  }
}
