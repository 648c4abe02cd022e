import { BuilderError } from '../build/builder.ts'
import { showFewerCpus } from '../build/fewer-cpus.ts'
import { type ClockLibrary, findClockLibrary, shiftClock } from '../build/shifted-clock.ts'
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
  if (typeof made !== 'string' && made.clock === null) {
    const { request } = varied
    return {
      request: { ...request, builders: { ...request.builders, B: made.builder } },
      variations: [...varied.variations, ...needing],
      notes: varied.notes,
    }
  }
  // Whatever is wrong with the clock alone, the others may still be had.
  const left = typeof made === 'string' ? needing : needing.filter(({ builder }) => builder?.clockAhead !== undefined)
  const why = typeof made === 'string' ? made : made.clock
  const note = `Side B was built without the variation${left.length === 1 ? '' : 's'} ${left.map(({ id }) => id).join(', ')}: ${why}`
  const others = needing.filter(variation => !left.includes(variation))
  return withOwnBuilder({ ...varied, notes: [...varied.notes, note] }, others, proving)
}

/** `clock`: why its RUNs see the clock of the machine, though another one was wished for; null: they see what was wished for. */
type Made = Pick<Throwaway, 'builder'> & { clock: string | null }

/** One builder of a kind for all builds of a run; it is removed with the run's other ones. */
const known = new WeakMap<Ports, Map<string, Promise<Made | string>>>()

function builderLike(wishes: BuilderWishes, proving: Proving): Promise<Made | string> {
  const { ports } = proving
  const made = known.get(ports) ?? new Map<string, Promise<Made | string>>()
  known.set(ports, made)
  const key = JSON.stringify(wishes)
  const builder = made.get(key) ?? make(wishes, proving)
  made.set(key, builder)
  return builder
}

async function make(wishes: BuilderWishes, proving: Proving): Promise<Made | string> {
  const { cpus, clockAhead } = wishes
  const { ports, setting, options } = proving
  const library = clockAhead === undefined ? null : await findClockLibrary(ports.env)
  if (typeof library === 'string') return { builder: setting.builders.B, clock: library }
  try {
    const throwaway = await makeThrowaway(ports, setting.last, {
      cpusetCpus: cpus === undefined ? undefined : cpus === 1 ? '0' : `0-${cpus - 1}`,
      hostNetwork: options.network === 'host',
    })
    setting.throwaways.push(throwaway)
    const all = cpus === undefined ? null : await showFewerCpus(ports, throwaway.container, cpus)
    if (all !== null) return `what it tells of its CPUs could not be changed: ${all}`
    return { builder: throwaway.builder, clock: await setClock(ports, throwaway, library, clockAhead) }
  } catch (error) {
    if (error instanceof BuilderError) return error.message
    throw error
  }
}

const setClock = async (
  ports: Ports,
  { container }: Throwaway,
  library: ClockLibrary | null,
  ahead: number | undefined,
): Promise<string | null> =>
  library === null || ahead === undefined ? null : shiftClock(ports, container, library, ahead)
