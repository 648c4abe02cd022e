// Every example of examples/ as a newcomer runs it: the good one is proven, its broken twin goes red at the line it says.
import { join } from 'node:path'
import { beforeAll, expect, test } from '@jest/globals'
// @ts-expect-error: a script, without types
import { mismatches } from '../../scripts/as-expected.mjs'
import type { Report } from '../../src/report/report.ts'
import { type Example, examples } from '../examples.ts'
import { pythonImage } from './builders.ts'
import { describeWithEngine } from './engine.ts'
import { gateHere } from './gate-here.ts'
import { describeWhere, reachesPypi, reachesSnapshot } from './reach.ts'

const [pypi, snapshot] = await Promise.all([reachesPypi(), reachesSnapshot()])

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
      ...{
        context: [example.folder],
        file: [join(example.folder, file)],
        variations: [file === 'Dockerfile' ? 'default' : 'none'],
      },
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
      }, 600_000)

      // Where two builds agree today only the lint can know: that is tried without an engine.
      if (!('lint' in broken))
        test(`broken: ${JSON.stringify(broken)}`, async () => {
          const report = await gated(example, 'broken.Dockerfile')
          expect(mismatches(report, broken)).toEqual([])
          expect(wherePlaced(report)).toEqual('line' in broken ? [broken.line] : [])
        }, 600_000)
    })
  }
})
