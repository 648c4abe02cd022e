import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../examples')

/**
 * What `broken.Dockerfile` comes to: another image; a finding of the lint, where two builds agree today; or no image at all
 * (`line 8, words of the log`).
 */
export type Broken =
  | { verdict: 'not-reproducible' | 'undecided'; line: number; cause: string }
  | { lint: string; line: number }
  | { fails: string }

export interface Example {
  name: string
  folder: string
  /** The text of its Dockerfile. */
  dockerfile: string
  broken: Broken
  /** Build arguments for machines that do not reach snapshot.debian.org. */
  withoutSnapshot: Record<string, string>
}

/** Every folder of examples/ that says in expected.json what its broken twin comes to. */
export function examples(): Example[] {
  return readdirSync(root)
    .map(name => ({ name, folder: join(root, name) }))
    .filter(({ folder }) => existsSync(join(folder, 'expected.json')))
    .map(({ name, folder }) => ({
      ...{ name, folder, withoutSnapshot: {} },
      ...JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')),
      dockerfile: readFileSync(join(folder, 'Dockerfile'), 'utf8'),
    }))
}
