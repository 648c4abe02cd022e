// What was proven is built again after the world outside has changed: tags, files, packages, images that are gone.
import { execFile, execFileSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { drift } from '../../src/commands/drift.ts'
import { recordImage } from '../../src/commands/record.ts'
import { gate } from '../../src/gate.ts'
import { createExec } from '../../src/host/exec.ts'
import { createMasking } from '../../src/host/masking.ts'
import { folderStore } from '../../src/ledger/folder-store.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import type { Report } from '../../src/report/report.ts'
import { reportShape } from '../../src/report/report-shape.ts'
import { placed } from '../../src/subjects/placed.ts'
import { portsWith } from '../build/ports.ts'
import { docker } from './builders.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'
import { type FailingRegistry, failingRegistry } from './failing-registry.ts'
import { makeRepository, type Served, serve } from './served.ts'

const root = mkdtempSync(join(tmpdir(), 'drift-engine-'))
const mine = randomUUID()
const common: Given = { config: ['none'], network: ['host'] }
const portsHere = () => {
  const env = engineEnvironment()
  return portsWith(createExec(env), { env, masking: createMasking() })
}

/** What the world outside offers: it changes while the tests run. */
const offered: Record<string, string> = {}
const debs = join(import.meta.dirname, 'packages')
let version = '1.0-1'
let server: Server
let address = ''
let registry: FailingRegistry
let served: Served

function answer(path: string): Buffer | string | undefined {
  const deb = readFileSync(join(debs, `libthing_${version}_all.deb`))
  const sha256 = createHash('sha256').update(deb).digest('hex')
  if (path === '/apt/./libthing.deb' || path === '/apt/libthing.deb') return deb
  if (path.endsWith('/Packages'))
    return `Package: libthing\nVersion: ${version}\nArchitecture: all\nMaintainer: A <a@example.org>\nFilename: ./libthing.deb\nSize: ${deb.length}\nSHA256: ${sha256}\nDescription: x\n`
  return offered[path]
}

/** A repository of one commit, and the record of what it gives. */
async function proven(name: string, dockerfile: string, given: Given = {}) {
  // Jest tries once more.
  const folder = join(mkdtempSync(join(root, 'try-')), name)
  mkdirSync(folder)
  makeRepository(folder, { Dockerfile: dockerfile, a: `${mine} ${name}\n` })
  const record = `${folder}.json.gz`
  const made = await recordImage(
    checkOptions('record', { ...common, context: [folder], record: [record], ...given }),
    portsHere(),
    { version: 'test' },
  )
  expect(made.problems).toEqual([])
  return { folder, record }
}

const drifted = async (given: Given): Promise<Report> => {
  const report = await drift(checkOptions('drift', { ...common, ...given }), portsHere(), { version: 'test' })
  expect(reportShape.read(JSON.parse(JSON.stringify(report)), '')).toBeTruthy()
  return report
}
const addressOf = (folder: string): string => `${served.address}/git/${relative(root, folder)}.git`
const commit = (folder: string): string =>
  execFileSync('git', ['-C', folder, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
const commitAnother = (folder: string, text: string): void => {
  writeFileSync(join(folder, 'Dockerfile'), text)
  execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@t', 'commit', '-qam', 'two'])
}
const push = (tag: string, text: string): void => {
  const context = mkdtempSync(join(root, 'push-'))
  writeFileSync(join(context, 'Dockerfile'), text)
  const output = `type=image,name=${tag},push=true,store=false,rewrite-timestamp=true`
  docker('buildx', 'build', '-q', '--build-arg', 'SOURCE_DATE_EPOCH=1700000000', '--output', output, context)
}
const foundIn = ({ findings }: Report) => findings.map(({ id, level, location }) => [id, level, location?.line])

describeWithEngine('drift', () => {
  beforeAll(async () => {
    server = createServer((request, response) => {
      const found = answer(new URL(request.url ?? '/', 'http://x').pathname)
      if (found === undefined) response.writeHead(404).end()
      else response.end(found)
    }).listen(0, '127.0.0.1')
    await new Promise(ready => server.once('listening', ready))
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    registry = await failingRegistry()
    served = await serve(root, (_, response) => void response.writeHead(404).end())
  })
  afterAll(async () => {
    server.close()
    await registry.close()
    await served.stop()
    rmSync(root, { recursive: true, force: true })
  })

  describe('where the base image has a tag that moves', () => {
    const tag = `localhost:5000/drift-${mine}/base:1`
    let made: { folder: string; record: string }
    beforeAll(async () => {
      push(tag, `FROM ${baseImage}\nRUN echo ${mine} > /etc/then\n`)
      made = await proven('tag', `FROM ${tag}\nCOPY a /a\nRUN cat /etc/then > /made\n`)
    })

    test('nothing has changed: the same', async () => {
      const report = await drifted({ context: [made.folder], record: [made.record] })
      expect(report.doubts).toEqual([])
      expect([report.verdict, report.level, report.findings]).toEqual(['reproducible', 'identical', []])
      expect(report.drift).toEqual({
        ...{ kind: 'same', since: null, commit: commit(made.folder), bases: [], vanished: null, packages: [] },
      })
      expect(report.scope?.against).toMatchObject({ kind: 'record', inputs: 'same' })
    })

    test('the tag moved: the image of then is built, and the tag told from what to what', async () => {
      push(tag, `FROM ${baseImage}\nRUN echo other > /etc/then\n`)
      const report = await drifted({ context: [made.folder], record: [made.record] })
      expect(report.doubts).toEqual([])
      expect([report.verdict, report.level]).toEqual(['reproducible', 'identical'])
      expect(foundIn(report)).toEqual([['base-tag-moved', 'warning', 1]])
      const [base] = report.drift?.bases ?? []
      expect(report.drift?.kind).toBe('base-moved')
      expect(base).toEqual({
        reference: tag,
        from: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        to: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      })
      expect(base?.from).not.toBe(base?.to)
    })

    test('the checkout is of a later commit: that of then is built, and nothing here is touched', async () => {
      const then = commit(made.folder)
      commitAnother(made.folder, `FROM ${tag}\nRUN false\n`)
      writeFileSync(join(made.folder, 'untracked'), 'mine')
      const before = readdirSync(join(made.folder, '.git')).sort()
      const report = await drifted({ context: [made.folder], record: [made.record] })
      expect([report.verdict, report.doubts, report.drift?.kind, report.drift?.commit]).toEqual([
        ...['reproducible', [], 'base-moved', then],
      ])
      expect(report.findings[0]?.location?.file).toBe(`${then.slice(0, 12)}:Dockerfile`)
      const status = execFileSync('git', ['-C', made.folder, 'status', '--porcelain'], { encoding: 'utf8' })
      expect(status).toBe('?? untracked\n')
      expect(readdirSync(join(made.folder, '.git')).sort()).toEqual(before)
      expect(readFileSync(join(made.folder, 'Dockerfile'), 'utf8')).toContain('RUN false')
      // From the server of a shallow checkout, and of a git context that names another commit.
      const shallow = join(root, 'shallow')
      // Not in step: the server is in this very process.
      await promisify(execFile)('git', ['clone', '-q', '--depth', '1', addressOf(made.folder), shallow])
      const fetched = await drifted({ context: [shallow], record: [made.record] })
      expect([fetched.verdict, fetched.doubts, fetched.drift?.commit]).toEqual(['reproducible', [], then])
      const remote = await drifted({ context: [`${addressOf(made.folder)}#main`], record: [made.record] })
      expect([remote.verdict, remote.doubts, remote.drift?.commit]).toEqual(['reproducible', [], then])
    })

    test('a commit that is on no branch is nobody’s that we know, and is not built', async () => {
      // What GitHub has of a fork: there by its name, and on no branch.
      const git = (...args: string[]) =>
        execFileSync('git', ['-C', made.folder, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
          encoding: 'utf8',
        }).trim()
      git('checkout', '-q', '-b', 'fork')
      commitAnother(made.folder, `FROM ${tag}\nRUN echo fork > /fork\n`)
      const record = join(root, 'fork.json.gz')
      const given = { ...common, context: [made.folder], record: [record] }
      expect((await recordImage(checkOptions('record', given), portsHere(), { version: 'test' })).problems).toEqual([])
      git('checkout', '-q', 'main')
      git('branch', '-q', '-D', 'fork')
      const context = [`${addressOf(made.folder)}#main`]
      await expect(drifted({ context, record: [record] })).rejects.toThrow(/on no branch and no tag/)
      const shallow = join(root, 'shallow')
      await expect(drifted({ context: [shallow], record: [record] })).rejects.toThrow(/on no branch and no tag/)
    })
  })

  test('the last proof of a git context is found by its repository and folder, whatever its commit is now', async () => {
    const folder = join(mkdtempSync(join(root, 'try-')), 'ledger')
    mkdirSync(folder)
    makeRepository(folder, { Dockerfile: `FROM ${baseImage}\nCOPY a /a\n`, a: `${mine} ledger\n` })
    const then = commit(folder)
    const store = folderStore(mkdtempSync(join(root, 'kept-')))
    const caller = { version: 'test', ledger: { store, run: null, runner: null, here: root } }
    const given: Given = { ...common, context: [`${addressOf(folder)}#main`] }
    const gated = checkOptions('gate', { ...given, 'docker-check': ['never'], variations: ['none'] })
    const proof = await gate(await placed(gated, portsHere(), {}), portsHere(), caller)
    expect([proof.verdict, proof.doubts]).toEqual(['reproducible', []])
    commitAnother(folder, `FROM ${baseImage}\nRUN false\n`)
    const report = await drift(checkOptions('drift', given), portsHere(), caller)
    expect([report.verdict, report.doubts, report.drift?.kind]).toEqual(['reproducible', [], 'same'])
    expect([report.drift?.commit, report.scope?.against?.kind]).toEqual([then, 'ledger'])
  })

  test('a server has another file under the address: it builds differently, and the line is told', async () => {
    offered['/tool'] = 'one\n'
    const made = await proven('file', `FROM ${baseImage}\nCOPY a /a\nADD ${address}/tool /usr/bin/tool\n`)
    offered['/tool'] = 'two\n'
    const report = await drifted({ context: [made.folder], record: [made.record] })
    expect([report.verdict, report.drift?.kind, report.doubts]).toEqual(['not-reproducible', 'differs', []])
    expect(report.findings.find(({ level }) => level === 'error')).toMatchObject({
      location: { line: 3 },
      paths: ['usr/bin/tool'],
    })
    // And then it is gone.
    delete offered['/tool']
    const gone = await drifted({ context: [made.folder], record: [made.record] })
    expect([gone.verdict, gone.drift?.kind]).toEqual(['undecided', 'cannot-build'])
    expect(gone.drift?.vanished).toMatchObject({ kind: 'address', name: `${address}/tool` })
    expect(gone.failure?.location).toMatchObject({ line: 3 })
    expect(foundIn(gone)).toEqual([['vanished-input', 'error', 3]])
  })

  test('another version of a package: named by the files that dpkg keeps, or by both versions; a version that is gone', async () => {
    const apt = (what: string): string => `FROM ${baseImage}
RUN rm -rf /etc/apt/sources.list* && echo "deb [trusted=yes] ${address}/apt ./" > /etc/apt/sources.list
RUN apt-get -o Acquire::http::Proxy::127.0.0.1=DIRECT update && apt-get -o Acquire::http::Proxy::127.0.0.1=DIRECT install -y ${what} \\
 && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/apt/*.bin /var/cache/ldconfig/aux-cache
COPY a /a
`
    version = '1.0-1'
    const [floating, exact] = [await proven('apt', apt('libthing')), await proven('exact', apt('libthing=1.0-1'))]
    const image = `localhost:5000/drift-${mine}/apt:1`
    const output = `type=image,name=${image},push=true,store=false,rewrite-timestamp=true`
    const epoch = `SOURCE_DATE_EPOCH=${Date.parse('2024-01-02T03:04:05Z') / 1000}`
    // Not in step: the server is in this very process.
    await promisify(execFile)(
      'docker',
      [
        ...['buildx', 'build', '-q', '--network', 'host', '--build-arg', epoch, '--provenance=mode=max'],
        ...['--output', output, floating.folder],
      ],
      { env: engineEnvironment() },
    )
    version = '1.0-2'
    const byRecord = await drifted({ context: [floating.folder], record: [floating.record] })
    expect([byRecord.verdict, byRecord.drift?.kind, byRecord.doubts]).toEqual(['not-reproducible', 'differs', []])
    expect(byRecord.drift?.packages).toEqual([{ name: 'libthing', from: null, to: null }])
    const byImage = await drifted({ context: [floating.folder], against: [image] })
    expect([byImage.verdict, byImage.drift?.kind]).toEqual(['not-reproducible', 'differs'])
    expect(byImage.drift?.packages).toEqual([{ name: 'libthing', from: '1.0-1', to: '1.0-2' }])
    const gone = await drifted({ context: [exact.folder], record: [exact.record] })
    expect([gone.verdict, gone.drift?.kind]).toEqual(['undecided', 'cannot-build'])
    const vanished = { kind: 'package', name: 'libthing 1.0-1' }
    // What apt said stands beside it, should it not be told of that.
    expect([gone.drift?.vanished, gone.failure?.logTail]).toMatchObject([vanished, gone.failure?.logTail])
    expect(foundIn(gone)).toEqual([['vanished-input', 'error', 3]])
  })

  test('the base image of then is gone from its registry', async () => {
    const name = `drift-${mine}/gone`
    const tag = `${registry.host}/${name}:1`
    push(`localhost:5000/${name}:1`, `FROM ${baseImage}\nRUN echo ${mine} > /etc/gone\n`)
    const made = await proven('gone', `FROM ${tag}\nCOPY a /a\n`)
    // The engine of this test has the base of then; one that never had it is asked for another digest, which nobody has.
    const text = gunzipSync(readFileSync(made.record)).toString()
    const [, digest = ''] = /"bases":\[\{[^}]*"digest":"([0-9a-f]{64})"/.exec(text) ?? []
    const lost = createHash('sha256').update(mine).digest('hex')
    writeFileSync(made.record, gzipSync(text.replace(`"digest":"${digest}"`, `"digest":"${lost}"`)))
    const report = await drifted({ context: [made.folder], record: [made.record] })
    expect([report.verdict, report.drift?.kind]).toEqual(['undecided', 'cannot-build'])
    expect(report.drift?.vanished).toMatchObject({ kind: 'image', name: expect.stringContaining(lost) })
    expect(report.drift?.bases).toEqual([{ reference: tag, from: `sha256:${lost}`, to: `sha256:${digest}` }])
    expect(foundIn(report)).toEqual([
      ['vanished-input', 'error', 1],
      ['base-tag-moved', 'warning', 1],
    ])
    registry.refuse((_, path, __, response) => {
      if (!path.includes(`/manifests/`)) return false
      response.writeHead(404).end()
      return true
    })
    const without = await drifted({ context: [made.folder], record: [made.record] })
    expect(without.drift).toMatchObject({ kind: 'cannot-build', bases: [{ reference: tag, to: null }] })
    registry.refuse((_, __, ___, response) => !!response.writeHead(500).end())
    const unknown = await drifted({ context: [made.folder], record: [made.record] })
    expect(unknown.drift?.bases).toEqual([])
    expect(unknown.notes.join()).toMatch(/has moved is not known/)
  })

  test('other inputs are told first, and are no drift', async () => {
    const made = await proven('inputs', `FROM ${baseImage}\nARG X\nCOPY a /a\n`)
    const other = await drifted({ context: [made.folder], record: [made.record], 'build-args': ['X=1'] })
    expect([other.verdict, other.drift?.kind]).toEqual(['undecided', 'undecided'])
    expect(other.doubts).toEqual([expect.stringMatching(/build argument 'X'/)])
  })
})
