import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { sparing } from '../../src/build/blobs.ts'
import { BuilderError, findBuilder } from '../../src/build/builder.ts'
import type { SidePlan } from '../../src/build/plan.ts'
import { buildSide } from '../../src/build/run.ts'
import { portsWith, scripted, tempFolder } from './ports.ts'

test('a folder that cannot be made fails the build in words, and no stack', async () => {
  const ports = portsWith(scripted({}), { tempDir: join(tempFolder(), 'gone') })
  const result = await buildSide(ports, { side: 'A', args: [], builder: {} } as unknown as SidePlan)
  expect(result).toMatchObject({ side: 'A', step: null, message: expect.stringMatching(/^No folder .* TMPDIR names/) })
})

test('layers are spared where a folder for it can be made; elsewhere the work itself tells what is wrong', async () => {
  const folder = join(tempFolder(), 'layout')
  writeFileSync(folder, 'a file in its place')
  const layer = { mediaType: 'x', digest: `sha256:${'0'.repeat(64)}`, size: 1 }
  expect(await sparing([layer], folder, async () => 'no space left on device')).toBe('no space left on device')
})

test('a run that ends while docker does not answer says what it waited for, and why it ended', async () => {
  const controller = new AbortController()
  const exec = scripted({
    'docker buildx version': () => {
      controller.abort(new Error('the time limit of 5 s was reached (option timeout)'))
      return { code: 130 }
    },
  })
  const found = findBuilder(portsWith(exec, { signal: controller.signal }), { builder: undefined })
  await expect(found).rejects.toThrow(BuilderError)
  await expect(found).rejects.toThrow(
    /^Stopped while waiting for the answer of docker .*: the time limit of 5 s was reached \(option timeout\)\.$/,
  )
})
