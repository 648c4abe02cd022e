import { found, silent } from '../cases.ts'

const set = 'FROM debian:12\nENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8\n'
const zone = 'FROM debian:12\nENV TZ=UTC\n'

export const cases = {
  found: [
    found('neither zone nor locale: once, at the base', `FROM debian:12 AS b\nFROM «debian:12»\nRUN true\n`, {
      level: 'notice',
      class: 'drift',
      says: /time zone and locale.*ENV TZ=UTC LANG=C\.UTF-8 LC_ALL=C\.UTF-8/s,
    }),
    found('no locale', `FROM «debian:12»\nENV TZ=UTC\n`, { says: /its locale:.*ENV LANG/s }),
    found('no zone', `FROM «debian:12»\nENV LANG=C.UTF-8\n`, { says: /its time zone:.*ENV TZ=UTC$/s }),
    found('a stage that continues one', `FROM debian:12 AS a\nENV TZ=UTC\nFROM «a»\n`, { says: /locale/ }),
    found('find into a file', `${set}RUN «find» /srv -type f > /files\n`, {
      class: 'machine',
      says: /LC_ALL=C sort -z/,
    }),
    found('find with -exec', `${set}RUN «find» /srv -type f -exec sha256sum {} + > /sums\n`),
    found('find through filters', `${set}RUN «find» . -name '*.py' | grep -v test | sed s/x/y/ >> /list\n`),
    found('find into an archive', `${set}RUN «find» . -type f | cpio -o -H newc > /a.cpio\n`),
    found('find for tar', `${set}RUN «find» . -type f | tar -T - -cf /a.tar\n`),
    found('sort without a locale', `FROM «debian:12»\nENV TZ=UTC\nRUN cut -d: -f1 /etc/passwd | «sort» > /users\n`, {
      says: /locale/,
    }),
    found('sort -u of a file', `FROM «debian:12»\nRUN «sort» -u /a > /b\n`),
    found('ONBUILD', `${set}ONBUILD RUN «find» . > /x\n`, { says: /built from this one/ }),
  ],
  silent: [
    silent('all is set', `${set}RUN true\n`),
    silent('LC_ALL alone', `FROM debian:12\nENV TZ=UTC LC_ALL=C\nRUN sort /a > /b\n`),
    silent('by values that are not known', `FROM debian:12\nARG TZ\nENV TZ=$TZ LANG=$L\n`),
    silent('set in the stage below', `FROM debian:12 AS a\nENV TZ=UTC LANG=C\nFROM a\n`),
    silent('scratch and distroless', `FROM gcr.io/distroless/static\nCOPY a /a\n`),
    silent('scratch', `FROM scratch\nCOPY a /a\n`),
    silent(
      'find sorted',
      `${set}RUN find . -type f | sort > /x && find . -print0 | LC_ALL=C sort -z | tar -T - -cf /a.tar\n`,
    ),
    silent(
      'find that shows, counts, removes, changes',
      `${set}RUN find . && find . | wc -l > /n && find . -delete && find . | xargs chmod 644\n`,
    ),
    silent('find of one', `${set}RUN ln -s "$(find / -name x.so | head -1)" /x && find . -name y -quit > /y\n`),
    silent('find into what is removed', `${set}RUN find . > /tmp/x && rm /tmp/x\n`),
    silent(
      'sort with a locale of its own',
      `${set.replace(' LANG=C.UTF-8 LC_ALL=C.UTF-8', ' LANG=C')}RUN LC_ALL=C sort /a > /b\n`,
    ),
    silent('sort by numbers', `${set}RUN sort -n /a > /b && sort -rV /a > /c\n`),
    silent(
      'in a builder of which another file is copied',
      `FROM debian:12 AS b\nRUN find / > /x; sort /a > /b\n${set}COPY --from=b /y /y\n`,
    ),
    silent('only said', `${set}RUN echo 'find . > /x'\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nRUN find . > /x\n${set}`),
    silent('Windows', `FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nRUN sort a > b\n`),
    silent('a comment', `${zone}ENV LANG=C\n# find . > /x\n`),
  ],
}
