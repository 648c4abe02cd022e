import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { gitCredentials, ofAddress, ownCredential } from '../../src/subjects/git-credential.ts'

const root = mkdtempSync(join(tmpdir(), 'credential-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const basic = (token: string) => `Authorization: basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
const none = { secrets: [], secretEnvs: [], secretFiles: [] }

describe('credentials of a git context, by the names that BuildKit knows', () => {
  const remote = 'https://github.com/o/r.git'
  test('a token, for this server alone', async () => {
    const [credential, ...more] = await gitCredentials(remote, { ...none, secrets: ['GIT_AUTH_TOKEN=t1'] }, {})
    expect(credential).toEqual({ server: 'https://github.com/', header: basic('t1') })
    expect(more).toEqual([])
  })
  test('that of the host goes first, a header before a token', async () => {
    const secrets = ['GIT_AUTH_TOKEN=all', 'GIT_AUTH_TOKEN.github.com=own', 'GIT_AUTH_TOKEN.other.com=no']
    expect(await gitCredentials(remote, { ...none, secrets }, {})).toMatchObject([{ header: basic('own') }])
    const more = [...secrets, 'GIT_AUTH_HEADER=bearer x']
    expect(await gitCredentials(remote, { ...none, secrets: more }, {})).toMatchObject([
      { header: 'Authorization: bearer x' },
    ])
  })
  test('from a variable and from a file', async () => {
    const file = join(root, 'token')
    writeFileSync(file, 'filed\n')
    expect(
      await gitCredentials(remote, { ...none, secretEnvs: ['GIT_AUTH_TOKEN=V'] }, { V: 'inherited' }),
    ).toMatchObject([{ header: basic('inherited') }])
    expect(await gitCredentials(remote, { ...none, secretFiles: [`GIT_AUTH_TOKEN=${file}`] }, {})).toMatchObject([
      { header: basic('filed') },
    ])
  })
  test.each(['git@github.com:o/r.git', 'ssh://git@github.com/o/r.git', 'git://github.com/o/r.git'])(
    'no token goes to %s',
    async address => expect(await gitCredentials(address, { ...none, secrets: ['GIT_AUTH_TOKEN=t'] }, {})).toEqual([]),
  )
})

describe('the token of the workflow', () => {
  const own = 'https://github.com/o/r'
  test('is for its own repository', () =>
    expect(ownCredential('https://github.com/O/r.git', own, 't')).toEqual([
      { server: 'https://github.com/', header: basic('t') },
    ]))
  test.each([
    'https://github.com/o/other.git',
    'https://github.com.evil.com/o/r.git',
    'https://evil.com/github.com/o/r.git',
    'https://github.com/o/r.git/../x.git',
    'git@github.com:o/r.git',
  ])('and never for %s', address => expect(ownCredential(address, own, 't')).toEqual([]))
  test('where there is one', () => {
    expect(ownCredential('https://github.com/o/r.git', own, '')).toEqual([])
    expect(ownCredential('https://github.com/o/r.git', undefined, 't')).toEqual([])
  })
})

test('what stands in an address is taken out of it, where it is a secret', () => {
  const header = (pair: string) => `Authorization: basic ${Buffer.from(pair).toString('base64')}`
  const remote = 'https://git.example:8443/o/r.git'
  const credentials = (pair: string) => [{ server: remote, header: header(pair) }]
  expect(ofAddress('https://u:p%40ss@git.example:8443/o/r.git')).toEqual({ remote, credentials: credentials('u:p@ss') })
  const token = 'ghp_0123456789012345678901'
  expect(ofAddress(`https://${token}@git.example:8443/o/r.git`)).toEqual({
    remote,
    credentials: credentials(`${token}:`),
  })
  expect(ofAddress('https://u:100%@git.example:8443/o/r.git').credentials).toEqual(credentials('u:100%'))
  for (const as of [remote, 'https://git@h/r.git', 'ssh://u:p@h/r.git', 'git@h:r.git', '/srv/r.git'])
    expect(ofAddress(as)).toEqual({ remote: as, credentials: [] })
})
