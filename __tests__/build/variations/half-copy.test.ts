import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { variationsNamed } from '../../../src/build/variations/variations.ts'
import { copiesIn } from '../../../src/build/variations/vary.ts'
import { portsWith, scripted } from '../ports.ts'

const root = mkdtempSync(join(tmpdir(), 'half-copy-'))
afterAll(() => rmSync(root, { recursive: true }))

test('half a copy of a context takes no space from the build that goes on without it', async () => {
  const [context, tempDir] = [join(root, 'context'), join(root, 'temp')]
  for (const folder of [context, tempDir]) mkdirSync(folder)
  for (const name of ['a', 'b']) writeFileSync(join(context, name), name)
  const file = (path: string, size: number) => ({ path, type: 'file' as const, mode: 0o644, size })
  const copies = copiesIn({ ...portsWith(scripted({})), tempDir }, variationsNamed(['umask', 'mtimes']), 1)
  // The second one is not as it was when it was read; a full disk ends it in the same way.
  const copy = await copies.of(
    'context',
    { root: context, paths: [file('a', 1), file('b', 99)], truncated: false },
    null,
  )
  expect(copy).toEqual({ refused: expect.stringContaining('b was changed while the builds ran') })
  expect(readdirSync(tempDir)).toEqual([])
  await copies.remove()
})
