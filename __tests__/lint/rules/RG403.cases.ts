import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const hex = '4f'.repeat(32)
const latest = 'https://github.com/o/r/releases/latest/download/tool.tgz'
const commit = '4f'.repeat(20)

export const cases = {
  found: [
    found('releases/latest', `${base}RUN curl -fsSLo /t.tgz «${latest}»\n`, {
      level: 'warning',
      class: 'drift',
      says: /`latest` in `https:\/\/github/,
    }),
    found(
      'checked: it will only break',
      `${base}RUN curl -fsSLo t ${`«${latest}»`} && echo "${hex}  t" | sha256sum -c\n`,
      {
        level: 'notice',
        says: /stops building/,
      },
    ),
    found('a raw file of main', `${base}RUN wget «https://raw.githubusercontent.com/o/r/main/requirements.txt»\n`),
    found('piped to a shell', `${base}RUN curl -s «https://raw.githubusercontent.com/o/r/master/i.sh» | sh\n`),
    found(
      'an archive of a branch',
      `${base}RUN curl -L «https://github.com/o/r/archive/refs/heads/main.tar.gz» | tar xz\n`,
    ),
    found('an archive of master', `${base}RUN wget «https://github.com/o/r/archive/master.zip»\n`),
    found(
      'the version of today',
      `${base}RUN V=$(curl -s «https://api.github.com/repos/o/r/releases/latest» | grep tag) && echo $V > /v\n`,
    ),
    found(
      'Miniconda',
      `${base}RUN wget -q «https://repo.anaconda.com/miniconda/Miniconda3-latest-Linux-x86_64.sh» -O /m.sh\n`,
    ),
    found('nightly', `${base}RUN curl -O «https://example.com/nightly/tool.tgz»\n`),
    found('HEAD', `${base}RUN curl -o x «https://raw.githubusercontent.com/o/r/HEAD/x»\n`),
    found('ADD', `${base}ADD «${latest}» /opt/\n`),
    found('ADD with a checksum', `${base}ADD --checksum=sha256:${hex} «${latest}» /opt/\n`, { level: 'notice' }),
    found('a model of main', `${base}RUN curl -LO «https://huggingface.co/o/m/resolve/main/model.bin»\n`),
    found('a package of whatever version', `${base}RUN curl -o x «https://unpkg.com/x@latest/x.js»\n`),
    found(
      'in a variable',
      `${base}ARG BRANCH=main\nRUN curl -o x «https://raw.githubusercontent.com/o/r/\${BRANCH}/x»\n`,
    ),
    found(
      'the stable version of today',
      `${base}RUN curl -LO https://dl.k8s.io/release/$(curl -s «https://dl.k8s.io/release/stable.txt»)/bin/linux/amd64/kubectl\n`,
    ),
    found('one for several', `${base}RUN curl -O «${latest}» -O https://example.com/master/x\n`),
  ],
  silent: [
    silent('a version', `${base}RUN curl -O https://github.com/o/r/releases/download/v1.2/tool.tgz\n`),
    silent('a commit', `${base}RUN curl -O https://raw.githubusercontent.com/o/r/${commit}/main/x\n`),
    silent('the archive of Debian', `${base}RUN curl -O http://deb.debian.org/debian/pool/main/c/curl/curl_7.deb\n`),
    silent('the archive of Alpine', `${base}RUN wget https://dl-cdn.alpinelinux.org/alpine/v3.18/main/x86_64/a.apk\n`),
    silent('conda', `${base}RUN curl -O https://repo.anaconda.com/pkgs/main/linux-64/a-1.conda\n`),
    silent('a file with a version', `${base}RUN curl -O https://nodejs.org/dist/latest/node-v20.1.0.tar.gz\n`),
    silent('a nightly of one day', `${base}RUN curl -O https://example.com/nightly/2024-05-01/tool.tgz\n`),
    silent('a branch that is not known', `${base}ARG B\nRUN curl -O https://raw.githubusercontent.com/o/r/$B/x\n`),
    silent('a word that holds it', `${base}RUN curl -O https://example.com/mainframe/headmaster/latestage.tgz\n`),
    silent('the host', `${base}RUN curl -O https://latest.example.com/main-1/x\n`),
    silent(
      'a key of a repository',
      `${base}RUN curl -s https://example.com/latest/x.asc | gpg --dearmor -o /usr/share/keyrings/x.gpg\n`,
    ),
    silent('only shown', `${base}RUN curl -s ${latest}\n`),
    silent('thrown away', `${base}RUN curl -so /dev/null ${latest}\n`),
    silent('only said', `${base}RUN echo "see ${latest}"\n`),
    silent('a comment', `${base}# ADD ${latest} /\nRUN true\n`),
    silent('localhost', `${base}RUN curl -O http://localhost/latest/x\n`),
    silent('a Git repository', `${base}ADD https://github.com/o/r.git#main /r\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nRUN curl -O ${latest}\nFROM scratch\n`),
  ],
}
