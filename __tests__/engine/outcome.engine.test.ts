// What two real builds show of the lint's findings, how far they agree, and what is pulled again.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { baseImage, describeWithEngine } from './engine.ts'
import { gateCommand } from './gate-command.ts'

const dockerfile = `FROM ${baseImage}
COPY page /page
RUN useradd -m app && date +%s.%N > /etc/built \\
 && echo done > /etc/done
RUN echo fixed > /fixed
`

describeWithEngine('two real builds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outcome-engine-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('confirm what they show, and say why the rest may matter; the report says how far they agree', async () => {
    writeFileSync(join(folder, 'Dockerfile'), dockerfile)
    writeFileSync(join(folder, 'page'), 'hello\n')
    const { code, report } = await gateCommand([folder, '--source-date-epoch', '1700000000'])
    expect(code).toBe(1)
    const outcomes = report.findings.map(({ id, outcome }) => [id, outcome?.seen])
    expect(outcomes).toContainEqual(['RG503', 'confirmed'])
    expect(outcomes).toContainEqual(['RG101', 'not-seen'])
    // useradd writes the day, and both builds ran on one.
    expect(outcomes).toContainEqual(['RG501', 'not-seen'])
    expect(report.findings.find(({ id }) => id === 'RG101')?.outcome?.why).toMatch(
      /^The two builds started \d+ (?:s|min) apart; the tag can move tomorrow\.$/,
    )
    expect(report.findings.find(({ id }) => id === 'build-time')?.related).toEqual(['RG503'])
    expect(report.levelReasons).toEqual([
      'Not identical, same-content or same-files: 1 of 4 layers (lines 3–4) differs in 1 path.',
    ])
    expect(report.pullAgain).toMatchObject([
      { compressed: true, firstDiffering: { index: 2, line: 3 }, pullLayers: 1, totalLayers: 4, layersAboveEqual: 1 },
    ])
  }, 300_000)
})
