import { unknownWindow, type Window } from '../values/time.ts'

/** What the provenance of an image says of its build; nothing of it is proven by the image. */
export interface AttestedBuild {
  /** The predicate: the graph of steps and their lines are read from it. */
  provenance: unknown
  window: Window
  /** SOURCE_DATE_EPOCH in seconds. */
  epoch: number | null
  dockerfile: { file: string; text: string } | null
  target: string | undefined
  buildArgs: Record<string, string>
  /** What built it, with a version: `BuildKit (Dockerfile frontend 1.17.1)`. Hostile text. */
  builder: string | null
}

type Json = unknown

/**
 * Reads SLSA provenance 0.2 or 1 as BuildKit writes it. What is not there, or makes no sense, is not known: of an
 * image without provenance nothing is.
 */
export function attestedBuild(provenance: Json): AttestedBuild {
  const args = first(
    at(provenance, 'invocation', 'parameters', 'args'),
    at(provenance, 'buildDefinition', 'externalParameters', 'request', 'args'),
  )
  const buildArgs = argumentsIn(args)
  const epoch = /^\d{1,11}$/.exec(buildArgs.SOURCE_DATE_EPOCH ?? '')?.[0]
  return {
    provenance,
    window: windowOf(provenance),
    epoch: epoch === undefined ? null : Number(epoch),
    dockerfile: sourceOf(provenance),
    target: text(at(args, 'target')) || undefined,
    buildArgs,
    builder: builderIn(provenance),
  }
}

/** SLSA 1 has a place for the versions of the builder; BuildKit says that of its frontend. */
function builderIn(provenance: Json): string | null {
  const versions = at(provenance, 'runDetails', 'builder', 'version')
  const named = typeof versions === 'object' && versions !== null ? Object.entries(versions) : []
  const [own] = named.filter(([, version]) => typeof version === 'string')
  if (own) return shortened(own.join(' '))
  const frontend = text(at(provenance, 'buildDefinition', 'internalParameters', 'dockerfileVersion'))
  return frontend === '' ? null : `BuildKit (Dockerfile frontend ${shortened(frontend)})`
}

const shortened = (value: string): string => value.replace(/[^\w.+@ -]/g, '').slice(0, 60)

function windowOf(provenance: Json): Window {
  const [old, present] = [at(provenance, 'metadata'), at(provenance, 'runDetails', 'metadata')]
  const startedAt = Date.parse(text(first(at(old, 'buildStartedOn'), at(present, 'startedOn'))))
  const endedAt = Date.parse(text(first(at(old, 'buildFinishedOn'), at(present, 'finishedOn'))))
  return endedAt >= startedAt && endedAt - startedAt < longestBuild ? { startedAt, endedAt } : unknownWindow
}

/** A window that spans days proves nothing about a time within it. */
const longestBuild = 24 * 3600 * 1000

function argumentsIn(args: Json): Record<string, string> {
  const entries = typeof args === 'object' && args !== null ? Object.entries(args) : []
  const prefix = 'build-arg:'
  return Object.fromEntries(
    entries.flatMap(([key, value]) =>
      key.startsWith(prefix) && typeof value === 'string' ? [[key.slice(prefix.length), value]] : [],
    ),
  )
}

/** The Dockerfile as BuildKit saw it: the first of its sources. */
function sourceOf(provenance: Json): AttestedBuild['dockerfile'] {
  const name = 'https://mobyproject.org/buildkit@v1#metadata'
  const metadata = at(provenance, 'runDetails', 'metadata')
  const infos = first(
    at(provenance, 'metadata', name, 'source', 'infos'),
    at(metadata, 'buildkit_metadata', 'source', 'infos'),
    at(metadata, name, 'source', 'infos'),
  )
  const info = Array.isArray(infos) ? infos[0] : undefined
  const data = text(at(info, 'data'))
  if (data === '') return null
  return { file: text(at(info, 'filename')) || 'Dockerfile', text: Buffer.from(data, 'base64').toString('utf8') }
}

const at = (value: Json, ...names: string[]): Json =>
  names.reduce(
    (inner: Json, name) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
        ? (inner as Record<string, Json>)[name]
        : undefined,
    value,
  )
const first = (...values: Json[]): Json => values.find(value => value !== undefined)
const text = (value: Json): string => (typeof value === 'string' ? value : '')
