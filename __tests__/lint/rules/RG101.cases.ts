import { found, silent } from '../cases.ts'

const digest = `sha256:${'4f'.repeat(32)}`

export const cases = {
  found: [
    found('a tag', 'FROM «python:3.12-slim»\n', {
      level: 'warning',
      class: 'drift',
      says: /imagetools inspect python:3\.12-slim/,
    }),
    found('no tag', 'FROM «debian»'),
    found('every external stage', 'FROM «golang:1.22» AS build\nFROM «debian:12»\nCOPY --from=build /x /x'),
    found('an ARG default', 'ARG BASE=python:3.12\nFROM «${BASE}»\n', { says: /`\$\{BASE\}` \(`python:3\.12` here\)/ }),
    found('an ARG in the tag', 'ARG V=3.12\nFROM «python:$V»\n', { says: /python:3\.12/ }),
    found('a default in the expansion', 'FROM «${BASE:-debian:12}»\n', { says: /debian:12/ }),
    found('a value from the build', 'ARG BASE\nFROM «$BASE»\n', {
      args: { BASE: 'ubuntu:24.04' },
      says: /ubuntu:24\.04/,
    }),
    found('a registry with a port', 'FROM «localhost:5000/team/app:1»\n'),
    found('lower case and a platform', 'from --platform=linux/amd64 «alpine:3.20» as x\n'),
    found(
      'a stage name that comes later is an image',
      `FROM «later:1» AS a\nFROM debian@${digest} AS later\nCOPY --from=a /x /x`,
    ),
    found('Windows images too', 'FROM «mcr.microsoft.com/windows/servercore:ltsc2022»\nRUN dir\n'),
    found('a suffix that no stage has', `FROM debian@${digest} AS base\nARG S=-slim\nFROM «python:3.12-slim»\n`),
    found(
      'an argument between the stages reaches no FROM',
      `FROM debian@${digest} AS a\nARG V=1\nFROM «python:\${V:-3.12}»\n`,
      {
        says: /python:3\.12/,
      },
    ),
    found('an argument that hands on another', 'ARG V=3.12\nARG BASE=python:${V}\nFROM «$BASE»\n', {
      says: /python:3\.12/,
    }),
    found('a registry in an argument', 'ARG REG=docker.io\nFROM «${REG}/library/python:3.12»\n', {
      says: /Give one ARG the whole reference/,
    }),
    found('a build argument that takes the digest away', `ARG BASE=python:3.12@${digest}\nFROM «$BASE»\n`, {
      args: { BASE: 'python:3.13' },
      says: /wherever `BASE` gets its value/,
    }),
    found('the name in quotes', 'FROM «"debian:12"»\n'),
    found(
      'the stages that a platform chooses',
      'FROM «debian:12» AS base-amd64\nFROM «debian:11» AS base-arm64\nFROM alpine:3 AS other\nFROM base-${TARGETARCH}\n',
    ),
    found(
      'the stages that an argument chooses',
      'ARG V\nFROM «debian:12» AS cpu\nFROM «debian:11» AS gpu\nFROM ${V}\n',
    ),
    found('BOM and CRLF', '\ufeffFROM «debian:12»\r\nRUN true\r\n'),
  ],
  silent: [
    silent('tag and digest', `FROM python:3.12@${digest}\n`),
    silent('digest alone', `FROM python@${digest}\n`),
    silent('registry with port, tag and digest', `FROM localhost:5000/x/y:1@${digest}\n`),
    silent('scratch', 'FROM scratch\nCOPY x /x\n'),
    silent('an earlier stage, case does not matter', `FROM debian@${digest} AS Base\nFROM BASE\n`),
    silent('a named build context', 'FROM base\n', { contexts: ['base'] }),
    silent('a build context that replaces an image', 'FROM alpine\n', {
      contexts: ['docker.io/library/alpine:latest'],
    }),
    silent('the whole reference in an ARG', `ARG PYTHON=python:3.12@${digest}\nFROM \${PYTHON}\n`),
    silent('the digest in an ARG', `ARG DIGEST=${digest}\nFROM python:3.12@\${DIGEST}\n`),
    silent('an ARG without value', 'ARG BASE\nFROM ${BASE}\n'),
    silent('a platform argument that chooses', 'FROM base-${TARGETARCH}\n'),
    silent('a variable that chooses a stage', `ARG V=gpu\nFROM debian@${digest} AS base-gpu\nFROM base-\${V}\n`),
    silent('a variable that could choose another stage', `ARG V=-x\nFROM debian@${digest} AS img-a\nFROM img\${V}\n`),
    silent('a build argument that brings the digest', 'ARG BASE=python:3.12\nFROM $BASE\n', {
      args: { BASE: `python:3.12@${digest}` },
    }),
    silent('a digest in the expansion', `FROM \${BASE:-debian:12@${digest}}\n`),
    silent('an ARG without value in the tag', 'ARG V\nFROM python:3.12${V}\n'),
    silent('a sha512 digest', `FROM python:3.12@sha512:${'4f'.repeat(64)}\n`),
    silent('an unreachable stage', `FROM debian:12 AS old\nFROM debian@${digest}\n`),
    silent('a stage the target does not need', `FROM debian@${digest} AS a\nFROM debian:12 AS b\n`, { target: 'a' }),
    silent('a comment', `# FROM debian:12\nFROM debian@${digest}\n`),
    silent('a short digest is another rule', 'FROM debian:12@sha256:1234\n'),
  ],
}
