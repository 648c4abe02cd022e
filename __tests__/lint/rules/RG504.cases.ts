import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const oci = 'org.opencontainers.image.created'
const workflow = (line: string) => ({
  workflows: [{ file: '.github/workflows/ci.yml', text: `steps:\n  - with:\n      build-args: |\n        ${line}\n` }],
})

export const cases = {
  found: [
    found('a label of an argument: a notice', `${base}ARG BUILD_DATE\nLABEL ${oci}=«$BUILD_DATE»\n`, {
      level: 'notice',
      class: 'now',
      says: /git log -1 --format=%cI/,
    }),
    found(
      'quoted, between others',
      `${base}ARG BUILD_DATE=unknown\nLABEL a=b \\\n  build-date=«"\${BUILD_DATE}"» \\\n  c=d\n`,
      {
        level: 'notice',
      },
    ),
    found('the workflow gives the time of the build', `${base}ARG BUILD_DATE\nLABEL ${oci}=«$BUILD_DATE»\n`, {
      ...workflow('BUILD_DATE=${{ steps.date.outputs.now }}'),
      level: 'warning',
      says: /ci\.yml` gives it/,
    }),
    found('the build gives a date', `${base}ARG BUILD_DATE\nLABEL ${oci}=«$BUILD_DATE»\n`, {
      args: { BUILD_DATE: '2026-11-21T10:00:00Z' },
      level: 'warning',
    }),
    found('two labels of one argument: once', `${base}ARG D\nLABEL ${oci}=«$D» org.label-schema.build-date=$D\n`, {
      says: /label-schema\.build-date` hold/,
    }),
    found('as a variable', `${base}ARG BUILD_TIMESTAMP\nENV BUILD_TIMESTAMP=«\${BUILD_TIMESTAMP}»\n`, {
      level: 'notice',
    }),
    found('the old form', `${base}ARG BUILD_DATE\nLABEL build_date «$BUILD_DATE»\n`),
    found(
      'an argument of another name under a key that says it',
      `${base}ARG WHEN\nLABEL com.example.build-date=«$WHEN»\n`,
    ),
    found(
      'in a text',
      `${base}ARG BUILD_DATE\nARG VERSION\nLABEL build_version=«"v:\${VERSION} Build-date:\${BUILD_DATE}"»\n`,
    ),
    found(
      'in a stage that the target continues',
      `FROM debian:12 AS a\nARG BUILD_DATE\nLABEL d=«$BUILD_DATE»\nFROM a\n`,
    ),
    found('seconds are no date', `${base}ARG SOURCE_DATE_EPOCH\nLABEL ${oci}=«"\${SOURCE_DATE_EPOCH}"»\n`, {
      level: 'notice',
      says: /number of seconds.*RFC 3339/,
    }),
    found('a label runs no command', `${base}LABEL ${oci}=«"$(date -u +%FT%TZ)"»\n`, {
      level: 'notice',
      says: /runs no command/,
    }),
    found('the epoch as ENV', `${base}ARG SOURCE_DATE_EPOCH\nENV A=1 «SOURCE_DATE_EPOCH»=$SOURCE_DATE_EPOCH\n`, {
      level: 'notice',
      says: /running container/,
    }),
    found('a fixed epoch as ENV', `${base}ENV «SOURCE_DATE_EPOCH»=1700000000\n`, { level: 'notice' }),
    found('ONBUILD', `${base}ONBUILD ARG BUILD_DATE\nARG BUILD_DATE\nONBUILD LABEL d=«$BUILD_DATE»\n`, {
      says: /built from this one/,
    }),
  ],
  silent: [
    silent(
      'a version',
      `${base}ARG VERSION=1.2\nLABEL version=$VERSION ${oci.replace('created', 'version')}="$VERSION"\n`,
    ),
    silent(
      'a commit',
      `${base}ARG VCS_REF\nARG GIT_SHA\nLABEL ${oci.replace('created', 'revision')}=$VCS_REF sha=$GIT_SHA\n`,
    ),
    silent('an argument that nothing takes', `${base}ARG BUILD_DATE\nRUN true\n`),
    silent('a fixed date', `${base}LABEL ${oci}=2024-01-01T00:00:00Z build-date="2024-01-01"\n`),
    silent('a variable with a fixed date', `${base}ENV BUILD_DATE=2017-10-15\nLABEL ${oci}=$BUILD_DATE\n`),
    silent('an empty ENV', `${base}ENV BUILD_DATE=\n`),
    silent('the argument does not reach the stage: empty', `ARG BUILD_DATE\n${base}LABEL build-date=$BUILD_DATE\n`),
    silent('the workflow gives the time of the commit', `${base}ARG BUILD_DATE\nLABEL ${oci}=$BUILD_DATE\n`, {
      ...workflow('BUILD_DATE=${{ github.event.head_commit.timestamp }}'),
    }),
    silent('the workflow asks git in another step', `${base}ARG BUILD_DATE\nLABEL ${oci}=$BUILD_DATE\n`, {
      ...workflow('BUILD_DATE=${{ steps.t.outputs.t }}\n  - run: echo t=$(git log -1 --format=%cI) >> $GITHUB_OUTPUT'),
    }),
    silent(
      'a builder',
      `FROM debian:12 AS b\nARG BUILD_DATE\nENV D=$BUILD_DATE SOURCE_DATE_EPOCH=1\nFROM scratch\nCOPY --from=b /a /a\n`,
    ),
    silent(
      'a builder copied whole',
      `FROM debian:12 AS b\nARG BUILD_DATE\nLABEL d=$BUILD_DATE\nFROM scratch\nCOPY --from=b / /\n`,
    ),
    silent(
      'the epoch under a key of its own',
      `${base}ARG SOURCE_DATE_EPOCH\nLABEL com.example.epoch=$SOURCE_DATE_EPOCH\n`,
    ),
    silent('the epoch as ARG', `${base}ARG SOURCE_DATE_EPOCH\nARG SOURCE_DATE_EPOCH=1\n`),
    silent(
      'words that only contain it',
      `${base}ARG UPDATE\nARG CANDIDATE\nARG RUNTIME\nLABEL u=$UPDATE c=$CANDIDATE r=$RUNTIME\n`,
    ),
    silent('a date in quotes that keep the text', `${base}ARG BUILD_DATE\nLABEL d='$BUILD_DATE'\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nARG BUILD_DATE\nLABEL d=$BUILD_DATE\nFROM scratch\n`),
    silent('Windows', `FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nARG BUILD_DATE\nLABEL d=$BUILD_DATE\n`),
    silent('a comment', `${base}# LABEL build-date=$BUILD_DATE\n`),
  ],
}
