import { found, silent } from '../cases.ts'

const base = 'FROM python:3.12\n'
const cache = '--mount=type=cache,target='

export const cases = {
  found: [
    found('a virtual environment', `${base}RUN «${cache}/opt/venv» python -m venv /opt/venv && pip install x\n`, {
      level: 'warning',
      class: 'machine',
      says: /in no layer of the image/,
    }),
    found('node_modules', `${base}WORKDIR /app\nRUN «${cache}/app/node_modules» npm ci\n`),
    found('site-packages', `${base}RUN «${cache}/usr/local/lib/python3.12/site-packages» pip install x\n`),
    found('/usr/local', `${base}RUN «${cache}/usr/local» make install\n`),
    found(
      'the result is copied from it',
      `FROM rust:1 AS b\nRUN «${cache}/app/target» cargo build --release\nFROM scratch\nCOPY --from=b /app/target/release/x /x\n`,
      {
        says: /the `COPY` after it/,
      },
    ),
    found(
      'a later RUN reads it',
      `${base}RUN «${cache}/models» curl -o /models/m https://example.com/m\nRUN cp /models/m /m\n`,
    ),
    found('the program stands in it', `${base}RUN «${cache}/build» make -C /build\nCMD ["/build/app"]\n`),
    found('other order of options', `${base}RUN «--mount=target=/opt/venv,type=cache» pip install x\n`),
    found('by its id', `${base}RUN «--mount=type=cache,id=v,dst=/opt/venv,sharing=locked» pip install x\n`),
    found('the folder from ARG', `${base}ARG V=/opt/venv\nRUN «${cache}$V» pip install x\n`),
    found('apt without sharing', `${base}RUN «${cache}/var/cache/apt» apt-get update && apt-get install -y x\n`, {
      level: 'notice',
      says: /sharing=locked/,
    }),
  ],
  silent: [
    silent('pip', `${base}RUN ${cache}/root/.cache/pip pip install x\n`),
    silent('npm', `${base}RUN ${cache}/root/.npm npm ci\n`),
    silent('uv', `${base}RUN ${cache}/root/.cache/uv uv sync\n`),
    silent('Go', `${base}RUN ${cache}/go/pkg/mod ${cache}/root/.cache/go-build go build ./...\n`),
    silent('cargo registry', `${base}RUN ${cache}/usr/local/cargo/registry cargo fetch\n`),
    silent('Maven', `${base}RUN ${cache}/root/.m2 mvn package\n`),
    silent(
      'apt, locked',
      `${base}RUN ${cache}/var/cache/apt,sharing=locked ${cache}/var/lib/apt,sharing=locked apt-get install -y x\n`,
    ),
    silent(
      'the result is copied out',
      `${base}RUN ${cache}/app/target cargo build && cp /app/target/release/x /usr/bin/x\n`,
    ),
    silent('every RUN mounts it', `${base}RUN ${cache}/work make -C /work\nRUN ${cache}/work make -C /work install\n`),
    silent('a name that only begins so', `${base}RUN ${cache}/work make\nRUN ls /workspace /my/work\n`),
    silent('only used there', `${base}RUN --mount=target=.,rw ${cache}/src/node_modules yarn lint && node x.js\n`),
    silent('a bind mount', `${base}RUN --mount=type=bind,target=/opt/venv pip install x\n`),
    silent('tmpfs', `${base}RUN --mount=type=tmpfs,target=/opt/venv pip install x\n`),
    silent('a folder that is not known', `${base}RUN ${cache}$X pip install x\n`),
    silent('no target', `${base}RUN --mount=type=cache pip install x\n`),
    silent('a comment', `${base}# RUN ${cache}/opt/venv pip install x\n`),
    silent('an unreachable stage', `FROM x AS b\nRUN ${cache}/opt/venv pip install x\nFROM scratch\n`),
  ],
}
