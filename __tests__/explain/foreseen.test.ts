import { expect, test } from '@jest/globals'
import { withCauses, withRules } from '../../src/explain/foreseen.ts'
import type { Finding } from '../../src/finding.ts'

const finding = (id: string, source: Finding['source'], line: number, endLine = line): Finding => ({
  id,
  source,
  level: 'error',
  class: 'now',
  title: '',
  message: '',
  location: { file: 'Dockerfile', line, endLine },
  paths: [],
  count: 1,
  confidence: 'certain',
  evidence: [],
  docs: '',
})

test('a cause names the rule that foresaw it on its instruction, and the rule the cause', () => {
  const cause = finding('apt-log', 'comparison', 3, 5)
  const rules = [finding('RG206', 'lint', 4), finding('RG206', 'lint', 9), finding('RG201', 'lint', 4)]
  expect(withRules([cause], rules)[0]?.related).toEqual(['RG206'])
  expect(withCauses(rules, [cause]).map(({ related }) => related)).toEqual([['apt-log'], undefined, undefined])
})
