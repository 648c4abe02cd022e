import { recogniseCause } from '../../../src/explain/causes.ts'
import { changed, subjectOf } from '../../explain/subject.ts'
import { border, parts } from '../parts.ts'
import { promise, type Target } from '../target.ts'

const paths = [
  'etc/x',
  'x.pyc',
  'x.so',
  'x.npy',
  'x.pkl',
  'x.json',
  'x.js',
  'etc/shadow',
  'var/lib/dpkg/status',
  'a/.git/index',
  'x.der',
  'x.pem',
  'x.jks',
  'x.a',
  'x.dll',
  'x.gz',
  'x.sqlite',
  'root/.wget-hsts',
  'etc/machine-id',
  'var/log/dpkg.log',
  'conda-meta/history',
  'x.ipynb',
  'a/x.dist-info/RECORD',
  'x.gcno',
  'usr/lib/x/AUTHORS',
  'lib/apk/db/installed',
  'var/cache/ldconfig/aux-cache',
  'x.rds',
  'cacerts',
  'x.class',
]
const pair = (path: string, a: string, b: string): string => path + border + a + border + b
const files = ['date.so', 'git-index', 'version.pyc', 'gcov.gcno', 'libf.a', 'aliases.db']

export const target: Target = {
  name: 'cause',
  what: 'two contents of a file, and why they differ: all causes',
  seeds: [
    pair('etc/x', 'built 2026-11-21 03:00:05 by a\n', 'built 2026-11-21 03:01:15 by b\n'),
    pair(
      'x.json',
      '{"id":"3b241101-e2bb-4255-8caf-4136c566a962","t":1795230005}',
      '{"id":"9f241101-e2bb-4255-8caf-4136c566a96f","t":1795230075}',
    ),
    pair('x.txt', 'a\nb\nc\n', 'c\na\nb\n'),
    pair('etc/shadow', 'root:*:20413:0:99999:7:::\n', 'root:*:20414:0:99999:7:::\n'),
    pair('x.csv', '1.2345678,2\n', '1.2345679,2\n'),
    pair('x.js', 'app.3f2a9c1b.js', 'app.9c1b3f2a.js'),
    pair('x.log', 'took 1.53 s\n', 'took 1.71 s\n'),
    pair(
      'x.pem',
      '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n',
      '-----BEGIN PRIVATE KEY-----\nMIIC\n-----END PRIVATE KEY-----\n',
    ),
    pair('x.pyc', '\x0d\x0a\x00\x00\x00\x00\x00\x00\xe3', '\x0d\x0b\x00\x00\x00\x00\x00\x00\xe3'),
  ],
  files: files.map(name => `__tests__/explain/fixtures/${name}.a`),
  words: [
    ...paths.map(path => path + border),
    border,
    '2026-11-21T03:00:05Z',
    '2026-11-21 03:01:15',
    'Sat Nov 21 03:00:05 UTC 2026',
    '1795230005',
    '1795230075',
    '1795230005.123',
    '/tmp/tmpab12cd',
    'pid 123',
    '3b241101-e2bb-4255-8caf-4136c566a962',
    'deadbeef',
    'QUJDREVGR0hJSktMTU5PUA==',
    '0.1 s',
    '20414',
    `sha256:${'4f'.repeat(32)}`,
    'buildkitsandbox',
    '\0',
    '\n',
    '{',
    '[',
    '"',
    ',',
  ],
  maxBytes: 32 * 1024,
  ms: { fixed: 300, perKiB: 150 },
  run(bytes) {
    const [first = '', a = '', b = ''] = parts(bytes, 3).map(one => one.toString('latin1'))
    // A lone content is held against one of its own with a few other bytes.
    const path = paths.includes(first) || first.length < 40 ? first : (paths[bytes.length % paths.length] as string)
    const [one, two] = b === '' ? [first, first.slice(0, -9) + a.slice(0, 20) + first.slice(-8)] : [a, b]
    if (one === two || path === '') return
    const { cause, recognition } = recogniseCause(subjectOf(changed(path, one, two)))
    promise(/^[a-z][a-z-]+$/.test(cause.id), 'a cause has a name')
    promise(JSON.stringify(recognition.evidence).length < 8_000, 'evidence is bounded')
  },
}
