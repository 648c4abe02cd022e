import { expect, test } from '@jest/globals'
import type { Builder } from '../../src/build/builder.ts'
import { othersEnded } from '../../src/build/other-builds.ts'
import { portsWith, scripted } from './ports.ts'

const builder: Builder = { name: 'b', driver: 'remote', store: false, versions: {}, platform: 'linux/amd64' }
const history = 'docker buildx history ls --filter status=running --format json --builder b'

test('goes on when the builder was free twice, whatever else it tells', async () => {
  let asked = 0
  const exec = scripted({
    [history]: () => ({ stdout: asked++ === 0 ? '{"ref":"b/b/x","status":"Running"}\nnull\nnonsense\n' : '\n' }),
  })
  await othersEnded(portsWith(exec), builder, 60_000)
  expect(asked).toBe(3)
})

test('gives up in the end, at once when the run is stopped, and where the builder does not tell', async () => {
  const busy = scripted({ [history]: { stdout: '{"ref":"b/b/x"}' } })
  const began = Date.now()
  await othersEnded(portsWith(busy), builder, 300)
  await othersEnded(portsWith(scripted({})), builder, 300)
  await othersEnded(portsWith(scripted({ [history]: new Error('spawn') })), builder, 300)
  await othersEnded(portsWith(busy, { signal: AbortSignal.abort() }), builder, 60_000)
  expect(Date.now() - began).toBeLessThan(5000)
})
