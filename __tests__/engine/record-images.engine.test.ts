// Images of a bake file are written down, each in a record of its own, and held against those on builders of other kinds.
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { checkOptions } from '../../src/options/options.ts'
import { type Buildkitd, buildkit, docker, makeCertificates, startBuildkitd } from './builders.ts'
import { baseImage, describeWithEngine } from './engine.ts'
import { common, record, verified } from './record-here.ts'

const has = process.env.REPRO_GATE_NO_ENGINE === undefined
const binaries = has ? buildkit() : { missing: 'no engine' }
const more = typeof binaries === 'string' ? test : test.skip

describeWithEngine('the images of a bake file', () => {
  const root = mkdtempSync(join(tmpdir(), 'record-images-'))
  const mine = randomUUID()
  const builder = `record-${mine.slice(0, 8)}`
  let remote: Buildkitd | null = null
  afterAll(async () => {
    docker('buildx', 'rm', '--force', builder, `${builder}-remote`)
    await remote?.stop()
    rmSync(root, { recursive: true, force: true })
  })

  /** `app` is made of `base`, `web` stands alone. */
  const bakeFile = (name: string, base = 'base', web = 'web'): string => {
    const folder = join(root, name)
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'base.Dockerfile'), `FROM ${baseImage}\nRUN echo ${base} ${mine} > /base\n`)
    writeFileSync(join(folder, 'Dockerfile'), `FROM base\nCOPY said /said\nRUN echo app > /app\n`)
    writeFileSync(join(folder, 'web.Dockerfile'), `FROM ${baseImage}\nRUN echo ${web} ${mine} > /web\n`)
    writeFileSync(join(folder, 'said'), mine)
    const target = {
      base: { context: '.', dockerfile: 'base.Dockerfile' },
      app: { context: '.', contexts: { base: 'target:base' } },
      web: { context: '.', dockerfile: 'web.Dockerfile' },
    }
    const file = join(folder, 'docker-bake.json')
    writeFileSync(file, JSON.stringify({ group: { default: { targets: ['app', 'web'] } }, target }))
    return file
  }
  const records = join(root, 'records')

  beforeAll(async () => {
    const made = await record({ file: [bakeFile('one')], record: [records] })
    expect(made.problems).toEqual([])
    expect(made).toMatchObject({
      record: records,
      records: ['app', 'web'].map(name => join(records, `${name}.record.json.gz`)),
    })
    expect(made.platforms.map(({ image }) => image)).toEqual(['app', 'web'])
  })

  test('are the same elsewhere, each held against its own record', async () => {
    const report = await verified({ file: [bakeFile('two')], record: [records] })
    expect([report.doubts, report.verdict, report.level]).toEqual([[], 'reproducible', 'identical'])
    expect(report.scope?.against).toEqual({ kind: 'record', name: records, inputs: 'same' })
    expect(report.builds.filter(({ side }) => side === 'A').map(({ image }) => image)).toEqual(['app', 'web'])
  })

  test('are undecided where the target that one is made of is another one, and say which', async () => {
    const report = await verified({ file: [bakeFile('other', 'changed')], record: [records] })
    expect(report.verdict).toBe('undecided')
    expect(report.doubts).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^app: The target 'base', which it is made of: The Dockerfile differs from line 2 on/),
      ]),
    )
    expect(report.scope?.against?.inputs).toBe('differ')
  })

  test('leave no record where one of them cannot be built', async () => {
    const folder = join(root, 'none')
    const file = bakeFile('broken')
    writeFileSync(join(file, '../web.Dockerfile'), `FROM ${baseImage}\nRUN exit 7 # ${mine}\n`)
    const made = await record({ file: [file], record: [folder] })
    expect([made.record, made.problems]).toEqual([null, [expect.stringMatching(/^web: .*exit code: 7/)]])
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([])
  })

  test('are refused where a record is missing, and a folder is where one image is built', async () => {
    const folder = join(root, 'empty')
    mkdirSync(folder)
    await expect(verified({ file: [bakeFile('five')], record: [folder] })).rejects.toThrow(/app\.record\.json\.gz/)
    const one = { file: [join(root, 'five/web.Dockerfile')], context: [join(root, 'five')] }
    await expect(verified({ ...one, record: [records] })).rejects.toThrow(/is a folder, which has the records/)
  })

  more(
    'are the same on a builder in a container, on one that listens elsewhere, and on one that `auto` picks',
    async () => {
      docker('buildx', 'create', '--driver', 'docker-container', '--name', builder, '--driver-opt', 'network=host')
      const certificates = join(root, 'certificates')
      makeCertificates(certificates)
      remote = await startBuildkitd(binaries as string, join(root, 'buildkitd'), certificates)
      const tls = ['cacert=ca.pem', 'cert=client.pem', 'key=client.key'].map(one =>
        one.replace('=', `=${certificates}/`),
      )
      const driver = ['--driver', 'remote', '--driver-opt', [...tls, 'servername=localhost'].join(',')]
      docker('buildx', 'create', '--name', `${builder}-remote`, ...driver, remote.address)
      for (const on of [builder, `${builder}-remote`, 'auto']) {
        const given = { file: [bakeFile('six')], targets: ['web'], builder: [on] }
        const report = await verified({ ...given, record: [join(records, 'web.record.json.gz')] })
        // Layers may be packed by other versions: what is in them is the same.
        expect([on, report.doubts, report.verdict, report.level === 'different']).toEqual([
          on,
          [],
          'reproducible',
          false,
        ])
      }
    },
  )

  test('take one builder, and say so of two', () => {
    expect(() => checkOptions('verify', { ...common, builders: ['a', 'b'], record: ['x'] })).toThrow(/builders/)
  })
})
