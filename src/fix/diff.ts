import { createTwoFilesPatch, diffLines, INCLUDE_HEADERS } from 'diff'

/** Lines added and removed that are still told one by one; more is no suggestion any more. */
const mostChanged = 2000

/**
 * What was changed in a file, as a unified diff that `git apply` takes; empty when nothing was.
 * @param before null for a file that was not there
 */
export function unifiedDiff(file: string, before: string | null, after: string): string {
  if (before === after) return ''
  const rooted = /^([/\\]|[A-Za-z]:|\.\.)/.test(file)
  const [old, now] = [before === null ? '/dev/null' : rooted ? file : `a/${file}`, rooted ? file : `b/${file}`]
  const patch = createTwoFilesPatch(old, now, before ?? '', after, undefined, undefined, {
    context: 3,
    maxEditLength: mostChanged,
    headerOptions: { ...INCLUDE_HEADERS, includeIndex: false, includeUnderline: false },
  })
  return patch ?? `--- ${old}\n+++ ${now}\n(more than ${mostChanged} lines changed)\n`
}

/** Tells for a line of the changed text which line it was before: of an inserted line the one it was put above. */
export function lineBefore(before: string, after: string): (line: number) => number {
  const parts = diffLines(before, after, { maxEditLength: mostChanged })
  if (parts === undefined) return line => line
  const origins: number[] = []
  let [old, gone] = [1, 0]
  for (const { added, removed, count = 0 } of parts) {
    if (removed) [old, gone] = [old + count, count]
    else {
      // A line put in the place of another stands where that one stood.
      for (let at = 0; at < count; at++) origins.push(added ? old - Math.max(0, gone - at) : old++)
      gone = 0
    }
  }
  return line => origins[line - 1] ?? old
}
