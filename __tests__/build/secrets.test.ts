import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { csv } from '../../src/build/csv.ts'
import { prepareSecrets, redacted } from '../../src/build/secrets.ts'
import { portsWith, scripted, tempFolder } from './ports.ts'

const ports = (env = {}) => portsWith(scripted({}), { env })

describe('secrets', () => {
  test('values go into files that only we may read, and never into arguments', async () => {
    const world = ports()
    const { args, redact } = await prepareSecrets(world, {
      ...{ secrets: ['token=s3cr3t=x', 'pem=-----BEGIN-----\nabcdefgh\n}\n'], secretEnvs: [], secretFiles: [] },
    })
    const files = [0, 1].map(index => join(world.tempDir, 'secrets', String(index)))
    expect(args).toEqual(['--secret', `id=token,src=${files[0]}`, '--secret', `id=pem,src=${files[1]}`])
    expect(files.map(file => readFileSync(file, 'utf8'))).toEqual(['s3cr3t=x', '-----BEGIN-----\nabcdefgh\n}\n'])
    expect(files.map(file => statSync(file).mode & 0o777)).toEqual([0o600, 0o600])
    expect(statSync(join(world.tempDir, 'secrets')).mode & 0o777).toBe(0o700)
    expect(redact).toEqual(['-----BEGIN-----', 's3cr3t=x', 'abcdefgh'])
  })

  test('variables and files are named', async () => {
    const file = join(tempFolder(), 'a,b')
    writeFileSync(file, 'filesecret\n')
    const { args, redact } = await prepareSecrets(ports({ TOKEN: 'envsecret' }), {
      ...{ secrets: [], secretEnvs: ['t=TOKEN', 'u=ABSENT'], secretFiles: [`f=${file}`, 'g=/nowhere'] },
    })
    expect(args).toEqual([
      ...['--secret', 'id=t,env=TOKEN', '--secret', 'id=u,env=ABSENT'],
      ...['--secret', `id=f,"src=${file}"`, '--secret', 'id=g,src=/nowhere'],
    ])
    expect(redact).toEqual(['filesecret', 'envsecret'])
  })

  test('are taken out of a text, longest first', () => {
    expect(redacted('a hush-hush and hush', ['hush-hush', 'hush'])).toBe('a *** and ***')
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 4 }), (text, secret) => {
        const clean = redacted(`${text}${secret}${text}`, [secret])
        return secret.includes('*') || !clean.includes(secret)
      }),
    )
  })
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
