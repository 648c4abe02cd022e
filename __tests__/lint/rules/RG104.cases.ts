import { found, silent } from '../cases.ts'

const digest = `sha256:${'4f'.repeat(32)}`

export const cases = {
  found: [
    found('no tag', 'FROM «ubuntu»\n', { level: 'error', class: 'drift', says: /has no tag/ }),
    found('latest', 'FROM «python:latest»\n', { level: 'error' }),
    found('latest of a flavour', 'FROM «tensorflow/tensorflow:latest-gpu»\n'),
    found('a flavour of latest', 'FROM «acme/app:cuda-latest»\n'),
    found('nightly', 'FROM «rustlang/rust:nightly»\n'),
    found('edge', 'FROM «alpine:edge»\n'),
    found('Debian by suite alias', 'FROM «debian:stable-slim»\n'),
    found('a branch', 'FROM «ghcr.io/o/app:main»\n'),
    found('dev', 'FROM «o/app:dev»\n'),
    found('COPY --from', `FROM debian:12@${digest}\nCOPY --from=«busybox» /bin/sh /sh\n`),
    found('registry with a port and no tag', 'FROM «localhost:5000/team/app»\n', { says: /no tag/ }),
    found('an ARG: a warning, the build may give another', 'ARG BASE=ubuntu\nFROM «$BASE»\n', { level: 'warning' }),
    found('a registry from an ARG', 'ARG REG=docker.io\nFROM «${REG}/library/ubuntu»\n', { level: 'warning' }),
    found('a short digest', 'FROM «debian:12@sha256:1234abcd»\n', { level: 'error', says: /64 digits/ }),
    found('a placeholder for a digest', 'FROM «python:3.11-slim@sha256:REPLACE_WITH_ACTUAL_DIGEST»\n', {
      level: 'error',
    }),
    found('a digest of one letter', `FROM «python:3.11@sha256:${'a'.repeat(64)}»\n`, { says: /placeholder/ }),
  ],
  silent: [
    silent('a version', 'FROM python:3.12\n'),
    silent('a version and a flavour', 'FROM nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04\n'),
    silent('a code name', 'FROM debian:bookworm-slim\n'),
    silent('latest with a digest', `FROM python:latest@${digest}\n`),
    silent('no tag with a digest', `FROM python@${digest}\n`),
    silent('scratch', 'FROM scratch\n'),
    silent('a stage called latest', `FROM debian:12 AS latest\nFROM latest\n`),
    silent('a dated nightly', 'FROM rustlang/rust:nightly-2024-05-01\n'),
    silent('a commit of main', 'FROM o/app:main-4f2a9c1\n'),
    silent('a development version', 'FROM o/app:1.2.3-dev\n'),
    silent('an unknown tag', 'ARG V\nFROM python:${V}\n'),
    silent('a tag that is a version by ARG', 'ARG V=3.12\nFROM python:${V}\n'),
    silent('a named build context', 'FROM app\n', { contexts: ['app'] }),
    silent('an unreachable stage', `FROM ubuntu AS old\nFROM debian:12\n`),
    silent('name with the word in it', 'FROM o/latest:1.0\n'),
  ],
}
