import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { pairOf, pairOfOne, Sampler } from '../../../src/compare/content.ts'
import { RunRecorder } from '../../../src/compare/runs.ts'
import { recogniseCause } from '../../../src/explain/causes.ts'
import type { Clock } from '../../../src/explain/values/time.ts'
import type { EntryDifference } from '../../../src/image/comparison.ts'
import { changed, changedHeader, entry, only, opened, subjectOf } from '../subject.ts'
import type { CauseCase } from './cause-case.ts'

/** Written by `fixtures/make-system.sh`: two builds of fixtures/system.Dockerfile, and the time each took. */
const folder = new URL('../fixtures/system/', import.meta.url)
const windows = JSON.parse(readFileSync(new URL('clock.json', folder), 'utf8')) as Omit<Clock, 'epoch'>
const clock: Clock = { epoch: 1_700_000_000, ...windows }
const day = 86_400_000
const nextDay: Clock = {
  ...clock,
  b: { startedAt: clock.b.startedAt + day, endedAt: clock.b.endedAt + day },
}

const later: Clock = {
  epoch: clock.epoch,
  a: { startedAt: clock.a.startedAt + 2 * day, endedAt: clock.a.endedAt + 2 * day },
  b: { startedAt: clock.b.startedAt + 2 * day, endedAt: clock.b.endedAt + 2 * day },
}

const bytes = (stage: string, path: string, side: 'a' | 'b'): Buffer =>
  gunzipSync(readFileSync(new URL(`${`${stage}/${path}`.replaceAll('/', ',')}.${side}.gz`, folder)))

/** A file that both builds wrote, as the comparison shows it; `at` is its path in the image. */
function made(stage: string, path: string, at = path): EntryDifference {
  return pair(at, bytes(stage, path, 'a'), bytes(stage, path, 'b'))
}

function pair(path: string, a: Buffer, b: Buffer): EntryDifference {
  const [samplerA, samplerB] = [new Sampler(a.length), new Sampler(b.length)]
  samplerA.add(a)
  samplerB.add(b)
  const recorder = new RunRecorder()
  const common = Math.min(a.length, b.length)
  recorder.feed(a.subarray(0, common), b.subarray(0, common))
  if (a.length > common) recorder.rest('a', a.subarray(common))
  if (b.length > common) recorder.rest('b', b.subarray(common))
  return {
    path,
    kind: 'changed',
    fields: ['content'],
    a: entry(path, { size: a.length }),
    b: entry(path, { size: b.length }),
    digestA: null,
    digestB: null,
    content: pairOf(samplerA, samplerB, recorder, 'full'),
  }
}

/** A file that only build A has. */
function onlyInA(stage: string, path: string, at = path): EntryDifference {
  const own = bytes(stage, path, 'a')
  const sampler = new Sampler(own.length)
  sampler.add(own)
  return { ...only('a', at, { size: own.length }), content: pairOfOne('a', sampler.sample('full')) }
}

/** Archives are opened, as the comparison does it. */
const foundInside = async (own: EntryDifference): Promise<string> => found(await opened(own))

const found = (own: EntryDifference, others: EntryDifference[] = [], when: Clock = clock): string => {
  const { cause, recognition } = recogniseCause({ ...subjectOf(own, others), clock: when })
  return `${cause.id} ${recognition.follows ? `follows ${recognition.follows}` : recognition.confidence}`
}

/** A path of the fixtures, as the tool wrote it. */
const real = (rows: number[], by: string, stage: string, path: string, expected: string, at = path): CauseCase => ({
  rows,
  by: `two builds: ${by}`,
  name: at,
  found: () => foundInside(made(stage, path, at)),
  expected,
})

/** Something that must not be taken for the cause whose path or shape it has. */
const alike = (
  name: string,
  own: () => EntryDifference,
  expected: string,
  by = 'made by hand as a look-alike',
): CauseCase => ({
  rows: [],
  by,
  name: `look-alike: ${name}`,
  found: () => foundInside(own()),
  expected,
})

/** Both sides with the same bytes in front and another end that means nothing. */
const ends = (path: string, head: Buffer | string): EntryDifference => {
  const own = Buffer.from(head as string, 'latin1')
  const tail = (text: string): Buffer => Buffer.concat([own, Buffer.from(text)])
  return pair(path, tail('\0\x01zz\x02'), tail('\0\x02zy\x02'))
}
const unknown = 'unknown-difference likely'

const apt: CauseCase[] = [
  real([1], 'dpkg 1.21', 'debian', 'var/log/dpkg.log', 'apt-log certain'),
  real([1], 'update-alternatives 1.21', 'debian', 'var/log/alternatives.log', 'apt-log certain'),
  real([1], 'apt 2.6', 'debian', 'var/log/apt/history.log', 'apt-log certain'),
  real([1], 'apt 2.6', 'debian', 'var/log/apt/term.log', 'apt-log certain'),
  real([2], 'ldconfig of glibc 2.36', 'debian', 'var/cache/ldconfig/aux-cache', 'ldconfig-aux-cache certain'),
  real([3], 'apt 2.6', 'debian', 'var/cache/apt/pkgcache.bin', 'apt-cache certain'),
  real([3], 'apt 2.6', 'debian', 'var/cache/apt/srcpkgcache.bin', 'apt-cache certain'),
  real([4], 'apt-ftparchive and apt 2.6', 'debian', 'var/lib/apt/lists/_repo_._Release', 'apt-lists certain'),
  real([6], 'debconf-set-selections', 'debian', 'var/cache/debconf/config.dat-old', 'debconf-old certain'),
  alike('no log of dpkg', () => changed('var/log/dpkg.log', 'value 17\n', 'value 18\n'), unknown),
  alike('no log of apt', () => changed('var/log/apt/history.log', 'x 17\n', 'x 18\n'), unknown),
  alike('a log of another program', () => changed('var/log/app.log', 'run 17\n', 'run 18\n'), unknown),
  alike('no aux-cache', () => ends('var/cache/ldconfig/aux-cache', 'another format'), unknown),
  alike('an aux-cache elsewhere', () => ends('srv/aux-cache', 'another format'), unknown),
  alike('a folder called apt', () => changed('srv/cache/apt/pkgcache.bin', 'x 17', 'x 18'), unknown),
  alike('lists of another program', () => changed('srv/lib/apt/lists/x', 'x 17', 'x 18'), unknown),
  alike('a backup of another program', () => changed('var/lib/app/config.dat-old', 'x 17', 'x 18'), unknown),
]

const users: CauseCase[] = [
  ...(['etc/shadow', 'etc/shadow-'] as const).map(path => ({
    rows: [7],
    by: 'two builds: useradd of shadow 4.13 under faketime, a day apart',
    name: path,
    found: () => found(made('debian', path), [], nextDay),
    expected: 'shadow-day certain',
  })),
  ...(['etc/passwd', 'etc/group', 'etc/subuid'] as const).map(path =>
    real([8], 'useradd of shadow 4.13, in two orders', 'debian', path, 'user-ids certain'),
  ),
  {
    rows: [],
    by: 'made by hand as a look-alike',
    name: 'look-alike: an owner that no user explains',
    found: () => found(changedHeader('srv/x', ['uid'], { uid: 1000 }, { uid: 4711 }), [made('debian', 'etc/passwd')]),
    expected: 'header-owner certain',
  },
  alike(
    'a shadow file with another password',
    () => changed('etc/shadow', 'app:!:1:0:::\n', 'app:*:1:0:::\n'),
    unknown,
  ),
  alike('a day beside other fields', () => changed('etc/shadow', 'app:!:1:0:::\n', 'app:!:2:9:::\n'), unknown),
  alike('another shell', () => changed('etc/passwd', 'a:x:1:1::/a:/bin/sh\n', 'a:x:2:1::/a:/bin/zz\n'), unknown),
  alike('another user', () => changed('etc/passwd', 'abc:x:1:1::/a:/bin/sh\n', 'abd:x:1:1::/a:/bin/sh\n'), unknown),
  alike('no user file', () => changed('srv/passwd', 'a:1:1\nb:2:2\n', 'a:1:1\nb:3:3\n'), unknown),
]

const keys: CauseCase[] = [
  real([9], 'dbus-uuidgen 1.14', 'debian', 'var/lib/dbus/machine-id', 'machine-id certain'),
  real([9], 'dbus-uuidgen 1.14', 'debian', 'var/lib/dbus/machine-id', 'machine-id certain', 'etc/machine-id'),
  real([10], 'ssh-keygen -A of OpenSSH 9.2', 'debian', 'etc/ssh/ssh_host_ed25519_key', 'ssh-host-key certain'),
  real([10], 'ssh-keygen -A of OpenSSH 9.2', 'debian', 'etc/ssh/ssh_host_ed25519_key.pub', 'ssh-host-key certain'),
  real([11], 'make-ssl-cert 1.1', 'debian', 'etc/ssl/private/ssl-cert-snakeoil.key', 'generated-key certain'),
  real(
    [11],
    'make-ssl-cert 1.1',
    'debian',
    'etc/ssl/private/ssl-cert-snakeoil.pem',
    'generated-key certain',
    'etc/ssl/certs/ssl-cert-snakeoil.pem',
  ),
  ...['srv/ec.key', 'srv/rsa.key', 'srv/app.csr', 'srv/app.crt', 'srv/app.der', 'srv/app.p12'].map(path =>
    real([12], 'OpenSSL 3.0', 'debian', path, 'generated-key certain'),
  ),
  real([12], 'GnuPG 2.2', 'debian', 'srv/app.asc', 'generated-key certain'),
  real([12], 'ssh-keygen of OpenSSH 9.2', 'debian', 'root/.ssh/id_ed25519', 'generated-key certain'),
  real([12], 'ssh-keygen of OpenSSH 9.2', 'debian', 'root/.ssh/id_ed25519.pub', 'generated-key certain'),
  real([12], 'keytool of OpenJDK 17', 'debian', 'opt/java/app.p12', 'generated-key certain'),
  real([13], 'keytool of OpenJDK 17', 'debian', 'etc/ssl/certs/java/cacerts', 'java-keystore certain'),
  real([12, 13], 'keytool of OpenJDK 17', 'debian', 'opt/java/app.jks', 'java-keystore certain'),
  {
    rows: [12],
    by: 'two builds: OpenSSL 3.0 and update-ca-certificates 20250419',
    name: 'a bundle that holds a certificate of the build',
    found: () => found(made('debian', 'etc/ssl/certs/ca-certificates.crt'), [made('debian', 'srv/app.crt')]),
    expected: 'generated-key follows srv/app.crt',
  },
  alike('no machine ID', () => changed('etc/machine-id', 'host 17\n', 'host 18\n'), unknown),
  alike('a machine ID elsewhere', () => changed('etc/machine-id.txt', 'host 17\n', 'host 18\n'), unknown),
  alike('no SSH key', () => changed('etc/ssh/ssh_host_key_list', 'x 17\n', 'x 18\n'), unknown),
  alike('no SSH key by its content', () => changed('etc/ssh/ssh_host_rsa_key', 'x 17\n', 'x 18\n'), unknown),
  {
    rows: [],
    by: 'two builds: OpenSSL 3.0; held against builds of the next day but one',
    name: 'look-alike: certificates that were made at another time',
    found: () => found(made('debian', 'srv/app.crt'), [], later),
    expected: unknown,
  },
  alike(
    'more certificates on one side, as a newer bundle has',
    () => {
      const one = bytes('debian', 'srv/app.crt', 'a')
      return pair('etc/ssl/certs/ca.crt', one, Buffer.concat([one, bytes('debian', 'srv/app.crt', 'b')]))
    },
    unknown,
    'OpenSSL 3.0',
  ),
  alike(
    'a key store with another certificate',
    () => made('debian', 'opt/java/own.jks'),
    'java-keystore likely',
    'keytool of OpenJDK 17',
  ),
  alike(
    'a damaged key store',
    () => ends('opt/java/cacerts', bytes('debian', 'etc/ssl/certs/java/cacerts', 'a')),
    unknown,
    'keytool of OpenJDK 17, with bytes added',
  ),
]

const caches: CauseCase[] = [
  real(
    [14],
    'OpenJDK 17, -XX:ArchiveClassesAtExit (the first 16 KiB)',
    'debian',
    'opt/java/app.jsa',
    'jdk-cds-archive certain',
  ),
  real(
    [15],
    'fc-cache of fontconfig 2.14',
    'debian',
    'var/cache/fontconfig/own-le64.cache-8',
    'fontconfig-cache certain',
  ),
  real([16], 'mandb 2.11', 'debian', 'var/cache/man/index.db', 'man-db certain'),
  alike('no archive of classes', () => ends('opt/java/classes.jsa', 'another format'), unknown),
  alike('an archive of classes of another byte order', () => ends('opt/x.jsa', '\xf0\x0b\xba\xa2 and so on'), unknown),
  alike('no cache of fonts', () => ends('var/cache/fontconfig/x-le64.cache-8', 'another format'), unknown),
  alike('a cache in a folder of fonts', () => ends('srv/fonts.cache-8', 'another format'), unknown),
  alike('no index of pages', () => ends('var/cache/man/index.db', 'another format'), unknown),
  alike('an index of another program', () => ends('srv/app/index.db', '\xcf\x9a\x57\x13'), unknown),
]

const packages: CauseCase[] = [
  real([49], 'rpm 4.18, SQLite', 'rpm', 'usr/lib/sysimage/rpm/rpmdb.sqlite', 'rpm-database certain'),
  real([49], 'rpm 4.18, SQLite', 'rpm', 'usr/lib/sysimage/rpm/rpmdb.sqlite-shm', 'rpm-database certain'),
  real(
    [49],
    'rpm 4.18, SQLite',
    'rpm',
    'usr/lib/sysimage/rpm/rpmdb.sqlite',
    'rpm-database certain',
    'root/.rpmdb/rpmdb.sqlite',
  ),
  real([49], 'rpm 6.0 under dnf5, SQLite', 'dnf5', 'var/lib/rpm/rpmdb.sqlite', 'rpm-database certain'),
  real([49], 'rpm 6.0, ndb', 'dnf5', 'ndb/Packages.db', 'rpm-database certain', 'usr/lib/sysimage/rpm/Packages.db'),
  real([49], 'rpm 6.0, ndb', 'dnf5', 'ndb/Index.db', 'rpm-database likely', 'usr/lib/sysimage/rpm/Index.db'),
  real([50], 'dnf 4.14', 'rpm', 'var/lib/dnf/history.sqlite', 'rpm-state certain'),
  real([50], 'dnf 4.14', 'rpm', 'var/lib/dnf/history.sqlite-wal', 'rpm-state certain'),
  real([50], 'dnf 4.14', 'rpm', 'var/log/dnf.log', 'rpm-state certain'),
  real([50], 'dnf 4.14', 'rpm', 'var/log/hawkey.log', 'rpm-state certain'),
  real([50], 'dnf 4.14', 'rpm', 'var/log/dnf.librepo.log', 'rpm-state certain'),
  real([50], 'dnf5', 'dnf5', 'usr/lib/sysimage/libdnf5/transaction_history.sqlite', 'rpm-state certain'),
  real([50], 'dnf5', 'dnf5', 'var/log/dnf5.log', 'rpm-state certain'),
  real([51], 'apk-tools 2.14', 'apk', 'lib/apk/db/scripts.tar', 'apk-scripts certain'),
  real([52], 'apk-tools 2.14', 'apk', 'etc/apk/world', 'apk-virtual certain'),
  real([52], 'apk-tools 2.14', 'apk', 'lib/apk/db/installed', 'apk-virtual certain'),
  ...[
    ['rpm', 'epoch/rpmdb.sqlite'],
    ['dnf5', 'epoch/libdnf5/transaction_history.sqlite'],
    ['apk', 'epoch/scripts.tar'],
    ['apk', 'epoch/world'],
    ['apk', 'epoch/installed'],
  ].map(
    ([stage = '', path = '']): CauseCase => ({
      rows: [],
      by: 'two builds: the same tool with SOURCE_DATE_EPOCH or a version of its own, as the fix says',
      name: `${stage}/${path} is equal`,
      found: () => String(bytes(stage, path, 'a').equals(bytes(stage, path, 'b'))),
      expected: 'true',
    }),
  ),
  alike('no database of rpm', () => ends('var/lib/rpm/macros', 'another format'), unknown),
  alike('a database of rpm without times', () => ends('var/lib/rpm/rpmdb.sqlite', 'SQLite format 3\0'), unknown),
  alike('a database of another program', () => ends('srv/rpmdb.sqlite', 'SQLite format 3\0'), unknown),
  alike('a module of dnf', () => changed('etc/dnf/modules.d/x.module', 'x 17', 'x 18'), unknown),
  alike('what dnf5 installed', () => changed('usr/lib/sysimage/libdnf5/packages.toml', 'x 17', 'x 18'), unknown),
  alike('no archive of apk', () => ends('lib/apk/db/scripts.tar', 'another format'), unknown),
  alike('a script of apk that differs', () => differentScript(), unknown, 'apk-tools 2.14, with a byte changed'),
  alike(
    'a version that is no time of the build',
    () => changed('etc/apk/world', '.deps=1.2.3\n', '.deps=1.2.4\n'),
    unknown,
  ),
  alike(
    'a virtual package beside another one',
    () => changed('etc/apk/world', 'abc\n.deps=20261121.092200\n', 'abd\n.deps=20261121.092230\n'),
    unknown,
  ),
]

function differentScript(): EntryDifference {
  const own = bytes('apk', 'lib/apk/db/scripts.tar', 'a')
  const other = Buffer.from(own)
  other.write('#!/bin/zz', 512)
  return pair('lib/apk/db/scripts.tar', own, other)
}

const leftovers: CauseCase[] = [
  real([60], 'wget 1.21', 'debian', 'root/.wget-hsts', 'wget-hsts certain'),
  real([60], 'curl 7.88', 'debian', 'root/.curl-hsts', 'wget-hsts certain'),
  real([60], 'curl 7.88', 'debian', 'root/.curl-altsvc', 'wget-hsts certain'),
  real([80], 'a static program and Linux (the first 16 KiB)', 'debian', 'srv/core', 'process-leftover certain'),
  real([80], 'start-stop-daemon 1.21', 'debian', 'run/sleep.pid', 'process-leftover certain'),
  real([80], 'vim 9.0', 'debian', 'root/.viminfo', 'process-leftover certain'),
  real([80], 'bash 5.2', 'debian', 'root/.bash_history', 'process-leftover certain'),
  real([80], 'GnuPG 2.2', 'debian', 'srv/trustdb.gpg', 'process-leftover certain', 'root/.gnupg/trustdb.gpg'),
  real([80], 'GnuPG 2.2', 'debian', 'srv/trustdb.gpg', 'process-leftover certain', 'opt/keys/trustdb.gpg'),
  real([80], 'GnuPG 2.2', 'debian', 'srv/pubring.kbx', 'process-leftover certain', 'root/.gnupg/pubring.kbx'),
  real([80], 'GnuPG 2.2', 'debian', 'srv/pubring.kbx', 'process-leftover certain', 'usr/share/keyrings/own.kbx'),
  real([], 'Berkeley DB 5.3, db_load', 'debian', 'etc/aliases.db', 'berkeley-db certain'),
  {
    rows: [80],
    by: 'a static program and Linux',
    name: 'a core dump of one build only',
    found: () => found(onlyInA('debian', 'srv/core')),
    expected: 'process-leftover certain',
  },
  alike('no list of hosts', () => changed('root/.wget-hsts', 'x 17', 'x 18'), unknown),
  alike('a configuration of curl', () => changed('root/.curlrc', 'retry = 17', 'retry = 18'), unknown),
  alike(
    'an ELF file that is no core dump',
    () => ends('srv/core', '\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0'),
    unknown,
  ),
  alike('a file called core', () => changed('srv/core', 'x 17', 'x 18'), unknown),
  alike('a number in another file', () => changed('srv/count', '17\n', '18\n'), unknown),
  alike('a lock file with words', () => changed('srv/poetry.lock', 'x 17', 'x 18'), unknown),
  alike('a configuration of GnuPG', () => changed('root/.gnupg/gpg.conf', 'x 17', 'x 18'), unknown),
  alike('a key box elsewhere without a time', () => ends('srv/x.kbx', '\0\0\0\x20\x01\x01\0\x02KBXf'), unknown),
  alike('no history of vim', () => changed('root/.viminfo', 'x 17', 'x 18'), unknown),
  alike(
    'a Berkeley DB with other data',
    () => otherData(),
    'berkeley-db likely',
    'Berkeley DB 5.3, with a byte changed',
  ),
  alike('another database', () => ends('etc/aliases.db', 'another format'), unknown),
]

function otherData(): EntryDifference {
  const other = bytes('debian', 'etc/aliases.db', 'b')
  other[5000] = (other[5000] ?? 0) ^ 0x55
  return pair('etc/aliases.db', bytes('debian', 'etc/aliases.db', 'a'), other)
}

const cluster = 'var/lib/postgresql/15/main'
const control = (): EntryDifference => made('postgres', `${cluster}/global/pg_control`)

const databases: CauseCase[] = [
  {
    rows: [],
    by: 'two builds: initdb of PostgreSQL 15',
    name: 'the control file of a cluster',
    found: () => found(control()),
    expected: 'database-files certain',
  },
  {
    rows: [],
    by: 'two builds: initdb of PostgreSQL 15',
    name: 'a table of a cluster',
    found: () => found(pair(`${cluster}/base/1/1247`, Buffer.from('a1'), Buffer.from('b2')), [control()]),
    expected: 'database-files certain',
  },
  {
    rows: [],
    by: 'two builds: initdb of PostgreSQL 15; held against builds of the next day but one',
    name: 'look-alike: a cluster that was made elsewhere and changed',
    found: () => found(control(), [], later),
    expected: unknown,
  },
  {
    rows: [],
    by: 'made by hand as a look-alike',
    name: 'look-alike: a file beside a cluster',
    found: () => found(changed('var/lib/postgresql/15/notes', 'x 17', 'x 18'), [control()]),
    expected: unknown,
  },
]

const engines: CauseCase[] = [
  alike('a deleted file', () => only('a', 'srv/data/.wh.x'), 'removed-file certain'),
  alike('a file with such an ending', () => only('a', 'srv/data/x.wh..wh..opq'), unknown),
  alike('a list of servers', () => changed('etc/servers.conf', 'server 10.0.0.2\n', 'server 10.0.0.3\n'), unknown),
  alike('a file called hosts', () => changed('srv/hosts', '[web]\nweb17\n', '[web]\nweb18\n'), unknown),
]

export const cases: CauseCase[] = [
  ...apt,
  ...users,
  ...keys,
  ...caches,
  ...packages,
  ...leftovers,
  ...databases,
  ...engines,
]

/** The fixtures are all there: a name that is misspelt must not pass as a case that was forgotten. */
if (readdirSync(folder).length < 100) throw new Error('Fixtures of the system are missing.')
