import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { compareNamed } from '../../src/commands/compare.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import { noPorts } from '../image-stores/lying-images.ts'
import { baseImage, describeWithEngine, networkFlags } from './engine.ts'

const dockerfile = `FROM ${baseImage}
LABEL made=here
RUN date -u +%FT%TZ > /etc/stamp
COPY a.txt /srv/a.txt
`

async function compared(a: string, b: string, given: Given = {}) {
  const ports = noPorts()
  const env = Object.fromEntries(
    Object.entries(process.env).filter((pair): pair is [string, string] => Boolean(pair[1])),
  )
  return compareNamed(checkOptions('compare', { images: [a, b], ...given }), { ...ports, env }, { version: 'test' })
}

describeWithEngine('compare, with what Docker writes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'compare-engine-'))
  const at = (name: string): string => join(folder, name)
  const tag = `localhost:5000/test-${randomUUID()}:a`
  const docker = (...args: string[]): void => void execFileSync('docker', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const build = (...args: string[]): void =>
    docker('buildx', 'build', '-q', '--build-arg', 'SOURCE_DATE_EPOCH=1700000000', ...networkFlags, ...args, at('.'))
  const exported = (name: string, more = ''): string => `type=oci,dest=${at(name)},rewrite-timestamp=true${more}`

  beforeAll(() => {
    writeFileSync(at('Dockerfile'), dockerfile)
    writeFileSync(at('a.txt'), 'hello\n')
    build('--no-cache', '--provenance=mode=max', '--output', exported('first.tar'))
    build('--provenance=false', '--output', exported('again.tar'))
    build('--provenance=false', '--output', exported('folder', ',tar=false'))
    build('--provenance=false', '--output', exported('plain.tar', ',compression=uncompressed,force-compression=true'))
    build('--provenance=false', '--output', exported('zstd.tar', ',compression=zstd,force-compression=true'))
    build('--provenance=false', '--output', `type=docker,name=${tag},dest=${at('docker.tar')},rewrite-timestamp=true`)
    docker('load', '-q', '-i', at('docker.tar'))
    docker('save', '-o', at('saved.tar'), tag)
    docker('push', '-q', tag)
    build('--no-cache', '--provenance=mode=max', '--output', exported('second.tar'))
  })

  afterAll(() => {
    execFileSync('docker', ['rmi', tag], { stdio: 'ignore' })
    rmSync(folder, { recursive: true, force: true })
  })

  test('one build, exported with provenance and without, as tar and as folder, is identical', async () => {
    const report = await compared(at('first.tar'), at('folder'), { level: ['identical'] })
    expect(report).toMatchObject({ verdict: 'reproducible', level: 'identical' })
    expect(report.notes).toEqual([expect.stringMatching(/attestation manifest .* set aside/)])
    expect(await compared(at('again.tar'), at('folder'))).toMatchObject({ level: 'identical' })
  })

  test('in another compression it has the same content', async () => {
    expect(await compared(at('again.tar'), at('plain.tar'))).toMatchObject({
      verdict: 'reproducible',
      level: 'same-content',
    })
    expect(await compared(at('plain.tar'), at('zstd.tar'))).toMatchObject({ level: 'same-content' })
  })

  test('docker save, the archive it was loaded from, and the registry hold the same image', async () => {
    expect(await compared(at('saved.tar'), at('docker.tar'))).toMatchObject({ level: 'identical' })
    expect(await compared(at('saved.tar'), tag)).toMatchObject({ level: 'identical' })
    expect(await compared(`docker://${tag}`, at('again.tar'))).toMatchObject({ level: 'same-content' })
  })

  test('two builds: the line and its window come from the provenance of the images', async () => {
    const report = await compared(at('first.tar'), at('second.tar'))
    expect(report.verdict).toBe('not-reproducible')
    expect(report.findings).toMatchObject([
      {
        id: 'build-time',
        confidence: 'certain',
        paths: ['etc/stamp'],
        location: { file: 'provenance:Dockerfile', line: 3 },
      },
    ])
  })

  test('two builds, one of them without provenance: two times, by the lines of a Dockerfile that is given', async () => {
    const report = await compared(at('again.tar'), at('second.tar'), { file: [at('Dockerfile')] })
    expect(report.findings).toMatchObject([
      { id: 'two-times', confidence: 'likely', paths: ['etc/stamp'], location: { line: 3 } },
    ])
  })
})
