import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { createExec } from '../../src/host/exec.ts'

const env = { PATH: String(process.env.PATH) }
const exec = createExec(env)
const node = (script: string) => [process.execPath, ['-e', script]] as const
const linesOf = async (script: string) => {
  const out: string[] = []
  const err: string[] = []
  const code = await exec.stream(...node(script), {
    onStdout: line => out.push(line),
    onStderr: line => err.push(line),
  })
  return { code, out, err }
}
/** Processes that carry this text in their command line. */
const running = async (mark: string) => (await exec.capture('pgrep', ['-f', mark])).stdout.split('\n').filter(Boolean)

describe('capture', () => {
  test('gives code and output, hands on input and folder', async () => {
    const script =
      'process.stdin.on("data", d => console.log(process.cwd() + d)); console.error("e"); process.exitCode = 3'
    const result = await exec.capture(...node(script), { input: ' in', cwd: '/' })
    expect(result).toEqual({ code: 3, stdout: '/ in\n', stderr: 'e\n' })
  })

  test('knows the given environment alone', async () => {
    process.env.INPUT_SECRET = 'hush'
    const { stdout } = await exec.capture(...node('console.log(JSON.stringify(process.env))'), { env: { A: 'b' } })
    expect(Object.keys(JSON.parse(stdout)).sort()).toEqual(['A', 'PATH'])
    delete process.env.INPUT_SECRET
  })

  test('keeps the first 16 MiB', async () => {
    const { code, stdout } = await exec.capture(...node('process.stdout.write("x".repeat(17 * 2 ** 20))'))
    expect(code).toBe(0)
    expect(stdout.length).toBe(16 * 2 ** 20)
  })

  test('throws only when the program cannot be started', async () => {
    await expect(exec.capture('no-such-program-here', [])).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(exec.capture('true', ['\0'])).rejects.toThrow()
    expect((await exec.capture('false', [], { input: 'x'.repeat(2 ** 20) })).code).toBe(1)
  })
})

describe('stream', () => {
  test('gives whole lines, whatever pieces they come in', async () => {
    const script = `
      const bytes = Buffer.from('ä 1\\n\\nzwei ö\\r\\nlast')
      let at = 0
      const timer = setInterval(() => {
        process.stdout.write(bytes.subarray(at, ++at))
        if (at === bytes.length) clearInterval(timer)
      }, 2)
      process.stderr.write('to stderr\\n')`
    expect(await linesOf(script)).toEqual({ code: 0, out: ['ä 1', '', 'zwei ö', 'last'], err: ['to stderr'] })
  })

  test('cuts a huge line without an end, and goes on after it', async () => {
    const script =
      'const s = "x".repeat(2 ** 20); for (let i = 0; i < 24; i++) process.stdout.write(s); console.log("\\nnext")'
    const { out } = await linesOf(script)
    expect(out).toHaveLength(2)
    expect(out[0]).toMatch(/… \(line cut\)$/)
    expect(String(out[0]).length).toBeLessThan(5 * 2 ** 20)
    expect(out[1]).toBe('next')
  })
})

describe('an abort', () => {
  const stopAfterFirstLine = async (script: string, args: readonly string[] = []) => {
    const stop = new AbortController()
    const lines: string[] = []
    const started = Date.now()
    const code = await createExec(env, { graceMs: 700 }).stream('sh', ['-c', script, ...args], {
      signal: stop.signal,
      onStdout: line => {
        lines.push(line)
        stop.abort()
      },
    })
    return { code, lines, ms: Date.now() - started }
  }

  test('asks first: a program may end in its own way', async () => {
    const { code, lines, ms } = await stopAfterFirstLine(
      'trap "echo cleaned; exit 7" INT; echo up; while :; do sleep 0.05; done',
    )
    expect({ code, lines }).toEqual({ code: 7, lines: ['up', 'cleaned'] })
    expect(ms).toBeLessThan(5000)
  })

  test('kills what does not listen, with all it started', async () => {
    const mark = `8${Math.floor(Math.random() * 1e9)}`
    const { code } = await stopAfterFirstLine(`trap "" INT; sleep ${mark} & echo up; wait; sleep ${mark}`)
    expect(code).toBe(137)
    await sleep(100)
    expect(await running(`sleep ${mark}`)).toEqual([])
  })

  test('kills what a parent that ended left behind with the pipes open', async () => {
    const mark = `8${Math.floor(Math.random() * 1e9)}`
    const { ms } = await stopAfterFirstLine(`(trap "" INT; exec sleep ${mark}) & trap "exit 0" INT; echo up; sleep 30`)
    expect(ms).toBeLessThan(10_000)
    await sleep(100)
    expect(await running(`sleep ${mark}`)).toEqual([])
  })

  test('before the start starts nothing', async () => {
    expect(await exec.stream('touch', ['/nonexistent/x'], { signal: AbortSignal.abort() })).toBe(130)
  })

  test('leaves no listener on a signal that lives on', async () => {
    const { signal } = new AbortController()
    let added = 0
    const watched = new Proxy(signal, {
      get(target, key) {
        if (key === 'addEventListener') added++
        if (key === 'removeEventListener') added--
        const value = Reflect.get(target, key, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
    await exec.capture('true', [], { signal: watched })
    expect(added).toBe(0)
  })
})

test('a child that hears no signal ends with this process, however that ends', async () => {
  const before = process.listeners('exit')
  const controller = new AbortController()
  const lines: string[] = []
  const hangs = ['-c', 'trap "" INT TERM; echo up; while :; do sleep 1; done']
  const { signal } = controller
  const ended = exec.stream('sh', hangs, { signal, onStdout: line => lines.push(line) })
  while (lines.length === 0) await sleep(10)
  controller.abort()
  // What a second Ctrl-C does.
  const added = process.listeners('exit').filter(listener => !before.includes(listener))
  expect(added).toHaveLength(1)
  for (const listener of added) listener.call(process, 130)
  const started = Date.now()
  expect(await ended).toBe(137)
  expect(Date.now() - started).toBeLessThan(3000)
  expect(process.listeners('exit')).toEqual(before)
})

test('the source starts nothing through a shell', () => {
  expect(readFileSync(new URL('../../src/host/exec.ts', import.meta.url), 'utf8')).not.toMatch(/shell\s*:|\bexec\(/)
})
