import { found, silent } from '../cases.ts'

const digest = `sha256:${'4f'.repeat(32)}`
const base = `FROM debian@${digest}\n`

export const cases = {
  found: [
    found('COPY --from a tag', `${base}COPY --from=«ghcr.io/astral-sh/uv:0.5.1» /uv /bin/\n`, {
      level: 'warning',
      class: 'drift',
      says: /imagetools inspect ghcr\.io\/astral-sh\/uv:0\.5\.1/,
    }),
    found('no tag', `${base}COPY --from=«busybox» /bin/sh /sh\n`),
    found('latest', `${base}COPY --from=«nginx:latest» /etc/nginx /n\n`),
    found('a bind mount', `${base}RUN --mount=type=bind,from=«golang:1.22»,target=/go true\n`, { says: /mounts/ }),
    found('the second mount', `${base}RUN --mount=type=cache,target=/c --mount=from=«alpine:3»,target=/a true\n`),
    found('with --link and --chmod', `${base}COPY --link --chmod=755 --from=«a/b:1» /x /x\n`),
    found('two COPYs', `${base}COPY --from=«a/b:1» /x /x\nCOPY --from=«c/d:2» /y /y\n`),
    found('in a builder stage', `FROM debian@${digest} AS b\nCOPY --from=«a/b:1» /x /x\n${base}COPY --from=b /x /x\n`),
    found('over two lines', `${base}COPY \\\n  --from=«a/b:1» /x /x\n`),
    found(
      'an ONBUILD that triggers in two stages, once',
      `FROM debian@${digest} AS b\nONBUILD COPY --from=«a/b:1» /x /x\nFROM b AS c\nFROM b\nCOPY --from=c /x /y\n`,
    ),
    found(
      'an ONBUILD that nothing here triggers',
      `${base}ONBUILD COPY --from=«a/b:1» /x /x\nONBUILD RUN --mount=from=«nginx:1»,target=/n true\n`,
    ),
    found('a name that is no stage', `FROM debian@${digest} AS a\n${base}COPY --from=«builder» /x /x\n`),
    found('in a Windows image', 'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY --from=«a/b:1» /x /x\n'),
  ],
  silent: [
    silent('a digest', `${base}COPY --from=a/b:1@${digest} /x /x\n`),
    silent('a stage', `FROM debian:12 AS b\n${base}COPY --from=b /x /x\n`),
    silent('a stage in other case', `FROM debian:12 AS Build\n${base}COPY --from=build /x /x\n`),
    silent('a stage by index', `FROM debian:12\n${base}COPY --from=0 /x /x\n`),
    silent('an index that is not there', `${base}COPY --from=7 /x /x\n`),
    silent('a stage that comes later', `${base}COPY --from=later /x /x\nFROM debian:12 AS later\nFROM debian:13\n`, {
      target: '',
    }),
    silent(
      'a later stage by name',
      `FROM debian@${digest} AS a\nCOPY --from=later /x /x\nFROM debian@${digest} AS later\n`,
      { target: 'a' },
    ),
    silent('a named build context', `${base}COPY --from=docs /x /x\n`, { contexts: ['docs'] }),
    silent('a variable', `${base}ARG IMG=a/b:1\nCOPY --from=\${IMG} /x /x\n`),
    silent('a mount of the context', `${base}RUN --mount=type=bind,source=.,target=/src true\n`),
    silent('a mount of a stage', `FROM debian:12 AS b\n${base}RUN --mount=type=bind,from=b,target=/b true\n`),
    silent('a placeholder for a digest is another rule', `${base}COPY --from=a/b:1@sha256:TODO /x /x\n`),
    silent('a name in an ONBUILD may be a stage of the other build', `${base}ONBUILD COPY --from=builder /x /x\n`),
    silent(
      'a digest, a stage, a build context in an ONBUILD',
      `${base}ONBUILD COPY --from=a/b:1@${digest} /x /x\nONBUILD COPY --from=0 /x /x\nONBUILD COPY --from=a/docs /x /x\n`,
      { contexts: ['a/docs'] },
    ),
    silent('plain COPY', `${base}COPY a b\n`),
    silent('an unreachable stage', `FROM debian:12 AS a\nCOPY --from=x/y:1 /x /x\n${base}`),
    silent('a cache mount', `${base}RUN --mount=type=cache,target=/root/.cache true\n`),
    silent('the base alone', 'FROM debian:12\n'),
  ],
}
