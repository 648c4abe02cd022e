import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { checkOptions, type Given, InputError } from '../../src/options/options.ts'
import { checkOutputPaths } from '../../src/options/output-paths.ts'
import type { Command } from '../../src/options/table.ts'
import { renderBadge } from '../../src/report/badge.ts'
import { reportJson } from '../../src/report/json.ts'
import { renderPredicate } from '../../src/report/predicate.ts'
import { renderSarif } from '../../src/report/sarif.ts'
import { notReproducible, reproducible } from '../report/reports.ts'

const root = mkdtempSync(join(tmpdir(), 'output-paths-'))
const before = process.cwd()
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('a path to write to', () => {
  let here = ''
  beforeEach(() => {
    here = mkdtempSync(join(root, 'repository-'))
    process.chdir(here)
    mkdirSync('.git')
    mkdirSync('app')
    mkdirSync('out')
    const texts = { Dockerfile: 'FROM scratch', 'app/Dockerfile': 'FROM scratch', 'package-lock.json': '{"name":"x"}' }
    for (const [name, text] of Object.entries(texts)) writeFileSync(name, text)
    writeFileSync('token', 'hunter22')
    writeFileSync('image.tar', 'x')
    writeFileSync('index.json', '{"schemaVersion":2,"manifests":[]}')
  })
  afterEach(() => process.chdir(before))

  const problemsOf = async (given: Given, command: Command = 'gate'): Promise<string[]> => {
    try {
      await checkOutputPaths(checkOptions(command, given))
      return []
    } catch (error) {
      if (error instanceof InputError) return error.problems
      throw error
    }
  }

  test.each<[Given, RegExp, Command?]>([
    [
      { badge: ['Dockerfile'] },
      /^badge \(--badge\): 'Dockerfile' is a file to build or lint, and would be overwritten/,
    ],
    [{ badge: ['./app/../Dockerfile'] }, /is a file to build or lint/],
    [{ context: ['app'], html: ['app/Dockerfile'] }, /is a file to build or lint/],
    [{ context: ['app'], html: ['app/.dockerignore'] }, /is the context's ignore file/],
    [{ file: ['app/Dockerfile'], html: ['app/Dockerfile.dockerignore'] }, /is the Dockerfile's ignore file/],
    [{ 'secret-files': ['t=token'], sarif: ['token'] }, /is the file of a secret/],
    [
      { report: ['report.json'], sarif: ['out/../report.json'] },
      /^sarif .* is where report \(--report\) is written, too/,
    ],
    [{ sbom: ['.git/config'] }, /is inside a \.git folder/],
    [{ html: ['/'] }, /is a folder; give the path of a file/],
    [{ html: ['out'] }, /is a folder/],
    [{ html: ['fresh/'] }, /is a folder/],
    [{ html: ['Dockerfile/report.html'] }, /a part of this path is a file and no folder/],
    [{ html: ['x'.repeat(300)] }, /the name is too long/],
    [{ badge: ['package-lock.json'] }, /holds something else than a report of an earlier run/],
    [{ badge: ['index.json'] }, /holds something else than a report of an earlier run/],
    [{ report: ['index.json'] }, /holds something else than a report of an earlier run/],
    [{ logs: ['package-lock.json'] }, /^logs \(--logs\): 'package-lock.json' is a file; give the path of a folder/],
    [{ logs: ['image.tar/logs'] }, /a part of this path is a file/],
    [{ html: ['/proc/report.html'] }, /cannot be written: no files can be made in \/proc$/],
    [{ sbom: ['/sys/new/folder/sbom.json'] }, /cannot be written: no files can be made in \/sys$/],
    [{ logs: ['/proc/x'] }, /^logs .* cannot be written: no files can be made in \/proc$/],
    [{ record: ['/proc/x/r.json.gz'] }, /^record .* no files can be made in \/proc$/, 'record'],
    [{ file: ['docker-bake.hcl'], record: ['/proc'] }, /^record .* no files can be made in \/proc$/, 'record'],
    [{ record: ['out'] }, /is a folder; give the path of a file/, 'record'],
    [{ keep: ['.git/objects'] }, /is inside a \.git folder/],
    [{ html: ['all'], logs: ['all'] }, /^logs .* is where html \(--html\) is written, too/],
    [{ report: ['report.json'], badge: ['report.json'] }, /is the report that is read/, 'report'],
    [{ images: ['image.tar', 'docker://x/y'], report: ['image.tar'] }, /is an image to compare/, 'compare'],
  ])('%j would do harm', async (given, words, ...[command]) => {
    const names = readdirSync('.')
    expect(await problemsOf(given, command)).toEqual([expect.stringMatching(words)])
    expect(readdirSync('.')).toEqual(names)
    expect(readFileSync('Dockerfile', 'utf8')).toBe('FROM scratch')
  })

  test('may be a link, and still be the Dockerfile', async () => {
    symlinkSync('Dockerfile', 'report.html')
    symlinkSync('app', 'linked')
    expect(await problemsOf({ html: ['report.html'] })).toHaveLength(1)
    expect(await problemsOf({ context: ['app'], html: ['linked/Dockerfile'] })).toHaveLength(1)
  })

  test('is told of with all others that are wrong', async () => {
    expect(await problemsOf({ html: ['/'], badge: ['Dockerfile'], sarif: ['fine.sarif'] })).toHaveLength(2)
  })

  test('of several images may be a folder that is there', async () => {
    expect(await problemsOf({ file: ['docker-bake.hcl'], record: ['out'] }, 'record')).toEqual([])
    expect(await problemsOf({ record: ['out/new/r.json.gz'] }, 'record')).toEqual([])
  })

  test('may be new, empty, a device, or what an earlier run wrote there', async () => {
    writeFileSync('empty', '')
    writeFileSync('r.json', reportJson(notReproducible))
    writeFileSync(
      'r.sarif',
      renderSarif(notReproducible, text => text.slice(0, 9)),
    )
    writeFileSync('b.json', renderBadge(reproducible))
    writeFileSync('p.json', renderPredicate(reproducible, 'scai', { sha256: 'a'.repeat(64), at: null }) ?? '')
    writeFileSync('r.html', '<!doctype html>\n<html lang="en">')
    writeFileSync('s.json', '{"$schema":"http://cyclonedx.org/schema/bom-1.6.schema.json","bomFormat":"CycloneDX"}')
    const paths = {
      report: 'r.json',
      sarif: 'r.sarif',
      badge: 'b.json',
      predicate: 'p.json',
      html: 'r.html',
      sbom: 's.json',
    }
    expect(await problemsOf(Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, [path]])))).toEqual(
      [],
    )
    expect(await problemsOf({ report: ['new/folder/report.json'], html: ['empty'], badge: ['/dev/null'] })).toEqual([])
    expect(await problemsOf({})).toEqual([])
  })
})
