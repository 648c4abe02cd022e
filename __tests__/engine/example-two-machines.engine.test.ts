// The mini challenge: two engines, two checkouts with other times and other files left in them, and one image.
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { compareNamed } from '../../src/commands/compare.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import type { Report } from '../../src/report/report.ts'
import { pythonImage, secondEngine } from './builders.ts'
import { describeWithEngine } from './engine.ts'
import { describeWhere, reachesPypi } from './reach.ts'
import { portsHere, record } from './record-here.ts'

const example = join(import.meta.dirname, '../../examples/challenge-two-machines')
const second = process.env.REPRO_GATE_NO_ENGINE === undefined ? secondEngine() : { missing: 'no engine' }
const elsewhere: Given = typeof second === 'string' ? { builder: [second] } : {}

const pypi = await reachesPypi()
const where = typeof second === 'string' ? 'two engines' : `one engine, twice (${second.missing})`

describeWithEngine('examples/challenge-two-machines', () => describeWhere(pypi, 'PyPI', where, body))

function body(): void {
  const root = mkdtempSync(join(tmpdir(), 'example-machines-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  /** A clone, with what an editor and a run left there. Under one umask: records of others have other inputs. */
  function checkout(name: string, time: number): string {
    const folder = join(root, name)
    cpSync(example, folder, { recursive: true })
    mkdirSync(join(folder, 'words/__pycache__'))
    writeFileSync(join(folder, 'words/__pycache__/left.pyc'), name)
    writeFileSync(join(folder, 'words/run.log'), name)
    for (const file of ['requirements.lock', 'words/__init__.py', 'words/__main__.py']) {
      chmodSync(join(folder, file), 0o644)
      utimesSync(join(folder, file), time, time)
    }
    chmodSync(join(folder, 'words'), 0o755)
    return folder
  }

  const machines: [string, Given][] = []
  let base = ''
  beforeAll(() => {
    base = `BASE_IMAGE=${pythonImage()}`
    machines.push([checkout('alice', 1_790_000_000), {}])
    machines.push([checkout('bob', 1_780_000_000), elsewhere])
  })

  async function compared(dockerfile: string): Promise<Report> {
    const records: string[] = []
    for (const [folder, builder] of machines) {
      const path = `${folder}-${dockerfile}.record.json.gz`
      const given = { ...builder, context: [folder], file: [join(folder, dockerfile)], 'build-args': [base] }
      expect((await record({ ...given, record: [path] })).problems).toEqual([])
      records.push(path)
    }
    return compareNamed(checkOptions('compare', { images: records }), portsHere(), { version: 'test' })
  }

  test('the image is one and the same', async () => {
    const { verdict, doubts, findings } = await compared('Dockerfile')
    expect([verdict, doubts, findings]).toEqual(['reproducible', [], []])
  })

  test('with the clock of the machine in it, it is not, and line 11 is blamed', async () => {
    const { verdict, doubts, findings } = await compared('broken.Dockerfile')
    expect([verdict, doubts, findings.map(({ location }) => location?.line)]).toEqual(['not-reproducible', [], [11]])
  })
}
