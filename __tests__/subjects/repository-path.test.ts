import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { pathsInRepository } from '../../src/subjects/repository-path.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'repository-path-')))
const [repository, worktree, bare] = ['repository', 'worktree', 'bare'].map(name => join(root, name, 'services/web'))
for (const folder of [repository, worktree, bare]) mkdirSync(folder ?? '', { recursive: true })
mkdirSync(join(root, 'repository/.git'))
writeFileSync(join(root, 'worktree/.git'), 'gitdir: elsewhere\n')
afterAll(() => rmSync(root, { recursive: true, force: true }))

describe('a file in its repository', () => {
  test.each([
    ['Dockerfile', 'services/web/Dockerfile'],
    ['./Dockerfile', 'services/web/Dockerfile'],
    ['../api/Dockerfile', 'services/api/Dockerfile'],
    ['../../Dockerfile', 'Dockerfile'],
    [join(root, 'repository/x y/Dockerfile'), 'x y/Dockerfile'],
    ['../../../Dockerfile', null],
    ['/etc/passwd', null],
    ['../..', null],
    ['-', null],
    ['', null],
    ['provenance:Dockerfile', null],
    ['https://github.com/o/r#1a2b3c4d5e6f:Dockerfile', null],
  ])('%j is %j', (file, path) => {
    expect(pathsInRepository(repository)(file)).toBe(path)
    expect(pathsInRepository(worktree)(file)).toBe(file.startsWith(root) ? null : path)
  })

  test('without a repository is one of the working folder', () => {
    expect(pathsInRepository(bare)('Dockerfile')).toBe('Dockerfile')
    expect(pathsInRepository(bare)('../Dockerfile')).toBe(null)
  })
})
