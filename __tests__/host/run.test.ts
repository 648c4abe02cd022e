import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, jest, test } from '@jest/globals'
import { childEnvironment, tokensIn } from '../../src/host/child-environment.ts'
import { HostError, hostProblem, problemsIn } from '../../src/host/problem.ts'
import { withRun } from '../../src/host/run.ts'
import { InputError } from '../../src/options/options.ts'

const parent = mkdtempSync(join(tmpdir(), 'run-'))
afterAll(() => rmSync(parent, { recursive: true, force: true }))

describe('a run', () => {
  test('has a folder of its own, which goes when it ends, well or badly', async () => {
    expect(await withRun(parent, async ({ tempDir }) => existsSync(tempDir))).toBe(true)
    await expect(withRun(parent, () => Promise.reject(new Error('x')))).rejects.toThrow('x')
    expect(readdirSync(parent)).toEqual([])
  })

  test('is asked to end by the first signal, and ended by the second, which leaves no folder either', async () => {
    const exit = jest.spyOn(process, 'exit').mockImplementation((() => {}) as never)
    try {
      await withRun(parent, async run => {
        expect(run.endedBy()).toBeNull()
        process.emit('SIGINT', 'SIGINT')
        expect(run.signal.aborted).toBe(true)
        expect(run.endedBy()).toBe('SIGINT')
        expect(exit).not.toHaveBeenCalled()
        process.emit('SIGTERM', 'SIGTERM')
        expect(exit).toHaveBeenCalledWith(130)
        expect(existsSync(run.tempDir)).toBe(false)
      })
    } finally {
      exit.mockRestore()
    }
  })

  test('takes its hands off the signals when it ends', async () => {
    const before = [process.listenerCount('SIGINT'), process.listenerCount('exit')]
    await withRun(parent, async () => {})
    expect([process.listenerCount('SIGINT'), process.listenerCount('exit')]).toEqual(before)
  })

  test('minds a second signal for as long as it has a folder', async () => {
    const before = process.listenerCount('SIGINT')
    let [folder, over] = ['', false]
    const ended = withRun(parent, async ({ tempDir }) => {
      folder = tempDir
      for (let name = 0; name < 500; name += 1) mkdirSync(join(tempDir, String(name)))
    }).finally(() => {
      over = true
    })
    let seen = 0
    while (!over) {
      if (existsSync(folder)) seen += 1
      expect([existsSync(folder), process.listenerCount('SIGINT') > before]).not.toEqual([true, false])
      await new Promise(resolve => setImmediate(resolve))
    }
    await ended
    expect(seen).toBeGreaterThan(0)
  })

  test('leaves no folder where a fault of ours ends the process', async () => {
    const before = process.listeners('exit')
    await withRun(parent, async ({ tempDir }) => {
      for (const listener of process.listeners('exit')) if (!before.includes(listener)) listener.call(process, 2)
      expect(existsSync(tempDir)).toBe(false)
    })
  })

  test('says where no folder could be made', async () => {
    const made = withRun(join(parent, 'missing'), async () => {})
    await expect(made).rejects.toThrow(HostError)
    await expect(made).rejects.toThrow(/temporary files.*missing.*TMPDIR/)
  })
})

test('children see neither inputs nor tokens, and builds only those that are named as secrets', () => {
  const environment = {
    ...{ INPUT_SECRETS: 'x', 'INPUT_GITHUB-TOKEN': 'x', STATE_y: 'x', input_lower: 'x' },
    ...{ ACTIONS_RUNTIME_TOKEN: 'x', ACTIONS_ID_TOKEN_REQUEST_URL: 'x', ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' },
    ...{ ACTIONS_CACHE_URL: 'x', ACTIONS_RESULTS_URL: 'x', ACTIONS_ORCHESTRATION_ID: 'x' },
  }
  const tokens = { GITHUB_TOKEN: 'a', GH_TOKEN: 'b', GH_ENTERPRISE_TOKEN: 'c', GITHUB_PAT: 'd' }
  const kept = { PATH: '/bin', DOCKER_HOST: 'unix:///x', GITHUB_SHA: 's', NPM_TOKEN: 'n', AWS_SECRET_ACCESS_KEY: 'k' }
  expect(childEnvironment({ ...environment, ...tokens, ...kept, GONE: undefined })).toEqual(kept)
  expect(tokensIn({ ...environment, ...tokens, ...kept, GONE: undefined })).toEqual(tokens)
})

test('what ended a run is told in words, and a stack only where the fault is ours', () => {
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  expect(hostProblem(full)).toMatch(/^the disk is full/)
  expect(hostProblem(Object.assign(new Error('x'), { code: 'toString' }))).toBeNull()
  // So Node names a full disk where it makes the folders above, too.
  const noFolder = Object.assign(new Error("ENOENT: no such file or directory, mkdir '/t/a'"), { code: 'ENOENT' })
  expect(hostProblem(noFolder)).toBeNull()
  expect(hostProblem(Object.assign(noFolder, { syscall: 'mkdir' }))).toMatch(/no folder could be made, as the disk is/)
  expect(problemsIn(full)).toEqual([expect.stringMatching(/the disk is full.*TMPDIR/)])
  expect(problemsIn(new InputError(['a', 'b']))).toEqual(['a', 'b'])
  expect(problemsIn(new HostError('no folder'))).toEqual(['no folder'])
  expect(problemsIn(new TypeError('ours'))).toEqual([
    expect.stringMatching(/should not have happened[\s\S]*ours[\s\S]* at /),
  ])
  expect(problemsIn('thrown')).toEqual([expect.stringContaining('thrown')])
})
