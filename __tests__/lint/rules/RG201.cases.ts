import { found, silent } from '../cases.ts'

const digest = `sha256:${'4f'.repeat(32)}`
const base = 'FROM debian:12\n'

export const cases = {
  found: [
    found(
      'by the tools for other platforms',
      `${base}COPY --from=tonistiigi/xx / /\nRUN xx-apt-get install -y «libpq-dev»\n`,
    ),
    found(
      'names in an array',
      `FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN <<EOF\napt-get update\nP=(\n  perl\n  wget=1\n)\napt-get install -y "«»\${P[@]}"\nEOF\n`.replace(
        '"«»${P[@]}"',
        '«"${P[@]}"»',
      ),
      { says: /^`perl` is installed/ },
    ),
    found('on Ubuntu', `FROM nvidia/cuda:12.4.1-base-ubuntu22.04\nRUN apt-get update && apt-get install -y «curl»\n`, {
      says: /echo 'APT::Snapshot/,
    }),
    found('one package', `${base}RUN apt-get update && apt-get install -y «curl»\n`, {
      level: 'warning',
      class: 'drift',
      says: /`curl` is installed.*snapshot\.debian\.org/s,
    }),
    found(
      'on a line of its own',
      `${base}RUN apt-get update \\\n && apt-get install -y --no-install-recommends \\\n    «curl» \\\n    git\n`,
      {
        says: /`curl` and `git`/,
      },
    ),
    found(
      'only those without a version',
      `${base}RUN apt-get update && apt-get install -y git=1:2.39.2-1.1 «curl» jq=1.6\n`,
      { says: /^`curl` is/ },
    ),
    found(
      'behind options with values',
      `${base}RUN apt-get update && apt-get -o Dpkg::Use-Pty=0 install -t bookworm-backports -yq «git»\n`,
    ),
    found('a release is no version', `${base}RUN apt-get update && apt-get install -y «vim/stable»\n`),
    found('apt, sudo and a path', `${base}RUN apt update; sudo /usr/bin/apt install -y «jq»\n`),
    found(
      'names from a shell variable',
      `${base}RUN deps="gcc make=4.3" && apt-get update && apt-get install -y «$deps»\n`,
      { says: /^`gcc` is/ },
    ),
    found('names from ARG', `${base}ARG PKGS="gcc make"\nRUN apt-get update && apt-get install -y «$PKGS» \n`, {
      says: /`gcc`/,
    }),
    found('JSON form', `${base}RUN ["apt-get", "install", "-y", «"curl"»]\n`),
    found('sh -c', `${base}RUN sh -c 'apt-get update && apt-get install -y «curl»'\n`),
    found('heredoc', `${base}RUN <<EOF\napt-get update\napt-get install -y «curl»\nEOF\n`),
    found(
      'after comments in a continuation',
      `${base}RUN apt-get update && apt-get install -y \\\n  # tools\n  «curl» # not a comment\n`,
    ),
    found('in a condition', `${base}RUN if true; then apt-get update; apt-get install -y «curl»; fi\n`),
    found(
      'two commands, one finding each',
      `${base}RUN apt-get update && apt-get install -y «curl» && apt-get install -y «git» jq\n`,
    ),
    found('ONBUILD', `${base}ONBUILD RUN apt-get update && apt-get install -y «curl»\n`),
    found(
      'a builder stage',
      `FROM debian:12 AS b\nRUN apt-get update && apt-get install -y «gcc»\nFROM scratch\nCOPY --from=b /x /x\n`,
    ),
    found('build-dep', `${base}RUN apt-get update && apt-get build-dep -y «python3»\n`, { says: /build dependencies/ }),
    found(
      'a snapshot only in a comment',
      `${base}RUN apt-get update && \\\n  # snapshot.debian.org would be better\n  apt-get install -y «curl»\n`,
    ),
    found(
      'a copied sources file without a snapshot',
      `${base}COPY apt/sources.list /etc/apt/sources.list\nRUN apt-get update && apt-get install -y «curl»\n`,
      {
        files: { 'apt/sources.list': 'deb http://deb.debian.org/debian bookworm main' },
      },
    ),
    found('xargs with a name', `${base}RUN cat list | xargs apt-get install -y «curl»\n`),

    found('with an environment', `${base}RUN DEBIAN_FRONTEND=noninteractive apt-get install -yqq «curl»\n`),
    found('in a loop, a name besides the unknown', `${base}RUN for p in a b; do apt-get install -y $p «curl»; done\n`, {
      says: /^`curl` is/,
    }),
    found('eatmydata', `${base}RUN apt-get update && eatmydata apt-get -y install «curl»\n`),
    found('nala', `${base}RUN nala update && nala install -y «curl»\n`),
    found('apt-fast and aptitude', `${base}RUN apt-fast install -y «curl» && aptitude install -y «git»\n`),
    found('a star in the name', `${base}RUN apt-get update && apt-get install -y «'libboost*'»\n`),
    found('a name with a plus', `${base}RUN apt-get update && apt-get install -y «g++» libstdc++6=12.2.0-14\n`, {
      says: /^`g\+\+` is/,
    }),
    found(
      'an architecture',
      `${base}RUN apt-get update && apt-get install -y «libc6:i386» zlib1g:i386=1:1.2.13.dfsg-1\n`,
      {
        says: /^`libc6:i386` is/,
      },
    ),
    found('a task', `${base}RUN apt-get update && apt-get install -y «lamp-server^»\n`),
    found(
      'options that need no value',
      `${base}RUN apt-get install --yes --no-install-recommends --option Dpkg::Options::="--force-confold" «curl»\n`,
    ),
    found(
      'an option with = and a short one',
      `${base}RUN apt-get install -o=Dpkg::Use-Pty=0 -t=bookworm -q=2 «curl»\n`,
    ),
    found(
      'a list in ENV',
      `${base}ENV PKGS="curl git=1:2.39.2-1.1"\nRUN apt-get update && apt-get install -y «\${PKGS}»\n`,
      {
        says: /^`curl` is/,
      },
    ),
    found(
      'a version from an ARG that is empty of it',
      `${base}ARG GIT=git\nRUN apt-get update && apt-get install -y «$GIT»\n`,
    ),
    found(
      'a command of which the output is elsewhere',
      `${base}RUN (apt-get update && apt-get install -y «curl») > /dev/null 2>&1\n`,
    ),
    found('names behind --', `${base}RUN apt-get install -y -- «curl»\n`),
    found('local files besides', `${base}RUN apt-get update && apt-get install -y /tmp/x.deb «curl»\n`, {
      says: /^`curl` is/,
    }),
    found('what fails is hidden', `${base}RUN apt-get update && apt-get install -y «curl» || true\n`),
    found(
      'BOM and CRLF',
      `\ufeff${base.trim()}\r\nRUN apt-get update \\\r\n && apt-get install -y \\\r\n    «curl» \\\r\n    git=1\r\n`,
    ),
    found(
      'a backtick for the continuation',
      `# escape=\`\n${base}RUN apt-get update && \`\n  apt-get install -y «curl»\n`,
    ),
    found(
      'names from a file of the context',
      `${base}COPY apt.txt /tmp/\nRUN apt-get update && apt-get install -y «$(cat /tmp/apt.txt)»\n`,
      {
        files: { 'apt.txt': '# tools\ncurl\ngit=1:2.39.2-1.1\njq # why\n' },
        says: /^`curl` and `jq` \(from `\/tmp\/apt\.txt`\) are/,
      },
    ),
    found(
      'names from a file, comments taken out',
      `${base}WORKDIR /src\nCOPY . .\nRUN apt-get update && apt-get install -y git=1 «$(grep -vE '^#' pkg/apt.txt | tr '\\n' ' ')»\n`,
      { files: { 'pkg/apt.txt': 'curl\n' }, says: /^`curl` \(from/ },
    ),
    found(
      'names from a file by xargs',
      `${base}COPY apt.txt /\nRUN apt-get update && xargs «apt-get install» -y < /apt.txt\n`,
      { files: { 'apt.txt': 'curl\ngit\n' } },
    ),
    found(
      'names from a file by xargs -a',
      `${base}COPY apt.txt /\nRUN apt-get update && xargs -a /apt.txt «apt-get install» -y\n`,
      { files: { 'apt.txt': 'curl\n' } },
    ),
    found(
      'names from a file through a pipe',
      `${base}RUN --mount=type=bind,source=apt.txt,target=/apt.txt apt-get update && grep -v '^#' /apt.txt | sort | xargs «apt-get install» -y\n`,
      { files: { 'apt.txt': 'curl\n' } },
    ),
    found(
      'names from a file through sed',
      `${base}COPY apt.txt /\nRUN apt-get install -y «$(sed -e '/^\\s*#.*$/d' -e '/^\\s*$/d' /apt.txt | sort -u)»\n`,
      { files: { 'apt.txt': 'curl\n' } },
    ),
    found('names from a heredoc', `${base}COPY <<EOF /apt.txt\ncurl\nEOF\nRUN xargs «apt-get install» -y < /apt.txt\n`),
  ],
  silent: [
    silent(
      'the archive of a release that gets no more updates',
      `FROM debian:buster\nRUN sed -i 's/deb.debian.org/archive.debian.org/' /etc/apt/sources.list && apt-get update && apt-get install -y curl\nRUN apt-get install -y git\n`,
    ),
    silent(
      'the snapshot that is proposed for Ubuntu',
      `FROM ubuntu:24.04\nRUN echo 'APT::Snapshot "20240101T000000Z";' > /etc/apt/apt.conf.d/80snapshot\nRUN apt-get update && apt-get install -y curl\n`,
    ),
    silent('all pinned', `${base}RUN apt-get update && apt-get install -y curl=7.88.1-10 git=1:2.39.2-1.1\n`),
    silent(
      'pinned in a variable of the RUN',
      `${base}RUN buildDeps="python3=3.11.2-1" && apt-get update && apt-get install -y $buildDeps\n`,
    ),
    silent('an unknown version', `${base}ARG V\nRUN apt-get update && apt-get install -y curl=$V "git=\${GIT}"\n`),
    silent('an unknown part of the name', `${base}ARG V\nRUN apt-get update && apt-get install -y cuda-toolkit-$V\n`),
    silent('unknown names', `${base}RUN apt-get update && apt-get install -y $(cat packages.txt) $MORE\n`),
    silent('names from xargs', `${base}RUN apt-get update && xargs -a packages.txt apt-get install -y\n`),
    silent(
      'local files and URLs',
      `${base}RUN apt-get install -y ./x.deb /tmp/y.deb https://x.test/z.deb "/tmp/a_\${V}.deb"\n`,
    ),
    silent('removals', `${base}RUN apt-get update && apt-get install -y vim-\n`),
    silent('repair without names', `${base}RUN apt-get install -f -y\n`),
    silent('only option values', `${base}RUN apt-get install -y -t bookworm-backports -o Debug=1 -c x.conf curl=1\n`),
    silent('a simulation', `${base}RUN apt-get install -s curl\n`),
    silent(
      'a snapshot in the same RUN',
      `${base}RUN sed -i s,deb.debian.org,snapshot.debian.org/archive/debian/20240101T000000Z, /etc/apt/sources.list && apt-get update && apt-get install -y curl\n`,
    ),
    silent(
      'a snapshot in an earlier RUN',
      `${base}RUN echo "deb http://snapshot.ubuntu.com/ubuntu/20240101T000000Z jammy main" > /etc/apt/sources.list\nRUN apt-get update && apt-get install -y curl\n`,
    ),
    silent(
      'a snapshot in the stage below',
      `FROM debian:12 AS b\nRUN repro-sources-list.sh\nFROM b\nRUN apt-get update && apt-get install -y curl\n`,
    ),
    silent(
      'a snapshot in a heredoc',
      `${base}COPY <<EOF /etc/apt/sources.list\ndeb http://snapshot.debian.org/archive/debian/20240101T000000Z bookworm main\nEOF\nRUN apt-get update && apt-get install -y curl\n`,
    ),
    silent('apt --snapshot', `${base}RUN apt update && apt install -y --snapshot 20240101T000000Z curl\n`),
    silent(
      'APT::Snapshot',
      `${base}RUN echo 'APT::Snapshot "20240101T000000Z";' > /etc/apt/apt.conf.d/50snapshot && apt-get update && apt-get install -y curl\n`,
    ),
    silent(
      'a copied sources file with a snapshot',
      `${base}COPY apt/sources.list /etc/apt/sources.list\nRUN apt-get update && apt-get install -y curl\n`,
      {
        files: { 'apt/sources.list': 'deb http://snapshot.debian.org/archive/debian/20240101T000000Z bookworm main' },
      },
    ),
    silent(
      'a copied sources file that cannot be read',
      `${base}COPY sources.list /etc/apt/\nRUN apt-get update && apt-get install -y curl\n`,
    ),
    silent('base by digest and no index fetched', `FROM debian:12@${digest}\nRUN apt-get install -y curl\n`),
    silent('--no-download', `${base}RUN apt-get install -y --no-download curl\n`),
    silent('a word in echo', `${base}RUN echo apt-get install curl && printf 'apt-get install %s' curl\n`),
    silent('a comment', `${base}# apt-get install curl\nRUN true \\\n # apt-get install git\n  && true\n`),
    silent('a heredoc of another interpreter', `${base}RUN <<EOF python3\nprint("apt-get install curl")\nEOF\n`),
    silent(
      'an unreachable stage',
      `FROM debian:12 AS old\nRUN apt-get update && apt-get install -y curl\nFROM debian:13\n`,
    ),
    silent('PowerShell', `FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN apt-get install -y curl\n`),
    silent('a wildcard version is another rule', `${base}RUN apt-get update && apt-get install -y 'curl=7.88*'\n`),
    silent('a file that holds a script', `${base}RUN cat > /x.sh <<'EOF'\napt-get install -y curl\nEOF\n`),
    silent('other programs', `${base}RUN apt-cache policy curl && apt-mark hold curl && dpkg -l curl\n`),

    silent(
      'the tutorial',
      `FROM python:3.11-slim@${digest}\nRUN set -eux; \\\napt-get update; \\\napt-get install -y --no-install-recommends \\\nbuild-essential=12.9 \\\ngit=1:2.39.2-1.1 \\\ncurl=7.88.1-10; \\\nrm -rf /var/lib/apt/lists/*\n`,
    ),
    silent(
      'a version in an ARG',
      `${base}ARG CURL=7.88.1-10\nRUN apt-get update && apt-get install -y curl=\${CURL}\n`,
    ),
    silent('an ARG that is empty', `${base}ARG EXTRA=\nRUN apt-get update && apt-get install -y curl=1 $EXTRA\n`),
    silent('a loop over names', `${base}RUN for p in curl git; do apt-get install -y "$p"; done\n`),
    silent(
      'names from a file',
      `${base}COPY packages.txt /\nRUN apt-get update && xargs apt-get install -y < /packages.txt\n`,
    ),
    silent('names from grep', `${base}RUN apt-get install -y $(grep -v '#' packages.txt) \`cat more\`\n`),
    silent('the kernel that runs', `${base}RUN apt-get install -y linux-headers-$(uname -r)\n`),
    silent('a pattern of aptitude', `${base}RUN aptitude install -y '~nfoo'\n`),
    silent('gdebi and dpkg', `${base}RUN gdebi -n x.deb && dpkg -i y.deb\n`),
    silent(
      'apt-mark, apt-cache, apt-config',
      `${base}RUN apt-mark auto curl && apt-config dump && apt-file search curl\n`,
    ),
    silent('an epoch and a tilde', `${base}RUN apt-get install -y docker-ce=5:24.0.7-1~debian.12~bookworm\n`),
    silent('an option at the end', `${base}RUN apt-get install -y curl=1 -t bookworm-backports\n`),
    silent(
      'a word of another command',
      `${base}RUN make install curl && pip install apt-get && cat apt-get install curl\n`,
    ),
    silent(
      'a file with versions',
      `${base}COPY apt.txt /\nRUN apt-get update && apt-get install -y $(cat /apt.txt)\n`,
      {
        files: { 'apt.txt': '# tools\ncurl=7.88.1-10\n\n' },
      },
    ),
    silent(
      'a file that is changed on the way',
      `${base}COPY apt.txt /\nRUN sed 's/$/=1/' /apt.txt | xargs apt-get install -y\n`,
      {
        files: { 'apt.txt': 'curl\n' },
      },
    ),
    silent('a file of which a part is taken', `${base}COPY apt.txt /\nRUN apt-get install -y $(grep dev /apt.txt)\n`, {
      files: { 'apt.txt': 'curl\n' },
    }),
    silent(
      'a file that is made',
      `${base}COPY apt.txt /\nRUN echo git=1 > /apt.txt && apt-get install -y $(cat /apt.txt)\n`,
      {
        files: { 'apt.txt': 'curl\n' },
      },
    ),
    silent(
      'a file of another stage',
      `FROM a AS b\n${base}COPY --from=b /apt.txt /\nRUN apt-get install -y $(cat /apt.txt)\n`,
      {
        files: { 'apt.txt': 'curl\n' },
      },
    ),
  ],
}
