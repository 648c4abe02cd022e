import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const commit = '4f'.repeat(20)
const repository = 'https://github.com/o/r.git'

export const cases = {
  found: [
    found('the default branch', `${base}ADD «${repository}» /src\n`, {
      level: 'warning',
      class: 'drift',
      says: /newest commit of the default branch of `https:\/\/github\.com\/o\/r\.git`/,
    }),
    found('a tag', `${base}ADD «${repository}#v1.2» /src\n`, { says: /whatever `v1\.2` names/ }),
    found('a branch and a folder', `${base}ADD «${repository}#main:docs» /src\n`, { says: /whatever `main` names/ }),
    found('only a folder', `${base}ADD «${repository}#:docs» /src\n`),
    found('?ref=', `${base}ADD «${repository}?ref=v1&subdir=x» /src\n`, { says: /`v1`/ }),
    found('?tag=', `${base}ADD «${repository}?tag=v1» /src\n`),
    found('?branch=', `${base}ADD «${repository}?branch=main» /src\n`),
    found('by ssh', `${base}ADD «git@github.com:o/r.git#v1» /src\n`),
    found('ssh://', `${base}ADD «ssh://git@example.com/o/r#v1» /src\n`),
    found('git://', `${base}ADD «git://example.com/o/r» /src\n`),
    found('a short commit', `${base}ADD «${repository}#4f4f4f4» /src\n`, { level: 'notice' }),
    found('a short checksum', `${base}ADD --checksum=4f4f4f4 «${repository}#v1» /src\n`, {
      level: 'notice',
      says: /only the beginning/,
    }),
    found('keep-git-dir', `${base}ADD --keep-git-dir=true «${repository}#v1» /src\n`),
    found('a tag in a variable', `${base}ARG V=v1\nADD «${repository}#\${V}» /src\n`),
    found('JSON form', `${base}ADD «["${repository}", "/a b"]»\n`),
    found('Windows', `FROM mcr.microsoft.com/windows/servercore:ltsc2022\nADD «${repository}» C:/src\n`),
    found('ONBUILD', `${base}ONBUILD ADD «${repository}#main» /src\n`),
  ],
  silent: [
    silent('a commit', `${base}ADD ${repository}#${commit} /src\n`),
    silent('a commit and a folder', `${base}ADD ${repository}#${commit}:docs /src\n`),
    silent('?ref= of a commit', `${base}ADD ${repository}?ref=${commit} /src\n`),
    silent('?commit= beside a tag', `${base}ADD ${repository}?tag=v1&commit=${commit} /src\n`),
    silent('?checksum=', `${base}ADD ${repository}?checksum=${commit}#v1 /src\n`),
    silent('--checksum', `${base}ADD --checksum=${commit} ${repository}#v1 /src\n`),
    silent('--checksum in a variable', `${base}ARG C\nADD --checksum=$C ${repository}#v1 /src\n`),
    silent('a commit in a variable', `${base}ARG C=${commit}\nADD ${repository}#$C /src\n`),
    silent('a reference that is not known', `${base}ARG C\nADD ${repository}#$C /src\n`),
    silent('SHA-256', `${base}ADD ${repository}#${'4f'.repeat(32)} /src\n`),
    silent('a file by HTTP', `${base}ADD https://example.com/a.tgz /src\n`),
    silent('a local folder', `${base}ADD r.git /src\n`),
    silent('COPY', `${base}COPY r.git /src\n`),
    silent('an address that is not known', `${base}ARG U\nADD $U /src\n`),
    silent('a comment', `${base}# ADD ${repository} /src\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nADD ${repository} /src\nFROM scratch\n`),
  ],
}
