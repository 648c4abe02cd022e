import { clock } from './clock.ts'
import { cpus } from './cpus.ts'
import { fresh } from './fresh.ts'
import { hostname } from './hostname.ts'
import { mtimes } from './mtimes.ts'
import { network } from './network.ts'
import { order } from './order.ts'
import { time } from './time.ts'
import { umask } from './umask.ts'
import type { Variation } from './variation.ts'

/** Every variation, those of every run first. A new one is a file, a line here, a test and a section of docs/variations.md. */
export const variations: readonly Variation[] = [mtimes, umask, order, time, hostname, network, fresh, cpus, clock]

/** The variations by their ids, in the order of the list. */
export const variationsNamed = (ids: readonly string[]): Variation[] => variations.filter(({ id }) => ids.includes(id))
