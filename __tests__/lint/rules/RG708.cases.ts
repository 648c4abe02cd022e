import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'

export const cases = {
  found: [
    found('a commit in ENV', `${base}ARG «GIT_SHA»\nENV GIT_SHA=$GIT_SHA\n`, {
      level: 'notice',
      class: 'machine',
      says: /`GIT_SHA` has no default, and an `ENV` writes it into the image/,
    }),
    found('in RUN', `${base}ARG «BUILD_ID»\nRUN echo \${BUILD_ID} > /build\n`, { says: /a `RUN` works with it/ }),
    found('in LABEL', `${base}ARG «REVISION»\nLABEL revision="$REVISION"\n`),
    found('two in one ARG', `${base}ARG «A» «B»\nRUN echo $A $B > /x\n`),
    found('a version', `${base}ARG «VERSION»\nRUN curl -fLO https://example.com/\${VERSION}/x.tgz\n`),
    found('declared before FROM as well', `ARG X\n${base}ARG «X»\nRUN echo $X > /x\n`),
    found('a stage that is continued', `FROM debian:12 AS b\nARG «X»\nRUN echo $X > /x\nFROM b\n`),
    found('heredoc', `${base}ARG «X»\nRUN <<EOF\necho $X > /x\nEOF\n`),
    found('lower case', `${base}arg «ci_run»\nrun echo $ci_run > /x\n`),
  ],
  silent: [
    silent('a default', `${base}ARG X=1\nRUN echo $X > /x\n`),
    silent('a default before FROM', `ARG X=1\n${base}ARG X\nRUN echo $X > /x\n`),
    silent('an empty default', `${base}ARG X=\nRUN echo $X > /x\n`),
    silent('a default beside it', `${base}ARG X\nRUN echo \${X:-1} > /x\n`),
    silent('not used', `${base}ARG X\nRUN true\n`),
    silent('used before', `${base}RUN echo $X\nARG X\n`),
    silent('the platform', `${base}ARG TARGETARCH\nARG TARGETPLATFORM\nRUN echo $TARGETARCH $TARGETPLATFORM > /x\n`),
    silent('the epoch', `${base}ARG SOURCE_DATE_EPOCH\nRUN echo $SOURCE_DATE_EPOCH > /x\n`),
    silent('a proxy', `${base}ARG HTTP_PROXY\nRUN echo $HTTP_PROXY\n`),
    silent('a builder stage', `FROM debian:12 AS b\nARG X\nRUN echo $X > /x\nFROM scratch\nCOPY --from=b /y /y\n`),
    silent('another name', `${base}ARG X\nRUN echo $XY > /x\n`),
    silent('a comment', `${base}ARG X\n# RUN echo $X\nRUN true\n`),
    silent('a value given', `${base}ARG X\nRUN echo $X > /x\n`, { args: { X: '1' } }),
    silent('only in FROM', `ARG X\nFROM $X\n`),
  ],
}
