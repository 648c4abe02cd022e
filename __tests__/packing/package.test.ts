// The package as npm makes it, in a copy of what it is made from: packed, installed into an empty folder, and used there.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { node24 } from '../doubles/runner/node24.ts'

const root = join(import.meta.dirname, '../..')
const work = mkdtempSync(join(tmpdir(), 'packing-'))
const [source, empty] = [join(work, 'source'), join(work, 'empty')]
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** Nothing may be asked of a registry: whatever tries ends at once. */
const env = {
  PATH: process.env.PATH,
  HOME: work,
  npm_config_cache: join(work, 'cache'),
  npm_config_registry: 'http://127.0.0.1:1/',
  npm_config_offline: 'true',
}
const run = (program: string, args: readonly string[], cwd: string, more = {}): SpawnSyncReturns<string> =>
  spawnSync(program, args, { cwd, encoding: 'utf8', env: { ...env, ...more }, timeout: 60_000 })

let files: string[] = []
beforeAll(() => {
  const made = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md', 'docs', 'dist', 'action.yml', 'tsconfig.json']
  for (const name of [...made, 'scripts', 'src/cli.ts'])
    cpSync(join(root, name), join(source, name), { recursive: true })
  mkdirSync(empty)
  const packed = run('npm', ['pack', '--json', '--pack-destination', work], source)
  expect(packed).toMatchObject({ status: 0 })
  const [{ files: list }] = JSON.parse(packed.stdout)
  files = list.map(({ path }: { path: string }) => path)
}, 120_000)

describe('npm pack', () => {
  test('takes the bundle, its licences and the pages that `explain` reads, and nothing of the development', () => {
    expect(files).toEqual(expect.arrayContaining(['dist/cli/index.cjs', 'dist/licenses.txt', 'LICENSE', 'README.md']))
    for (const kind of ['rules', 'causes'])
      for (const page of readdirSync(join(root, 'docs', kind))) expect(files).toContain(`docs/${kind}/${page}`)
    const strange = files.filter(
      file =>
        !/^(dist\/(cli|cache)\/index\.cjs|dist\/licenses\.txt|docs\/.*\.(md|json)|package\.json|[A-Z]+(\.md)?)$/.test(
          file,
        ),
    )
    expect(strange).toEqual([])
  })

  test('names no dependency, no script, and leaves package.json as it was', () => {
    expect(JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'))).toEqual(manifest)
    expect(readdirSync(source)).not.toContain('.package.json.whole')
    expect(Object.keys(manifest.dependencies).length).toBeGreaterThan(5)
  })

  test('stays small', () => {
    const [tarball = ''] = readdirSync(work).filter(name => name.endsWith('.tgz'))
    expect(statSync(join(work, tarball)).size).toBeLessThan(2.5 * 1024 * 1024)
  })
})

describe('in an empty folder, without network', () => {
  beforeAll(() => {
    const tarball = readdirSync(work).find(name => name.endsWith('.tgz')) ?? ''
    const installed = run('npm', ['install', '--no-audit', '--no-fund', `../${tarball}`], empty)
    expect(installed).toMatchObject({ status: 0 })
  }, 120_000)

  test('one package is installed, and it says nothing of others', () => {
    expect(readdirSync(join(empty, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual(['repro-gate'])
    const inside = JSON.parse(readFileSync(join(empty, 'node_modules/repro-gate/package.json'), 'utf8'))
    expect(Object.keys(inside).filter(name => /dependencies|scripts|overrides|private/i.test(name))).toEqual([])
    expect(inside).toMatchObject({ name: 'repro-gate', version: manifest.version, license: manifest.license })
  })

  test.each([
    ['this Node', process.execPath],
    ['Node 24', node24() ?? process.execPath],
  ])('npx repro-gate lints, explains and completes on %s', (_, node) => {
    writeFileSync(join(empty, 'Dockerfile'), 'FROM debian\n')
    const more = { PATH: `${dirname(node)}:${process.env.PATH}` }
    const npx = (...args: string[]) => run('npx', ['repro-gate', ...args], empty, more)
    expect(npx('--version').stdout).toBe(`repro-gate ${manifest.version}\n`)
    const linted = npx('lint', '--docker-check', 'never', '--json')
    expect(linted.status).toBe(1)
    expect(JSON.parse(linted.stdout).findings[0]).toMatchObject({ id: 'RG104' })
    expect(npx('explain', 'pyc-timestamp').stdout).toContain('bytecode')
    expect(npx('completion', 'bash').stdout).toContain('complete -o default -F _repro_gate repro-gate')
    expect(npx('init', '--dry-run').stdout).toContain('Dry run: nothing was written')
    expect(npx('explain', 'pyc-timestmp').stderr).toContain('did you mean pyc-timestamp')
  })
})
