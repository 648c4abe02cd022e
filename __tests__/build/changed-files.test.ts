// A commit is named only where it holds what was built.
import { appendFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from '@jest/globals'
import { changedFiles, type TakenFiles } from '../../src/build/changed-files.ts'
import { resolveEpoch, toldEpoch } from '../../src/build/epoch.ts'
import { createExec } from '../../src/host/exec.ts'
import { leftOutBy, takenOf } from '../../src/subjects/taken-files.ts'
import { portsWith, scripted, tempFolder } from './ports.ts'

const name = { GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a', GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a' }
const exec = createExec({
  ...{ PATH: String(process.env.PATH), HOME: tempFolder(), GIT_CONFIG_NOSYSTEM: '1', ...name },
  GIT_ALLOW_PROTOCOL: 'file',
})
const git = async (folder: string, ...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await exec.capture('git', ['-C', folder, ...args])
  if (code !== 0) throw new Error(stderr)
  return stdout.trim()
}
const ports = () => portsWith(exec)
const changed = (folder: string, ...taken: (string | TakenFiles)[]) =>
  changedFiles(
    ports(),
    folder,
    taken.map(one => (typeof one === 'string' ? { path: one } : one)),
  )
const write = (folder: string, path: string, text: string) => {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}
const committed = async (files: Record<string, string>) => {
  const folder = tempFolder()
  await git(folder, 'init', '--quiet', '--initial-branch=main')
  for (const [path, text] of Object.entries(files)) write(folder, path, text)
  await git(folder, 'add', '.')
  await git(folder, 'commit', '--quiet', '-m', 'm')
  return folder
}

let folder: string
let app: string
let dockerfile: string
beforeEach(async () => {
  folder = await committed({ 'app/a': 'a', 'app/b c*': 'b', 'docker/Dockerfile': 'FROM scratch\n', README: 'r' })
  app = join(folder, 'app')
  dockerfile = join(folder, 'docker/Dockerfile')
})

describe('changes', () => {
  test('of the context and of a Dockerfile outside of it are told, staged or not', async () => {
    appendFileSync(join(app, 'b c*'), 'x')
    appendFileSync(dockerfile, 'LABEL a=b\n')
    await git(folder, 'add', 'docker')
    expect(await changed(app, app, dockerfile)).toEqual({ first: 'app/b c*', count: 2 })
    expect(await changed(app, app)).toEqual({ first: 'app/b c*', count: 1 })
  })

  test('are files that are gone, moved or may be run now, too', async () => {
    renameSync(join(app, 'a'), join(app, 'z'))
    expect(await changed(app, app)).toEqual({ first: 'app/a', count: 1 })
  })

  test('are told of a folder that git would read as a pattern', async () => {
    const odd = await committed({ '[ab]/x': '1', 'a/x': '1' })
    appendFileSync(join(odd, 'a/x'), '2')
    expect(await changed(odd, join(odd, '[ab]'))).toBeNull()
    expect(await changed(odd, join(odd, 'a'))).toEqual({ first: 'a/x', count: 1 })
  })

  test('leave no commit to claim: not in report, record, proof or predicate, and a note says why', async () => {
    appendFileSync(join(app, 'a'), 'x')
    const id = await git(folder, 'rev-parse', 'HEAD')
    const epoch = await resolveEpoch(ports(), {
      given: 'commit',
      context: app,
      taken: [{ path: app }, { path: dockerfile }],
    })
    expect(epoch.commit).toBeNull()
    expect(toldEpoch(epoch)).toEqual({
      epoch: {
        seconds: epoch.seconds,
        from: expect.stringMatching(`^commit ${id.slice(0, 7)} of .*, with changes since$`),
      },
      notes: [
        `app/a, which the build reads, has changes that are not committed: what was built is not what commit ${id.slice(0, 12)} holds, so report, record and predicate name no commit. Commit the changes, or check the commit out anew.`,
      ],
    })
    const given = await resolveEpoch(ports(), { given: 5, context: app, taken: [{ path: app }] })
    expect(given).toEqual({ seconds: 5, from: 'the number given', commit: null })
  })
})

test('changes in a submodule are changes, as far as it is taken', async () => {
  const inner = await committed({ x: '1', 'y.md': '1' })
  await git(inner, 'submodule', '--quiet', 'add', await committed({ z: '1' }), 'deep')
  await git(inner, 'commit', '--quiet', '-m', 'deep')
  await git(folder, 'submodule', '--quiet', 'add', inner, 'app/sub')
  await git(folder, 'submodule', '--quiet', 'update', '--init', '--recursive')
  await git(folder, 'commit', '--quiet', '-m', 'sub')
  expect(await changed(folder, app)).toBeNull()
  appendFileSync(join(app, 'sub/x'), '2')
  appendFileSync(join(app, 'sub/y.md'), '2')
  appendFileSync(join(app, 'sub/deep/z'), '2')
  expect(await changed(folder, app)).toEqual({ first: 'app/sub/x', count: 3 })
  expect(await changed(folder, { path: app, leavesOut: leftOutBy('sub/*.md\nsub/deep') })).toEqual({
    ...{ first: 'app/sub/x', count: 1 },
  })
  expect(await changed(folder, join(app, 'sub/deep'))).toEqual({ first: 'app/sub/deep/z', count: 1 })
  expect(await changed(folder, dockerfile)).toBeNull()
  expect(await changed(join(app, 'sub'), join(app, 'sub/x'))).toEqual({ first: 'x', count: 1 })
})

describe('no changes', () => {
  test('are those outside of what is built, untracked files, and new times of a file', async () => {
    appendFileSync(join(folder, 'README'), 'x')
    write(app, 'new', 'x')
    writeFileSync(join(app, 'a'), 'a')
    expect(await changed(app, app, dockerfile)).toBeNull()
    const epoch = await resolveEpoch(ports(), {
      given: 'commit',
      context: app,
      taken: [{ path: app }, { path: dockerfile }],
    })
    expect(epoch).toMatchObject({ commit: await git(folder, 'rev-parse', 'HEAD') })
    expect(toldEpoch(epoch).notes).toEqual([])
  })

  test('is what a sparse checkout leaves out', async () => {
    await git(folder, 'sparse-checkout', 'set', 'docker')
    expect(readdirSync(folder)).not.toContain('app')
    expect(await changed(folder, folder)).toBeNull()
    appendFileSync(dockerfile, 'LABEL a=b\n')
    expect(await changed(folder, folder)).toEqual({ first: 'docker/Dockerfile', count: 1 })
  })

  test('are in a shallow clone, nor in the merge that GitHub makes of a pull request', async () => {
    await git(folder, 'checkout', '--quiet', '-b', 'feature')
    await git(folder, 'commit', '--quiet', '--allow-empty', '-m', 'head')
    const head = await git(folder, 'rev-parse', 'HEAD')
    await git(folder, 'checkout', '--quiet', 'main')
    await git(folder, 'merge', '--quiet', '--no-ff', '-m', 'Merge', 'feature')
    const clone = join(tempFolder(), 'clone')
    await git(folder, 'clone', '--quiet', '--depth=2', `file://${folder}`, clone)
    const request = { given: 'commit' as const, context: clone, headSha: head, taken: [{ path: clone }] }
    expect(await resolveEpoch(ports(), request)).toMatchObject({ commit: head })
    expect(await changed(clone, clone)).toBeNull()
  })

  test('are in what the ignore file leaves out, but that file itself and what comes back', async () => {
    const text = '*.md\nlogs\n!logs/keep\n'
    const paths = { '.dockerignore': text, 'a.md': '1', 'logs/x': '1', 'logs/keep': '1', 'd/a.md': '1' }
    const one = await committed(paths)
    const taken = [{ path: one, leavesOut: leftOutBy(text) }, { path: join(one, '.dockerignore') }]
    appendFileSync(join(one, 'a.md'), '2')
    rmSync(join(one, 'logs/x'))
    expect(await changed(one, ...taken)).toBeNull()
    appendFileSync(join(one, 'd/a.md'), '2')
    appendFileSync(join(one, 'logs/keep'), '2')
    expect(await changed(one, ...taken)).toEqual({ first: 'd/a.md', count: 2 })
    appendFileSync(join(one, '.dockerignore'), '.*\n')
    expect(await changed(one, { path: one, leavesOut: leftOutBy('.*\n**/*.md\nlogs\n') }, ...taken.slice(1))).toEqual({
      ...{ first: '.dockerignore', count: 1 },
    })
  })

  test('are in a submodule that was not checked out', async () => {
    await git(folder, 'submodule', '--quiet', 'add', await committed({ x: '1' }), 'app/sub')
    await git(folder, 'commit', '--quiet', '-m', 'sub')
    expect(await changed(folder, app)).toBeNull()
    const bare = join(tempFolder(), 'clone')
    await git(folder, 'clone', '--quiet', folder, bare)
    expect(await changed(bare, bare)).toBeNull()
  })

  test('are where git does not tell: no repository, a bare one, paths elsewhere, no git, a git that fails', async () => {
    const elsewhere = tempFolder()
    write(elsewhere, 'Dockerfile', 'FROM scratch\n')
    expect(await changed(elsewhere, elsewhere)).toBeNull()
    expect(await changed(join(folder, '.git'), app)).toBeNull()
    appendFileSync(join(app, 'a'), 'x')
    expect(await changed(app, elsewhere, '-', 'docker-image://alpine')).toBeNull()
    expect(await changed(app, join(elsewhere, 'Dockerfile'), app)).toEqual({ first: 'app/a', count: 1 })
    for (const answer of [{ code: 128 }, new Error('EAGAIN')])
      expect(
        await changedFiles(portsWith(scripted({ 'git -C . rev-parse': { stdout: `${folder}\n` }, git: answer })), '.', [
          { path: app },
        ]),
      ).toBeNull()
  })
})

test('a repository cannot make git run a program', async () => {
  write(folder, 'app/.gitattributes', 'a filter=trap\n')
  await git(folder, 'add', '.')
  await git(folder, 'commit', '--quiet', '-m', 'm')
  const trap = join(tempFolder(), 'trap')
  writeFileSync(trap, `#!/bin/sh\ntouch '${trap}-sprung'\ncat\n`, { mode: 0o755 })
  for (const key of ['core.fsmonitor', 'filter.trap.clean', 'filter.trap.process', 'diff.external', 'core.pager'])
    await git(folder, 'config', key, trap)
  write(folder, '.git/hooks/post-index-change', `#!/bin/sh\ntouch '${trap}-sprung'\n`)
  const module = await committed({ '.gitattributes': 'x filter=trap\n', x: '1', y: '1' })
  await git(folder, 'submodule', '--quiet', 'add', module, 'app/sub')
  await git(folder, 'commit', '--quiet', '-m', 'sub')
  for (const key of ['core.fsmonitor', 'filter.trap.clean', 'filter.trap.process'])
    await git(join(app, 'sub'), 'config', key, trap)
  rmSync(`${trap}-sprung`, { force: true })
  rmSync(join(app, 'b c*'))
  writeFileSync(join(app, 'a'), 'b')
  writeFileSync(join(app, 'sub/x'), '2')
  writeFileSync(join(app, 'sub/y'), '2')
  expect(await changed(app, app)).toEqual({ first: 'app/b c*', count: 2 })
  expect(readdirSync(join(trap, '..'))).toEqual(['trap'])
})

test('of images of a bake file that file is taken, too', () => {
  const sources = { ignoreFile: { file: 'app/.dockerignore', text: '*.md\n' } }
  const options = { context: 'app', file: 'app/Dockerfile', buildContexts: { more: 'more' }, files: [] }
  const taken = takenOf([{ options, sources, lists: ['docker-bake.hcl'] }] as never)
  expect(taken.map(({ path }) => path)).toEqual([
    ...['app', 'app/Dockerfile', 'app/.dockerignore', 'app/Dockerfile.dockerignore', 'more', 'docker-bake.hcl'],
  ])
  expect(['a.md', 'a'].map(path => taken[0]?.leavesOut?.(path))).toEqual([true, false])
})
