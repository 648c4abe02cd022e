import type { EntryFacts } from '../../../src/image/differing-entry.ts'
import type { Report, ReportEntry } from '../../../src/report/report.ts'
import { hostileEverywhere } from '../extreme-reports.ts'
import { threeImages } from '../image-reports.ts'
import { buildFailed, lintOnly, notReproducible, reproducible, undecided } from '../reports.ts'

/** Reports with entries, as the gate would make them. */

const facts = (more: Partial<EntryFacts> = {}): EntryFacts => ({
  ...{ type: 'file', mode: '0644', uid: 0, gid: 0, size: 24, mtime: '1763690400' },
  ...more,
})

export const entry = (path: string, more: Partial<ReportEntry> = {}): ReportEntry => ({
  ...{ platform: 'linux/amd64', path, layer: 1, line: 3, kind: 'changed', changes: ['content'] },
  ...{ a: facts(), b: facts(), causes: [{ id: 'apt-logs', line: 3 }] },
  ...more,
})

export const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64')

const pyc = (time: string): string =>
  base64(`\xa7\x0d\x0d\x0a\0\0\0\0${time}\x5a\0\0\0\xe3\0\0\0\0\0\0\0\0version\0${'\0'.repeat(40)}__version__`)

const few: ReportEntry[] = [
  entry('var/log/dpkg.log', {
    a: facts({ size: 4411, digest: 'aa'.repeat(32) }),
    b: facts({ size: 4411, digest: 'bb'.repeat(32) }),
    excerpt: {
      ...{ offset: 0, differs: 18 },
      a: base64('2026-11-21 03:05:28 startup archives unpack\n2026-11-21 03:05:28 install curl:amd64\n'),
      b: base64('2026-11-21 03:06:31 startup archives unpack\n2026-11-21 03:06:31 install curl:amd64\n'),
    },
  }),
  entry('var/log/apt/history.log', { a: facts({ size: 300 }), b: facts({ size: 301 }), changes: ['content', 'size'] }),
  entry('srv/svc/__pycache__/version.cpython-311.pyc', {
    ...{ layer: 3, line: 8, causes: [{ id: 'pyc-timestamp', line: 8 }], changes: ['content', 'mtime'] },
    ...{ a: facts({ mtime: '1795230331.5' }), b: facts({ mtime: '1795230394.25' }) },
    excerpt: { offset: 0, differs: 8, a: pyc('\x3b\x12\x01\x6b'), b: pyc('\x7a\x12\x01\x6b') },
  }),
  entry('srv/app.jar', {
    ...{ layer: 3, line: 12, causes: [{ id: 'pyc-timestamp', line: 8, follows: true }], via: [12, 14] },
    excerpt: {
      member: 'META-INF/MANIFEST.MF',
      offset: 0,
      differs: 9,
      a: base64('Built-At: 1\n'),
      b: base64('Built-At: 2\n'),
    },
  }),
  entry('srv/token', {
    ...{ layer: 3, line: 9, causes: [{ id: 'unknown', line: 9 }] },
    excerpt: { offset: 0, differs: 0, a: null, b: null, withheld: true },
  }),
  entry('srv/only-in-a', {
    ...{ kind: 'removed', changes: [], b: null, causes: [] },
    excerpt: { offset: 0, differs: 0, a: base64('x'), b: null },
  }),
  entry('srv/link', {
    changes: ['link', 'owner', 'mode'],
    a: facts({ type: 'symlink', link: 'a', mode: '0777' }),
    b: facts({ type: 'symlink', link: 'b', uid: 1000, user: 'app' }),
    causes: [],
  }),
]

export const withEntries: Report = { ...notReproducible, entries: { list: few, more: 0 } }

/** As large as a report of differing files gets. */
export const fiveThousand: Report = {
  ...notReproducible,
  entries: {
    list: Array.from({ length: 5000 }, (_, at) =>
      entry(
        `usr/local/lib/python3.11/site-packages/package_${at % 97}/module_${at}/__pycache__/__init__.cpython-311.pyc`,
        {
          ...{
            layer: 3,
            line: 8,
            changes: ['content', 'mtime'],
            causes: [{ id: at % 3 === 0 ? 'apt-logs' : 'pyc-timestamp', line: at % 3 === 0 ? 3 : 8 }],
          },
          ...{
            a: facts({ mtime: `${1795230331 + at}.123456789`, digest: 'aa'.repeat(32) }),
            b: facts({ mtime: `${1795230394 + at}.987654321`, digest: 'bb'.repeat(32) }),
          },
          ...(at < 200
            ? {
                excerpt: {
                  offset: 0,
                  differs: 8,
                  a: pyc('\x3b\x12\x01\x6b').repeat(1),
                  b: base64(`${'y'.repeat(256)}`),
                },
              }
            : {}),
        },
      ),
    ),
    more: 12_345,
  },
}

export const severalImages: Report = {
  ...threeImages,
  entries: { list: few.map(one => ({ ...one, image: 'api' })), more: 0 },
}

/** What the page is looked at with. */
export const looked: Record<string, Report> = {
  ...{ reproducible, several: withEntries, thousands: fiveThousand, images: severalImages },
  ...{ undecided, failed: buildFailed, lint: lintOnly, hostile: hostileEverywhere },
}
