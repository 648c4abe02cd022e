import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { lintAll } from '../../src/commands/lint.ts'
import { createMasking } from '../../src/host/masking.ts'
import { parseConfig } from '../../src/options/config.ts'
import { checkOptions, type Given, InputError } from '../../src/options/options.ts'
import type { Captured, Ports } from '../../src/ports.ts'
import { subjectsOf } from '../../src/subjects/subjects.ts'

let root: string
const home = process.cwd()
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'subjects-'))
  process.chdir(root)
})
afterEach(() => {
  process.chdir(home)
  rmSync(root, { recursive: true, force: true })
})

function put(path: string, text = 'FROM scratch\n'): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** A machine without Docker, or with one that prints this. */
function portsWith(docker: (args: readonly string[]) => Captured | null = () => null): Ports & { said: string[] } {
  const said: string[] = []
  const log = { info: () => {}, debug: () => {}, warning: (text: string) => void said.push(text), foreign: () => {} }
  const exec = {
    capture: async (_: string, args: readonly string[]) => {
      const captured = docker(args)
      if (captured === null) throw new Error('no docker')
      return captured
    },
    stream: async () => 1,
  }
  return {
    ...{
      said,
      exec,
      env: {},
      now: Date.now,
      signal: new AbortController().signal,
      masking: createMasking(),
      tempDir: root,
    },
    log: { ...log, group: async (_, work) => work() },
  }
}
const optionsFor = (given: Given) => checkOptions('lint', { 'docker-check': ['never'], ...given })
const found = async (given: Given, ports = portsWith()) =>
  (await subjectsOf(optionsFor(given), ports)).map(({ file, context }) => `${file} in ${context}`)
const problems = async (given: Given): Promise<string[]> => {
  const error: unknown = await subjectsOf(optionsFor(given), portsWith()).catch(error => error)
  return error instanceof InputError ? error.problems : [`not refused: ${JSON.stringify(error)}`]
}

describe('Dockerfiles by name', () => {
  test("nothing, and one by the flag, mean what docker's own mean", async () => {
    put('docker/Dockerfile', 'FROM scratch\nCOPY x /x\n')
    put('docker/x')
    expect(await found({})).toEqual(['Dockerfile in .'])
    expect(await found({ context: ['docker'] })).toEqual(['docker/Dockerfile in docker'])
    expect(await found({ file: ['docker/Dockerfile'] })).toEqual(['docker/Dockerfile in .'])
  })

  test('of several each has the nearest folder that holds what it copies, or none', async () => {
    put('a/Dockerfile', 'FROM scratch\nCOPY x y/ /\nCOPY *.md https://a.example/f ${NOT_KNOWN} /\n')
    put('a/x')
    put('a/y/z')
    put('b/docker/Dockerfile', 'FROM scratch\nCOPY src /src\n')
    put('b/src/main.c')
    put('c/docker/Dockerfile', 'FROM scratch\nCOPY a/x /\n')
    put('d/Dockerfile', 'FROM scratch\nCOPY missing /\n')
    put('e/Dockerfile', 'FROM scratch\nCOPY --from=x missing /\nCOPY <<E /f\nE\n')
    put('f/docker/Dockerfile', 'FROM scratch\nCOPY . /\n')
    put('f/docker/main.c')
    put('g/docker/Dockerfile', 'FROM scratch\nCOPY . /\n')
    put('g/main.c')
    const files = [...'abcdefg'].map(name => (/[bcfg]/.test(name) ? `${name}/docker/Dockerfile` : `${name}/Dockerfile`))
    const contexts = ['a', 'b', '.', 'null', 'e', 'f/docker', 'null']
    const expected = files.map((file, at) => `${file} in ${contexts[at]}`)
    expect(await found({ paths: files })).toEqual(expected)
    expect(await found({ file: files })).toEqual(expected)
    expect(await found({ paths: ['a/Dockerfile'] })).toEqual(['a/Dockerfile in a'])
    expect(await found({ file: files, context: ['b'] })).toEqual(files.map(file => `${file} in b`))
  })

  test('by a glob: in order, each once, without ignore files and what lies in .git and node_modules', async () => {
    for (const path of [
      'Dockerfile',
      'b/Dockerfile.gpu',
      'a/Dockerfile',
      '.ci/Dockerfile',
      'a/Dockerfile.dockerignore',
    ])
      put(path)
    for (const path of [
      '.git/Dockerfile',
      'node_modules/x/Dockerfile',
      'a/node_modules/x/Dockerfile',
      'b/dockerfile.md',
    ])
      put(path)
    const all = ['.ci/Dockerfile in .ci', 'Dockerfile in .', 'a/Dockerfile in a', 'b/Dockerfile.gpu in b']
    expect(await found({ file: ['**/Dockerfile*'] })).toEqual(all)
    expect(await found({ paths: ['./**/Dockerfile*', 'a/Dockerfile'] })).toEqual(all)
    expect(await found({ file: ['{a,b}/Dockerfile*'] })).toEqual(all.slice(2))
  })

  test('by a glob that starts above: what lies in the current folder, too', async () => {
    for (const path of ['Dockerfile', 'a/Dockerfile', 'a/b/Dockerfile']) put(path)
    process.chdir(join(root, 'a'))
    expect(await found({ file: ['../**/Dockerfile'] })).toEqual([
      '../Dockerfile in ..',
      'Dockerfile in .',
      'b/Dockerfile in b',
    ])
  })

  test('a file whose name looks like a glob is that file', async () => {
    put('{{name}}/Dockerfile')
    expect(await found({ paths: ['{{name}}/Dockerfile'] })).toEqual(['{{name}}/Dockerfile in {{name}}'])
  })

  test('what matches nothing, or is not there, is refused, all at once', async () => {
    put('a/Dockerfile')
    expect(await problems({ file: ['a/Dockerfile', 'x/**', 'no/Dockerfile'] })).toEqual([
      "file (--file): no file matches 'x/**'",
      expect.stringContaining("there is no file 'no/Dockerfile'"),
    ])
    expect(await problems({ file: [`${'*a'.repeat(20)}`] })).toHaveLength(1)
    put('a/Dockerfile.dockerignore', '*')
    expect(await problems({ paths: ['a/Dockerfile', 'a/Dockerfile.dockerignore'] })).toEqual([
      expect.stringContaining('is an ignore file, no Dockerfile'),
    ])
    expect(await problems({ paths: ['/dev/null'] })).toEqual(["file: '/dev/null' is not a file"])
  })

  test('the gate takes one Dockerfile, or files that list images, and says so', () => {
    const refused = (file: string[]) => {
      try {
        checkOptions('gate', { file })
      } catch (error) {
        return (error as InputError).problems
      }
      return []
    }
    expect(refused(['a', 'b'])).toEqual([expect.stringMatching(/the gate builds one Dockerfile, and 2 are given/)])
    expect(refused(['compose.yaml'])).toEqual([])
    expect(refused(['x/docker-bake.hcl', 'compose.yaml'])).toEqual([])
    expect(refused(['Dockerfile.compose'])).toEqual([])
  })
})

describe('Dockerfiles by a compose file', () => {
  test('with context, target and arguments; the command line goes before them', async () => {
    put(
      'app/compose.yaml',
      'services:\n  web:\n    build: {context: web, dockerfile: D, target: t, args: {A: 1, B: 2}}\n',
    )
    put('app/web/D')
    const [subject, ...more] = await subjectsOf(
      optionsFor({ file: ['app/compose.yaml'], 'build-args': ['A=0'] }),
      portsWith(),
    )
    expect(more).toEqual([])
    expect(subject).toMatchObject({ file: 'app/web/D', context: 'app/web', target: 't', buildArgs: { A: '0', B: '2' } })
    expect(await found({ paths: ['app/docker-compose.prod.yml'] }).catch(error => error.problems)).toHaveLength(1)
  })

  test('what is not read is said, what is not there is refused', async () => {
    put('compose.yaml', 'services:\n  a: {build: {dockerfile_inline: FROM x}}\n  b: {build: .}\n')
    put('Dockerfile')
    const ports = portsWith()
    expect(await found({ file: ['compose.yaml'] }, ports)).toEqual(['Dockerfile in .'])
    expect(ports.said).toEqual([expect.stringContaining('compose.yaml: the Dockerfile of service a')])
    put('none.yaml', '')
    put('docker-compose.yml', 'services:\n  a: {image: x}\n')
    expect(await problems({ file: ['docker-compose.yml'] })).toEqual([expect.stringContaining('names no Dockerfile')])
    put('a/compose.yaml', 'services:\n  a: {image: x}\n')
    expect(await found({ file: ['**/compose.yaml'] })).toEqual(['Dockerfile in .'])
    expect(await problems({ file: ['a/*.yaml'] })).toEqual([expect.stringContaining("matches 'a/*.yaml' names a")])
    put('docker-compose.yml', 'services:\n  a: {build: gone}\n')
    expect(await problems({ file: ['docker-compose.yml'] })).toEqual([expect.stringContaining("'gone/Dockerfile'")])
    put('docker-compose.yml', 'services: [\n')
    expect(await problems({ file: ['docker-compose.yml'] })).toEqual([
      expect.stringMatching(/docker-compose\.yml: line 2/),
    ])
  })

  test('may not lead out of its repository, by a path or by a link', async () => {
    put('outside/Dockerfile')
    put('repo/.git/HEAD')
    put('repo/in/Dockerfile')
    symlinkSync(join(root, 'outside'), join(root, 'repo/link'))
    const refused = async (context: string): Promise<string[]> => {
      put('repo/sub/compose.yaml', `services: {a: {build: "${context}"}}\n`)
      return problems({ file: ['repo/sub/compose.yaml'] })
    }
    for (const context of ['../../outside', '../link', join(root, 'outside')])
      expect(await refused(context)).toEqual([
        expect.stringMatching(/service a is built from what lies outside of .*repo;/),
      ])
    expect((await refused('../in'))[0]).toMatch(/^not refused/)
    rmSync(join(root, 'repo/.git'), { recursive: true })
    expect((await refused('../../outside'))[0]).toMatch(/^not refused/)
    process.chdir('repo')
    put('repo/compose.yaml', 'services: {a: {build: ../outside}}\n')
    expect(await problems({ file: ['compose.yaml'] })).toHaveLength(1)
  })

  test('one Dockerfile built in two ways is there twice, in one way once', async () => {
    put(
      'compose.yaml',
      'services:\n  a: {build: {context: ., target: x}}\n  b: {build: {context: ., target: y}}\n  c: {build: {context: ., target: x}}\n',
    )
    put('Dockerfile')
    const subjects = await subjectsOf(optionsFor({ file: ['compose.yaml'] }), portsWith())
    expect(subjects.map(({ target }) => target)).toEqual(['x', 'y'])
  })
})

describe('Dockerfiles by a bake file', () => {
  const hcl = 'variable "V" { default = "x" }\ntarget "a" {\n  context = "a"\n  dockerfile = "D.${V}"\n}\n'
  test('read without Docker, from the current folder or its own', async () => {
    put('ci/docker-bake.hcl', hcl)
    put('a/D.x')
    expect(await found({ file: ['ci/docker-bake.hcl'] })).toEqual(['a/D.x in a'])
    rmSync(join(root, 'a'), { recursive: true })
    put('ci/a/D.x')
    expect(await found({ file: ['ci/docker-bake.hcl'] })).toEqual(['ci/a/D.x in ci/a'])
  })
  test('as Docker itself evaluates it, where it is at hand', async () => {
    put('docker-bake.hcl', 'target "base" {}\ntarget "a" {\n  inherits = ["base"]\n  context = upper("a")\n}\n')
    put('A/Dockerfile')
    const asked: (readonly string[])[] = []
    const stdout = JSON.stringify({ target: { a: { context: 'A', dockerfile: 'Dockerfile' } } })
    const ports = portsWith(args => {
      asked.push(args)
      return { code: 0, stdout, stderr: '' }
    })
    expect(await found({ file: ['docker-bake.hcl'] }, ports)).toEqual(['A/Dockerfile in A'])
    expect(asked).toEqual([['buildx', 'bake', '--file', 'docker-bake.hcl', '--print', 'a']])
    expect(await problems({ file: ['docker-bake.hcl'] })).toEqual([expect.stringContaining('the context of target a')])
    const refusing = portsWith(() => ({ code: 1, stdout: '', stderr: 'no' }))
    await expect(found({ file: ['docker-bake.hcl'] }, refusing)).rejects.toThrow('names no Dockerfile')
  })
  test('JSON', async () => {
    put('docker-bake.json', '{"target":{"a":{"context":"a"}}}')
    put('a/Dockerfile')
    expect(await found({ paths: ['docker-bake.json'] })).toEqual(['a/Dockerfile in a'])
  })
})

describe('the lint of several Dockerfiles', () => {
  const lint = (given: Given, config?: string) =>
    lintAll(
      checkOptions(
        'lint',
        { 'docker-check': ['never'], ...given },
        {},
        config === undefined ? null : parseConfig(config, '.repro-gate.yml'),
      ),
      portsWith(),
      { version: '0' },
    )
  const ids = ({ findings }: Awaited<ReturnType<typeof lint>>) =>
    findings.map(({ id, location }) => `${id} ${location?.file}:${location?.line}`)

  test('is one report', async () => {
    put('a/Dockerfile', 'FROM debian:12\n')
    put('b/Dockerfile', 'FROM debian:12\nCOPY gone /\n')
    const report = await lint({ paths: ['a/Dockerfile', 'b/Dockerfile'] })
    expect(report.subject).toMatchObject({
      file: 'a/Dockerfile',
      files: ['a/Dockerfile', 'b/Dockerfile'],
      context: 'a',
    })
    expect(ids(report)).toEqual(['RG101 a/Dockerfile:1', 'RG101 b/Dockerfile:1'])
    expect(report.ingredients?.unreadCopies).toHaveLength(1)
  })

  test('a finding of a Dockerfile built in two ways is told once', async () => {
    put('compose.yaml', 'services:\n  a: {build: {context: ., target: x}}\n  b: {build: {context: ., target: y}}\n')
    put('Dockerfile', 'FROM debian:12 AS x\nFROM x AS y\n')
    expect(ids(await lint({ file: ['compose.yaml'] }))).toEqual(['RG101 Dockerfile:1'])
  })

  test('an ignore that one way of building needs is not idle because the other does not', async () => {
    put(
      'compose.yaml',
      'services:\n  a: {build: {context: ., args: {TAG: "12"}}}\n  b: {build: {context: ., args: {TAG: "12@sha256:' +
        '4f'.repeat(32) +
        '"}}}\n',
    )
    put('Dockerfile', 'ARG TAG\n# repro-gate ignore=RG101 -- x\nFROM debian:${TAG}\n')
    const report = await lint({ file: ['compose.yaml'] })
    expect(ids(report)).toEqual([])
    expect(report.ignored).toHaveLength(1)
  })

  describe('ignores of the configuration that match nothing', () => {
    beforeEach(() => {
      put('a/Dockerfile', 'FROM debian:12\n')
      put('b/Dockerfile', 'FROM scratch\n')
    })
    const config = (more: string) => `ignores: [{rule: RG101, reason: x${more}}]\n`
    test('are idle only when they match in none', async () => {
      const both = { paths: ['a/Dockerfile', 'b/Dockerfile'] }
      expect(ids(await lint(both, config('')))).toEqual([])
      expect(ids(await lint(both, config(', path: b')))).toEqual(['RG101 a/Dockerfile:1', 'RG002 .repro-gate.yml:1'])
      expect(ids(await lint(both, config(', path: c')))).toEqual(['RG101 a/Dockerfile:1', 'RG002 .repro-gate.yml:1'])
    })
    test('and only when all that they could be about were linted', async () => {
      const one = { paths: ['b/Dockerfile'] }
      expect(ids(await lint(one, config('')))).toEqual([])
      expect(ids(await lint(one, config(', path: a/**')))).toEqual([])
      expect(ids(await lint(one, config(', path: b/**')))).toEqual(['RG002 .repro-gate.yml:1'])
      expect(ids(await lint({ ...one, target: ['x'] }, config(', path: b/**')))).toEqual([])
      expect(ids(await lint({}, `files: [b/Dockerfile]\n${config('')}`))).toEqual(['RG002 .repro-gate.yml:2'])
    })
  })
})
