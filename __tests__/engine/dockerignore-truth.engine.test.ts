import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { readContext } from '../../src/lint/context/context.ts'
import { describeWithEngine } from './engine.ts'

const tree =
  `a.md b.md README.md docs/a.md docs/b/c.md docs/b/d.txt src/x.py src/y/x.py src/y/.hid .env a.log logs/a.log
  x/logs/b.log foo/bar/baz foo/bar/qux.md #hash !bang é.txt z[1].txt log xlog src/a+b src/(p)`
    .split(/\s+/)
    .concat('my file.txt', 'dir with space/a')

/** Ignore files that are easily read otherwise than Docker reads them. */
const odd =
  `*|!src; docs|!docs/b/c.md; **/*.md|!README.md; !README.md|*.md; /docs/; docs/; ./docs; docs/.; docs/../src; \ufeffdocs|*.md;
  docs\r|*.md\r; # docs| #hash; \\#hash; \\!bang; .; ..; /; *; **; **|!src/y; */b; **/b; **/b/**; docs/**|!docs/b; foo/*/baz;
  my file.txt|dir with space;   a.md  ; z[1].txt; z\\[1\\].txt; ?.md; [ab].md; [^a].md; docs/\\b; **log; log**; src/**x.py; src/a+b;
  src/(p); *.md|! README.md; |; **/logs|!x/logs/b.log; foo|!foo/bar|foo/bar/baz; .*; .*|!.env; **/.*; *.m?; */*; */*/c.md;
  src/y/|!src/y/x.py; /*|!/src; é*; ../x; docs//b; **/; /**/b; foo/**/baz; foo/**/qux.md; *|!**/x.py; *|!*/; docs/*|!docs/*.md`
    .split(/;\n? {0,2}/)
    .map(text => text.replaceAll('|', '\n'))

/** Those that Docker refuses: they hide nothing. */
const refused = ['[a-', 'docs\\', '!']

const run = (args: string[]): Promise<{ code: number; stderr: string }> =>
  new Promise(resolve => {
    execFile('docker', args, { maxBuffer: 1e8 }, (error, _, stderr) =>
      resolve({ code: error === null ? 0 : 1, stderr }),
    )
  })

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? filesIn(join(folder, entry.name)).map(path => `${entry.name}/${path}`) : [entry.name],
  )

describeWithEngine('.dockerignore as Docker reads it', () => {
  let folder = ''
  let context = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'dockerignore-'))
    context = join(folder, 'context')
    for (const path of tree) {
      mkdirSync(dirname(join(context, path)), { recursive: true })
      writeFileSync(join(context, path), '')
    }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function build(name: string, ignore: string) {
    const dockerfile = join(folder, `${name}.Dockerfile`)
    const output = join(folder, name)
    writeFileSync(dockerfile, 'FROM scratch\nCOPY . /\n')
    writeFileSync(`${dockerfile}.dockerignore`, ignore)
    const { code, stderr } = await run([
      'buildx',
      'build',
      '-q',
      '-f',
      dockerfile,
      '-o',
      `type=local,dest=${output}`,
      context,
    ])
    const ours = (await readContext(context, dockerfile)).context?.paths ?? []
    return { code, stderr, output, ours: ours.filter(({ type }) => type === 'file').map(({ path }) => path) }
  }

  test('the files that are left are the same', async () => {
    for (const [at, ignore] of odd.entries()) {
      const { code, stderr, output, ours } = await build(`odd${at}`, ignore)
      expect([ignore, code, code === 0 ? '' : stderr]).toEqual([ignore, 0, ''])
      expect([ignore, ...ours.sort()]).toEqual([ignore, ...filesIn(output).sort()])
    }
  })

  test('what Docker refuses hides nothing', async () => {
    for (const [at, ignore] of refused.entries()) {
      const { code, ours } = await build(`refused${at}`, ignore)
      expect([ignore, code, ours.length]).toEqual([ignore, 1, tree.length])
    }
  })
})
