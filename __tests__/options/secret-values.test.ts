import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { keptCredentials } from '../../src/options/kept-credentials.ts'
import { credentialsIn, secretArguments, secretsIn, secretValues } from '../../src/options/secret-values.ts'

const root = mkdtempSync(join(tmpdir(), 'secret-values-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('all that options name as secret is found, wherever it is kept', async () => {
  const [file, big] = [join(root, 'a=b'), join(root, 'big')]
  writeFileSync(file, 'of a file\nwith lines\n')
  writeFileSync(big, 'x'.repeat(65 * 1024))
  const given = secretsIn({
    ...{ secrets: ['id=val=ue', 'multi=a\nb'], 'secret-envs': ['id=NAME', 'none=ABSENT'] },
    'secret-files': [`id=${file}`, `big=${big}`, 'gone=/no/such/file'],
    context: ['https://user:pass%20word@git.example/o/r#main'],
    'build-contexts': [
      'a=https://ghp_0123456789012345678901@github.com/o/r',
      'b=https://git@github.com/o/r',
      'c=./here',
    ],
  })
  expect((await secretValues(given, { NAME: 'of a variable' })).filter(Boolean)).toEqual([
    ...['val=ue', 'a\nb', 'of a variable', 'of a file\nwith lines\n'],
    ...['pass%20word', 'pass word', 'ghp_0123456789012345678901'],
  ])
})

test('a secret out of a pipe, of which the second build would have nothing, is refused; a device is not read', async () => {
  const pipe = join(root, 'pipe')
  execFileSync('mkfifo', [pipe])
  await expect(secretValues(secretsIn({ 'secret-files': [`id=${pipe}`] }), {})).rejects.toThrow(
    /^secret-files \(--secret\): '.*pipe' is a pipe, and each build reads it/,
  )
  expect(await secretValues(secretsIn({ 'secret-files': ['id=/dev/zero', `f=${root}`] }), {})).toEqual(['', ''])
})

test('credentials of an environment are secret by their name, or stand in an address', () => {
  const environment = { GITHUB_TOKEN: 'a', GH_TOKEN: '', ACTIONS_RUNTIME_TOKEN: 'b', GITHUB_ACTOR: 'somebody-else' }
  expect(credentialsIn(environment).filter(Boolean)).toEqual(['a', 'b'])
  const more = {
    ...{
      NPM_TOKEN: 'npm_0123456',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUt',
      https_proxy: 'http://me:pr0xy%2Bpass@proxy:8080',
    },
    // No secrets: a path, an address, a word, other names.
    ...{ GOOGLE_CREDENTIALS: '/home/me/key.json', TOKEN: 'https://a.example', AUTH: 'none', PWD: '/home/me' },
    ...{ TOKENIZER: 'bert-base-uncased', GPG_KEY: 'E3FF2839C048B25C084DEBE9B26995E310250568', PATH: '/usr/bin:/bin' },
  }
  expect(credentialsIn(more)).toEqual(['npm_0123456', 'wJalrXUt', 'pr0xy%2Bpass', 'pr0xy+pass'])
})

test.each([
  ['https://me:p@ssw0rd@pypi.example/simple', ['p@ssw0rd', 'p']],
  ['http://me:a@b@c@h', ['a@b@c', 'a']],
  ['https://me:hunter22@one.example,https://me:hunter33@two.example', ['hunter22', 'hunter33']],
  ['https://me:hunter22@one,you@two', ['hunter22@one,you', 'hunter22']],
])('a password may have an @ in it: %s', (address, passwords) =>
  expect(credentialsIn({ PIP_INDEX_URL: address })).toEqual(expect.arrayContaining(passwords)),
)

test('of build arguments and caches what is secret by its name', () => {
  expect(
    secretArguments({
      buildArgs: {
        NPM_TOKEN: 'npm_0123456',
        HTTP_PROXY: 'http://u:hunter22@proxy',
        VERSION: '1.2.3-token',
        AUTH: 'no',
      },
      cacheFrom: [
        'type=s3,region=eu,"secret_access_key=cache/secret",session_token=abcdefgh',
        'type=gha,token=ghcache01',
      ],
      linked: { base: { buildArgs: { DB_PASSWORD: 'linked-pass' } } as never },
    }),
  ).toEqual(['npm_0123456', 'hunter22', 'cache/secret', 'abcdefgh', 'ghcache01', 'linked-pass'])
})

test('what docker, git and curl keep on this machine, and a checkout in its repository', async () => {
  const home = mkdtempSync(join(root, 'home-'))
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  mkdirSync(join(home, 'docker'))
  mkdirSync(join(home, 'work/.git'), { recursive: true })
  const auths = {
    'ghcr.io': { auth: base64('somebody:docker-pass') },
    'r.example': { identitytoken: 'identity-token' },
  }
  writeFileSync(join(home, 'docker/config.json'), JSON.stringify({ auths, credsStore: 'osxkeychain' }))
  writeFileSync(join(home, '.netrc'), 'machine a.example\n  login somebody\n  password netrc-pass\n')
  writeFileSync(join(home, '.git-credentials'), 'https://somebody:stored-pass@git.example\n')
  const header = base64('x-access-token:ghs_checkout')
  const git = `[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic ${header}\n[includeIf "gitdir:/x"]\n\tpath = more.config\n`
  writeFileSync(join(home, 'work/.git/config'), git)
  writeFileSync(
    join(home, 'work/.git/more.config'),
    '[http "https://g.example/"]\n\textraheader = AUTHORIZATION: bearer later-token\n',
  )
  const found = await keptCredentials({ HOME: home, DOCKER_CONFIG: join(home, 'docker') }, join(home, 'work'))
  expect(found).toEqual(
    expect.arrayContaining([
      ...['docker-pass', 'identity-token', 'netrc-pass', 'stored-pass', header, 'ghs_checkout', 'later-token'],
    ]),
  )
  expect(found.join()).not.toMatch(/somebody(?!:)|osxkeychain/)
  expect(await keptCredentials({ HOME: join(home, 'nobody') }, join(home, 'nobody'))).toEqual([])
})
