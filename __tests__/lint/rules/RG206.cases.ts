import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const install = 'apt-get update && «apt-get install» -y curl'
const done = 'apt-get update && apt-get install -y curl'
const clean =
  'rm -rf /var/lib/apt/lists/* /var/log/apt/* /var/log/dpkg.log /var/log/alternatives.log /var/cache/ldconfig/aux-cache'

/** What the edit adds: all that is left, or all but the lists. */
const rest =
  'rm -rf /var/log/dpkg.log /var/log/alternatives.log /var/log/apt/* /var/cache/ldconfig/aux-cache /var/cache/apt/*.bin'
const all = rest.replace('rm -rf', 'rm -rf /var/lib/apt/lists/*')

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
    found('lists that nothing is installed from', `${base}RUN «apt-get update»\nRUN ["apt-get", "clean"]\n`, {
      level: 'warning',
      class: 'drift',
      says: /fetches the package lists, and they stay/,
    }),
    found(
      'the same behind an install',
      `${base}RUN ${done} && rm -rf /var/log/* /var/lib/apt/lists/* /var/cache/*\nRUN [«"apt-get"», "update"]\n`,
    ),
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

    found('the edit: one line', `${base}RUN ${install}\n`, { fixed: `${base}RUN ${done} \\\n && ${all}\n` }),
    found(
      'the edit: && in front',
      `${base}RUN apt-get update \\\n    && «apt-get install» -y curl \\\n    && rm -rf /var/lib/apt/lists/*\n`,
      {
        fixed: `${base}RUN apt-get update \\\n    && apt-get install -y curl \\\n    && rm -rf /var/lib/apt/lists/* \\\n    && ${rest}\n`,
      },
    ),
    found(
      'the edit: && behind',
      `${base}RUN apt-get update && \\\n    «apt-get install» -y \\\n      curl && \\\n    rm -rf /var/lib/apt/lists/*\n\nCMD ["x"]\n`,
      {
        fixed: `${base}RUN apt-get update && \\\n    apt-get install -y \\\n      curl && \\\n    rm -rf /var/lib/apt/lists/* && \\\n    ${rest}\n\nCMD ["x"]\n`,
      },
    ),
    found(
      'the edit: semicolons with set -e',
      `${base}RUN set -eux; \\\n    apt-get update; \\\n    «apt-get install» -y curl; \\\n    rm -rf /var/lib/apt/lists/*\n`,
      {
        fixed: `${base}RUN set -eux; \\\n    apt-get update; \\\n    apt-get install -y curl; \\\n    rm -rf /var/lib/apt/lists/*; \\\n    ${rest}\n`,
      },
    ),
    found(
      'the edit: a semicolon at the end stays',
      `${base}RUN set -ex; \\\n\tapt-get update; \\\n\t«apt-get install» -y curl;\n`,
      {
        fixed: `${base}RUN set -ex; \\\n\tapt-get update; \\\n\tapt-get install -y curl; \\\n\t${all};\n`,
      },
    ),
    found(
      'the edit: semicolons without set -e hide nothing',
      `${base}RUN apt-get update; \\\n  «apt-get install» -y curl\n`,
      {
        fixed: `${base}RUN apt-get update; \\\n  apt-get install -y curl && \\\n  ${all}\n`,
      },
    ),
    found(
      'the edit: heredoc with set -e',
      `${base}RUN <<EOF\nset -e\napt-get update\n«apt-get install» -y curl\nEOF\n`,
      {
        fixed: `${base}RUN <<EOF\nset -e\napt-get update\napt-get install -y curl\n${all}\nEOF\n`,
      },
    ),
    found(
      'the edit: heredoc without set -e',
      `${base}RUN <<EOF\napt-get update\n«apt-get install» -y \\\n  curl\nEOF\n`,
      {
        fixed: `${base}RUN <<EOF\napt-get update\napt-get install -y \\\n  curl && ${all}\nEOF\n`,
      },
    ),
    found(
      'the edit: heredoc with tabs and #!',
      `${base}RUN <<-EOF\n\t#!/bin/bash -e\n\t«apt-get install» -y curl\n\n\tEOF\n`,
      {
        fixed: `${base}RUN <<-EOF\n\t#!/bin/bash -e\n\tapt-get install -y curl\n\t${rest}\n\n\tEOF\n`,
      },
    ),
    found(
      'the edit: CRLF and a backtick',
      `# escape=\`\r\nFROM debian:12\r\nRUN apt-get update \`\r\n && «apt-get install» -y curl\r\n`,
      {
        fixed: `# escape=\`\r\nFROM debian:12\r\nRUN apt-get update \`\r\n && apt-get install -y curl \`\r\n && ${all}\r\n`,
      },
    ),
    found('the edit: sudo', `${base}RUN sudo apt-get update && sudo «apt-get install» -y curl\n`, {
      fixed: `${base}RUN sudo apt-get update && sudo apt-get install -y curl \\\n && sudo ${all}\n`,
    }),
    found('the edit: behind sh -c', `${base}RUN sh -c '${install}'\n`, {
      fixed: `${base}RUN sh -c '${done}' \\\n && ${all}\n`,
    }),
    found('the edit: a pipeline', `${base}RUN ${install} 2>&1 | tee /dev/null\n`, {
      fixed: `${base}RUN ${done} 2>&1 | tee /dev/null \\\n && ${all}\n`,
    }),
    found('the edit: ONBUILD', `${base}ONBUILD RUN ${install}\n`, {
      fixed: `${base}ONBUILD RUN ${done} \\\n && ${all}\n`,
    }),
    found(
      'the edit: nothing in a mount is removed',
      `${base}RUN --mount=type=cache,target=/var/cache/apt --mount=type=cache,target=/var/lib/apt ${install}\n`,
      {
        fixed: `${base}RUN --mount=type=cache,target=/var/cache/apt --mount=type=cache,target=/var/lib/apt ${done} \\\n && rm -rf /var/log/dpkg.log /var/log/alternatives.log /var/log/apt/* /var/cache/ldconfig/aux-cache\n`,
      },
    ),
    ...[
      ['behind an if', `RUN if true; then ${install}; fi`],
      ['a subshell', `RUN (${install})`],
      ['a group', `RUN { ${install}; }`],
      ['a loop', `RUN for x in 1; do ${install}; done`],
      ['JSON form', `RUN [«"apt-get"», "install", "-y", "curl"]`],
      ['hidden by || true', `RUN ${install} || true`],
      ['behind ||', `RUN ${install} || apt-get check`],
      ['in the background', `RUN ${install} &`],
      ['a comment at the end', `RUN ${install} # done`],
      ['exec', `RUN ${install} && exec true`],
      ['exit', `RUN ${install}; exit 0`],
      ['input by a heredoc', `RUN ${install} && cat <<EOF > /x\nx\nEOF`],
      ['another shell', `SHELL ["/bin/zsh", "-c"]\nRUN ${install}`],
      ['a continued comment at the end', `RUN ${install} \\\n  # done\n`],
    ].map(([name, text]) =>
      found(`no edit: ${name}`, `${base}${text}\n`, { fixed: `${base}${text}\n`.replace(/[«»]/g, '') }),
    ),
    found('strict: an error', `${base}RUN ${install}\n`, {
      level: 'error',
      settings: { profile: 'strict', rules: {} },
    }),
    found('dpkg -i: its log', `${base}COPY x.deb /\nRUN «dpkg» -i /x.deb && rm /x.deb\n`, {
      says: /the log of dpkg \(with/,
      fixed: `${base}COPY x.deb /\nRUN dpkg -i /x.deb && rm /x.deb \\\n && rm -rf /var/log/dpkg.log\n`,
    }),
    found('dpkg -i and what it needs', `${base}RUN apt-get update; «dpkg» -i x.deb || apt-get -fy install\n`, {
      says: /the logs of dpkg, alternatives, apt/,
    }),
    found('a local package by apt', `${base}RUN «apt-get install» -y ./x.deb && rm -rf /var/lib/apt/lists/*\n`),
    found('gdebi', `${base}RUN «gdebi» -n x.deb\n`),
    found('xargs', `${base}RUN xargs «apt-get install» -y < packages.txt\n`),
    found(
      'the edit: clean before autoremove is too early',
      `${base}RUN ${install} && apt-get clean && apt-get autoremove -y && rm -rf /var/lib/apt/lists/*\n`,
      {
        fixed: `${base}RUN ${done} && apt-get clean && apt-get autoremove -y && rm -rf /var/lib/apt/lists/* \\\n && ${rest}\n`,
      },
    ),
    found(
      'the edit: clean at the end takes the caches',
      `${base}RUN ${install} && rm -rf /var/lib/apt/lists/* && apt-get clean\n`,
      {
        fixed: `${base}RUN ${done} && rm -rf /var/lib/apt/lists/* && apt-get clean \\\n && ${rest.replace(' /var/cache/apt/*.bin', '')}\n`,
      },
    ),
  ],
  silent: [
    silent(
      'lists that are removed, mounted, or in a builder',
      `FROM debian:12 AS b\nRUN apt-get update\nFROM debian:12\nCOPY --from=b /x /x\nRUN apt-get update && rm -rf /var/lib/apt/lists/*\nRUN --mount=type=cache,target=/var/lib/apt apt-get update\n`,
    ),
    silent(
      'lists that a later RUN installs from are another rule, and a script may install',
      `${base}RUN apt-get update\nRUN apt-get install -y curl && rm -rf /var/log/* /var/cache/*\nRUN apt-get update && ./setup.sh\n`,
    ),
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

    silent(
      'dpkg asks',
      `${base}RUN dpkg --print-architecture && dpkg -l && dpkg -x x.deb / && dpkg --add-architecture i386 && dpkg -L curl\n`,
    ),
    silent('dpkg and its log', `${base}RUN dpkg -i x.deb && rm -f x.deb /var/log/dpkg.log\n`),
    silent('only downloads', `${base}RUN apt-get install -y --download-only curl && apt-get download curl\n`),
    silent(
      'apt-get distclean and logs',
      `${base}RUN ${done} && apt-get distclean && rm -rf /var/log /var/cache/ldconfig\nRUN ${done}; apt-get dist-clean; rm -rf /var/log /var/cache/ldconfig\n`,
    ),
  ],
}
