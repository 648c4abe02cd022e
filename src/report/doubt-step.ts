import type { Report } from './report.ts'

/**
 * What is to be done about each kind of doubt, the first that fits. Known by its words, as all that report.json keeps of a
 * doubt. Steps are ours from end to end: what a doubt quotes may be anybody's.
 */
export const doubtSteps: readonly (readonly [says: RegExp, step: string])[] = [
  // Of two builds.
  [
    /has no checksum, and BuildKit/,
    'write the checksum of the download into its ADD (`ADD --checksum=sha256:…`), then run it again',
  ],
  [
    / moved between the two builds, from /,
    'pin what moved (an image by its digest, a repository by its commit), then run it again',
  ],
  [
    /file of the secret .* was changed/,
    'leave the file of the secret as it is while the builds run: find what writes it anew, then run it again',
  ],
  [
    / changed (?:while the builds ran|between the two builds)/,
    'find what writes to the sources while the builds run (a log, a test, an editor); keep it out with .dockerignore, or let it end first; then run it again',
  ],
  [
    /build B began with what build A left/,
    'take a newer Dockerfile frontend (the `# syntax=` line; without one the builder has its own), which keeps the cache mounts of two builds apart; then run it again',
  ],
  [
    /(?<!came )from a cache\b/,
    'run it again when nothing else uses this builder, or give this job a builder of its own (docker/setup-buildx-action, or `docker buildx create --use`)',
  ],
  [
    /in the same two seconds of their clocks/,
    'run it again; if it says the same once more, build on one builder (leave `builders` out)',
  ],
  [
    /at the same time/,
    'run it again when nothing else uses this builder, or give this job a builder of its own (docker/setup-buildx-action, or `docker buildx create --use`)',
  ],
  [
    /Only build [AB] has the step/,
    'leave the Dockerfile and what it is built from alone while the builds run, then run it again',
  ],
  [
    /has no layers, so not one file/,
    'name the stage that you mean to build, with `target` (`--target`), then run it again',
  ],
  [
    /must have the same version of BuildKit/,
    'give both builders the same version of BuildKit, or build on one of them; then run it again',
  ],
  [
    / was asked for, (?:but|and build)|^(?:[^:]*: )?Build A is for .*, build B for /,
    'take a base image that is made for the platform, or ask for the platform that it has, with `platforms` (`--platform`); then run it again',
  ],
  [/failed once.* and did not when/, 'run it again; if that step fails now and then, mend it first'],
  [
    /did not tell its steps|progress never named|never ended|gave no (?:manifest|config) digest|did not say that it set the file times/,
    'run it again; if it says the same once more, make the builder anew with a current BuildKit, and update buildx',
  ],
  [
    /could not be read again(?! to see in what)|was read again with|no longer has what build|from the builder's cache/,
    "run it again; if it says the same once more, give the builder's cache more room",
  ],
  [
    /What \S+ does alone|with its variations, and could not be built again|varied, and the same without/,
    'run it again; if it says the same once more, leave the variation out (`variations`, `--variations`)',
  ],
  // Of a machine that cannot build.
  [
    /too little space|disk is (?:nearly )?full|max-disk allows|of disk are needed/,
    'make room on the disk (`docker buildx prune`, `docker system prune`) or take a bigger one, then run it again',
  ],
  [/no docker command/, 'install Docker with buildx, or take a runner that has it, such as ubuntu-latest'],
  [
    /no buildx plugin|is too old: 0\.1|keeps images in its classic store/,
    'add docker/setup-buildx-action before this step (elsewhere: update buildx, and `docker buildx create --use`), then run it again',
  ],
  [
    /docker .* gave no answer within|docker could not be started/,
    'see that Docker answers (`docker info`), then run it again',
  ],
  [
    /There is no builder '|are one and the same/,
    'name builders that are there, and are two where two are asked for (`docker buildx ls` lists them); then run it again',
  ],
  [
    /belongs to another user|may not be used by this user/,
    'give this user the right that the reason above names, then run it again',
  ],
  [
    /does not accept the certificates|refuses the certificates/,
    'see that something listens at the address of that builder, and that its certificates fit (`docker buildx inspect --bootstrap`); then run it again',
  ],
  [
    /Docker Engine.* does not answer/,
    'start Docker, or name another builder with `builder` (`--builder`); then run it again',
  ],
  [
    /The builder.* cannot be used/,
    'see that the builder works (`docker buildx inspect --bootstrap`), then run it again',
  ],
  [/Stopped while waiting for the answer/, 'run it again, and let it come to its end'],
  [
    /in a git repository|has no commit yet|has no readable time|git does not trust|no git command|SOURCE_DATE_EPOCH=.* lies in the future/,
    'commit the sources to git (on a runner, check them out with actions/checkout), or give the time itself with `source-date-epoch` (`--source-date-epoch`); then run it again',
  ],
  // Of images, records and registries.
  [
    /keeps no manifest, so whether/,
    'compare OCI layouts or registry references, which have manifests, or ask for `level: same-content` (`--level same-content`)',
  ],
  [
    /only its packing is not|It may be the packing alone/,
    'ask for `level: same-content` (`--level same-content`), which is about the content',
  ],
  [
    /digest that was expected is that of the config/,
    'expect the digest of the manifest, or ask for `level: same-content` (`--level same-content`)',
  ],
  [/has no image for|There is no image for/, 'name a platform that both sides have, with `platforms` (`--platform`)'],
  [
    /\((?:401|403)\)|gives no token/,
    'log in to the registry (`docker login`, on GitHub docker/login-action) as somebody who may read the image, then run it again',
  ],
  [/\(404\)/, 'check the name, the tag or digest, and the platform of the image, then run it again'],
  [
    /\((?:429|5\d\d)\)|could not be asked|Try again later/,
    'run it again later; if it says the same once more, see that this machine can reach the registry',
  ],
  [
    / in (?:this build|the record|record [AB])\b|is not compared\./,
    'give both builds the same inputs where the reasons say that these differ or are not known, then run it again',
  ],
]

/** The next step for whoever reads why a report is undecided, as the middle of a sentence that quotes in backticks. */
export function doubtStep({ doubts, images }: Pick<Report, 'doubts' | 'images'>): string {
  const [first = ''] = doubts
  const known = doubtSteps.find(([says]) => says.test(first))
  if (known) return known[1]
  const [, side] = /(?:^|: )layer \d+ of image ([AB])\b/.exec(first) ?? []
  // What this very run has built nobody can get anew.
  if ((side !== 'A' && side !== 'B') || images?.[side] === 'this build')
    return 'run it again; if it says the same once more, mend what the reason above names'
  return `get image ${side} anew (pull it, or save it again), because what is there cannot be read whole; then run it again`
}

/** The same of a proven image that was not released. */
export function releaseStep(problem: string): string {
  if (/\((?:401|403)\)|gives? no token/.test(problem))
    return 'log in to the registry as somebody who may push there (`docker login`; on GitHub docker/login-action and the permission `packages: write`), then run it again'
  if (/\(404\)/.test(problem))
    return 'check the name that the image is to be pushed as (`tags`, `--tag`), then run it again'
  if (/\((?:429|5\d\d)\)|could not be asked|Try again later/.test(problem))
    return 'run it again later; if it says the same once more, see that this machine can reach the registry'
  if (/it was ended:/.test(problem)) return 'run it again, and let it come to its end'
  return 'mend what kept the proven image from being released, as is said above, then run it again'
}
