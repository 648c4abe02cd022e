import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const install = 'apt-get update && «apt-get install» -y curl'
const done = 'apt-get update && apt-get install -y curl'
const clean =
  'rm -rf /var/lib/apt/lists/* /var/log/apt/* /var/log/dpkg.log /var/log/alternatives.log /var/cache/ldconfig/aux-cache'

export const cases = {
  found: [
    found('nothing removed', `${base}RUN ${install}\n`, {
      level: 'warning',
      class: 'now',
      says: / && rm -rf \/var\/lib\/apt\/lists\/\* .*dpkg\.log.*aux-cache/s,
    }),
    found('only the lists removed', `${base}RUN ${install} && rm -rf /var/lib/apt/lists/*\n`, {
      says: /rm -rf \/var\/log\/dpkg\.log/,
    }),
    found('logs removed, aux-cache left', `${base}RUN ${install} && rm -rf /var/lib/apt/lists/* /var/log/*\n`, {
      says: /rm -rf \/var\/cache\/ldconfig\/aux-cache \/var\/cache\/apt\/\*\.bin$/,
    }),
    found('removed in a later RUN', `${base}RUN ${install}\nRUN ${clean}\n`, { says: /later RUN is too late/ }),
    found('removed before the install', `${base}RUN ${clean} && ${install}\n`),
    found('apt-get clean is not enough', `${base}RUN ${install} && apt-get clean\n`),
    found('an install after the removal', `${base}RUN ${install} && ${clean} && apt-get install -y git\n`),
    found('upgrade', `${base}RUN apt-get update && «apt-get upgrade» -y\n`),
    found('purge', `${base}RUN «apt-get purge» -y curl\n`),
    found('a heredoc: the tail is a line', `${base}RUN <<EOF\n${install}\nEOF\n`, { says: /\nrm -rf/ }),
    found('a stage the target continues', `FROM debian:12 AS b\nRUN ${install}\nFROM b\nRUN true\n`),
    found('a builder copied whole', `FROM debian:12 AS b\nRUN ${install}\nFROM scratch\nCOPY --from=b / /\n`),
    found(
      'a builder of which /var is copied',
      `FROM debian:12 AS b\nRUN ${install}\nFROM scratch\nCOPY --from=b /usr /var /\n`,
    ),
    found('a mount elsewhere', `${base}RUN --mount=type=cache,target=/root/.cache ${install}\n`),
    found('caches kept on purpose', `${base}RUN rm -f /etc/apt/apt.conf.d/docker-clean && ${install} && ${clean}\n`, {
      says: /apt\/\*\.bin/,
    }),
    found('once for a RUN', `${base}RUN ${install} && apt-get install -y git\n`),
  ],
  silent: [
    silent('all removed', `${base}RUN ${done} && ${clean}\n`),
    silent('whole folders', `${base}RUN ${done} && rm -rf /var/lib/apt/lists /var/log /var/cache\n`),
    silent('braces', `${base}RUN ${done} && rm -rf /var/lib/{apt,dpkg}/lists/* /var/{log,cache}/*\n`),
    silent('two rm', `${base}RUN ${done} && rm -rf /var/lib/apt/lists/*; rm -rf /var/log/* /var/cache/ldconfig/*\n`),
    silent(
      'find -delete',
      `${base}RUN ${done} && rm -rf /var/lib/apt/lists/* && find /var/log /var/cache -type f -delete\n`,
    ),
    silent('cd and rm', `${base}RUN ${done} && rm -rf /var/lib/apt/lists/* /var/cache/* && cd /var/log && rm -rf *\n`),
    silent(
      'mounts',
      `${base}RUN --mount=type=cache,target=/var/cache --mount=type=cache,target=/var/lib/apt --mount=type=tmpfs,target=/var/log ${done}\n`,
    ),
    silent('a list that is not known', `${base}RUN ${done} && rm -rf $CLEANUP\n`),
    silent('a script that cleans', `${base}RUN ${done} && /usr/local/bin/clean-layer.sh\n`),
    silent(
      'a builder of which a file is copied',
      `FROM debian:12 AS b\nRUN ${done}\nFROM scratch\nCOPY --from=b /app/server /server\n`,
    ),
    silent(
      'a builder that continues a builder',
      `FROM debian:12 AS a\nRUN ${done}\nFROM a AS b\nRUN make\nFROM scratch\nCOPY --from=b /app /app\n`,
    ),
    silent('an unreachable stage', `FROM debian:12 AS b\nRUN ${done}\nFROM scratch\n`),
    silent('nothing is installed', `${base}RUN apt-get install -y -f && apt-get check\n`),
    silent('a simulation', `${base}RUN apt-get install -s curl\n`),
    silent('only said', `${base}RUN echo apt-get install curl\n`),
    silent('an apk install', `FROM alpine:3.20\nRUN apk add curl\n`),
    silent(
      'emptied logs',
      `${base}RUN ${done} && rm -rf /var/lib/apt/lists/* /var/cache/ldconfig /var/log/apt && : > /var/log/dpkg.log && : > /var/log/alternatives.log\n`,
    ),
    silent(
      'the case of a cache mount',
      `${base}RUN --mount=type=cache,target=/var/cache/apt --mount=type=cache,target=/var/lib/apt --mount=type=tmpfs,target=/var/log rm -f /etc/apt/apt.conf.d/docker-clean; apt-get update && apt-get install -y tini && rm -f /var/cache/ldconfig/aux-cache\n`,
    ),
  ],
}
