// Tests that are named to notice mutants, and that cannot say anything of them: that is no result.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

const root = join(import.meta.dirname, '../..')

test.each([
  [
    'that is left out',
    ['--tests', '__tests__/verdict.test.ts', '--longest', '0'],
    'verdict.test.ts is named by --tests',
  ],
  ['that is not there', ['--tests', '__tests__/verdict.test.ts,nowhere.test.ts'], 'no test ends with nowhere.test.ts'],
])(
  'a named test %s ends it with 2',
  (_, args, says) => {
    const program = [join(root, 'bench/mutants.mjs'), ...args, '--lines', '1-3', 'src/verdict.ts']
    const { status, stderr } = spawnSync(process.execPath, program, { cwd: root, encoding: 'utf8' })
    expect(stderr).toContain(says)
    expect(status).toBe(2)
  },
  120_000,
)
