// Docker's own checks as the real buildx and BuildKit give them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { type CheckRequest, dockerChecks } from '../../src/build/docker-check.ts'
import { createExec } from '../../src/host/exec.ts'
import { portsWith } from '../build/ports.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

describeWithEngine("Docker's own checks", () => {
  const folder = mkdtempSync(join(tmpdir(), 'docker-check-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function check(text: string, more: Partial<CheckRequest> = {}): Promise<string[]> {
    const file = join(folder, 'Dockerfile')
    writeFileSync(file, text)
    const found = await dockerChecks(portsWith(createExec(engineEnvironment())), {
      ...{ context: folder, file, shown: { file: 'Dockerfile', text }, target: undefined, platform: undefined },
      ...{ buildArgs: {}, buildContexts: {}, builder: undefined },
      ...more,
    })
    return found.map(({ id, location }) => `${id}:${location?.line}`)
  }

  test('a clean file: nothing', async () => {
    expect(await check(`FROM ${baseImage} AS base\nCOPY Dockerfile /\n`)).toEqual([])
  })

  test('warnings with their lines', async () => {
    expect(await check(`FROM ${baseImage} AS Base\nENV A b\n`)).toEqual(['StageNameCasing:1', 'LegacyKeyValueFormat:2'])
  })

  test('what the Dockerfile skips is skipped', async () => {
    expect(await check('# check=skip=StageNameCasing\nFROM scratch AS Base\nENV A b\n')).toEqual([
      'LegacyKeyValueFormat:3',
    ])
  })

  test('build arguments and the target count', async () => {
    const text = 'ARG TAG\nFROM scratch AS Early\nFROM $TAG AS late\n'
    expect(await check(text, { buildArgs: { TAG: baseImage } })).toContain('StageNameCasing:2')
    expect(await check(text, { target: 'early' })).toContain('InvalidDefaultArgInFrom:3')
  })

  test('a base that is not there, a broken file, a frontend nobody has: no error', async () => {
    expect(await check('FROM localhost:5000/no/such:1 AS Base\n')).toEqual(['StageNameCasing:1'])
    expect(await check('FROM scratch\nRUNN true\n')).toEqual([])
    expect(await check('# syntax=localhost:5000/no/such:1\nFROM scratch AS Base\n')).toEqual([])
  })
})
