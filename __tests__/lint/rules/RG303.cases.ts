import { found, silent } from '../cases.ts'

const python = 'FROM python:3.12\nWORKDIR /app\n'
const node = 'FROM node:22\nWORKDIR /app\n'
const good = 'sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945'
const uvLock = (hash: string): string => `version = 1

[[package]]
name = "numpy"
version = "1.26.4"
source = { registry = "https://pypi.org/simple" }
sdist = { url = "https://files.test/numpy.tar.gz", hash = "${good}", size = 1 }
wheels = [
    { url = "https://files.test/numpy.whl"${hash}, size = 1 },
]

[[package]]
name = "app"
version = "0.1.0"
source = { editable = "." }
`
const poetryLock = (files: string): string => `[[package]]
name = "numpy"
version = "1.26.4"
optional = false
files = [
${files}]

[[package]]
name = "mine"
version = "0.1"
files = []

[package.source]
type = "git"
url = "https://git.test/mine"

[metadata]
lock-version = "2.0"
`
const old = (hash: string): string => `[[package]]
name = "numpy"
version = "1.26.4"

[metadata]
lock-version = "1.1"

[metadata.files]
numpy = [
    {file = "numpy.whl", hash = "${hash}"},
]
other = []
`

export const cases = {
  found: [
    found('poetry, no lock anywhere', `${python}COPY . .\nRUN «poetry install»\n`, {
      files: { 'pyproject.toml': '' },
      level: 'warning',
      class: 'drift',
      says: /no `poetry\.lock` beside it/,
    }),
    found('npm', `${node}COPY package.json package-lock.json* ./\nRUN «npm install»\n`, {
      files: { 'package.json': '{}' },
    }),
    found('uv sync', `${python}COPY pyproject.toml .\nRUN «uv sync»\n`, { files: { 'pyproject.toml': '' } }),
    found('pipenv', `${python}COPY Pipfile .\nRUN «pipenv install» --system\n`, { files: { Pipfile: '' } }),
    found('pixi', `FROM ghcr.io/prefix-dev/pixi:0.30\nWORKDIR /app\nCOPY pixi.toml .\nRUN «pixi install»\n`, {
      files: { 'pixi.toml': '' },
    }),
    found(
      'without the context: only the manifest is copied',
      `${python}COPY pyproject.toml README.md ./\nRUN «poetry install»\n`,
      {
        says: /copied without `poetry\.lock`/,
      },
    ),
    found('the first command of several', `${python}COPY . .\nRUN «poetry install» --no-root\nRUN poetry install\n`, {
      files: { 'pyproject.toml': '' },
    }),
    found('one name at two places of an old package-lock.json', 'FROM node:20\nCOPY . .\nRUN «npm ci»\n', {
      files: {
        'package.json': '{}',
        'package-lock.json': JSON.stringify({
          lockfileVersion: 1,
          dependencies: Object.fromEntries(
            ['a', 'b'].map(name => [
              name,
              { version: '1.0.0', integrity: `sha512-${'x'.repeat(86)}==`, dependencies: { c: { version: '5.0.0' } } },
            ]),
          ),
        }),
      },
      says: /2 packages without a hash: `c` \(2 of them\)\./,
    }),
    found('a uv.lock without a hash', `${python}COPY . .\nRUN «uv sync» --locked\n`, {
      files: { 'pyproject.toml': '', 'uv.lock': uvLock('') },
      level: 'error',
      says: /1 package without a hash: `numpy` \(uv\.lock:9\)/,
    }),
    found('a wheel for Linux without a hash', `${python}COPY . .\nRUN «uv sync» --locked\n`, {
      files: {
        'pyproject.toml': '',
        'uv.lock': `${uvLock(`, hash = "${good}"`)}\n[[package]]\nname = "torch"\nversion = "1"\nsource = { registry = "https://download.pytorch.org/whl/cu130" }\nwheels = [\n    { url = "https://x.test/torch-1-cp313-manylinux_2_28_x86_64.whl", upload-time = "2026-07-08T12:26:52Z" },\n    { url = "https://x.test/torch-1-cp313-win_amd64.whl", upload-time = "2026-07-08T12:26:52Z" },\n]\n`,
      },
      says: /1 package without a hash: `torch`/,
    }),
    found('a uv.lock with a hash nobody computed', `${python}COPY . .\nRUN «uv sync» --frozen\n`, {
      files: { 'pyproject.toml': '', 'uv.lock': uvLock(`, hash = "sha256:${'a'.repeat(64)}"`) },
      level: 'error',
      says: /nobody computed: `numpy` \(uv\.lock:9\)/,
    }),
    found('poetry.lock: no files', `${python}COPY . .\nRUN «poetry install»\n`, {
      files: { 'pyproject.toml': '', 'poetry.lock': poetryLock('') },
      level: 'error',
      says: /`numpy` \(poetry\.lock:1\)/,
    }),
    found('poetry.lock: a placeholder', `${python}COPY . .\nRUN «poetry install»\n`, {
      files: { 'pyproject.toml': '', 'poetry.lock': poetryLock('    {file = "n.whl", hash = "sha256:REPLACE_ME"},\n') },
      level: 'error',
      says: /poetry\.lock:6/,
    }),
    found('poetry.lock of before: a placeholder', `${python}COPY . .\nRUN «poetry install»\n`, {
      files: { 'pyproject.toml': '', 'poetry.lock': old(`sha256:${'0'.repeat(64)}`) },
      level: 'error',
      says: /`numpy` \(poetry\.lock:10\)/,
    }),
    found('pdm.lock', `${python}COPY . .\nRUN «pdm sync»\n`, {
      files: {
        'pyproject.toml': '',
        'pdm.lock': '[metadata]\n\n[[package]]\nname = "x"\nversion = "1"\nfiles = [\n    {file = "x.whl"},\n]\n',
      },
      level: 'error',
      says: /`x` \(pdm\.lock:7\)/,
    }),
    found('Pipfile.lock', `${python}COPY Pipfile Pipfile.lock ./\nRUN «pipenv sync»\n`, {
      files: {
        Pipfile: '',
        'Pipfile.lock': `{
  "_meta": {"hash": {"sha256": "x"}},
  "default": {
    "numpy": {
      "hashes": ["sha256:${'b'.repeat(64)}"],
      "index": "pypi", "version": "==1.26.4"
    },
    "pandas": {
      "version": "==2.2.1"
    },
    "mine": {"git": "https://git.test/x", "ref": "main"}
  }
}`,
      },
      level: 'error',
      says: /`numpy` \(Pipfile\.lock:5\); and 1 package without a hash: `pandas` \(Pipfile\.lock:8\)/,
    }),
    found('pixi.lock', `FROM ghcr.io/prefix-dev/pixi:0.30\nCOPY . /app\nWORKDIR /app\nRUN «pixi install» --locked\n`, {
      files: {
        'pixi.toml': '',
        'pixi.lock':
          'version: 6\nenvironments:\n  default:\n    packages:\n      linux-64:\n      - conda: https://x.test/linux-64/a-1-0.conda\npackages:\n- conda: https://x.test/linux-64/a-1-0.conda\n  size: 1\n- pypi: ./\n  name: mine\n',
      },
      level: 'error',
      says: /`a-1-0\.conda` \(pixi\.lock:8\)/,
    }),
  ],
  silent: [
    silent('a good uv.lock', `${python}COPY . .\nRUN uv sync --locked\n`, {
      files: { 'pyproject.toml': '', 'uv.lock': uvLock(`, hash = "${good}"`) },
    }),
    silent('a wheel for Windows without a hash', `${python}COPY . .\nRUN uv sync --locked\n`, {
      files: {
        'pyproject.toml': '',
        'uv.lock': `${uvLock(`, hash = "${good}"`)}\n[[package]]\nname = "torchvision"\nversion = "1"\nsource = { registry = "https://download.pytorch.org/whl/cu130" }\nwheels = [\n    { url = "https://x.test/torchvision-1-cp313-manylinux_2_28_x86_64.whl", hash = "${good}" },\n    { url = "https://x.test/torchvision-1-cp313-win_amd64.whl", upload-time = "2026-07-08T12:26:52Z" },\n]\n`,
      },
    }),
    silent('a package that no platform of uv.lock wants', `${python}COPY . .\nRUN uv sync --locked\n`, {
      files: {
        'pyproject.toml': '',
        'uv.lock': `${uvLock(`, hash = "${good}"`)}\n[[package]]\nname = "x"\nversion = "1"\nsource = { registry = "https://pypi.org/simple" }\n`,
      },
    }),
    silent('a good poetry.lock', `${python}COPY . .\nRUN poetry install\n`, {
      files: { 'pyproject.toml': '', 'poetry.lock': poetryLock(`    {file = "n.whl", hash = "${good}"},\n`) },
    }),
    silent('a good poetry.lock of before', `${python}COPY . .\nRUN poetry install\n`, {
      files: { 'pyproject.toml': '', 'poetry.lock': old(good) },
    }),
    silent('a lock that is not copied is RG302', `${python}COPY pyproject.toml .\nRUN poetry install\n`, {
      files: { 'pyproject.toml': '', 'poetry.lock': '' },
    }),
    silent('kept out by the ignore file is RG302', `${python}COPY . .\nRUN poetry install\n`, {
      files: { 'pyproject.toml': '' },
      ignored: ['poetry.lock'],
    }),
    silent('without the context, lock named', `${python}COPY pyproject.toml poetry.lock* ./\nRUN poetry install\n`),
    silent('without the context, all copied', `${python}COPY . .\nRUN poetry install\n`),
    silent('without the context, a folder', `${python}COPY app /app\nRUN poetry install\n`),
    silent('without the context, a pattern', `${node}COPY package*.json ./\nRUN npm install\n`),
    silent('the manifest is not from the context', `${python}RUN git clone https://x.test/r . && poetry install\n`, {
      files: { 'pyproject.toml': '' },
    }),
    silent('an archive', `${python}ADD https://x.test/r.tar.gz /app/\nRUN poetry install\n`, { files: {} }),
    silent('a frozen install stops by itself', `${python}COPY . .\nRUN uv sync --frozen\n`, {
      files: { 'pyproject.toml': '' },
    }),
    silent('the lock of the workspace', `FROM python:3.12\nCOPY . /src\nWORKDIR /src/app\nRUN uv sync\n`, {
      files: { 'app/pyproject.toml': '', 'uv.lock': 'version = 1\n', 'pyproject.toml': '' },
    }),
    silent('a lock made in the build is another finding', `${python}COPY . .\nRUN poetry lock && poetry install\n`, {
      files: { 'pyproject.toml': '' },
    }),
    silent('pip is RG301', `${python}COPY . .\nRUN pip install -r requirements.txt && pip install .\n`, {
      files: { 'pyproject.toml': '', 'requirements.txt': 'numpy' },
    }),
    silent(
      'other actions',
      `${python}COPY . .\nRUN poetry --version && poetry config virtualenvs.create false && uv venv && pdm config x y\n`,
      {
        files: { 'pyproject.toml': '' },
      },
    ),
    silent('a lock that is none', `${python}COPY . .\nRUN poetry install\n`, {
      files: { 'pyproject.toml': '', 'poetry.lock': 'nonsense' },
    }),
    silent('only said', `${python}COPY . .\nRUN echo poetry install\n`, { files: { 'pyproject.toml': '' } }),
  ],
}
