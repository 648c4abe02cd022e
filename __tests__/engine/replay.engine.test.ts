// Images of a repository that a server here has are built again by what lies beside them.
import { execFile } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { recordImage } from '../../src/commands/record.ts'
import { planReplay, replay } from '../../src/commands/replay.ts'
import { createExec } from '../../src/host/exec.ts'
import { createMasking } from '../../src/host/masking.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import { placed } from '../../src/subjects/placed.ts'
import { portsWith } from '../build/ports.ts'
import { baseImage, describeWithEngine, engineEnvironment, networkFlags } from './engine.ts'
import { makeRepository, type Served, serve } from './served.ts'

/** The builder asks the server of this very process, which must not wait for it. */
const docker = (...args: string[]) =>
  promisify(execFile)('docker', args, { env: engineEnvironment(), timeout: 200_000 })

const registry = process.env.REPRO_GATE_REGISTRY ?? 'localhost:5000'
const mine = randomUUID()
const network = process.env.REPRO_GATE_RUN_NETWORK
const portsHere = () => {
  const env = engineEnvironment()
  return portsWith(createExec(env), { env, masking: createMasking() })
}
const common: Given = network ? { network: [network] } : {}
const replayed = (given: Given) =>
  replay(checkOptions('replay', { ...common, ...given }), portsHere(), { version: 'test' })

describeWithEngine('replay', () => {
  const root = mkdtempSync(join(tmpdir(), 'replay-engine-'))
  const base = `${registry}/replay-base-${mine}:1`
  const name = (tag: string): string => `${registry}/replay-${mine}:${tag}`
  let server: Served
  let commit = ''
  let download = 'one'
  const repository = (): string => `${server.address}/git/app.git`

  const publish = async (tag: string, context: string, ...flags: string[]): Promise<void> => {
    const output = `type=image,name=${name(tag)},push=true,store=false,oci-mediatypes=true,rewrite-timestamp=true`
    const epoch = 'SOURCE_DATE_EPOCH=1704164645'
    await docker(
      'buildx',
      'build',
      '--quiet',
      ...networkFlags,
      '--build-arg',
      epoch,
      ...flags,
      '--output',
      output,
      context,
    )
  }

  beforeAll(async () => {
    server = await serve(root, (_, response) => void response.end(download))
    await docker('buildx', 'imagetools', 'create', '--tag', base, baseImage)
    commit = makeRepository(join(root, 'app'), {
      'image/Dockerfile': [
        `FROM ${base}`,
        'ARG VERSION=1',
        'COPY hello /made/hello',
        `ADD ${server.address}/download /made/download`,
        'RUN echo "$VERSION" > /made/version',
        '',
      ].join('\n'),
      'image/hello': mine,
    })
    await publish('max', `${repository()}#main:image`, '--provenance=mode=max', '--build-arg', 'VERSION=7')
    const present = '--provenance=mode=max,version=v1'
    await publish('v1', `${repository()}#${commit}:image`, present, '--build-arg', 'VERSION=7', '--label', 'a=b')
    // From here on the name of the base image stands for another one.
    const other = join(root, 'other')
    mkdirSync(other)
    writeFileSync(join(other, 'Dockerfile'), `FROM ${baseImage}\nRUN echo ${mine} > /other\n`)
    await docker('buildx', 'build', '--quiet', ...networkFlags, '--output', `type=image,name=${base},push=true`, other)
  })
  afterAll(async () => {
    await server?.stop()
    rmSync(root, { recursive: true, force: true })
  })

  test.each(['max', 'v1'])('of its provenance (%s) an image is built again, on the base image of then', async tag => {
    const report = await replayed({ against: [name(tag)], context: [repository()] })
    expect(report).toMatchObject({ verdict: 'reproducible', doubts: [], scope: { against: { kind: 'image' } } })
    expect(report.findings.filter(({ level }) => level === 'error')).toEqual([])
  })

  test('its plan is told without a build, and what is of this network is asked only where it is named', async () => {
    const ports = portsHere()
    const plan = await planReplay(checkOptions('replay', { ...common, against: [name('max')] }), ports)
    expect(plan.refused).toEqual([expect.stringContaining(`--context ${repository()}`)])
    expect(ports.logged).toEqual([])
  })

  test('with another argument than it was built with, the line is named', async () => {
    await tampered('max', 'lied', text => text.replace('"build-arg:VERSION": "7"', '"build-arg:VERSION": "8"'))
    const report = await replayed({ against: [name('lied')], context: [repository()] })
    expect(report.verdict).toBe('not-reproducible')
    expect(report.findings[0]).toMatchObject({ location: { line: 5 }, paths: ['made/version'] })
  })

  test('of a provenance that is about another image, or whose Dockerfile is not that of the commit, nothing is proven', async () => {
    await tampered('max', 'other', text =>
      text.replace(/("subject":[^\]]*"sha256": ")[0-9a-f]{64}/, `$1${'a'.repeat(64)}`),
    )
    await expect(replayed({ against: [name('other')], context: [repository()] })).rejects.toThrow(/is of another image/)
    await tampered('max', 'file', text => text.replace(/"data": "[^"]*"/, `"data": "${btoa(`FROM ${base}\n`)}"`))
    const report = await replayed({ against: [name('file')], context: [repository()] })
    expect(report).toMatchObject({
      verdict: 'undecided',
      doubts: [expect.stringContaining('Dockerfile of that commit')],
    })
  })

  test('a download that has changed is not taken for the one of then', async () => {
    download = 'two'
    try {
      const report = await replayed({ against: [name('max')], context: [repository()] })
      expect(report).toMatchObject({ verdict: 'undecided', failure: null })
      expect(report.doubts).toContainEqual(expect.stringMatching(/^This build took the file .*does not name/))
    } finally {
      download = 'one'
    }
  })

  test('of a folder, and of less than the whole provenance, it says why not', async () => {
    await publish('folder', join(root, 'app', 'image'), '--provenance=mode=max')
    await publish('min', `${repository()}#main:image`, '--provenance=mode=min')
    await publish('none', `${repository()}#main:image`, '--provenance=false')
    await expect(replayed({ against: [name('folder')] })).rejects.toThrow(/folder of the machine that built it/)
    await expect(replayed({ against: [name('min')], context: [repository()] })).rejects.toThrow(/mode=min/)
    await expect(replayed({ against: [name('none')] })).rejects.toThrow(/no provenance/)
  })

  test('a record of a repository is replayed', async () => {
    const record = join(root, 'app.record.json.gz')
    makeRepository(join(root, 'plain'), {
      'image/Dockerfile': `FROM ${baseImage}\nARG VERSION=1\nCOPY hello /made/hello\nRUN echo "$VERSION" > /made/version\n`,
      'image/hello': mine,
    })
    const plain = `${server.address}/git/plain.git`
    const asked = { ...common, context: [`${plain}#main:image`], record: [record], config: ['none'] }
    const ports = portsHere()
    await recordImage(await placed(checkOptions('record', asked), ports, {}), ports, { version: 'test' })
    await expect(replayed({ against: [record] })).rejects.toThrow(`--context ${plain}`)
    const report = await replayed({ against: [record], context: [plain] })
    expect(report).toMatchObject({ verdict: 'reproducible', scope: { against: { kind: 'record', inputs: 'same' } } })
  })

  /** The same image under another tag, with something else in its provenance. */
  async function tampered(from: string, to: string, change: (text: string) => string): Promise<void> {
    const [, repositoryName] = name(from).split(/\/|:(?=[^/]*$)/)
    const api = `http://${registry}/v2/${repositoryName}`
    const types = ['index', 'manifest'].map(kind => `application/vnd.oci.image.${kind}.v1+json`)
    const read = async (path: string): Promise<string> =>
      (await fetch(`${api}/${path}`, { headers: { accept: types.join(', ') } })).text()
    const put = async (reference: string, type: string, text: string): Promise<void> => {
      const done = await fetch(`${api}/manifests/${reference}`, {
        method: 'PUT',
        headers: { 'content-type': type },
        body: text,
      })
      expect(done.status).toBe(201)
    }
    const index = JSON.parse(await read(`manifests/${from}`))
    const attested = index.manifests.find((one: { platform: { os: string } }) => one.platform.os === 'unknown')
    const manifest = JSON.parse(await read(`manifests/${attested.digest}`))
    const [layer] = manifest.layers
    const text = await read(`blobs/${layer.digest}`)
    const lie = change(JSON.stringify(JSON.parse(text), null, 1))
    expect(JSON.parse(lie)).not.toEqual(JSON.parse(text))
    Object.assign(layer, { digest: digestOf(lie), size: Buffer.byteLength(lie) })
    const upload = await fetch(`${api}/blobs/uploads/`, { method: 'POST' })
    const location = new URL(upload.headers.get('location') ?? '', api)
    location.searchParams.set('digest', layer.digest)
    await fetch(location, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: lie })
    const attestation = JSON.stringify(manifest)
    Object.assign(attested, { digest: digestOf(attestation), size: Buffer.byteLength(attestation) })
    await put(attested.digest, manifest.mediaType, attestation)
    await put(to, index.mediaType, JSON.stringify(index))
  }
})

const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`
