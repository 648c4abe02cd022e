import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { compareNamed } from '../../src/commands/compare.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import type { Report } from '../../src/report/report.ts'
import { noPorts } from '../image-stores/lying-images.ts'

const folder = new URL('fixtures/foreign/', import.meta.url)

/** Compares two images that other builders wrote (fixtures/make-foreign.sh); `dockerfile` is the name of one beside them. */
export async function compareForeign(a: string, b: string, dockerfile?: string, given: Given = {}): Promise<Report> {
  const place = mkdtempSync(join(tmpdir(), 'foreign-'))
  try {
    const images = [a, b].map((name, index) => {
      const path = join(place, `${index}-${name}.tar`)
      writeFileSync(path, gunzipSync(readFileSync(new URL(`${name}.tar.gz`, folder))))
      return path
    })
    const file = dockerfile === undefined ? {} : { file: [fileURLToPath(new URL(dockerfile, folder))] }
    return await compareNamed(checkOptions('compare', { images, ...file, ...given }), noPorts(), { version: 'test' })
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

/** `<cause> line <line>: <paths>` of every finding. */
export const told = ({ findings }: Report): string[] =>
  findings.map(({ id, location, paths }) => `${id} line ${location?.line ?? '?'}: ${(paths ?? []).join(' ')}`)
