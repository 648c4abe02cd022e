import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { reportJson } from '../src/report/json.ts'
import { sourcesOf, writeReportFiles } from '../src/report-files.ts'
import { portsWith, scripted } from './build/ports.ts'
import { allImagesProven } from './report/image-reports.ts'
import { lintOnly, notReproducible } from './report/reports.ts'

const root = mkdtempSync(join(tmpdir(), 'report-files-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const folder = (): string => mkdtempSync(join(root, 'f-'))
const world = () => portsWith(scripted({}))
const textOf = (path: string): string => readFileSync(path, 'utf8')

describe('the files of a report', () => {
  test('are written in every form that a path is given for; folders are made; paths may be relative', async () => {
    const [place, { log, logged }] = [folder(), world()]
    const paths = {
      report: relative(process.cwd(), join(place, 'a/b/report.json')),
      ...{ sarif: join(place, 's/x.sarif'), html: join(place, 'page.html'), badge: join(place, 'badge.json') },
      predicate: join(place, 'predicate.json'),
    }
    expect(await writeReportFiles(allImagesProven, paths, {}, log)).toEqual(paths)
    expect(logged).toEqual([])
    const json = textOf(paths.report)
    expect(json).toBe(reportJson(allImagesProven))
    expect(JSON.parse(textOf(paths.sarif))).toMatchObject({ version: '2.1.0' })
    expect(textOf(paths.html)).toMatch(/^<!doctype html>/i)
    expect(JSON.parse(textOf(paths.badge))).toMatchObject({ schemaVersion: 1 })
    const { attributes } = JSON.parse(textOf(paths.predicate))
    expect(attributes[0].evidence.digest).toEqual({ sha256: createHash('sha256').update(json).digest('hex') })
  })

  test('are none where no path is given', async () => {
    const { log, logged } = world()
    expect(await writeReportFiles(notReproducible, {}, {}, log)).toEqual({})
    expect(logged).toEqual([])
  })

  test('that cannot be written are told, and the others are written all the same', async () => {
    const [place, { log, logged }] = [folder(), world()]
    writeFileSync(join(place, 'file'), '')
    mkdirSync(join(place, 'folder'))
    const paths = {
      ...{ report: join(place, 'file/report.json'), sarif: join(place, 'folder'), html: '/proc/no/page.html' },
      badge: join(place, 'badge.json'),
    }
    expect(await writeReportFiles(notReproducible, paths, {}, log)).toEqual({ badge: paths.badge })
    expect(logged).toHaveLength(3)
    for (const [at, what] of ['report.json', 'The SARIF file', 'The HTML report'].entries())
      expect(logged[at]).toMatch(new RegExp(`^${what} could not be written: .+`))
  })

  test('there is no predicate of what is not proven, nor that of an earlier run', async () => {
    const [place, warned] = [folder(), [] as string[]]
    const log = { ...world().log, warning: (text: string) => void warned.push(text) }
    const predicate = join(place, 'predicate.json')
    await writeReportFiles(allImagesProven, { predicate }, {}, log)
    expect(existsSync(predicate)).toBe(true)
    expect(await writeReportFiles(notReproducible, { predicate }, {}, log)).toEqual({})
    expect(existsSync(predicate)).toBe(false)
    // The verdict says so already: no warning on every run that is not reproducible. A lint never can have one.
    expect(warned).toEqual([])
    expect(await writeReportFiles(lintOnly, { predicate }, {}, log)).toEqual({})
    expect(warned).toEqual([expect.stringMatching(/^No predicate was written to .*only of images that a gate proved/)])
  })

  test('a predicate of a report that was read says whose word it is', async () => {
    const [place, { log, logged }] = [folder(), world()]
    await writeReportFiles(allImagesProven, { predicate: join(place, 'p.json') }, { wasRead: true }, log)
    expect(logged).toEqual([expect.stringMatching(/Sign it only if you trust who wrote that report/)])
  })
})

describe('the sources of a report', () => {
  const place = folder()
  const file = join(place, 'Dockerfile')
  writeFileSync(file, 'FROM a\nENV T=hunter22\n')
  const report = { ...notReproducible, subject: { ...notReproducible.subject, files: [file, join(place, 'gone')] } }

  test('are read as they are now, without secrets', async () => {
    const sources = await sourcesOf(report, { command: 'gate' }, text => text.replaceAll('hunter22', '***'))
    expect(sources).toEqual({ [file]: 'FROM a\nENV T=***\n', [join(place, 'gone')]: '' })
  })

  test('of a report that was read are no files of this machine', async () => {
    expect(await sourcesOf(report, { command: 'report' }, text => text)).toEqual({})
  })
})
