import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const get = 'apt-get update && apt-get install -y'

export const cases = {
  found: [
    found('a star behind the version', `${base}RUN ${get} «'curl=7.88*'»\n`, {
      level: 'notice',
      class: 'drift',
      says: /`curl=7\.88\*` is a pattern/,
    }),
    found('without quotes', `${base}RUN ${get} «curl=7.88.1-*» git=1:2.39.2-1.1\n`),
    found('nothing but a star', `${base}RUN ${get} «"curl=*"»\n`),
    found('several in one message', `${base}RUN ${get} vim «git=1:2.*» jq=1.*\n`, {
      says: /`git=1:2\.\*` and `jq=1\.\*` are/,
    }),
    found('the version unknown, the star not', `${base}ARG V\nRUN ${get} «cuda-nvcc=\${V}*»\n`, {
      says: /cuda-nvcc=\$\{V\}\*/,
    }),
    found('from an ARG', `${base}ARG CURL="curl=7.*"\nRUN ${get} «$CURL»\n`),
    found('an epoch and a tilde', `${base}RUN ${get} «docker-ce=5:24.0.*~debian»\n`),
    found('aptitude', `${base}RUN aptitude install -y «curl=7.*»\n`),
    found('heredoc', `${base}RUN <<EOF\n${get} \\\n  «curl=7.*»\nEOF\n`),
    found('sh -c', `${base}RUN sh -c "${get} «curl=7.*»"\n`),
  ],
  silent: [
    silent('whole versions', `${base}RUN ${get} curl=7.88.1-10 git=1:2.39.2-1.1\n`),
    silent('a tilde is part of a version', `${base}RUN ${get} docker-ce=5:24.0.7-1~debian.12~bookworm\n`),
    silent('a version that is not known', `${base}ARG V\nRUN ${get} curl=$V\n`),
    silent('no version', `${base}RUN ${get} curl\n`),
    silent('a star in the name', `${base}RUN ${get} 'libboost*'\n`),
    silent('a snapshot', `${base}RUN repro-sources-list.sh && ${get} 'curl=7.*'\n`),
    silent('a star of an option', `${base}RUN ${get} -o Dir::Cache=* curl=7.88.1-10\n`),
    silent('removal', `${base}RUN apt-get purge -y 'curl=7.*'\n`),
    silent('a local file', `${base}RUN apt-get install -y ./curl=7.*.deb\n`),
    silent('only said', `${base}RUN echo apt-get install 'curl=7.*'\n`),
    silent('a simulation', `${base}RUN apt-get install -s 'curl=7.*'\n`),
    silent('other programs', `${base}RUN apt-cache policy 'curl=7.*'\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nRUN ${get} 'curl=7.*'\nFROM debian:12\n`),
  ],
}
