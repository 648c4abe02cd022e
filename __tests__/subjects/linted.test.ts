import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { checkOptions } from '../../src/options/options.ts'
import { lintAndCheck } from '../../src/subjects/linted.ts'
import { readSources } from '../../src/subjects/sources.ts'
import { portsWith, scripted } from '../build/ports.ts'

const folder = mkdtempSync(join(tmpdir(), 'linted-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const warning = (ruleName: string, line: number) => ({
  ...{ ruleName, description: ruleName, detail: ruleName },
  location: { ranges: [{ start: { line }, end: { line } }] },
})
const answer = JSON.stringify({ warnings: [warning('StageNameCasing', 1), warning('UndefinedArgInFrom', 1)] })

async function linted(text: string, given: Parameters<typeof checkOptions>[1] = {}, context: string | null = folder) {
  writeFileSync(join(folder, 'Dockerfile'), text)
  const exec = scripted({ 'docker buildx build': { code: 1, stdout: answer } })
  const ports = portsWith(exec)
  const options = { ...checkOptions('lint', { context: [folder], ...given }), context }
  const { findings } = await lintAndCheck(await readSources(options, ports), options, ports)
  return {
    ids: findings.map(({ id }) => id),
    asked: exec.lines.filter(line => line.startsWith('docker')),
  }
}

test("Docker's findings come after ours, without what ours say already", async () => {
  const { ids, asked } = await linted('FROM python:${V} AS Base\nFROM debian:12\n', { target: ['base'] })
  expect(ids).toEqual(['StageNameCasing', 'RG103'])
  expect(asked).toEqual([expect.stringContaining(`--file ${join(folder, 'Dockerfile')} --target base ${folder}`)])
})

test('not asked for, or with no context to check against: nobody asks Docker', async () => {
  for (const { ids, asked } of [
    await linted('FROM scratch AS Base\n', { 'docker-check': ['never'] }),
    await linted('FROM scratch AS Base\n', {}, null),
  ])
    expect([ids, asked]).toEqual([[], []])
})
