import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Bytes of the place for new objects, from which on it grows no more: smaller makes work, larger makes nothing faster. */
const enough = 16 * 1024 * 1024

/**
 * Keeps the heap's place for new objects small: it would grow to 100 MB and more while gigabytes stream past, all of them
 * dead at once. There is no setting for it that a program can make for itself, but the growth can be stopped.
 */
export function keepYoungHeapSmall(): void {
  const watch = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    if ((young?.space_size ?? 0) < enough) return
    setFlagsFromString('--semi-space-growth-factor=1')
    clearInterval(watch)
  }, 50)
  watch.unref()
}
