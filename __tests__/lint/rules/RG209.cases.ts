import { found, silent } from '../cases.ts'

const base = 'FROM rockylinux:9\n'

/** Names that are surely no versions, whatever digits they hold. */
const names = [
  'java-17-openjdk',
  'java-1.8.0-openjdk-devel',
  'python3.11',
  'python39-devel',
  'gcc-c++',
  'libstdc++-static',
  'compat-openssl10',
  'gcc-toolset-12',
  'gcc-toolset-12-gcc',
  'devtoolset-8',
  'cuda-toolkit-12-4',
  'cuda-cudart-devel-12-4',
  'libcublas-12-4',
  'glibc.i686',
  'xorg-x11-fonts-75dpi',
  'libX11-devel',
  'openssl-libs.x86_64',
  "'php-*'",
]
const versions = [
  'tomcat-9.0.1',
  'httpd-2.4.57-5.el9',
  'glibc-2.28-225.el8.x86_64',
  'openssl-libs-1:1.1.1k-9.el8',
  '1:openssl-libs-1.1.1k-9.el8',
  'docker-ce-3:24.0.7-1.el9',
  'java-17-openjdk-17.0.9.0.9-2.el9',
  'java-1.8.0-openjdk-1.8.0.392.b08',
  'python3-3.9',
  'openssh-server-8.7p1-38.el9',
  'tzdata-2024a',
  'ca-certificates-2023.2.60_v7.0.306-90.1.el9_2',
  'cuda-toolkit-12-4-12.4.1-1',
  'curl=7.76.1',
  '"curl = 7.76.1-29.el9"',
]
/** A name, or a name and a version: nobody can say. */
const unclear = ['systemd-239', 'postgresql-14', 'compat-libstdc++-33']

export const cases = {
  found: [
    found(
      'what another repository of the image has',
      `FROM nvidia/cuda:12.9.1-base-amzn2023\nRUN dnf install -y git «cuda-nvcc-12-9»\n`,
      { says: /^`cuda-nvcc-12-9` is/ },
    ),
    found(
      'with another release',
      `FROM nvidia/cuda:12.9.1-base-amzn2023\nRUN dnf install -y --releasever latest «git»\n`,
    ),
    found('dnf', `${base}RUN dnf install -y «httpd»\n`, {
      level: 'warning',
      class: 'drift',
      says: /`httpd` is installed in whatever version/,
    }),
    ...names.map(name => found(`a name: ${name}`, `${base}RUN dnf -y install «${name}»\n`, { level: 'warning' })),
    found('yum, only those without', `FROM centos:7\nRUN yum -y install git-2.39.1 «curl» jq && yum clean all\n`, {
      says: /^`curl` and `jq` are/,
    }),
    found(
      'microdnf over lines',
      `${base}RUN microdnf install -y --nodocs \\\n      «tar» \\\n      gzip \\\n && microdnf clean all\n`,
    ),
    found('zypper', `FROM opensuse/leap:15.6\nRUN zypper --non-interactive in -y «curl» git=2.43.0\n`),
    found('tdnf', `FROM mcr.microsoft.com/azurelinux/base/core:3.0\nRUN tdnf install -y «ca-certificates»\n`),
    found(
      'behind options with values',
      `${base}RUN dnf --setopt install_weak_deps=0 --enablerepo crb install -y -x vim «ninja-build»\n`,
    ),
    found('an update of a package', `${base}RUN yum update -y «openssl»\n`),
    found('a group', `${base}RUN dnf groupinstall -y «"Development Tools"»\n`, {
      says: /packages of `Development Tools` are chosen/,
    }),
    found('a group by dnf group', `${base}RUN dnf group install -y «"Development Tools"»\n`),
    found('a group by @', `${base}RUN dnf install -y «@development-tools»\n`, { level: 'warning' }),
    found('a pattern of zypper', `FROM opensuse/leap:15.6\nRUN zypper -n install -t pattern «devel_basis»\n`),
    found('a stream: a notice', `${base}RUN dnf module install -y «nodejs:18»\n`, {
      level: 'notice',
      says: /fixes a stream/,
    }),
    found('a stream by @: a notice', `${base}RUN dnf install -y «@nodejs:18»\n`, { level: 'notice' }),
    found('a module without stream', `${base}RUN dnf -y module install «nodejs»\n`, {
      level: 'warning',
      says: /no stream/,
    }),
    found('a pattern of versions: a notice', `${base}RUN dnf install -y «'nginx-1.24*'» 'nodejs-18*'\n`, {
      level: 'notice',
      says: /leave a choice/,
    }),
    found('a range: a notice', `FROM opensuse/leap:15.6\nRUN zypper -n in «'curl>=8'»\n`, { level: 'notice' }),
    found('names from a variable', `${base}ARG P="gcc make-4.3"\nRUN dnf install -y «$P»\n`, { says: /^`gcc` is/ }),
    found('sudo and JSON', `${base}RUN ["sudo", "yum", "install", "-y", «"curl"»]\n`),
    found('heredoc', `${base}RUN <<EOF\ndnf install -y «curl»\nEOF\n`),
  ],
  silent: [
    ...versions.map(name => silent(`a version: ${name}`, `${base}RUN dnf install -y ${name}\n`)),
    ...unclear.map(name => silent(`unclear: ${name}`, `${base}RUN dnf install -y ${name}\n`)),
    silent(
      'a version that is not known',
      `${base}ARG V\nRUN dnf install -y git-core-$V "curl-\${CURL}" ruby-\${R}.el9\n`,
    ),
    silent('a version from ENV', `${base}ENV V=2.43.0\nRUN dnf install -y "git-core-\${V}"\n`),
    silent('names that are not known', `${base}RUN dnf install -y $(cat packages.txt) $MORE\n`),
    silent('files and addresses', `${base}RUN dnf install -y ./x.rpm /tmp/y.rpm https://x.test/z.rpm\n`),
    silent(
      'enabling a stream installs nothing',
      `${base}RUN dnf module enable -y nodejs:18 && dnf module reset nodejs\n`,
    ),
    silent('removal', `${base}RUN dnf install -y curl-7.76.1 && dnf remove -y gcc && yum erase vim\n`),
    silent('the whole system is another rule', `${base}RUN dnf update -y\n`),
    silent('a dated release', `FROM amazonlinux:2023\nRUN dnf install -y --releasever=2023.5.20240903 curl\n`),
    silent(
      'the vault',
      `FROM centos:8\nRUN sed -i 's|#baseurl=http://mirror|baseurl=http://vault.centos.org|' /etc/yum.repos.d/*\nRUN yum install -y curl\n`,
    ),
    silent(
      'a repository of a fixed day',
      `${base}RUN dnf install -y --repofrompath=x,https://mirror.test/rocky/2024-06-01/os curl\n`,
    ),
    silent(
      'an image of Amazon Linux 2023 by others',
      `FROM nvidia/cuda:12.9.1-base-amzn2023\nRUN dnf install -y git make\n`,
    ),
    silent('Amazon Linux 2023 stays with the release of its image', `FROM amazonlinux:2023\nRUN dnf install -y git\n`),
    silent(
      'copied repositories that cannot be read',
      `${base}COPY local.repo /etc/yum.repos.d/\nRUN dnf install -y curl\n`,
    ),
    silent(
      'only tried',
      `${base}RUN dnf install --assumeno curl; dnf download curl; dnf install -y --downloadonly curl\n`,
    ),
    silent(
      'other actions',
      `${base}RUN dnf clean all && dnf info curl && dnf config-manager --set-enabled crb && zypper ref\n`,
    ),
    silent('only said', `${base}RUN echo dnf install curl\n`),
    silent('an unreachable stage', `FROM fedora AS b\nRUN dnf install -y gcc\nFROM fedora\n`),
    silent('another program', `${base}RUN notdnf install tomcat && pip install curl\n`),
  ],
}
