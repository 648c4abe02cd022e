import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts'

/** Paths of a stage to look at. */
export interface Sources {
  paths: readonly string[]
  /** They are the sources of a COPY as written, wildcards and all; else they are exact paths. */
  asWritten: boolean
}

/**
 * A Dockerfile that shows paths as they are right after an instruction: the text up to there, then a last stage that holds
 * nothing but these paths. Stages are named by index, which the cut cannot change; global ARGs, directives and earlier
 * stages stay as they are. Null when the text cannot be cut there.
 * @param without ONBUILD triggers that shall not run: what runs before them is the same step without them
 */
export function prefixText(
  dockerfile: Dockerfile,
  after: Instruction,
  sources: Sources,
  without: readonly Instruction[] = [],
): string | null {
  if (after.stage === null || sources.paths.length === 0) return null
  const head = withoutTriggers(dockerfile, without).slice(0, after.range.end)
  // An escape at the end would take our stage for the rest of the instruction.
  if (head.trimEnd().endsWith(dockerfile.escape)) return null
  const alone = sources.paths.length === 1
  const copies = sources.paths.map((source, index) => {
    const from = sources.asWritten ? source : alone && pattern(source) === source ? source : optional(source)
    const to = alone ? '/p/' : `/p/${index}/`
    return `COPY --from=${after.stage} ${JSON.stringify([from, to])}`
  })
  return `${head.replace(/\r?\n?$/, '')}\n\nFROM scratch\n${copies.join('\n')}\n`
}

/** The text with blanks in place of these triggers' ONBUILDs: every offset stays true. */
function withoutTriggers({ text, stages }: Dockerfile, triggers: readonly Instruction[]): string {
  let left = text
  for (const { trigger, range } of stages.flatMap(({ instructions }) => instructions)) {
    if (trigger === null || !triggers.includes(trigger)) continue
    const blank = text.slice(range.start, range.end).replace(/[^\r\n]/g, ' ')
    left = left.slice(0, range.start) + blank + left.slice(range.end)
  }
  return left
}

/**
 * A Dockerfile whose image depends on nothing but the bytes of these paths, one by one, as they are after an instruction: neither
 * their names nor their permissions nor their owners are kept. For telling whether files are others.
 */
export function bytesText(dockerfile: Dockerfile, after: Instruction, paths: readonly string[]): string | null {
  const text = prefixText(dockerfile, after, { paths, asWritten: false })
  if (text === null || after.stage === null) return null
  const head = text.slice(0, text.lastIndexOf('FROM scratch\n') + 'FROM scratch\n'.length)
  const copies = paths.map((path, index) => {
    const to = paths.length === 1 ? '/x' : `/x/${index}`
    return `COPY --from=${after.stage} --chmod=0644 ${JSON.stringify([pattern(path), to])}`
  })
  return `${head}${copies.join('\n')}\n\nFROM scratch\nCOPY --from=${after.stage + 1} ["/x", "/p/"]\n`
}

/** A path as a COPY source: characters that Docker reads as more than themselves become the wildcard for any one character. */
const pattern = (path: string): string => path.replace(/[[\]*?\\$"'`\p{Cc}]/gu, '?')

/**
 * The same as a wildcard, so that COPY takes a missing path for nothing instead of failing. The wildcard stands in the
 * first component: folders before it must be there.
 */
const optional = (path: string): string =>
  pattern(path).replace(/^\/(.)/, (_, first: string) => (/\w/.test(first) ? `/[${first}]` : '/?'))
