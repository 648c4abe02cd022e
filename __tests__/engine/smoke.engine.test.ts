// A command is run for real in both images: what it does there, and what is left behind.
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { exitCodeOf, type Report } from '../../src/report/report.ts'
import { baseImage, describeWithEngine } from './engine.ts'
import { gateHere } from './gate-here.ts'

describeWithEngine('the smoke command', () => {
  const root = mkdtempSync(join(tmpdir(), 'smoke-engine-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  const contextWith = (...lines: string[]): string => {
    const folder = mkdtempSync(join(root, 'context-'))
    writeFileSync(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`)
    return folder
  }
  /** Equal in both builds, and of no other run. */
  const same = (...lines: string[]) => contextWith(`FROM ${baseImage}`, `RUN echo ${randomUUID()} > /said`, ...lines)
  const run = async (
    context: string,
    command: string | string[],
    files: string[] = [],
    more: Record<string, string[]> = {},
    ports = {},
  ) => {
    const text = typeof command === 'string' ? command : JSON.stringify(command)
    const { report, ports: used } = await gateHere(
      {
        context: [context],
        'smoke-command': [text],
        ...(files.length > 0 ? { 'smoke-files': files } : {}),
        ...more,
      },
      ports,
    )
    // Nothing of a run is left in its folder.
    expect(existsSync(used.tempDir) ? readdirSync(used.tempDir).filter(name => name.startsWith('smoke')) : []).toEqual(
      [],
    )
    return { report, result: resultOf(report) }
  }
  const resultOf = ({ smoke }: Report) => {
    const [result] = smoke?.results ?? []
    if (!result) throw new Error('nothing was told of the smoke command')
    return result
  }
  const ids = ({ findings }: Report) => findings.map(({ id }) => id).filter(id => id.startsWith('smoke'))

  test('the same in both: as the user, in the folder and with the environment of the image', async () => {
    const context = same('ENV NAME=value', 'WORKDIR /work', 'USER nobody')
    const { report, result } = await run(context, 'pwd; id -un; echo $NAME; echo "a\\b <<EOF"; echo to-stderr >&2')
    expect(report.verdict).toBe('reproducible')
    expect(result).toMatchObject({ state: 'same', why: null, oneImage: true, differs: [] })
    const said = '/work\nnobody\nvalue\na\b <<EOF\n'
    expect(result.a).toMatchObject({ exitCode: 0, stdout: { bytes: said.length }, stderrTail: ['to-stderr'] })
    expect(ids(report)).toEqual([])
    expect(exitCodeOf(report, 'difference')).toBe(0)
  })

  test('a random number in equal images: the program itself is not deterministic, and the run fails', async () => {
    const { report, result } = await run(same(), 'echo first; od -An -N8 -tx8 /dev/urandom')
    expect(report.verdict).toBe('reproducible')
    expect(result).toMatchObject({ state: 'differs', oneImage: true, differs: ['stdout'], excerpt: { at: 'line 2' } })
    expect(report.findings[0]).toMatchObject({ id: 'smoke-differs', level: 'error', title: /itself/ } as object)
    expect([exitCodeOf(report, 'difference'), exitCodeOf(report, 'never')]).toEqual([1, 0])
  })

  test('the time in seconds is not the same in two runs', async () => {
    const { result } = await run(same(), 'date +%s')
    expect(result).toMatchObject({ state: 'differs', differs: ['stdout'] })
  })

  test('a command that fails alike in both behaves the same, with a warning', async () => {
    const { report, result } = await run(same(), 'echo so; echo why >&2; exit 3')
    expect(result).toMatchObject({ state: 'same', a: { exitCode: 3, stderrTail: ['why'] }, b: { exitCode: 3 } })
    expect(ids(report)).toEqual(['smoke-exit-code'])
    expect(exitCodeOf(report, 'difference')).toBe(0)
    expect(exitCodeOf(report, 'warning')).toBe(1)
  })

  test.each([
    { command: 'no-such-program-at-all', form: 'a shell' },
    { command: ['no-such-program-at-all', 'x'], form: 'exec form' },
  ])('a command that is not there, by $form: nothing was compared', async ({ command }) => {
    const { report, result } = await run(same(), command)
    expect(result).toMatchObject({ state: 'failed', why: expect.stringMatching(/could not be started.*not found/s) })
    expect(ids(report)).toEqual(['smoke-not-compared'])
    expect(exitCodeOf(report, 'difference')).toBe(2)
  })

  test('files: equal, different, of a folder, and of none of both images', async () => {
    const context = same('RUN mkdir /out && chmod 777 /out', 'USER nobody')
    const equal = 'echo data > /out/a.csv; mkdir -p /out/deep/er; echo x > /out/deep/er/f; ln -s /nowhere /out/deep/l'
    const first = await run(context, equal, ['/out/a.csv', '/out/deep'])
    expect(first.result).toMatchObject({ state: 'same', files: [{ equal: true }, { equal: true }] })
    expect(first.result.files[0]?.a?.bytes).toBe(5)
    const second = await run(context, `${equal}; od -An -N8 -tx8 /dev/urandom > /out/deep/er/r`, [
      '/out/a.csv',
      '/out/deep',
    ])
    expect(second.result).toMatchObject({
      state: 'differs',
      differs: ['files'],
      files: [{ equal: true }, { equal: false }],
    })
    const gone = await run(context, equal, ['/out/a.csv', '/out/no/such', '/out/deep/l'])
    expect(gone.result).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('neither image has a file or folder /out/no/such'),
    })
  })

  test('a static program in an image with no shell, by exec form; its bytes differ and its behaviour does not', async () => {
    const context = contextWith(
      `FROM ${baseImage} AS made`,
      'RUN head -c 16 /dev/urandom > /noise',
      'FROM scratch',
      'COPY busybox /bin/busybox',
      'COPY --from=made /noise /noise',
      'ONBUILD RUN ["/bin/busybox", "false"]',
    )
    copyFileSync(staticProgram(root), join(context, 'busybox'))
    const { report, result } = await run(context, ['/bin/busybox', 'echo', 'hello "you" $HOME'])
    expect(report.verdict).toBe('not-reproducible')
    expect(result).toMatchObject({ state: 'same', oneImage: false, a: { stdout: { bytes: 18 } } })
    expect(exitCodeOf(report, 'difference')).toBe(1)
  })

  test('more output than BuildKit keeps is not called the same', async () => {
    const { report, result } = await run(same(), 'head -c 5000000 /dev/zero | tr "\\000" a')
    expect(result).toMatchObject({ state: 'not-run', why: expect.stringContaining('smoke-files') })
    expect(exitCodeOf(report, 'difference')).toBe(2)
  })

  test('the network is off', async () => {
    const { result } = await run(
      same(),
      'cat /proc/net/dev | tail -n +3 | cut -d: -f1 | tr -d " "; true > /dev/tcp/127.0.0.1/5000',
    )
    expect(result.a?.stdout.bytes).toBe('lo\n'.length)
  })

  test('a command that hangs is ended by the timeout, and a release with it', async () => {
    const began = Date.now()
    const { report, result } = await run(same(), 'sleep 600', [], { timeout: ['60s'] })
    expect(Date.now() - began).toBeLessThan(120_000)
    expect(result).toMatchObject({ state: 'not-run', why: expect.stringContaining('time limit') })
    expect(exitCodeOf(report, 'difference')).toBe(2)
  })

  test('what does not behave the same is not released', async () => {
    const push = { push: ['true'], tags: [`localhost:5000/smoke-${randomUUID()}:1`] }
    const { report } = await run(same(), 'od -An -N8 -tx8 /dev/urandom', [], push)
    expect(report.release).toMatchObject({ state: 'withheld', problem: expect.stringContaining('smoke command') })
  })
})

/** Debian's busybox-static, or a program of our own, linked statically. */
function staticProgram(place: string): string {
  for (const path of ['/usr/bin/busybox', '/bin/busybox']) if (existsSync(path)) return path
  const folder = mkdtempSync(join(place, 'static-'))
  execFileSync('apt-get', ['download', 'busybox-static'], { cwd: folder, stdio: 'pipe' })
  const [deb = ''] = readdirSync(folder)
  execFileSync('dpkg-deb', ['-x', deb, 'x'], { cwd: folder })
  return [join(folder, 'x/usr/bin/busybox'), join(folder, 'x/bin/busybox')].find(existsSync) ?? ''
}
