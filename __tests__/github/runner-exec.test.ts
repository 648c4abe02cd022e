import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { runnerExec } from '../../src/github/runner-exec.ts'
import { endChildren } from '../../src/host/children.ts'

describe('the exec of a runner', () => {
  const exec = runnerExec({ PATH: String(process.env.PATH), FROM_PORT: 'port' })
  const node = (script: string) => [process.execPath, ['-e', script]] as const

  test('gives code and both outputs, and the child the port’s environment alone', async () => {
    process.env.INPUT_OF_TEST = 'secret'
    const script =
      'console.log([process.env.FROM_PORT, process.env.OWN, process.env.INPUT_OF_TEST] + "é"); console.error("e"); process.exit(3)'
    expect(await exec.capture(...node(script), { env: { OWN: 'own' } })).toEqual({
      ...{ code: 3, stdout: 'port,own,é\n', stderr: 'e\n' },
    })
    delete process.env.INPUT_OF_TEST
  })

  test('says of a missing program what Node itself would', async () => {
    await expect(exec.capture('no-such-program-here', [])).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('many children that end at once break no pipe', async () => {
    const codes = await Promise.all(Array.from({ length: 40 }, () => exec.capture('true', [])))
    expect(codes.every(({ code }) => code === 0)).toBe(true)
  })

  test('gives input to a child that wants it', async () => {
    expect(await exec.capture('cat', [], { input: 'told' })).toMatchObject({ stdout: 'told' })
  })

  test('answers an abort at once, and the child that hangs ends with the action', async () => {
    const signal = AbortSignal.timeout(300)
    const started = Date.now()
    expect(await exec.capture(...node('setInterval(() => {}, 1000)'), { signal })).toMatchObject({ code: 130 })
    expect(Date.now() - started).toBeLessThan(3000)
    expect(await exec.capture('true', [], { signal })).toMatchObject({ code: 130 })
    endChildren()
    await sleep(300)
    const { stdout } = await exec.capture('pgrep', ['-P', String(process.pid), '-f', 'setInterval'])
    expect(stdout).toBe('')
  })

  test('keeps 16 MiB of an output that is longer', async () => {
    const { stdout } = await exec.capture(...node('process.stdout.write(("x".repeat(1023) + "\\n").repeat(20 * 1024))'))
    expect(stdout.length).toBe(16 * 1024 * 1024)
  })
})
