// docs/attestation.md, held to what is written and to the policies it shows. Its commands are run by
// engine/attestation.engine.test.ts where cosign is at hand, and read, as all blocks are, by blocks.test.ts.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { policyUri } from '../../src/report/attestation/policy.ts'
import { predicateTypes, renderPredicate } from '../../src/report/predicate.ts'
import { fenced } from '../fenced.ts'
import { allImagesProven } from '../report/image-reports.ts'
import { released } from '../report/release-reports.ts'
import { reproducible } from '../report/reports.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const page = read('docs/attestation.md')
const policies = readdirSync(join(root, 'examples/policies'))

describe('docs/attestation.md', () => {
  test('has a place for every policy that a statement refers to', () => {
    for (const way of ['two-builds', 'rebuilt'] as const)
      for (const level of ['identical', 'same-content', 'same-files'] as const) {
        const [file = '', anchor] = policyUri({ way, level }).split('#')
        expect(file).toMatch(/\/docs\/attestation\.md$/)
        expect(page).toContain(`\n### ${anchor}\n`)
      }
  })

  test('names the types as they are written', () => {
    for (const kind of Object.keys(predicateTypes)) expect(page).toContain(`| \`${kind}\``)
    for (const uri of Object.values(predicateTypes)) expect(page).toContain(`| \`${uri}\` |`)
    const named = page.match(/https:\/\/in-toto\.io\/attestation\/[\w./-]+/g) ?? []
    expect([...new Set(named)].filter(uri => !Object.values<string>(predicateTypes).includes(uri))).toEqual([])
  })

  test.each(policies)('shows %s as it is', file => {
    expect(page).toContain(`\`\`\`${file.split('.').at(-1)}\n${read(`examples/policies/${file}`)}\`\`\``)
  })

  const commands = fenced(page, 'sh')
  const hasJq = spawnSync('jq', ['--version']).status === 0
  const name = 'has a question for jq that takes what was proven of this very image, and nothing else'
  ;(hasJq ? test : test.skip)(hasJq ? name : `${name} (skipped: jq is not here)`, () => {
    const [, filter = ''] =
      /^jq -e '([^']+)' attestations\.json$/ms.exec(commands.find(one => /^jq -e/m.test(one)) ?? '') ?? []
    const predicate = JSON.parse(
      renderPredicate(
        { ...released, results: (allImagesProven.results ?? []).slice(0, 1).map(one => ({ ...one, image: null })) },
        'scai',
        { sha256: 'e'.repeat(64), at: null },
      ) ?? 'null',
    )
    const digest = (reproducible.builds[0]?.digest ?? '').replace('sha256:', '')
    const status = (one: unknown, sha256 = digest) => {
      const statement = { subject: [{ name: 'app', digest: { sha256 } }], predicate: one }
      const input = JSON.stringify([{ verificationResult: { statement } }])
      return spawnSync('jq', ['-e', filter], { input, encoding: 'utf8' }).status
    }
    const [attribute] = predicate.attributes
    const changed = (change: object) => ({
      attributes: [{ ...attribute, conditions: { ...attribute.conditions, ...change } }],
    })
    expect(status(predicate)).toBe(0)
    for (const other of [changed({ level: 'same-files' }), changed({ builds: 1 }), { attributes: [] }])
      expect(status(other)).toBe(1)
    expect(status(predicate, 'f'.repeat(64))).toBe(1)
    expect(spawnSync('jq', ['-e', filter], { input: '[]' }).status).toBe(1)
  })
})
