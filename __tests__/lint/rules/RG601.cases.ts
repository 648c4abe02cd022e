import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const files = { 'main.py': '', 'src/a.py': '', 'src/b/c.py': '' }

export const cases = {
  found: [
    found('COPY .', `${base}COPY «.» /app\n`, {
      files,
      level: 'warning',
      class: 'machine',
      says: /here 3 files, 0 B.*no \.dockerignore/,
      fixedIgnore: '.git\n**/__pycache__\n**/*.pyc\n**/.ipynb_checkpoints\n**/.pytest_cache\n**/.DS_Store\n',
    }),
    found('what the build asks for stays', `${base}COPY «.» /app\nRUN git -C /app log && rm -r /app/__pycache__\n`, {
      files,
      fixedIgnore: '**/*.pyc\n**/.ipynb_checkpoints\n**/.pytest_cache\n**/.DS_Store\n',
    }),
    found('COPY ./', `${base}WORKDIR /app\nCOPY «./» ./\n`, { files, level: 'warning' }),
    found('COPY *', `${base}COPY «*» /app/\n`, { files }),
    found('ADD .', `${base}ADD «.» /app\n`, { files }),
    found('a folder: a notice', `${base}COPY «src/» /app/\n`, { files, level: 'notice' }),
    found('a folder without slash', `${base}COPY «src» /app\n`, { files, level: 'notice' }),
    found('once, the worst', `${base}COPY src /app\nCOPY «.» /app\n`, { files, level: 'warning' }),
    found('a builder: a notice', `FROM debian:12 AS b\nCOPY «.» /src\nFROM scratch\nCOPY --from=b /out/app /app\n`, {
      files,
      level: 'notice',
    }),
    found(
      'a builder whose copy is copied on',
      `FROM debian:12 AS b\nCOPY «.» /src\nFROM scratch\nCOPY --from=b /src /src\n`,
      { files, level: 'warning' },
    ),
    found('JSON form', `${base}COPY «[".", "/my app"]»\n`, { files }),
    found('by ARG', `${base}ARG DIR=.\nCOPY «$DIR» /app\n`, { files }),
  ],
  silent: [
    silent('there is one', `${base}COPY . /app\n`, { files, ignore: '.git\n' }),
    silent('an empty one', `${base}COPY . /app\n`, { files, ignore: '' }),
    silent('the context is not at hand', `${base}COPY . /app\n`),
    silent('single files', `${base}COPY main.py src/a.py /app/\n`, { files }),
    silent('a pattern of files', `${base}COPY *.py /app/\n`, { files }),
    silent('from a stage', `FROM debian:12 AS b\n${base}COPY --from=b . /app\n`, { files }),
    silent('--exclude', `${base}COPY --exclude=.git . /app\n`, { files }),
    silent('a heredoc', `${base}COPY <<EOF /app\nx\nEOF\n`, { files }),
    silent('an address', `${base}ADD https://example.com/ /app\n`, { files }),
    silent('a folder that is not there', `${base}COPY other/ /app\n`, { files }),
    silent('an unknown source', `${base}ARG DIR\nCOPY $DIR /app\n`, { files }),
    silent('a bind mount', `${base}RUN --mount=type=bind,target=/src make -C /src\n`, { files }),
    silent('Windows', `FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY . C:/app\n`, { files }),
    silent('ONBUILD takes from another context', `${base}ONBUILD COPY . /app\n`, { files }),
    silent('an unreachable stage', `FROM debian:12 AS b\nCOPY . /x\nFROM scratch\n`, { files }),
    silent('a comment', `${base}# COPY . /app\n`, { files }),
  ],
}
