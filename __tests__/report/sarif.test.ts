import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Finding } from '../../src/finding.ts'
import type { Report } from '../../src/report/report.ts'
import { renderSarif } from '../../src/report/sarif.ts'
import { type SarifRule, shownElsewhere } from '../../src/report/sarif-rule.ts'
import { all } from './all-reports.ts'
import { twoPlatforms } from './drift-reports.ts'
import { enormous } from './extreme-reports.ts'
import { fixable } from './fixable-reports.ts'
import { hostileReports } from './hostile-reports.ts'
import { threeImages } from './image-reports.ts'
import { at, buildFailed, finding, lintOnly, notReproducible, reproducible, undecided } from './reports.ts'
import { multitoolFindings, noMultitool, schemaErrors } from './sarif-validation.ts'

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
const sarif = (report: Report): string => renderSarif(report, hash)
// biome-ignore lint/suspicious/noExplicitAny: what is looked at is JSON of another standard
const runOf = (report: Report): any => JSON.parse(sarif(report)).runs[0]
const withFindings = (...findings: Finding[]): Report => ({ ...notReproducible, findings })
const printsOf = (report: Report): string[] =>
  runOf(report).results.map(
    (one: { partialFingerprints: Record<string, string> }) => one.partialFingerprints['reproGate/v1'],
  )

describe('SARIF', () => {
  test.each(Object.entries(all))('of %s keeps to the schema', (_, report) => {
    expect(schemaErrors(sarif(report))).toEqual([])
  })

  test('has the findings worst first, each at its place, with its rule', () => {
    const { results, tool } = runOf(notReproducible)
    expect(results).toHaveLength(notReproducible.findings.length)
    expect(results[0]).toMatchObject({ ruleId: 'apt-logs', level: 'error' })
    expect(results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'Dockerfile', uriBaseId: '%SRCROOT%' },
      region: { startLine: 3, endLine: 5 },
    })
    expect(results[0].message.text).toMatch(/var\/log\/dpkg\.log.*A: 2026-11-21 03:05:28.*B: .*Fix: Remove/)
    expect(results.map(({ level }: { level: string }) => level)).toEqual([
      ...['error', 'error', 'error'],
      ...['warning', 'warning', 'warning', 'note'],
    ])
    for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex].id).toBe(ruleId)
    expect(tool.driver).toMatchObject({ name: 'repro-gate', version: '0.1.0', semanticVersion: '0.1.0' })
    for (const rule of tool.driver.rules) {
      expect(rule.helpUri).toMatch(/^https:\/\/github\.com\/repro-gate\/repro-gate\/blob\/main\/docs\//)
      expect(rule.help.text).toContain(rule.helpUri)
    }
  })

  test('has columns where the finding has, the end behind the last character', () => {
    const [result] = runOf(withFindings(finding('RG201', { location: at(4, 4, 7, 11) }))).results
    expect(result.locations[0].physicalLocation.region).toEqual({
      ...{ startLine: 4, endLine: 4, startColumn: 7, endColumn: 11 },
    })
  })

  test('shows the way that a difference took', () => {
    const [result] = runOf(withFindings(finding('pyc-timestamp', { location: at(3), via: [at(9), at(12)] }))).results
    expect(result.relatedLocations.map((one: { physicalLocation: unknown }) => one.physicalLocation)).toMatchObject([
      { region: { startLine: 9 } },
      { region: { startLine: 12 } },
    ])
  })

  test('has safe edits as fixes, whole or not at all', () => {
    const edit = { file: 'Dockerfile', line: 2, column: 5, endLine: 2, endColumn: 5, text: ' -y' }
    const other = { ...edit, file: 'sub dir/.dockerignore', endColumn: 9, text: '' }
    const fix = { text: 'Do it.', edits: [edit, other] }
    const [result] = runOf(withFindings(finding('RG201', { location: at(2), fix }))).results
    expect(result.fixes).toEqual([
      {
        description: { text: 'Do it.' },
        artifactChanges: [
          {
            artifactLocation: { uri: 'Dockerfile', uriBaseId: '%SRCROOT%' },
            replacements: [
              {
                deletedRegion: { startLine: 2, startColumn: 5, endLine: 2, endColumn: 5 },
                insertedContent: { text: ' -y' },
              },
            ],
          },
          {
            artifactLocation: { uri: 'sub%20dir/.dockerignore', uriBaseId: '%SRCROOT%' },
            replacements: [
              {
                deletedRegion: { startLine: 2, startColumn: 5, endLine: 2, endColumn: 9 },
                insertedContent: { text: '' },
              },
            ],
          },
        ],
      },
    ])
    for (const bad of [
      { ...other, file: '../x' },
      { ...other, column: 20 },
      { ...other, text: 'a\u202eb' },
    ]) {
      const [without] = runOf(withFindings(finding('RG201', { fix: { text: 'x', edits: [edit, bad] } }))).results
      expect(without).not.toHaveProperty('fixes')
    }
    expect(JSON.stringify(runOf(fixable).results)).toContain('"fixes":')
  })

  test.each([
    '/etc/Dockerfile',
    '../Dockerfile',
    'a//b',
    'a\\b',
    'a\nb',
    'provenance:Dockerfile',
    'record:Dockerfile',
    '',
  ])('shows a finding in %j at the top of the Dockerfile, and says where it is', file => {
    const [result] = runOf(withFindings(finding('RG201', { location: { ...at(7), file } }))).results
    expect(result.locations[0].physicalLocation).toMatchObject({
      artifactLocation: { uri: 'Dockerfile' },
      region: { startLine: 1 },
    })
    expect(result.message.text).toContain(':7')
  })

  test('tells findings apart by what they are about, and knows them again when lines move', () => {
    const moved: Report = {
      ...notReproducible,
      layers: notReproducible.layers.map(layer =>
        layer.line === null ? layer : { ...layer, line: layer.line + 40, endLine: (layer.endLine ?? layer.line) + 40 },
      ),
      findings: notReproducible.findings.map(one =>
        one.location === undefined
          ? one
          : { ...one, location: { ...one.location, line: one.location.line + 40, endLine: one.location.endLine + 40 } },
      ),
    }
    const before = printsOf(notReproducible)
    expect(new Set(before).size).toBe(before.length)
    expect(printsOf(moved)).toEqual(before)
    const [one] = printsOf(withFindings(finding('x', { location: at(3), paths: ['tmp/a1b2/f'] })))
    expect(printsOf(withFindings(finding('x', { location: at(3), paths: ['tmp/9f8e/g'] })))).toEqual([one])
    expect(printsOf(withFindings(finding('y', { location: at(3), paths: ['tmp/a1b2/f'] })))).not.toEqual([one])
    expect(printsOf(withFindings(finding('x', { location: at(7), paths: ['tmp/a1b2/f'] })))).not.toEqual([one])
    const twice = finding('x', { location: at(3) })
    expect(new Set(printsOf(withFindings(twice, twice))).size).toBe(2)
  })

  test('of an undecided run is no run without results', () => {
    for (const report of [undecided, buildFailed]) {
      const [invocation] = runOf(report).invocations
      expect(invocation.executionSuccessful).toBe(false)
      expect(invocation.toolExecutionNotifications[0]).toMatchObject({
        level: 'error',
        descriptor: { id: 'undecided' },
      })
      expect(invocation.toolExecutionNotifications[0].message.text).toMatch(/^Undecided: ./)
    }
    expect(runOf(buildFailed).invocations[0].toolExecutionNotifications[0].locations).toHaveLength(1)
    for (const report of [reproducible, notReproducible, lintOnly])
      expect(runOf(report).invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }])
  })

  test('of a run in which one image could not be built is not whole either', () => {
    const { failure } = buildFailed
    const partly = { ...notReproducible, failure, failures: failure === null ? [] : [failure] }
    expect(runOf(partly).invocations[0].executionSuccessful).toBe(false)
  })

  test('has a category for each set of files, images and platforms, and each target', () => {
    const idOf = (report: Report): string => runOf(report).automationDetails.id
    const subject = notReproducible.subject
    const amd64 = 'linux%2Famd64'
    expect(idOf(notReproducible)).toBe(`repro-gate/gate/Dockerfile/${amd64}/`)
    expect(idOf({ ...notReproducible, subject: { ...subject, target: 'web' } })).toBe(
      `repro-gate/gate/Dockerfile/web/${amd64}/`,
    )
    expect(idOf(lintOnly)).toBe('repro-gate/lint/Dockerfile/')
    expect(idOf({ ...lintOnly, subject: { ...subject, file: 'a/b', files: ['a/b'] } })).toBe('repro-gate/lint/a%2Fb/')
    expect(idOf(threeImages)).toBe(
      `repro-gate/gate/Dockerfile%2Bjobs%2FDockerfile%2Bweb%2FDockerfile/api%2Bjobs%2Bweb/${amd64}/`,
    )
    expect(idOf(twoPlatforms)).toBe(`repro-gate/gate/Dockerfile/${amd64}%2Blinux%2Farm64/`)
    for (const target of ['\ud800', 'a\udc00b', '\ud83d'.repeat(40), `${'a'.repeat(39)}😀${'b'.repeat(30)}`])
      expect(idOf({ ...notReproducible, subject: { ...subject, target } })).toMatch(
        /^repro-gate\/gate\/Dockerfile\/[\w%.-]+\/linux%2Famd64\/$/,
      )
    const lintOf = (...files: string[]): string => idOf({ ...lintOnly, subject: { ...subject, files } })
    const many = [...'abcdefghij'].map(name => `services/${name}/Dockerfile`)
    expect(lintOf(...many)).toMatch(/^repro-gate\/lint\/[0-9a-f]{16}\/$/)
    expect(lintOf(...many)).toBe(lintOf(...many.toReversed()))
    expect(new Set([lintOf('a', 'b'), lintOf('a', 'c'), lintOf(...many), lintOf(...many.slice(1))]).size).toBe(4)
  })

  test('has what GitHub sorts and explains by: a severity, and the whole page of the rule', () => {
    const pages = { RG101: '# RG101: Base image\n\nWhy, and [what else](RG102.md).' }
    const findings = [
      finding('RG101', { level: 'warning' }),
      finding('RG205', { level: 'notice' }),
      finding('pyc-timestamp', { source: 'comparison', level: 'error' }),
    ]
    const { rules } = JSON.parse(renderSarif({ ...notReproducible, findings }, hash, { pages })).runs[0].tool.driver
    const severities = rules.map((rule: SarifRule) => [rule.id, rule.properties['problem.severity']])
    expect(severities).toEqual([
      ['pyc-timestamp', 'error'],
      ['RG101', 'warning'],
      ['RG205', 'recommendation'],
    ])
    expect(rules[1].help.markdown).toBe(pages.RG101)
    for (const rule of rules) {
      expect(rule.help.text).toContain(rule.fullDescription.text)
      expect(rule.help.text).toContain('What to do: ')
    }
    expect(shownElsewhere(pages.RG101, 'RG101')).toBe(
      '# RG101: Base image\n\nWhy, and [what else](https://github.com/repro-gate/repro-gate/blob/main/docs/rules/RG102.md).',
    )
    expect(shownElsewhere('[a](https://a.example) [b](#c) [d](../rules/RG1.md)', 'pyc-timestamp')).toBe(
      '[a](https://a.example) [b](#c) [d](https://github.com/repro-gate/repro-gate/blob/main/docs/rules/RG1.md)',
    )
  })

  test('shows foreign words of a fix as words', () => {
    const fix = { text: 'Use X of `<img src=x>` and [here](https://evil.example) *now*.' }
    const [rule] = runOf(withFindings(finding('RG201', { fix }))).tool.driver.rules
    expect(rule.help.markdown).toContain('Use X of <code>&#60;img src=x&#62;</code> and &#91;here&#93; (https&#58;')
    expect(rule.help.markdown).toContain('&#42;now&#42;')
  })

  test('names files from the root of the repository, and says of one outside how it is placed', () => {
    const pathOf = (file: string): string | null => (file.startsWith('../') ? null : `services/web/${file}`)
    const edit = { file: 'Dockerfile', line: 2, column: 5, endLine: 2, endColumn: 5, text: ' -y' }
    const findings = [
      finding('RG201', { location: at(2), fix: { text: 'Do it.', edits: [edit] } }),
      finding('pyc-timestamp', { source: 'comparison', location: at(3), via: [at(9)] }),
      finding('RG202', { location: { ...at(7), file: '../../../else/Dockerfile' } }),
    ]
    const { results } = JSON.parse(renderSarif({ ...notReproducible, findings }, hash, { pathOf })).runs[0]
    const text = JSON.stringify(results)
    expect(text.match(/"uri":"[^"]*"/g)).toHaveLength(5)
    expect(new Set(text.match(/"uri":"[^"]*"/g))).toEqual(new Set(['"uri":"services/web/Dockerfile"']))
    const outside = results.find((one: { ruleId: string }) => one.ruleId === 'RG202')
    expect(outside.locations[0].physicalLocation.region).toEqual({ startLine: 1 })
    expect(outside.message.text).toContain('At ../../../else/Dockerfile:7, which is no file of this repository;')
    const failed = { ...buildFailed, failures: buildFailed.failure ? [buildFailed.failure] : [] }
    const { invocations } = JSON.parse(renderSarif(failed, hash, { pathOf })).runs[0]
    expect(JSON.stringify(invocations)).toContain('"uri":"services/web/Dockerfile"')
  })

  test("keeps within GitHub's limits, worst first, and says how many are left out", () => {
    const many = enormous.findings.map(one => ({ ...one, message: `${one.title} ${'é'.repeat(1400)}` }))
    const findings = [...many, ...many, finding('a-cause', { location: at(1) })]
    const text = sarif({ ...enormous, findings })
    const { results, invocations, properties } = JSON.parse(text).runs[0]
    expect(gzipSync(text).length).toBeLessThan(10 * 1024 ** 2)
    expect(results.length).toBeLessThanOrEqual(5000)
    expect(results.length).toBeGreaterThan(500)
    expect(results[0].ruleId).toBe('a-cause')
    expect(new Set(results.map(({ level }: { level: string }) => level))).toEqual(new Set(['error']))
    expect(properties.leftOut).toBe(findings.length - results.length)
    expect(invocations[0].toolExecutionNotifications[0].message.text).toContain(
      `${properties.leftOut.toLocaleString('en')} findings more`,
    )
    expect(schemaErrors(text)).toEqual([])
  })

  test('cannot be led astray by anybody, and is the same each time', () => {
    fc.assert(
      fc.property(hostileReports, report => {
        const text = sarif(report)
        expect(schemaErrors(text)).toEqual([])
        expect(sarif(report)).toBe(text)
        // A runner that it is printed to, a terminal, a reader of Markdown.
        expect(text).not.toMatch(/##\[|^\s*::|[\p{Bidi_Control}\u2028\u2029]|(?<!\\)\\ud[89a-f]/mu)
        // What is put into a file is no message.
        const messages = text.replace(/"insertedContent": \{[^}]*"text": .*$/gm, '')
        expect(messages.match(/\]\((?!https:\/\/(github\.com\/repro-gate|docs\.docker\.com)\/)/g)).toBeNull()
        const { results, tool } = JSON.parse(text).runs[0]
        expect(results).toHaveLength(report.findings.length)
        for (const rule of tool.driver.rules)
          expect(rule.helpUri).toMatch(/^https:\/\/(github\.com\/repro-gate|docs\.docker\.com)\//)
        for (const { locations } of results)
          expect(locations[0].physicalLocation.artifactLocation.uri).toMatch(/^(?!\/)(?!.*:)(?!.*(^|\/)\.\.(\/|$))\S+$/)
      }),
      { numRuns: 100 },
    )
  })
})

if (noMultitool !== null) {
  if (process.env.CI) throw new Error(`Microsoft's SARIF validator must run in CI: ${noMultitool}`)
  process.stderr.write(`\n!!! SKIPPED: Microsoft's SARIF validator cannot run here: ${noMultitool}\n\n`)
}

;(noMultitool === null ? describe : describe.skip)("GitHub's and Microsoft's rules", () => {
  test.each(['not-reproducible', 'build-failed', 'lint-fixable', 'hostile', 'compare-different'])(
    'find nothing wrong with the SARIF of %s',
    name => {
      expect(multitoolFindings(sarif(all[name] ?? reproducible))).toEqual([])
    },
    180_000,
  )

  test('find what is wrong', () => {
    const broken = JSON.parse(sarif(notReproducible))
    delete broken.runs[0].results[0].locations
    expect(multitoolFindings(JSON.stringify(broken)).join('\n')).toMatch(/GH\d+/)
  }, 180_000)
})
