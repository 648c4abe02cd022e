// What the action says where it cannot even begin: the job's page must tell as much as its log.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { bundleAction, forget, type GateResult, gateAction, pathWithGit } from './gate-action.ts'
import { type PullRequest, pullRequest } from './pull-request.ts'

describe('wrong input to the action', () => {
  let actionDir: string
  let pull: PullRequest
  let onlyGit: string
  const roots: string[] = []
  beforeAll(() => {
    actionDir = bundleAction()
    onlyGit = pathWithGit()
    pull = pullRequest({ Dockerfile: 'FROM debian:bookworm\n', 'docker-bake.json': '{"target": {"a": ' })
  })
  afterAll(() => forget(actionDir, onlyGit, pull.root, ...roots))

  const run = async (inputs: Record<string, string>): Promise<GateResult> => {
    const result = await gateAction({ actionDir, pull, env: { PATH: onlyGit }, inputs })
    roots.push(result.root)
    return result
  }

  test('is in the job summary, every problem of it, and exits with 2', async () => {
    const result = await run({ context: 'app', file: 'app/`Containerfile' })
    expect(result).toMatchObject({ outcome: 'failure', exitCodes: { main: 2 } })
    expect(result.summary).toMatch(/^## ⚠️ Undecided: wrong input \(2 problems\)\n/)
    expect(result.summary).toContain("there is no folder 'app'")
    expect(result.summary).toContain("there is no Dockerfile 'app/&#96;Containerfile'")
    expect(result.summary).toContain('let repro-gate init write one')
    expect(result.summary).toContain('**Do this first:** mend all of this')
  })

  test('names a bake file that cannot be read', async () => {
    const result = await run({ file: 'docker-bake.json' })
    expect(result).toMatchObject({ outcome: 'failure', exitCodes: { main: 2 } })
    expect(result.summary).toContain('docker-bake.json')
    expect(result.summary).toContain('this is not a pass')
  })

  test('is in no summary where none was asked for, and shows no secret', async () => {
    expect((await run({ context: 'app', summary: 'never' })).summary).toBe('')
    const { summary } = await run({ context: 'hunter2-hunter2', secrets: 'token=hunter2-hunter2' })
    expect(summary).toContain('there is no folder')
    expect(summary).not.toContain('hunter2')
  })
})
