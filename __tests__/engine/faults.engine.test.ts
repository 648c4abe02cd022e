// An engine that goes away in the middle of a run, and runs that are ended at any moment: undecided or interrupted, never
// passed by accident, and nothing is left. bench/faults.mjs does the same many times, with an engine that it kills.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createExec } from '../../src/host/exec.ts'
import { bundled } from '../faults-machine/bundle.ts'
import { baseImage, describeWithEngine, engineEnvironment, networkFlags } from './engine.ts'

describeWithEngine('a run that is failed by its machine', () => {
  let [folder, cli] = ['', '']
  const mark = randomUUID().slice(0, 8)
  const exec = createExec(engineEnvironment())
  beforeAll(() => {
    ;({ folder, cli } = bundled())
    for (const of of ['gone', ...runs.map((_, at) => `ended-${at}`)])
      for (const [name, text] of [
        ['same', `echo ${mark} > /made`],
        ['differs', 'head -c 12 /dev/urandom | base64 > /token'],
      ] as const) {
        mkdirSync(join(folder, of, name), { recursive: true })
        const cache = `/${of}-${mark}`
        const run = `RUN --mount=type=cache,target=${cache} touch ${cache}/x && sleep 0.5 && ${text}`
        writeFileSync(join(folder, of, name, 'Dockerfile'), `FROM ${baseImage}\n${run}\n`)
      }
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin/docker'), leaving)
    chmodSync(join(folder, 'bin/docker'), 0o755)
  })
  afterAll(async () => {
    for (const child of living) child.kill('SIGINT')
    rmSync(folder, { recursive: true, force: true })
    // An engine that went away keeps them until its own collection.
    await exec.capture('docker', ['buildx', 'prune', '--force', '--filter', `description~=${mark}`])
  })

  const living = new Set<ChildProcess>()
  /** Half of them are ended while a step of build A or B runs, or a little later, half at any moment. */
  const runs = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGINT', 'SIGTERM', 'SIGHUP'] as const

  /** What the engine still has of cache mounts of these builds. */
  async function cacheMounts(of: string): Promise<string[]> {
    const { stdout } = await exec.capture('docker', [
      'buildx',
      'du',
      '--verbose',
      '--filter',
      `description~=${of}-${mark}`,
    ])
    return stdout.split('\n').filter(line => /^Description.*repro-gate-[0-9a-f]{16}/.test(line))
  }

  /** Takes a number for each call; from the chosen one on there is no engine. */
  const leaving = `#!/bin/sh
n=1
until mkdir "$CALLS/$n" 2>/dev/null; do n=$((n + 1)); done
[ "$n" -lt "$GONE_FROM" ] || { export DOCKER_HOST=unix:///nowhere/docker.sock; unset DOCKER_CONTEXT; }
PATH=$REAL_PATH exec docker "$@"
`
  interface Ended {
    code: number | null
    signal: NodeJS.Signals | null
    told: string
    verdict: string | null
    left: string[]
    calls: number
  }

  async function run(
    command: string,
    context: string,
    goneFrom: number,
    onStart: (child: ChildProcess) => void = () => {},
  ) {
    const place = mkdtempSync(join(folder, 'run-'))
    for (const one of ['tmp', 'calls']) mkdirSync(join(place, one))
    const { PATH = '', ...env } = engineEnvironment()
    const output = command === 'record' ? ['--record', join(place, 'r.gz')] : ['--report', join(place, 'report.json')]
    const fixed = ['--source-date-epoch', '1700000000', '--config', 'none', ...networkFlags]
    const child = spawn(process.execPath, [cli, command, join(folder, context), ...fixed, ...output], {
      cwd: place,
      env: {
        ...{ ...env, PATH: `${join(folder, 'bin')}:${PATH}`, REAL_PATH: PATH, TMPDIR: join(place, 'tmp') },
        ...{ CALLS: join(place, 'calls'), GONE_FROM: String(goneFrom), FAULTS_RUN: place },
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    living.add(child)
    onStart(child)
    let told = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', chunk => (told += chunk))
    return new Promise<Ended>(resolve =>
      child.on('close', async (code, signal) => {
        living.delete(child)
        const report = join(place, 'report.json')
        const verdict = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).verdict : null
        const parts = namesIn(place).filter(name => name.startsWith('.repro-gate'))
        const left = [...parts, ...namesIn(join(place, 'tmp')), ...(await processesOf(place))]
        resolve({ code, signal, told, verdict, left, calls: namesIn(join(place, 'calls')).length })
      }),
    )
  }

  /** Those that are still there some seconds later. */
  async function processesOf(place: string): Promise<string[]> {
    if (process.platform !== 'linux') return []
    for (let tries = 0; ; tries += 1) {
      const found = readdirSync('/proc').filter(
        pid => /^\d+$/.test(pid) && readOr(`/proc/${pid}/environ`).includes(place),
      )
      if (found.length === 0 || tries > 40)
        return found.map(pid => readOr(`/proc/${pid}/cmdline`).replaceAll('\0', ' '))
      await setTimeout(200)
    }
  }

  const namesIn = (path: string): string[] => (existsSync(path) ? readdirSync(path) : [])

  const readOr = (path: string): string => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return ''
    }
  }

  /** A few at a time. */
  async function each<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
    const waiting = [...all]
    const worker = async (): Promise<void> => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one)
    }
    await Promise.all([worker(), worker(), worker()])
  }

  test('because the engine goes away says so, and is undecided', async () => {
    const whole = await run('gate', 'gone/same', 1000)
    expect([whole.code, whole.verdict, whole.left]).toEqual([0, 'reproducible', []])
    // What comes after the last build only tidies up.
    const moments = [1, 6, 8, whole.calls - 2]
    await each(moments, async from => {
      const { code, verdict, told, left } = await run('gate', 'gone/same', from)
      expect([from, code, verdict, left]).toEqual([from, 2, 'undecided', []])
      expect(told).toMatch(/Docker Engine|Docker daemon|builder/)
      expect(told).not.toMatch(/should not have happened|\n {4}at /)
    })
    await each([9, 13], async from => {
      const { code, verdict, left } = await run('gate', 'gone/differs', from)
      expect([from, [1, 2].includes(code ?? 0), verdict === 'reproducible', left]).toEqual([from, true, false, []])
    })
  }, 300_000)

  test('because somebody ends it leaves nothing, and has not passed', async () => {
    const left: string[] = []
    await each([...runs.entries()], async ([at, signal]) => {
      const command = at % 3 === 2 ? 'record' : 'gate'
      const inStep = at < 3
      const afterMs = Math.round(Math.random() * (inStep ? 700 : 6500))
      let sentAt = Number.NaN
      const ended = await run(command, `ended-${at}/${at % 2 ? 'same' : 'differs'}`, 1000, child => {
        const end = () =>
          void setTimeout(afterMs).then(() => {
            sentAt = performance.now()
            child.kill(signal)
          })
        if (!inStep) return end()
        let told = ''
        child.stderr?.on('data', function look(chunk) {
          told += chunk
          if (!told.includes(`touch /ended-${at}-${mark}`)) return
          child.stderr?.off('data', look)
          end()
        })
      })
      // Six seconds after a signal it stops asking: where the engine was too slow, its own collection removes them.
      if (!(performance.now() - sentAt > 5500)) left.push(...(await cacheMounts(`ended-${at}`)))
      const how = { signal, afterMs, command, told: ended.told.slice(-1000) }
      // Before our own code runs a signal is the system's to obey; after the last word there is nothing to end.
      const isEarly = ended.signal === signal && ended.told === ''
      const isLate = ended.code === (command === 'gate' && at % 2 === 0 ? 1 : 0)
      expect(inStep && isEarly).toBe(false)
      expect({ ...how, ends: isEarly || isLate || ended.code === 130, left: ended.left }).toEqual({
        ...how,
        ends: true,
        left: [],
      })
      if (!isLate) expect(ended.verdict ?? 'undecided').toBe('undecided')
    })
    expect(left).toEqual([])
  }, 300_000)
})
