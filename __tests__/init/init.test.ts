// The whole of init on folders of a disk, with an exec that answers for docker.
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { fix } from '../../src/commands/fix.ts'
import { init } from '../../src/commands/init.ts'
import { lintAll } from '../../src/commands/lint.ts'
import { createMasking } from '../../src/host/masking.ts'
import { stacks } from '../../src/init/stacks.ts'
import { parseConfig } from '../../src/options/config.ts'
import { checkOptions } from '../../src/options/options.ts'
import type { Captured, Ports } from '../../src/ports.ts'
import { type InitReport, initExitCode, renderInit } from '../../src/report/init-report.ts'
import { answered, digest, offline } from '../fix/registry-answers.ts'
import { workflowProblems } from '../github-language.ts'
import { projects, variants, writeProject } from './projects.ts'

const workflow = '.github/workflows/reproducible.yml'
const written = ['Dockerfile', '.dockerignore', '.repro-gate.yml', workflow]

let home: string
let root: string
beforeEach(() => {
  home = process.cwd()
  root = mkdtempSync(join(tmpdir(), 'init-'))
  process.chdir(root)
})
afterEach(() => {
  process.chdir(home)
  rmSync(root, { recursive: true, force: true })
})

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
let asked: string[] = []

function portsWith(docker: Captured): Ports {
  asked = []
  return {
    log: { info: () => {}, debug: () => {}, warning: () => {}, foreign: () => {}, group: (_, work) => work() },
    exec: {
      capture: async (_, args) => {
        asked.push(args.join(' '))
        return docker
      },
      stream: async () => 1,
    },
    ...{ now: () => 0, env: {}, signal: new AbortController().signal, tempDir: root, masking: createMasking([]) },
  }
}

const run = (
  docker = answered,
  rest: { dryRun?: boolean; stack?: string; folder?: string } = {},
): Promise<InitReport> => init({ folder: '.', dryRun: false, ...rest }, portsWith(docker), { version: '0.1.0' })

const states = ({ files }: InitReport) => Object.fromEntries(files.map(({ path, state }) => [path, state]))
const lintNow = async () => {
  const options = checkOptions('lint', { 'docker-check': ['never'] })
  const { findings } = await lintAll(options, portsWith(offline), { version: 'test' })
  return findings
    .filter(({ level }) => level !== 'notice')
    .map(({ id, location, message }) => ({ id, location, message }))
}

describe('what init writes', () => {
  const all = Object.entries({ ...projects, ...variants })

  test.each(all)('for %s: the right stack, and nothing that the lint would speak of', async (name, files) => {
    writeProject(root, files)
    const report = await run()
    expect(report.stack.id).toBe(name.split(',')[0])
    expect(states(report)).toEqual(Object.fromEntries(written.map(path => [path, 'written'])))
    expect(initExitCode(report)).toBe(0)
    expect(await lintNow()).toEqual([])
    const images = [...read('Dockerfile').matchAll(/^ARG \w+_IMAGE=(.*)$/gm)].map(([, image]) => image)
    expect(images.length).toBeGreaterThan(0)
    for (const image of images) expect(image).toMatch(new RegExp(`^[a-z][^@]*:[^@]+@${digest}$`))
    expect(await workflowProblems(read(workflow))).toEqual([])
    expect(parseConfig(read('.repro-gate.yml'), 'x').given).toEqual({ profile: ['default'] })
    // A second run finds all of it, and asks nobody.
    expect(await run()).toMatchObject({ next: [] })
    expect(asked).toEqual([])
  })

  test('every stack has a project here', () => {
    expect(Object.keys(projects).sort()).toEqual(stacks.map(({ id }) => id).sort())
  })

  test('keeps the tag where no registry answers, says so, and `fix` can do it later', async () => {
    writeProject(root, projects['python-uv'] ?? {})
    const report = await run(offline)
    expect(report.next[0]).toMatch(
      /`repro-gate fix`.*python:3.12-slim-bookworm, ghcr.io.* stay by their tags: there is no network/,
    )
    expect((await lintNow()).map(({ id }) => id)).toEqual(['RG101', 'RG101', 'RG101'])
    const mended = await fix(checkOptions('fix', {}), portsWith(answered), { version: 'test' })
    expect(mended.failed).toEqual([])
    expect(await lintNow()).toEqual([])
  })

  test.each<[string, Partial<Captured>, string]>([
    ['is no registry', offline, 'once the registry answers'],
    ['is no buildx', { stderr: "docker: 'buildx' is not a docker command." }, 'once docker with buildx is here'],
  ])('says what is missing where there %s', async (_, answer, words) => {
    writeProject(root, projects['python-pip'] ?? {})
    expect((await run({ code: 1, stdout: '', stderr: '', ...answer })).next.join('\n')).toContain(words)
  })

  test.each<[string, Record<string, string>, boolean]>([
    ['its lock file', { 'yarn.lock': '__metadata:\n  version: 8\n' }, true],
    ['what package.json asks for', { 'package.json': '{"packageManager":"yarn@4.9.0"}' }, true],
    ['its settings', { '.yarnrc.yml': 'nodeLinker: pnp\n' }, true],
    ['settings that ask for node_modules themselves', { '.yarnrc.yml': 'nodeLinker: node-modules\n' }, false],
  ])('a later Yarn is told by %s, and puts its packages where the image has them', async (_, files, isSet) => {
    writeProject(root, { ...projects['node-yarn'], ...files })
    await run()
    expect(read('Dockerfile')).toContain('\nRUN corepack enable yarn\n')
    expect(read('Dockerfile')).toContain('\nRUN yarn workspaces focus --all --production\n')
    expect(/^ENV YARN_NODE_LINKER=node-modules$/m.test(read('Dockerfile'))).toBe(isSet)
  })

  test('a Yarn that lies in the repository is copied before it runs', async () => {
    writeProject(root, variants['node-yarn, a later one with its program and its own way of packages'] ?? {})
    await run()
    expect(read('Dockerfile')).toMatch(/^COPY \S+ \.yarn\/releases \.\/\.yarn\/releases\nRUN yarn/m)
  })

  test('takes versions from the project, and nothing that could break out of a line', async () => {
    writeProject(root, { ...projects['python-pip'], '.python-version': '3.11.9\n' })
    await run()
    expect(read('Dockerfile')).toContain('=python:3.11-slim-bookworm@')
    rmSync('Dockerfile')
    writeProject(root, {
      '.python-version': '3.11\nRUN evil',
      'package.json': '{"main":"x\\"]\\nRUN evil"}',
      'package-lock.json': '{}',
    })
    await run(answered, { stack: 'node-npm' })
    expect(read('Dockerfile')).not.toContain('evil')
  })

  test('of two languages it says which it did not take, and --stack takes it', async () => {
    writeProject(root, { ...projects.go, ...projects['node-npm'] })
    const { stack } = await run(answered, { dryRun: true })
    expect(stack).toMatchObject({ id: 'go', sign: 'go.mod', others: ['node-npm'] })
    expect((await run(answered, { dryRun: true, stack: 'node-npm' })).stack).toMatchObject({
      id: 'node-npm',
      sign: null,
      others: [],
    })
  })

  test('where packages are not locked yet, the first step says how', async () => {
    writeProject(root, { 'requirements.txt': 'six\n', 'main.py': '' })
    expect((await run()).next[0]).toContain(
      '`uv pip compile --python-version 3.12 --generate-hashes requirements.txt -o requirements.lock`',
    )
    writeProject(root, { '.python-version': '3.11.9\n' })
    rmSync('Dockerfile')
    expect((await run()).next[0]).toContain('`uv pip compile --python-version 3.11 --generate-hashes ')
  })

  test('a project of Poetry is one before its first lock, too', async () => {
    writeProject(root, { 'pyproject.toml': '[tool.poetry]\nname = "a"\nversion = "1"\n' })
    const { stack, next } = await run()
    expect(stack).toMatchObject({ id: 'python-poetry', sign: 'pyproject.toml' })
    expect(next.slice(0, 2)).toEqual([
      expect.stringContaining('`poetry lock`'),
      expect.stringContaining('poetry export'),
    ])
  })

  test('the lines of a Dockerfile stay apart', async () => {
    writeProject(root, projects['node-npm'] ?? {})
    await run()
    expect(read('Dockerfile')).toContain('ENV TZ=UTC \\\n    LANG=C.UTF-8 \\\n')
  })
})

describe('what is there already', () => {
  test('stays, byte for byte', async () => {
    const own = {
      Dockerfile: 'FROM scratch\n',
      '.dockerignore': 'a\n',
      '.repro-gate.yaml': 'profile: strict\n',
      '.github/workflows/ci.yml': 'jobs: {a: {steps: [{uses: repro-gate/repro-gate@v0}]}}\n',
    }
    writeProject(root, own)
    const report = await run()
    expect(new Set(Object.values(states(report)))).toEqual(new Set(['kept']))
    for (const [path, text] of Object.entries(own)) expect(read(path)).toBe(text)
    expect(readdirSync('.').sort()).toEqual(['.dockerignore', '.github', '.repro-gate.yaml', 'Dockerfile'])
    expect(renderInit(report, { colour: false })).toContain('All is there already')
    expect(asked).toEqual([])
  })

  test('a configuration behind a link is one: a second one beside it would be refused', async () => {
    writeProject(root, { 'settings.yaml': 'profile: strict\n' })
    symlinkSync('settings.yaml', '.repro-gate.yaml')
    expect(states(await run())).toMatchObject({ '.repro-gate.yaml': 'kept', Dockerfile: 'written' })
    expect(readdirSync('.')).not.toContain('.repro-gate.yml')
  })

  test('a workflow of the same name that does something else is no promise of a verdict', async () => {
    writeProject(root, { [workflow]: 'on: push\njobs: {}\n' })
    const told = expect.stringMatching(/was there already and does not run repro-gate.*repro-gate\/repro-gate@v0/)
    const first = await run()
    expect(first.next.at(-1)).toEqual(told)
    expect(first.next.join('\n')).not.toContain('the workflow tells its verdict')
    const second = await run()
    expect([states(second)[workflow], second.next]).toEqual(['kept', [told]])
    expect(read(workflow)).toBe('on: push\njobs: {}\n')
  })

  test('Dockerfiles below have a job each, with the context that they were written for', async () => {
    writeProject(root, {
      'a/Dockerfile': 'FROM scratch\nCOPY lib /lib\n',
      'b/Dockerfile': 'FROM scratch\nCOPY x /x\n',
      'b/x': '',
      'lib/y': '',
      'c/Dockerfile': 'no instruction',
    })
    const report = await run()
    expect(states(report)).not.toHaveProperty('Dockerfile')
    expect(read(workflow)).toContain(
      '          - context: .\n            file: a/Dockerfile\n          - context: b\n            file: b/Dockerfile\n',
    )
    expect(await workflowProblems(read(workflow))).toEqual([])
    expect(parseConfig(read('.repro-gate.yml'), 'x').files).toEqual(['a/Dockerfile', 'b/Dockerfile'])
  })

  test('one Dockerfile below is named in the step, and in what to do next', async () => {
    writeProject(root, { 'docker/app.Dockerfile': 'FROM scratch\nCOPY x /x\n', x: '' })
    const { next } = await run()
    expect(read(workflow)).toContain('          context: .\n          file: docker/app.Dockerfile\n')
    expect(next.join('\n')).toContain('`repro-gate gate . -f docker/app.Dockerfile`')
  })

  test('below the root of a repository the workflow names all from there, and is to be moved there', async () => {
    mkdirSync('.git')
    writeProject(root, { 'services/api/package.json': '{"main":"a.js"}' })
    const { next } = await run(answered, { folder: 'services/api' })
    expect(read(`services/api/${workflow}`)).toMatch(
      / {10}context: services\/api\n {10}file: services\/api\/Dockerfile\n {10}config: services\/api\/.repro-gate.yml\n$/,
    )
    expect(await workflowProblems(read(`services/api/${workflow}`))).toEqual([])
    expect(next.at(-1)).toContain('at the root of the repository alone: move')
    writeProject(root, { 'x/a/Dockerfile': 'FROM scratch\n', 'x/Dockerfile': 'FROM scratch\n' })
    await run(answered, { folder: 'x' })
    expect(read(`x/${workflow}`)).toContain('context: x\n            file: x/Dockerfile\n          - context: x/a\n')
    expect(read(`x/${workflow}`)).toMatch(/ {10}file: \$\{\{ matrix.file \}\}\n {10}config: x\/.repro-gate.yml\n$/)
  })

  test('a folder whose name a shell would take apart is quoted in what to do next', async () => {
    writeProject(root, { 'my app/package.json': '{}' })
    const { next } = await run(answered, { folder: 'my app' })
    expect(next.join('\n')).toContain("`repro-gate gate 'my app'`")
  })

  test('what a Dockerfile copies by name is not hidden from it', async () => {
    writeProject(root, { Dockerfile: 'FROM scratch\nCOPY conf/.env app.log /srv/\n', 'conf/.env': '', 'app.log': '' })
    await run()
    expect(read('.dockerignore').split('\n')).toEqual(expect.arrayContaining(['.git', '**/.DS_Store']))
    expect(read('.dockerignore')).not.toMatch(/\.log|\.env$/m)
  })

  test('a folder that YAML would read as a number stays a name', async () => {
    writeProject(root, { '1.10/Dockerfile': 'FROM scratch\n', 'on/Dockerfile': 'FROM scratch\n' })
    await run()
    expect(read(workflow)).toContain(
      "context: '1.10'\n            file: '1.10/Dockerfile'\n          - context: 'on'\n",
    )
    expect(await workflowProblems(read(workflow))).toEqual([])
  })

  test('a path that no workflow should hold is left out of it', async () => {
    writeProject(root, { 'a ${{ secrets.X }}/Dockerfile': 'FROM scratch\n', 'b/Dockerfile': 'FROM scratch\n' })
    await run()
    expect(read(workflow)).not.toContain('secrets.X')
  })
})

describe('a folder that cannot be trusted, or written to', () => {
  test('no link is followed, whatever it leads to', async () => {
    mkdirSync('out')
    mkdirSync('in')
    symlinkSync('../out', 'in/.github')
    symlinkSync('../out/new', 'in/.dockerignore')
    symlinkSync('/etc/hostname', 'in/Dockerfile')
    const report = await run(answered, { folder: 'in' })
    expect(states(report)).toEqual({
      Dockerfile: 'kept',
      '.dockerignore': 'kept',
      '.repro-gate.yml': 'written',
      [workflow]: 'failed',
    })
    expect(report.files[3]?.why).toBe("'.github' is a link, and links are not followed")
    expect(readdirSync('out')).toEqual([])
    expect(initExitCode(report)).toBe(2)
    expect(renderInit(report, { colour: false })).toContain('Not all was written: 1 of 2 files')
  })

  test('a file where a folder should be is told, and the rest written', async () => {
    writeFileSync('.github', '')
    const report = await run()
    expect(states(report)).toMatchObject({ Dockerfile: 'written', [workflow]: 'failed' })
    expect(report.files[3]?.why).toContain('no folder')
  })

  test('where nothing can be written, each file says why, and nothing is left half-way', async () => {
    mkdirSync('ro')
    // Root may write anywhere, but not below a file.
    writeFileSync('ro/.github', '')
    chmodSync('ro', 0o500)
    const report = await run(answered, { folder: 'ro' })
    expect(report.files.at(-1)?.state).toBe('failed')
    expect(initExitCode(report)).toBe(2)
    chmodSync('ro', 0o700)
  })

  test('a folder that is none is wrong input', async () => {
    writeFileSync('f', '')
    await expect(run(answered, { folder: 'f' })).rejects.toThrow('is a file, and init takes a folder')
    await expect(run(answered, { folder: 'nowhere' })).rejects.toThrow('There is no folder nowhere')
  })

  test('a dry run writes nothing, shows all, and knows a link for one', async () => {
    symlinkSync('nowhere', '.dockerignore')
    const report = await run(answered, { dryRun: true })
    expect(states(report)).toMatchObject({ Dockerfile: 'planned', '.dockerignore': 'kept' })
    expect(readdirSync('.')).toEqual(['.dockerignore'])
    expect(lstatSync('.dockerignore').isSymbolicLink()).toBe(true)
    const text = renderInit(report, { colour: false, width: 80 })
    expect(text).toContain('──── Dockerfile\n')
    expect(text).toContain('Dry run: nothing was written')
  })

  test('names with escapes in them reach no terminal', async () => {
    const odd = `x${String.fromCharCode(27)}[31m`
    mkdirSync(odd)
    const report = await run(answered, { folder: odd })
    expect(renderInit(report, { colour: false })).not.toContain(String.fromCharCode(27))
    expect(existsSync(join(odd, 'Dockerfile'))).toBe(true)
  })
})
