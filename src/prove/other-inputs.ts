import type { Finding } from '../finding.ts'
import type { InputsCompared } from '../ledger/unequal-inputs.ts'
import type { PlatformResult } from '../report/compose.ts'

/** With any doubt the verdict is open, whatever was found. */
export const lessSure = (result: PlatformResult, doubts: string[]): PlatformResult =>
  doubts.length === 0 ? result : { ...result, verdict: 'undecided', doubts }

/**
 * Where not all inputs are known to be equal, another image may have come from those: nobody can blame the Dockerfile. Nor
 * where another version of BuildKit made files of the same contents into another image.
 */
export const unlessInputsDiffer = (
  result: PlatformResult,
  { unknown, builders = [] }: InputsCompared,
): PlatformResult =>
  result.verdict !== 'not-reproducible'
    ? result
    : lessSure(result, [
        ...unknown,
        ...(builders.length > 0 && maybeOfBuilders(result) ? [builderDoubt(builders)] : []),
      ])

/** What builders decide beside the contents of files: BuildKit 0.13 and 0.25 give other permissions to folders, say. */
const theirs = new Set([
  ...['header-mode', 'header-mtime', 'header-owner', 'header-xattr', 'folder-entry', 'opaque-whiteout'],
  ...['layer-count', 'layer-packing', 'repackaged', 'config-field', 'config-history', 'config-created'],
])

const maybeOfBuilders = ({ level, findings }: PlatformResult): boolean => {
  const told = findings.filter(({ source }: Finding) => source === 'comparison')
  return level !== 'different' || (told.length > 0 && told.every(({ id }) => theirs.has(id)))
}

const builderDoubt = (builders: readonly string[]): string =>
  `No file has another content, and what built the images is not the same: ${builders.join(' ')} So what differs (settings, history, permissions, times or packing) may be the doing of the builders. Build both with one version (docker buildx create --driver-opt image=moby/buildkit:vX.Y.Z), then compare again.`
