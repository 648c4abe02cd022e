// Digests as a real registry gives them, through the bundled command line; and what it says where there is none.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { runCli } from '../cli/run-cli.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

describeWithEngine('repro-gate fix', () => {
  const root = mkdtempSync(join(tmpdir(), 'fix-engine-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const docker = (...args: string[]) =>
    execFileSync('docker', args, { encoding: 'utf8', env: engineEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] })
  const digest = () =>
    (
      JSON.parse(docker('buildx', 'imagetools', 'inspect', baseImage, '--format', '{{json .Manifest}}')) as {
        digest: string
      }
    ).digest

  function context(dockerfile: string): string {
    const folder = mkdtempSync(join(root, 'context-'))
    writeFileSync(join(folder, 'Dockerfile'), dockerfile)
    return folder
  }
  const fix = (folder: string, args: string[] = [], env: Record<string, string> = {}) =>
    runCli(['fix', '.', ...args], { cwd: folder, env: { ...engineEnvironment(), ...env } })

  const dockerfile = `ARG BASE=${baseImage}
FROM $BASE AS build
RUN apt-get update && apt-get install -y curl=1 # why
FROM ${baseImage}
COPY --from=${baseImage} /etc/hostname /h
COPY --from=build /usr/bin/curl /usr/bin/
`

  test('writes the digest that imagetools gives, and Docker reads the file as before', async () => {
    const folder = context(dockerfile)
    const { code, stdout, stderr } = await fix(folder, ['--rule', 'RG101,RG102,RG205'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: `Asking for the digest of ${baseImage}\n` })
    const pinned = `${baseImage}@${digest()}`
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toBe(
      dockerfile.replaceAll(baseImage, pinned).replace('install -y', 'install --no-install-recommends -y'),
    )
    expect(stdout).toContain(`+FROM ${pinned}`)
    expect(docker('buildx', 'build', '--call=check', folder)).toMatch(/no warnings found/i)
    const again = await fix(folder, ['--rule', 'RG101,RG102,RG205'])
    expect(again).toMatchObject({ code: 0, stdout: 'Nothing to fix\n' })
  })

  test('says that a registry does not answer, and fixes the rest', async () => {
    const folder = context('FROM localhost:1/nothing:1\nRUN apt-get update && apt-get install -y curl=1\n')
    const { code, stdout } = await fix(folder, ['--rule', 'RG101,RG205'])
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /Dockerfile:1:6 {2}RG101 {2}not fixed {2}the digest of localhost:1\/nothing:1 could not be asked for: the server does not answer\./,
    )
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toContain('--no-install-recommends')
  })

  test('says that an image is not there', async () => {
    const registry = baseImage.split('/')[0]
    const { code, stdout } = await fix(context(`FROM ${registry}/no-such-image:1\n`))
    expect(code).toBe(1)
    expect(stdout).toMatch(/could not be asked for: there is nothing of that name/)
  })

  test('needs no engine to ask a registry', async () => {
    const folder = context(`FROM ${baseImage}\n`)
    const { code } = await fix(folder, [], { DOCKER_HOST: 'unix:///no/such.sock', DOCKER_CONTEXT: '' })
    expect(code).toBe(0)
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toBe(`FROM ${baseImage}@${digest()}\n`)
  })

  test('without docker says so', async () => {
    const bin = join(root, 'bin')
    mkdirSync(bin)
    symlinkSync(process.execPath, join(bin, 'node'))
    const { code, stdout } = await fix(context(`FROM ${baseImage}\n`), [], { PATH: bin })
    expect(code).toBe(1)
    expect(stdout).toMatch(/could not be asked for: there is no docker here to ask with/)
  })
})
