import { parseConfig } from '../../../src/options/config.ts'
import { InputError } from '../../../src/options/input-error.ts'
import { promise, type Target } from '../target.ts'
import { yaml } from '../words.ts'

export const target: Target = {
  name: 'config',
  what: '.repro-gate.yml',
  seeds: [
    'profile: strict\nfail-on: warning\nlevel: identical\nrules:\n  RG101: off\n  JSONArgsRecommended: error\nignores:\n  - rule: RG201\n    path: "docker/**"\n    reason: why\n    until: 2027-01-01\n  - rules: [RG101, RG102]\n    stage: a\nfiles:\n  - "*/Dockerfile"\nhadolint-ignores: true\n',
  ],
  words: [
    ...yaml,
    'rules:\n',
    'ignores:\n',
    'files:\n',
    'profile: ',
    'until: ',
    'reason: ',
    'path: ',
    'RG101',
    '2027-02-30',
    'off',
    '../x',
    '/x',
    'docker-check: ',
    '1.',
    '.inf',
  ],
  ms: { fixed: 150, perKiB: 100 },
  run(bytes) {
    const text = bytes.toString()
    try {
      parseConfig(text, 'x.yml')
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      promise(error.problems.length > 0 && error.problems.length <= 51, 'what is wrong is told, and bounded')
      promise(
        error.problems.every(one => one.length < 2000),
        'every problem is a bounded text',
      )
    }
  },
}
