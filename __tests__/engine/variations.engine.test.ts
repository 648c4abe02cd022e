// What only a variation shows depends on the machine; what two builds alike show, too, does not; and chance is neither.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { gate } from '../../src/gate.ts'
import { createExec } from '../../src/host/exec.ts'
import { createMasking } from '../../src/host/masking.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import type { Ports } from '../../src/ports.ts'
import type { Report } from '../../src/report/report.ts'
import { exitCode } from '../../src/verdict.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

const epoch = 1_700_000_000
const twoBuilds = [expect.stringMatching(/^Build A /), expect.stringMatching(/^Build B \(/)]
const hostNetwork = process.env.REPRO_GATE_RUN_NETWORK

describeWithEngine('variations', () => {
  const root = mkdtempSync(join(tmpdir(), 'variations-engine-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  /** BuildKit copies equal files of builds at the same time once, and other suites build as well. */
  const ofThisRun = (text: string): string => `${text} of ${root}\n`

  /** Gates these files; gives the report, the groups of the log (one for each build), and what the temp folder still has. */
  async function gated(files: Record<string, string>, given: Given = {}) {
    const context = mkdtempSync(join(root, 'context-'))
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(context, dirname(path)), { recursive: true })
      writeFileSync(join(context, path), path === 'Dockerfile' ? text : ofThisRun(text))
      chmodSync(join(context, path), 0o644)
      chmodSync(join(context, dirname(path)), 0o755)
    }
    return gatedFolder(context, given)
  }

  async function gatedFolder(context: string, given: Given = {}) {
    const tempDir = mkdtempSync(join(root, 'temp-'))
    const groups: string[] = []
    const none = () => {}
    const group = <T>(title: string, work: () => Promise<T>) => {
      groups.push(title)
      return work()
    }
    const ports: Ports = {
      log: { info: none, debug: none, warning: none, foreign: none, group },
      exec: createExec(engineEnvironment()),
      masking: createMasking(),
      ...{ now: Date.now, env: engineEnvironment(), signal: AbortSignal.timeout(280_000), tempDir },
    }
    const all = { context: [context], 'source-date-epoch': [String(epoch)], 'docker-check': ['never'], ...given }
    const options = checkOptions('gate', { ...(hostNetwork ? { network: [hostNetwork] } : {}), ...all }, {}, null)
    const report = await gate(options, ports, { version: 'test' })
    return {
      report,
      found: report.findings.filter(({ source }) => source === 'comparison'),
      code: exitCode(report.verdict, { error: 0, warning: 0 }, options.failOn),
      // Other suites use the engine too: what was built again for their sake, or because its cache was swept, is the same build.
      builds: new Set(
        groups.filter(title => title.startsWith('Build ')).map(title => title.replace(', apart from another run', '')),
      ),
      left: readdirSync(tempDir).filter(name => name.startsWith('context-')),
    }
  }

  const fair = ({ doubts, failure }: Report) => ({ doubts, failure })

  test('innocent: permissions are said, times are not looked at; two builds are enough', async () => {
    const { report, found, builds, left } = await gated({
      Dockerfile: `FROM ${baseImage}\nCOPY --chmod=0644 conf /conf/\nRUN sha256sum /conf/* >/sums\n`,
      'conf/a': 'a',
    })
    expect(fair(report)).toEqual({ doubts: [], failure: null })
    expect(report).toMatchObject({ verdict: 'reproducible', level: 'identical', notes: [] })
    expect(report.scope?.variations).toEqual(['mtimes', 'umask', 'order', 'time'])
    expect({ found, builds: [...builds], left }).toEqual({ found: [], builds: twoBuilds, left: [] })
  })

  test('umask: a warning at the COPY with its fix, proven by a third build; the strict profile fails for it', async () => {
    const files = { Dockerfile: `FROM ${baseImage}\nCOPY conf /conf/\n`, 'conf/a': 'a' }
    const { report, found, code, builds } = await gated(files)
    expect(fair(report)).toEqual({ doubts: [], failure: null })
    expect(report).toMatchObject({ verdict: 'reproducible', level: 'identical' })
    // With the umask varied the images were others: the pair that agrees had nothing varied, a build beside it had.
    expect(report.scope?.variations).toEqual([])
    expect(report.scope?.tried).toContain('umask')
    expect(code).toBe(0)
    expect([...builds]).toEqual([...twoBuilds, expect.stringMatching(/^Build B once more, with nothing varied/)])
    expect(found).toEqual([
      expect.objectContaining({
        ...{ id: 'header-mode', class: 'machine', level: 'warning', paths: ['conf/a'] },
        title: expect.stringContaining('Depends on the machine (umask)'),
        location: expect.objectContaining({ line: 2 }),
        fix: expect.objectContaining({ snippet: expect.stringContaining('COPY --chmod=') }),
      }),
    ])
    const strict = await gated(files, { profile: ['strict'] })
    expect(strict.report).toMatchObject({ verdict: 'not-reproducible', level: 'different' })
    expect(strict.report.scope?.variations).toContain('umask')
    expect(strict.code).toBe(1)
    expect(strict.found).toEqual([expect.objectContaining({ id: 'header-mode', class: 'machine', level: 'error' })])
  })

  test('mtimes: an archive of the files, named by building with one at a time', async () => {
    const { report, found } = await gated({
      Dockerfile: `FROM ${baseImage}\nCOPY --chmod=0644 a /src/a\nRUN tar -cf /a.tar -C /src a\n`,
      a: 'a',
    })
    expect(fair(report)).toEqual({ doubts: [], failure: null })
    expect(report.verdict).toBe('reproducible')
    expect(found.map(({ title, class: kind, location }) => [title.slice(0, 31), kind, location?.line])).toEqual([
      ['Depends on the machine (mtimes)', 'machine', 3],
    ])
  })

  test('files older than the commit, as on a laptop: their times leak, and a fresh checkout has others', async () => {
    const context = mkdtempSync(join(root, 'laptop-'))
    writeFileSync(join(context, 'Dockerfile'), `FROM ${baseImage}\nCOPY --chmod=0644 a /a\n`)
    writeFileSync(join(context, 'a'), ofThisRun('a'))
    utimesSync(join(context, 'a'), epoch - 100_000, epoch - 100_000)
    const { report, found } = await gatedFolder(context)
    expect(report.verdict).toBe('reproducible')
    expect(found.map(({ id, title, level }) => [id, title.slice(0, 31), level])).toEqual([
      ['header-mtime', 'Depends on the machine (mtimes)', 'warning'],
    ])
    expect(statSync(join(context, 'a')).mtimeMs).toBe((epoch - 100_000) * 1000)
  })

  test('mixed: what is random decides, what the umask does is told beside it', async () => {
    const random = 'od -An -N16 -tx1 /dev/urandom'
    const { report, found, builds } = await gated({
      Dockerfile: `FROM ${baseImage}\nCOPY conf /conf/\nRUN ${random} >/token\n`,
      'conf/a': 'a',
    })
    expect(report.verdict).toBe('not-reproducible')
    expect(found.map(({ id, class: kind, location }) => [id, kind, location?.line])).toEqual([
      ['random-token', 'now', 3],
      ['header-mode', 'machine', 2],
    ])
    expect([...builds]).toEqual([...twoBuilds, expect.stringMatching(/^Build B once more, with nothing varied/)])
    const before = await gated({
      Dockerfile: `FROM ${baseImage}\nRUN ${random} >/token\nCOPY conf /conf/\n`,
      'conf/a': 'a',
    })
    expect(before.report.verdict).toBe('not-reproducible')
    expect(before.found.map(({ class: kind }) => kind)).toEqual(['now', 'machine'])
    expect([...before.builds]).toEqual(twoBuilds)
  })

  test('a stage that takes the permissions along is traced, and its COPY blamed', async () => {
    const { report, found } = await gated({
      Dockerfile: `FROM ${baseImage} AS b\nCOPY conf /conf/\nFROM ${baseImage}\nCOPY --from=b /conf /conf\n`,
      'conf/a': 'a',
    })
    expect(report.verdict).toBe('reproducible')
    expect(found).toEqual([
      expect.objectContaining({ class: 'machine', location: expect.objectContaining({ line: 2 }), level: 'warning' }),
    ])
  })

  test('an additional context is varied, too; without a context nothing is', async () => {
    const other = mkdtempSync(join(root, 'other-'))
    writeFileSync(join(other, 'x'), ofThisRun('x'))
    chmodSync(join(other, 'x'), 0o644)
    const dockerfile = `FROM ${baseImage}\nCOPY --from=other x /x\n`
    const { report, found } = await gated({ Dockerfile: dockerfile }, { 'build-contexts': [`other=${other}`] })
    expect(report.verdict).toBe('reproducible')
    expect(found.map(({ class: kind, paths }) => [kind, paths])).toEqual([['machine', ['x']]])
    const none = await gated({ Dockerfile: `FROM ${baseImage}\nRUN echo a >/a\n` })
    expect(none.report.scope?.variations).toEqual(['time'])
    expect(none.report.verdict).toBe('reproducible')
  })

  test('hostname, where it is asked for', async () => {
    const files = {
      Dockerfile: `FROM ${baseImage}\nRUN hostname >/name 2>/dev/null || cat /proc/sys/kernel/hostname >/name\n`,
    }
    expect((await gated(files)).found).toEqual([])
    const { report, found } = await gated(files, { variations: ['+hostname'] })
    expect(report.verdict).toBe('reproducible')
    expect(found.map(({ title, class: kind }) => [title.slice(0, 33), kind])).toEqual([
      ['Depends on the machine (hostname)', 'machine'],
    ])
  })

  test('cpus: a builder of its own where the engine can run one, and otherwise a note', async () => {
    const files = {
      Dockerfile: `FROM ${baseImage}\nRUN nproc >/cpus\nRUN getconf _NPROCESSORS_ONLN >/of-sys; grep -c ^processor /proc/cpuinfo >/of-proc\n`,
    }
    const { report, found } = await gated(files, { variations: ['cpus'] })
    expect(report.verdict).toBe('reproducible')
    if (found.length === 0 && report.scope?.variations.length === 0)
      expect(report.notes).toEqual([expect.stringContaining('Side B was built without the variation cpus')])
    else if (availableParallelism() > 1)
      // However they are counted: by the scheduler, in /sys and in /proc.
      expect(found.map(({ id, title, paths }) => [id, title.slice(0, 29), ...paths].join(' '))).toEqual([
        'cpu-count Depends on the machine (cpus) cpus of-proc of-sys',
      ])
  })

  test('no network: a build that fails for it alone is told; what else is varied decides', async () => {
    const dockerfile = `FROM ${baseImage}\nRUN grep -q ' 00000000 ' /proc/net/route || grep -qE '^ *(eth|en)' /proc/net/dev\nCOPY --chmod=0644 a /\n`
    const { report, found } = await gated({ Dockerfile: dockerfile, a: 'a' }, { variations: ['umask', 'network'] })
    expect(report).toMatchObject({ verdict: 'reproducible', scope: { variations: ['umask'], tried: ['network'] } })
    expect(found).toEqual([
      expect.objectContaining({ id: 'varied-build-failed', location: expect.objectContaining({ line: 2 }) }),
    ])
  })

  test('none: two builds from the same files', async () => {
    const { report, found } = await gated(
      { Dockerfile: `FROM ${baseImage}\nCOPY conf /conf/\n`, 'conf/a': 'a' },
      { variations: ['none'] },
    )
    expect(report).toMatchObject({ verdict: 'reproducible', scope: { variations: [] } })
    expect(found).toEqual([])
  })

  ;(hostNetwork === 'host' ? test : test.skip)('chance that agrees once is never reproducible', async () => {
    const { server, url } = await answering(['x', 'y', 'x', 'x', 'z'])
    try {
      const get = `exec 3<>/dev/tcp/${url.host.replace(':', '/')}; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; tail -n1 <&3 >/coin`
      const { report } = await gated({
        Dockerfile: `FROM ${baseImage}\nCOPY --chmod=0644 a /a\nRUN ["bash", "-c", ${JSON.stringify(get)}]\n`,
        a: 'a',
      })
      expect(report.verdict).toBe('not-reproducible')
      expect(report.notes.join()).toContain('by chance')
    } finally {
      server.close()
    }
  })

  ;(hostNetwork === 'host' ? test : test.skip)(
    'a build that fails once, and not from the same files again',
    async () => {
      const { server, url } = await answering(['x', 'no', 'x', 'x'])
      try {
        const get = `exec 3<>/dev/tcp/${url.host.replace(':', '/')}; printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3; [ "$(tail -n1 <&3)" = x ]`
        const { report, found } = await gated({
          Dockerfile: `FROM ${baseImage}\nCOPY --chmod=0644 a /a\nRUN ["bash", "-c", ${JSON.stringify(get)}]\n`,
          a: 'a',
        })
        expect(report.verdict).toBe('undecided')
        expect(report.doubts).toEqual([
          expect.stringMatching(/^Build B failed once at '.*RUN .* is a matter of chance/),
        ])
        expect(found).toEqual([])
      } finally {
        server.close()
      }
    },
  )

  test('a build that fails for one variation of several: that one is named', async () => {
    const { report, found } = await gated({
      Dockerfile: `FROM ${baseImage}\nCOPY a /a\nRUN [ "$(stat -c %a /a)" = 644 ]\n`,
      a: 'a',
    })
    expect(report.verdict).toBe('reproducible')
    expect(found.map(({ title }) => title)).toEqual(['Depends on the machine (umask): the build fails'])
  })

  /** A server whose answers come in this order. */
  async function answering(answers: string[]): Promise<{ server: Server; url: URL }> {
    const server = createServer((_, response) => response.end(answers.shift() ?? 'none'))
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return { server, url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`) }
  }
})
