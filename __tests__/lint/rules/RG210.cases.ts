import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const rocky = 'FROM rockylinux:9\n'

export const cases = {
  found: [
    found('a PPA', `FROM ubuntu:22.04\nRUN add-apt-repository -y «ppa:deadsnakes/ppa» && apt-get update\n`, {
      level: 'warning',
      class: 'drift',
      says: /`ppa:deadsnakes\/ppa` becomes a source/,
    }),
    found('a line for add-apt-repository', `${base}RUN apt-add-repository «'deb https://apt.x.test stable main'»\n`, {
      says: /`https:\/\/apt\.x\.test`/,
    }),
    found(
      'echo into sources.list.d',
      `${base}RUN echo «"deb [signed-by=/usr/share/keyrings/x.gpg] https://download.docker.com/linux/debian bookworm stable"» > /etc/apt/sources.list.d/docker.list\n`,
    ),
    found(
      'with an unknown suite',
      `${base}RUN echo «"deb https://apt.postgresql.org/pub/repos/apt $(lsb_release -cs)-pgdg main"» >> /etc/apt/sources.list.d/pgdg.list\n`,
    ),
    found(
      'echo | tee',
      `${base}RUN echo «"deb https://packages.cloud.google.com/apt cloud-sdk main"» | tee -a /etc/apt/sources.list.d/google.list\n`,
    ),
    found(
      'a heredoc',
      `${base}RUN cat > «/etc/apt/sources.list.d/x.sources» <<'E'\nTypes: deb\nURIs: https://apt.x.test/debian\nE\n`,
    ),
    found(
      'the key and its repository: one finding',
      `${base}RUN curl -fsSL https://x.test/key.asc | gpg --dearmor -o /usr/share/keyrings/x.gpg && echo «"deb https://x.test/apt stable main"» > /etc/apt/sources.list.d/x.list\n`,
    ),
    found(
      'a definition that is downloaded',
      `${base}RUN curl -sSLo /etc/apt/sources.list.d/x.list «https://x.test/x.list»\n`,
    ),
    found('a definition for yum', `${rocky}RUN curl -fsSL «https://x.test/x.repo» | tee /etc/yum.repos.d/x.repo\n`),
    found(
      'a setup script',
      `${base}RUN curl -fsSL «https://deb.nodesource.com/setup_20.x» | bash - && apt-get install -y nodejs=20\n`,
    ),
    found(
      'packagecloud',
      `${rocky}RUN curl -s «https://packagecloud.io/install/repositories/x/y/script.rpm.sh» | sudo bash\n`,
    ),
    found(
      'yum-config-manager',
      `FROM centos:7\nRUN yum-config-manager --add-repo «https://download.docker.com/linux/centos/docker-ce.repo»\n`,
    ),
    found(
      'dnf config-manager',
      `${rocky}RUN dnf config-manager --add-repo=https://x.test/x.repo\n`.replace(
        '--add-repo=https://x.test/x.repo',
        '«--add-repo=https://x.test/x.repo»',
      ),
    ),
    found('dnf5', `FROM fedora:41\nRUN dnf config-manager addrepo «--from-repofile=https://x.test/x.repo»\n`),
    found('copr', `FROM fedora:40\nRUN dnf -y copr enable «x/y»\n`, { says: /copr x\/y/ }),
    found(
      'zypper ar',
      `FROM opensuse/leap:15.6\nRUN zypper --non-interactive ar -cfp 90 «https://x.test/repo/x.repo»\n`,
    ),
    found(
      'a package that brings a repository',
      `${rocky}RUN dnf install -y «https://dl.fedoraproject.org/pub/epel/epel-release-latest-9.noarch.rpm»\n`,
    ),
    found('rpm -Uvh', `${rocky}RUN rpm -Uvh «https://x.test/x-release.rpm»\n`),
    found(
      'apk edge',
      `FROM alpine:3.20\nRUN apk add --no-cache -X «https://dl-cdn.alpinelinux.org/alpine/edge/testing» x=1\n`,
    ),
    found(
      'apk repositories',
      `FROM alpine:3.20\nRUN echo «"@edge https://dl-cdn.alpinelinux.org/alpine/edge/main"» >> /etc/apk/repositories\n`,
    ),
    found('a key alone', `${base}RUN curl -fsSL «https://x.test/key.gpg» -o /etc/apt/keyrings/x.gpg\n`, {
      says: /The key from/,
    }),
    found('a key into apt-key', `${base}RUN wget -qO- «https://x.test/key.asc» | apt-key add -\n`),
    found('rpm --import', `${rocky}RUN rpm --import «https://x.test/RPM-GPG-KEY»\n`),
    found(
      'a setup script that is run as a file',
      `${base}RUN curl -sL «https://deb.nodesource.com/setup_18.x» -o setup.sh && bash setup.sh && apt-get install -y nodejs\n`,
    ),
    found(
      'a Debian package that brings a repository',
      `${base}RUN wget «https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2204/x86_64/cuda-keyring_1.1-1_all.deb» && dpkg -i cuda-keyring_1.1-1_all.deb\n`,
    ),
  ],
  silent: [
    silent('a part of the own archive', `FROM ubuntu:22.04\nRUN add-apt-repository -y universe && apt-get update\n`),
    silent(
      'an unknown repository',
      `${base}ARG REPO\nRUN add-apt-repository -y "$REPO" && echo "deb $REPO stable main" > /etc/apt/sources.list.d/x.list\n`,
    ),
    silent('removal', `FROM ubuntu:22.04\nRUN add-apt-repository --remove -y ppa:x/y\n`),
    silent(
      'the own archive',
      `${base}RUN echo "deb http://deb.debian.org/debian bookworm-backports main" > /etc/apt/sources.list.d/backports.list\n`,
    ),
    silent(
      'a mirror of the own archive',
      `${base}RUN echo 'deb https://mirrors.ustc.edu.cn/debian bookworm main' > /etc/apt/sources.list\n`,
    ),
    silent(
      'a snapshot',
      `${base}RUN echo 'deb http://snapshot.debian.org/archive/debian/20240101T000000Z bookworm main' > /etc/apt/sources.list\n`,
    ),
    silent('a dated repository', `${rocky}RUN yum-config-manager --add-repo https://mirror.test/2024-06-01/x.repo\n`),
    silent(
      'settings of config-manager',
      `${rocky}RUN dnf config-manager --set-enabled crb && yum-config-manager --enable x\n`,
    ),
    silent(
      'a key with its checksum',
      `${base}RUN curl -fsSLo /etc/apt/keyrings/x.gpg https://x.test/x.gpg && echo "${'4f'.repeat(32)}  /etc/apt/keyrings/x.gpg" | sha256sum -c -\n`,
    ),
    silent(
      'a key by its fingerprint',
      `${base}RUN apt-key adv --keyserver hkps://keys.openpgp.org --recv-keys ${'A1'.repeat(20)}\n`,
    ),
    silent('a local rpm', `${rocky}RUN rpm -i /tmp/x.rpm && rpm -qa && rpm -e x\n`),
    silent('a package file by its address', `${rocky}RUN dnf install -y https://x.test/tool-1.2.3.x86_64.rpm\n`),
    silent(
      'other downloads',
      `${base}RUN curl -fsSLO https://x.test/x.tar.gz && curl https://x.test/install.sh | sh\n`,
    ),
    silent('only said', `${base}RUN echo add-apt-repository ppa:x/y; echo 'deb https://x.test stable main'\n`),
    silent('another file', `${base}RUN echo 'see https://x.test' > /etc/motd\n`),
    silent(
      'the own branch of Alpine',
      `FROM alpine:3.20\nRUN echo https://dl-cdn.alpinelinux.org/alpine/v3.20/community >> /etc/apk/repositories\n`,
    ),
    silent('copr list', `FROM fedora:40\nRUN dnf copr list && zypper lr\n`),
    silent('an unreachable stage', `FROM ubuntu AS b\nRUN add-apt-repository ppa:x/y\nFROM ubuntu\n`),
    silent(
      'a setup script that is only kept',
      `${base}RUN curl -sL https://deb.nodesource.com/setup_18.x -o /opt/setup.sh\n`,
    ),
    silent(
      'any other Debian package',
      `${base}RUN wget https://x.test/tool_1.2.3_amd64.deb && dpkg -i tool_1.2.3_amd64.deb\n`,
    ),
  ],
}
