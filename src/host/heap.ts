import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

const MiB = 1024 * 1024
/** Bytes of the place for new objects, from which on it grows no more: smaller makes work, larger makes nothing faster. */
const enough = 16 * MiB
/** Bytes of objects from which on growth is slowed. */
const large = 40 * MiB
/**
 * By how many percent the heap may grow before V8 looks through all of it, small and large. Buffers count: of a small heap
 * that is a few of them, and streaming would take a quarter longer.
 */
const growing = { small: 200, large: 20 }
/** Bytes of buffers, most of them dead, that are worth a look at the new objects that hold them. */
const worthwhile = 8 * MiB
/** Bytes that objects and buffers may have together, as far as that can be helped. */
const roomy = 112 * MiB
/** Bytes by which either grows before the whole heap is looked through: at least, and at most. */
const growth = { least: 10 * MiB, most: 40 * MiB }

/** Milliseconds between two looks: while a build is waited for, two hundred a second would take one part in fifty of a core. */
const looking = { busy: 5, idle: 30 }
/** Bytes by which a heap changes where nothing is done but waiting. */
const still = MiB / 2

/**
 * Keeps the heap near what is really in use. The place for new objects would grow to 100 MB and more while gigabytes stream
 * past, all of them dead at once; that for old ones to several times what lives in it before anybody looks. There are no
 * settings for either that a program can make for itself, but growth can be slowed and stopped.
 */
export function keepHeapSmall(): void {
  collectOften()
  when(youngSize, enough, '--semi-space-growth-factor=1')
  setFlagsFromString(`--heap-growing-percent=${growing.small}`)
  when(() => getHeapStatistics().used_heap_size, large, `--heap-growing-percent=${growing.large}`)
}

const youngSize = (): number =>
  getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0

/** Sets a flag as soon as there are so many bytes of something. */
function when(bytes: () => number, limit: number, flag: string): void {
  const watch = setInterval(() => {
    if (bytes() < limit) return
    setFlagsFromString(flag)
    clearInterval(watch)
  }, 50)
  watch.unref()
}

/**
 * Lets go of what is dead early: V8 looks through the whole heap for dead buffers, once there are many, and for dead objects
 * when there are twice as many. Young as most buffers are, a look at the new objects finds them, in a tenth of the time:
 * comparing takes a fifth less, and 40 MB less.
 */
function collectOften(): void {
  const collect = collector()
  if (collect === null) return
  let lowest = Number.POSITIVE_INFINITY
  let after = inUse()
  let allowed = growth.most
  const note = (now: InUse): void => {
    lowest = now.buffers
    after = { objects: Math.min(after.objects, now.objects), buffers: Math.min(after.buffers, now.buffers) }
  }
  const collectAll = (): void => {
    collect()
    after = inUse()
    lowest = after.buffers
    // Half of what is left: the next look comes before the room is used up.
    allowed = Math.max(growth.least, Math.min(growth.most, (roomy - after.objects - after.buffers) / 2))
  }
  const look = (now: InUse): void => {
    lowest = Math.min(lowest, now.buffers)
    // New objects come and go without that.
    if (now.objects > after.objects + allowed + enough / 2) collectAll()
    else if (now.buffers >= lowest + worthwhile) {
      collect({ type: 'minor' })
      note(inUse())
      if (lowest > after.buffers + allowed) collectAll()
    }
  }
  let before = after
  let quiet = 0
  const lookAgain = (): void => {
    const now = inUse()
    quiet = Math.abs(now.objects - before.objects) + Math.abs(now.buffers - before.buffers) < still ? quiet + 1 : 0
    before = now
    look(now)
    setTimeout(lookAgain, quiet < 40 ? looking.busy : looking.idle).unref()
  }
  lookAgain()
}

interface InUse {
  objects: number
  buffers: number
}

function inUse(): InUse {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return { objects: used_heap_size, buffers: external_memory }
}

/** Without a word of what to look at, at everything; Node 20 does not know the word `major`, and looks at new objects only. */
type Collect = (what?: { type: 'minor' }) => void

/** V8's own, which only contexts have that are made after it was asked for. Null in an engine that has none. */
function collector(): Collect | null {
  setFlagsFromString('--expose-gc')
  const found = runInNewContext('globalThis.gc') as Collect | undefined
  setFlagsFromString('--no-expose-gc')
  return typeof found === 'function' ? found : null
}
