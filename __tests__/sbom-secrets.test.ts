// What must not be shown stands in no SBOM either.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { createMasking } from '../src/host/masking.ts'
import { writeSboms } from '../src/sbom.ts'

test('a secret that became the name of a package is masked in the SBOM', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sbom-'))
  const quiet = () => {}
  const log = { info: quiet, debug: quiet, warning: quiet } as never
  const sbom = JSON.stringify({ components: [{ name: 'hunter2-hunter2' }, { name: 'curl' }] })
  const platforms = [{ platform: 'linux/amd64', sbom }]
  // Folders are made, as for the other files of a run.
  const file = join(folder, 'of/this/run/s.json')
  await writeSboms(file, 'reproducible', platforms, {
    log,
    masking: createMasking(['hunter2-hunter2']),
  })
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    components: [{ name: '***' }, { name: 'curl' }],
  })
  rmSync(folder, { recursive: true })
})
