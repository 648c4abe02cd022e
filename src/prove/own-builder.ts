import { BuilderError } from '../build/builder.ts'
import { makeThrowaway, type Throwaway } from '../build/throwaway.ts'
import type { BuilderWishes, Variation } from '../build/variations/variation.ts'
import type { Varied } from '../build/variations/vary.ts'
import type { Ports } from '../ports.ts'
import type { Proving } from './pair.ts'

/** The same with a builder of its own for side B, where a variation needs one. What cannot be had is left out, and told. */
export async function withOwnBuilder(varied: Varied, wished: readonly Variation[], proving: Proving): Promise<Varied> {
  const needing = wished.filter(({ builder }) => builder !== undefined)
  if (needing.length === 0) return varied
  const wishes: BuilderWishes = Object.assign({}, ...needing.map(({ builder }) => builder))
  const made = await builderLike(wishes, proving)
  if (typeof made === 'string') {
    const ids = needing.map(({ id }) => id).join(', ')
    return { ...varied, notes: [...varied.notes, `Side B was built without the variations ${ids}: ${made}`] }
  }
  const { request } = varied
  return {
    request: { ...request, builders: { ...request.builders, B: made.builder } },
    variations: [...varied.variations, ...needing],
    notes: varied.notes,
  }
}

/** One builder of a kind for all builds of a run; it is removed with the run's other ones. */
const known = new WeakMap<Ports, Map<string, Promise<Throwaway | string>>>()

function builderLike(wishes: BuilderWishes, proving: Proving): Promise<Throwaway | string> {
  const { ports } = proving
  const made = known.get(ports) ?? new Map<string, Promise<Throwaway | string>>()
  known.set(ports, made)
  const key = JSON.stringify(wishes)
  const builder = made.get(key) ?? make(wishes, proving)
  made.set(key, builder)
  return builder
}

async function make({ cpus }: BuilderWishes, { ports, setting, options }: Proving): Promise<Throwaway | string> {
  try {
    const throwaway = await makeThrowaway(ports, setting.last, {
      cpusetCpus: cpus === undefined ? undefined : cpus === 1 ? '0' : `0-${cpus - 1}`,
      hostNetwork: options.network === 'host',
    })
    setting.throwaways.push(throwaway)
    return throwaway
  } catch (error) {
    if (error instanceof BuilderError) return error.message
    throw error
  }
}
