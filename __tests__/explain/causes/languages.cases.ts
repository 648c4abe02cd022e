import { recogniseCause } from '../../../src/explain/causes.ts'
import type { Clock } from '../../../src/explain/values/time.ts'
import type { EntryDifference } from '../../../src/image/comparison.ts'
import { changed, changedHeader, clock, fixture, only, subjectOf } from '../subject.ts'
import type { CauseCase } from './cause-case.ts'
import { path } from './cause-case.ts'
import { real } from './own-clock.ts'

const file = (name: string, at: string) => (): EntryDifference => {
  const { a, b } = fixture(`languages/${name}`)
  return changed(at, a, b)
}
const day = 24 * 3600 * 1000
const text = (at: string, a: string, b: string) => (): EntryDifference => changed(at, a, b)

const numpy = 'NumPy 2.4'
const sklearn = 'scikit-learn 1.9'

const reflog = (commit: string, what: string): string =>
  `${'0'.repeat(40)} ${commit} A <a@example.org> 1795230005 +0000\t${what}\n`

const models: CauseCase[] = [
  path([45], numpy, file('weights.npy', 'models/weights.npy'), 'unseeded-numbers likely'),
  path([45], numpy, file('split.npy', 'data/split.npy'), 'unseeded-numbers certain'),
  path([45], sklearn, file('sgd.pkl', 'models/sgd.pkl'), 'unseeded-numbers likely'),
  path([45, 47], `${sklearn}, joblib 1.6`, file('sgd.joblib', 'models/sgd.joblib'), 'unseeded-numbers likely'),
  path([47], 'joblib 1.6, compress=3', file('sgd.zlib.joblib', 'models/sgd.zlib.joblib'), 'unseeded-numbers likely'),
  path([45, 47], `${sklearn}, joblib 1.6`, file('forest.joblib', 'models/forest.joblib'), 'unseeded-numbers likely'),
  path([45], 'safetensors 0.8', file('model.safetensors', 'models/model.safetensors'), 'unseeded-numbers likely'),
  path([45], 'onnx 1.23', file('model.onnx', 'models/model.onnx'), 'unseeded-numbers likely'),
  path([45], 'h5py 3.16', file('model.h5', 'models/model.h5'), 'unseeded-numbers likely'),
  path([45], 'pyarrow 26', file('sample.parquet', 'data/sample.parquet'), 'unseeded-numbers likely'),
  path([45], numpy, file('sample.csv', 'data/sample.csv'), 'unseeded-numbers likely'),
  path([45], 'Python 3.11', file('metrics.json', 'models/metrics.json'), 'unseeded-numbers likely'),
  path([45], 'Python 3.11', file('ids.pkl', 'data/ids.pkl'), 'unseeded-numbers certain'),
  path([46], numpy, file('sums.npy', 'data/sums.npy'), 'float-rounding certain'),
  path([46], numpy, file('sums32.npy', 'data/sums32.npy'), 'float-rounding certain'),
  path([46], 'Python 3.11', file('sums.pkl', 'data/sums.pkl'), 'float-rounding certain'),
  path([46], 'Python 3.11', file('sums.json', 'data/sums.json'), 'float-rounding certain'),
  path([47], 'Python 3.11', file('vocab.pkl', 'data/vocab.pkl'), 'pickle-order certain'),
  path([47], 'Python 3.11, protocol 2', file('labels.pkl', 'data/labels.pkl'), 'pickle-order certain'),
  path([], 'Python 3.11', file('when.pkl', 'data/when.pkl'), 'build-time certain'),
]

const bytecode: CauseCase[] = [
  path(
    [19],
    'marshal of Python 3.11',
    file('references.pyc', 'app/__pycache__/model.cpython-311.pyc'),
    'pyc-content certain',
  ),
  path(
    [19],
    'marshal of Python 3.11',
    file('folder.pyc', 'app/__pycache__/model.cpython-311.pyc'),
    'pyc-content certain',
  ),
  path(
    [19],
    'py_compile of Python 3.9',
    file('sets.pyc', 'app/__pycache__/model.cpython-39.pyc'),
    'pyc-content certain',
  ),
  path(
    [],
    'marshal of Python 3.11',
    file('other.pyc', 'app/__pycache__/model.cpython-311.pyc'),
    'unknown-difference likely',
  ),
]

const databases: CauseCase[] = [
  path([48], 'SQLite 3', file('runs.sqlite', 'data/runs.sqlite'), 'sqlite-time certain'),
  path([48], 'SQLite 3', file('freed.sqlite', 'data/freed.sqlite'), 'sqlite-freed certain'),
  path([], 'SQLite 3', file('tokens.sqlite', 'data/tokens.sqlite'), 'random-token likely'),
]

const dist = 'usr/lib/python3/dist-packages/ranker-1.0.dist-info'
const gems = 'var/lib/gems/3.1.0'
const gemspec = `${gems}/specifications/fastgem-0.1.0.gemspec`
const nextDay: Clock = { ...clock, b: { startedAt: clock.b.startedAt + day, endedAt: clock.b.endedAt + day } }
const site = 'usr/local/lib/R/site-library/tinyr'

const torch: CauseCase[] = [
  path([46], `${numpy}, as torch.save stores it`, file('rounded', 'm.pt → m/data/0'), 'float-rounding likely'),
  path([57], 'Python 3.11', file('naive.pkl', 'models/naive.pkl'), 'build-time likely'),
  path([57], 'Python 3.11', file('meta.pkl', 'models/meta.pkl'), 'build-time likely'),
]

const version: CauseCase[] = [
  path(
    [17],
    'py_compile of Python 3.11',
    () => changed('srv/__pycache__/version.cpython-311.pyc', fixture('version.pyc').a, fixture('version.pyc').b),
    'pyc-timestamp certain',
  ),
  path(
    [18],
    'py_compile of Python 3.11, sources of another day',
    file('dated.pyc', 'app/__pycache__/version.cpython-311.pyc'),
    'pyc-timestamp certain',
  ),
  path(
    [17],
    'py_compile of Python 3.11, of a source that differs',
    file('changed.pyc', 'srv/__pycache__/version.cpython-311.pyc'),
    'pyc-timestamp certain',
    () => [file('changed.py', 'srv/version.py')()],
  ),
]

const sqlite = 'SQLite 3'
const notFreed: CauseCase[] = [
  path(
    [],
    `${sqlite}: another text, on pages behind the row's own`,
    file('long.sqlite', 'data/long.sqlite'),
    'unknown-difference likely',
  ),
  path(
    [],
    `${sqlite}: a table WITHOUT ROWID`,
    file('rowless.sqlite', 'data/rowless.sqlite'),
    'unknown-difference likely',
  ),
]

const installers: CauseCase[] = [
  real([20], 'pip 23', 'direct_url.json', `${dist}/direct_url.json`, 'pip-metadata certain'),
  real([21], 'uv', 'uv_cache.json', `${dist}/uv_cache.json`, 'uv-cache certain'),
  real([20, 21], 'uv', 'uv-RECORD', `${dist}/RECORD`, 'pip-metadata certain', () => [
    file('uv_cache.json', `${dist}/uv_cache.json`)(),
    file('direct_url.json', `${dist}/direct_url.json`)(),
  ]),
  real([], 'uv: RECORD alone', 'uv-RECORD', `${dist}/RECORD`, 'pip-metadata likely'),
  real([25], 'npm 10', 'npm-index', 'root/.npm/_cacache/index-v5/0a/0b/cdef', 'npm-cache certain'),
  real([26], 'pnpm 9', 'modules.yaml', 'app/node_modules/.modules.yaml', 'node-modules-state certain'),
  real([26], 'pnpm 9', 'pnpm-index.json', 'srv/.pnpm-store/v3/files/ab/cd-index.json', 'node-modules-state certain'),
  real([27], 'git 2.39', 'git-index', 'opt/repo/.git/index', 'git-index certain'),
  real([27], 'git 2.39', 'git-HEAD', 'opt/repo/.git/logs/HEAD', 'git-moved certain'),
  real([27, 61], 'git 2.39', 'git-FETCH_HEAD', 'opt/repo/.git/FETCH_HEAD', 'git-moved certain'),
  real([27, 61], 'git 2.39', 'git-packed-refs', 'opt/repo/.git/packed-refs', 'git-moved certain'),
  real([28], 'git 2.39, COPY . .', 'git-index', 'app/.git/index', 'git-index certain'),
  real([31], 'jar of OpenJDK 17', 'MANIFEST.MF', 'app/classes/META-INF/MANIFEST.MF', 'java-build-info certain'),
  real([31], 'jar of OpenJDK 17', 'MANIFEST.MF', 'app/x.jar → META-INF/MANIFEST.MF', 'java-build-info certain'),
  real(
    [54],
    'Properties.store of OpenJDK 17',
    'pom.properties',
    'app/META-INF/maven/g/a/pom.properties',
    'java-build-info certain',
  ),
  real(
    [55],
    'RubyGems 3.3',
    'gem_make.out',
    `${gems}/extensions/x86_64-linux/3.1.0/fastgem-0.1.0/gem_make.out`,
    'ruby-gem certain',
  ),
  real([55], 'RubyGems 3.3', 'gem-Makefile', `${gems}/gems/fastgem-0.1.0/ext/fastgem/Makefile`, 'ruby-gem certain'),
  real([55], 'RubyGems 3.3', 'fastgem.gem', `${gems}/cache/fastgem-0.1.0.gem`, 'ruby-gem likely'),
  // One day is no proof when both builds ran on it.
  {
    rows: [55],
    by: 'RubyGems 3.3 under faketime, a day apart',
    name: gemspec,
    found: () => {
      const { cause, recognition } = recogniseCause({ ...subjectOf(file('day.gemspec', gemspec)()), clock: nextDay })
      return `${cause.id} ${recognition.confidence}`
    },
    expected: 'ruby-gem certain',
  },
  path(
    [],
    'RubyGems 3.3 under faketime, held against two builds of one day',
    file('day.gemspec', gemspec),
    'unknown-difference likely',
  ),
  real([53], 'R 4.2', 'r-DESCRIPTION', `${site}/DESCRIPTION`, 'r-package certain'),
  real([53], 'R 4.2', 'r-package.rds', `${site}/Meta/package.rds`, 'r-package certain', () => [
    file('r-DESCRIPTION', `${site}/DESCRIPTION`)(),
  ]),
]

const commitA = 'a625406f6977d45c1391b078f4d3656e0b75bfcb'
const commitB = 'e4666a670f042877c67a84473a71675ee0950a08'
const hub = 'root/.cache/huggingface/hub/models--org--tiny'
const notebook = (id: string, time: string, source: string): string =>
  JSON.stringify({
    cells: [
      {
        cell_type: 'code',
        execution_count: 1,
        id,
        metadata: { execution: { 'iopub.execute_input': time } },
        outputs: [],
        source: [source],
      },
    ],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  })

/** ELF-shaped files of one server. */
const program = (version: string, size: number): string =>
  `\x7fELF\x02\x01\x01${'\0'.repeat(9)}${'\x90\x01'.repeat(size)}\0server version v${version} (linux/amd64)\0`

const bundled = (token: string, time: string): EntryDifference['content'] => {
  const { content } = changed('x', '', `var t="${time}"\n//# sourceMappingURL=main.${token}.js.map\n`)
  return content
}
const [tokenA, tokenB] = ['0596d964b0c857fcc2a5', 'a32af3edf9cde71c4713']
const bundle = (
  side: 'a' | 'b',
  content = bundled(side === 'a' ? tokenA : tokenB, side === 'a' ? '2026-11-21T03:00:05Z' : '2026-11-21T03:01:15Z'),
): EntryDifference => {
  const sample = content?.b
  const empty = { size: 0, head: Buffer.alloc(0), whole: true, tail: Buffer.alloc(0) }
  const own = only(side, `srv/js/main.${side === 'a' ? tokenA : tokenB}.js`, { size: sample?.size ?? 0 })
  return { ...own, content: sample ? { a: empty, b: empty, runs: [], complete: true, [side]: sample } : null }
}

const names: CauseCase[] = [
  path(
    [],
    'look-alike: a page of a bundle that is not here',
    text('srv/index.html', `<script src="/js/main.${tokenA}.js">`, `<script src="/js/main.${tokenB}.js">`),
    'random-token likely',
  ),
]

/** Near misses: what must not be taken for a cause. */
const lookAlikes: CauseCase[] = [
  path(
    [],
    'look-alike: another model of the same name',
    text('models/notes.pkl', 'not a pickle', 'no pickle at all'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: prices',
    text('data/prices.csv', 'a,1.25\nb,2.50\n', 'a,1.35\nb,2.50\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: one measured number',
    text('data/place.json', '{"lat": 52.52001}', '{"lat": 52.53123}'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: times of another year',
    text('data/t.txt', 'at 1600000001.123456\n', 'at 1600000002.123456\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: a version',
    text('data/VERSION', 'model 1.23456\n'.replace('1.23456', '1.2.3'), 'model 1.2.4\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: times with a fraction are no rounding',
    text('data/t.json', '{"t": 1795230005.25}', '{"t": 1795230075.5}'),
    'build-time certain',
  ),
  path(
    [],
    'look-alike: numbers beside other words',
    text('models/metrics.json', '{"loss": 0.7221690, "by": "anna"}', '{"loss": 0.2942158, "by": "boris"}'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: a pickle of another class',
    () =>
      changed(
        'm.pkl',
        '\x80\x04\x95\x0a\0\0\0\0\0\0\0\x8c\x05alpha\x94.',
        '\x80\x04\x95\x0a\0\0\0\0\0\0\0\x8c\x05bravo\x94.',
      ),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: a cache of the program itself',
    text('opt/app/.cache/state', 'alpha', 'bravo'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: a file called RECORD',
    text('opt/RECORD', 'a,b\nc,d\n', 'a,b\nc,e\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: RECORD with another file',
    text(`${dist}/RECORD`, 'a.py,sha256=x,1\n', 'b.py,sha256=x,1\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: direct_url.json of another kind',
    text(
      `${dist}/direct_url.json`,
      '{"url": "https://x/y", "vcs_info": {"vcs": "git"}}',
      '{"url": "https://x/y", "vcs_info": {"vcs": "hg"}}',
    ),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: a notebook with other code',
    text('app/report.ipynb', notebook('b01b471c', 't', 'x = 1'), notebook('b01b471c', 't', 'x = 2')),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: no notebook',
    text('app/report.ipynb', '{"cells": 1}', '{"cells": 2}'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: DESCRIPTION with another version',
    text(`${site}/DESCRIPTION`, 'Package: tinyr\nVersion: 0.1\n', 'Package: tinyr\nVersion: 0.2\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: DESCRIPTION of something else',
    text('opt/DESCRIPTION', 'Built: blue\n', 'Built: red\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: a Makefile of a gem with another flag',
    text(`${gems}/gems/x-1/ext/x/Makefile`, 'CFLAGS = -O2\n', 'CFLAGS = -O3\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: a gem whose time on one side is no number',
    text(
      `${gems}/cache/x-1.gem`,
      `${'metadata.gz'.padEnd(136, '\0')}14700000000`,
      `${'metadata.gz'.padEnd(136, '\0')}soon`,
    ),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: a gemspec with another version',
    text(`${gems}/specifications/x.gemspec`, 's.version = "1"\n', 's.version = "2"\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: a property that is no note',
    text('app/app.properties', 'colour=red\n', 'colour=blue\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: a manifest with another class',
    text('app/META-INF/MANIFEST.MF', 'Main-Class: A\n', 'Main-Class: B\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: PE without .NET',
    () => changed('app/x.exe', `MZ${'\0'.repeat(200)}a`, `MZ${'\0'.repeat(200)}b`),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: FETCH_HEAD of one commit',
    text('opt/r/.git/FETCH_HEAD', `${commitA}\tx\n`, `${commitA}\ty\n`),
    'git-index certain',
  ),
  path(
    [],
    'look-alike: a commit made in the build',
    text('opt/r/.git/refs/heads/main', `${commitA}\n`, `${commitB}\n`),
    'git-index certain',
  ),
  path(
    [],
    'look-alike: a tag on a commit made in the build, after a stash',
    text('opt/r/.git/packed-refs', `${commitA} refs/tags/v1\n`, `${commitB} refs/tags/v1\n`),
    'git-index certain',
    () => [
      text(
        'opt/r/.git/logs/HEAD',
        reflog(commitA, 'commit (initial): x') + reflog(commitA, 'reset: moving to HEAD'),
        reflog(commitB, 'commit (initial): x') + reflog(commitB, 'reset: moving to HEAD'),
      )(),
    ],
  ),
  path(
    [],
    'look-alike: a clone of a folder of the image',
    text('opt/c/.git/logs/HEAD', reflog(commitA, 'clone: from /repo'), reflog(commitB, 'clone: from /repo')),
    'git-index certain',
  ),
  path(
    [],
    'look-alike: a clone of a folder of the image by its address',
    text('opt/c/.git/logs/HEAD', reflog(commitA, 'clone: from file:///r'), reflog(commitB, 'clone: from file:///r')),
    'git-index certain',
  ),
  path(
    [],
    'look-alike: a commit made in a clone of a server whose commit was the same',
    text(
      'opt/c/.git/logs/HEAD',
      reflog(commitA, 'clone: from https://h.example/r.git') + reflog(commitA, 'commit: mine'),
      reflog(commitA, 'clone: from https://h.example/r.git') + reflog(commitB, 'commit: mine'),
    ),
    'git-index certain',
  ),
  path(
    [],
    'look-alike: fetched from a folder of the image',
    text('opt/c/.git/FETCH_HEAD', `${commitA}\t\tbranch 'main' of /repo\n`, `${commitB}\t\tbranch 'main' of /repo\n`),
    'git-index certain',
  ),
  path(
    [27],
    'git 2.39: references of a clone from a server',
    file('git-own-packed-refs', 'opt/c/.git/packed-refs'),
    'git-moved certain',
    () => [file('git-own-HEAD', 'opt/c/.git/logs/HEAD')()],
  ),
  path(
    [57],
    'json.dump of Python 3.11: a score, a duration, an ID and a time in one line',
    file('report.json', 'models/metrics.json'),
    'build-time likely',
  ),
  path(
    [],
    'look-alike: a JSON of one line without a time',
    text('models/metrics.json', '{"n": 3, "kind": "alpha"}', '{"n": 4, "kind": "beta"}'),
    'unknown-difference likely',
  ),
  path([], 'look-alike: refs elsewhere', text('opt/refs/main', `${commitA}\n`, `${commitB}\n`), 'random-token likely'),
  path(
    [],
    'look-alike: blobs without a moved reference',
    () => only('a', `${hub}/blobs/aa`, { size: 9 }),
    'unknown-difference likely',
  ),
  path([], 'look-alike: a run without an ID', text('mlruns/readme', 'alpha', 'bravo'), 'unknown-difference likely'),
  path(
    [],
    'look-alike: history of something else',
    text('opt/conda-meta/history', 'alpha', 'bravo'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: history without a date',
    text('opt/conda/conda-meta/history', '+a-1\n', '+a-2\n'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: a package that another build of node has',
    text('app/node_modules/x/index.js', 'alpha', 'bravo'),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: programs of one size',
    () => changed('usr/local/bin/server', program('2.1.0', 900), program('2.2.0', 900)),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: programs without a version',
    () => changed('usr/local/bin/x', `\x7fELF${'a'.repeat(90)}`, `\x7fELF${'b'.repeat(99)}`),
    'unknown-difference likely',
  ),
  path(
    [],
    'look-alike: header of a database with other rows',
    text('data/x.db', `SQLite format 3\0${'a'.repeat(600)}`, `SQLite format 3\0${'b'.repeat(600)}`),
    'unknown-difference likely',
  ),
  path([], 'look-alike: a bundle of one side', () => bundle('a'), 'unknown-difference likely'),
  path(
    [],
    'look-alike: only the mode of a model',
    () => changedHeader('models/weights.npy', ['mode'], { mode: 0o644 }, { mode: 0o664 }),
    'header-mode certain',
  ),
]

export const cases: CauseCase[] = [
  ...models,
  ...bytecode,
  ...databases,
  ...notFreed,
  ...torch,
  ...version,
  ...installers,
  ...names,
  ...lookAlikes,
]
