import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { recogniseCause } from '../../../src/explain/causes.ts'
import type { Clock } from '../../../src/explain/values/time.ts'
import type { EntryDifference } from '../../../src/image/comparison.ts'
import { changed, subjectOf } from '../subject.ts'
import type { CauseCase } from './cause-case.ts'
import { path } from './cause-case.ts'

const bytes = (name: string, side: 'a' | 'b'): Buffer =>
  gunzipSync(readFileSync(new URL(`../fixtures/binaries/${name}.${side}.gz`, import.meta.url)))

const file = (at: string, name: string) => () => changed(at, bytes(name, 'a'), bytes(name, 'b'))
const text = (at: string, a: string, b: string) => () => changed(at, a, b)

/** When two builds ran whose files these are. */
const moments: Clock = {
  epoch: 1_700_000_000,
  a: { startedAt: 1_795_276_940_000, endedAt: 1_795_276_970_000 },
  b: { startedAt: 1_795_276_971_000, endedAt: 1_795_276_990_000 },
}

const built = (by: string, at: string, own: () => EntryDifference, expected: string): CauseCase => ({
  ...{ rows: [], by: `${by}, in two builds`, name: at, expected },
  found: () => {
    const { cause, recognition } = recogniseCause({ ...subjectOf(own()), clock: moments })
    return `${cause.id} ${recognition.confidence}`
  },
})

const ninjaLog = (name: string, header = '# ninja log v5') =>
  text(
    name,
    `${header}\n1\t147\t1795276964321046891\tCMakeFiles/x.dir/a.c.o\t4ed4943315a92828\n148\t205\t1795276964383886524\tx\tae99616017eecc96\n`,
    `${header}\n33\t272\t1795276977632260330\tCMakeFiles/x.dir/a.c.o\t4ed4943315a92828\n273\t468\t1795276977855363598\tx\tae99616017eecc96\n`,
  )
/** Bytes of a log, and those of B with one byte of a page changed. */
const anotherPage = () => {
  const [a, b] = [bytes('left.db-wal', 'a'), bytes('left.db-wal', 'b')]
  b[32 + 24 + 100] = (b[32 + 24 + 100] as number) ^ 1
  return changed('srv/left.db-wal', a, b)
}

const cmakeLog = 'src/build/CMakeFiles/CMakeOutput.log'

const builds: CauseCase[] = [
  built('ninja 1.11', 'src/build/.ninja_log', ninjaLog('src/build/.ninja_log'), 'tool-cache certain'),
  built('CMake 3.25', cmakeLog, file(cmakeLog, 'cmake-output.log'), 'tool-cache certain'),
  built(
    'eight bytes of /dev/urandom in base64',
    'etc/rnd',
    text('etc/rnd', 'OnEcKLlUeIw=\n', 'Y6eXeop2jus=\n'),
    'random-token likely',
  ),
  built(
    'base64 of words',
    'etc/words',
    text('etc/words', 'aGVsbG8gd28=\n', 'Z29vZGJ5ZSE=\n'),
    'unknown-difference likely',
  ),
  // A file of that name that says other things, and what ninja notes under another name.
  built('a shell', 'srv/.ninja_log', ninjaLog('srv/.ninja_log', 'my log'), 'unknown-difference likely'),
  built('ninja 1.11', 'srv/log', ninjaLog('srv/log'), 'unknown-difference likely'),
  built('SQLite 3.40, a time and a UUID', 'srv/drawn.db', file('srv/drawn.db', 'drawn.db'), 'sqlite-time likely'),
  built('SQLite 3.40', 'srv/left.db-wal', file('srv/left.db-wal', 'left.db-wal'), 'sqlite-wal certain'),
  built('SQLite 3.40', 'srv/left.db-shm', file('srv/left.db-shm', 'left.db-shm'), 'sqlite-wal certain'),
  built('SQLite 3.40, another page', 'srv/left.db-wal', anotherPage, 'unknown-difference likely'),
  built(
    'SQLite 3.40, a length more',
    'srv/left.db-wal',
    () => {
      const [a, b] = [bytes('left.db-wal', 'a'), bytes('left.db-wal', 'b')]
      return changed('srv/left.db-wal', a, Buffer.concat([b, b.subarray(32)]))
    },
    'unknown-difference likely',
  ),
]

const gcc = 'gcc 12.2'
const go = 'go 1.26'
const rustc = 'rustc 1.95'

const programs: CauseCase[] = [
  path([34], gcc, file('usr/bin/app', 'date'), 'elf-date-macro certain'),
  path([34], `${gcc} -g`, file('usr/bin/app', 'date-debug'), 'elf-date-macro certain'),
  path([34, 57], `${gcc} -DBUILT="$(date)"`, file('usr/bin/app', 'stamp'), 'build-time certain'),
  path([35], `${gcc} -g in a folder of mktemp`, file('usr/bin/app', 'debug'), 'elf-build-path certain'),
  path([35], `${gcc} -g -c in a folder of mktemp`, file('usr/lib/util.o', 'debug.o'), 'elf-build-path certain'),
  path([35], `${gcc} with __FILE__`, file('usr/bin/app', 'assert-path'), 'elf-build-path certain'),
  path([35], `${gcc} -g in folders of other lengths`, file('usr/bin/app', 'shifted'), 'elf-build-path certain'),
  path([35], `${gcc} -g in a folder of mktemp, stripped`, file('usr/bin/app', 'stripped'), 'elf-build-id likely'),
  path([36], `${gcc} -flto -c`, file('usr/lib/main.o', 'lto.o'), 'elf-build-path certain'),
  path([36], `${gcc} -flto -ffat-lto-objects -c`, file('usr/lib/util.o', 'fat-lto.o'), 'elf-build-path certain'),
  path([37], `${gcc} with assembler in one step`, file('usr/bin/app', 'assembler'), 'elf-build-path certain'),
  path([39, 57], `${go} with -X main.buildTime=$(date)`, file('usr/bin/svc', 'go-stamp'), 'build-time certain'),
  path([39], `${go} in a folder of mktemp`, file('usr/bin/svc', 'go-path'), 'elf-build-path certain'),
  path([39], `${go} in a repository with a commit of the build`, file('usr/bin/svc', 'go-vcs'), 'go-vcs-stamp certain'),
  path([35, 40], `${rustc} -g in a folder of mktemp`, file('usr/bin/app', 'rust-debug'), 'elf-build-path certain'),
  path([40], `${rustc} with file!() of a folder of mktemp`, file('usr/bin/app', 'rust-path'), 'elf-build-path certain'),
  path([40, 42], `${gcc} of a table in the order of a hash`, file('usr/bin/app', 'hash-order'), 'elf-order likely'),
  path(
    [40, 42],
    `${gcc} of functions in the order of a hash`,
    file('usr/bin/app', 'function-order'),
    'elf-order likely',
  ),
  path([44], `${gcc} with objects in the order of a folder`, file('usr/bin/app', 'link-order'), 'elf-order likely'),
  path([], `${gcc}, another constant`, file('usr/bin/app', 'other-code'), 'unknown-difference likely'),
  path([], `${gcc}, another version`, file('usr/bin/app', 'version'), 'unknown-difference likely'),
  path([], `${gcc}, a text that begins with /tmp`, file('usr/bin/app', 'tmp-text'), 'unknown-difference likely'),
  path([], `${gcc} -Wl,--build-id=uuid`, file('usr/bin/app', 'uuid-id'), 'elf-build-id likely'),
]

const orders: CauseCase[] = [
  path([42], 'Python 3 (set)', file('app/set.json', 'set.json'), 'line-order certain'),
  path(
    [42],
    'Python 3 (words numbered as a set is walked)',
    file('app/tokenizer.json', 'tokens.json'),
    'line-order certain',
  ),
  // A few values in each other's place may be results, and so may be other values.
  path(
    [],
    'Python 3 (two values exchanged)',
    text('app/map.json', '{"a": 1, "b": 2, "c": 3}', '{"a": 2, "b": 1, "c": 3}'),
    'unknown-difference likely',
  ),
  path(
    [],
    'Python 3 (another number)',
    text('app/map.json', '{"a": 1, "b": 2, "c": 30}', '{"a": 2, "b": 1, "c": 31}'),
    'unknown-difference likely',
  ),
  path([42], 'perl 5.36 (hash)', file('app/keys.csv', 'keys.csv'), 'line-order certain'),
  path([43], 'six jobs of a shell', file('var/jobs.log', 'jobs.log'), 'line-order certain'),
  path([44], 'ls -U on tmpfs', file('app/folder.txt', 'folder.txt'), 'line-order certain'),
]

const machines: CauseCase[] = [
  path([62], 'nproc under taskset', file('etc/nginx/workers.conf', 'nproc.conf'), 'unknown-difference likely'),
  path([62], 'Python 3 under taskset', file('etc/cpus.json', 'cpus.json'), 'cpu-count likely'),
  path([62], '/proc/meminfo', file('etc/meminfo', 'meminfo.txt'), 'cpu-count likely'),
  path([63], 'uname -a, with setarch --uname-2.6', file('etc/built-on', 'uname.txt'), 'host-name certain'),
  path([63], 'uname -r, with setarch --uname-2.6', file('etc/kernel', 'release.txt'), 'unknown-difference likely'),
  path(
    [],
    'another word in the place of the host name',
    text('etc/x', 'built by buildkitsandbox for team red\n', 'built by ci-7 for team blue\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'versions of a kernel package',
    text('etc/x', 'linux-image-6.1.0-18-amd64\n', 'linux-image-6.1.0-21-amd64\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'another number of another thing',
    text('etc/x', 'replicas: 2\n', 'replicas: 4\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'processors and something else',
    text('etc/x', 'cpus: 2\nteam: red\n', 'cpus: 4\nteam: blue\n'),
    'unknown-difference likely',
  ),
]

const chance: CauseCase[] = [
  path([57], 'date', file('etc/built', 'date.txt'), 'build-time certain'),
  path([58], '/proc/sys/kernel/random/uuid', file('etc/id', 'uuid.txt'), 'random-token certain'),
  path([58], 'base64 of /dev/urandom', file('etc/nonce', 'token.txt'), 'random-token certain'),
]

export const cases: CauseCase[] = [...builds, ...programs, ...orders, ...machines, ...chance]
