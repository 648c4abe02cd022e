import { createHash } from 'node:crypto'
import {
  list,
  matching,
  nullable,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  ShapeProblem,
  text,
  whole,
} from '../shape.ts'
import {
  RecordError,
  type RecordedInputs,
  type RecordedLayer,
  type RecordedLinked,
  recordKind,
  recordVersion,
} from './record.ts'

const name = text(4096)
const hex = matching(/^[0-9a-f]{64}$/, 'a SHA-256')
const digest = matching(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/, 'a digest')
const line = nullable(whole(1, 2 ** 31 - 1))

const given = {
  dockerfile: object({ file: name, sha256: hex, text: nullable(text(1024 ** 2)) }),
  contexts: list(
    object({
      ...{ name, digest: nullable(digest), contents: nullable(digest), files: whole() },
      parts: list(object({ name, digest }), 1000),
      address: nullable(name),
    }),
    200,
  ),
  args: list(object({ name, value: nullable(text(1024 ** 2)) }), 1000),
  target: nullable(name),
  secrets: list(name, 1000),
  ssh: list(name, 1000),
  settings: record(list(text(64 * 1024), 1000)),
}

const inputs = object<RecordedInputs>({
  ...given,
  epoch: whole(-(2 ** 53 - 1)),
  commit: nullable(matching(/^[0-9a-f]{40,64}$/, 'a commit')),
  source: optional(name),
  bases: list(
    object({
      ...{ kind: oneOf('image', 'git'), reference: name, platform: nullable(name) },
      digest: matching(/^[0-9a-f]{40,128}$/, 'a digest'),
    }),
    1000,
  ),
  linked: optional(list(object<RecordedLinked>({ name, ...given }), 200)),
})

const head = object({
  kind: oneOf(recordKind),
  schemaVersion: oneOf(recordVersion),
  inputs,
  versions: record(text(1000)),
})

const platform = object({
  platform: matching(/^[\w.-]{1,60}\/[\w.-]{1,60}(?:\/[\w.-]{1,60})?$/, 'a platform'),
  ...{ manifestDigest: digest, configDigest: digest },
  // Their bytes have bounds of their own, and a character may be one to six of these.
  ...{ manifest: text(8 * 1024 ** 2), config: text(16 * 1024 ** 2) },
})

const layer = object<RecordedLayer>({
  ...{ digest, diffId: digest, size: whole(), base: oneOf(true, false) },
  ...{ instruction: text(), line, endLine: line },
})

/** What a target is made of stands beside it. Of an image or a repository, its digest or commit is among the bases; what stands at another address is not known. */
export const isTracked = (address: string | null): boolean =>
  address !== null && /^(?:target:|docker-image:|git@|(?:git|ssh):|https?:.*\.git(?:[#?]|$))/.test(address)

/**
 * What stands for all inputs of a build: two builds have the same one only if every part of them is the same. Null where a
 * part of them is not known, so that nobody can say so. The commit, and where it was fetched from, do not count.
 */
export function inputsDigest(given: RecordedInputs): string | null {
  const isKnown = [given, ...(given.linked ?? [])].every(
    ({ contexts, args }) =>
      contexts.every(context => context.digest !== null || isTracked(context.address)) &&
      args.every(({ value }) => value !== null),
  )
  if (!isKnown) return null
  const { commit: _, source: __, dockerfile, ...rest } = readAs(inputs, given)
  const text = JSON.stringify([dockerfile.sha256, rest])
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** With every free text as it may be written down. */
export const maskedInputs = (given: RecordedInputs, mask: (text: string) => string): RecordedInputs =>
  inputs.mapped(given, { text: mask, base64: text => text })

export const headIn = (value: unknown) => {
  const version = value !== null && typeof value === 'object' && 'schemaVersion' in value ? value.schemaVersion : null
  if (typeof version === 'number' && version > recordVersion)
    throw new RecordError(
      `it has schemaVersion ${version}, and this repro-gate reads ${recordVersion}: use a newer one`,
    )
  const read = readAs(head, value)
  for (const { dockerfile } of [read.inputs, ...(read.inputs.linked ?? [])]) {
    const { text, sha256 } = dockerfile
    if (text !== null && createHash('sha256').update(text).digest('hex') !== sha256)
      throw new RecordError('the text of its Dockerfile does not have the SHA-256 that it says')
  }
  return read
}
export const platformIn = (value: unknown) => readAs(platform, value)
export const layerIn = (value: unknown) => readAs(layer, value)

function readAs<T>(shape: Shape<T>, value: unknown): T {
  try {
    return shape.read(value, '')
  } catch (error) {
    if (error instanceof ShapeProblem) throw new RecordError(error.message)
    throw error
  }
}
