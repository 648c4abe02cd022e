import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from '../ports.ts'
import type { SideBuild } from './build.ts'
import { type Base, baseImagesIn } from './llb.ts'

/** Holds the builds of a run to the same base images. */
export interface Pins {
  /** A BuildKit source policy for every build of the run; it pins nothing before `keep` is called. Null: there can be none. */
  file: string | null
  /**
   * Holds all later builds to the very images that these were built on, wherever their tags have moved since. A name that
   * already stood for two images is left alone: the audit tells.
   */
  keep(builds: readonly SideBuild[]): Promise<void>
  /** Holds all builds to images of before, by their names and digests (hexadecimal). */
  hold(images: readonly Pick<Base, 'reference' | 'digest'>[]): Promise<void>
}

const variable = 'EXPERIMENTAL_BUILDKIT_SOURCE_POLICY'

/**
 * Makes ready to pin base images. A source policy leaves the names, stages and steps of the Dockerfile as they are, which
 * a named build context would not; images that only the local engine has are found by their digest, too.
 * A policy that the caller has in the environment stays in force; one that cannot be read stays alone.
 */
export async function makePins(ports: Pick<Ports, 'env' | 'tempDir'>): Promise<Pins> {
  const own = await ownRules(ports.env[variable])
  if (own === null) return { file: null, keep: async () => {}, hold: async () => {} }
  const file = join(ports.tempDir, 'source-policy.json')
  const known = new Map<string, Set<string>>()
  const write = () => writeFile(file, JSON.stringify({ rules: [...own, ...[...known].flatMap(conversion)] }))
  await write()
  const hold: Pins['hold'] = async images => {
    for (const { reference, digest } of images) known.set(reference, (known.get(reference) ?? new Set()).add(digest))
    await write()
  }
  return {
    file,
    hold,
    keep: builds => hold(builds.flatMap(({ provenance }) => baseImagesIn(provenance)).filter(({ pinned }) => !pinned)),
  }
}

async function ownRules(path: string | undefined): Promise<unknown[] | null> {
  if (!path) return []
  try {
    const { rules } = JSON.parse(await readFile(path, 'utf8')) as { rules?: unknown }
    return Array.isArray(rules) ? rules : null
  } catch {
    return null
  }
}

function conversion([reference, digests]: [string, ReadonlySet<string>]): object[] {
  const [digest, ...more] = digests
  // A `*` would make a pattern of it, and no image has one in its name.
  if (digest === undefined || more.length > 0 || reference.includes('*')) return []
  const identifier = `docker-image://${fullName(reference)}`
  return [{ action: 'CONVERT', selector: { identifier }, updates: { identifier: `${identifier}@sha256:${digest}` } }]
}

/** `debian:12` → `docker.io/library/debian:12`, as BuildKit names its sources. */
export function fullName(reference: string): string {
  const [first = '', ...rest] = reference.split('/')
  if (rest.length === 0) return `docker.io/library/${reference}`
  return /[.:]/.test(first) || first === 'localhost' || /[A-Z]/.test(first) ? reference : `docker.io/${reference}`
}

/** The base images that both builds had alike, as `debian:12@sha256:…`. */
export function sharedBases(a: SideBuild, b: SideBuild): string[] {
  const nameOf = ({ reference, digest }: Base) => `${reference}@sha256:${digest}`
  const ofA = new Set(baseImagesIn(a.provenance).map(nameOf))
  return [...new Set(baseImagesIn(b.provenance).map(nameOf))].filter(name => ofA.has(name)).sort()
}
