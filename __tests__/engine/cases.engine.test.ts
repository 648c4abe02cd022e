// Every case is built twice for real, and must be found, placed and explained as its truth says.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { Finding } from '../../src/finding.ts'
import { describeWithEngine } from './engine.ts'
import { gateCommand } from './gate-command.ts'

interface Truth {
  differs: boolean
  /** Absent, or what must be varied to see the difference: two plain builds agree. */
  vary?: string[]
  /** The instruction to blame. */
  line: number | null
  /** The COPY that carries the difference into the image, where the blamed line is in another stage. */
  layer_line?: number
  /** Paths that differ, and patterns of those whose names differ. */
  paths: string[]
  unstable_paths?: string[]
  /** What only a variation shows, and where: `umask@6`. It is told beside the verdict. */
  machine?: string[]
  /** Ids of the causes that must be named, all of them and no others. */
  causes: string[]
}

const folder = join(import.meta.dirname, '..', 'cases')
const truthOf = (name: string): Truth => JSON.parse(readFileSync(join(folder, name, 'truth.json'), 'utf8'))
const fixed = (path: string, { unstable_paths = [] }: Truth) =>
  !unstable_paths.some(pattern => new RegExp(`^${pattern.replace(/[.]/g, '\\.').replace(/\?/g, '.')}$`).test(path))

describeWithEngine('cases', () => {
  test.each(readdirSync(folder))('%s', async name => {
    const truth = truthOf(name)
    const { code, report, stderr } = await gateCommand([name, '--source-date-epoch', '1700000000'], { cwd: folder })
    const differs = truth.differs && truth.vary === undefined
    const proven = report.findings.filter(({ source }) => source === 'comparison')
    const found = proven.filter(finding => variationOf(finding) === undefined)

    expect({
      verdict: report.verdict,
      code,
      doubts: report.doubts,
      failure: report.failure,
      stderr: differs ? '' : stderr.slice(-2000),
    }).toMatchObject({
      verdict: differs ? 'not-reproducible' : 'reproducible',
      code: differs ? 1 : 0,
      doubts: [],
      failure: null,
    })
    expect(report.level).toBe(differs ? 'different' : 'identical')
    expect(proven.flatMap(machineIn).sort()).toEqual(truth.machine ?? [])
    if (!differs) {
      expect(found).toEqual([])
      return
    }
    expect([...new Set(found.map(({ id }) => id))].sort()).toEqual([...truth.causes].sort())
    expect([...new Set(found.map(lineOf))]).toEqual([truth.line])
    const via = new Set(found.flatMap(finding => (finding.via ?? []).map(({ line }) => line)))
    expect([...via]).toEqual(truth.layer_line === undefined ? [] : [truth.layer_line])
    const paths = new Set(found.flatMap(finding => finding.paths))
    expect([...paths].filter(path => fixed(path, truth)).sort()).toEqual(
      truth.paths.filter(path => fixed(path, truth)).sort(),
    )
    for (const finding of found) expect(isWhole(finding)).toBe(true)
  })
})

const variationOf = ({ title }: Finding): string | undefined => /^Depends on the machine \(([^)]*)\)/.exec(title)?.[1]

const machineIn = (finding: Finding): string[] => {
  const variation = variationOf(finding)
  if (variation === undefined) return []
  expect(finding).toMatchObject({ class: 'machine', level: 'warning' })
  expect(isWhole(finding)).toBe(true)
  return [`${variation}@${lineOf(finding)}`]
}

const lineOf = ({ location }: Finding): number | undefined => location?.line

/** What a user needs: what differs, why with both values or both names, and what to change. */
const isWhole = ({ message, evidence, fix, docs }: Finding): boolean =>
  message.length > 20 &&
  evidence.length > 0 &&
  evidence.some(({ a, b, what }) => (a !== undefined && b !== undefined && a !== b) || what.length > 10) &&
  (fix?.text.length ?? 0) > 10 &&
  docs.startsWith('https://')
