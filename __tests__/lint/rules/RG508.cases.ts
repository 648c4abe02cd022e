import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'

export const cases = {
  found: [
    found('useradd', `${base}RUN «useradd» app\n`, { level: 'notice', class: 'drift', says: /`-u 1000`/ }),
    found('useradd with other options', `${base}RUN «useradd» -rm -s /bin/sh -G sudo app\n`),
    found('groupadd', `${base}RUN «groupadd» -r app\n`, { says: /this group.*`-g 1000`/s }),
    found('both', `${base}RUN «groupadd» app && «useradd» -g app app\n`),
    found('adduser of Debian', `${base}RUN «adduser» --disabled-password --gecos '' app\n`, { says: /`--uid 1000`/ }),
    found('adduser of busybox', `FROM alpine:3.20\nRUN «addgroup» -S app && «adduser» -S -G app app\n`, {
      says: /`-g 1000`/,
    }),
    found('adduser -D', `FROM alpine:3.20\nRUN «adduser» -D -h /home/x x\n`, { says: /`-u 1000`/ }),
    found('addgroup of Debian', `${base}RUN «addgroup» --system app\n`, { says: /`--gid 1000`/ }),
    found('sudo and sh -c', `${base}RUN sudo «useradd» a && sh -c '«useradd» b'\n`),
    found('ONBUILD', `${base}ONBUILD RUN «useradd» a\n`, { says: /built from this one/ }),
  ],
  silent: [
    silent('useradd -u', `${base}RUN useradd -u 1000 app && useradd --uid=1001 b && useradd -rmu 990 c\n`),
    silent('groupadd -g', `${base}RUN groupadd -g 1000 app && groupadd --gid 1001 b && groupadd -rg 990 c\n`),
    silent(
      'adduser with an id',
      `FROM alpine:3.20\nRUN addgroup -g 101 -S a && adduser -D -u 1000 -G a a && adduser -SDHu 5 b\n`,
    ),
    silent(
      'Debian’s adduser with an id',
      `${base}RUN adduser --uid 1000 --disabled-password a && addgroup --gid 5 g\n`,
    ),
    silent('an id by a variable', `${base}ARG UID\nRUN useradd -u $UID app && groupadd -g "\${GID}" g\n`),
    silent('into a group', `${base}RUN adduser app docker && addgroup app docker && usermod -aG a b\n`),
    silent('defaults', `${base}RUN useradd -D -s /bin/bash && useradd --help\n`),
    silent('a builder', `FROM debian:12 AS b\nRUN useradd x\nFROM scratch\nCOPY --from=b /app /app\n`),
    silent('only said', `${base}RUN echo useradd app\n`),
    silent('all options in a variable', `${base}ARG ARGS\nRUN useradd $ARGS\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nRUN useradd x\nFROM scratch\n`),
    silent('Windows', `FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN useradd x\n`),
    silent('a comment', `${base}# RUN useradd app\n`),
  ],
}
