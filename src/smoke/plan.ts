import type { BuildRequest } from '../build/plan.ts'
import type { SmokeCommand } from '../options/smoke.ts'

/** Names in the Dockerfile that runs the command: of the image as a build context, and of its two stages. */
const imageName = 'smoke-image'
const runStage = 'run'
const filesStage = 'files'

/** Line of the first COPY. */
const firstCopy = 4

/**
 * A Dockerfile that runs a command in an image, as its user, in its folder, with its environment and without network, and
 * whose last stage has the files, each in a folder of its number. Written as JSON on one line, no word
 * of the command is anything that a Dockerfile's parser could take for its own.
 * @param files which of the paths to take; of none the command is the last stage
 */
export function dockerfileOf({ words }: Pick<SmokeCommand, 'words'>, files: readonly Numbered[]): string {
  const copies = files.map(({ path, number }) => `COPY --from=${runStage} ["${asPattern(path)}", "/${number}/"]`)
  const last = copies.length > 0 ? [`FROM scratch AS ${filesStage}`, ...copies] : []
  return [`FROM ${imageName} AS ${runStage}`, `RUN --network=none [${words.map(inJson).join(', ')}]`, ...last, ''].join(
    '\n',
  )
}

/** A path with its place in the list that was given. */
export interface Numbered {
  path: string
  number: number
}

/** Which of the files a line of that Dockerfile is about; null: none. */
export const fileAtLine = (line: number | null, files: readonly Numbered[]): Numbered | null =>
  line === null ? null : (files[line - firstCopy] ?? null)

/** The step that runs the command, by its name in the progress, which no output of it can have. */
export const isRunStep = (name: string): boolean => /^\[(?:\S+ ){0,2}\d+\/\d+\] RUN /.test(name)

/** The request for such a build: in a sandbox as wide as the image's own RUN had, and with nothing else of the build's. */
export function smokeRequest(of: BuildRequest, folder: string, image: string): BuildRequest {
  const { platform, shmSize, ulimits, cgroupParent, builders, epoch } = of
  return {
    ...{ context: folder, file: `${folder}/Dockerfile`, platform, buildArgs: {}, secrets: { args: [] }, ssh: [] },
    ...{ buildContexts: { [imageName]: image }, addHosts: [], labels: [] },
    ...{ shmSize, ulimits, cgroupParent, builders, epoch },
  }
}

/** What is not there matches nothing, and a COPY of a pattern that matches nothing is no error. */
const asPattern = (path: string): string => path.replace(/[\p{L}\p{N}](?=[^/]*$)/u, found => `[${found}]`)

/** As Go writes JSON, which is how secrets are looked for in a log: without what could begin a heredoc. */
const inJson = (word: string): string =>
  JSON.stringify(word).replace(/[<>&\u2028\u2029]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
