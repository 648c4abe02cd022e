import { found, silent } from '../cases.ts'

const base = 'FROM alpine:3.20\n'

export const cases = {
  found: [
    found('--virtual', `${base}RUN apk add --no-cache --virtual «.deps» curl\n`, {
      level: 'error',
      class: 'now',
      says: /\/etc\/apk\/world.*--virtual \.deps=0/s,
      fixed: `${base}RUN apk add --no-cache --virtual .deps=0 curl\n`,
    }),
    found('-t', `${base}RUN apk add -t «run-deps» curl\n`, { fixed: `${base}RUN apk add -t run-deps=0 curl\n` }),
    found('in one word', `${base}RUN apk add «--virtual=.deps» curl\n`, {
      fixed: `${base}RUN apk add --virtual=.deps=0 curl\n`,
    }),
    found('in quotes', `${base}RUN apk add --virtual «".deps"» curl\n`, {
      fixed: `${base}RUN apk add --virtual ".deps=0" curl\n`,
    }),
    found('behind packages', `${base}RUN apk --no-cache add curl git --virtual «.deps»\n`),
    found(
      'deleted in the same RUN: a notice',
      `${base}RUN apk add --no-cache --virtual «.b» gcc && make && apk del .b\n`,
      {
        level: 'notice',
        says: /deleted in this same RUN/,
        fixed: `${base}RUN apk add --no-cache --virtual .b=0 gcc && make && apk del .b\n`,
      },
    ),
    found('something deleted, nobody knows what', `${base}RUN apk add --virtual «.b» gcc && apk del $X\n`, {
      level: 'notice',
    }),
    found('another deleted', `${base}RUN apk add --virtual=.a=1 gcc && apk add --virtual «.b» make && apk del .a\n`, {
      level: 'error',
    }),
    found('deleted in a later RUN', `${base}RUN apk add --virtual «.b» gcc\nRUN apk del .b\n`, { level: 'error' }),
    found('a name from a variable', `${base}RUN v=.deps && apk add --virtual «$v» curl\n`, {
      level: 'error',
      fixed: `${base}RUN v=.deps && apk add --virtual $v curl\n`,
    }),
    found(
      'over lines',
      `${base}RUN set -eux; \\\n    apk add --no-cache --virtual «.deps» \\\n      curl \\\n    ;\n`,
      {
        fixed: `${base}RUN set -eux; \\\n    apk add --no-cache --virtual .deps=0 \\\n      curl \\\n    ;\n`,
      },
    ),
    found('JSON form', `${base}RUN ["apk", "add", "-t", «".deps"», "curl"]\n`, {
      fixed: `${base}RUN ["apk", "add", "-t", ".deps=0", "curl"]\n`,
    }),
    found('sh -c', `${base}RUN sh -c 'apk add -t «.deps» curl'\n`, {
      fixed: `${base}RUN sh -c 'apk add -t .deps=0 curl'\n`,
    }),
    found('heredoc', `${base}RUN <<EOF\napk add -t «.deps» curl\nEOF\n`, {
      fixed: `${base}RUN <<EOF\napk add -t .deps=0 curl\nEOF\n`,
    }),
    found('ONBUILD', `${base}ONBUILD RUN apk add --virtual «.deps» curl\n`),
    found('a builder copied whole', `FROM alpine AS b\nRUN apk add -t «.d» curl\nFROM scratch\nCOPY --from=b / /\n`),
  ],
  silent: [
    silent('with a version', `${base}RUN apk add --no-cache --virtual .deps=0 curl\n`),
    silent('with any version', `${base}RUN apk add -t .deps=20240101 curl && apk add --virtual=.b=1 x\n`),
    silent('no virtual package', `${base}RUN apk add --no-cache curl\n`),
    silent('a name that is not known', `${base}RUN apk add --virtual $DEPS curl\n`),
    silent('a version that is not known', `${base}RUN apk add --virtual .deps=$V curl\n`),
    silent('deleting is no adding', `${base}RUN apk del .deps\n`),
    silent(
      'a builder of which a file is copied',
      `FROM alpine AS b\nRUN apk add -t .d gcc\nFROM scratch\nCOPY --from=b /app /app\n`,
    ),
    silent('a simulation', `${base}RUN apk add -s --virtual .deps curl\n`),
    silent('-t of another program', `${base}RUN apt-get install -y -t bookworm-backports curl\n`),
    silent('only said', `${base}RUN echo apk add --virtual .deps curl\n`),
    silent('an unreachable stage', `FROM alpine AS b\nRUN apk add -t .d gcc\nFROM alpine\n`),
    silent('no value', `${base}RUN apk add curl --virtual\n`),
  ],
}
