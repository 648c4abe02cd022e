// A run within limits: builds that hang, that fill the disk, that are cancelled; and what is kept of them.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, expect, test } from '@jest/globals'
import { createExec } from '../../src/host/exec.ts'
import { exitCode } from '../../src/verdict.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'
import { gateHere } from './gate-here.ts'

describeWithEngine('limits of a run', () => {
  const root = mkdtempSync(join(tmpdir(), 'limits-engine-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const contextWith = (name: string, dockerfile: string): string => {
    const folder = mkdtempSync(join(root, `${name}-`))
    writeFileSync(join(folder, 'Dockerfile'), `FROM ${baseImage}\n${dockerfile}\n`)
    return folder
  }

  test('a build that hangs ends undecided, with the step and how long it ran; its log is kept, secrets and commands harmless', async () => {
    const context = contextWith(
      'hangs',
      `RUN --mount=type=secret,id=tok printf '\\033]0;evil\\007::error::x\\n##[error]y\\n' && cat /run/secrets/tok && sleep 300`,
    )
    writeFileSync(join(root, 'tok'), 'a-secret-value')
    const logs = join(root, 'logs')
    const started = Date.now()
    const { report } = await gateHere({
      ...{ context: [context], timeout: ['25s'], logs: [logs], 'secret-files': [`tok=${join(root, 'tok')}`] },
    })
    expect(Date.now() - started).toBeLessThan(60_000)
    expect(report.verdict).toBe('undecided')
    expect(exitCode(report.verdict, { error: 0, warning: 0 }, 'difference')).toBe(2)
    expect(report.failure).toMatchObject({ side: 'A', stopped: true, step: expect.stringMatching(/sleep 300$/) })
    expect(report.failure?.message).toMatch(
      /: the time limit of 25 s was reached \(option timeout\)\. It was in the step '.*' for \d+ s; \d of the \d steps/s,
    )
    expect(report.logs).toEqual([join(logs, 'build-A.log')])
    const log = readFileSync(join(logs, 'build-A.log'), 'utf8')
    expect(log).toContain('***')
    expect(log).not.toContain('a-secret-value')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
    expect(log).not.toMatch(/\x1b|^::|##\[/m)
  }, 120_000)

  test('a build that fills the disk is stopped at max-disk', async () => {
    const context = contextWith(
      'fills',
      `RUN for i in $(seq 40); do head -c 20000000 /dev/urandom > /f$i; sync; sleep 0.5; done`,
    )
    const { report } = await gateHere({ context: [context], 'max-disk': ['200m'] })
    expect(report.verdict).toBe('undecided')
    expect(report.failure?.message).toMatch(/more are in use in .*, and max-disk allows 200 MiB/)
  }, 120_000)

  test('what cannot fit is refused before anything is built', async () => {
    const context = contextWith('big', 'COPY big /')
    writeFileSync(join(context, 'big'), Buffer.alloc(4_000_000))
    const { report, logged } = await gateHere({ context: [context], 'max-disk': ['10m'] })
    expect([report.verdict, report.builds]).toEqual(['undecided', []])
    expect(report.doubts).toEqual([
      expect.stringMatching(/At least 11\.4 MiB of disk are needed .*max-disk allows 10 MiB/),
    ])
    expect(logged.join('\n')).not.toContain('exporting')
  })

  test('a run of three images that is cancelled is over soon, and leaves nothing', async () => {
    const folder = contextWith('cancelled', 'RUN --mount=type=cache,target=/c touch /c/x && sleep 100')
    const targets = ['a', 'b', 'c'].map(name => `target "${name}" {\n  labels = { name = "${name}" }\n}\n`).join('')
    writeFileSync(join(folder, 'docker-bake.hcl'), `group "default" {\n  targets = ["a", "b", "c"]\n}\n${targets}`)
    const controller = new AbortController()
    const logs = join(root, 'no-logs')
    const running = gateHere({ file: [join(folder, 'docker-bake.hcl')], logs: [logs] }, { signal: controller.signal })
    await setTimeout(8000)
    const aborted = Date.now()
    controller.abort(new Error('ended by SIGTERM'))
    const { report, ports } = await running
    expect(Date.now() - aborted).toBeLessThan(7500)
    expect(report.results?.map(({ verdict }) => verdict)).toEqual(['undecided', 'undecided', 'undecided'])
    expect(existsSync(logs)).toBe(false)
    expect(readdirSync(ports.tempDir).filter(name => name.startsWith('build-'))).toEqual([])
    const exec = createExec(engineEnvironment())
    const { stdout } = await exec.capture('docker', ['buildx', 'du', '--verbose', '--filter', 'type=exec.cachemount'])
    const ours = stdout.split('\n').filter(line => /repro-gate-[0-9a-f]{16}/.test(line) && line.includes('/c'))
    expect(ours).toEqual([])
  }, 120_000)
})
