import { found, silent } from '../cases.ts'

const base = 'FROM python:3.12\n'

export const cases = {
  found: [
    found(
      'after pip, a module of which nobody knows who made it: a notice',
      `${base}RUN pip install -r r.txt\nRUN «python» -c "import svc"\n`,
      { level: 'notice', says: /pip installed is compiled already/ },
    ),
    found('one’s own module after pip: a warning', `${base}RUN pip install x==1\nRUN «python» -c "import svc"\n`, {
      files: { 'svc/__init__.py': '' },
      level: 'warning',
    }),
    found('uv compiles nothing', `${base}RUN uv pip install --system nltk==3.9\nRUN «python» -c "import nltk"\n`, {
      files: { 'app.py': '' },
      level: 'warning',
    }),
    found('python -c with an import', `${base}RUN «python3» -c "import svc, svc.version"\n`, {
      level: 'warning',
      class: 'now',
      says: /ENV PYTHONDONTWRITEBYTECODE=1/,
    }),
    found('from … import', `${base}RUN «python» -c 'import os; from transformers import pipeline; pipeline("x")'\n`),
    found('SOURCE_DATE_EPOCH does not help', `${base}ARG SOURCE_DATE_EPOCH\nRUN «python» -c "import svc"\n`, {
      says: /SOURCE_DATE_EPOCH does not help/,
    }),
    found('python -m', `${base}RUN «python» -m nltk.downloader punkt\n`),
    found('a script', `${base}COPY . /app\nRUN «python» /app/manage.py collectstatic --noinput\n`),
    found('a script whose imports we read', `${base}WORKDIR /app\nCOPY . .\nRUN cd tools && «python» warm.py\n`, {
      files: { 'tools/warm.py': 'import os\nimport model\n' },
    }),
    found('one line for the stage, above the first', `${base}# why\nRUN «pytest»\nRUN «python» -m svc\n`, {
      fixed: `${base}ENV PYTHONDONTWRITEBYTECODE=1\n# why\nRUN pytest\nRUN python -m svc\n`,
    }),
    found('a heredoc is edited as well', `${base}RUN <<EOF\nset -e\n«pytest»\nEOF\n`, {
      fixed: `${base}ENV PYTHONDONTWRITEBYTECODE=1\nRUN <<EOF\nset -e\npytest\nEOF\n`,
    }),
    found('a script that we cannot read: a notice', `${base}COPY tools /t\nRUN «python» /t/warm.py\n`, {
      level: 'notice',
    }),
    found(
      'a tool that uv installed, without bytecode',
      `${base}RUN uv pip install --system jupyter==1\nRUN «jupyter» lab build\n`,
      {
        level: 'warning',
      },
    ),
    found(
      'ONBUILD that a later stage runs is edited by hand',
      `FROM python:3 AS b\nONBUILD RUN «pytest» -q\nFROM b\n`,
      {
        level: 'warning',
        says: /The FROM in line 3 runs this/,
        fixed: `FROM python:3 AS b\nONBUILD RUN pytest -q\nFROM b\n`,
      },
    ),
    found('ONBUILD: a notice about other images', `${base}ONBUILD RUN «pytest» -q\n`, {
      level: 'notice',
      says: /built from this one/,
    }),
    found('pytest', `${base}RUN «pytest» -q\n`),
    found('a heredoc', `${base}RUN «python3» <<EOF\nimport nltk\nnltk.download("punkt")\nEOF\n`),
    found('a heredoc with its interpreter behind', `${base}RUN <<EOF «python3»\nimport nltk\nEOF\n`),
    found('behind other commands', `${base}RUN sed -i s/a/b/ svc/version.py && «python3» -c "import svc"\n`),
    found('the program by its path', `${base}RUN «/opt/venv/bin/python» -m spacy download en_core_web_sm\n`),
    found('an empty value', `${base}ENV PYTHONDONTWRITEBYTECODE=\nRUN «python» -c "import svc"\n`),
    found('a stage that the target continues', `FROM python:3.12 AS a\nRUN «python» -c "import svc"\nFROM a\n`),
    found(
      'removed in a later RUN only',
      `${base}RUN «python» -c "import svc"\nRUN find / -name __pycache__ -exec rm -rf {} +\n`,
    ),
  ],
  silent: [
    silent(
      'a tool that uv installed and compiled',
      `${base}RUN uv pip install --system --compile-bytecode jupyter==1\nRUN jupyter lab build\n`,
    ),
    silent(
      'a tool that uv compiled, told by a variable',
      `${base}ENV UV_COMPILE_BYTECODE=1\nRUN uv pip install --system spacy==3\nRUN spacy info\n`,
    ),
    silent(
      'what pip installed and compiled',
      `${base}RUN pip install nltk==3.9\nRUN python -m nltk.downloader punkt\n`,
      { files: { 'app.py': '' } },
    ),
    silent(
      'what pip installed and compiled, by its name',
      `${base}RUN pip install -r r.txt\nRUN python -m grpc_tools.protoc -I . x.proto\n`,
    ),
    silent('in the same RUN', `${base}RUN pip install -r r.txt && python -m spacy download x\n`),
    silent('what conda installed and compiled', `${base}RUN conda install -y x\nRUN python -m ipykernel install\n`, {
      files: { a: '' },
    }),
    silent('PYTHONDONTWRITEBYTECODE', `${base}ENV PYTHONDONTWRITEBYTECODE=1\nRUN python -c "import svc"\n`),
    silent(
      'by ENV in the stage below',
      `FROM python:3.12 AS a\nENV PYTHONDONTWRITEBYTECODE=1\nFROM a\nRUN python -c "import svc"\n`,
    ),
    silent('by ARG', `${base}ARG PYTHONDONTWRITEBYTECODE=1\nRUN python -c "import svc"\n`),
    silent('on the command', `${base}RUN PYTHONDONTWRITEBYTECODE=1 python -c "import svc"\n`),
    silent('exported', `${base}RUN export PYTHONDONTWRITEBYTECODE=x; python -c "import svc"\n`),
    silent('-B', `${base}RUN python -B -c "import svc" && python -sB -m nltk.downloader x\n`),
    silent(
      'a prefix in a tmpfs',
      `${base}ENV PYTHONPYCACHEPREFIX=/pyc\nRUN --mount=type=tmpfs,target=/pyc python -c "import svc"\n`,
    ),
    silent(
      'removed in the same RUN',
      `${base}RUN python -c "import svc" && find / -name __pycache__ -prune -exec rm -rf {} +\n`,
    ),
    silent('removed by pattern', `${base}RUN pytest && find . -name '*.pyc' -delete\n`),
    silent(
      'only what comes with Python',
      `${base}RUN python -c "import sys, os.path; print(sys.version)" && python3 -c 'from pathlib import Path'\n`,
    ),
    silent('no import', `${base}RUN python -c 'print(1)'\n`),
    silent(
      'modules that come with Python',
      `${base}RUN python -m pip install x && python -m venv /v && python -m compileall /x && python -m json.tool x\n`,
    ),
    silent(
      'a tool that came compiled',
      `${base}RUN pip install jupyter==1\nRUN jupyter labextension disable x && nltk y\n`,
    ),
    silent('installers', `${base}RUN python get-pip.py && python setup.py develop\n`),
    silent('asked for its version', `${base}RUN python --version && python3 -V && python -h && pytest --version\n`),
    silent('a script that imports nothing else', `${base}COPY gen.py /\nRUN python /gen.py\n`, {
      files: { 'gen.py': 'import json, sys\nprint(json.dumps({}))\n' },
    }),
    silent(
      'a builder stage',
      `FROM python:3.12 AS b\nRUN python -c "import svc" && pytest\nFROM scratch\nCOPY --from=b /x /x\n`,
    ),
    silent('what runs later', `${base}CMD ["python", "-m", "svc"]\nHEALTHCHECK CMD python -c "import svc"\n`),
    silent('only said', `${base}RUN echo 'python -c "import svc"'\n`),
    silent('a comment', `${base}RUN true \\\n # python -c "import svc"\n && true\n`),
    silent('a module that is not known', `${base}RUN python -c "import $MOD"\n`),
    silent('an unreachable stage', `FROM python:3.12 AS b\nRUN python -c "import svc"\nFROM debian:12\n`),
    silent('apt packages', `${base}RUN apt-get install -y python3 pytest\n`),
  ],
}
