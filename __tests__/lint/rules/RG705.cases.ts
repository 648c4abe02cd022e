import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'

export const cases = {
  found: [
    found('build-essential', `${base}RUN apt-get update && apt-get install -y «build-essential» curl\n`, {
      level: 'notice',
      class: 'drift',
      says: /`build-essential` comes into the image/,
    }),
    found('several', `${base}RUN apt-get install -y «gcc» g++ cmake\n`, { says: /`gcc`, `g\+\+` and `cmake`/ }),
    found('with a version', `${base}RUN apt-get install -y «build-essential=12.9»\n`),
    found('gcc-12', `${base}RUN apt-get install -y «gcc-12»\n`),
    found('apk', `FROM alpine:3.20\nRUN apk add --no-cache «build-base»\n`),
    found('dnf', `FROM fedora:40\nRUN dnf install -y «gcc-c++» make\n`),
    found('Java', `${base}RUN apt-get install -y «openjdk-17-jdk»\n`),
    found('a stage that is continued', `FROM debian:12 AS b\nRUN apt-get install -y «gcc»\nFROM b\n`),
    found('over lines', `${base}RUN apt-get update && apt-get install -y \\\n    curl \\\n    «cmake» \\\n    git\n`),
  ],
  silent: [
    silent(
      'a builder stage',
      `FROM debian:12 AS b\nRUN apt-get install -y build-essential\nFROM debian:12\nCOPY --from=b /x /x\n`,
    ),
    silent('removed again', `${base}RUN apt-get install -y gcc && pip install x && apt-get purge -y gcc\n`),
    silent('apk del', `FROM alpine\nRUN apk add --virtual .b gcc && make && apk del .b\n`),
    silent('other packages', `${base}RUN apt-get install -y curl git libgomp1 python3-dev\n`),
    silent('libraries of a compiler', `${base}RUN apt-get install -y libgcc-s1 gcc-12-base cmake-data\n`),
    silent('removed only', `${base}RUN apt-get remove -y gcc\n`),
    silent('update only', `${base}RUN apt-get update\n`),
    silent('only said', `${base}RUN echo apt-get install gcc\n`),
    silent('a comment', `${base}# RUN apt-get install gcc\n`),
    silent('names that are not known', `${base}RUN apt-get install -y $PACKAGES\n`),
    silent('an unreachable stage', `FROM x AS b\nRUN apt-get install -y gcc\nFROM scratch\n`),
  ],
}
