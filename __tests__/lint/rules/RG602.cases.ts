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
      says: /`\.git` \(Git's own data\).*\n\.git$/s,
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
      says: /\n\.env\n\*\*\/\*\.log$/,
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
    silent('an unreachable stage', `FROM debian:12 AS b\nCOPY . /x\nFROM scratch\n`, given('.git/index')),
    silent('a bind mount', `${base}RUN --mount=type=bind,target=/src make -C /src\n`, given('.git/index')),
    silent('a pattern of files', `${base}COPY *.py /app/\n`, given('.git/index')),
  ],
}
