import { appendFile, readFile } from 'node:fs/promises'
import { publishedAs } from '../report/release-lines.ts'
import type { Report } from '../report/report.ts'

/**
 * Tells a runner that keeps such a list what was published, so that a later `actions/attest` finds it without being told
 * (`$GITHUB_ARTIFACTS`, one `oci://name@digest` a line). Runners that keep none do not read the file.
 * @returns what was not told, each a sentence
 */
export async function declareArtifacts(
  { release }: Report,
  { GITHUB_ARTIFACTS: file, GITHUB_ARTIFACTS_LIST: list }: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  if (release?.state !== 'published' || !file) return []
  const known = await declaredIn(list)
  const lines: string[] = []
  const lost: string[] = []
  for (const { name, digest } of publishedAs(release)) {
    // Two digests of one name would fail the step, after all was published.
    const other = known.get(name)
    if (other === undefined) lines.push(`oci://${name}@${digest}\n`)
    else if (other !== digest)
      lost.push(
        `${name}@${digest} was not declared to the runner as an artifact: another digest was declared for that name before.`,
      )
    known.set(name, other ?? digest)
  }
  try {
    if (lines.length > 0) await appendFile(file, lines.join(''))
    return lost
  } catch (error) {
    return [...lost, `What was published was not declared to the runner as an artifact: ${(error as Error).message}`]
  }
}

/** The digests that earlier steps declared, by name. */
async function declaredIn(list: string | undefined): Promise<Map<string, string>> {
  try {
    const { subjects } = JSON.parse(await readFile(list ?? '', 'utf8')) as { subjects?: unknown }
    const found = Array.isArray(subjects) ? (subjects as { name?: unknown; digest?: unknown }[]) : []
    return new Map(found.map(({ name, digest }) => [String(name), String(digest)]))
  } catch {
    return new Map()
  }
}
