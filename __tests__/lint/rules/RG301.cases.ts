import { found, silent } from '../cases.ts'

const base = 'FROM python:3.12\n'
const hash = `--hash=sha256:${'4f'.repeat(32)}`
const copied = `${base}WORKDIR /app\nCOPY requirements.txt .\n`

export const cases = {
  found: [
    found('bare names: a warning', `${base}RUN pip install «numpy» pandas\n`, {
      level: 'warning',
      class: 'drift',
      says: /`numpy` and `pandas`.*--require-hashes/s,
    }),
    found('ranges', `${base}RUN pip install --no-cache-dir 'numpy==1.26.4' «'pandas>=2,<3'»\n`, {
      level: 'warning',
      says: /pandas>=2/,
    }),
    found('a wildcard is a range', `${base}RUN pip install «numpy==1.*»\n`, { level: 'warning' }),
    found('all exact: a notice', `${base}RUN pip install «numpy==1.26.4» 'uvicorn[standard]==0.30.0'\n`, {
      level: 'notice',
    }),
    found('pip3 by its path', `${base}RUN /opt/venv/bin/pip3.12 install -U «pip» setuptools\n`),
    found('python -m pip', `${base}RUN python3 -m pip --no-cache-dir install «numpy»\n`),
    found('uv pip', `${base}RUN uv pip install --system «numpy»\n`, { says: /uv pip install --require-hashes/ }),
    found(
      'behind options with values',
      `${base}RUN pip install --index-url https://x.test/simple -t /opt --timeout 100 «torch»\n`,
    ),
    found('pip download and wheel', `${base}RUN pip download -d /w «numpy» && pip wheel -w /w «scipy»\n`),
    found('requirements without hashes: exact', `${copied}RUN pip install -r «requirements.txt»\n`, {
      files: { 'requirements.txt': 'numpy==1.26.4\n# comment\npandas==2.2.1  # why\n' },
      level: 'notice',
      says: /numpy==1\.26\.4.*pandas==2\.2\.1/,
    }),
    found('requirements without hashes: ranges', `${copied}RUN pip install -r «requirements.txt»\n`, {
      files: { 'requirements.txt': 'numpy==1.26.4\npandas\n' },
      level: 'warning',
    }),
    found('some hashes missing', `${copied}RUN pip install -r «requirements.txt»\n`, {
      files: { 'requirements.txt': `numpy==1.26.4 \\\n    ${hash}\npandas==2.2.1\n` },
      level: 'error',
      says: /^.pandas==2\.2\.1. \(requirements\.txt:3\) has no hash/,
    }),
    found('a file that a file names', `${base}COPY req /req\nRUN pip install -r «/req/all.txt»\n`, {
      files: { 'req/all.txt': '-r base.txt\n', 'req/base.txt': 'numpy\n' },
    }),
    found(
      'the file in the word of the option',
      `${copied}RUN pip install «--requirement=requirements.txt» && pip install «-rrequirements.txt»\n`,
      {
        files: { 'requirements.txt': 'numpy\n' },
        level: 'warning',
        says: /version of `numpy`/,
      },
    ),
    found(
      'a bind mount',
      `${base}RUN --mount=type=bind,source=requirements.txt,target=/tmp/r.txt pip install -r «/tmp/r.txt»\n`,
      { files: { 'requirements.txt': 'numpy>1' }, level: 'warning' },
    ),
    found('a file by cd', `${base}COPY . /src\nRUN cd /src/api && pip install -r «requirements.txt»\n`, {
      files: { 'api/requirements.txt': 'numpy' },
      level: 'warning',
    }),
    found('a file we cannot read: a notice', `${base}RUN pip install -r «/tmp/requirements.txt»\n`, {
      level: 'notice',
      says: /could not read/,
    }),
    found('a file without the context', `${copied}RUN pip install -r «requirements.txt»\n`, {
      level: 'notice',
      says: /could not read/,
    }),
    found('a file by heredoc', `${base}COPY <<EOF /r.txt\nnumpy\nEOF\nRUN pip install -r «/r.txt»\n`, {
      level: 'warning',
    }),
    found('the dependencies of one’s own project', `${base}COPY . /src\nRUN pip install «/src»\n`, {
      level: 'warning',
      says: /the dependencies of `\/src`/,
    }),
    found('-e . with dependencies', `${base}RUN pip install -e «.[dev]»\n`, {
      says: /which version of the dependencies of `\.\[dev\]` to install/,
    }),
    found('what a project in a repository needs', `${base}RUN pip install «git+https://github.com/o/r@main» numpy\n`, {
      level: 'warning',
      says: /version of `numpy`, and of the dependencies of `git\+https:\/\/github\.com\/o\/r@main` to/,
    }),
    found(
      'what the archive of a commit needs',
      `${base}RUN pip install «https://github.com/o/r/archive/${'4f'.repeat(20)}.zip»\n`,
      {
        level: 'warning',
        says: /version of the dependencies of `https/,
      },
    ),
    found(
      'the same at a commit',
      `${base}RUN pip install -e «git+https://github.com/o/r@${'4f'.repeat(20)}#egg=r»\nRUN pip install «'r @ git+https://github.com/o/r@${'4f'.repeat(20)}'»\n`,
    ),
    found('behind the folder that an old pip builds in', `${base}RUN pip install --build /opt/b «x==1.2»\n`, {
      level: 'notice',
    }),
    found('-e of a folder whose name looks like a package', `${base}COPY . .\nRUN pip install -e «"python[all]"»\n`, {
      says: /the dependencies of `python\[all\]`/,
    }),
    found('ranges leave a choice', `${base}RUN uv pip install «"a>=1,<2"» b\n`, {
      says: /`a>=1,<2` and `b` leave the version open: uv takes the newest that fits that day, for what it depends on/,
    }),
    found('markers are not told', `${base}RUN pip install «'x>=1; python_version < "3.12"'»\n`, {
      says: /^`x>=1` leaves/,
    }),
    found('a lock file beside it, and other names', `${base}COPY . .\nRUN pip install «x» -e .\n`, {
      files: { 'pyproject.toml': '[project]\nname = "x"\n', 'uv.lock': 'version = 1\n' },
    }),
    found('without dependencies', `${base}RUN pip install --no-deps «x»\n`, {
      says: /which version of `x` to install: pip takes the newest of that day, so next week/,
    }),
    found('a version without dependencies', `${base}RUN pip install --no-deps «x==1»\n`, {
      says: /new files; hashes fix them/,
    }),
    found('constraints: a notice', `${base}RUN pip install -c constraints.txt «numpy»\n`, {
      level: 'notice',
      says: /constraints may fix the version/,
    }),
    found(
      'hashes that nobody computed, as tutorials have them',
      'FROM python:3.11-slim\nWORKDIR /app\nCOPY requirements.lock /app/requirements.lock\nRUN pip install --no-deps --require-hashes -r «requirements.lock»\n',
      {
        files: {
          'requirements.lock': `# requirements.lock (excerpt)\nnumpy==1.26.4 \\\n--hash=sha256:${'a'.repeat(64)} \\\n--hash=sha256:${'b'.repeat(64)}\npandas==2.2.1 \\\n--hash=sha256:${'c'.repeat(64)}\n`,
        },
        level: 'error',
        says: /`numpy==1\.26\.4` \(requirements\.lock:3\), `pandas==2\.2\.1` \(requirements\.lock:6\): nobody computed/,
      },
    ),
    found('one good hash, one to be replaced', `${copied}RUN pip wheel -w /w -r «requirements.txt»\n`, {
      files: { 'requirements.txt': `numpy==1.26.4 ${hash}\npandas==2.2.1 --hash=sha256:REPLACE_WITH_ACTUAL_HASH\n` },
      level: 'error',
      says: /`pandas==2\.2\.1` \(requirements\.txt:2\)/,
    }),
    found('a hash that is too short', `${copied}ENV PIP_REQUIRE_HASHES=1\nRUN pip install -r «requirements.txt»\n`, {
      files: { 'requirements.txt': 'numpy==1.26.4 --hash=sha256:4fde12ab\n' },
      level: 'error',
    }),
    found('hashes are asked for, and one has none', `${copied}RUN uv pip sync --require-hashes «requirements.txt»\n`, {
      files: { 'requirements.txt': `numpy==1.26.4 ${hash}\npandas==2.2.1\n` },
      level: 'error',
      says: /requirements\.txt:2/,
    }),
    found('constraints that do not name it', `${base}COPY . .\nRUN pip install -c c.txt «numpy» pandas\n`, {
      files: { 'c.txt': 'Pandas==2.2.1\n' },
      level: 'warning',
      says: /version of `numpy` to install/,
    }),
    found('constraints that name all', `${base}COPY . .\nRUN pip install -c c.txt «num_py» pandas\n`, {
      files: { 'c.txt': 'Pandas==2.2.1\nnum.py==1\n' },
      level: 'notice',
    }),
    found('constraints in a file', `${copied}COPY c.txt .\nRUN pip install -r «requirements.txt»\n`, {
      files: { 'requirements.txt': '-c c.txt\nnumpy\n', 'c.txt': 'numpy==1.26.4\n' },
      level: 'notice',
    }),
    found('what a project names, by uv', `${base}COPY . .\nRUN uv pip install -r «pyproject.toml»\n`, {
      files: { 'pyproject.toml': '[project]\nname = "x"\n' },
      level: 'warning',
      says: /the dependencies of `pyproject\.toml`/,
    }),
    found('one finding per command', `${base}RUN pip install «numpy» && pip install «scipy» pandas\n`),
    found('a wheel by address without hash', `${base}RUN pip install «https://example.com/x-1.0-py3-none-any.whl»\n`, {
      says: /the address is fixed, the file is not/,
      level: 'notice',
    }),
    found('JSON form', `${base}RUN ["pip", "install", «"numpy"»]\n`),
    found('sh -c and heredoc', `${base}RUN bash -c 'pip install «numpy»'\nRUN <<EOF\npip install «scipy»\nEOF\n`),
    found('|| true', `${base}RUN pip install «numpy» || true\n`),
  ],
  silent: [
    silent('a lock file beside it is not read: RG302 says so', `${base}COPY . .\nRUN uv pip install -e .\n`, {
      files: { 'pyproject.toml': '[project]\nname = "x"\n', 'uv.lock': 'version = 1\n' },
    }),
    silent('--require-hashes', `${base}RUN pip install --no-deps --require-hashes -r requirements.lock\n`),
    silent('every requirement hashed', `${copied}RUN pip install -r requirements.txt\n`, {
      files: {
        'requirements.txt': `--index-url https://x.test\nnumpy==1.26.4 \\\n    ${hash} \\\n    ${hash}\npandas==2.2.1 ; python_version > "3" ${hash}\n`,
      },
    }),
    silent('hashes are asked for, and are there', `${copied}RUN pip install --require-hashes -r requirements.txt\n`, {
      files: {
        'requirements.txt': `numpy==1.26.4 ${hash}\npandas==2.2.1 \\\n  --hash=sha512:${'4fe1'.repeat(32)} # why\n# --hash=sha256:aaaa\n`,
      },
    }),
    silent('the lock format of PEP 751', `${base}COPY . .\nRUN uv pip install -r pylock.toml\n`, {
      files: { 'pylock.toml': 'lock-version = "1.0"\n' },
    }),
    silent(
      'a file that the same image installed from before',
      `${base}RUN pip install --require-hashes -r /unread.txt\n`,
    ),
    silent('an empty file', `${copied}RUN pip install -r requirements.txt\n`, {
      files: { 'requirements.txt': '# nothing\n' },
    }),
    silent('PIP_REQUIRE_HASHES', `${base}ENV PIP_REQUIRE_HASHES=1\nRUN pip install -r x.txt\n`),
    silent('PIP_REQUIRE_HASHES on the command', `${base}RUN PIP_REQUIRE_HASHES=1 pip install -r x.txt\n`),
    silent('exported before', `${base}RUN export PIP_REQUIRE_HASHES=1 && pip install -r x.txt\n`),
    silent('local wheels', `${base}RUN pip install --no-index --find-links=/wheels -r /wheels/requirements.txt\n`),
    silent(
      'a wheel of one’s own',
      `${base}RUN pip install /w/y-1-py3-none-any.whl[x] && pip install ./dist/x-1.0-py3-none-any.whl /wheels/*.whl\n`,
    ),
    silent(
      'one’s own project without dependencies',
      `${base}RUN pip install --no-deps . && pip install --no-deps -e /src\n`,
    ),
    silent('an unknown version', `${base}ARG V\nRUN pip install "whisper==$V" torch==\${TORCH}\n`),
    silent('names that are not known', `${base}RUN pip install $PKGS $(cat x)\n`),
    silent(
      'version control is another rule, where it brings nothing along',
      `${base}RUN pip install --no-deps git+https://github.com/o/r@main -e git+https://github.com/o/r#egg=x\n`,
    ),
    silent(
      'a repository at a commit that is not known',
      `${base}ARG SHA\nRUN pip install git+https://github.com/o/r@$SHA\n`,
    ),
    silent(
      'fetched before the build',
      `${base}RUN . /cachi2/cachi2.env && pip install .\nRUN source /tmp/hermeto.env; pip install -e .[x] numpy\n`,
    ),
    silent(
      'the archive of a commit',
      `${base}RUN pip install --no-deps https://github.com/o/r/archive/${'4f'.repeat(20)}.zip\n`,
    ),
    silent('the folder that an old pip builds in', `${base}RUN pip install --no-deps --build /opt/b . -b /opt/c\n`),
    silent('an address with its hash', `${base}RUN pip install https://example.com/x.whl#sha256=${'4f'.repeat(32)}\n`),
    silent(
      'pipx and uv tool',
      `${base}RUN pipx install --python "$(which python)" "poetry==$V" && uv tool install ruff && uvx ruff\n`,
    ),
    silent(
      'nothing is installed',
      `${base}RUN pip --version && pip list && pip check && pip install --help && pip install --dry-run numpy && pip uninstall -y numpy\n`,
    ),
    silent(
      'the file of poetry export',
      `${base}COPY pyproject.toml poetry.lock ./\nRUN poetry export -f requirements.txt -o requirements.txt\nRUN pip install -r requirements.txt\n`,
    ),
    silent('only said', `${base}RUN echo pip install numpy && printf 'pip install scipy'\n`),
    silent('a comment', `${base}RUN true \\\n  # pip install numpy\n  && true\n`),
    silent(
      'a heredoc of another interpreter',
      `${base}RUN <<EOF python3\nimport os\nos.system("pip install numpy")\nEOF\n`,
    ),
    silent('an unreachable stage', `${base.replace('\n', ' AS b\n')}RUN pip install numpy\nFROM debian:12\n`),
    silent('apt packages with pip in their names', `${base}RUN apt-get install -y python3-pip=1\n`),
    silent('uv sync is another rule', `${base}RUN uv sync --frozen\n`),
  ],
}
