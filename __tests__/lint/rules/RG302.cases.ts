import { found, silent } from '../cases.ts'

const node = 'FROM node:22\nWORKDIR /app\n'
const python = 'FROM python:3.12\nWORKDIR /app\n'
const npmFiles = { 'package.json': '{}', 'package-lock.json': '{"lockfileVersion": 3, "packages": {}}' }
const uvFiles = { 'pyproject.toml': '', 'uv.lock': 'version = 1\n' }
const poetryFiles = { 'pyproject.toml': '', 'poetry.lock': '[metadata]\n' }

export const cases = {
  found: [
    found('npm: only package.json is copied', `${node}COPY package.json ./\nRUN «npm install»\nCOPY . .\n`, {
      files: npmFiles,
      level: 'warning',
      class: 'drift',
      says: /`package-lock\.json` stands beside `package\.json`.*on line 3/s,
      fixed: `${node}COPY package.json package-lock.json ./\nRUN npm install\nCOPY . .\n`,
    }),
    found('in a folder', `${node}COPY --chown=node:node ./web/package.json /app/\nRUN «npm install»\n`, {
      files: { 'web/package.json': '{}', 'web/package-lock.json': '{}' },
      fixed: `${node}COPY --chown=node:node ./web/package.json ./web/package-lock.json /app/\nRUN npm install\n`,
    }),
    found('JSON form of COPY: no edit', `${node}COPY ["package.json", "./"]\nRUN «npm install»\n`, { files: npmFiles }),
    found('copied only afterwards', `${python}COPY pyproject.toml .\nRUN «uv sync»\nCOPY . .\n`, { files: uvFiles }),
    found(
      'poetry',
      `${python}COPY pyproject.toml README.md ./\nRUN pip install poetry==1.8.3 && «poetry install» --no-root\n`,
      {
        files: { ...poetryFiles, 'README.md': '' },
        says: /poetry\.lock/,
        fixed: `${python}COPY pyproject.toml poetry.lock README.md ./\nRUN pip install poetry==1.8.3 && poetry install --no-root\n`,
      },
    ),
    found(
      'a bind mount of the manifest alone',
      `${python}RUN --mount=type=bind,source=pyproject.toml,target=pyproject.toml \\\n    «uv sync»\n`,
      {
        files: uvFiles,
      },
    ),
    found('kept out by the ignore file', `${node}COPY . .\nRUN «npm install»\n`, {
      files: { 'package.json': '{}' },
      ignored: ['package-lock.json'],
      ignore: '*.json\n!package.json\n',
      says: /`\.dockerignore` keeps it out/,
    }),
    found('kept out, and the command needs it', `${node}COPY package*.json ./\nRUN «npm ci»\n`, {
      files: { 'package.json': '{}' },
      ignored: ['package-lock.json'],
      ignore: 'package-lock.json\n',
      says: /needs it and stops/,
    }),
    found('pip does not read uv.lock', `${python}COPY . .\nRUN pip install «.»\n`, {
      files: uvFiles,
      says: /does not read it.*uv sync --locked/s,
    }),
    found('pip does not read poetry.lock', `${python}COPY . .\nRUN pip install --no-cache-dir -e «.[dev]»\n`, {
      files: poetryFiles,
      says: /poetry install/,
    }),
    found(
      'requirements.lock beside requirements.txt',
      `${python}COPY requirements.txt .\nRUN pip install -r «requirements.txt»\n`,
      {
        files: {
          'requirements.txt': 'numpy\n',
          'requirements.lock': `numpy==1.26.4 --hash=sha256:${'4f'.repeat(32)}\n`,
        },
      },
    ),
    found('pipenv --skip-lock', `${python}COPY Pipfile Pipfile.lock ./\nRUN «pipenv install» --system --skip-lock\n`, {
      files: { Pipfile: '', 'Pipfile.lock': '{"_meta": {}}' },
      says: /does not read it/,
    }),
    found(
      'conda solves the environment anew',
      `FROM mambaorg/micromamba:1\nCOPY . /env\nRUN micromamba create -y -f «/env/environment.yml»\n`,
      {
        files: { 'environment.yml': 'dependencies: [python]\n', 'conda-lock.yml': 'package:\n' },
      },
    ),
    found('the lock of another program', `${node}COPY package.json yarn.lock ./\nRUN «npm install»\n`, {
      files: { 'package.json': '{}', 'yarn.lock': '# yarn lockfile v1\n' },
      says: /lock file of Yarn/i,
    }),
    found('sh -c', `${node}COPY package.json .\nRUN sh -c '«npm install»'\n`, { files: npmFiles }),
  ],
  silent: [
    silent('both are copied', `${node}COPY package.json package-lock.json ./\nRUN npm install\n`, { files: npmFiles }),
    silent('by a pattern', `${node}COPY package*.json ./\nRUN npm install\n`, { files: npmFiles }),
    silent('a pattern for what may be missing', `${node}COPY package.json package-lock.json* ./\nRUN npm install\n`, {
      files: npmFiles,
    }),
    silent('all is copied', `${node}COPY . .\nRUN npm install\n`, { files: npmFiles }),
    silent(
      'bind mounts',
      `${python}RUN --mount=type=bind,source=uv.lock,target=uv.lock --mount=type=bind,source=pyproject.toml,target=pyproject.toml uv sync\n`,
      {
        files: uvFiles,
      },
    ),
    silent('a bind mount of all', `${python}RUN --mount=type=bind,target=. uv sync\n`, { files: uvFiles }),
    silent('by two COPYs', `${python}COPY uv.lock .\nCOPY pyproject.toml .\nRUN uv sync\n`, { files: uvFiles }),
    silent(
      'from another stage',
      `FROM node:22 AS a\nCOPY . /src\nFROM node:22\nWORKDIR /app\nCOPY --from=a /src /app\nRUN npm install\n`,
      {
        files: npmFiles,
      },
    ),
    silent(
      'the lock from another stage',
      `FROM node:22 AS a\nCOPY . /src\nFROM node:22\nWORKDIR /app\nCOPY package.json .\nCOPY --from=a /src/package-lock.json .\nRUN npm install\n`,
      {
        files: npmFiles,
      },
    ),
    silent(
      'copied in the stage below',
      `FROM node:22 AS a\nWORKDIR /app\nCOPY package.json package-lock.json ./\nFROM a\nRUN npm install\n`,
      {
        files: npmFiles,
      },
    ),
    silent('cloned', `${node}RUN git clone https://github.com/o/r . && npm install\n`, { files: npmFiles }),
    silent('an archive', `${node}ADD src.tar.gz /app\nRUN npm install\n`, { files: { ...npmFiles, 'src.tar.gz': '' } }),
    silent(
      'moved into place',
      `${node}COPY package.json .\nCOPY package-lock.json /tmp/\nRUN cp /tmp/package-lock.json . && npm install\n`,
      {
        files: npmFiles,
      },
    ),
    silent(
      'cargo chef writes the lock of its recipe',
      'FROM rust:1 AS a\nWORKDIR /app\nCOPY . .\nRUN cargo chef prepare\nFROM rust:1\nWORKDIR /app\nCOPY --from=a /app/recipe.json .\nRUN cargo chef cook --release --recipe-path recipe.json\nCOPY Cargo.toml .\nCOPY src src\nRUN cargo build --release\n',
      {
        files: { 'Cargo.toml': '', 'Cargo.lock': 'version = 4\n', 'src/main.rs': '' },
      },
    ),
    silent('another folder', `${node}COPY web/package.json .\nRUN npm install\n`, {
      files: { 'web/package.json': '{}', 'package-lock.json': '{}' },
    }),
    silent('an install that keeps to a lock we do not see', `${node}COPY package.json .\nRUN npm ci\n`, {
      files: npmFiles,
    }),
    silent('packages of the command line', `${node}COPY package.json .\nRUN npm install -g pnpm@9.1.0\n`, {
      files: npmFiles,
    }),
    silent('without the context', `${node}COPY package.json .\nRUN npm install\n`),
    silent('no lock at all', `${node}COPY package.json .\nRUN npm install\n`, { files: { 'package.json': '{}' } }),
    silent('a variable folder', `${node}ARG D\nCOPY package.json $D\nRUN cd $D && npm install\n`, { files: npmFiles }),
    silent('pip after uv sync', `${python}COPY . .\nRUN uv sync --locked && pip install .\n`, { files: uvFiles }),
    silent('pip without dependencies', `${python}COPY . .\nRUN pip install --no-deps .\n`, { files: uvFiles }),
    silent(
      'pip after an export',
      `${python}COPY . .\nRUN uv export --locked -o r.txt && pip install -r r.txt && pip install .\n`,
      {
        files: uvFiles,
      },
    ),
    silent('only said', `${node}COPY package.json .\nRUN echo npm install\n`, { files: npmFiles }),
    silent(
      'an unreachable stage',
      `FROM node:22 AS a\nWORKDIR /app\nCOPY package.json .\nRUN npm install\nFROM debian:12\n`,
      {
        files: npmFiles,
      },
    ),
  ],
}
