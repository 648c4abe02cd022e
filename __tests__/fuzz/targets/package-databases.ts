import { inventoryOf } from '../../../src/packages/inventory.ts'
import { distributionIn } from '../../../src/packages/os-release.ts'
import { purlOf } from '../../../src/packages/purl.ts'
import { packageReaders } from '../../../src/packages/readers.ts'
import { border, parts } from '../parts.ts'
import { promise, type Target } from '../target.ts'
import { json } from '../words.ts'

const seeds: Record<string, string> = {
  'var/lib/dpkg/status':
    'Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:2-3\nSource: b (1)\nDepends: c (>= 1) | d, e\nProvides: f (= 1)\nConffiles:\n /etc/x 0123456789abcdef0123456789abcdef\nDescription: x\n y\n\nPackage: g\n',
  'var/lib/dpkg/status.d/a': 'Package: a\nVersion: 1\n',
  'var/lib/dpkg/info/a:amd64.list': '/.\n/usr/x\n',
  'var/lib/dpkg/info/a.md5sums': '0123456789abcdef0123456789abcdef  usr/x\n',
  'lib/apk/db/installed':
    'C:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\nP:a\nV:1-r0\nA:x86_64\nL:MIT\no:b\nD:so:c>=1 !d\np:e=1\nF:usr\nR:x\nZ:Q1AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n',
  'a/x-1.dist-info/METADATA':
    'Metadata-Version: 2.1\nName: x\nVersion: 1\nLicense-Expression: MIT\nClassifier: License :: OSI\nRequires-Dist: y>=1; extra == "z"\n\nlong\n',
  'a/x-1.dist-info/RECORD':
    'x/a.py,sha256=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA,3\n"x,""b"".py",,\n../../bin/x,,\n',
  'a/x.egg-info/installed-files.txt': '../x/a.py\nPKG-INFO\n',
  'node_modules/@a/x/package.json':
    '{"name":"@a/x","version":"1","license":{"type":"MIT"},"dependencies":{"b":"^1"},"scripts":{"install":"x"}}',
  'e/conda-meta/x.json':
    '{"name":"x","version":"1","build":"0","depends":["y >=1"],"files":["lib/a"],"paths_data":{"paths":[{"_path":"lib/a","sha256":"00"}]},"url":"https://x"}',
  'g/specifications/x.gemspec':
    '# -*- encoding: utf-8 -*-\n# stub: x 1.0 ruby lib\nGem::Specification.new do |s|\n  s.licenses = ["MIT".freeze]\n  s.add_runtime_dependency(%q<y>.freeze, ["~> 1"])\nend\n',
  'etc/os-release': 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
}

export const target: Target = {
  name: 'package-databases',
  what: 'databases of dpkg, apk, Python, npm, conda and gems, os-release',
  seeds: Object.entries(seeds).map(([path, text]) => path + border + text),
  words: [
    ...json,
    ...Object.keys(seeds).map(path => path + border),
    '\n',
    '\n\n',
    ': ',
    ':',
    '\n ',
    '\nStatus: deinstall ok config-files\n',
    'Package: ',
    'Version: ',
    'P:',
    'V:',
    'F:',
    'R:',
    'Z:Q1',
    ',sha256=',
    '""',
    '../',
    '/',
    '\0',
    '# stub: ',
    '=',
    '%',
    '&',
    '?',
    '#',
    '@',
    '\u2028',
    '😀',
  ],
  run(bytes) {
    const [first = '', content = Buffer.alloc(0)] = parts(bytes).map((one, at) => (at === 0 ? one.toString() : one))
    const [path, text] = [String(first), Buffer.from(content)]
    const distribution = distributionIn(text)
    for (const reader of packageReaders) {
      if (reader.limitFor(path) === 0) continue
      const inventory = inventoryOf(new Map([[path, reader.read(path, text, () => true)]]), distribution)
      for (const own of inventory.packages)
        promise(/^pkg:[a-z]+\/[\w.%:~/-]+@[\w.%:~-]+/.test(purlOf(own, distribution)), 'a package has a purl')
      inventory.ownersOf('usr/x')
    }
  },
}
