import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { conda } from '../../../src/lint/locks/conda.ts'
import { readCondaFile } from '../../../src/lint/locks/conda-spec.ts'
import type { Ecosystem } from '../../../src/lint/locks/ecosystem.ts'
import { pdm } from '../../../src/lint/locks/pdm.ts'
import { pip } from '../../../src/lint/locks/pip.ts'
import { pipenv } from '../../../src/lint/locks/pipenv.ts'
import { pixi } from '../../../src/lint/locks/pixi.ts'
import { poetry } from '../../../src/lint/locks/poetry.ts'
import { parseRequirements } from '../../../src/lint/locks/requirements.ts'
import { uv } from '../../../src/lint/locks/uv.ts'

const good = '4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945'
const read = (ecosystem: Ecosystem, text: string) => ecosystem.readLock(ecosystem.locks[0] ?? '', text)
const all = [conda, pdm, pip, pipenv, pixi, poetry, uv]

describe('what the lock files of Python say', () => {
  test('uv: every file of a package is looked at; packages of git, of a folder and without files have no hash', () => {
    const text = `version = 1
revision = 3

[[package]]
name = "a"
source = { registry = "https://pypi.org/simple" }
wheels = [
    { url = "https://x.test/a-1.whl", hash = "sha256:${good}", size = 1 },
    { url = "https://x.test/a-2.whl", size = 1 },
]

[[package]]
name = "b"
source = { git = "https://x.test/b?rev=1#4f53cda" }

[[package]]
name = "c"
source = { virtual = "." }

[package.metadata]
requires-dist = [{ name = "a", specifier = ">=1" }]

[[package]]
name = "d"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://x.test/d.tar.gz", hash = "sha256:${'d'.repeat(64)}" }
`
    expect(read(uv, text)).toEqual({
      packages: 4,
      unhashed: [{ name: 'a', line: 9 }],
      placeholders: [{ name: 'd', line: 26 }],
    })
  })

  test('PDM: url and git packages have no hash of their own', () => {
    const text = `[metadata]
groups = ["default"]

[[package]]
name = "a"
version = "1"
files = [
    {file = "a.whl", hash = "sha256:${good}"},
]

[[package]]
name = "b"
version = "1"
git = "https://x.test/b"

[[package]]
name = "c"
version = "1"
`
    expect(read(pdm, text)).toEqual({ packages: 3, unhashed: [{ name: 'c', line: 16 }], placeholders: [] })
  })

  test('pixi: version 5 names the kind first', () => {
    const text = `version: 5
environments: {}
packages:
- kind: conda
  name: a
  url: https://x.test/a.conda
  sha256: ${good}
- kind: pypi
  name: b
  url: https://x.test/b.whl
`
    expect(read(pixi, text)).toEqual({ packages: 2, unhashed: [{ name: 'b', line: 8 }], placeholders: [] })
  })

  test('an environment file that is no lock is read as a list, pip packages too', () => {
    const text =
      'name: x\ndependencies:\n  - python=3.11=h1_0\n  - conda-forge::numpy\n  - pip:\n      - -r r.txt\n      - torch==2.0\n'
    expect(readCondaFile('environment.yml', text)).toEqual({
      kind: 'packages',
      packages: [
        { text: 'python=3.11=h1_0', pin: 'fixed' },
        { text: 'conda-forge::numpy', pin: 'loose' },
        { text: 'torch==2.0', pin: 'exact' },
      ],
    })
  })

  test.each(all)('$name: other texts are no lock file', ecosystem => {
    for (const text of ['', 'nonsense', '{}', '[]', 'null', '{"a": [', '- a\n- b', '\u0000'])
      expect([ecosystem.name, text, ecosystem === pip && text !== '' ? null : read(ecosystem, text)]).toEqual([
        ecosystem.name,
        text,
        null,
      ])
  })
})

const pieces = [
  '[[package]]\n',
  '[metadata.files]\n',
  '[package.source]\n',
  'name = "a"\n',
  'files = [\n',
  '    {file = "x", hash = "sha256:aaaa"},\n',
  ']\n',
  'package:\n',
  'packages:\n',
  '- name: a\n',
  '- conda: https://x.test/a\n',
  '  sha256: 0000\n',
  'version: 6\n',
  '@EXPLICIT\n',
  'https://x.test/a.conda#0\n',
  '{"_meta": {}, "default": {"a": {"hashes": [1, "x"]}}}',
  'dependencies:\n',
  '  - &a [*a]\n',
  '--hash=sha256:',
  ' \\\n',
  '-r a\n',
]

test('any text: no exception, and lists that stay short', () => {
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 200 }).map(parts => parts.join('')),
    fc.string({ unit: 'binary' }),
  )
  fc.assert(
    fc.property(texts, text => {
      for (const ecosystem of all) {
        for (const file of ecosystem.locks) {
          const state = ecosystem.readLock(file, text)
          expect((state?.unhashed.length ?? 0) <= 50 && (state?.placeholders.length ?? 0) <= 50).toBe(true)
          for (const { line } of state?.unhashed ?? []) expect(line ?? 1).toBeLessThanOrEqual(text.split('\n').length)
        }
      }
      parseRequirements(text)
      readCondaFile('environment.yml', text)
    }),
  )
})

test('megabytes of anything are read soon', () => {
  const big = (piece: string): string => piece.repeat(Math.ceil((2 << 20) / piece.length))
  const texts = [
    `version = 1\n${big('[[package]]\nname = "a"\nfiles = [\n {file = "x", hash = "sha256:aaaa"},\n]\n')}`,
    `package:\n${big('- name: a\n  hash:\n    md5: 0\n')}`,
    `version: 6\npackages:\n${big('- conda: https://x.test/a\n  md5: 0\n')}`,
    `[[package]]\n${big('{')}`,
    big(' '),
    big('a --hash=sha256:aaaa '),
    big('a \\\n'),
  ]
  for (const text of texts) {
    const start = process.cpuUsage().user
    for (const ecosystem of all) ecosystem.readLock(ecosystem.locks[0] ?? '', text)
    parseRequirements(text)
    readCondaFile('r.txt', text.slice(0, 1 << 20))
    expect([text.slice(0, 30), (process.cpuUsage().user - start) / 1e6 < 6]).toEqual([text.slice(0, 30), true])
  }
})
