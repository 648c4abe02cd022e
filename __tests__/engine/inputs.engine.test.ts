import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from '@jest/globals'
import { gate } from '../../src/gate.ts'
import { createExec } from '../../src/host/exec.ts'
import { createMasking } from '../../src/host/masking.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import type { Ports } from '../../src/ports.ts'
import type { Report } from '../../src/report/report.ts'
import { placed } from '../../src/subjects/placed.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

const root = mkdtempSync(join(tmpdir(), 'inputs-engine-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const folder = (files: Record<string, string> = {}): string => {
  const path = mkdtempSync(join(root, 'context-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  return path
}
const docker = (...args: string[]): string =>
  execFileSync('docker', args, { env: engineEnvironment(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** The gate as an entry starts it, with what the log said. */
async function gated(
  given: Given,
  { stdin, env = {}, beforeB }: { stdin?: string | Buffer; env?: Record<string, string>; beforeB?: () => void } = {},
): Promise<{ report: Report; log: string }> {
  const lines: string[] = []
  const say = (text: string) => void lines.push(text)
  const tempDir = mkdtempSync(join(root, 'temp-'))
  const environment = { ...engineEnvironment(), ...env }
  const ports: Ports = {
    log: {
      ...{ info: say, debug: () => {}, warning: say, foreign: say },
      group: (title, work) => {
        if (/^Build B \(/.test(title)) beforeB?.()
        return work()
      },
    },
    ...{
      exec: createExec(environment),
      now: Date.now,
      env: environment,
      masking: createMasking(),
      signal: AbortSignal.timeout(240_000),
      tempDir,
    },
  }
  const asked = checkOptions('gate', {
    ...{ 'source-date-epoch': ['1700000000'], variations: ['none'], 'docker-check': ['never'], ...given },
  })
  const options = await placed(asked, ports, stdin === undefined ? {} : { stdin: Readable.from([Buffer.from(stdin)]) })
  const report = await gate(options, ports, { version: '0' })
  rmSync(tempDir, { recursive: true, force: true })
  return { report, log: lines.join('\n') }
}

describeWithEngine('both sides have the same bases', () => {
  const name = `${baseImage.split('/')[0]}/repro-gate-inputs/moving`
  /** Pushes an image whose file /v says `text`; gives its digest. */
  function push(tag: string, text: string): void {
    const context = folder({ Dockerfile: `FROM ${baseImage}\nRUN echo ${text} > /v\n` })
    docker(
      'buildx',
      'build',
      '-q',
      '--provenance=false',
      '--output',
      `type=image,push=true,name=${name}:${tag}`,
      context,
    )
  }
  const point = (at: string) => docker('buildx', 'imagetools', 'create', '-t', `${name}:latest`, `${name}:${at}`)

  test('a tag that moves while A runs: B is built on what A had, and that is said', async () => {
    push('v1', 'one')
    push('v2', 'two')
    point('v1')
    // FROM, COPY --from and RUN --mount, with and without the tag.
    const context = folder({
      Dockerfile: `FROM ${name}:latest AS b\nRUN cat /v > /w\nFROM scratch\nCOPY --from=b /w /w\nCOPY --from=${name} /v /v\n`,
    })
    const { report } = await gated({ context: [context] }, { beforeB: () => void point('v2') })
    expect(report).toMatchObject({ verdict: 'reproducible', level: 'identical', doubts: [] })
    expect(report.scope?.bases).toEqual([expect.stringMatching(/\/moving:latest@sha256:[0-9a-f]{64}$/)])
    // It did move.
    const after = await gated({ context: [context] })
    expect(after.report.scope?.bases).not.toEqual(report.scope?.bases)
    expect(after.report.builds[0]?.digest).not.toBe(report.builds[0]?.digest)
  })

  test('an image that only this engine has, and a stage that is named like an image', async () => {
    const context = folder({ Dockerfile: `FROM ${baseImage}\nRUN echo local > /v\n` })
    docker('buildx', 'build', '-q', '--load', '--provenance=false', '-t', 'repro-gate-only-here:1', context)
    try {
      const named = `FROM repro-gate-only-here:1 AS debian\nRUN cat /v > /w\nFROM debian\nCOPY --from=repro-gate-only-here:1 /v /x\n`
      const { report } = await gated({ context: [folder({ Dockerfile: named })] })
      expect(report).toMatchObject({ verdict: 'reproducible', doubts: [], failure: null })
      expect(report.scope?.bases).toEqual([expect.stringMatching(/^repro-gate-only-here:1@sha256:/)])
    } finally {
      docker('image', 'rm', '-f', 'repro-gate-only-here:1')
    }
  })
})

describeWithEngine('inputs that change, or prove nothing', () => {
  test('a file that was changed and given its old time is built as it is now, though the builder had it before', async () => {
    const [context, other] = [folder(), folder()]
    const write = (path: string, text: string) => {
      writeFileSync(path, text)
      utimesSync(path, 1_600_000_000, 1_600_000_000)
    }
    const state = (version: string) => {
      write(join(context, 'Dockerfile'), `FROM scratch\nLABEL v=${version}\nCOPY f /f\nCOPY --from=other g /g\n`)
      write(join(context, 'f'), `f of ${version} and ${root}`)
      write(join(other, 'g'), `g of ${version} and ${root}`)
    }
    const digestOf = async (version: string) => {
      state(version)
      const { report } = await gated({ context: [context], 'build-contexts': [`other=${other}`] })
      expect(report).toMatchObject({ verdict: 'reproducible', doubts: [] })
      return report.builds[0]?.layers.map(({ diffId }) => diffId)
    }
    const [one, two] = [await digestOf('1.2.3'), await digestOf('1.2.4')]
    expect(two).not.toContain(one?.[0])
    expect(two).not.toContain(one?.[1])
    expect(await digestOf('1.2.3')).toEqual(one)
  })
  const secretly = `FROM ${baseImage}\nRUN --mount=type=secret,id=t test -s /run/secrets/t\n`
  test('a file of a secret that is written between the builds is a doubt', async () => {
    const secret = join(folder({ token: 'hunter22' }), 'token')
    const given: Given = { context: [folder({ Dockerfile: secretly })], 'secret-files': [`t=${secret}`] }
    const { report } = await gated(given, { beforeB: () => writeFileSync(secret, 'hunter23') })
    expect(report.verdict).toBe('undecided')
    expect(report.doubts).toEqual([expect.stringContaining("The file of the secret 't' was changed")])
    expect((await gated(given)).report.verdict).toBe('reproducible')
  })
  test('an additional context that is edited between the builds is a doubt', async () => {
    const other = folder({ f: 'one' })
    const context = folder({ Dockerfile: 'FROM scratch\nCOPY --chmod=644 --from=other f /f\n' })
    const { report } = await gated(
      { context: [context], 'build-contexts': [`other=${other}`] },
      { beforeB: () => writeFileSync(join(other, 'f'), 'two') },
    )
    expect(report.verdict).toBe('undecided')
    expect(report.doubts.join()).toContain('changed while the builds ran')
  })
  test('an image of no layers is never green', async () => {
    const { report } = await gated({ context: [folder({ Dockerfile: 'FROM scratch\nLABEL a=b\n' })] })
    expect(report.verdict).toBe('undecided')
    expect(report.doubts).toEqual([expect.stringContaining('not one file was compared')])
  })
  test('a Dockerfile outside of the context', async () => {
    const file = join(folder({ Other: 'FROM scratch\nCOPY --chmod=644 f /f\n' }), 'Other')
    const { report } = await gated({ context: [folder({ f: 'x' })], file: [file] })
    expect(report).toMatchObject({ verdict: 'reproducible', doubts: [] })
  })
})

describeWithEngine('build A from a cache', () => {
  test('takes from it, B does not, and a step that depends on chance is caught', async () => {
    const context = folder({ Dockerfile: `FROM ${baseImage}\nRUN cat /proc/sys/kernel/random/uuid > /u\n` })
    // What a build of the user leaves in the builder.
    docker(
      'buildx',
      'build',
      '-q',
      '--build-arg',
      'SOURCE_DATE_EPOCH=1700000000',
      '--output',
      'type=cacheonly',
      context,
    )
    const cache = `type=local,src=${folder()}`
    const { report } = await gated({ context: [context], 'cache-from': [cache] })
    expect(report).toMatchObject({ verdict: 'not-reproducible', doubts: [] })
    expect(report.notes).toEqual([expect.stringContaining('took 1 of its 1')])
    const steady = folder({ Dockerfile: `FROM ${baseImage}\nRUN echo always > /a\n` })
    const first = await gated({ context: [steady], 'cache-from': [cache] })
    const second = await gated({ context: [steady], 'cache-from': [cache] })
    for (const { report: of } of [first, second]) expect(of).toMatchObject({ verdict: 'reproducible', doubts: [] })
    expect(second.report.notes.join()).toContain('took 1 of its 1')
  })
  test('annotations, privileges, hosts and the like reach the build', async () => {
    const context = folder({ Dockerfile: `FROM ${baseImage}\nRUN grep -q 'h.test' /etc/hosts && ulimit -n > /n\n` })
    const { report } = await gated({
      ...{ context: [context], 'add-hosts': ['h.test:10.1.2.3'], ulimit: ['nofile=512:512'], allow: ['network.host'] },
      ...{ annotations: ['manifest:a=b', 'index:c=d'], labels: ['x=y'], 'shm-size': ['128m'], pull: ['true'] },
    })
    expect(report).toMatchObject({ verdict: 'reproducible', doubts: [], failure: null })
  })
})

describeWithEngine('a context from elsewhere', () => {
  const source = folder({ 'not-in-it': 'x' })
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', source, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
      env: { ...process.env, GIT_COMMITTER_DATE: '2024-01-02T03:04:05Z', GIT_AUTHOR_DATE: '2024-01-02T03:04:05Z' },
      encoding: 'utf8',
    }).trim()

  async function served(work: (address: string, commit: string) => Promise<void>): Promise<void> {
    mkdirSync(join(source, 'app'))
    writeFileSync(join(source, 'app/Dockerfile'), `FROM ${baseImage}\nCOPY . /app\nRUN date +%s%N > /d\n`)
    writeFileSync(join(source, 'app/run.sh'), '#!/bin/sh\n')
    chmodSync(join(source, 'app/run.sh'), 0o775)
    symlinkSync('/etc/passwd', join(source, 'app/Evil'))
    git('init', '-q', '-b', 'main')
    git('add', 'app')
    git('commit', '-qm', 'one')
    git('tag', '-a', 'v1', '-m', 'v1')
    const commit = git('rev-parse', 'HEAD')
    git('commit', '-q', '--allow-empty', '-m', 'two')
    const port = await freePort()
    const args = ['daemon', '--export-all', '--listen=127.0.0.1', `--port=${port}`, `--base-path=${root}`, root]
    const daemon = spawn('git', args, { stdio: 'ignore', detached: true })
    try {
      const address = `git://127.0.0.1:${port}/${source.split('/').at(-1)}`
      for (let tries = 0; tries < 50; tries++)
        try {
          execFileSync('git', ['ls-remote', address], { stdio: 'ignore' })
          break
        } catch {
          await sleep(100)
        }
      await work(address, commit)
    } finally {
      if (daemon.pid) process.kill(-daemon.pid)
    }
  }
  const freePort = (): Promise<number> =>
    new Promise(resolve => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const address = server.address()
        server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
      })
    })

  test('a repository: one commit for both sides, its time, its lines', () =>
    served(async (address, commit) => {
      const { report } = await gated({ context: [`${address}#v1:app`], 'source-date-epoch': ['commit'] })
      expect(report.verdict).toBe('not-reproducible')
      expect(report.subject).toMatchObject({ context: `${address}#${commit}:app`, commit })
      expect(report.scope?.epoch).toMatchObject({ seconds: 1704164645 })
      const cause = report.findings.find(({ source: of }) => of === 'comparison')
      expect(cause?.location).toMatchObject({ file: `${address}#${commit.slice(0, 12)}:app/Dockerfile`, line: 3 })
      expect(JSON.stringify(report)).not.toContain(root)
      await expect(gated({ context: [`${address}#v1:app`], file: ['Evil'] })).rejects.toThrow(
        'leads out of the context',
      )
      await expect(gated({ context: [`${address}#nope`] })).rejects.toThrow("no branch or tag 'nope'")
      await expect(gated({ context: [`${address}#main:no`] })).rejects.toThrow("no folder 'no'")
      await expect(gated({ context: [`${address}#main:app?`] })).rejects.toThrow()
    }))

  test('a Dockerfile from standard input', async () => {
    const { report } = await gated(
      { context: [folder({ f: 'x' })], file: ['-'] },
      { stdin: `FROM ${baseImage}\nCOPY --chmod=644 f /f\nRUN date +%s%N > /d\n` },
    )
    expect(report.verdict).toBe('not-reproducible')
    expect(report.subject.file).toBe('-')
    expect(report.findings.find(({ source: of }) => of === 'comparison')?.location).toMatchObject({
      file: '-',
      line: 3,
    })
  })

  test('a tar of the context from standard input', async () => {
    const context = folder({ Dockerfile: 'FROM scratch\nCOPY --chmod=644 f /f\n', f: 'x' })
    const tar = execFileSync('tar', ['-cz', '-C', context, '.'])
    const { report } = await gated({ context: ['-'] }, { stdin: tar })
    expect(report).toMatchObject({ verdict: 'reproducible', doubts: [], subject: { context: '-', file: 'Dockerfile' } })
    expect(readdirSync(root).filter(name => name.startsWith('stdin-'))).toEqual([])
  })
})
