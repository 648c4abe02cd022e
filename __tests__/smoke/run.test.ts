import { writeFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { runCommand } from '../../src/smoke/run.ts'
import { portsWith, scripted } from '../build/ports.ts'

const builder = { name: undefined, driver: 'docker', store: true, versions: {}, platform: 'linux/amd64' }
const ended = JSON.stringify({
  vertexes: [
    {
      ...{ digest: 'sha256:1', name: '[run 2/2] RUN --network=none ["/bin/sh"]' },
      ...{ started: '2026-11-22T01:40:24.5Z', completed: '2026-11-22T01:40:26Z' },
    },
  ],
})

test('more than may be taken is told as that, and is not read', async () => {
  let asked = ''
  const exec = scripted({}, (args, { onStderr }) => {
    asked = args.join(' ')
    // No tar at all: whoever read it would say so.
    writeFileSync(/dest=([^,\s]+)/.exec(asked)?.[1] ?? '', Buffer.alloc(3 * 1024 ** 2))
    onStderr?.(ended)
    return 0
  })
  const ran = await runCommand(portsWith(exec), {
    command: { text: 'x', words: ['/bin/sh', '-c', 'x'], files: ['/out'] },
    ...{ side: 'A', run: { nonce: 1, namespace: 'n' }, image: 'oci-layout:///a@sha256:1', mostFiles: 2 * 1024 ** 2 },
    request: {
      ...{ context: '.', file: 'Dockerfile', buildArgs: {}, secrets: { args: [] }, ssh: [], buildContexts: {} },
      ...{ addHosts: [], ulimits: [], labels: [], builders: { A: builder, B: builder }, epoch: 1 },
    },
  })
  expect(asked).toContain('type=tar')
  expect(ran).toEqual({ why: expect.stringMatching(/^The files of smoke-files have more than 2 MiB.*sha256sum/) })
})
