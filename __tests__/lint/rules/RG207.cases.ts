import { found, silent } from '../cases.ts'

const base = 'FROM alpine:3.20\n'

export const cases = {
  found: [
    found('one package', `${base}RUN apk add --no-cache «curl»\n`, {
      level: 'warning',
      class: 'drift',
      says: /`curl` is installed.*drops an old version/s,
    }),
    found('only those without a version', `${base}RUN apk add --no-cache bash=5.2.26-r0 «curl» jq\n`, {
      says: /^`curl` and `jq`/,
    }),
    found('over lines', `${base}RUN apk --no-cache add \\\n      «git» \\\n      make=4.4.1-r2\n`),
    found('behind options with values', `${base}RUN apk add -t .deps -X https://x.test/v3.20/main --wait 5 «gcc»\n`),
    found('the name of the virtual package is none', `${base}RUN apk add --no-cache --virtual .build «gcc» musl-dev\n`),
    found('a branch is no version', `${base}RUN apk add --no-cache «chromium@edge»\n`),
    found('a range: a notice', `${base}RUN apk add --no-cache «'git~2.45'»\n`, { level: 'notice', says: /range/ }),
    found('all ranges', `${base}RUN apk add --no-cache «"git>=2"» 'curl<9' 'bash~=5.2' 'jq=~1.7'\n`, {
      level: 'notice',
      says: /`git>=2`, `curl<9`, `bash~=5\.2` and `jq=~1\.7`/,
    }),
    found('bare names go before ranges', `${base}RUN apk add --no-cache git~2.45 «curl»\n`, {
      level: 'warning',
      says: /^`curl` is/,
    }),
    found('names from a variable', `${base}ENV DEPS="gcc make=4.4.1-r2"\nRUN apk add --no-cache «$DEPS»\n`, {
      says: /^`gcc` is/,
    }),
    found('sh -c', `${base}RUN sh -c 'apk add «curl»'\n`),
    found('JSON form', `${base}RUN ["apk", "add", "--no-cache", «"curl"»]\n`),
    found('heredoc', `${base}RUN <<EOF\napk add --no-cache «curl»\nEOF\n`),
    found('one for each command', `${base}RUN apk add «curl» && apk add «git»\n`),
  ],
  silent: [
    silent('exact versions', `${base}RUN apk add --no-cache curl=8.9.0-r0 'bash=5.2.26-r0' chromium=126.0-r0@edge\n`),
    silent('a version that is not known', `${base}ARG V\nRUN apk add --no-cache curl=$V "git=\${GIT}"\n`),
    silent('an unknown part of the name', `${base}ARG V\nRUN apk add --no-cache php\${V}-fpm\n`),
    silent('names that are not known', `${base}RUN apk add --no-cache $(cat packages.txt) $MORE\n`),
    silent('a file', `${base}RUN apk add --no-cache --allow-untrusted ./glibc.apk /tmp/x.apk y.apk\n`),
    silent('an exclusion', `${base}RUN apk add --no-cache '!pyc' python3=3.12.3-r1\n`),
    silent('no operand', `${base}RUN apk add --no-cache\n`),
    silent(
      'packages from a stage, no network',
      `${base}RUN --mount=type=bind,from=pkgs,target=/etc/apk/cache apk add --no-network curl\n`,
    ),
    silent(
      'a repository of a fixed day',
      `${base}RUN apk add --no-cache -X https://mirror.test/alpine/20240601/v3.20/main curl\n`,
    ),
    silent('a simulation', `${base}RUN apk add --simulate curl\n`),
    silent('other actions', `${base}RUN apk update && apk del curl && apk info curl && apk fix\n`),
    silent('only said', `${base}RUN echo apk add curl\n`),
    silent('an unreachable stage', `FROM alpine AS b\nRUN apk add curl\nFROM alpine\n`),
    silent('a comment', `${base}RUN true \\\n  # apk add curl\n  && true\n`),
  ],
}
