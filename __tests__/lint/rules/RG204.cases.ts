import { found, silent } from '../cases.ts'

const debian = 'FROM debian:12\n'
const alpine = 'FROM alpine:3.20\n'
const fedora = 'FROM fedora:40\n'
const suse = 'FROM opensuse/leap:15.6\n'

export const cases = {
  found: [
    found('apt-get upgrade', `${debian}RUN apt-get update && «apt-get upgrade» -y && apt-get install -y curl=1\n`, {
      level: 'warning',
      class: 'drift',
      says: /`apt-get upgrade -y` replaces/,
    }),
    found('dist-upgrade', `${debian}RUN apt-get update && «apt-get -y dist-upgrade»\n`),
    found('apt full-upgrade', `${debian}RUN apt update && «apt full-upgrade» -y\n`),
    found('aptitude and sudo', `${debian}RUN sudo «aptitude safe-upgrade» -y\n`),
    found('unattended-upgrade', `${debian}RUN «unattended-upgrade» -v\n`),
    found('apk upgrade', `${alpine}RUN «apk upgrade» --no-cache\n`),
    found('apk with options before', `${alpine}RUN «apk --no-cache -U upgrade»\n`),
    found('apk add -u', `${alpine}RUN «apk add» --no-cache -u busybox\n`),
    found('apk add --upgrade', `${alpine}RUN «apk --no-cache add» --upgrade apk-tools\n`, {
      says: /apk-tools` brings what it names/,
    }),
    found('yum update', `FROM centos:7\nRUN «yum -y update» && yum clean all\n`),
    found('dnf upgrade with a value', `${fedora}RUN «dnf upgrade» -y --setopt install_weak_deps=False\n`),
    found('dnf distro-sync', `${fedora}RUN «dnf distro-sync» -y\n`),
    found(
      'microdnf update',
      `FROM registry.access.redhat.com/ubi9/ubi-minimal:9.4\nRUN «microdnf update» -y && microdnf clean all\n`,
    ),
    found('tdnf update', `FROM mcr.microsoft.com/azurelinux/base/core:3.0\nRUN «tdnf update» -y\n`),
    found('zypper up', `${suse}RUN «zypper -n up»\n`),
    found('zypper dup', `${suse}RUN «zypper --non-interactive dup»\n`),
    found('zypper patch', `${suse}RUN «zypper patch» -y\n`),
    found('pacman -Syu', `FROM archlinux:base\nRUN «pacman» -Syu --noconfirm\n`),
    found('pacman -Syu with packages', `FROM archlinux:base\nRUN «pacman» --noconfirm -Syyu git\n`),
    found('pacman by long options', `FROM archlinux:base\nRUN «pacman» --sync --refresh --sysupgrade --noconfirm\n`),
    found(
      'with a snapshot: a notice',
      `${debian}RUN repro-sources-list.sh && apt-get update && «apt-get upgrade» -y\n`,
      {
        level: 'notice',
        says: /fixed day/,
      },
    ),
    found(
      'a vault that gets no updates: a notice',
      `FROM centos:7\nRUN sed -i s/mirror.centos.org/vault.centos.org/ /etc/yum.repos.d/*.repo && «yum update» -y\n`,
      { level: 'notice' },
    ),
    found('a dated release: a notice', `FROM amazonlinux:2023\nRUN «dnf upgrade» -y --releasever=2023.5.20240903\n`, {
      level: 'notice',
    }),
    found(
      'Amazon Linux 2023 stays with the release of its image: a notice',
      `FROM public.ecr.aws/amazonlinux/amazonlinux:2023 AS a\nFROM a\nRUN «dnf update» -y && dnf install -y git\n`,
      { level: 'notice', says: /fixed day/ },
    ),
    found('Amazon Linux with another release', `FROM amazonlinux:2023\nRUN «dnf upgrade» -y --releasever latest\n`, {
      level: 'warning',
    }),
    found('a file of repositories without a day', `${fedora}COPY a.repo /etc/yum.repos.d/\nRUN «dnf upgrade» -y\n`, {
      files: { 'a.repo': '[a]\nbaseurl=https://example.com/9\n' },
      level: 'warning',
    }),
    found(
      'the archive of Arch: a notice',
      `FROM archlinux:base\nRUN echo 'Server=https://archive.archlinux.org/repos/2024/01/01/$repo/os/$arch' > /etc/pacman.d/mirrorlist && «pacman» -Syyuu --noconfirm\n`,
      { level: 'notice' },
    ),
    found('in a condition and ONBUILD', `${debian}ONBUILD RUN if true; then «apt-get upgrade» -y; fi\n`),
    found('in a heredoc', `${fedora}RUN <<EOF\n«dnf -y update»\nEOF\n`),
    found('JSON form', `${fedora}RUN [«"dnf"», "update", "-y"]\n`),
  ],
  silent: [
    silent(
      'repositories that cannot be read from here: nobody knows their day',
      `${fedora}COPY local.repo /etc/yum.repos.d/\nRUN dnf upgrade -y\n`,
    ),
    silent(
      'sources that cannot be read from here',
      `${debian}COPY sources.list /etc/apt/\nRUN apt-get update && apt-get upgrade -y\n`,
    ),
    silent('update of the lists', `${debian}RUN apt-get update && apt update\n`),
    silent('apk update', `${alpine}RUN apk update && apk add --no-cache curl=8.9.0-r0\n`),
    silent('apk add -U fetches the lists', `${alpine}RUN apk add -U --no-cache curl\n`),
    silent('one package', `${fedora}RUN dnf update -y openssl\nRUN yum -y upgrade $PKGS\n`),
    silent('check-update', `${fedora}RUN dnf check-update; yum check-update; dnf makecache\n`),
    silent(
      'zypper patch of one thing',
      `${suse}RUN zypper -n patch --cve=CVE-2015-7547 && zypper patch --bugzilla 12345\n`,
    ),
    silent(
      'dnf of one advisory',
      'FROM fedora:42\nRUN dnf -y upgrade --advisory=FEDORA-2026-1 && yum update --cve CVE-2026-1\n',
    ),
    silent('zypper refresh and in', `${suse}RUN zypper ref && zypper -n in curl\n`),
    silent(
      'pacman -Sy and -S',
      `FROM archlinux:base\nRUN pacman -Sy --noconfirm git && pacman -S --noconfirm jq && pacman -Q -u\n`,
    ),
    silent('pacman -U of a file', `FROM archlinux:base\nRUN pacman -U --noconfirm /x.pkg.tar.zst\n`),
    silent('a simulation', `${debian}RUN apt-get upgrade -s && apt-get --dry-run dist-upgrade\n`),
    silent('dnf --assumeno', `${fedora}RUN dnf --assumeno upgrade || true\n`),
    silent('pip install --upgrade', `${debian}RUN pip install --upgrade pip\n`),
    silent('other programs', `${debian}RUN npm update && poetry update && brew upgrade\n`),
    silent('only said', `${debian}RUN echo "run apt-get upgrade yourself"\n`),
    silent('a comment', `${debian}RUN true \\\n  # apt-get upgrade\n  && true\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nRUN apt-get upgrade -y\nFROM debian:12\n`),
    silent('a module', `${fedora}RUN dnf module update nodejs -y && dnf group upgrade x\n`),
  ],
}
