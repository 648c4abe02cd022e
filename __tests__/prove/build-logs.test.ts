// The logs of a run's builds as files: which are kept, under which names, and what is told where they cannot be.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { LimitError } from '../../src/host/limits.ts'
import { buildLogs, withLogs } from '../../src/prove/build-logs.ts'
import { portsWith, scripted, tempFolder } from '../build/ports.ts'
import { notReproducible, reproducible } from '../report/reports.ts'

test('a build that is made once more has a log of its own, and every line is told as before', async () => {
  const ports = portsWith(scripted({}))
  const logs = buildLogs(ports)
  for (const said of ['first', 'second', 'third']) (await logs.into('build-A', ports.log)).foreign(said)
  expect(ports.logged).toEqual(['first', 'second', 'third'])
  const into = join(ports.tempDir, 'not', 'there', 'yet')
  const kept = ['build-A.log', 'build-A-2.log', 'build-A-3.log'].map(name => join(into, name))
  expect(await logs.keep(into)).toEqual(kept)
  expect(kept.map(path => readFileSync(path, 'utf8'))).toEqual(['first\n', 'second\n', 'third\n'])
})

test.each([
  ['a person', new Error('cancelled'), 0],
  ['a limit', new LimitError('the time limit was reached'), 1],
])('of a run that %s ended', async (_, reason, count) => {
  const ports = portsWith(scripted({}), { signal: AbortSignal.abort(reason) })
  const logs = buildLogs(ports)
  await logs.into('build-A', ports.log)
  expect(await logs.keep(join(ports.tempDir, 'kept'))).toHaveLength(count)
})

test('what cannot be kept is a warning, and is not told to be there', async () => {
  const ports = portsWith(scripted({}))
  const logs = buildLogs(ports)
  const log = await logs.into('build-A', ports.log)
  const file = join(tempFolder(), 'file')
  writeFileSync(file, '')
  expect(await logs.keep(file)).toEqual([])
  expect(ports.logged).toEqual([expect.stringMatching(/^The logs of the builds could not be kept in .*file: \S/)])

  // Nor is a log of an earlier run left there that could be taken for it.
  const [again, into] = [buildLogs(ports), tempFolder()]
  writeFileSync(join(into, 'build-B.log'), 'of yesterday')
  await again.into('build-B', log)
  rmSync(join(ports.tempDir, 'logs'), { recursive: true })
  mkdirSync(join(ports.tempDir, 'logs', 'build-B.log'), { recursive: true })
  expect(await again.keep(into)).toEqual([])
  expect(readdirSync(into)).toEqual([])
  expect(ports.logged).toHaveLength(2)
})

test.each([
  ['that proved the image', reproducible, 'out', 0],
  ['that nobody wants to have', notReproducible, undefined, 0],
  ['that nobody wants to have, by an empty name', notReproducible, '', 0],
  ['of an image that is not reproducible', notReproducible, 'out', 1],
])('logs of builds %s', async (_, report, folder, asked) => {
  const wanted: string[] = []
  const into = async () => Promise.reject(new Error('not asked'))
  const keep = (paths: string[]) => async (folder: string) => {
    wanted.push(folder)
    return paths
  }
  const kept = await withLogs(report, { logs: folder }, { into, keep: keep(['out/build-A.log']) })
  expect(wanted).toEqual(asked === 0 ? [] : ['out'])
  expect(kept).toEqual(asked === 0 ? report : { ...report, logs: ['out/build-A.log'] })
  expect('logs' in (await withLogs(report, { logs: folder }, { into, keep: keep([]) }))).toBe(false)
})
