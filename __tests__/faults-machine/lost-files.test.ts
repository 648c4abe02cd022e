// What a run could not write, or did not come to write, is not there from an earlier run either.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { lostFiles } from '../../src/host/lost-files.ts'
import { checkOptions } from '../../src/options/options.ts'
import { orNoOutputs } from '../../src/options/output-paths.ts'
import { writeReportFiles } from '../../src/report-files.ts'
import { writeSboms } from '../../src/sbom.ts'
import { portsWith, scripted } from '../build/ports.ts'
import { allImagesProven } from '../report/image-reports.ts'

const folder = mkdtempSync(join(tmpdir(), 'lost-files-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const amd64 = { platform: 'linux/amd64' }

test.each([
  ['the image is not proven', 'undecided', [{ ...amd64, sbom: '{}' }], 0],
  ['it could not be made', 'reproducible', [{ ...amd64, sbom: null }], 1],
] as const)('no SBOM of an earlier run stays where %s', async (_, verdict, platforms, lost) => {
  const ports = portsWith(scripted({}))
  const path = join(folder, 'sbom.json')
  writeFileSync(path, '{"bomFormat":"CycloneDX"}')
  await writeSboms(path, verdict, platforms, ports)
  expect(existsSync(path)).toBe(false)
  expect(lostFiles(ports.log)).toHaveLength(lost)
})

test('an SBOM for each platform is forgotten by its own name', async () => {
  const ports = portsWith(scripted({}))
  const path = join(folder, 'own.json')
  const [of, other] = [join(folder, 'own.linux-arm64.json'), join(folder, 'own.linux-amd64.json')]
  for (const file of [of, other]) writeFileSync(file, '{"bomFormat":"CycloneDX"}')
  await writeSboms(path, 'not-reproducible', [amd64, { platform: 'linux/arm64' }], ports)
  expect([existsSync(of), existsSync(other)]).toEqual([false, false])
})

test('a report that could not be written is known to be lost, one that was is not', async () => {
  const { log } = portsWith(scripted({}))
  const [report, badge] = ['/proc/no/report.json', join(folder, 'badge.json')]
  await writeReportFiles(allImagesProven, { report, badge }, {}, log)
  expect(lostFiles(log)).toEqual([report])
})

test('a run that ends by an error leaves no report of an earlier one', async () => {
  const path = (name: string): string => join(folder, name)
  const options = checkOptions('gate', {
    report: [path('r.json')],
    html: [path('r.html')],
    context: [folder],
    config: ['none'],
  })
  for (const name of ['r.json', 'r.html', 'other.json']) writeFileSync(path(name), '{"verdict":"reproducible"}')
  expect(await orNoOutputs(options, async () => 1)).toBe(1)
  expect(existsSync(path('r.json'))).toBe(true)
  const work = () => orNoOutputs(options, () => Promise.reject(new Error('no place for temporary files')))
  await expect(work()).rejects.toThrow('no place for temporary files')
  expect(['r.json', 'r.html', 'other.json'].map(name => existsSync(path(name)))).toEqual([false, false, true])
})
