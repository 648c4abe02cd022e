import { found, silent } from '../cases.ts'

const base = 'FROM python:3.12\n'
const install = 'pip install --require-hashes -r r.txt'

export const cases = {
  found: [
    found(
      'an ENV of an ARG that does not reach the stage is empty',
      `ARG SOURCE_DATE_EPOCH=1700000000\n${base}ENV SOURCE_DATE_EPOCH=«\${SOURCE_DATE_EPOCH}»\nRUN «pip» install x==1\n`,
      {
        says: /before FROM does not reach.*SOURCE_DATE_EPOCH is set to nothing/,
        fixed: `ARG SOURCE_DATE_EPOCH=1700000000\n${base}ARG SOURCE_DATE_EPOCH\nENV SOURCE_DATE_EPOCH=\${SOURCE_DATE_EPOCH}\nRUN pip install x==1\n`,
      },
    ),
    found(
      'a label too: once for a stage, the others named',
      `ARG SOURCE_DATE_EPOCH=1\n${base}LABEL a=b created="«»\${SOURCE_DATE_EPOCH}"\nENV T=$SOURCE_DATE_EPOCH\n`.replace(
        '"«»${SOURCE_DATE_EPOCH}"',
        '«"${SOURCE_DATE_EPOCH}"»',
      ),
      { says: /and in the ENV in line 4.*the label created has no value/ },
    ),
    found('in a command', `ARG SOURCE_DATE_EPOCH\n${base}RUN touch -d «"@$SOURCE_DATE_EPOCH"» /x\n`, {
      says: /touch is given nothing/,
      fixed: `ARG SOURCE_DATE_EPOCH\n${base}ARG SOURCE_DATE_EPOCH\nRUN touch -d "@$SOURCE_DATE_EPOCH" /x\n`,
    }),
    found('in a label, declared nowhere', `${base}LABEL x=«$SOURCE_DATE_EPOCH»\n`, { says: /nothing declares/ }),
    found('ONBUILD: a notice about other images', `${base}ONBUILD RUN «pip» install x==1\n`, {
      level: 'notice',
      says: /built from this one/,
    }),
    found(
      'the ARG goes above the comments of the RUN, once for all RUNs below',
      `${base}\n# why\n# hadolint ignore=DL3013\n  RUN true && \\\n    «pip» install x==1\n# b\nRUN «useradd» a\n`,
      {
        fixed: `${base}\n  ARG SOURCE_DATE_EPOCH\n# why\n# hadolint ignore=DL3013\n  RUN true && \\\n    pip install x==1\n# b\nRUN useradd a\n`,
      },
    ),
    found(
      'a stage that continues a fixed one needs no second line',
      `FROM python:3.12 AS a\nRUN «pip» install x==1\nFROM a\nRUN «pip» install y==1\n`,
      {
        fixed: `FROM python:3.12 AS a\nARG SOURCE_DATE_EPOCH\nRUN pip install x==1\nFROM a\nRUN pip install y==1\n`,
      },
    ),
    found(
      'the bytecode is removed in a later layer',
      `${base}RUN «pip» install x==1\nRUN find / -name '*.pyc' -delete\n`,
    ),
    found(
      'the bytecode of another folder is removed',
      `${base}RUN «pip» install x==1 && find /app -name '*.pyc' -delete\n`,
    ),
    found(
      'an environment of uv that got a pip',
      `FROM python:3.12 AS b\nENV VIRTUAL_ENV=/v PATH=/v/bin:$PATH\nRUN uv venv --seed /v\nRUN «pip» install y\nFROM python:3.12\nCOPY --from=b /v /v\n`,
    ),
    found('pipx', `${base}RUN «pipx» install poetry==1.8.0\n`, { says: /`pipx` compiles/ }),
    found('files of others are removed', `${base}RUN «pip» install x==1 && find / -name '*.pyc' -print\n`),
    found(
      'the first folder of PATH holds no Python',
      `FROM python:3.12 AS b\nENV PATH="/root/.local/bin:\${PATH}"\nRUN «python3» -m pip install x==1\nFROM python:3.12\nCOPY --from=b /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages\n`,
    ),
    found('pip install', `${base}RUN «pip» install --require-hashes -r r.txt\n`, {
      level: 'warning',
      class: 'now',
      says: /ARG SOURCE_DATE_EPOCH/,
    }),
    found(
      'PYTHONDONTWRITEBYTECODE is not enough',
      `${base}ENV PYTHONDONTWRITEBYTECODE=1\nRUN «pip» install -r r.txt\n`,
      { says: /PYTHONDONTWRITEBYTECODE does not stop this/ },
    ),
    found('the ARG comes too late', `${base}RUN «pip» install x==1\nARG SOURCE_DATE_EPOCH\n`),
    found(
      'the ARG before FROM does not reach the stage',
      `ARG SOURCE_DATE_EPOCH=1700000000\n${base}RUN «pip» install x==1\n`,
      { says: /before FROM does not reach/ },
    ),
    found(
      'the ARG in another stage',
      `FROM python:3.12 AS a\nARG SOURCE_DATE_EPOCH\nRUN true\n${base}COPY --from=a /x /x\nRUN «pip» install x==1\n`,
    ),
    found('python -m pip', `${base}RUN «python» -m pip install x==1\n`),
    found(
      'a builder whose environment is copied',
      `FROM python:3.12 AS b\nRUN python -m venv --without-pip /opt/venv && «/opt/venv/bin/pip» install x==1\nFROM python:3.12-slim\nCOPY --from=b /opt/venv /opt/venv\n`,
    ),
    found(
      'a builder whose site-packages are copied',
      `FROM python:3.12 AS b\nRUN «pip» install x==1\nFROM python:3.12-slim\nCOPY --from=b /usr/local/lib/python3.12/site-packages /usr/local/lib/python3.12/site-packages\n`,
    ),
    found(
      'a builder whose environment is copied from a stage that continues it',
      `FROM python:3.12 AS a\nRUN «python» -m venv /venv\nFROM a AS b\nRUN «/venv/bin/pip» install x==1\nFROM python:3.12-slim\nCOPY --from=b /venv /venv\n`,
    ),
    found(
      'a builder whose environment is copied by a variable',
      `ARG HOME=/opt\nFROM python:3.12 AS b\nRUN «python» -m venv /opt/venv\nFROM python:3.12-slim\nARG HOME\nENV VIRTUAL_ENV=$HOME/venv\nCOPY --from=b "$VIRTUAL_ENV" \${VIRTUAL_ENV}\n`,
    ),
    found(
      '--target that is copied',
      `FROM python:3.12 AS b\nWORKDIR /w\nRUN «pip» install --target=deps x==1\nFROM gcr.io/distroless/python3\nCOPY --from=b /w/deps /deps\n`,
    ),
    found('uv with bytecode', `${base}ENV UV_COMPILE_BYTECODE=1\nRUN «uv» pip install --system x==1\n`),
    found('uv sync with bytecode', `${base}RUN «uv» sync --frozen --compile-bytecode\n`),
    found('compileall', `${base}COPY . /srv\nRUN «python3» -m compileall -q /srv\n`),
    found('a new environment gets pip', `${base}RUN «python» -m venv /opt/venv\n`),
    found('get-pip.py', `${base}RUN curl -O https://x.test/get-pip.py && «python3» get-pip.py\n`, {
      says: /`get-pip\.py` compiles/,
    }),
    found('setup.py install', `${base}COPY . /s\nRUN cd /s && «python» setup.py install\n`),
    found('ensurepip', `${base}RUN «python3» -m ensurepip --upgrade\n`),
    found('useradd: another day, another image', `${base}RUN «useradd» -r -u 990 svc\n`, {
      level: 'warning',
      class: 'drift',
      says: /\/etc\/shadow/,
    }),
    found('adduser of Debian', `${base}RUN «adduser» --system --no-create-home app\n`, { class: 'drift' }),
    found('chpasswd', `${base}RUN echo a:b | «chpasswd»\n`, { class: 'drift' }),
    found('one finding for a RUN, the worst', `${base}RUN useradd app && «pip» install x==1\n`, { class: 'now' }),
    found('conda: a notice', `FROM condaforge/miniforge3:24.3.0-0\nRUN «conda» install -y numpy\n`, {
      level: 'notice',
    }),
    found(
      'a C file with __DATE__',
      `FROM gcc:13 AS b\nCOPY *.c ./\nRUN gcc -c util.c\nRUN «gcc» main.c util.o -o server\nFROM scratch\nCOPY --from=b /server /server\n`,
      {
        files: { 'main.c': 'puts(__DATE__);', 'util.c': 'int x;' },
        says: /`main\.c` uses `__DATE__`/,
      },
    ),
    found('make of sources with __TIME__', `FROM gcc:13\nCOPY src /src\nRUN «make» -C /src\n`, {
      files: { 'src/a.cpp': '__TIME__', 'src/Makefile': '' },
    }),
    found(
      'an empty value',
      `${base}RUN SOURCE_DATE_EPOCH= «pip» install x==1\n`.replace(
        'SOURCE_DATE_EPOCH= «pip»',
        'SOURCE_DATE_EPOCH="" «pip»',
      ),
    ),
  ],
  silent: [
    silent(
      'the bytecode is removed in the same RUN',
      `FROM condaforge/miniforge3\nRUN mamba install -y dask && mamba clean -tipy && find /opt/conda/ -type f,l -name '*.pyc' -delete\n`,
    ),
    silent(
      'the bytecode is removed, of pip',
      `${base}RUN pip install x==1 && find /usr/local -depth \\( -type d -a \\( -name test -o -name __pycache__ \\) \\) -exec rm -rf '{}' +\n`,
    ),
    silent(
      'the bytecode is removed in a later RUN of a stage that is only copied from',
      `FROM python:3.12 AS b\nRUN python3.12 -m venv /opt/venv\nENV PATH="/opt/venv/bin:\${PATH}"\nRUN pip install x==1\nRUN find /opt/venv -type d -name '__pycache__' -exec rm -rf {} + 2>/dev/null; true\nFROM python:3.12\nCOPY --from=b /opt/venv /opt/venv\n`,
    ),
    silent(
      'an environment of uv has no pip: the system’s is not copied',
      `FROM python:3.12 AS b\nENV VIRTUAL_ENV=/v PATH=/v/bin:$PATH\nRUN uv venv /v && uv pip install x\nRUN pip install y\nFROM python:3.12\nCOPY --from=b /v /v\n`,
    ),
    silent('pipx only lists', `${base}RUN pipx list && pipx ensurepath\n`),
    silent('the ARG above', `${base}ARG SOURCE_DATE_EPOCH\nRUN ${install}\n`),
    silent('the ARG with a default', `${base}ARG SOURCE_DATE_EPOCH=1700000000\nRUN ${install} && useradd app\n`),
    silent('the global ARG, declared again', `ARG SOURCE_DATE_EPOCH=0\n${base}ARG SOURCE_DATE_EPOCH\nRUN ${install}\n`),
    silent('inherited from the stage below', `FROM python:3.12 AS a\nARG SOURCE_DATE_EPOCH\nFROM a\nRUN ${install}\n`),
    silent('ENV', `${base}ENV SOURCE_DATE_EPOCH=1700000000\nRUN ${install}\n`),
    silent('on the command', `${base}RUN SOURCE_DATE_EPOCH=1700000000 ${install}\n`),
    silent('exported', `${base}RUN export SOURCE_DATE_EPOCH=1 && ${install}\n`),
    silent(
      'a value of its own',
      `ARG SOURCE_DATE_EPOCH\n${base}ENV A=\${SOURCE_DATE_EPOCH:-0}\nRUN touch -d "@\${SOURCE_DATE_EPOCH:-1}" /x\n`,
    ),
    silent(
      'set in the RUN',
      `ARG SOURCE_DATE_EPOCH\n${base}RUN SOURCE_DATE_EPOCH=1 && touch -d @$SOURCE_DATE_EPOCH /x\n`,
    ),
    silent('of the shell', `${base}RUN . /env && touch -d @$SOURCE_DATE_EPOCH /x\n`),
    silent('the ENV has a value', `${base}ENV SOURCE_DATE_EPOCH=1\nLABEL x=$SOURCE_DATE_EPOCH\n`),
    silent('only its name', `${base}LABEL x='$SOURCE_DATE_EPOCH'\nENV Y=SOURCE_DATE_EPOCH\n`),
    silent('--no-compile', `${base}RUN pip install --no-compile x==1\n`),
    silent('uv without bytecode', `${base}RUN uv pip install --system x==1 && uv sync --frozen\n`),
    silent(
      'a builder of which only wheels are copied',
      `FROM python:3.12 AS b\nRUN pip install build==1 && pip wheel -w /wheels x==1\nFROM python:3.12-slim\nCOPY --from=b /wheels /wheels\n`,
    ),
    silent(
      'a builder of which a program is copied',
      `FROM python:3.12 AS b\nRUN pip install meson==1 && useradd x\nFROM scratch\nCOPY --from=b /usr/local/bin/tool /tool\n`,
    ),
    silent('pip that installs nothing', `${base}RUN pip download x==1 && pip list && pip wheel x==1\n`),
    silent(
      'setup.py that installs nothing',
      `${base}RUN python setup.py build_ext && python setup.py install --no-compile\n`,
    ),
    silent('groups have no date', `${base}RUN groupadd -g 990 svc && addgroup x\n`),
    silent('adduser of busybox does not know it', `FROM alpine:3.20\nRUN adduser -D -u 1000 app && adduser -S x\n`),
    silent(
      'adduser of busybox in long options',
      `FROM node:24-alpine AS base\nFROM base\nRUN adduser --system --uid 1001 app\n`,
    ),
    silent(
      'adduser where apk installs',
      `FROM example.com/base:1\nRUN apk add --no-cache curl\nRUN adduser --system app\n`,
    ),
    silent(
      'a stage that is copied from by a variable that is not known',
      `FROM python:3.12 AS b\nRUN python -m venv /opt/venv\nFROM python:3.12-slim\nARG X\nCOPY --from=b $X /x\n`,
    ),
    silent('useradd in a builder', `FROM debian:12 AS b\nRUN useradd x\nFROM scratch\nCOPY --from=b /app /app\n`),
    silent('compileall by hash', `${base}RUN python -m compileall --invalidation-mode unchecked-hash /srv\n`),
    silent('an environment without pip', `${base}RUN python -m venv --without-pip /opt/venv\n`),
    silent('C without the macro', `FROM gcc:13\nCOPY a.c .\nRUN gcc a.c\n`, { files: { 'a.c': 'int main(){}' } }),
    silent('C, the context not at hand', `FROM gcc:13\nCOPY a.c .\nRUN gcc a.c && make\n`),
    silent('C with the macro that is not copied', `FROM gcc:13\nCOPY a.c .\nRUN make\n`, {
      files: { 'a.c': 'int main(){}', 'other/b.c': '__DATE__' },
    }),
    silent('only said', `${base}RUN echo pip install x && printf 'useradd y'\n`),
    silent('a comment', `${base}# RUN pip install x\nRUN true\n`),
    silent('an unreachable stage', `FROM python:3.12 AS b\nRUN pip install x==1\nFROM debian:12\n`),
    silent('Windows', `FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN pip install x==1\n`),
  ],
}
