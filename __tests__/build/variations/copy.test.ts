import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { BuildRequest } from '../../../src/build/plan.ts'
import { type CopyMeans, planCopy } from '../../../src/build/variations/copy-plan.ts'
import type { ContextEntry } from '../../../src/build/variations/variation.ts'
import { variationsNamed } from '../../../src/build/variations/variations.ts'
import { type Copies, copiesIn, vary } from '../../../src/build/variations/vary.ts'
import { readContext } from '../../../src/lint/context/context.ts'
import type { Ports } from '../../../src/ports.ts'

const epoch = 1_700_000_000
const now = epoch + 864_000
const wished = variationsNamed(['mtimes', 'umask', 'order', 'time'])
let base: string
let root: string
let copies: Copies
const logged: string[] = []

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'variations-'))
  root = join(base, 'context')
  mkdirSync(join(base, 'temp'))
  mkdirSync(root)
  logged.length = 0
  const log = { info: (text: string) => void logged.push(text), debug: () => {}, warning: () => {}, foreign: () => {} }
  const ports = {
    ...{ tempDir: join(base, 'temp'), now: () => now * 1000, signal: new AbortController().signal },
    log: { ...log, group: <T>(_: string, work: () => Promise<T>) => work() },
  } as unknown as Ports
  copies = copiesIn(
    ports,
    wished.filter(({ touches }) => touches === 'context'),
    epoch,
  )
})

afterEach(async () => {
  await copies.remove()
  expect(readdirSync(join(base, 'temp'))).toEqual([])
  rmSync(base, { recursive: true })
})

const file = (path: string, text = path, mode = 0o644) => {
  mkdirSync(join(root, path, '..'), { recursive: true, mode: 0o755 })
  writeFileSync(join(root, path), text)
  chmodSync(join(root, path), mode)
  utimesSync(join(root, path), now - 10, now - 10)
}

async function varied(taken: Map<string, string[] | null> | null = null, ids = wished) {
  const { context } = await readContext(root, null)
  if (context === null) throw new Error('no context')
  const request = { context: root, file: join(root, 'Dockerfile'), buildContexts: {}, buildArgs: {} }
  return vary(request as unknown as BuildRequest, ids, new Map([['context', context]]), taken, copies)
}

describe('the context of side B', () => {
  test('has the same files, with other times and permissions', async () => {
    file('a.txt')
    file('bin/run', '#!', 0o755)
    file('key', 'k', 0o600)
    symlinkSync('a.txt', join(root, 'link'))
    const { request, variations, notes } = await varied()
    expect(variations.map(({ id }) => id)).toEqual(['mtimes', 'umask', 'order', 'time'])
    expect(notes).toEqual([])
    const mode = (path: string) => statSync(join(request.context, path)).mode & 0o7777
    expect([mode('a.txt'), mode('bin/run'), mode('bin'), mode('key')]).toEqual([0o664, 0o775, 0o775, 0o600])
    expect(readFileSync(join(request.context, 'bin/run'), 'utf8')).toBe('#!')
    expect(readlinkSync(join(request.context, 'link'))).toBe('a.txt')
    for (const path of ['a.txt', 'bin', 'link', '.'])
      expect(lstatSync(join(request.context, path)).mtimeMs / 1000).toBe(now - 10 - 90_061)
    expect(request.file).toBe(join(root, 'Dockerfile'))
  })

  test('has what .dockerignore lets through, in folders that it leaves out, too', async () => {
    file('.dockerignore', '*\n!src/*.py\n')
    file('src/a.py')
    file('src/b.log')
    file('other')
    const { request } = await varied()
    expect(readdirSync(request.context, { recursive: true }).sort()).toEqual(['.dockerignore', 'src', 'src/a.py'])
  })

  test('has what the build takes, and all of it where a link may lead elsewhere', async () => {
    file('app/a')
    file('data/big')
    const taken = new Map([['context', ['app']]])
    expect(readdirSync((await varied(taken)).request.context)).toEqual(['app'])
    symlinkSync('../data/big', join(root, 'app/link'))
    expect(readdirSync((await varied(taken)).request.context)).toEqual(['app', 'data'])
  })

  test('is the same where the build takes nothing of it, and only time is varied then', async () => {
    file('a')
    const { request, variations } = await varied(new Map())
    expect(request.context).toBe(root)
    expect(variations.map(({ id }) => id)).toEqual(['time'])
  })

  test('keeps two names of one file together, and the context as it is', async () => {
    file('one')
    linkSync(join(root, 'one'), join(root, 'two'))
    file('other')
    const before = statSync(join(root, 'one'))
    const { request } = await varied()
    const [one, two] = [statSync(join(request.context, 'one')), statSync(join(request.context, 'two'))]
    expect(one.ino).toBe(two.ino)
    expect(one.ino).not.toBe(before.ino)
    expect(statSync(join(root, 'one'))).toMatchObject({ mode: before.mode, mtimeMs: before.mtimeMs, nlink: 2 })
  })

  test('shares big files with the context, unvaried, and says so; a hole costs nothing', async () => {
    file('small')
    file('big')
    truncateSync(join(root, 'big'), 5 * 1024 ** 3)
    utimesSync(join(root, 'big'), now - 10, now - 10)
    const { request, notes } = await varied()
    if (logged[0]?.includes('linked')) {
      expect(notes).toEqual([expect.stringContaining('1 file (5 GiB)')])
      expect(statSync(join(request.context, 'big')).ino).toBe(statSync(join(root, 'big')).ino)
    }
    expect(statSync(join(root, 'big'))).toMatchObject({ mode: 0o100644, mtimeMs: (now - 10) * 1000 })
    expect(statSync(join(request.context, 'big')).blocks).toBeLessThan(100)
  })

  test('comes with odd names, and goes with folders that are read-only', async () => {
    file('ro/ a\nb"\\ü😀')
    chmodSync(join(root, 'ro'), 0o555)
    const { request } = await varied()
    expect(readdirSync(join(request.context, 'ro'))).toEqual([' a\nb"\\ü😀'])
    expect(statSync(join(request.context, 'ro')).mode & 0o777).toBe(0o555)
    chmodSync(join(root, 'ro'), 0o755)
  })

  test('is not varied where there is a socket, a pipe or a name that is no text', async () => {
    file('a')
    execFileSync('mkfifo', [join(root, 'pipe')])
    const { request, variations, notes } = await varied()
    expect(request.context).toBe(root)
    expect(variations.map(({ id }) => id)).toEqual(['time'])
    expect(notes).toEqual([expect.stringContaining("'pipe' in the build context")])
  })

  test('is not varied where a name is no text', async () => {
    file('a')
    writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x66, 0xe4])]), '')
    expect((await varied()).notes).toEqual([expect.stringContaining('cannot be read')])
  })

  test('is not varied where the context is not as it was read', async () => {
    file('a')
    const { context } = await readContext(root, null)
    writeFileSync(join(root, 'a'), 'another text')
    expect(await copies.of('context', context as never, null)).toEqual({
      refused: 'the build context could not be copied: a was changed while the builds ran',
    })
  })

  test('is another one where another ignore file lets as many paths through', async () => {
    for (const name of ['one', 'two']) file(name)
    const left = async (ignored: string) => {
      const dockerfile = join(base, `${ignored}.Dockerfile`)
      writeFileSync(`${dockerfile}.dockerignore`, ignored)
      const { context } = await readContext(root, dockerfile)
      const copy = await copies.of('context', context as never, null)
      return 'refused' in copy ? copy.refused : readdirSync(copy.root)
    }
    expect([await left('one'), await left('two')]).toEqual([['two'], ['one']])
  })

  test('is made once', async () => {
    file('a')
    expect((await varied()).request.context).toBe((await varied()).request.context)
  })
})

describe('without a copy', () => {
  test('what needs none is varied in the request alone', async () => {
    const { request, variations } = await varied(null, variationsNamed(['hostname', 'network']))
    expect(request).toMatchObject({
      context: root,
      network: 'none',
      buildArgs: { BUILDKIT_SANDBOX_HOSTNAME: 'repro-gate-varied' },
    })
    expect(variations.map(({ id }) => id)).toEqual(['hostname', 'network'])
  })
})

describe('the plan of a copy', () => {
  const of = (...sizes: number[]): ContextEntry[] =>
    sizes.map((size, at) => ({ path: `f${at}`, type: 'file', mode: 0o644, size, mtimeMs: 0 }))
  const facts = { umask: 0o022, checkedOutAt: 1 }
  const means: CopyMeans = { clones: false, links: true, most: 1000 }
  const plan = (context: ContextEntry[], given: Partial<CopyMeans>) =>
    planCopy(context, facts, wished, { ...means, ...given })
  const by = (given: ReturnType<typeof planCopy>) =>
    'refused' in given ? given.refused : Object.fromEntries(given.entries.map(entry => [entry.path, entry.by]))

  test('the smallest are copied as far as the budget goes, the others linked', () => {
    expect(by(plan(of(800, 300, 600), {}))).toEqual({ f0: 'link', f1: 'copy', f2: 'copy' })
    expect(by(plan(of(20 * 1024 ** 2), { most: 1e12 }))).toEqual({ f0: 'link' })
  })

  test('clones are free', () => {
    expect(by(plan(of(1e12), { clones: true }))).toEqual({ f0: 'copy' })
  })

  test('where nothing can be linked and it is too much, it is refused in words', () => {
    expect(by(plan(of(800, 300_000), { links: false }))).toMatch(/^a copy of it would take 294 KiB of disk, and 1000 B/)
    expect(by(plan(of(800), { links: false }))).toEqual({ f0: 'copy' })
  })

  test('what is linked stays as it is', () => {
    const planned = plan(of(5000), {})
    expect('refused' in planned ? [] : planned.entries).toEqual([{ ...of(5000)[0], by: 'link' }])
  })
})
