import { leftover } from '../leftover.ts'

/** apt's binary caches and downloaded archives. */
export const aptCache = leftover({
  id: 'apt-cache',
  title: 'Caches of apt are in the layer',
  message:
    "apt's caches (pkgcache.bin, srcpkgcache.bin) hold times and hashes of the machine that wrote them and are rebuilt whenever they are missing. They also make the layer tens of megabytes larger.",
  paths: /^var\/cache\/apt\/.+/,
  remove: ['/var/cache/apt/*.bin'],
  fix: 'Delete the caches in the same instruction that installs, or mount a cache over them with RUN --mount=type=cache,target=/var/cache/apt.',
})
