import { appendFile } from 'node:fs/promises'

/** Adds to the summary of the job. Gives what went wrong, or null; without a place for it (an old server) nothing is done. */
export async function writeJobSummary(path: string | undefined, markdown: string): Promise<string | null> {
  if (!path) return 'this runner takes none (GITHUB_STEP_SUMMARY is not set); this log has the whole result'
  return appendFile(path, markdown).then(
    () => null,
    (error: Error) => `the job summary could not be written: ${error.message}`,
  )
}
