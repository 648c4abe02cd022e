import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const files = { 'main.py': '', 'src/a.py': '' }
const given = (ignore: string) => ({ files, ignore })

export const cases = {
  found: [
    found('a file', `${base}COPY «secret.txt» /app/\n`, {
      ...given('*.txt\n'),
      level: 'warning',
      says: /build fails.*!secret\.txt/s,
    }),
    found('a folder', `${base}COPY «dist/» /app/\n`, given('dist\n')),
    found('in a folder that is ignored', `${base}COPY «dist/app.js» /app/\n`, given('**/dist\n')),
    found('everything but', `${base}COPY src «conf» /app/\n`, given('*\n!src\n')),
    found('the last match decides', `${base}COPY «b.md» /app/\n`, given('!b.md\n*.md\n')),
    found('ADD', `${base}ADD «x.tar.gz» /app/\n`, given('*.tar.gz\n')),
    found('./', `${base}COPY «./dist/.» /app/\n`, given('/dist/\n')),
    found('by ARG', `${base}ARG DIR=dist\nCOPY «$DIR» /app/\n`, given('dist\n')),
    found('JSON form', `${base}COPY «["dist", "/app/"]»\n`, given('dist\n')),
    found('a builder', `FROM debian:12 AS b\nCOPY «dist» /x\nFROM scratch\nCOPY --from=b /o /o\n`, given('dist\n')),
  ],
  silent: [
    silent('it is there', `${base}COPY main.py src /app/\n`, given('*.md\n')),
    silent('it comes back', `${base}COPY src main.py /app/\n`, given('*\n!src\n!main.py\n')),
    silent('something in it comes back', `${base}COPY src /app/\n`, given('src\n!src/a.py\n')),
    silent('it is nowhere, and not ignored', `${base}COPY other.txt /app/\n`, given('*.md\n')),
    silent('all of the context', `${base}COPY . /app/\n`, given('*\n')),
    silent('a pattern', `${base}COPY *.txt dist* /app/\n`, given('*.txt\ndist\n')),
    silent('from a stage', `FROM debian:12 AS b\n${base}COPY --from=b dist /app\n`, given('dist\n')),
    silent('an address', `${base}ADD https://x.test/dist /app\n`, given('**/dist\nhttps*\n')),
    silent('a heredoc', `${base}COPY <<dist /app\nx\ndist\n`, given('dist\n')),
    silent('no ignore file', `${base}COPY dist /app\n`, { files }),
    silent('the context is not at hand', `${base}COPY dist /app\n`, { ignore: 'dist\n' }),
    silent('an unknown source', `${base}ARG X\nCOPY $X /app\n`, given('*\n')),
    silent('a comment in the ignore file', `${base}COPY dist /app\n`, given('#dist\n')),
    silent('Windows', `FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY dist C:/app\n`, given('dist\n')),
    silent('an unreachable stage', `FROM debian:12 AS b\nCOPY dist /x\nFROM scratch\n`, given('dist\n')),
  ],
}
