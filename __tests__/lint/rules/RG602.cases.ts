import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const clean = {
  'main.py': '',
  'src/a.py': '',
  Dockerfile: '',
  '.github/workflows/ci.yml': '',
  '.env.example': '',
  'env/prod.yml': '',
  'build/make.sh': '',
}
const given = (...paths: string[]) => ({
  ignore: '',
  files: { ...clean, ...Object.fromEntries(paths.map(path => [path, ''])) },
})

export const cases = {
  found: [
    found('.git: an error', `${base}COPY «.» /app\n`, {
      ...given('.git/index', '.git/HEAD'),
      level: 'error',
      class: 'now',
      says: /`COPY \.` \(9 files, 0 B\) takes along `\.git` \(Git's own data\).*\n\.git$/s,
      fixedIgnore: '.git\n',
    }),
    found('.git by its name: it is wanted, so nothing is hidden', `${base}COPY --chown=1001:0 «.git» /app/.git\n`, {
      ...given('.git/index', '.git/logs/HEAD'),
      level: 'error',
      class: 'now',
      says: /`COPY \.git` \(2 files, 0 B\) takes Git's own data.*--mount=type=bind,source=\.git/s,
      fixedIgnore: '',
    }),
    found('of a submodule', `${base}COPY «.» /app\n`, { ...given('lib/x/.git'), fixedIgnore: '**/.git\n' }),
    found('.git that a RUN reads is not hidden by machine', `${base}COPY «.» /app\nRUN git -C /app describe\n`, {
      ...given('.git/index'),
      fixedIgnore: '',
    }),
    found('.git that a build tool reads', `${base}COPY «.» /app\n`, {
      ignore: '',
      files: { '.git/HEAD': '', 'pyproject.toml': 'requires = ["setuptools-scm"]' },
      fixedIgnore: '',
    }),
    found('not in Git: whatever its name, and only that', `${base}COPY «.» /app\n`, {
      ...given('data/a.csv', 'dist/x.js', 'old/b.log', 'new.log'),
      git: { tracked: { 'build/make.sh': 0o755, 'data/a.csv': 0o644, 'old/b.log': 0o644 } },
      says: /along `dist` \(a folder that is not in Git\), `new\.log` \(logs\)\./,
    }),
    found('what the Dockerfile names is not hidden by machine', `${base}COPY «.» /app\nRUN /app/.venv/bin/python\n`, {
      ...given('.venv/bin/python'),
      fixedIgnore: '',
    }),
    found('caches are hidden by machine', `${base}COPY «.» /app\n`, {
      ignore: 'x\n',
      files: { '.mypy_cache/a': '', 'b/.tox/c': '', 'Thumbs.db': '' },
      fixedIgnore: 'x\n**/.mypy_cache\n**/Thumbs.db\n**/.tox\n',
    }),
    found('how much, and the biggest', `${base}COPY «.» /app\n`, {
      ignore: '',
      files: { '.env': '', 'big/model.bin': 'x'.repeat(2_100_000), 'a.txt': 'x'.repeat(1000) },
      says: /3 files, 2\.1 MB, of it `big\/model\.bin` \(2\.1 MB\)/,
    }),
    found('.git of a worktree', `${base}COPY «.» /app\n`, { ...given('.git'), level: 'error' }),
    found('caches: a warning', `${base}COPY «.» /app\n`, {
      ...given('src/__pycache__/a.cpython-312.pyc', '.pytest_cache/x'),
      level: 'warning',
      class: 'machine',
      says: /__pycache__/,
    }),
    found('an environment of the machine', `${base}COPY «.» /app\n`, {
      ...given('.venv/bin/python'),
      says: /\*\*\/\.venv/,
    }),
    found('a folder of the context', `${base}COPY «src» /app\n`, {
      ...given('src/node_modules/x/i.js'),
      says: /node_modules/,
    }),
    found('notebooks', `${base}COPY «./» /app/\n`, given('nb/.ipynb_checkpoints/a.ipynb')),
    found('records of training', `${base}ADD «.» /app\n`, {
      ...given('wandb/run-1/x', 'mlruns/0/meta.yaml', 'lightning_logs/v/x'),
      says: /lightning_logs.*mlruns.*wandb/s,
    }),
    found('logs and settings', `${base}COPY «.» /app\n`, {
      ...given('train.log', '.env'),
      says: /\n\*\*\/\.env\n\*\*\/\*\.log$/,
    }),
    found('an environment by its mark', `${base}COPY «.» /app\n`, { ...given('venv/pyvenv.cfg'), says: /\*\*\/venv/ }),
    found('a build folder that Git ignores', `${base}COPY «.» /app\n`, {
      ignore: '',
      files: { ...clean, 'dist/app.js': '', '.gitignore': '/dist\n*.pt\n', 'm.pt': '' },
      says: /dist.*m\.pt/s,
    }),
    found('an installed project', `${base}COPY «.» /app\n`, given('x.egg-info/PKG-INFO')),
    found('--exclude of something else', `${base}COPY --exclude=*.md «.» /app\n`, given('.DS_Store')),
    found(
      'a builder whose copy is copied on',
      `FROM debian:12 AS b\nCOPY «.» /app\nFROM scratch\nCOPY --from=b /app /app\n`,
      given('.git/index'),
    ),
    found('without .dockerignore as well', `${base}COPY «.» /app\n`, {
      files: { 'a/__pycache__/x.pyc': '' },
      says: /new \.dockerignore/,
    }),
    found('JSON form', `${base}COPY «[".", "/app"]»\n`, given('.git/index')),
  ],
  silent: [
    silent('one file of .git', `${base}COPY .git/HEAD /app/\n`, given('.git/HEAD', '.git/index')),
    silent('part of the commit', `${base}COPY . /app\n`, {
      ...given('tests/x.log', 'wandb/a.py', '.idea/x', 'node_modules/y/z'),
      git: {
        tracked: {
          'build/make.sh': 0o755,
          'tests/x.log': 0o644,
          'wandb/a.py': 0o644,
          '.idea/x': 0o644,
          'node_modules/y/z': 0o644,
        },
      },
    }),
    silent('nothing of the kind', `${base}COPY . /app\n`, given()),
    silent('the context is not at hand', `${base}COPY . /app\n`),
    silent('single files', `${base}COPY main.py /app/\n`, given('.git/index', 'x.log')),
    silent('another folder', `${base}COPY src /app\n`, given('.git/index', '.venv/x')),
    silent(
      '--exclude',
      `${base}COPY --exclude=.git --exclude=**/__pycache__ . /app\n`,
      given('.git/index', 'a/__pycache__/x.pyc'),
    ),
    silent(
      'a builder of which a program is copied',
      `FROM golang:1.22 AS b\nCOPY . /src\nRUN go build -o /out/app\nFROM scratch\nCOPY --from=b /out/app /app\n`,
      given('.git/index'),
    ),
    silent('a folder called env', `${base}COPY . /app\n`, given('env/dev.yml')),
    silent('a data folder in Git', `${base}COPY . /app\n`, given('data/x.csv', 'checkpoints/a', 'dist/b', 'model.pt')),
    silent('a build folder that .gitignore brings back', `${base}COPY . /app\n`, {
      ignore: '',
      files: { 'dist/a': '', '.gitignore': 'dist\n!dist\n' },
    }),
    silent(
      'files of the project’s host',
      `${base}COPY . /app\n`,
      given('.github/x.yml', '.gitignore', '.gitattributes', '.dockerignore'),
    ),
    silent('from a stage', `FROM debian:12 AS b\n${base}COPY --from=b . /app\n`, given('.git/index')),
    silent('an example of settings', `${base}COPY . /app\n`, given('.env.example', '.env.sample')),
    silent(
      'names that only look alike',
      `${base}COPY . /app\n`,
      given('my.git/x', 'log/a.txt', 'src/venv.py', 'node_modules.md', 'pyc'),
    ),
    silent('Windows', `FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY . C:/app\n`, given('.git/index')),
    silent('ONBUILD takes from another context', `${base}ONBUILD COPY . /app\n`, given('.git/index')),
    silent('an unreachable stage', `FROM debian:12 AS b\nCOPY . /x\nFROM scratch\n`, given('.git/index')),
    silent('a bind mount', `${base}RUN --mount=type=bind,target=/src make -C /src\n`, given('.git/index')),
    silent('a pattern of files', `${base}COPY *.py /app/\n`, given('.git/index')),
  ],
}
