// The Dockerfiles that `init` writes, really built twice. Bases come by build argument, made here where no registry has them.
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { init } from '../../src/commands/init.ts'
import { createExec } from '../../src/host/exec.ts'
import { portsWith } from '../build/ports.ts'
import { node24 } from '../doubles/runner/node24.ts'
import { projects, writeProject } from '../init/projects.ts'
import { docker, pythonImage } from './builders.ts'
import { baseImage, describeWithEngine, networkFlags } from './engine.ts'
import { gateHere } from './gate-here.ts'
import { describeWhere, reachesPypi } from './reach.ts'

const work = mkdtempSync(join(tmpdir(), 'init-engine-'))
afterAll(() => rmSync(work, { recursive: true, force: true }))
const pypi = await reachesPypi()
// Equal steps of gates that run at the same time are merged: this run's files are its own.
const own = `init ${process.pid} ${Date.now()}`

/** Where npm is, beside the Node that runs this. */
const npmFolder = [
  join(dirname(process.execPath), '../lib/node_modules/npm'),
  '/usr/share/nodejs/npm',
  '/usr/local/lib/node_modules/npm',
].find(existsSync)

/** A base image of this run, in the registry of the tests. */
function base(name: string, dockerfile: string, more: string[] = []): string {
  const folder = join(work, `base-${name}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'Dockerfile'), dockerfile)
  const reference = `${baseImage.split('/')[0]}/init-base-${name}:1`
  const output = `type=image,name=${reference},push=true,store=false`
  docker('buildx', 'build', '-q', ...networkFlags, '--provenance=false', '--output', output, ...more, folder)
  return reference
}

/** Written by init as it is where no registry answers, and gated. */
async function gated(name: string, files: Readonly<Record<string, string>>, bases: Record<string, string>) {
  const folder = join(work, name)
  writeProject(folder, { ...files, 'own.txt': own })
  const nobody = { ...createExec({}), capture: async () => ({ code: 1, stdout: '', stderr: 'no such host' }) }
  const written = await init({ folder, dryRun: false }, portsWith(nobody), { version: 'test' })
  expect(written.stack.id).toBe(name)
  const { report } = await gateHere({
    context: [folder],
    'build-args': Object.entries(bases).map(([argument, image]) => `${argument}=${image}`),
    variations: ['default'],
  })
  const differs = report.findings.filter(({ source }) => source === 'comparison').map(({ id }) => id)
  return { verdict: report.verdict, failure: report.failure, doubts: report.doubts, differs }
}

const proven = { verdict: 'reproducible', failure: null, doubts: [], differs: [] }

describeWithEngine('what init writes is reproducible', () => {
  test('any stack', async () => {
    expect(await gated('plain', projects.plain ?? {}, { BASE_IMAGE: baseImage })).toEqual(proven)
  })

  describeWhere(pypi, 'PyPI', 'Python', () => {
    let python = ''
    beforeAll(() => {
      python = pythonImage()
    })
    // A lock file of a package of no size: pip takes it from the index.
    const lock = 'six==1.16.0 --hash=sha256:8abb2f1d86890a2dfb989f9a77cfcfd3e47c2a354b01111771326f8aa26e0254\n'

    test.each(['python-pip', 'python-poetry'])('%s', async name => {
      const files = { ...projects[name], 'requirements.lock': lock, 'main.py': 'import six\nprint(six.__version__)\n' }
      expect(await gated(name, files, { BASE_IMAGE: python })).toEqual(proven)
    })
  })

  const node = node24()
  describeWhere(node !== null && npmFolder !== undefined, 'npm', 'Node', () => {
    let image = ''
    beforeAll(() => {
      const folder = join(work, 'node-bin')
      mkdirSync(folder)
      cpSync(node ?? '', join(folder, 'node'), { dereference: true })
      image = base(
        'node',
        `FROM ${baseImage}\nCOPY --from=nodebin --chmod=0755 node /usr/local/bin/node\nCOPY --from=npm . /usr/local/lib/node_modules/npm\nRUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm\n`,
        ['--build-context', `nodebin=${folder}`, '--build-context', `npm=${npmFolder}`],
      )
    })
    test('with npm', async () => {
      expect(await gated('node-npm', projects['node-npm'] ?? {}, { BASE_IMAGE: image })).toEqual(proven)
    })
  })
})
