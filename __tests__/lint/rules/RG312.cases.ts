import { found, silent } from '../cases.ts'

const base = 'FROM python:3.12\n'
const hash = `--hash=sha256:${'4f'.repeat(32)}`
const cu = 'https://download.pytorch.org/whl/cu121'

export const cases = {
  found: [
    found('a second index', `${base}RUN pip install torch==2.2.0 --extra-index-url «${cu}»\n`, {
      level: 'notice',
      class: 'drift',
      says: /whichever index has the newest/,
    }),
    found('with =', `${base}RUN pip install «--extra-index-url=${cu}» torch\n`),
    found('pre-releases', `${base}RUN pip install «--pre» jax\n`, { says: /pre-releases/ }),
    found('-U of names', `${base}RUN pip install «-U» pip setuptools\n`, { says: /newest that day/ }),
    found('--upgrade of a file', `${base}COPY r.txt .\nRUN pip install «--upgrade» -r r.txt\n`, {
      files: { 'r.txt': 'numpy\n' },
    }),
    found('eager', `${base}RUN pip install --upgrade-strategy «eager» numpy==1.26.4\n`),
    found(
      'nightly builds',
      `${base}RUN pip install --index-url «https://download.pytorch.org/whl/nightly/cu121» torch\n`,
      {
        says: /nightly builds/,
      },
    ),
    found(
      'uv',
      `${base}RUN uv pip install --system --prerelease «allow» x && uv pip install --index-strategy «unsafe-best-match» y\n`,
    ),
    found('by the environment', `${base}ENV PIP_EXTRA_INDEX_URL=${cu}\nRUN «pip» install torch\n`, {
      says: /PIP_EXTRA_INDEX_URL/,
    }),
    found('one finding for all', `${base}RUN pip install «--pre» -U --extra-index-url ${cu} torch\n`, {
      says: /`--pre` .*; `-U` .*; `--extra-index-url` /,
    }),
    found('a nightly channel of conda', `${base}RUN conda install pytorch -c «pytorch-nightly»\n`),
    found('python -m pip', `${base}RUN python -m pip install «--pre» x\n`),
  ],
  silent: [
    silent('one index', `${base}RUN pip install --index-url ${cu} torch && pip install --no-cache-dir numpy\n`),
    silent('hashes are asked for', `${base}RUN pip install --require-hashes --extra-index-url ${cu} -r r.txt\n`),
    silent('hashes in the file', `${base}COPY r.txt .\nRUN pip install -U --extra-index-url ${cu} -r r.txt\n`, {
      files: { 'r.txt': `numpy==1 ${hash}\n` },
    }),
    silent('PIP_REQUIRE_HASHES', `${base}ENV PIP_REQUIRE_HASHES=1\nRUN pip install --pre -r r.txt\n`),
    silent('no index at all', `${base}RUN pip install --no-index -U --find-links=/wheels x\n`),
    silent('-U of exact versions', `${base}RUN pip install -U pip==24.0 setuptools==69.0.3\n`),
    silent('pip download without them', `${base}RUN pip download numpy\n`),
    silent('nothing is installed', `${base}RUN pip list --pre && pip install --dry-run -U x\n`),
    silent('apt', `${base}RUN apt-get install -y --upgrade x\n`),
    silent('only said', `${base}RUN echo pip install -U x\n`),
    silent('a channel of conda', `${base}RUN conda install -c pytorch -c conda-forge pytorch\n`),
    silent('a user', `${base}RUN pip install --user numpy --upgrade-strategy only-if-needed\n`),
  ],
}
