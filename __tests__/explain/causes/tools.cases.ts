import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { contentBudgets } from '../../../src/compare/content.ts'
import { compareLayer } from '../../../src/compare/layer.ts'
import { recogniseAll } from '../../../src/explain/inside.ts'
import type { Clock } from '../../../src/explain/values/time.ts'
import type { EntryDifference } from '../../../src/image/comparison.ts'
import { TarReader } from '../../../src/image/tar.ts'
import { causeOf, changed, only, opened, subjectOf } from '../subject.ts'
import type { CauseCase } from './cause-case.ts'

/** What fixtures/make-tools.sh made: for each group of tools the paths that two runs wrote, and when they ran. */
const folder = new URL('../fixtures/tools/', import.meta.url)
const clocks = JSON.parse(readFileSync(new URL('clock.json', folder), 'utf8')) as Record<string, Omit<Clock, 'epoch'>>

const side = (group: string, name: string) => async () => {
  const bytes = gunzipSync(readFileSync(new URL(`${group}.${name}.tgz`, folder)))
  return new TarReader(Readable.from([bytes]), group)
}

/** Every differing path with its causes: `path: id confidence`, a line each. */
async function causesIn(group: string): Promise<string> {
  const { entries } = await compareLayer(side(group, 'a'), side(group, 'b'), contentBudgets(), 1000)
  const all = await Promise.all(entries.map(opened))
  const windows = clocks[group]
  if (!windows) throw new Error(`fixtures/tools/clock.json does not know ${group}`)
  const told = all.map(own => {
    const others = all.filter(other => other !== own)
    const subject = { ...subjectOf(own, others), clock: { epoch: 1_700_000_000, ...windows } }
    const causes = recogniseAll(subject).map(
      ({ cause, recognition }) =>
        `${cause.id} ${recognition.follows ? `follows ${recognition.follows}` : recognition.confidence}`,
    )
    return `${own.path}: ${causes.join(', ')}`
  })
  return told.join('\n')
}

const group = (rows: number[], by: string, name: string, ...expected: string[]): CauseCase => ({
  rows,
  by,
  name: `all that differs in ${name}`,
  found: () => causesIn(name),
  expected: expected.join('\n'),
})

/** What has the shape of the causes that these tools showed, and is none of them. */
const alike = (name: string, own: () => EntryDifference, expected: string, others = (): EntryDifference[] => []) => ({
  rows: [],
  by: 'look-alike',
  name: `look-alike: ${name}`,
  found: () => causeOf(own(), others()),
  expected,
})

const unknown = 'unknown-difference likely'
const tensor = (...numbers: number[]): Buffer => Buffer.from(Float32Array.from(numbers).buffer)
const [digestA, digestB] = ['69432100ea5b24c10ff7', '10d1afeb644c26fbe772']
const [commitA, commitB] = ['a625406f6977d45c1391b078f4d3656e0b75bfcb', 'e4666a670f042877c67a84473a71675ee0950a08']

const lookAlikes: CauseCase[] = [
  alike(
    'two numbers that have not grown as the clock',
    () => changed('srv/x', '17.25 3.50\n', '18.75 3.50\n'),
    unknown,
  ),
  alike('two numbers of a model', () => changed('srv/accuracy', '0.91 0.87\n', '0.93 0.85\n'), unknown),
  alike(
    'a table of users',
    () => changed('srv/table', 'USER  AGE\nroot  17\n', 'USER  AGE\nroot  18\n'),
    'unknown-difference likely',
  ),
  alike('sizes of a configuration', () => changed('srv/limits', 'MemMax: 17 kB\n', 'MemMax: 18 kB\n'), unknown),
  alike('a folder of one side that is not the root', () => only('a', 'srv', { type: 'directory' }), unknown),
  alike('a file in the place of the root', () => only('b', '.', { type: 'file' }), unknown),
  alike(
    'a deleted file beside an opaque whiteout of the same side',
    () => only('a', 'srv/data/.wh.x'),
    'removed-file certain',
    () => [only('a', 'srv/data/.wh..wh..opq')],
  ),
  alike(
    'a deleted file beside an opaque whiteout of another folder',
    () => only('a', 'srv/data/.wh.x'),
    'removed-file certain',
    () => [only('b', 'srv/other/.wh..wh..opq')],
  ),
  alike(
    'a token of a source map that is not the name of its file',
    () => changed('srv/main.js.map', `{"id":"${digestA}"}`, `{"id":"${digestB}"}`),
    'random-token likely',
  ),
  alike(
    'the name of a file in what is no source map',
    () => changed('srv/main.json', `{"file":"main.${digestA}.js"}`, `{"file":"main.${digestB}.js"}`),
    'random-token likely',
  ),
  alike(
    'a few numbers without others beside them',
    () => changed('m.pt → m/data/1', tensor(0.25, 0.5), tensor(0.75, 1.5)),
    unknown,
  ),
  alike(
    'a few numbers beside a text',
    () => changed('m.pt → m/data/1', tensor(0.25, 0.5), tensor(0.75, 1.5)),
    unknown,
    () => [changed('m.pt → m/data/0', 'red', 'two')],
  ),
  alike(
    'an older copy of the users whose successor is the same',
    () => changed('etc/passwd-', 'a:x:1:1::/a:/bin/sh\n', 'b:x:1:1::/b:/bin/sh\n'),
    unknown,
  ),
  alike(
    'an older copy with a user that is gone',
    () => changed('etc/passwd-', 'c:x:3:3::/c:/bin/sh\n', 'b:x:2:2::/b:/bin/sh\n'),
    unknown,
    () => [
      changed(
        'etc/passwd',
        'a:x:1:1::/a:/bin/sh\nb:x:2:2::/b:/bin/sh\n',
        'b:x:1:1::/b:/bin/sh\na:x:2:2::/a:/bin/sh\n'.replace(/x:(\d)/g, 'x:$1'),
      ),
    ],
  ),
  alike(
    "a list of a revision's files where no revision moved",
    () => only('a', `models/tiny/.cache/huggingface/trees/${commitA}.json`, { size: 9 }),
    unknown,
    () => [
      changed(
        'models/tiny/.cache/huggingface/download/config.json.metadata',
        `${commitA}\ne1\n1795230005.25\n`,
        `${commitA}\ne1\n1795230075.5\n`,
      ),
      only('b', `srv/${commitB}.txt`, { size: 9 }),
    ],
  ),
]

export const cases: CauseCase[] = [
  ...lookAlikes,
  group(
    [22, 23],
    'conda 26.7 against a channel of a local server',
    'conda',
    'opt/conda/envs/app/conda-meta/created_at: build-time certain',
    'opt/conda/envs/app/conda-meta/history: conda-history certain',
    'opt/conda/pkgs/cache/71f435b6.info.json: package-cache certain',
    'opt/conda/pkgs/cache/93630f0f.info.json: package-cache certain',
    'opt/conda/pkgs/urls.txt: package-cache certain',
  ),
  group(
    [22, 23],
    'conda 26.7; the channel has a newer package for B',
    'conda_newer',
    'opt/conda/envs/app/conda-meta/history: conda-history likely',
    'opt/conda/pkgs/urls.txt: package-cache certain',
  ),
  group(
    [23],
    'py-rattler 0.28',
    'rattler',
    'root/.cache/rattler/cache/209b7fa8.info.json: package-cache certain',
    'root/.cache/rattler/cache/f084f4d5.shards-cache-v1: package-cache certain',
  ),
  group(
    [24],
    'huggingface_hub 2.4 against a local hub',
    'hub',
    'models/tiny/.cache/huggingface/download/config.json.metadata: package-cache certain',
    'models/tiny/.cache/huggingface/download/model.bin.metadata: package-cache certain',
  ),
  group(
    [24, 61],
    'huggingface_hub 2.4; main is another commit for B',
    'hub_moved',
    'models/tiny/.cache/huggingface/download/config.json.metadata: hub-revision certain',
    'models/tiny/.cache/huggingface/download/model.bin.metadata: hub-revision certain',
    'models/tiny/.cache/huggingface/trees/a625406f6977d45c1391b078f4d3656e0b75bfcb.json: hub-revision follows models/tiny/.cache/huggingface/download/config.json.metadata',
    'models/tiny/.cache/huggingface/trees/e4666a670f042877c67a84473a71675ee0950a08.json: hub-revision follows models/tiny/.cache/huggingface/download/config.json.metadata',
    'models/tiny/model.bin: hub-revision follows models/tiny/.cache/huggingface/download/model.bin.metadata',
    'root/.cache/huggingface/hub/.locks/models--org--tiny/48590404a00a5a3c2c14f5ba42f9c9709f8c6dab.lock: package-cache certain',
    'root/.cache/huggingface/hub/.locks/models--org--tiny/b695c9598738536648ace708eb40b9628878b7c9.lock: package-cache certain',
    'root/.cache/huggingface/hub/models--org--tiny/blobs/48590404a00a5a3c2c14f5ba42f9c9709f8c6dab: hub-revision follows root/.cache/huggingface/hub/models--org--tiny/refs/main',
    'root/.cache/huggingface/hub/models--org--tiny/blobs/b695c9598738536648ace708eb40b9628878b7c9: hub-revision follows root/.cache/huggingface/hub/models--org--tiny/refs/main',
    'root/.cache/huggingface/hub/models--org--tiny/refs/main: hub-revision certain',
    'root/.cache/huggingface/hub/models--org--tiny/snapshots/a625406f6977d45c1391b078f4d3656e0b75bfcb: hub-revision follows root/.cache/huggingface/hub/models--org--tiny/refs/main',
    'root/.cache/huggingface/hub/models--org--tiny/snapshots/a625406f6977d45c1391b078f4d3656e0b75bfcb/config.json: hub-revision follows root/.cache/huggingface/hub/models--org--tiny/refs/main',
    'root/.cache/huggingface/hub/models--org--tiny/snapshots/a625406f6977d45c1391b078f4d3656e0b75bfcb/model.bin: hub-revision follows root/.cache/huggingface/hub/models--org--tiny/refs/main',
    'root/.cache/huggingface/hub/models--org--tiny/snapshots/e4666a670f042877c67a84473a71675ee0950a08: hub-revision follows root/.cache/huggingface/hub/models--org--tiny/refs/main',
    'root/.cache/huggingface/hub/models--org--tiny/snapshots/e4666a670f042877c67a84473a71675ee0950a08/config.json: hub-revision follows root/.cache/huggingface/hub/models--org--tiny/refs/main',
    'root/.cache/huggingface/hub/models--org--tiny/snapshots/e4666a670f042877c67a84473a71675ee0950a08/model.bin: hub-revision follows root/.cache/huggingface/hub/models--org--tiny/refs/main',
    'root/.cache/huggingface/hub/models--org--tiny/trees/a625406f6977d45c1391b078f4d3656e0b75bfcb.json: hub-revision follows root/.cache/huggingface/hub/models--org--tiny/refs/main',
    'root/.cache/huggingface/hub/models--org--tiny/trees/e4666a670f042877c67a84473a71675ee0950a08.json: hub-revision follows root/.cache/huggingface/hub/models--org--tiny/refs/main',
  ),
  group(
    [24],
    'pip 23.2 with a cache',
    'pip',
    'root/.cache/pip/http/1/c/f/1/e/1cf1e8dc43765b42b9bdbb753465ecdee76652a36f31b3a2778045d7: package-cache certain',
    'root/.cache/pip/http/5/5/9/6/c/5596cf9e7b37dc9978f1fd6e80eb72f30bd6a5500e0fd010d5192f64: package-cache certain',
  ),
  group(
    [20, 61],
    'pip 23.2 from a branch that moved',
    'pip_git',
    'opt/site/tiny/__init__.py: unknown-difference likely',
    'opt/site/tiny-1.0.dist-info/RECORD: pip-metadata follows opt/site/tiny-1.0.dist-info/direct_url.json',
    'opt/site/tiny-1.0.dist-info/direct_url.json: pip-metadata certain',
  ),
  group([24], 'matplotlib 3.11', 'matplotlib', 'root/.cache/matplotlib/fontlist-v3.11.0.json: package-cache certain'),
  group(
    [24],
    'Maven 3.8 against Maven Central',
    'maven',
    'root/.m2/repository/commons-codec/commons-codec/1.16.0/_remote.repositories: package-cache certain',
    'root/.m2/repository/commons-io/commons-io/2.13.0/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/apache/26/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/apache/29/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/apache/30/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/apache/31/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/commons/commons-lang3/3.13.0/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/commons/commons-parent/58/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/maven/enforcer/enforcer/3.4.1/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/maven/enforcer/enforcer-api/3.4.1/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/maven/enforcer/enforcer-rules/3.4.1/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/maven/maven-parent/36/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/maven/maven-parent/39/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/maven/maven-parent/40/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/maven/plugins/maven-enforcer-plugin/3.4.1/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/maven/plugins/maven-plugins/36/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/maven/plugins/maven-plugins/39/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/maven/plugins/maven-remote-resources-plugin/3.1.0/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache/maven/plugins/maven-site-plugin/3.12.1/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/apache-extras/beanshell/bsh/2.0b6/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/codehaus/plexus/plexus/10/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/codehaus/plexus/plexus-utils/3.5.1/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/eclipse/aether/aether/1.0.0.v20140518/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/eclipse/aether/aether-api/1.0.0.v20140518/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/eclipse/aether/aether-util/1.0.0.v20140518/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/junit/junit-bom/5.10.0/_remote.repositories: package-cache certain',
    'root/.m2/repository/org/junit/junit-bom/5.9.3/_remote.repositories: package-cache certain',
  ),
  group(
    [25],
    'npm 11',
    'npm',
    'root/.npm/_logs/2026-11-21T12_27_16_397Z-debug-0.log: npm-cache certain',
    'root/.npm/_logs/2026-11-21T12_27_20_832Z-debug-0.log: npm-cache certain',
  ),
  group([26], 'yarn 1.22 under Node 20 and 22', 'yarn', 'app/node_modules/.yarn-integrity: node-modules-state certain'),
  group(
    [57],
    'webpack 5 with DefinePlugin, a source map and html-webpack-plugin',
    'webpack',
    'srv/index.html: hashed-name follows srv/js/main.e304eedba1c995121199.js',
    'srv/js/main.14a2a46b7f37d8deaff0.js: hashed-name follows srv/js/main.e304eedba1c995121199.js',
    'srv/js/main.14a2a46b7f37d8deaff0.js.map: hashed-name follows srv/js/main.e304eedba1c995121199.js.map',
    'srv/js/main.e304eedba1c995121199.js: build-time certain',
    'srv/js/main.e304eedba1c995121199.js.map: hashed-name likely',
  ),
  group(
    [45],
    'XGBoost 3.2, JSON and UBJSON',
    'xgboost',
    'models/model.json: unseeded-numbers likely',
    'models/model.ubj: unknown-difference likely',
  ),
  group(
    [45],
    'torch.save and torch.jit.save of PyTorch 1.13 in two builds',
    'torch',
    'models/model.pt: unseeded-numbers likely',
    'models/script.pt: unseeded-numbers likely, line-order certain',
  ),
  group(
    [61],
    'gcc 12.2, served as the latest release and fetched by curl',
    'release',
    'usr/local/bin/server: changed-download likely',
  ),
  group(
    [12],
    'OpenSSL 3.0 and ssh-keygen of OpenSSH 9.2',
    'openssl',
    'etc/ssl/dh.pem: generated-key certain',
    'etc/ssl/dhx.pem: generated-key certain',
    'etc/ssl/own.crt: generated-key certain',
    'etc/ssl/own.csr: generated-key certain',
    'etc/ssl/own.key: generated-key certain',
    'etc/ssl/own.p7b: generated-key certain',
    'etc/ssl/own_ssh: generated-key certain',
    'etc/ssl/own_ssh.pub: generated-key certain',
  ),
  group(
    [41],
    'cythonize of Cython 3.3 in a folder of mktemp (the first 100 kB)',
    'cython',
    'opt/mod.c: random-token likely',
  ),
  group([41, 57], 'datamodel-code-generator 0.89', 'generator', 'srv/item.py: build-time certain'),
  group(
    [38],
    'nvcc 13.5 and g++ 12.2',
    'cuda',
    'opt/infer.o: elf-build-path certain',
    'opt/libinfer.so: elf-build-path certain',
  ),
  group(
    [38],
    'nvcc 13.5 --objdir-as-tempdir in a folder of mktemp',
    'cuda_folder',
    'opt/infer.o: elf-build-path likely',
    'opt/libinfer.so: elf-build-path likely',
  ),
  group([], 'nvcc 13.5 --objdir-as-tempdir in a fixed folder, as the fix says', 'cuda_fixed'),
  group([56], 'ilasm of Mono 6.8 in two builds', 'mono', 'app/Hello.exe: dotnet-mvid certain'),
  group(
    [],
    'nbconvert 7.17 and papermill 2.7',
    'notebook',
    'srv/paper.ipynb: notebook-run certain',
    'srv/plain.ipynb: notebook-run certain',
    'srv/report.ipynb: notebook-run likely',
  ),
  group(
    [],
    'MLflow 3.17',
    'mlflow',
    'root/.config/mlflow/telemetry.json: build-time likely',
    'srv/mlruns/0/9e2c1eba5d3643738639692b2af4d338: tracking-run certain',
    'srv/mlruns/0/9e2c1eba5d3643738639692b2af4d338/artifacts: tracking-run certain',
    'srv/mlruns/0/9e2c1eba5d3643738639692b2af4d338/meta.yaml: tracking-run certain',
    'srv/mlruns/0/9e2c1eba5d3643738639692b2af4d338/metrics: tracking-run certain',
    'srv/mlruns/0/9e2c1eba5d3643738639692b2af4d338/metrics/loss: tracking-run certain',
    'srv/mlruns/0/9e2c1eba5d3643738639692b2af4d338/params: tracking-run certain',
    'srv/mlruns/0/9e2c1eba5d3643738639692b2af4d338/params/depth: tracking-run certain',
    'srv/mlruns/0/9e2c1eba5d3643738639692b2af4d338/tags: tracking-run certain',
    'srv/mlruns/0/9e2c1eba5d3643738639692b2af4d338/tags/mlflow.runName: tracking-run certain',
    'srv/mlruns/0/9e2c1eba5d3643738639692b2af4d338/tags/mlflow.source.name: tracking-run certain',
    'srv/mlruns/0/9e2c1eba5d3643738639692b2af4d338/tags/mlflow.source.type: tracking-run certain',
    'srv/mlruns/0/9e2c1eba5d3643738639692b2af4d338/tags/mlflow.user: tracking-run certain',
    'srv/mlruns/0/f520abbaf79947598a0eae8ed5e899de: tracking-run certain',
    'srv/mlruns/0/f520abbaf79947598a0eae8ed5e899de/artifacts: tracking-run certain',
    'srv/mlruns/0/f520abbaf79947598a0eae8ed5e899de/meta.yaml: tracking-run certain',
    'srv/mlruns/0/f520abbaf79947598a0eae8ed5e899de/metrics: tracking-run certain',
    'srv/mlruns/0/f520abbaf79947598a0eae8ed5e899de/metrics/loss: tracking-run certain',
    'srv/mlruns/0/f520abbaf79947598a0eae8ed5e899de/params: tracking-run certain',
    'srv/mlruns/0/f520abbaf79947598a0eae8ed5e899de/params/depth: tracking-run certain',
    'srv/mlruns/0/f520abbaf79947598a0eae8ed5e899de/tags: tracking-run certain',
    'srv/mlruns/0/f520abbaf79947598a0eae8ed5e899de/tags/mlflow.runName: tracking-run certain',
    'srv/mlruns/0/f520abbaf79947598a0eae8ed5e899de/tags/mlflow.source.name: tracking-run certain',
    'srv/mlruns/0/f520abbaf79947598a0eae8ed5e899de/tags/mlflow.source.type: tracking-run certain',
    'srv/mlruns/0/f520abbaf79947598a0eae8ed5e899de/tags/mlflow.user: tracking-run certain',
    'srv/mlruns/0/meta.yaml: tracking-run certain',
  ),
  group([59], 'two builds', 'mktemp', 'opt/cfg.81LfdA: renamed-file certain', 'opt/cfg.9ZOw4Z: renamed-file certain'),
  group([63], 'two builds with BUILDKIT_SANDBOX_HOSTNAME', 'hostname', 'etc/built-by: host-name certain'),
  group([64], 'two builds, one with a warm cache mount', 'cache', 'app/runs: unknown-difference likely'),
  group([79], 'two builds on two networks, one with --add-host', 'hosts', 'srv/root/hosts: container-file certain'),
  group(
    [79],
    'a build of Docker 28.5, and one of BuildKit 0.25 with name servers of its own',
    'resolver',
    'srv/root/etc/mtab: container-file certain',
    'srv/root/etc/resolv.conf: container-file certain',
  ),
  group(
    [79, 80],
    'procps 4.0 and the kernel in two builds',
    'machine',
    'srv/state/df: process-leftover likely',
    'srv/state/free: process-leftover likely',
    'srv/state/mounts: container-file certain',
    'srv/state/proc-interrupts: process-leftover likely',
    'srv/state/proc-loadavg: process-leftover certain',
    'srv/state/proc-meminfo: process-leftover certain',
    'srv/state/proc-net-dev: process-leftover likely',
    'srv/state/proc-self-cgroup: container-file certain',
    'srv/state/proc-self-maps: process-leftover certain',
    'srv/state/proc-self-stat: process-leftover certain',
    'srv/state/proc-self-status: process-leftover certain',
    'srv/state/proc-stat: process-leftover certain',
    'srv/state/proc-uptime: process-leftover certain',
    'srv/state/ps-aux: process-leftover likely',
    'srv/state/ps-ef: process-leftover likely',
    'srv/state/top: process-leftover likely',
    'srv/state/up: process-leftover likely',
    'srv/state/vmstat: process-leftover likely',
  ),
  group(
    [8],
    'two builds: useradd of shadow 4.13, in two orders',
    'home',
    'etc/group: user-ids certain',
    'etc/group-: user-ids follows etc/group',
    'etc/gshadow: user-ids certain',
    'etc/gshadow-: user-ids follows etc/gshadow',
    'etc/passwd: user-ids certain',
    'etc/passwd-: user-ids follows etc/passwd',
    'etc/shadow: user-ids certain',
    'etc/shadow-: user-ids follows etc/shadow',
    'etc/subgid: user-ids certain',
    'etc/subgid-: user-ids follows etc/subgid',
    'etc/subuid: user-ids certain',
    'etc/subuid-: user-ids follows etc/subuid',
    'home/app: user-ids follows etc/passwd',
    'home/app/.bash_logout: user-ids follows etc/passwd',
    'home/app/.bashrc: user-ids follows etc/passwd',
    'home/app/.profile: user-ids follows etc/passwd',
    'home/web: user-ids follows etc/passwd',
    'home/web/.bash_logout: user-ids follows etc/passwd',
    'home/web/.bashrc: user-ids follows etc/passwd',
    'home/web/.profile: user-ids follows etc/passwd',
  ),
  group(
    [12, 57, 58],
    'fontTools 4, onnx 1, safetensors, node, gpg 2, openssl, `time -p`',
    'stamps',
    'etc/nginx/htpasswd: random-token certain',
    'models/named.onnx: unknown-difference likely',
    'models/saved.safetensors: build-time certain',
    'opt/time.txt: elapsed-time likely',
    'root/gnupg/private-keys-v1.d/35934CB3BB9B63B989D288C2A5CF4289A6E66527.key: generated-key likely',
    'root/gnupg/private-keys-v1.d/9C2A148E1C375E65AC334920F6669BC028A099C8.key: hashed-name follows root/gnupg/private-keys-v1.d/35934CB3BB9B63B989D288C2A5CF4289A6E66527.key',
    'srv/icons.ttf: build-time likely',
    'srv/state.v8: build-time certain',
  ),
  group(
    [80],
    'two builds: postfix 3.7, killed',
    'pidfile',
    'var/lib/postfix/master.lock: process-leftover likely',
    'var/spool/postfix/pid/master.pid: process-leftover certain',
  ),
]
