// What docs/config.md and the pre-commit hook say is what there is.
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { hadolintIgnores } from '../../src/lint/hadolint.ts'
import { parseConfig } from '../../src/options/config.ts'
import { readCommandLine } from '../../src/options/flags.ts'

const page = readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8')

test('the example is a configuration, with every key there is', () => {
  const example = /```yaml\n(# yaml-language-server.*?)```/s.exec(page)?.[1] ?? ''
  const config = parseConfig(example, '.repro-gate.yml')
  expect(config.lint.ignores).toHaveLength(2)
  for (const key of ['profile', 'rules', 'ignores', 'files', 'hadolint-ignores', 'fail-on', 'level', 'docker-check'])
    expect(page).toContain(`| \`${key}\` |`)
  expect(() => parseConfig('x: 1', 'f')).toThrow(
    'there are profile, fail-on, level, docker-check, rules, ignores, files, hadolint-ignores',
  )
})

test('the table of hadolint has what counts, and no more', () => {
  const rows = [...page.matchAll(/^\| (DL[\d, DL]+) \| (RG[\d, RG]+) \|$/gm)]
  const told = new Map(rows.flatMap(([, codes = '', ids = '']) => codes.split(', ').map(code => [code, ids])))
  const counting = Array.from({ length: 2000 }, (_, at) => `DL${3000 + at}`).flatMap(code =>
    hadolintIgnores(`hadolint ignore=${code}`).map(({ ids }): [string, string] => [code, ids.join(', ')]),
  )
  expect(counting.length).toBeGreaterThan(15)
  expect(new Map([...told].sort())).toEqual(new Map(counting))
})

test('the pre-commit hook runs the lint on Dockerfiles alone', () => {
  const [hook] = parse(readFileSync(new URL('../../.pre-commit-hooks.yaml', import.meta.url), 'utf8'))
  expect(hook).toMatchObject({ id: 'repro-gate', language: 'script' })
  const { name, version, bin } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const [program, ...args] = hook.entry.split(' ')
  expect(bin).toEqual({ [name]: program })
  expect(page).toContain(`rev: v${version}`)
  expect(readCommandLine([...args, 'a/Dockerfile', 'b/Dockerfile'], () => false)).toMatchObject({ command: 'lint' })
  const takes = (path: string) => new RegExp(hook.files).test(path) && !new RegExp(hook.exclude).test(path)
  for (const path of ['Dockerfile', 'a/Dockerfile.gpu', 'Containerfile', 'a/web.Dockerfile', 'x.dockerfile'])
    expect([path, takes(path)]).toEqual([path, true])
  for (const path of ['Dockerfile.dockerignore', 'a/.dockerignore', 'Dockerfiles/x', 'MyDockerfile', 'Dockerfile.md'])
    expect([path, takes(path)]).toEqual([path, false])
})
