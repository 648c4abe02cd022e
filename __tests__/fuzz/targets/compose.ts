import { composeTargets } from '../../../src/subjects/compose.ts'
import type { Target } from '../target.ts'
import { yaml } from '../words.ts'

export const target: Target = {
  name: 'compose',
  what: 'compose files',
  seeds: [
    'include: x\nx-a: &a\n  args: {A: "${B:-c}"}\nservices:\n  a:\n    build: .\n  b:\n    build:\n      <<: *a\n      context: ./b\n      dockerfile: D\n      args: [A=1, B]\n      additional_contexts: {x: ../x}\n    extends: {file: y}\n',
  ],
  words: [
    ...yaml,
    'services:\n',
    'build: ',
    'context: ',
    'dockerfile: ',
    'target: ',
    'args:\n',
    'dockerfile_inline: ',
    'additional_contexts:',
    '${A:-b}',
    '${A',
    '$$',
    'https://x/r.git',
    '../..',
  ],
  ms: { fixed: 150, perKiB: 100 },
  run: bytes => void composeTargets(bytes.toString(), { A: 'x', B: '${A}' }),
}
