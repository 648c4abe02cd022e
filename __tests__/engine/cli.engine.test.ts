// The bundled command line against the real engine, and against an engine that goes away.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type CliResult, type CliRun, runCli } from '../cli/run-cli.ts'
import { startDockerProxy } from './docker-proxy.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

describeWithEngine('repro-gate gate', () => {
  const root = mkdtempSync(join(tmpdir(), 'cli-engine-'))
  const temp = join(root, 'temp')
  beforeAll(() => void mkdirSync(temp))
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  const network = process.env.REPRO_GATE_RUN_NETWORK
  function gate(dockerfile: string, args: string[] = [], { env, ...more }: CliRun = {}): Promise<CliResult> {
    const folder = mkdtempSync(join(root, 'context-'))
    writeFileSync(
      join(folder, 'Dockerfile'),
      `FROM ${baseImage}${dockerfile.startsWith('AS ') ? ' ' : '\n'}${dockerfile}\n`,
    )
    writeFileSync(join(folder, 'page'), 'hello\n')
    const all = ['gate', '.', '--source-date-epoch', '1700000000', ...(network ? ['--network', network] : []), ...args]
    return runCli(all, { cwd: folder, env: { ...engineEnvironment(), TMPDIR: temp, ...env }, ...more })
  }
  const mayMount = canMount()
  const left = () => readdirSync(temp)
  /** Sleeps that nobody else sleeps, to find their processes. */
  const nap = () => `sleep 62${Math.floor(Math.random() * 1e6)}`
  const processesWith = (text: string) =>
    execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
      .split('\n')
      .filter(line => line.includes(text) && !line.includes('ps -eo'))

  test('prints exactly report.json to standard output, the progress to standard error, and ends with 0', async () => {
    const { code, stdout, stderr } = await gate('COPY page /', ['--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'reproducible', level: 'identical', command: 'gate' })
    expect(stderr).toMatch(/Build A[\s\S]*Build B/)
    expect(left()).toEqual([])
  })

  test('builds nothing where it is known before that the report cannot be written', async () => {
    const { code, stdout, stderr } = await gate('COPY page /', ['--report', '/proc/no/report.json'])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('/proc/no/report.json')
    expect(stderr).not.toContain('Build A')
    expect(left()).toEqual([])
  })

  test('ends with 1 where two builds differ, though the report can no longer be written', async () => {
    const random = 'RUN head -c 12 /dev/urandom | base64 > /token'
    const folder = join(root, 'in-the-way')
    const { code, stdout, stderr } = await gate(random, ['--report', join(folder, 'report.json')], {
      onStderr: soFar => soFar.includes('Build A') && writeFileSync(folder, 'a file where a folder was to be made'),
    })
    expect(code).toBe(1)
    expect(stdout).toMatch(/Dockerfile:2:1 .*random-token[\s\S]*Not reproducible/)
    expect(stderr).toMatch(/report\.json could not be written/)
    expect(left()).toEqual([])
  })

  test('a difference whose layers the builder cannot give again is found in two more builds that are kept', async () => {
    // Equal contents with other times: BuildKit takes the other side's COPY for this one's when asked again.
    const dated =
      'AS made\nRUN echo x >/f && touch -d @$(shuf -i 1000-999999999 -n1) /f\nFROM scratch\nCOPY --from=made /f /f'
    const { code, stdout, stderr } = await gate(dated, ['--json'])
    expect(code).toBe(1)
    const causes = JSON.parse(stdout).findings.filter(({ source }: { source: string }) => source === 'comparison')
    expect(causes).toMatchObject([{ id: 'header-mtime', location: { line: 4 }, paths: ['f'] }])
    expect(stderr).toContain('Both sides are built once more')
    expect(left()).toEqual([])
  })

  test('Ctrl-C ends it quickly with 130, and leaves nothing', async () => {
    const mark = nap()
    let struck = 0
    const result = await gate(`RUN ${mark}`, ['--json'], {
      onStderr: (soFar, child) => {
        if (struck > 0 || !soFar.includes(`RUN ${mark}`)) return
        struck = Date.now()
        child.kill('SIGINT')
      },
    })
    expect(Date.now() - struck).toBeLessThan(6000)
    expect(result.code).toBe(130)
    expect(JSON.parse(result.stdout)).toMatchObject({ verdict: 'undecided' })
    expect(left()).toEqual([])
    expect(processesWith(mark)).toEqual([])
  })

  describe('with an engine that', () => {
    test('does not answer at all, is undecided and says what to do', async () => {
      const { code, stdout, stderr } = await gate('COPY page /', ['--json'], {
        env: { DOCKER_HOST: `unix://${root}/no.sock` },
      })
      expect(code).toBe(2)
      const report = JSON.parse(stdout)
      expect(report).toMatchObject({ verdict: 'undecided', builds: [], level: null })
      expect(report.doubts).toEqual([expect.stringMatching(/Docker Engine does not answer[\s\S]*Start it/)])
      expect(report.findings.map(({ id }: { id: string }) => id)).toContain('RG101')
      expect(stderr).not.toMatch(/ {4}at /)
    })

    test('dies while it builds, is undecided and names the step', async () => {
      const proxy = await startDockerProxy()
      const mark = nap()
      const { code, stdout, stderr, seconds } = await gate(`RUN ${mark}`, ['--json'], {
        env: { DOCKER_HOST: proxy.host },
        onStderr: soFar => void (soFar.includes(`RUN ${mark}`) && proxy.cut()),
      })
      proxy.close()
      expect(code).toBe(2)
      expect(seconds).toBeLessThan(40)
      const report = JSON.parse(stdout)
      expect(report).toMatchObject({ verdict: 'undecided', builds: [], level: null, failure: { side: 'A' } })
      expect(report.failure.message).toMatch(/stopped answering/)
      expect(stderr).not.toMatch(/ {4}at /)
      expect(left()).toEqual([])
    })

    test('dies between the builds, is undecided', async () => {
      const proxy = await startDockerProxy()
      const { code, stdout } = await gate('RUN echo x > /x', ['--json'], {
        env: { DOCKER_HOST: proxy.host },
        onStderr: soFar => void (soFar.includes('Build B') && proxy.cut()),
      })
      proxy.close()
      expect(code).toBe(2)
      expect(JSON.parse(stdout)).toMatchObject({ verdict: 'undecided', failure: { side: 'B' } })
      expect(left()).toEqual([])
    })

    test.each(['Compare', 'Explain'])(
      'dies when both builds are there (%s), still says that they differ',
      async stage => {
        const proxy = await startDockerProxy()
        const stages = `AS made\nRUN head -c 12 /dev/urandom | base64 > /token\nFROM ${baseImage}\nCOPY --from=made /token /`
        const { code, stdout, stderr } = await gate(stages, ['--json'], {
          env: { DOCKER_HOST: proxy.host },
          onStderr: soFar => void (soFar.split('\n').includes(stage) && proxy.cut()),
        })
        proxy.close()
        expect(code).toBe(1)
        const report = JSON.parse(stdout)
        expect(report).toMatchObject({ verdict: 'not-reproducible', level: 'different' })
        expect(report.findings.filter(({ source }: { source: string }) => source === 'comparison')).toHaveLength(1)
        expect(stderr).not.toMatch(/ {4}at /)
        expect(left()).toEqual([])
      },
    )

    test('hangs while it builds, still ends by Ctrl-C', async () => {
      const proxy = await startDockerProxy()
      const mark = nap()
      let struck = 0
      const { code, stdout } = await gate(`RUN ${mark}`, ['--json'], {
        env: { DOCKER_HOST: proxy.host },
        onStderr: (soFar, child) => {
          if (struck > 0 || !soFar.includes(`RUN ${mark}`)) return
          proxy.freeze()
          struck = Date.now()
          child.kill('SIGINT')
        },
      })
      proxy.close()
      expect(code).toBe(130)
      expect(Date.now() - struck).toBeLessThan(9000)
      expect(JSON.parse(stdout)).toMatchObject({ verdict: 'undecided' })
      expect(left()).toEqual([])
    })
  })

  ;(mayMount ? test : test.skip)(
    'without room for temporary files is undecided, and says that the disk is full',
    async () => {
      const full = join(root, 'full')
      mkdirSync(full)
      mount(full)
      try {
        tryTo(() => writeFileSync(join(full, 'filler'), Buffer.alloc(70_000)))
        const { code, stdout, stderr } = await gate('COPY page /', [], { env: { TMPDIR: full } })
        expect(code).toBe(2)
        expect(stdout).toMatch(/too little space|disk is full/)
        expect(stdout).toMatch(/Undecided/)
        expect(stderr).not.toMatch(/ {4}at /)
        expect(readdirSync(full)).toEqual(['filler'])
      } finally {
        execFileSync('umount', [full])
      }
    },
  )
})

function mount(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'pipe' })
}

/** A small disk is a mount, and that is for root. */
function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'may-mount-'))
  const can = tryTo(() => {
    mount(folder)
    execFileSync('umount', [folder])
  })
  rmSync(folder, { recursive: true, force: true })
  return can
}

function tryTo(act: () => void): boolean {
  try {
    act()
    return true
  } catch {
    return false
  }
}
