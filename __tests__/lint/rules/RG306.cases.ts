import { found, silent } from '../cases.ts'

const python = 'FROM python:3.12\nWORKDIR /app\n'
const copied = `${python}COPY pyproject.toml uv.lock ./\n`
const files = { 'pyproject.toml': '', 'uv.lock': 'version = 1\n' }

export const cases = {
  found: [
    found('uv sync', `${copied}RUN «uv sync» --no-dev\n`, {
      files,
      level: 'warning',
      class: 'drift',
      says: /uv sync --locked/,
      fixed: `${copied}RUN uv sync --locked --no-dev\n`,
    }),
    found(
      'uv sync without the context',
      `${python}COPY . .\nRUN --mount=type=cache,target=/root/.cache/uv «uv sync»\n`,
    ),
    found(
      'uv sync behind an option, continued',
      `${copied}RUN uv --version \\\n  && «/bin/uv --no-cache sync» \\\n    --no-dev\n`,
      {
        files,
        fixed: `${copied}RUN uv --version \\\n  && /bin/uv --no-cache sync --locked \\\n    --no-dev\n`,
      },
    ),
    found('JSON form', `${copied}RUN [«"uv"», "sync", "--no-dev"]\n`, {
      files,
      fixed: `${copied}RUN ["uv", "sync", "--locked", "--no-dev"]\n`,
    }),
    found('in a heredoc and in sh -c', `${copied}RUN <<EOF\n«uv sync»\nEOF\nRUN sh -c "«uv sync» -q"\n`, {
      files,
      fixed: `${copied}RUN <<EOF\nuv sync --locked\nEOF\nRUN sh -c "uv sync --locked -q"\n`,
    }),
    found('uv sync --upgrade', `${copied}RUN «uv sync» --upgrade\n`, { files, says: /Run it outside of the build/ }),
    found('uv lock and uv add', `${copied}RUN «uv lock» && «uv add» numpy\n`, { files }),
    found('UV_FROZEN=0', `${copied}ENV UV_FROZEN=0\nRUN «uv sync»\n`, { files }),
    found('pdm install', `${python}COPY pyproject.toml pdm.lock ./\nRUN «pdm install» --prod\n`, {
      files: { 'pyproject.toml': '', 'pdm.lock': '[metadata]\n' },
      fixed: `${python}COPY pyproject.toml pdm.lock ./\nRUN pdm install --frozen-lockfile --prod\n`,
    }),
    found('pipenv install', `${python}COPY Pipfile* ./\nRUN «python3 -m pipenv install» --system\n`, {
      files: { Pipfile: '', 'Pipfile.lock': '{"_meta":{}}' },
      fixed: `${python}COPY Pipfile* ./\nRUN python3 -m pipenv install --deploy --system\n`,
    }),
    found('pipenv install of a name', `${python}RUN «pipenv install» requests\n`),
    found(
      'poetry lock, add, update',
      `${python}COPY . .\nRUN «poetry lock» --no-update && «poetry add» gunicorn && «poetry update»\n`,
      {
        says: /in no commit/,
      },
    ),
    found('pipx', `${python}RUN pipx install «poetry»\n`, { says: /poetry==1\.2\.3/ }),
    found('pipx with a range and an option', `${python}RUN pipx install --python "$(which python)" «'poetry>=1.8'»\n`),
    found('uv tool install, uvx', `${python}RUN uv tool install «ruff» && uvx «black» --check -q x==1\n`),
    found('uvx --from', `${python}RUN uvx --from «jupyter-core» jupyter --version\n`),
    found('@latest', `${python}RUN uvx «ruff@latest» check\n`),
    found('python -m pipx', `${python}RUN python -m pipx install «nox»\n`),
    found('upgrades', `${python}RUN pipx upgrade «poetry» && «pipx upgrade-all» && «uv self update»\n`),
    found('a plugin of poetry', `${python}RUN poetry self add «poetry-plugin-export»\n`),
  ],
  silent: [
    silent('uv sync --locked, --frozen', `${copied}RUN uv sync --locked && uv sync --no-dev --frozen\n`, { files }),
    silent('UV_FROZEN, UV_LOCKED', `${copied}ENV UV_FROZEN=1\nRUN uv sync\nRUN UV_LOCKED=1 uv sync\n`, { files }),
    silent('UV_LOCKED exported', `${copied}RUN export UV_LOCKED=true; uv sync\n`, { files }),
    silent('no lock: that is RG303', `${python}COPY pyproject.toml .\nRUN uv sync\n`, {
      files: { 'pyproject.toml': '' },
    }),
    silent('lock not copied: that is RG302', `${python}COPY pyproject.toml .\nRUN uv sync\n`, { files }),
    silent('one or the other', `${copied}RUN if [ -f uv.lock ]; then uv sync --locked; else uv sync; fi\n`, { files }),
    silent(
      'other actions of uv',
      `${copied}RUN uv venv && uv python install 3.12 && uv pip install x && uv run app && uv cache clean && uv sync --help && uv lock --check\n`,
      {
        files,
      },
    ),
    silent(
      'pdm sync, pdm install --frozen-lockfile',
      `${python}COPY . .\nRUN pdm sync && pdm install --frozen-lockfile && pdm install --check\n`,
    ),
    silent('PDM_FROZEN_LOCKFILE', `${python}COPY . .\nENV PDM_FROZEN_LOCKFILE=1\nRUN pdm install\n`),
    silent(
      'pipenv sync, --deploy',
      `${python}COPY . .\nRUN pipenv sync && pipenv install --system --deploy && pipenv install --ignore-pipfile\n`,
    ),
    silent(
      'poetry install keeps to its lock',
      `${python}COPY . .\nRUN poetry install --no-root --only main && poetry check --lock && poetry lock --check\n`,
    ),
    silent(
      'poetry config and others',
      `${python}RUN poetry config virtualenvs.create false && poetry build && poetry run x && poetry export -o r.txt\n`,
    ),
    silent(
      'versions',
      `${python}RUN pipx install poetry==1.8.3 && uv tool install ruff==0.5.0 && uvx ruff@0.5.0 check && uvx --from 'jupyter-core==5.7.2' jupyter\n`,
    ),
    silent(
      'own code',
      `${python}RUN pipx install . && uv tool install ./dist/x-1.0-py3-none-any.whl && uv tool install git+https://x.test/r\n`,
    ),
    silent(
      'a version in a variable',
      `${python}RUN pipx install "poetry==$POETRY_VERSION" && pipx install poetry\${V} && uv tool install $TOOL\n`,
    ),
    silent('pip is another rule', `${python}RUN pip install uv poetry pipx\n`),
    silent('only said', `${copied}RUN echo uv sync && printf 'pipx install x'\n`, { files }),
    silent('a comment', `${copied}RUN true \\\n  # uv sync\n  && true\n`, { files }),
    silent('an unreachable stage', `FROM python:3.12 AS a\nRUN pipx install poetry\nFROM debian:12\n`),
  ],
}
