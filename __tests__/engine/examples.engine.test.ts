// Every example of examples/ as a newcomer runs it: the good one is proven, its broken twin goes red at the line it says.
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
// @ts-expect-error: a script, without types
import { mismatches } from '../../scripts/as-expected.mjs'
import type { Report } from '../../src/report/report.ts'
import { type Example, examples } from '../examples.ts'
import { pythonImage } from './builders.ts'
import { describeWithEngine } from './engine.ts'
import { gateHere } from './gate-here.ts'

const reaches = (address: string): Promise<boolean> =>
  fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(20_000) }).then(
    ({ ok }) => ok,
    () => false,
  )
const index = process.env.PIP_INDEX_URL ?? 'https://pypi.org/simple/'
const pypi = await reaches(`${index.replace(/\/$/, '')}/idna/`)
const snapshot = await reaches('http://snapshot.debian.org/')

/** Green must mean proven: in CI's own jobs what cannot be tried fails. */
const describeWhere = (able: boolean, missing: string, name: string, body: () => void): void => {
  if (able) describe(name, body)
  else if (process.env.CI === 'true') test(name, () => expect(missing).toBe('reached'))
  else describe.skip(`${name} (${missing} cannot be reached from here)`, body)
}

/** The lines that the comparison blames: no other one is guilty. */
const wherePlaced = ({ findings }: Report) => [
  ...new Set(findings.filter(({ source }) => source === 'comparison').map(({ location }) => location?.line)),
]

describeWithEngine('the examples', () => {
  let base = ''
  beforeAll(() => {
    base = pythonImage()
  })

  function gated(example: Example, file: string): Promise<Report> {
    const more = snapshot ? {} : example.withoutSnapshot
    return gateHere({
      ...{ context: [example.folder], file: [join(example.folder, file)], variations: ['default'] },
      'build-args': Object.entries({ BASE_IMAGE: base, ...more }).map(([name, value]) => `${name}=${value}`),
    }).then(({ report }) => report)
  }

  for (const example of examples()) {
    const { name, dockerfile, broken } = example
    describeWhere(pypi || !/\bpip /.test(dockerfile), 'PyPI', `examples/${name}`, () => {
      test('is reproducible', async () => {
        const report = await gated(example, 'Dockerfile')
        const { verdict, failure, doubts } = report
        const differs = report.findings.filter(({ source }) => source === 'comparison').map(({ id }) => id)
        expect({ verdict, failure, doubts, differs }).toMatchObject({
          ...{ verdict: 'reproducible', failure: null, doubts: [], differs: [] },
        })
      })

      // Where two builds agree today only the lint can know: that is tried without an engine.
      if (!('lint' in broken))
        test(`broken: ${JSON.stringify(broken)}`, async () => {
          const report = await gated(example, 'broken.Dockerfile')
          expect(mismatches(report, broken)).toEqual([])
          expect(wherePlaced(report)).toEqual('line' in broken ? [broken.line] : [])
        })
    })
  }
})
