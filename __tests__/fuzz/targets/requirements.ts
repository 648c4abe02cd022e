import { addressOf, nameOf, parseRequirements, pinOf } from '../../../src/lint/locks/requirements.ts'
import { promise, type Target } from '../target.ts'
import { digests } from '../words.ts'

export const target: Target = {
  name: 'requirements',
  what: 'requirements files of pip',
  seeds: [
    'a[x,y]==1.0 ; python_version < "3" \\\n    --hash=sha256:00 --hash=sha256:11  # why\n-r b.txt\n-e git+https://x/r.git@main#egg=a\nb @ https://x/b.whl\n--index-url=https://x\n',
  ],
  words: [
    ...digests,
    '==',
    '===',
    '>=',
    '~=',
    '!=',
    '*',
    '\\\n',
    '\n',
    '\r\n',
    '--hash=',
    '-r ',
    '-c ',
    '-e ',
    '--require-hashes',
    '#',
    ' #',
    ';',
    '@ ',
    'git+https://',
    '[',
    ']',
    '(',
    ')',
    '${X}',
    '"',
    "'",
    '\ufeff',
    ' ',
  ],
  run(bytes) {
    const text = bytes.toString()
    const lines = text.split('\n').length
    for (const own of parseRequirements(text).requirements) {
      promise(own.line >= 1 && own.line <= lines, 'a requirement stands in its file')
      pinOf(own.text)
      addressOf(own.text)
      nameOf(own.text)
    }
  },
}
