import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { credentialsIn, secretsIn, secretValues } from '../../src/options/secret-values.ts'

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
    ...['pass%20word', 'ghp_0123456789012345678901'],
  ])
})

test('credentials of a runner are secret by their name', () => {
  expect(credentialsIn({ GITHUB_TOKEN: 'a', GH_TOKEN: '', ACTIONS_RUNTIME_TOKEN: 'b', GITHUB_ACTOR: 'c' })).toEqual([
    'a',
    '',
    'b',
  ])
})
