// A build is written down on one engine and held against that on another one, which shares nothing with the first.
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Given } from '../../src/options/options.ts'
import type { RecordReport } from '../../src/report/record-report.ts'
import { docker, secondEngine } from './builders.ts'
import { baseImage, describeWithEngine, networkFlags } from './engine.ts'
import { record, verified } from './record-here.ts'

const has = process.env.REPRO_GATE_NO_ENGINE === undefined
const second = has ? secondEngine() : { missing: 'no engine' }
const elsewhere: Given = typeof second === 'string' ? { builder: [second] } : {}
const where = typeof second === 'string' ? 'another engine' : `the same engine (${second.missing})`

describeWithEngine('record and verify', () => {
  const root = mkdtempSync(join(tmpdir(), 'record-engine-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const mine = randomUUID()
  const contextWith = (name: string, ...lines: string[]): string => {
    const folder = join(root, name)
    mkdirSync(join(folder, 'app'), { recursive: true })
    writeFileSync(join(folder, 'Dockerfile'), `${[`FROM ${baseImage}`, ...lines].join('\n')}\n`)
    writeFileSync(join(folder, 'app', 'a'), mine)
    return folder
  }
  const same = ['ARG VERSION=1', 'COPY app /app', 'RUN mkdir /made && echo "$VERSION" > /made/version']
  const fileOf = (name: string): string => join(root, `${name}.json.gz`)
  const made = new Map<string, RecordReport>()

  beforeAll(async () => {
    made.set('same', await record({ context: [contextWith('same', ...same)], record: [fileOf('same')] }))
  })

  describe(`held against a record on ${where}`, () => {
    test('the same image is proven, and the record is the same to the byte', async () => {
      expect(made.get('same')).toMatchObject({ problems: [], record: fileOf('same') })
      const folder = contextWith('copy', ...same)
      const report = await verified({ ...elsewhere, context: [folder], record: [fileOf('same')] })
      expect([report.verdict, report.level, report.doubts]).toEqual(['reproducible', 'identical', []])
      expect(report.scope).toMatchObject({ machines: 'unknown', secondsApart: null, against: { kind: 'record' } })
      expect(report.layers.map(({ line, base }) => [line, base]).slice(-2)).toEqual([
        [3, false],
        [4, false],
      ])
      await record({ ...elsewhere, context: [folder], record: [fileOf('again')] })
      expect(readFileSync(fileOf('again')).equals(readFileSync(fileOf('same')))).toBe(true)
    })

    test('what differs is told with its line and its paths', async () => {
      const lines = [
        'COPY app /app',
        'RUN head -c 12 /dev/urandom | base64 > /token',
        'RUN touch /when && mkdir -m 700 /d',
      ]
      const folder = contextWith('random', ...lines)
      await record({ context: [folder], record: [fileOf('random')] })
      const report = await verified({ ...elsewhere, context: [folder], record: [fileOf('random')] })
      expect([report.verdict, report.level, report.doubts]).toEqual(['not-reproducible', 'different', []])
      expect(report.findings).toMatchObject([{ location: { line: 3 }, paths: ['token'] }])
      expect(report.entries?.list).toMatchObject([{ path: 'token', changes: ['content'] }])
      expect(report.notes).toEqual([expect.stringMatching(/digests in the place of contents/)])
    })

    test('other inputs are told part by part, and nothing is decided', async () => {
      const folder = contextWith('inputs', ...same)
      writeFileSync(join(folder, 'app', 'b'), 'more')
      const args = { ...elsewhere, context: [folder], record: [fileOf('same')] }
      const report = await verified({ ...args, 'build-args': ['VERSION=2'], 'source-date-epoch': ['1700000001'] })
      expect([report.verdict, report.level]).toEqual(['undecided', 'different'])
      expect(report.doubts).toEqual([
        "The build context differs ('app'): 2 files in this build, 1 in the record.",
        "The build argument 'VERSION' was given in this build alone.",
        "SOURCE_DATE_EPOCH differs: '1700000001' in this build, '1700000000' in the record.",
      ])
      rmSync(join(folder, 'app', 'b'))
      chmodSync(join(folder, 'app', 'a'), 0o600)
      const modes = await verified(args)
      expect(modes.doubts).toEqual([expect.stringMatching(/^The build context differs in permissions alone \('app'\)/)])
      const other = contextWith('other', ...same, 'RUN true')
      const dockerfile = await verified({ ...args, context: [other] })
      expect(dockerfile.doubts).toEqual([expect.stringMatching(/^The Dockerfile differs from line 5 on: sha256:/)])
    })

    test('a record that somebody changed proves nothing it did not prove before', async () => {
      const text = gunzipSync(readFileSync(fileOf('random'))).toString()
      const tampered = (changed: string): string => {
        writeFileSync(fileOf('tampered'), gzipSync(changed))
        return fileOf('tampered')
      }
      const context = [join(root, 'random')]
      // The digest of one's own image in the place of another: its manifest has that digest no more.
      const digest = made.get('same')?.platforms[0]?.digest ?? ''
      const forged = text.replace(/("manifestDigest":")sha256:[0-9a-f]{64}/, `$1${digest}`)
      await expect(verified({ context, record: [tampered(forged)] })).rejects.toThrow(/does not have the digest/)
      await expect(verified({ context, record: [tampered(text.slice(0, -40))] })).rejects.toThrow(/cut off|last line/)
      // Whoever swaps the digests of entries changes what is told of the difference, and not the verdict.
      const entry = text.replace(/(\["token".*")[0-9a-f]{64}"/, `$1${'0'.repeat(64)}"`)
      expect(entry).not.toBe(text)
      expect(await verified({ context, record: [tampered(entry)] })).toMatchObject({ verdict: 'not-reproducible' })
      expect(await verified({ ...elsewhere, context: [join(root, 'same')], record: [tampered(entry)] })).toMatchObject({
        verdict: 'undecided',
      })
    })
  })

  test('a digest that was expected: of the manifest, of the config, and another', async () => {
    const [platform] = made.get('same')?.platforms ?? []
    const against = async (digest = '', level = 'same-content') => {
      const report = await verified({ context: [join(root, 'same')], 'expected-digest': [digest], level: [level] })
      return [report.verdict, report.level, report.findings.map(({ title }) => title)]
    }
    expect(await against(platform?.digest, 'identical')).toEqual(['reproducible', 'identical', []])
    expect(await against(platform?.configDigest)).toEqual(['reproducible', 'same-content', []])
    expect(await against(`sha256:${'0'.repeat(64)}`)).toEqual([
      ...['not-reproducible', 'different', ['This build has another digest than the one that was expected']],
    ])
  })

  test('a published image, packed by somebody else, and one that differs', async () => {
    const tag = `localhost:5000/record-${mine}:v1`
    const output = `type=image,name=${tag},push=true,store=false,rewrite-timestamp=true`
    const push = (folder: string, ...more: string[]) =>
      docker(
        ...['buildx', 'build', '-q', '--no-cache', '--build-arg', 'SOURCE_DATE_EPOCH=1700000000', ...networkFlags],
        ...['--provenance=mode=max', ...(more.includes('--output') ? [] : ['--output', output]), ...more],
        join(root, folder),
      )
    const held = async (level: string) => {
      const {
        verdict,
        level: reached,
        doubts,
      } = await verified({
        ...{ context: [join(root, 'same')], against: [tag], level: [level] },
      })
      return [verdict, reached, doubts]
    }
    // Whatever BuildKit packs in its usual way, one build is packed alike.
    for (const packing of ['', ',compression=zstd', ',compression=uncompressed', ',oci-mediatypes=false']) {
      push('same', '--output', `${output}${packing}`)
      expect([packing, ...(await held('identical'))]).toEqual([packing, 'reproducible', 'identical', []])
      const index = JSON.parse(await docker('buildx', 'imagetools', 'inspect', '--raw', tag))
      const { digest } = index.manifests?.[0] ?? { digest: null }
      if (digest !== null)
        expect(await verified({ context: [join(root, 'same')], 'expected-digest': [digest] })).toMatchObject({
          ...{ verdict: 'reproducible', level: 'identical' },
        })
    }
    push('same', '--output', `${output},compression=gzip,compression-level=1,force-compression=true`)
    expect(await held('same-content')).toEqual(['reproducible', 'same-content', []])
    expect(await held('identical')).toEqual([
      ...['undecided', 'same-content', [expect.stringMatching(/both as gzip, to other bytes/)]],
    ])
    push('same', '--provenance=false', '--output', `${output},annotation.by=me`)
    expect((await held('identical')).slice(0, 2)).toEqual(['not-reproducible', 'same-content'])
    push('same')
    const alike = await verified({ context: [join(root, 'same')], against: [tag] })
    expect([alike.verdict, alike.level, alike.doubts]).toEqual(['reproducible', 'identical', []])
    expect(alike.scope).toMatchObject({ against: { kind: 'image', name: tag } })
    push('same', '--build-arg', 'VERSION=3')
    const other = await verified({ context: [join(root, 'same')], against: [tag] })
    expect(other).toMatchObject({
      verdict: 'not-reproducible',
      findings: [{ location: { line: 4 }, paths: ['made/version'] }],
    })
    await expect(verified({ context: [join(root, 'same')], against: [`${tag}-none`] })).rejects.toThrow(/none/)
  })

  test('a secret is told by its id alone, and an image that holds one leaves no record', async () => {
    const lines = ['ARG API_TOKEN', 'RUN --mount=type=secret,id=key cat /run/secrets/key | wc -c > /length']
    const folder = contextWith('secret', ...lines)
    const given = { context: [folder], secrets: ['key=topsecret-value-1'], 'build-args': ['API_TOKEN=unused-token-77'] }
    const report = await record({ ...given, record: [fileOf('secret')] })
    expect(report.problems).toEqual([expect.stringMatching(/holds the value of a secret in its config/)])
    const quiet = await record({ ...given, 'build-args': [], record: [fileOf('secret')] })
    expect(quiet.problems).toEqual([])
    const text = gunzipSync(readFileSync(fileOf('secret'))).toString()
    expect(text).toContain('"secrets":["key"]')
    expect(text).not.toContain('topsecret')
  })

  test('a build that fails leaves no record, and says why', async () => {
    const folder = contextWith('fails', 'RUN echo going wrong && exit 3')
    const report = await record({ context: [folder], record: [fileOf('fails')] })
    expect(report).toMatchObject({ record: null, problems: [expect.stringMatching(/exit code:? 3/)] })
    expect(report.logTail.join()).toContain('going wrong')
    const checked = await verified({ context: [folder], record: [fileOf('same')] })
    expect(checked).toMatchObject({ verdict: 'undecided', failure: { side: 'A', location: { line: 2 } } })
  })
})
