import { found, silent } from '../cases.ts'
import { answers } from '../fixing.ts'

const base = 'FROM debian:12\n'
const sum = `sha256:${'4f'.repeat(32)}`
const looked = answers['url-checksum']
const commit = '4f'.repeat(20)

export const cases = {
  found: [
    found('https', `${base}ADD «https://example.com/a.tgz» /opt/\n`, {
      level: 'warning',
      class: 'drift',
      says: /ADD --checksum=sha256:<[^>]*> https:\/\/example\.com\/a\.tgz \/opt\//,
      fixed: `${base}ADD --checksum=${looked} https://example.com/a.tgz /opt/\n`,
    }),
    found('http', `${base}ADD «http://example.com/a.tgz» /opt/\n`),
    found('other flags are kept', `${base}ADD --chmod=644 --link «https://example.com/a» /a\n`, {
      says: /> --chmod=644 --link https/,
      fixed: `${base}ADD --checksum=${looked} --chmod=644 --link https://example.com/a /a\n`,
    }),
    found('--unpack', `${base}ADD --unpack=true «https://example.com/a.tgz» /opt/\n`),
    found('a version in a variable', `${base}ARG V=1.2\nADD «https://example.com/\${V}/a.tgz» /opt/\n`, {
      says: /1\.2\/a\.tgz/,
      // Another version is another file.
      fixed: `${base}ARG V=1.2\nADD https://example.com/\${V}/a.tgz /opt/\n`,
    }),
    found('an unknown version', `${base}ARG V\nADD «https://example.com/$V/a.tgz» /opt/\n`),
    found('JSON form', `${base}ADD «["https://example.com/a", "/a b"]»\n`, {
      fixed: `${base}ADD --checksum=${looked} ["https://example.com/a", "/a b"]\n`,
    }),
    found('continued over lines', `${base}ADD \\\n  # the tool\n  «https://example.com/a» \\\n  /a\n`, {
      fixed: `${base}ADD --checksum=${looked} \\\n  # the tool\n  https://example.com/a \\\n  /a\n`,
    }),
    found(
      'a frontend that has no --checksum',
      `# syntax=docker/dockerfile:1.5\n${base}ADD «https://example.com/a» /a\n`,
      {
        fixed: `# syntax=docker/dockerfile:1.5\n${base}ADD https://example.com/a /a\n`,
      },
    ),
    found('a frontend that has it', `# syntax=docker/dockerfile:1.10\n${base}ADD «https://example.com/a» /a\n`, {
      fixed: `# syntax=docker/dockerfile:1.10\n${base}ADD --checksum=${looked} https://example.com/a /a\n`,
    }),
    found(
      'several addresses, which have no checksum in common',
      `${base}ADD «https://example.com/a» https://example.com/b /opt/\n`,
      {
        fixed: `${base}ADD https://example.com/a https://example.com/b /opt/\n`,
      },
    ),
    found('Windows', `FROM mcr.microsoft.com/windows/servercore:ltsc2022\nADD «https://example.com/a.zip» C:/a.zip\n`),
    found('lower case', `${base}add «https://example.com/a» /a\n`),
    found('the whole address from ARG', `${base}ARG URL=https://example.com/a\nADD «$URL» /a\n`),
    found('ONBUILD', `${base}ONBUILD ADD «https://example.com/a» /a\n`, {
      fixed: `${base}ONBUILD ADD --checksum=${looked} https://example.com/a /a\n`,
    }),
    found(
      'a builder stage',
      `FROM debian:12 AS b\nADD «https://example.com/a» /a\nFROM scratch\nCOPY --from=b /a /a\n`,
    ),
    found(
      'a checksum of one digit, a stand-in',
      `${base}ADD --checksum=«sha256:${'a'.repeat(64)}» https://example.com/a /a\n`,
      { level: 'error', says: /nobody computed/ },
    ),
    found('a word for a checksum', `${base}ADD --checksum=«sha256:REPLACE_ME» https://example.com/a /a\n`, {
      level: 'error',
    }),
    found(
      'a stand-in as default of an argument',
      `${base}ARG SUM=sha256:${'0'.repeat(64)}\nADD --checksum=«\${SUM}» https://example.com/a /a\n`,
      { level: 'error' },
    ),
  ],
  silent: [
    silent('a few digits of a commit', `${base}ADD --checksum=aaaaaaa https://github.com/o/r.git#v1 /src\n`),
    silent('a checksum', `${base}ADD --checksum=${sum} https://example.com/a /a\n`),
    silent('a checksum in a variable', `${base}ARG SUM\nADD --checksum=\${SUM} https://example.com/a /a\n`),
    silent('a local file', `${base}ADD a.tgz /opt/\n`),
    silent('a Git repository', `${base}ADD https://github.com/o/r.git#v1 /src\n`),
    silent('a Git repository by ssh', `${base}ADD git@github.com:o/r.git /src\n`),
    silent('a raw file of a commit', `${base}ADD https://raw.githubusercontent.com/o/r/${commit}/a /a\n`),
    silent('an address that is not known', `${base}ARG URL\nADD \${URL} /a\n`),
    silent('COPY', `${base}COPY https /https\n`),
    silent('a comment', `${base}# ADD https://example.com/a /a\n`),
    silent('RUN', `${base}RUN echo ADD https://example.com/a /a\n`),
    silent('a heredoc', `${base}ADD <<EOF /a\nhttps://example.com/a\nEOF\n`),
    silent('the target looks like an address', `${base}ADD a https://example.com\n`),
    silent('localhost', `${base}ADD http://localhost:8000/a /a\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nADD https://example.com/a /a\nFROM scratch\n`),
  ],
}
