import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { baseImage, describeWithEngine } from './engine.ts'

describeWithEngine('the engine of the tests', () => {
  let context: string
  beforeAll(() => {
    context = mkdtempSync(join(tmpdir(), 'engine-'))
  })
  afterAll(() => rmSync(context, { recursive: true, force: true }))

  function build(nonce: number) {
    const metadata = join(context, `${nonce}.json`)
    writeFileSync(join(context, 'Dockerfile'), `FROM ${baseImage}\nRUN date > /built; touch -d 2001-02-03 /old\n`)
    const args = [
      'buildx',
      'build',
      '--provenance=false',
      '--metadata-file',
      metadata,
      `--shm-size=${67108864 + 4096 * nonce}`,
    ]
    const output = 'type=image,push=false,store=false,oci-mediatypes=true,rewrite-timestamp=true'
    const env = { ...process.env, SOURCE_DATE_EPOCH: '1700000000' }
    const { status, stderr } = spawnSync('docker', [...args, '--output', output, '--progress=plain', context], {
      env,
      encoding: 'utf8',
    })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(stderr).toContain('rewriting layers with source-date-epoch 1700000000')
    return JSON.parse(readFileSync(metadata, 'utf8'))['containerimage.config.digest']
  }

  test('builds from the base image, rewrites timestamps, and sees the clock', () => {
    const nonce = Math.floor(Math.random() * 1e9)
    const first = build(nonce)
    expect(first).toMatch(/^sha256:[0-9a-f]{64}$/)
    spawnSync('sleep', ['1.1'])
    expect(build(nonce)).toBe(first)
    expect(build(nonce + 1)).not.toBe(first)
  })

  test('a second start is quick and says what runs', () => {
    const script = join(import.meta.dirname, '..', '..', 'scripts', 'engine')
    const { status, stderr } = spawnSync(script, ['start'], { encoding: 'utf8' })
    expect({ status, stderr }).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(/already running|Using the Docker/),
    })
    expect(execFileSync(script, ['run', '--', 'docker', 'version', '-f', '{{.Server.Os}}'], { encoding: 'utf8' })).toBe(
      'linux\n',
    )
  })
})
