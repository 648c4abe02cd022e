// Files of a repository that are links to the machine's own: what those hold is read by nobody, and shown to nobody.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from '@jest/globals'
import { readContext } from '../../src/lint/context/context.ts'
import { readConfig } from '../../src/options/config-file.ts'
import { checkOptions } from '../../src/options/options.ts'
import { bakedImages } from '../../src/subjects/baked-images.ts'
import { readDockerfile } from '../../src/subjects/sources.ts'
import { subjectsOf } from '../../src/subjects/subjects.ts'
import { portsWith, scripted } from '../build/ports.ts'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'links-out-')))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const secret = 'aws_secret_access_key'
const own = join(root, 'own-file')
writeFileSync(own, `${secret}: 0123456789abcdef\n`)

let repository: string
beforeEach(() => {
  repository = mkdtempSync(join(root, 'repository-'))
  mkdirSync(join(repository, '.git'))
  mkdirSync(join(repository, 'app'))
})

const refused = async (work: Promise<unknown>, name: string): Promise<void> => {
  const error: Error = await work.then(
    () => new Error('it was read'),
    error => error,
  )
  expect(error.message).toContain(`'${name}' leads out of ${repository} by a link`)
  expect(error.message).not.toContain(secret)
}
const options = (more = {}) => checkOptions('lint', { context: [join(repository, 'app')], ...more })

test('a Dockerfile is refused; one that leads elsewhere in the repository is read', async () => {
  const file = join(repository, 'app/Dockerfile')
  symlinkSync('../../own-file', file)
  await refused(readDockerfile(options()), file)
  rmSync(file)
  writeFileSync(join(repository, 'common'), 'FROM scratch\n')
  symlinkSync('../common', file)
  expect((await readDockerfile(options())).instructions).toHaveLength(1)
})

test('a folder on the way to it is a link, too', async () => {
  mkdirSync(join(root, 'elsewhere'), { recursive: true })
  writeFileSync(join(root, 'elsewhere/Dockerfile'), `FROM ${secret}\n`)
  symlinkSync('../elsewhere', join(repository, 'linked'))
  const file = join(repository, 'linked/Dockerfile')
  await refused(readDockerfile(options({ file: [file] })), file)
  // Nor what lies in another repository of this machine.
  mkdirSync(join(root, 'elsewhere/.git'))
  await refused(readDockerfile(options({ file: [file] })), file)
})

test('a configuration is refused, found or named', async () => {
  const file = join(repository, '.repro-gate.yml')
  symlinkSync('../own-file', file)
  await refused(readConfig(undefined, repository), '.repro-gate.yml')
  await refused(readConfig('.repro-gate.yml', repository), '.repro-gate.yml')
})

test.each(['compose.yaml', 'docker-bake.json'])('%s is refused by the lint and by the gate', async name => {
  const file = join(repository, name)
  symlinkSync('../own-file', file)
  const ports = portsWith(scripted({ 'docker buildx bake': { stdout: '{}' } }))
  await refused(subjectsOf(options({ file: [file] }), ports), file)
  await refused(bakedImages(checkOptions('gate', { file: [file] }), ports), file)
})

test('the .env that docker reads beside a compose file is refused by the gate', async () => {
  const file = join(repository, 'compose.yaml')
  writeFileSync(file, 'services: {a: {build: .}}\n')
  symlinkSync('../own-file', join(repository, '.env'))
  const ports = portsWith(scripted({ 'docker buildx bake': { stdout: '{}' } }))
  await refused(bakedImages(checkOptions('gate', { file: [file] }), ports), join(repository, '.env'))
})

test('an ignore file out of its folder is none, as for docker', async () => {
  const app = join(repository, 'app')
  writeFileSync(join(app, 'Dockerfile'), 'FROM scratch\n')
  writeFileSync(join(app, 'ignored'), 'seen\n')
  const ignoreFile = async () => (await readContext(app, join(app, 'Dockerfile'))).ignoreFile
  symlinkSync('../../own-file', join(app, '.dockerignore'))
  symlinkSync('../../own-file', join(app, 'Dockerfile.dockerignore'))
  expect(await ignoreFile()).toBeNull()
  rmSync(join(app, 'Dockerfile.dockerignore'))
  symlinkSync('ignored', join(app, 'Dockerfile.dockerignore'))
  expect(await ignoreFile()).toEqual({ file: join(app, 'Dockerfile.dockerignore'), text: 'seen\n' })
})
