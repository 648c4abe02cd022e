import { appendFile, stat, truncate } from 'node:fs/promises'
import { hostProblem } from '../host/problem.ts'

/**
 * Adds to the summary of the job: all of the text, or nothing. Gives what went wrong, or null; without a place for it (an
 * old server) nothing is done.
 */
export async function writeJobSummary(path: string | undefined, markdown: string): Promise<string | null> {
  if (!path) return 'this runner takes none (GITHUB_STEP_SUMMARY is not set); this log has the whole result'
  const before = await stat(path).catch(() => null)
  try {
    await appendFile(path, markdown)
    return null
  } catch (error) {
    // Half a table could be taken for all of it.
    if (before?.isFile()) await truncate(path, before.size).catch(() => {})
    return `it could not be written: ${hostProblem(error) ?? (error as Error).message}; this log has the whole result`
  }
}
