import type { BuildFailure } from './build.ts'

/** An input that is not there any more, or not the same, as the failing build itself says. Texts are a log's: hostile. */
export interface Vanished {
  kind: VanishedKind
  /** The image, package, address or repository, as the log names it; null where it does not. */
  name: string | null
  /** The line that says so. */
  says: string
}

/** `changed`: it is there, and is not what its checksum says. `unreachable`: its server did not answer, which may pass. */
export type VanishedKind = 'image' | 'package' | 'address' | 'repository' | 'changed' | 'unreachable' | 'certificate'

type Sign = [kind: VanishedKind, pattern: RegExp, name?: (match: RegExpExecArray) => string | null]

const versioned = ([, name = '', version = '']: RegExpExecArray): string => `${name} ${version}`
const turned = ([, version = '', name = '']: RegExpExecArray): string => `${name} ${version}`

/** What tools say when an input is gone; the first group names it. No pattern can take long: lines are bounded. */
const signs: readonly Sign[] = [
  // BuildKit: base images, ADD of an address or a repository.
  ['image', /failed to resolve source metadata for \S{1,500}: (\S{1,500}@sha256:[0-9a-f]{64}): not found/],
  ['image', /failed to resolve source metadata for (\S{1,500}): .*(?:not found|manifest unknown|MANIFEST_UNKNOWN)/],
  ['image', /failed to resolve source metadata for (\S{1,500}): .*(?:pull access denied|repository does not exist)/],
  ['image', /^(?:failed to copy: )?(\S{1,500}@sha256:[0-9a-f]{64}): (?:not found|content digest .* not found)/],
  ['address', /invalid response status (?:404|410)\b/],
  ['changed', /digest mismatch sha256:/],
  ['repository', /fatal: repository '([^']{1,500})' not found/],
  // Operating systems.
  ['package', /E: Version '([^']{1,200})' for '([^']{1,200})' was not found/, turned],
  ['package', /E: Unable to locate package (\S{1,200})/],
  ['package', /E: Package '([^']{1,200})' has no installation candidate/],
  ['address', /E: Failed to fetch (\S{1,500})\s+(?:404|410)\b/],
  ['address', /E: The repository '([^']{1,300})' (?:does not have|no longer has) a Release file/],
  ['certificate', /E: Release file for (\S{1,500}) is (?:expired|not valid)/],
  ['package', /^\s{2}([\w.+-]{1,200}) \(no such package\):/],
  ['package', /breaks: world\[([\w.+-]{1,200})=([\w.+~-]{1,100})\]/, versioned],
  ['package', /(?:No match for argument|Unable to find a match): (\S{1,200})/],
  // Languages.
  ['package', /No matching distribution found for ([^\s;(]{1,200})/],
  ['package', /No matching version found for (\S{1,200}?)\.?$/],
  ['package', /404 Not Found - GET (\S{1,500})/],
  ['package', /Could not find a valid gem '([^']{1,200})' \(([^)]{1,100})\)/, versioned],
  ['package', /(?:go: |^)(\S{1,200}@\S{1,100}): .*(?:404 Not Found|410 Gone|unknown revision)/],
  ['package', /error: no matching package named `([^`]{1,200})` found/],
  ['package', /error: failed to select a version for the requirement `([^`]{1,200})`/],
  ['changed', /THESE PACKAGES DO NOT MATCH THE HASHES/],
  ['changed', /WARNING: \d{1,6} computed checksums? did NOT match/],
  ['changed', /npm (?:ERR!|error) code EINTEGRITY/],
]

/** The same of programs that fetch, which a script may well ignore. */
const ofFetching: readonly Sign[] = [
  ['address', /(?:404|410) Client Error: [\w ]{0,60} for url: (\S{1,500})/],
  ['address', /curl: \(22\) The requested URL returned error: (?:404|410)/],
  ['address', /ERROR (?:404|410): /],
  ['address', /server returned error: HTTP\/\S{1,4} (?:404|410)/],
  ['repository', /unable to access '([^']{1,500})': The requested URL returned error: (?:404|410)/],
  ['repository', /fatal: (?:Remote branch \S{1,200} not found in|couldn't find remote ref) (\S{1,200})/],
  ['certificate', /certificate (?:has expired|is not yet valid)|(?:EXPKEYSIG|NO_PUBKEY) \S{1,60}/],
  ['unreachable', /(?:Could not resolve(?: host)?:? |Temporary failure resolving |lookup )'?([\w.-]{1,200})/],
  ['unreachable', /dial tcp(?: (\S{1,100}))?: .*(?:connection refused|i\/o timeout|no route to host)/],
  ['unreachable', /(?:Failed to connect to|Could not connect to|connect to host) (\S{1,200})/],
]

/**
 * Behind what a tool could not do it says where its log is, or that there is a newer one of it: not more than that. What a
 * package manager ends with may stand before what it said earlier, as its two outputs come in pieces.
 */
const lastLines = { ofFetching: 10, ofAll: 20 }
const lineLimit = 2000

/**
 * The input that a failed build lacks, where the end of its log or BuildKit's own error says so. Null where neither does: what was said
 * earlier may have been harmless, and nothing is guessed.
 */
export function vanishedIn({
  message,
  logTail,
  step,
}: Pick<BuildFailure, 'message' | 'logTail' | 'step'>): Vanished | null {
  const said = logTail.filter(line => line.trim() !== '').slice(-lastLines.ofAll)
  const early = Math.max(0, said.length - lastLines.ofFetching)
  // BuildKit's error says no more of a RUN than its exit code; of all else it is all there is.
  const all = [
    ...message
      .split('\n')
      .slice(0, 20)
      .map(line => ({ line, isLate: true })),
    ...said.map((line, index) => ({ line, isLate: index >= early })),
  ]
  for (const { line: whole, isLate } of all.reverse()) {
    const line = whole.slice(0, lineLimit)
    for (const [kind, pattern, name] of isLate ? [...signs, ...ofFetching] : signs) {
      const match = pattern.exec(line)
      if (match === null) continue
      const named = (name ? name(match) : match[1]) ?? addressIn(step)
      return { kind, name: named, says: line.trim().slice(0, 300) }
    }
  }
  return null
}

/** The only address of an instruction, where it has one alone. */
function addressIn(step: string | null): string | null {
  const found = new Set((step ?? '').match(/\b(?:https?|ftp):\/\/[^\s"'`;|&<>(){}$]{1,500}/g))
  const [only] = found
  return found.size === 1 && only !== undefined ? only.replace(/[),.]+$/, '') : null
}
