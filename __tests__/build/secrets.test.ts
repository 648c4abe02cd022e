import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { csv } from '../../src/build/csv.ts'
import { prepareSecrets } from '../../src/build/secrets.ts'
import { createMasking } from '../../src/host/masking.ts'
import { portsWith, scripted, tempFolder } from './ports.ts'

const ports = (env = {}) => portsWith(scripted({}), { env, masking: createMasking() })

describe('secrets', () => {
  test('values go into files that only we may read, and never into arguments', async () => {
    const world = ports()
    const { args } = await prepareSecrets(world, {
      ...{ secrets: ['token=s3cr3t=x', 'pem=-----BEGIN-----\nabcdefgh\n}\n'], secretEnvs: [], secretFiles: [] },
    })
    const files = [0, 1].map(index => join(world.tempDir, 'secrets', String(index)))
    expect(args).toEqual(['--secret', `id=token,src=${files[0]}`, '--secret', `id=pem,src=${files[1]}`])
    expect(files.map(file => readFileSync(file, 'utf8'))).toEqual(['s3cr3t=x', '-----BEGIN-----\nabcdefgh\n}\n'])
    expect(files.map(file => statSync(file).mode & 0o777)).toEqual([0o600, 0o600])
    expect(statSync(join(world.tempDir, 'secrets')).mode & 0o777).toBe(0o700)
    expect(world.masking?.text('-----BEGIN----- abcdefgh, s3cr3t=x')).toBe('*** ***, ***')
  })

  test('variables and files are named', async () => {
    const file = join(tempFolder(), 'a,b')
    writeFileSync(file, 'filesecret\n')
    const world = ports({ TOKEN: 'envsecret' })
    const { args } = await prepareSecrets(world, {
      ...{ secrets: [], secretEnvs: ['t=TOKEN', 'u=ABSENT'], secretFiles: [`f=${file}`, 'g=/nowhere'] },
    })
    expect(args).toEqual([
      ...['--secret', 'id=t,env=TOKEN', '--secret', 'id=u,env=ABSENT'],
      ...['--secret', `id=f,"src=${file}"`, '--secret', 'id=g,src=/nowhere'],
    ])
    expect(world.masking?.text('a filesecret and an envsecret')).toBe('a *** and an ***')
  })
})

test('a token that no child is given reaches a build that names it as a file of ours', async () => {
  const world = portsWith(scripted({}), {
    env: {},
    tokens: { GITHUB_TOKEN: 'ghs_0123456789' },
    masking: createMasking(),
  })
  const { args } = await prepareSecrets(world, {
    ...{ secrets: [], secretEnvs: ['t=GITHUB_TOKEN', 'r=ACTIONS_RUNTIME_TOKEN'], secretFiles: [] },
  })
  const file = join(world.tempDir, 'secrets', 'GITHUB_TOKEN')
  expect(args).toEqual(['--secret', `id=t,src=${file}`, '--secret', 'id=r,env=ACTIONS_RUNTIME_TOKEN'])
  expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual(['ghs_0123456789', 0o600])
  expect(world.masking?.text('a ghs_0123456789')).toBe('a ***')
})

test.each([
  [{ type: 'oci', dest: '/a' }, 'type=oci,dest=/a'],
  [{ dest: '/a,b' }, '"dest=/a,b"'],
  [{ dest: '/a"b' }, '"dest=/a""b"'],
  [{ dest: '/a\nb' }, '"dest=/a\nb"'],
])('CSV fields %j', (fields: Record<string, string>, text) => expect(csv(fields)).toBe(text))

test('a file that is written again is told by its id, never by its content', async () => {
  const file = join(tempFolder(), 'token')
  writeFileSync(file, 'hunter22')
  const { changed } = await prepareSecrets(ports(), { secrets: [], secretEnvs: [], secretFiles: [`t=${file}`] })
  expect(await changed?.()).toEqual([])
  writeFileSync(file, 'hunter23!')
  const [doubt, ...more] = (await changed?.()) ?? []
  expect(doubt).toContain("the secret 't' was changed")
  expect(doubt).not.toContain('hunter')
  expect(more).toEqual([])
  rmSync(file)
  expect(await changed?.()).toHaveLength(1)
})
