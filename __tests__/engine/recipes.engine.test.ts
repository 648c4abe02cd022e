// The Dockerfiles of docs/recipes, gated: as they are they are proven, and without what a page says they need they go red as it says.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Report } from '../../src/report/report.ts'
import { blocksOf, root } from '../docs/pages.ts'
import { pythonImage } from './builders.ts'
import { baseImage, describeWithEngine } from './engine.ts'
import { gateHere } from './gate-here.ts'

const index = process.env.PIP_INDEX_URL ?? 'https://pypi.org/simple/'
const pypi = await fetch(`${index.replace(/\/$/, '')}/idna/`, {
  method: 'HEAD',
  signal: AbortSignal.timeout(20_000),
}).then(
  ({ ok }) => ok,
  () => process.env.CI === 'true',
)

/** The first block of that language on the page. */
const block = (page: string, language: string): string => {
  const path = `docs/recipes/${page}.md`
  const text = readFileSync(join(root, path), 'utf8')
  const found = blocksOf({ path, text }).find(one => one.language === language)
  if (found === undefined) throw new Error(`${path} has no block of ${language}`)
  return found.text
}

// Unlike those of any other run: BuildKit does equal steps of several runs once.
const mine = `# ${process.pid} ${Date.now()}\n`
const lock = join(root, 'examples/exercise-2-hashes/requirements.lock')
const service = { 'service/__main__.py': mine, 'service/__init__.py': '' }

describeWithEngine('the recipes', () => {
  const folders: string[] = []
  let python = ''
  beforeAll(() => {
    python = pythonImage()
  })
  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })

  const contextOf = (files: Readonly<Record<string, string>>): string => {
    const folder = mkdtempSync(join(tmpdir(), 'recipe-'))
    folders.push(folder)
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    copyFileSync(lock, join(folder, 'requirements.lock'))
    return folder
  }
  const gated = async (files: Readonly<Record<string, string>>, args: readonly string[]): Promise<Report> => {
    const context = contextOf(files)
    const { report } = await gateHere({
      ...{ context: [context], file: [join(context, 'Dockerfile')], variations: ['default'], 'build-args': [...args] },
    })
    return report
  }
  const told = ({ verdict, failure, findings }: Report) => ({
    verdict,
    failure,
    differs: findings.flatMap(({ source, id, location }) =>
      source === 'comparison' ? [`${id} at ${location?.line}`] : [],
    ),
  })
  const proven = { verdict: 'reproducible', failure: null, differs: [] }
  const onPython = () => [`BASE_IMAGE=${python}`]
  const without = (text: string, ...parts: readonly string[]): string =>
    parts.reduce((rest, part) => {
      if (!rest.includes(part)) throw new Error(`the recipe does not have '${part}'`)
      return rest.replaceAll(part, '')
    }, text)
  const lineOf = (text: string, words: string): number => text.split('\n').findIndex(line => line.includes(words)) + 1

  const testPip = pypi ? test : test.skip

  testPip('python-service: proven', async () => {
    const files = {
      Dockerfile: block('python-service', 'dockerfile'),
      '.dockerignore': block('python-service', 'gitignore'),
    }
    expect(told(await gated({ ...files, ...service }, onPython()))).toEqual(proven)
  })

  testPip('python-service without what keeps pip from compiling', async () => {
    const Dockerfile = without(block('python-service', 'dockerfile'), ' --no-compile')
    expect(told(await gated({ Dockerfile, ...service }, onPython()))).toEqual({
      ...{ verdict: 'not-reproducible', failure: null },
      differs: [`pyc-timestamp at ${lineOf(Dockerfile, 'RUN pip')}`],
    })
  })

  testPip('python-service without --chmod: green, and told where another checkout would differ', async () => {
    const Dockerfile = without(block('python-service', 'dockerfile'), '--chmod=0644 ', '--chmod=u=rwX,go=rX ')
    const { verdict, differs } = told(await gated({ Dockerfile, ...service }, onPython()))
    // Only what was varied on purpose differs.
    const lines = ['COPY requirements', 'COPY service'].map(words => lineOf(Dockerfile, words))
    expect({ verdict, differs }).toEqual({
      verdict: 'reproducible',
      differs: lines.map(line => `header-mode at ${line}`),
    })
  })

  testPip('pytorch-cuda, on a base for the CPU: proven', async () => {
    const Dockerfile = block('pytorch-cuda', 'dockerfile')
    expect(told(await gated({ Dockerfile, 'trainer/__main__.py': mine }, onPython()))).toEqual(proven)
  })

  const model = {
    'models/a.bin': mine,
    'models/deep/b.json': '{}',
    'serving/chat.jinja': '',
    'serving/c.json': '{}',
  }
  const sums = (folder: string) => `cd '${folder}/models' && find . -type f | LC_ALL=C sort | xargs sha256sum`

  test('inference-server, on a small base: proven; another model ends the build at the check', async () => {
    const { execFileSync } = await import('node:child_process')
    const Dockerfile = block('inference-server', 'dockerfile')
    const list = execFileSync('sh', ['-c', sums(contextOf(model))], { encoding: 'utf8' })
    expect(told(await gated({ Dockerfile, ...model, 'models.sha256': list }, [`BASE_IMAGE=${baseImage}`]))).toEqual(
      proven,
    )
    const other = { ...model, 'models/a.bin': `${mine}another` }
    const { verdict, failure } = await gated({ Dockerfile, ...other, 'models.sha256': list }, [
      `BASE_IMAGE=${baseImage}`,
    ])
    expect([verdict, failure?.location?.line]).toEqual(['undecided', lineOf(Dockerfile, 'sha256sum')])
  })

  test('multi-platform, on the platform of the builder: proven', async () => {
    const files = { 'templates/i.html': `<p>@VERSION@ ${mine}`, 'bin/server-amd64': '', 'bin/server-arm64': '' }
    const Dockerfile = block('multi-platform', 'dockerfile')
    expect(told(await gated({ Dockerfile, ...files }, [`BASE_IMAGE=${baseImage}`]))).toEqual(proven)
  })

  // The live mirror serves as well, for two builds in one minute.
  test('apt-snapshots, from the live mirror: proven; without the clean-up red at its RUN', async () => {
    const args = [`BASE_IMAGE=${baseImage}`, 'SNAPSHOT=']
    const Dockerfile = block('apt-snapshots', 'dockerfile').replace(
      'RUN set -eux;',
      `RUN set -eux; : ${mine.slice(2).trim()};`,
    )
    expect(told(await gated({ Dockerfile }, args))).toEqual(proven)
    const dirty = Dockerfile.replace(/; \\\n {4}rm -rf \/var\/lib\/apt\/lists[\s\S]*$/, '\n')
    const { verdict, differs } = told(await gated({ Dockerfile: dirty }, args))
    expect(verdict).toBe('not-reproducible')
    expect(differs).toEqual(expect.arrayContaining([`apt-log at ${lineOf(dirty, 'RUN set')}`]))
    expect(differs.filter(one => !one.endsWith(` at ${lineOf(dirty, 'RUN set')}`))).toEqual([])
  })

  testPip('monorepo: both images are proven, the shared stage once', async () => {
    const context = contextOf({
      ...{ 'docker/python.Dockerfile': block('monorepo', 'dockerfile'), 'docker-bake.hcl': block('monorepo', 'hcl') },
      'docker/python.Dockerfile.dockerignore': block('monorepo', 'gitignore'),
      ...{
        'libs/common/__init__.py': mine,
        'services/api/__main__.py': mine,
        'services/worker/__main__.py': `${mine}2`,
      },
    })
    const here = process.cwd()
    process.chdir(context)
    try {
      const { report } = await gateHere({ file: ['docker-bake.hcl'], 'build-args': onPython() })
      expect(report.results?.map(({ image, verdict }) => [image, verdict])).toEqual([
        ['api', 'reproducible'],
        ['worker', 'reproducible'],
      ])
    } finally {
      process.chdir(here)
    }
  })
})
