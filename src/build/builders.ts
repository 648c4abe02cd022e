import type { Ports } from '../ports.ts'
import type { Side } from './build.ts'
import { askDocker, type Builder, BuilderError, findBuilder, whileAsking } from './builder.ts'
import { isUnknown } from './builder-inspect.ts'
import type { LastCall } from './last-call.ts'
import { makeThrowaway, type Throwaway } from './throwaway.ts'

/** Where both sides are built: one and the same builder, or one each. */
export interface Builders {
  builders: Record<Side, Builder>
  /** What of it this run made, and has to remove. */
  throwaways: Throwaway[]
}

/** The word for: the current builder, or one of our own where that one cannot do it. */
export const auto = 'auto'

/** Asks docker about the builders of these names while other work is done; where that fails, nobody waits for the answers. */
export const beforeBuilders = <T>(ports: Ports, names: readonly string[], work: () => Promise<T>): Promise<T> =>
  whileAsking(ports, names.length === 0 ? [undefined] : names.map(name => (name === auto ? undefined : name)), work)

/**
 * Finds one builder for both sides, or one for each.
 * @param names none: the current one; `auto`: that one or a throw-away
 * @throws BuilderError; then nothing that was made on the way is left
 */
export async function findBuilders(
  ports: Ports,
  names: readonly string[],
  last: LastCall,
  { hostNetwork = false } = {},
): Promise<Builders> {
  const throwaways: Throwaway[] = []
  const docker = askDocker(ports)
  const find = async (name: string | undefined): Promise<Builder> => {
    if (name !== auto) return findBuilder(ports, { builder: name, docker })
    try {
      return await findBuilder(ports, { builder: undefined, docker })
    } catch (error) {
      if (!(error instanceof BuilderError && error.curable)) throw error
      ports.log.info(`${firstSentence(error.message)} A builder of our own is made, and removed at the end.`)
      const made = await makeThrowaway(ports, last, { hostNetwork })
      throwaways.push(made)
      return made.builder
    }
  }
  const [first, second] = names
  const found = await Promise.allSettled(second === undefined ? [find(first)] : [find(first), find(second)])
  try {
    for (const result of found) if (result.status === 'rejected') throw result.reason
    const [A, B = A] = found.map(result => (result as PromiseFulfilledResult<Builder>).value) as [Builder, Builder?]
    refuseOneTwice(names, A, B)
    return { builders: { A, B }, throwaways }
  } catch (error) {
    await Promise.all(throwaways.map(({ remove }) => remove()))
    throw error
  }
}

/** Two names of one builder would prove less than the report says. */
function refuseOneTwice([first, second]: readonly string[], a: Builder, b: Builder): void {
  if (a === b || a.identity === undefined || a.identity === '' || a.identity !== b.identity) return
  throw new BuilderError(
    `The builders '${first}' and '${second}' are one and the same (${a.identity.slice(0, 200)}): two builders are to show what differs between two machines. Name another one, or only one of them.`,
  )
}

/**
 * Why two builders would not be a fair comparison: what differs may be the doing of their versions, and what is equal is
 * not what the verdict claims.
 */
export function versionDoubts({ A, B }: Readonly<Record<Side, Builder>>): string[] {
  if (A === B) return []
  const [a, b] = [engineOf(A), engineOf(B)]
  if (a !== null && a === b) return []
  const shown = (builder: Builder) =>
    `${titleOf(builder)} has ${engineOf(builder) ?? 'a BuildKit that does not tell it'}`
  return [
    `The two builders must have the same version of BuildKit: ${shown(A)}, ${shown(B)}. Different versions may make different images of one Dockerfile. Update one of them (docker buildx create --driver-opt image=moby/buildkit:vX.Y.Z makes a builder of a certain version), or build on one builder.`,
  ]
}

/** The version that makes the image: BuildKit's, or that of the engine which it is part of; null when neither is told. */
function engineOf({ driver, versions: { buildkit, docker } }: Builder): string | null {
  if (!isUnknown(buildkit)) return `BuildKit ${buildkit?.replace(/^v/, '')}`
  return driver === 'docker' && docker !== undefined ? `Docker Engine ${docker}` : null
}

const titleOf = ({ name, driver }: Builder): string =>
  name === undefined ? `the current builder (${driver})` : `'${name}' (${driver})`

/** What a verdict may say of where the builds ran. */
export const machinesOf = ({ A, B }: Readonly<Record<Side, Builder>>): 'same-machine' | 'two-builders' =>
  A === B ? 'same-machine' : 'two-builders'

/** Versions of both builders for the report: once where they agree, by side where not. */
export function versionsOf({ A, B }: Readonly<Record<Side, Builder>>): Record<string, string> {
  if (A === B) return { ...A.versions }
  const names = [...new Set([...Object.keys(A.versions), ...Object.keys(B.versions)])]
  const entries = names.flatMap((name): [string, string][] => {
    const [a, b] = [A.versions[name], B.versions[name]]
    if (a === b) return a === undefined ? [] : [[name, a]]
    return [
      ...(a === undefined ? [] : [[`${name} (A)`, a] as [string, string]]),
      ...(b === undefined ? [] : [[`${name} (B)`, b] as [string, string]]),
    ]
  })
  return Object.fromEntries([...entries, ['builder (A)', A.name ?? 'current'], ['builder (B)', B.name ?? 'current']])
}

/** Both, for the report; with the version of what runs this. */
export const ranOn = (builders: Readonly<Record<Side, Builder>>) => ({
  machines: machinesOf(builders),
  versions: { ...versionsOf(builders), node: process.versions.node },
})

const firstSentence = (text: string): string => /^.*?[.:](?= )/.exec(text)?.[0].replace(/:$/, '.') ?? text
