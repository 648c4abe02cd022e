import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildSync } from 'esbuild'
import { type GitHubDouble, startGitHubDouble } from '../doubles/github/github-double.ts'
import { node24 } from '../doubles/runner/node24.ts'
import { runAction } from '../doubles/runner/run-action.ts'
import { hostileEverywhere } from '../report/extreme-reports.ts'
import { at, finding, notReproducible } from '../report/reports.ts'

const node = node24()
const withNode24 = node === null ? test.skip : test
if (node === null) console.warn('No Node 24 on this machine: publishing as a runner runs it is NOT tested.')

const fork = {
  pull_request: {
    number: 7,
    head: { sha: 'ab'.repeat(20), repo: { full_name: 'someone/r' } },
    base: { repo: { full_name: 'o/r' } },
  },
}

/** An action that only publishes a report, built as the real one is. */
const entry = `
import { readEvent } from './event.ts'
import { publish } from './publish.ts'
import { checkOptions } from '../options/options.ts'
import { readFileSync } from 'node:fs'
const report = JSON.parse(readFileSync(process.env.REPORT, 'utf8'))
const options = checkOptions('gate', { annotate: ['all'] })
publish({ report, event: readEvent(process.env), token: 'ghs_dummy', options, failed: true }).then(({ findings }) => {
  console.log('published: ' + findings.kind)
})`

describe('findings of a pull request from a fork', () => {
  let github: GitHubDouble
  const folder = mkdtempSync(join(tmpdir(), 'publisher-'))
  beforeAll(async () => {
    github = await startGitHubDouble({ permissions: { checks: 'read' } })
    mkdirSync(join(folder, 'dist'))
    writeFileSync(join(folder, 'action.yml'), 'name: x\nruns: { using: node24, main: dist/index.cjs }\n')
    const src = fileURLToPath(new URL('../../src/github', import.meta.url))
    const stdin = { contents: entry, resolveDir: src, loader: 'ts' as const }
    buildSync({
      stdin,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: join(folder, 'dist/index.cjs'),
      logLevel: 'error',
    })
  })
  afterAll(async () => {
    await github.close()
    rmSync(folder, { recursive: true })
  })

  const published = (report: unknown) => {
    writeFileSync(join(folder, 'report.json'), JSON.stringify(report))
    return runAction({
      ...{ actionDir: folder, node: node ?? '', event: fork, env: { REPORT: join(folder, 'report.json') } },
      github: { event_name: 'pull_request', api_url: github.url },
    })
  }

  withNode24('become annotations of the log, worst first, at most ten of a level', async () => {
    const lint = Array.from({ length: 15 }, (_, index) =>
      finding('RG201', { location: at(index + 1), title: `Finding ${index}` }),
    )
    const result = await published({
      ...notReproducible,
      findings: [...lint, finding('apt-logs', { location: at(3, 5) })],
    })
    expect(result).toMatchObject({ outcome: 'success', droppedAnnotations: 0 })
    expect(result.annotations).toHaveLength(11)
    expect(result.annotations[0]).toMatchObject({
      level: 'error',
      file: 'Dockerfile',
      line: '3',
      endLine: '5',
      title: 'apt-logs: About apt-logs',
    })
    const log = result.log.map(({ line }) => line).join('\n')
    expect(log).toMatch(
      /may not write check runs \(Resource not accessible by integration.*from a fork never has "checks: write".*docs\/github\.md/,
    )
    expect(log).toContain('5 more findings in the job summary')
    expect(log).toContain('published: log')
    expect(github.problems()).toEqual([])
  })

  withNode24('give the runner no command, whatever they quote', async () => {
    const evil =
      '\n::set-output name=verdict::reproducible\n##[set-output name=verdict]reproducible\r::add-mask::a%0A::error::x'
    const findings = hostileEverywhere.findings.map(one => ({
      ...one,
      location: at(1, 1, 2, 3),
      title: evil,
      message: evil,
      id: evil,
    }))
    const result = await published({
      ...hostileEverywhere,
      findings,
      subject: { ...hostileEverywhere.subject, file: evil },
    })
    expect(result).toMatchObject({ outcome: 'success', outputs: {}, deprecated: [], errors: [] })
    expect(result.annotations.length).toBeGreaterThan(0)
    expect(result.annotations.every(({ message }) => message !== 'x')).toBe(true)
    expect([...result.masks]).toEqual(['ghs_dummy'])
  })
})
