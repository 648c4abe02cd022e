import { found, silent } from '../cases.ts'

const digest = `sha256:${'4f'.repeat(32)}`

export const cases = {
  found: [
    found('an ARG without default', 'ARG BASE\nFROM «${BASE}»\n', {
      level: 'notice',
      class: 'drift',
      says: /`BASE` has no default(?:.|\n)*ARG BASE=<image>:<tag>@sha256/,
    }),
    found('a tag without default', 'ARG V\nFROM «python:$V» AS x\n', { says: /`python:\$V`/ }),
    found('a suffix without default', 'ARG VARIANT\nFROM «python:3.12${VARIANT}»\n'),
    found('an argument that nobody declares', 'FROM «python:${V}»\n', {
      says: /no ARG before the first FROM declares `V`/,
    }),
    found('an argument of the stage above', `FROM debian@${digest} AS a\nARG V=3.12\nFROM «python:\${V}»\n`, {
      says: /one after it does not count/,
    }),
    found('two of them', 'ARG REPO\nARG V\nFROM «${REPO}:${V}»\n', { says: /`REPO` and `V` have no default/ }),
    found('an argument made of one without default', 'ARG V\nARG BASE=python:${V}\nFROM «$BASE»\n'),
    found('a default that makes no name', 'ARG V=\nFROM «python:${V}»\n', {
      says: /is `python:`, which names no image/,
    }),
    found('an empty default', 'ARG BASE=""\nFROM «$BASE»\n', { says: /is empty/ }),
    found('beside a platform argument', 'ARG V\nFROM «base-${TARGETARCH}:${V}»\n', { says: /`V` has no default/ }),
    found(
      'in a stage that copies from others',
      `ARG BASE\nFROM golang@${digest} AS build\nFROM «$BASE»\nCOPY --from=build /x /x\n`,
    ),
    found('in a Windows build', 'ARG V\nFROM «mcr.microsoft.com/windows/servercore:$V»\n'),
  ],
  silent: [
    silent('a default', `ARG BASE=python:3.12@${digest}\nFROM $BASE\n`),
    silent('a default without digest is another rule', 'ARG V=3.12\nFROM python:$V\n'),
    silent('a default in the expansion', 'ARG BASE\nFROM ${BASE:-debian:12}\n'),
    silent('an optional suffix', 'ARG V\nFROM python:3.12${V:+-$V}\n'),
    silent('a value from the build', 'ARG BASE\nFROM $BASE\n', { args: { BASE: 'debian:12' } }),
    silent('a platform argument', 'FROM base-${TARGETARCH}\n'),
    silent('a platform argument in the registry part', 'FROM ${TARGETARCH}/debian:12\n'),
    silent('a stage chosen by architecture', `FROM debian@${digest} AS base-amd64\nFROM base-\${TARGETARCH}\n`),
    silent('a stage chosen by an argument', `ARG SRC\nFROM debian@${digest} AS img-cpu\nFROM img\${SRC}\n`),
    silent(
      'a stage chosen by an argument alone',
      `ARG V\nFROM debian@${digest} AS cpu\nFROM debian@${digest} AS gpu\nFROM \${V}\n`,
    ),
    silent('scratch by argument', 'ARG BASE=scratch\nFROM $BASE\n'),
    silent('no variable', 'FROM python:3.12\n'),
    silent('a stage that the target does not need', `ARG B\nFROM $B AS a\nFROM debian@${digest}\n`),
    silent('a placeholder for a digest is another rule', 'ARG BASE=python:3.12@sha256:TODO\nFROM $BASE\n'),
    silent('COPY --from expands nothing', `FROM debian@${digest}\nARG V\nCOPY --from=x:$V /x /x\n`),
    silent('a named build context', 'ARG B=base\nFROM $B\n', { contexts: ['base'] }),
  ],
}
