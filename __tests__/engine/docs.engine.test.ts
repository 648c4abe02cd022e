// The commands that the pages tell people to type are typed here: blocks under `<!-- run -->`, in order, each page in an empty folder.
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { type Block, blocksOf, pages, root } from '../docs/pages.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

interface Said {
  id: number
  said: string
  why: string
}
const { measure, table } = (await import(new URL('../../scripts/docker-save.mjs', import.meta.url).href)) as {
  measure: (given: { base: string; network: string; cli: string; env: NodeJS.ProcessEnv }) => Said[]
  table: (results: readonly Said[]) => string
}

// A dozen builds, and each way twice.
jest.setTimeout(900_000)

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docs-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** `run`: has to end well; `run: 1`: with this code. */
const codeOf = ({ marks }: Block): number | null => {
  const found = marks.map(mark => /^run(?:: (\d+))?$/.exec(mark)).find(Boolean)
  return found ? Number(found[1] ?? 0) : null
}
const isPrinted = ({ marks }: Block): boolean => marks.includes('printed')

interface Typed {
  block: Block
  code: number
  /** Lines that have to come out, in this order. */
  printed: string[]
}

function typedIn(blocks: readonly Block[]): Typed[] {
  const typed: Typed[] = []
  for (const block of blocks) {
    const code = codeOf(block)
    if (code !== null) typed.push({ block, code, printed: [] })
    else if (isPrinted(block)) typed.at(-1)?.printed.push(...block.text.split('\n').filter(Boolean))
  }
  return typed
}

/** `repro-gate` as it is in this checkout; what the private engine needs for its network goes along. */
function environment(): Record<string, string> {
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const network = process.env.REPRO_GATE_RUN_NETWORK
  const more = network ? `case "$1" in gate|record|verify|drift) set -- "$@" --network ${network};; esac\n` : ''
  const cli = join(root, 'dist/cli/index.cjs')
  writeFileSync(join(bin, 'repro-gate'), `#!/bin/sh\n${more}exec '${process.execPath}' '${cli}' "$@"\n`)
  chmodSync(join(bin, 'repro-gate'), 0o755)
  const who = ['AUTHOR', 'COMMITTER'].flatMap(role => [
    [`GIT_${role}_NAME`, 'Reader'],
    [`GIT_${role}_EMAIL`, 'reader@example.org'],
  ])
  const engine = engineEnvironment()
  return { ...engine, ...Object.fromEntries(who), PATH: `${bin}:${engine.PATH}`, NO_COLOR: '1' }
}

/** One shell for a page, as a reader has one; a line tells where each block ends, and how. */
async function type(typed: readonly Typed[]): Promise<{ code: number; said: string }[]> {
  const work = join(folder, 'work')
  mkdirSync(work)
  const script = typed
    .map(({ block }) => `${block.text.replaceAll('debian:bookworm-slim', baseImage)}\necho "<<< $?"\n`)
    .join('')
  const child = spawn('bash', ['-c', `exec 2>&1\n${script}`], { cwd: work, env: environment() })
  let said = ''
  child.stdout.on('data', chunk => {
    said += chunk
  })
  await new Promise(resolve => child.on('close', resolve))
  const parts = said.split(/^<<< (\d+)\n/m)
  return typed.map((_, at) => ({ said: parts[2 * at] ?? '', code: Number(parts[2 * at + 1] ?? -1) }))
}

// Those of docs/attestation.md need cosign, and a registry of their own: engine/attestation.engine.test.ts runs them.
const typedPages = pages
  .filter(({ path }) => path !== 'docs/attestation.md')
  .map(page => ({ path: page.path, typed: typedIn(blocksOf(page)) }))
  .filter(({ typed }) => typed.length > 0)

describeWithEngine('what the pages tell people to type', () => {
  test.each(typedPages)('$path', async ({ typed }) => {
    const results = await type(typed)
    typed.forEach(({ block, code, printed }, at) => {
      const { said = '', code: ended } = results[at] ?? {}
      expect({ line: block.line, ended, said: ended === code ? '' : said }).toEqual({
        line: block.line,
        ended: code,
        said: '',
      })
      let from = 0
      for (const line of printed) {
        const place = said.indexOf(line.replaceAll('debian:bookworm-slim', baseImage), from)
        expect({ line, place: place < 0 ? said : 'there' }).toEqual({ line, place: 'there' })
        from = place
      }
    })
  })

  test('docs/getting-started.md among them', () => {
    expect(typedPages.map(({ path }) => path)).toContain('docs/getting-started.md')
  })
})

describeWithEngine('README.md', () => {
  test('shows what the gate says of the example', () => {
    const [said = ''] = pages
      .filter(({ path }) => path === 'README.md')
      .flatMap(blocksOf)
      .flatMap(({ language, text }) => (language === 'text' ? [text] : []))
    const network = process.env.REPRO_GATE_RUN_NETWORK ? ['--network', process.env.REPRO_GATE_RUN_NETWORK] : []
    const { stderr, stdout, status } = spawnSync(
      process.execPath,
      ['dist/cli/index.cjs', 'gate', 'examples/not-reproducible', '--build-arg', `BASE=${baseImage}`, ...network],
      { cwd: root, env: { ...engineEnvironment(), NO_COLOR: '1' }, encoding: 'utf8', maxBuffer: 2 ** 28 },
    )
    expect(status).toBe(1)
    // The times are those of each build.
    const lines = said.split('\n').filter(line => line !== '' && !/^ +[AB] \d{4}-/.test(line))
    expect(lines.length).toBeGreaterThan(7)
    const all = `${stdout}${stderr}`.replaceAll('examples/not-reproducible/', '')
    expect(lines.filter(line => !all.includes(line))).toEqual([])
  })
})

describeWithEngine('docs/docker-save.md', () => {
  test('says what this engine says', () => {
    const results = measure({
      base: baseImage,
      network: process.env.REPRO_GATE_RUN_NETWORK ?? 'default',
      cli: join(root, 'dist/cli/index.cjs'),
      env: { ...process.env, ...engineEnvironment() },
    })
    // With the reason, which the table has no room for.
    expect(results.filter(({ id, said }) => said === 'error' && id !== 7)).toEqual([])
    expect(results.find(({ id }) => id === 7)?.why).toContain('conflicts with "unpack"')
    expect(readFileSync(join(root, 'docs/docker-save.md'), 'utf8')).toContain(`\n${table(results)}\n`)
  })
})
