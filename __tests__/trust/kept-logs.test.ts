// Where the logs of builds are kept may be a folder of a pull request, in which a link has the name of a log.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { buildLogs } from '../../src/prove/build-logs.ts'
import { portsWith, scripted } from '../build/ports.ts'

const root = mkdtempSync(join(tmpdir(), 'kept-logs-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('a log takes the place of a link, and never writes where it leads', async () => {
  const [own, into] = [join(root, 'own-file'), join(root, 'logs')]
  writeFileSync(own, 'mine\n')
  mkdirSync(into)
  symlinkSync(own, join(into, 'build-A.log'))
  symlinkSync(join(root, 'not-there'), join(into, 'build-B.log'))
  mkdirSync(join(root, 'temp'))
  const ports = portsWith(scripted({}), { tempDir: join(root, 'temp') })
  const logs = buildLogs(ports)
  for (const name of ['build-A', 'build-B']) (await logs.into(name, ports.log)).foreign(`said by ${name}`)
  expect(await logs.keep(into)).toEqual([join(into, 'build-A.log'), join(into, 'build-B.log')])
  expect(readFileSync(own, 'utf8')).toBe('mine\n')
  expect(existsSync(join(root, 'not-there'))).toBe(false)
  expect(lstatSync(join(into, 'build-A.log')).isFile()).toBe(true)
  expect(readFileSync(join(into, 'build-A.log'), 'utf8')).toBe('said by build-A\n')
})
