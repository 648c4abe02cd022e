import { agreesWithCargoLock } from '../../../src/lint/locks/cargo-agreement.ts'
import { condaPinOf, readCondaFile } from '../../../src/lint/locks/conda-spec.ts'
import { ecosystems } from '../../../src/lint/locks/ecosystems.ts'
import { agreesWithLock, hasWorkspaces } from '../../../src/lint/locks/node-agreement.ts'
import { parts } from '../parts.ts'
import { promise, type Target } from '../target.ts'
import { digests, json, toml, yaml } from '../words.ts'

const locks = ecosystems.flatMap(({ locks: names, readLock }) => names.map(name => ({ name, readLock })))
const like = (name: string, text: string): string => `${name}\n=====\n${text}`

export const target: Target = {
  name: 'lock-files',
  what: 'lock files of sixteen package managers, and whether a manifest agrees with its lock',
  seeds: [
    ...locks.map(({ name }) => like(name, '{}')),
    like(
      'package-lock.json',
      '{"lockfileVersion":3,"packages":{"":{"dependencies":{"a":"^1"}},"node_modules/a":{"version":"1.0.0","resolved":"https://r/a.tgz","integrity":"sha512-AA=="}}}',
    ),
    like(
      'yarn.lock',
      '# yarn lockfile v1\n\na@^1, a@^1.1:\n  version "1.2"\n  resolved "https://r/a#abc"\n  integrity sha512-AA==\n',
    ),
    like(
      'yarn.lock',
      '__metadata:\n  version: 8\n\n"a@npm:^1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n  checksum: 10/abc\n',
    ),
    like('pnpm-lock.yaml', "lockfileVersion: '9.0'\npackages:\n  a@1.0.0:\n    resolution: {integrity: sha512-AA==}\n"),
    like(
      'poetry.lock',
      '[[package]]\nname = "a"\nversion = "1"\nfiles = [\n  {file = "a.whl", hash = "sha256:00"},\n]\n[metadata]\nlock-version = "2.0"\n',
    ),
    like(
      'uv.lock',
      'version = 1\n[[package]]\nname = "a"\nversion = "1"\nsource = { registry = "https://x" }\nwheels = [{ url = "u", hash = "sha256:00" }]\n',
    ),
    like(
      'Cargo.lock',
      'version = 3\n[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "registry+https://x"\nchecksum = "00"\n',
    ),
    like('go.sum', 'example.com/a v1.0.0 h1:AA=\nexample.com/a v1.0.0/go.mod h1:AA=\n'),
    like(
      'Gemfile.lock',
      'GEM\n  remote: https://rubygems.org/\n  specs:\n    a (1.0)\n      b (~> 1)\n\nCHECKSUMS\n  a (1.0) sha256=00\n',
    ),
    like('requirements.txt', 'a==1 \\\n    --hash=sha256:00\n'),
    like(
      'conda-lock.yml',
      'version: 1\npackage:\n- name: a\n  version: "1"\n  hash:\n    sha256: "00"\n  url: https://x/a.conda\n',
    ),
    like('environment.yml', 'dependencies:\n  - python=3.12\n  - pip:\n    - a==1\n'),
    like('conda-linux-64.lock', '@EXPLICIT\nhttps://x/a-1-0.conda#00\n'),
  ],
  words: [
    ...json,
    ...toml,
    ...yaml,
    ...digests,
    ...locks.map(({ name }) => `${name}\n=====\n`),
    '"packages":',
    '"node_modules/a":',
    '"version":',
    '"integrity":',
    '"resolved":',
    '"dependencies":',
    '"lockfileVersion":',
    '--hash=sha256:',
    'GEM\n',
    '  specs:\n',
    'h1:',
    '@EXPLICIT\n',
    'workspace:',
    'link:',
    'git+https://x',
    'file:',
  ],
  ms: { fixed: 150, perKiB: 100 },
  run(bytes) {
    const [name = '', text = ''] = parts(bytes).map(String)
    for (const lock of locks) {
      if (name !== lock.name && bytes.length % locks.length !== locks.indexOf(lock)) continue
      const state = lock.readLock(lock.name, text)
      if (state === null) continue
      promise(state.packages >= 0 && state.unhashed.length <= 50, 'what a lock says is bounded')
      for (const { line, name: own } of [...state.unhashed, ...state.placeholders])
        promise(
          own.length <= 200 && (line === null || (line >= 1 && line <= text.split('\n').length)),
          'a package stands in its lock',
        )
    }
    const [manifest = '', lock = ''] = parts(Buffer.from(text)).map(String)
    agreesWithCargoLock(manifest, lock)
    for (const manager of ['npm', 'yarn', 'pnpm', 'bun'] as const) agreesWithLock(manager, manifest, lock)
    hasWorkspaces(manifest)
    readCondaFile('environment.yml', text)
    condaPinOf(name)
  },
}
