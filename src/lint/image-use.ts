import type { Range } from '../dockerfile/dockerfile.ts'
import { type ImageReference, parseReference } from '../dockerfile/reference.ts'
import { type StageEdge, sourceEdges } from '../dockerfile/stage.ts'
import { mayNameStage } from '../dockerfile/stage-choice.ts'
import type { View } from './view.ts'

/** An image from outside that the build takes something from. */
export interface ImageUse {
  kind: StageEdge['kind'] | 'syntax'
  /** With variables replaced: `python:3.12`. */
  text: string
  reference: ImageReference
  /** As written: `${BASE}`. */
  written: string
  range: Range
}

const known = new WeakMap<View, ImageUse[]>()

/** The images that the target needs. Not: stages, `scratch`, named build contexts, and what has no known value. */
export function imagesUsed(view: View): ImageUse[] {
  const cached = known.get(view)
  if (cached !== undefined) return cached
  const uses = view.stages.flatMap(({ edges }) => edges).flatMap(edge => useOf(view, edge))
  // An ONBUILD is found in every stage that it triggers in.
  const found = [...new Map(uses.map(use => [use.range.start, use])).values()]
  known.set(view, found)
  return found
}

/**
 * What the ONBUILDs take from images in the builds that start from this one. A plain name may be a stage there; with a
 * tag or a registry it can only be an image.
 */
export function imagesOfTriggers(view: View): ImageUse[] {
  return view.stages
    .flatMap(({ stage }) => stage.instructions.map(({ trigger }) => ({ stage, trigger })))
    .flatMap(({ stage, trigger }) => (trigger === null ? [] : sourceEdges(view.dockerfile, stage, trigger)))
    .flatMap(edge => useOf(view, edge))
    .filter(({ text }) => /[:/]/.test(text))
}

function useOf(view: View, edge: StageEdge): ImageUse[] {
  const { kind, range, reference: named } = edge
  if (edge.target !== null || !named.resolved || !isImage(view, edge)) return []
  const written = view.dockerfile.text.slice(range.start, range.end)
  const reference = referenceIn(named.value)
  return reference === null ? [] : [{ kind, text: named.value, reference, written, range }]
}

/** The image of the `# syntax=` line, which reads the whole file. */
export function syntaxImage({ dockerfile }: View): ImageUse | null {
  const directive = dockerfile.directives.find(({ name }) => name === 'syntax')
  // What follows the reference is handed to the frontend.
  const text = directive?.value.split(/\s/, 1)[0] ?? ''
  const reference = referenceIn(text)
  if (directive === undefined || reference === null) return null
  const { start } = directive.valueRange
  return { kind: 'syntax', text, reference, written: text, range: { start, end: start + text.length } }
}

/** A reference whose digest is none that could be read is one all the same: its name is right. */
function referenceIn(text: string): ImageReference | null {
  const whole = parseReference(text)
  const at = text.indexOf('@')
  if (whole !== null || at < 0) return whole
  const named = parseReference(text.slice(0, at))
  return named === null ? null : { ...named, digest: text.slice(at + 1), digestValid: false }
}

function isImage(view: View, edge: StageEdge): boolean {
  const { kind, reference } = edge
  if (reference.value === 'scratch' || view.isBuildContext(reference.value)) return false
  if (kind === 'from') return !mayNameStage(view.dockerfile, edge)
  // COPY --from takes an index too, and a stage that comes later is Docker's own error.
  return !/^\d+$/.test(reference.value) && !isLaterStage(view, reference.value)
}

const isLaterStage = ({ dockerfile }: View, name: string): boolean =>
  dockerfile.stages.some(stage => stage.name === name.toLowerCase())
