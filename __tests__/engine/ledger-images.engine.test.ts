// A ledger beside more than one image on one builder: several images, several platforms, two builders, bases that move.
import { randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, expect, test } from '@jest/globals'
import { folderStore } from '../../src/ledger/folder-store.ts'
import type { Proof } from '../../src/ledger/proof.ts'
import type { Given } from '../../src/options/options.ts'
import type { Report } from '../../src/report/report.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { describeWith, docker, secondEngine } from './builders.ts'
import { baseImage, describeWithEngine } from './engine.ts'
import { gatedWith, keysIn, ripe, uniqueContext } from './ledger-here.ts'

const root = mkdtempSync(join(tmpdir(), 'ledger-images-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const second = process.env.REPRO_GATE_NO_ENGINE === undefined ? secondEngine() : { missing: 'no engine' }

const newLedger = (): string => mkdtempSync(join(root, 'ledger-'))
const gated = (ledger: string, given: Given, id: string) => gatedWith(folderStore(ledger), root, given, id)
const proofsIn = (ledger: string): Proof[] =>
  keysIn(ledger, 'proof').map(key => JSON.parse(readFileSync(join(ledger, key, 'proof.json'), 'utf8')) as Proof)
/** What each image was held against: a run before, or its own second build. */
const told = ({ results = [] }: Report): string[] =>
  results.map(({ image, platform, verdict, against }) =>
    [image ?? platform, verdict, against ? `against ${against.name.split(' of ')[0]}` : 'by two builds'].join(' '),
  )

describeWithEngine('a ledger', () => {
  test('of several images that share a stage: each has its own proof, and the one that changed is built twice', async () => {
    const folder = uniqueContext(join(root, 'bake'), 'RUN echo')
    const shared = [`FROM ${baseImage} AS shared`, 'COPY --chmod=644 page /page', 'RUN echo shared > /shared']
    const web = ['FROM shared AS web', 'RUN echo web > /web']
    const api = ['FROM shared AS api', 'ARG WHAT', 'RUN echo $WHAT > /api']
    writeFileSync(join(folder, 'Dockerfile'), [...shared, ...web, ...api, ''].join('\n'))
    const file = join(folder, 'docker-bake.hcl')
    const bake = (what: string): Given => {
      const targets = ['web', 'api'].map(name => `target "${name}" {\n  target = "${name}"\n`)
      writeFileSync(
        file,
        `group "default" { targets = ["web", "api"] }\n${targets[0]}}\n${targets[1]}  args = { WHAT = "${what}" }\n}\n`,
      )
      return { file: [file] }
    }
    writeFileSync(join(folder, '.dockerignore'), 'docker-bake.hcl\n')
    const ledger = newLedger()
    const first = await gated(ledger, bake('one'), '1')
    expect([told(first.report), first.report.notes]).toEqual([
      ['api reproducible by two builds', 'web reproducible by two builds'],
      [],
    ])
    expect([keysIn(ledger, 'proof').length, keysIn(ledger, 'last').length]).toEqual([2, 2])

    await ripe()
    const again = await gated(ledger, bake('one'), '2')
    expect([again.report.verdict, again.builtTwice, again.report.notes]).toEqual(['reproducible', false, []])
    expect(told(again.report)).toEqual(['api reproducible against run 1', 'web reproducible against run 1'])
    expect(renderTerminal(again.report, { colour: false })).toMatch(/run 1 of/)

    const changed = await gated(ledger, bake('two'), '3')
    expect([changed.report.verdict, changed.report.doubts]).toEqual(['reproducible', []])
    expect(told(changed.report)).toEqual(['api reproducible by two builds', 'web reproducible against run 1'])
    expect(keysIn(ledger, 'proof')).toHaveLength(3)
    await ripe()
    expect(told((await gated(ledger, bake('two'), '4')).report)).toEqual([
      ...['api reproducible against run 3', 'web reproducible against run 1'],
    ])
  })

  test('of several platforms: one proof of all of them, and none where one is forged', async () => {
    const native = /^Platforms:\s+([^,*\s]+)/m.exec(docker('buildx', 'inspect'))?.[1] ?? 'linux/amd64'
    const foreign = native === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64'
    const folder = uniqueContext(join(root, 'platforms'), 'RUN echo')
    const lines = [
      `FROM --platform=$BUILDPLATFORM ${baseImage} AS tools`,
      'ARG TARGETARCH',
      'RUN echo $TARGETARCH > /made',
    ]
    writeFileSync(
      join(folder, 'Dockerfile'),
      [...lines, 'FROM scratch', 'COPY --from=tools /made /', 'COPY --chmod=644 page /', ''].join('\n'),
    )
    const both: Given = { context: [folder], platforms: [native, foreign] }
    const ledger = newLedger()
    const first = await gated(ledger, both, '1')
    expect([first.report.verdict, first.builtTwice, first.report.notes]).toEqual(['reproducible', true, []])
    expect(proofsIn(ledger).map(({ platforms }) => platforms.map(({ platform }) => platform).sort())).toEqual([
      [native, foreign].sort(),
    ])
    await ripe()
    const again = await gated(ledger, both, '2')
    expect([again.report.verdict, again.builtTwice, again.report.notes]).toEqual(['reproducible', false, []])
    expect(told(again.report)).toEqual([native, foreign].map(name => `${name} reproducible against run 1`))

    // One of two alone is another question, to which that proof is no answer.
    const one = await gated(ledger, { ...both, platforms: [foreign] }, '3')
    expect([one.report.verdict, one.builtTwice]).toEqual(['reproducible', true])

    const forged = newLedger()
    const [key = ''] = keysIn(ledger, 'proof').filter(name => name.endsWith('-1'))
    cpSync(join(ledger, key), join(forged, key), { recursive: true })
    const record = join(forged, key, 'record.json.gz')
    const text = gunzipSync(readFileSync(record)).toString()
    const digest = again.report.results?.find(({ platform }) => platform === foreign)?.digest ?? ''
    expect(text).toContain(digest)
    writeFileSync(record, gzipSync(text.replaceAll(digest, `sha256:${'0'.repeat(64)}`)))
    const doubted = await gated(forged, both, '4')
    expect([doubted.report.verdict, doubted.builtTwice]).toEqual(['reproducible', true])
    expect(doubted.report.notes.join()).toMatch(/cannot be used: .*Both sides were built/)
  })

  test('whose entry is damaged is as good as empty', async () => {
    const folder = uniqueContext(join(root, 'damaged'), 'COPY --chmod=644 page /')
    const other = uniqueContext(join(root, 'other'), 'COPY --chmod=644 page /', 'RUN echo other > /other')
    const ledger = newLedger()
    await gated(ledger, { context: [other], variations: ['none'] }, '1')
    const [foreign = ''] = keysIn(ledger, 'proof')
    await gated(ledger, { context: [folder], variations: ['none'] }, '2')
    const [key = ''] = keysIn(ledger, 'proof').filter(name => name !== foreign)
    await ripe()
    const damage: Record<string, (entry: string) => void> = {
      'a record cut off': entry => truncateSync(join(entry, 'record.json.gz'), 200),
      'a record of nothing': entry => writeFileSync(join(entry, 'record.json.gz'), ''),
      'a record that grows without end': entry =>
        writeFileSync(join(entry, 'record.json.gz'), gzipSync(Buffer.alloc(64 * 1024 ** 2))),
      'no record': entry => rmSync(join(entry, 'record.json.gz')),
      'a record that is a link': entry => {
        rmSync(join(entry, 'record.json.gz'))
        symlinkSync(join(ledger, key, 'record.json.gz'), join(entry, 'record.json.gz'))
      },
      'the whole entry of other inputs': entry => cpSync(join(ledger, foreign), entry, { recursive: true }),
    }
    for (const [name, make] of Object.entries(damage)) {
      const copy = newLedger()
      cpSync(join(ledger, key), join(copy, key), { recursive: true })
      make(join(copy, key))
      const { report, builtTwice } = await gated(copy, { context: [folder], variations: ['none'] }, '3')
      expect([name, report.verdict, builtTwice, report.doubts]).toEqual([name, 'reproducible', true, []])
      expect([name, report.notes.join()]).toEqual([name, expect.stringMatching(/Both sides were built/)])
      expect(report.findings.filter(({ source }) => source === 'comparison')).toEqual([])
    }
    expect((await gated(ledger, { context: [folder], variations: ['none'] }, '4')).builtTwice).toBe(false)
  })

  test('does not answer for another base: its digest is an input, and the old one counts again when it is back', async () => {
    const registry = process.env.REPRO_GATE_REGISTRY ?? 'localhost:5000'
    const tag = `${registry}/ledger-base-${Date.now()}-${process.pid}:1`
    for (const name of ['one', 'two']) {
      const folder = mkdtempSync(join(root, 'base-'))
      writeFileSync(join(folder, 'Dockerfile'), `FROM scratch\nCOPY Dockerfile /${name}\n`)
      const output = `type=image,name=${tag}-${name},push=true`
      docker('buildx', 'build', '-q', '--provenance=false', '--output', output, folder)
    }
    const base = (name: string): string => docker('buildx', 'imagetools', 'create', '--tag', tag, `${tag}-${name}`)
    const folder = uniqueContext(join(root, 'on-a-base'), 'RUN echo')
    writeFileSync(join(folder, 'Dockerfile'), `FROM ${tag}\nCOPY --chmod=644 page /page\n`)
    const ledger = newLedger()
    const run = (id: string) => gated(ledger, { context: [folder] }, id)
    base('one')
    await run('1')
    await ripe()
    expect((await run('2')).builtTwice).toBe(false)
    base('two')
    const moved = await run('3')
    expect([moved.report.verdict, moved.builtTwice, moved.report.findings.filter(({ id }) => id === 'drift')]).toEqual([
      ...['reproducible', true, []],
    ])
    await ripe()
    base('one')
    const back = await run('4')
    expect([back.builtTwice, back.report.scope?.against?.name]).toEqual([false, expect.stringContaining('run 1 of')])
  })

  describeWith(second, 'on two builders', name => {
    test('spares nothing, and keeps what one builder alone can use', async () => {
      const folder = uniqueContext(join(root, 'two'), 'COPY --chmod=644 page /page', `RUN echo ${randomUUID()} > /made`)
      const ledger = newLedger()
      const both: Given = { context: [folder], builders: ['default', name] }
      const first = await gated(ledger, both, '1')
      expect([first.report.verdict, first.builtTwice, first.report.notes]).toEqual(['reproducible', true, []])
      expect(keysIn(ledger, 'proof')).toHaveLength(1)
      await ripe()
      const again = await gated(ledger, both, '2')
      expect([again.report.verdict, again.builtTwice]).toEqual(['reproducible', true])
      expect(again.report.scope).toMatchObject({ machines: 'two-builders' })
      expect(again.report.notes.join()).toMatch(/The image is the one that run 1 of .* proved of the same inputs, too/)
      const one = await gated(ledger, { context: [folder] }, '3')
      expect([one.report.verdict, told(one.report)]).toEqual([
        'reproducible',
        ['linux/amd64 reproducible against run 1'],
      ])
    })
  })
})
