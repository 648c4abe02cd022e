// Every example of examples/ as a newcomer runs it: the good one is proven, its broken twin goes red at the line it says.
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
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

      if ('fails' in broken)
        test(`broken: the build fails at line ${broken.line}`, async () => {
          const { verdict, failure } = await gated(example, 'broken.Dockerfile')
          expect([verdict, failure?.location?.line]).toEqual(['undecided', broken.line])
          expect(JSON.stringify(failure)).toContain(broken.fails)
        })
      else if ('verdict' in broken)
        test(`broken: ${broken.cause} at line ${broken.line}`, async () => {
          const { verdict, findings } = await gated(example, 'broken.Dockerfile')
          const found = findings.filter(({ source }) => source === 'comparison')
          expect(verdict).toBe(broken.verdict)
          expect(new Set(found.map(({ location }) => location?.line))).toEqual(new Set([broken.line]))
          expect(found.map(({ id }) => id)).toContain(broken.cause)
        })
    })
  }
})
