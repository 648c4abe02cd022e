import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const files = {
  'a.py': { mode: 0o664 },
  'run.sh': { mode: 0o775 },
  'ok.py': '',
  'ok.sh': { mode: 0o755 },
  's/x': { mode: 0o600 },
}

const deep = { 'deep/sub/x': '', 'deep/y': '' }

export const cases = {
  found: [
    found('another umask', `${base}COPY «.» /app\n`, {
      files,
      level: 'notice',
      class: 'machine',
      says: /3 paths.*`a\.py 664`, `run\.sh 775` and `s\/x 600`.*--chmod=u=rwX,go=rX/s,
    }),
    found('a frontend that knows no letters', `# syntax=docker/dockerfile:1.7\n${base}COPY «s» /app\n`, {
      files,
      says: /syntax 1\.14, so raise the `# syntax=` line, which names .docker\/dockerfile:1\.7/,
    }),
    found('a frontend that does', `# syntax=docker/dockerfile:1\n${base}COPY «s» /app\n`, {
      files,
      says: /syntax 1\.14\), or/,
    }),
    found('a number without x for a folder that has folders', `${base}COPY --chmod=0644 «deep» /app\n`, {
      files: deep,
      says: /`--chmod=0644` is the mode of the folders in `deep` as well \(`deep\/sub`\).*--chmod=u=rwX,go=rX deep/s,
    }),
    found('the same of the whole context', `${base}COPY --chmod=644 «.» /app\n`, { files: deep }),
    found('a single file', `${base}COPY «run.sh» /app/\n`, { files }),
    found('each source', `${base}COPY «a.py» ok.py «run.sh» /app/\n`, { files }),
    found('a pattern', `${base}COPY «*.py» /app/\n`, { files }),
    found('git has another mode', `${base}COPY «ok.sh» /app/\n`, {
      files,
      git: { tracked: { 'ok.sh': 0o644 } },
      says: /git has 644 for `ok\.sh`/,
    }),
    found('with --chown', `${base}COPY --chown=1000:1000 «.» /app\n`, { files }),
    found('ADD of a folder', `${base}ADD «s» /app\n`, { files }),
    found('set uid', `${base}COPY «x» /app\n`, { files: { x: { mode: 0o4755 } } }),
    found(
      'a builder whose copy is copied on',
      `FROM debian:12 AS b\nCOPY «s» /w\nFROM scratch\nCOPY --from=b /w /w\n`,
      {
        files,
      },
    ),
    found('JSON form', `${base}COPY «["a.py", "/app/"]»\n`, { files }),
  ],
  silent: [
    silent('a number for a folder of files', `${base}COPY --chmod=0644 deep/sub /app/\n`, { files: deep }),
    silent('a number with x', `${base}COPY --chmod=0755 deep /app/\n`, { files: deep }),
    silent('a number that keeps others out', `${base}COPY --chmod=0600 deep /app/\n`, { files: deep }),
    silent('a number for a single file', `${base}COPY --chmod=0644 deep/sub/x /app/\n`, { files: deep }),
    silent('a number of a variable', `${base}ARG M=0644\nCOPY --chmod=$M deep /app/\n`, { files: deep }),
    silent('a number, and the context is not at hand', `${base}COPY --chmod=0644 deep /app\n`),
    silent('--chmod', `${base}COPY --chmod=0755 . /app\nADD --chmod=u=rwX,go=rX s /s\n`, { files }),
    silent('usual modes', `${base}COPY ok.py ok.sh /app/\n`, { files }),
    silent('as git has them', `${base}COPY ok.py ok.sh /app/\n`, {
      files,
      git: { tracked: { 'ok.py': 0o644, 'ok.sh': 0o755 } },
    }),
    silent('what RG602 names', `${base}COPY . /app/\n`, {
      files: { '.git/objects/a': { mode: 0o444 }, '.venv/x': { mode: 0o664 } },
    }),
    silent('symlinks', `${base}COPY l /app/\n`, { files: { l: { symlink: true, text: 'x', mode: 0o777 } } }),
    silent('an archive that ADD unpacks', `${base}ADD x.tar.gz /app/\n`, { files: { 'x.tar.gz': { mode: 0o600 } } }),
    silent(
      'a builder of which a program is copied',
      `FROM debian:12 AS b\nCOPY . /w\nFROM scratch\nCOPY --from=b /o /o\n`,
      {
        files,
      },
    ),
    silent('the context is not at hand', `${base}COPY . /app\n`),
    silent('from a stage', `FROM debian:12 AS b\n${base}COPY --from=b . /app\n`, { files }),
    silent('a heredoc', `${base}COPY <<a.py /app/\nx\na.py\n`, { files }),
    silent('--exclude', `${base}COPY --exclude=*.sh --exclude=a.py --exclude=s . /app\n`, { files }),
    silent('another file', `${base}COPY ok.py /app/\n`, { files }),
    silent('Windows', `FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY . C:/app\n`, { files }),
    silent('ONBUILD takes from another context', `${base}ONBUILD COPY . /app\n`, { files }),
    silent('an unreachable stage', `FROM debian:12 AS b\nCOPY . /x\nFROM scratch\n`, { files }),
    silent('a comment', `${base}# COPY . /app\n`, { files }),
  ],
}
