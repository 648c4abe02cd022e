// What one run proved spares the next one its second build: with a ledger that is a folder.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, expect, test } from '@jest/globals'
import { folderStore } from '../../src/ledger/folder-store.ts'
import type { Proof } from '../../src/ledger/proof.ts'
import type { LedgerStore } from '../../src/ledger/store.ts'
import type { Given } from '../../src/options/options.ts'
import { renderPredicate } from '../../src/report/predicate.ts'
import { reportShape } from '../../src/report/report-shape.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { describeWithEngine } from './engine.ts'
import { gatedWith, keysIn, ripe, uniqueContext } from './ledger-here.ts'

const root = mkdtempSync(join(tmpdir(), 'ledger-engine-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const gated = (folder: string, ledger: LedgerStore, more: Given = {}, id = '1') =>
  gatedWith(ledger, root, { context: [folder], ...more }, id)

const contextOf = (name: string, ...lines: string[]): string => uniqueContext(join(root, name), ...lines)

describeWithEngine('a ledger', () => {
  test('spares the second build where the inputs are the same, and says what that proves', async () => {
    const ledger = mkdtempSync(join(root, 'ledger-'))
    const folder = contextOf('same', 'COPY --chmod=644 page /page', 'RUN echo made > /made')
    const first = await gated(folder, folderStore(ledger))
    expect([first.report.verdict, first.builtTwice, first.report.notes]).toEqual(['reproducible', true, []])
    expect(first.report.scope?.against).toBeUndefined()
    const [key = ''] = keysIn(ledger, 'proof')
    expect(readdirSync(join(ledger, key)).sort()).toEqual(['proof.json', 'record.json.gz'])
    expect(keysIn(ledger, 'last')).toHaveLength(1)
    const proof = JSON.parse(readFileSync(join(ledger, key, 'proof.json'), 'utf8')) as Proof
    expect(proof).toMatchObject({ run: { id: '1' }, level: 'identical', asked: ['mtimes', 'umask', 'order', 'time'] })

    await ripe()
    const { report, builtTwice } = await gated(folder, folderStore(ledger), {}, '2')
    expect([report.verdict, builtTwice, report.doubts, report.notes]).toEqual(['reproducible', false, [], []])
    expect(report.scope).toMatchObject({
      ...{ machines: 'unknown', variations: [] },
      against: { kind: 'ledger', inputs: 'same', name: expect.stringMatching(/^run 1 of \d+ \w+ \d{4}$/) },
    })
    expect(report.scope?.against?.proof).toMatchObject({
      otherRunner: true,
      variations: proof.variations,
      at: proof.at,
    })
    expect(report.scope?.secondsApart).toBeGreaterThan(0)
    expect(report.results?.[0]?.digest).toBe(first.report.results?.[0]?.digest)
    expect(report.layers.at(-1)).toMatchObject({ line: 3, equal: true })
    expect(keysIn(ledger, 'proof')).toHaveLength(1)
    const read = reportShape.read(JSON.parse(JSON.stringify(report)), '')
    expect([read.scope?.against, read.results?.[0]?.against]).toEqual([report.scope?.against, report.scope?.against])
    for (const text of [
      renderSummary(report),
      renderTerminal(report, { colour: false, sources: {}, width: undefined }),
    ]) {
      expect(text).toContain('run 1 of ')
      expect(text).not.toMatch(/[Tt]wo builds on|both builds agree|two builds of (?:Dockerfile|`)/)
    }
    const predicate = JSON.parse(renderPredicate(report, 'scai', { sha256: '0'.repeat(64), at: null }) ?? 'null')
    expect(predicate.attributes[0]).toMatchObject({ attribute: 'REPRODUCED', conditions: { builds: 1 } })

    // What was asked for before was less.
    const more = await gated(folder, folderStore(ledger), { variations: ['default', '+hostname'] }, '3')
    expect([more.report.verdict, more.builtTwice]).toEqual(['reproducible', true])
    expect(more.report.notes.join()).toContain('The image is the one that run 1 of ')

    writeFileSync(join(folder, 'page'), 'changed')
    const changed = await gated(folder, folderStore(ledger), {}, '4')
    expect([changed.report.verdict, changed.builtTwice, changed.report.notes]).toEqual(['reproducible', true, []])
  })

  test('another image of the same inputs is drift, with its line and its files', async () => {
    const ledger = mkdtempSync(join(root, 'ledger-'))
    const folder = contextOf(
      'drifting',
      'COPY --chmod=644 page /page',
      'RUN --mount=type=secret,id=world cat /run/secrets/world > /made',
    )
    const file = join(root, 'world')
    const world = (text: string): Given => {
      writeFileSync(file, text)
      return { 'secret-files': [`world=${file}`] }
    }
    await gated(folder, folderStore(ledger), world('monday'))
    const { report, builtTwice } = await gated(folder, folderStore(ledger), world('tuesday'), '2')
    expect([report.verdict, builtTwice]).toEqual(['reproducible', true])
    const [drift] = report.findings.filter(({ id }) => id === 'drift')
    expect(drift).toMatchObject({ level: 'warning', class: 'drift', location: { line: 3 }, paths: ['made'] })
    expect(drift?.title).toMatch(/^The same inputs gave another image \d+ minutes? ago$/)
    // The newest counts from now on.
    await ripe()
    const third = await gated(folder, folderStore(ledger), world('tuesday'), '3')
    expect([third.report.verdict, third.builtTwice]).toEqual(['reproducible', false])
    expect(third.report.scope?.against?.name).toContain('run 2 of')
  })

  test('an entry that is not what it says costs no more than the second build', async () => {
    const ledger = mkdtempSync(join(root, 'ledger-'))
    const folder = contextOf('poisoned', 'COPY --chmod=644 page /page')
    await gated(folder, folderStore(ledger))
    const [key = ''] = keysIn(ledger, 'proof')
    const entry = join(ledger, key)
    const proof = readFileSync(join(entry, 'proof.json'), 'utf8')
    const record = readFileSync(join(entry, 'record.json.gz'))
    const poison: Record<string, () => void> = {
      'of another digest': () =>
        writeFileSync(join(entry, 'proof.json'), proof.replace(/"digest": "sha256:\w{4}/, '"digest": "sha256:0000')),
      'of other inputs': () => {
        const text = gunzipSync(record).toString().replace('"epoch":1700000000', '"epoch":1700000001')
        writeFileSync(join(entry, 'record.json.gz'), gzipSync(text))
      },
    }
    for (const [name, make] of Object.entries(poison)) {
      writeFileSync(join(entry, 'proof.json'), proof)
      writeFileSync(join(entry, 'record.json.gz'), record)
      make()
      // Nothing that this run keeps may stand in for it in the next turn.
      const copy = mkdtempSync(join(root, 'ledger-'))
      cpSync(join(ledger, key), join(copy, key), { recursive: true })
      const { report, builtTwice } = await gated(folder, folderStore(copy))
      expect([name, report.verdict, builtTwice]).toEqual([name, 'reproducible', true])
      expect(report.notes.join()).toMatch(/cannot be used: .*Both sides were built/)
      expect(report.findings.filter(({ id }) => id === 'drift')).toEqual([])
    }
  })

  test('what depends on the machine is named again, and needs two builds again where the run fails for it', async () => {
    const ledger = mkdtempSync(join(root, 'ledger-'))
    const folder = contextOf('umask', 'COPY page /page')
    const causes = ({ report: { findings } }: Awaited<ReturnType<typeof gated>>) =>
      findings.filter(({ source }) => source === 'comparison').map(({ id, location }) => [id, location?.line])
    const first = await gated(folder, folderStore(ledger))
    expect([first.report.verdict, causes(first), first.report.notes]).toEqual([
      'reproducible',
      [['header-mode', 2]],
      expect.not.arrayContaining([expect.stringMatching(/not kept/)]),
    ])
    await ripe()
    const again = await gated(folder, folderStore(ledger), {}, '2')
    expect([again.report.verdict, again.builtTwice, causes(again)]).toEqual(['reproducible', false, causes(first)])
    const strict = await gated(folder, folderStore(ledger), { profile: ['strict'] }, '3')
    expect([strict.report.verdict, strict.builtTwice]).toEqual(['not-reproducible', true])
  })

  test('what is not reproducible is not kept', async () => {
    const ledger = mkdtempSync(join(root, 'ledger-'))
    const folder = contextOf('random', 'COPY --chmod=644 page /page', 'RUN head -c 12 /dev/urandom > /token')
    const { report } = await gated(folder, folderStore(ledger))
    expect(report.verdict).toBe('not-reproducible')
    expect(readdirSync(ledger)).toEqual([])
  })
})
