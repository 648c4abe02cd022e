// The shell steps of release.yml and examples.yml, run as the runner runs them: in bash, on a real repository, with a gh that only notes.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../..')
const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})
const emptyFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'release-steps-'))
  folders.push(folder)
  return folder
}

interface Step {
  id?: string
  name?: string
  run?: string
}
const stepOf = (workflow: string, job: string, name: string): string => {
  const { jobs } = parse(readFileSync(join(root, `.github/workflows/${workflow}.yml`), 'utf8')) as {
    jobs: Record<string, { steps: Step[] }>
  }
  const found = jobs[job]?.steps.find(step => step.name === name || step.id === name)?.run
  if (found === undefined) throw new Error(`${workflow}.yml has no step '${name}' in ${job}`)
  return found
}

interface Ran {
  status: number | null
  said: string
}
const run = (script: string, cwd: string, env: Record<string, string> = {}): Ran => {
  const shell = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    ...{ cwd, encoding: 'utf8' },
    env: { PATH: `${join(cwd, 'bin')}:${process.env.PATH}`, HOME: cwd, ...env },
  })
  return { status: shell.status, said: shell.stdout + shell.stderr }
}

describe('the tag, package.json and CHANGELOG.md agree', () => {
  const check = stepOf('release', 'build', 'the tag, package.json and CHANGELOG.md agree, and main has the commit')
  let folder = ''
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder, encoding: 'utf8' })
  const commit = (version: string, changelog: string): void => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ version }))
    writeFileSync(join(folder, 'CHANGELOG.md'), changelog)
    git('add', '.')
    git('commit', '-qm', version)
  }
  const notes = (): string => readFileSync(join(folder, 'release/notes.md'), 'utf8')
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-22\n\n### Added\n- A.\n\n## [1.2.2]\n- Old.\n'

  beforeEach(() => {
    folder = emptyFolder()
    git('init', '-qb', 'main')
    commit('1.2.3', changelog)
    git('update-ref', 'refs/remotes/origin/main', 'HEAD')
  })

  test('a release: the notes are those of its version, and nothing of another', () => {
    expect(run(check, folder, { TAG: 'v1.2.3' })).toEqual({ status: 0, said: '' })
    expect(notes()).toBe('\n### Added\n- A.\n\n')
  })

  test('another version than the tag is refused', () => {
    expect(run(check, folder, { TAG: 'v1.2.4' })).toMatchObject({
      status: 1,
      said: expect.stringContaining('The tag is v1.2.4, package.json says 1.2.3'),
    })
  })

  test('a commit that is not on main is refused', () => {
    commit('1.2.3', `${changelog}\n`)
    expect(run(check, folder, { TAG: 'v1.2.3' })).toMatchObject({
      status: 1,
      said: expect.stringContaining('v1.2.3 is not on main'),
    })
  })

  test.each([
    ['without a section', '# Changelog\n\n## [Unreleased]\n- A.\n'],
    ['with an empty one', '# Changelog\n\n## [1.2.3]\n\n## [1.2.2]\n- Old.\n'],
    ['with one of a longer version', '# Changelog\n\n## [1.2.3-rc.1]\n- A.\n\n## [1.2.30]\n- B.\n'],
  ])('a changelog %s is refused, in a rehearsal only said', (_, text) => {
    commit('1.2.3', text)
    git('update-ref', 'refs/remotes/origin/main', 'HEAD')
    expect(run(check, folder, { TAG: 'v1.2.3' })).toMatchObject({
      status: 1,
      said: expect.stringContaining('has no section [1.2.3]'),
    })
    expect(run(check, folder, { TAG: '' }).status).toBe(0)
    expect(notes()).toMatch(/^A rehearsal/)
  })
})

test('the tarball is packed twice, and its sums are those of what was packed and of every file of dist', () => {
  const folder = emptyFolder()
  for (const path of ['dist/cli', 'release']) mkdirSync(join(folder, path), { recursive: true })
  writeFileSync(join(folder, 'dist/cli/index.cjs'), '1\n')
  writeFileSync(join(folder, 'dist/licenses.txt'), 'x\n')
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'repro-gate', version: '1.2.3', files: ['dist'] }))
  const ran = run(stepOf('release', 'build', 'the tarball is the same when it is packed again'), folder)
  expect(ran.status).toBe(0)
  const sums = readFileSync(join(folder, 'release/SHA256SUMS'), 'utf8')
  expect(sums.match(/^[0-9a-f]{64} {2}\S+$/gm)?.map(line => line.slice(66))).toEqual([
    'repro-gate-1.2.3.tgz',
    'dist/cli/index.cjs',
    'dist/licenses.txt',
  ])
  expect(run('sha256sum --check --ignore-missing release/SHA256SUMS', folder).status).toBe(0)
  expect(run('cd release && sha256sum --check --ignore-missing SHA256SUMS', folder).said).toContain('tgz: OK')
})

test('what is released installs nothing else, and package.json is whole again', () => {
  const folder = emptyFolder()
  for (const path of ['dist', 'release', 'scripts']) mkdirSync(join(folder, path))
  for (const path of ['package.json', 'scripts/packed.mjs', 'scripts/own-node.mjs'])
    copyFileSync(join(root, path), join(folder, path))
  writeFileSync(join(folder, 'dist/licenses.txt'), 'x\n')
  const step = stepOf('release', 'build', 'the tarball is the same when it is packed again')
  expect(run(step, folder)).toMatchObject({ status: 0 })
  const { said } = run('tar -xzOf release/*.tgz package/package.json', folder)
  expect(Object.keys(JSON.parse(said))).toEqual(expect.arrayContaining(['name', 'version', 'bin']))
  for (const name of ['dependencies', 'devDependencies', 'scripts']) expect(JSON.parse(said)).not.toHaveProperty(name)
  expect(readFileSync(join(folder, 'package.json'))).toEqual(readFileSync(join(root, 'package.json')))
})

describe('publishing', () => {
  const steps = {
    same: stepOf('release', 'publish', 'the tag still stands for this commit'),
    draft: stepOf('release', 'publish', 'a draft with everything in it'),
    publish: stepOf('release', 'publish', 'published, and immutable'),
    move: stepOf('release', 'publish', 'the major tag follows the newest release of its major version'),
  }
  let folder = ''
  /** A gh that answers by the first pattern its arguments have, notes every call, and fails where the answer is `fail`. */
  const gh = (answers: Record<string, string>): void => {
    const cases = Object.entries(answers).map(
      ([pattern, answer]) => `  *'${pattern}'*) ${answer === 'fail' ? 'exit 1' : `printf '%s\\n' '${answer}'`} ;;`,
    )
    mkdirSync(join(folder, 'bin'), { recursive: true })
    writeFileSync(
      join(folder, 'bin/gh'),
      ['#!/bin/sh', `echo "$*" >> '${folder}/calls'`, 'case "$*" in', ...cases, 'esac', ''].join('\n'),
    )
    chmodSync(join(folder, 'bin/gh'), 0o755)
  }
  const calls = (): string[] =>
    existsSync(join(folder, 'calls')) ? readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n') : []
  const sha = 'c'.repeat(40)
  const env = (tag: string) => ({ TAG: tag, GH_REPO: 'o/r', GITHUB_SHA: sha })

  beforeEach(() => {
    folder = emptyFolder()
  })

  test.each([
    ['a light tag', { 'git/ref/tags': `commit ${sha}` }, 0],
    ['a signed tag', { 'git/ref/tags': `tag ${'d'.repeat(40)}`, [`git/tags/${'d'.repeat(40)}`]: sha }, 0],
    ['a tag that was moved', { 'git/ref/tags': `commit ${'e'.repeat(40)}` }, 1],
    ['a signed tag that was moved', { 'git/ref/tags': `tag ${'d'.repeat(40)}`, 'git/tags': 'f'.repeat(40) }, 1],
    ['a tag that is gone', { 'git/ref/tags': 'fail' }, 1],
  ])('%s', (_, answers, status) => {
    gh(answers as Record<string, string>)
    expect(run(steps.same, folder, env('v1.2.3')).status).toBe(status)
  })

  test.each([
    ['v1.2.3', ''],
    ['v2.0.0-rc.1', ' --prerelease'],
  ])('the draft of %s has the tarball, its sums and the attestation, and is a draft', (tag, prerelease) => {
    gh({})
    mkdirSync(join(folder, 'release'))
    writeFileSync(join(folder, 'release/repro-gate-1.2.3.tgz'), '')
    expect(run(steps.draft, folder, env(tag))).toEqual({ status: 0, said: '' })
    expect(calls()).toEqual([
      `release create ${tag} --draft --verify-tag --title ${tag} --notes-file release/notes.md${prerelease} ` +
        'release/repro-gate-1.2.3.tgz release/SHA256SUMS attestation/provenance.sigstore.json',
    ])
  })

  test('a release that can still be changed is said to be one', () => {
    gh({ immutable: 'true' })
    expect(run(steps.publish, folder, env('v1.2.3')).status).toBe(0)
    expect(calls()[0]).toBe('release edit v1.2.3 --draft=false')
    gh({ immutable: 'false' })
    expect(run(steps.publish, folder, env('v1.2.3'))).toMatchObject({
      status: 1,
      said: expect.stringContaining('turn on immutable releases'),
    })
  })

  const tags = (...names: string[]): string => names.map(name => `refs/tags/${name}`).join('\n')
  const moves = (): string[] => calls().filter(call => call.includes('-X '))

  test('the major tag is moved, and made where there is none', () => {
    gh({ 'matching-refs': tags('v1.2.3', 'v1.10.0', 'v1.9.0', 'v1.11.0-rc.1') })
    expect(run(steps.move, folder, env('v1.10.0'))).toEqual({ status: 0, said: 'v1 is v1.10.0 now\n' })
    expect(calls()[0]).toContain('repos/o/r/git/matching-refs/tags/v1.')
    expect(moves()).toEqual([`api -X PATCH repos/o/r/git/refs/tags/v1 -f sha=${sha} -F force=true`])
    gh({ 'matching-refs': tags('v1.10.0'), PATCH: 'fail' })
    expect(run(steps.move, folder, env('v1.10.0')).status).toBe(0)
    expect(moves().at(-1)).toBe(`api -X POST repos/o/r/git/refs -f ref=refs/tags/v1 -f sha=${sha}`)
    gh({ 'matching-refs': tags('v1.10.0'), PATCH: 'fail', POST: 'fail' })
    expect(run(steps.move, folder, env('v1.10.0')).status).toBe(1)
  })

  test('the major tag stays for a prerelease and for a fix of an older version', () => {
    gh({ 'matching-refs': tags('v1.2.3', 'v1.10.0') })
    expect(run(steps.move, folder, env('v1.2.3'))).toEqual({
      status: 0,
      said: 'v1.10.0 is newer than v1.2.3: v1 stays\n',
    })
    expect(run(steps.move, folder, env('v2.0.0-rc.1')).said).toMatch(/prerelease: no tag is moved/)
    expect(moves()).toEqual([])
  })
})

describe('examples.yml', () => {
  const list = stepOf('examples', 'folders', 'list')
  const verdict = stepOf('examples', 'example', 'proven, or red at the expected line')

  const twins = (folder: string): { example: string; file: string; mode: string }[] => {
    const output = join(folder, 'output')
    const ran = run(list, folder, { GITHUB_OUTPUT: output })
    expect(ran).toEqual({ status: 0, said: '' })
    const [, json = ''] = /^twins=(.*)\n$/.exec(readFileSync(output, 'utf8')) ?? []
    return JSON.parse(json)
  }
  const example = (folder: string, name: string, broken: unknown): void => {
    mkdirSync(join(folder, 'examples', name), { recursive: true })
    writeFileSync(join(folder, 'examples', name, 'expected.json'), JSON.stringify({ broken }))
  }

  test('every folder with an expected.json is gated twice, what the lint alone knows is linted', () => {
    const folder = emptyFolder()
    example(folder, 'a', { verdict: 'not-reproducible', line: 3 })
    example(folder, 'b', { lint: 'RG102', line: 2 })
    expect(twins(folder)).toEqual([
      { example: 'examples/a', file: 'Dockerfile', mode: 'gate' },
      { example: 'examples/a', file: 'broken.Dockerfile', mode: 'gate' },
      { example: 'examples/b', file: 'Dockerfile', mode: 'gate' },
      { example: 'examples/b', file: 'broken.Dockerfile', mode: 'lint' },
    ])
  })

  test('no examples is a failure, not a matrix of none', () => {
    const folder = emptyFolder()
    mkdirSync(join(folder, 'examples'))
    expect(run(list, folder, { GITHUB_OUTPUT: join(folder, 'output') }).status).not.toBe(0)
  })

  test('what it lists of ours is there', () => {
    const folder = emptyFolder()
    const ran = run(list, root, { GITHUB_OUTPUT: join(folder, 'output') })
    expect(ran.status).toBe(0)
    const ours = JSON.parse(readFileSync(join(folder, 'output'), 'utf8').replace('twins=', '')) as ReturnType<
      typeof twins
    >
    for (const { example, file } of ours)
      expect([example, file, existsSync(join(root, example, file))]).toEqual([example, file, true])
  })

  test.each<[string, Record<string, string>, number]>([
    ['proven', { FILE: 'Dockerfile', VERDICT: 'reproducible', OUTCOME: 'success' }, 0],
    ['not proven', { FILE: 'Dockerfile', VERDICT: 'undecided', OUTCOME: 'failure' }, 1],
    ['proven, and refused', { FILE: 'Dockerfile', VERDICT: 'reproducible', OUTCOME: 'failure' }, 1],
    ['the twin red at its line', { FILE: 'broken.Dockerfile', OUTCOME: 'failure', LINE: '3' }, 0],
    ['the twin red elsewhere', { FILE: 'broken.Dockerfile', OUTCOME: 'failure', LINE: '4' }, 1],
    ['the twin green', { FILE: 'broken.Dockerfile', OUTCOME: 'success', LINE: '3' }, 1],
  ])('%s', (_, { LINE = '3', ...env }, status) => {
    const folder = emptyFolder()
    const finding = { id: 'apt-log', source: 'comparison', location: { line: Number(LINE) } }
    const [report, expected] = [join(folder, 'report.json'), join(folder, 'expected.json')]
    writeFileSync(report, JSON.stringify({ verdict: 'not-reproducible', findings: [finding] }))
    writeFileSync(expected, JSON.stringify({ broken: { verdict: 'not-reproducible', line: 3, cause: 'apt-log' } }))
    expect(run(verdict, root, { ...env, REPORT: report, EXPECTED: expected }).status).toBe(status)
  })
})

test('what is signed is what the commit has and the tarball, and nothing more', () => {
  const check = stepOf('release', 'attest', "the list is of this commit's dist and of the tarball")
  const folder = emptyFolder()
  mkdirSync(join(folder, 'dist/cli'), { recursive: true })
  mkdirSync(join(folder, 'release'))
  for (const file of ['dist/a', 'dist/cli/index.cjs', 'release/p-1.tgz']) writeFileSync(join(folder, file), file)
  const sums = (cwd: string, ...files: string[]): string =>
    execFileSync('sha256sum', files, { cwd: join(folder, cwd), encoding: 'utf8' })
  const list = sums('release', 'p-1.tgz') + sums('.', 'dist/a', 'dist/cli/index.cjs')
  const statusOf = (text: string): number | null => {
    writeFileSync(join(folder, 'release/SHA256SUMS'), text)
    return run(check, folder).status
  }
  expect(statusOf(list)).toBe(0)
  expect(statusOf(`${list}${'0'.repeat(64)}  dist/b\n`)).toBe(1)
  expect(statusOf(list.replace(/^./m, one => (one === '0' ? '1' : '0')))).toBe(1)
  expect(statusOf(list.split('\n').slice(0, 2).join('\n'))).toBe(1)
})
