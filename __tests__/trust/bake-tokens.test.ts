// Who may change a bake file gets no token of the job by it: the workflow has to give it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { checkOptions } from '../../src/options/options.ts'
import { bakedImages } from '../../src/subjects/baked-images.ts'
import { portsWith, scripted } from '../build/ports.ts'

const root = mkdtempSync(join(tmpdir(), 'bake-tokens-'))
// A repository of its own: outside of it no context may be. (A bake file's paths begin where the tests run.)
mkdirSync(join(root, '.git'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

test('a bake file that asks for a token of the job as a secret is refused, unless the user gives it', async () => {
  const file = join(root, 'compose.yaml')
  writeFileSync(file, '{}')
  writeFileSync(join(root, 'Dockerfile'), 'FROM scratch\n')
  const secret = [
    { type: 'secret', id: 'npm', env: 'GITHUB_TOKEN' },
    { id: 'own', env: 'MINE' },
  ]
  const target = { default: { context: root, dockerfile: 'Dockerfile', secret } }
  const printed = JSON.stringify({ group: { default: { targets: ['default'] } }, target })
  const ports = portsWith(scripted({ 'docker buildx bake': { stdout: printed } }), {
    tokens: { GITHUB_TOKEN: 'ghs_x' },
  })
  const images = (more = {}) => bakedImages(checkOptions('gate', { file: [file], ...more }), ports)
  await expect(images()).rejects.toThrow(/asks for the token in GITHUB_TOKEN as its secret 'npm'.*secret-envs/)
  const [image] = await images({ 'secret-envs': ['npm=GITHUB_TOKEN'] })
  expect(image?.options.secretEnvs.sort()).toEqual(['npm=GITHUB_TOKEN', 'own=MINE'])
  // Where the job has no such token, the name is one like any other.
  const [plain] = await bakedImages(checkOptions('gate', { file: [file] }), { ...ports, tokens: {} })
  expect(plain?.options.secretEnvs).toContain('npm=GITHUB_TOKEN')
})
