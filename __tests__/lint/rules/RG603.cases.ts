import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const files = { 'main.py': '', 'src/a.py': '', 'src/b.py': '', 'new.txt': '', 'gen/x.py': '' }
const tracked = { 'main.py': 0o644, 'src/a.py': 0o644, 'src/b.py': 0o644 }
const git = { tracked }
const all = { tracked: { ...tracked, 'new.txt': 0o644, 'gen/x.py': 0o644 } }

export const cases = {
  found: [
    found('untracked files', `${base}COPY «.» /app\n`, {
      ...{ files, git, level: 'warning', class: 'machine' },
      says: /2 files that git does not track: `gen\/x\.py` and `new\.txt`\./,
    }),
    found('changed files', `${base}COPY «src» /app\n`, {
      ...{ files, git: { tracked, modified: ['src/a.py'] } },
      says: /1 file changed since the commit: `src\/a\.py`\./,
    }),
    found('both', `${base}COPY «.» /app\n`, {
      ...{ files, git: { tracked, modified: ['main.py'] } },
      says: /`main\.py`; and 2 files/,
    }),
    found('a single file', `${base}COPY main.py «new.txt» /app/\n`, { files, git }),
    found('a pattern', `${base}COPY «gen/*.py» /app/\n`, { files, git }),
    found('ADD', `${base}ADD «gen» /app/\n`, { files, git }),
    found('each COPY', `${base}COPY «gen» /gen\nCOPY «new.txt» /\n`, { files, git }),
    found('JSON form', `${base}COPY «["new.txt", "/app/"]»\n`, { files, git }),
    found(
      'a builder whose copy is copied on',
      `FROM debian:12 AS b\nCOPY «.» /w\nFROM scratch\nCOPY --from=b /w /w\n`,
      {
        files,
        git,
      },
    ),
    found('a symlink', `${base}COPY «link» /app/\n`, { files: { ...files, link: { symlink: true, text: 'a' } }, git }),
    found('added and not committed', `${base}COPY «.» /app\n`, { files, git: { ...all, modified: ['new.txt'] } }),
  ],
  silent: [
    silent('all is in the commit', `${base}COPY . /app\n`, { files, git: all }),
    silent('git could not be asked', `${base}COPY . /app\n`, { files }),
    silent('the context is not at hand', `${base}COPY . /app\n`, { git }),
    silent('another folder', `${base}COPY src /app\n`, { files, git }),
    silent('changed, but not copied', `${base}COPY src /app\n`, { files, git: { ...all, modified: ['main.py'] } }),
    silent('changed, but left out', `${base}COPY src /app\n`, { files, git: { ...all, modified: ['src/gone.py'] } }),
    silent('what RG602 names', `${base}COPY . /app\n`, {
      files: { 'main.py': '', 'a.log': '', '.venv/x/y': '', '.git/HEAD': '', 'dist/app.js': '' },
      git,
    }),
    silent(
      'a builder of which a program is copied',
      `FROM debian:12 AS b\nCOPY . /w\nFROM scratch\nCOPY --from=b /o /o\n`,
      {
        files,
        git,
      },
    ),
    silent('--exclude', `${base}COPY --exclude=gen --exclude=new.txt . /app\n`, { files, git }),
    silent('from a stage', `FROM debian:12 AS b\n${base}COPY --from=b . /app\n`, { files, git }),
    silent('an unknown source', `${base}ARG X\nCOPY $X /app\n`, { files, git }),
    silent('folders', `${base}COPY src/ /app/\n`, { files, git }),
    silent('Windows', `FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY . C:/app\n`, { files, git }),
    silent('ONBUILD takes from another context', `${base}ONBUILD COPY . /app\n`, { files, git }),
    silent('an unreachable stage', `FROM debian:12 AS b\nCOPY . /x\nFROM scratch\n`, { files, git }),
    silent('a comment', `${base}# COPY . /app\n`, { files, git }),
  ],
}
