import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** Bytes of the place for new objects, from which on it grows no more: smaller makes work, larger makes nothing faster. */
const enough = 16 * 1024 * 1024

/**
 * Keeps the heap near what is really in use. The place for new objects would grow to 100 MB and more while gigabytes stream
 * past, all of them dead at once; that for old ones to several times what lives in it before anybody looks. There are no
 * settings for either that a program can make for itself, but growth can be slowed and stopped. Costs no time that can be
 * measured.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=20')
  const watch = setInterval(() => {
    const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')
    if ((young?.space_size ?? 0) < enough) return
    setFlagsFromString('--semi-space-growth-factor=1')
    clearInterval(watch)
  }, 50)
  watch.unref()
}
