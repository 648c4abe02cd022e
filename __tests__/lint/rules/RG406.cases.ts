import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const commit = '4f'.repeat(20)
const repository = 'https://github.com/o/r.git'

export const cases = {
  found: [
    found('the default branch', `${base}RUN «git» clone ${repository}\n`, {
      level: 'warning',
      class: 'drift',
      says: /newest commit of the default branch.*`\.git` folder/s,
    }),
    found('a tag', `${base}RUN «git» clone --depth 1 --branch v1.2 ${repository} /r\n`, {
      says: /whatever `v1\.2` names \(branches move, and tags can be moved\).*git fetch --depth 1/s,
    }),
    found('-b', `${base}RUN «git» clone -b main ${repository} /r && cd /r && make\n`),
    found('a tag that is not known is still no commit', `${base}ARG V\nRUN «git» clone -b $V ${repository} /r\n`),
    found('checkout of a tag', `${base}RUN «git» clone ${repository} && cd r && git checkout v1.2\n`, {
      says: /whatever `v1\.2` names/,
    }),
    found(
      'checkout of a branch in the next RUN',
      `${base}ARG BRANCH=main\nRUN «git» clone ${repository}\nRUN cd r && git checkout \${BRANCH} && git submodule update\n`,
      { says: /whatever `main` names/ },
    ),
    found(
      'checkout of files is none of a branch',
      `${base}RUN «git» clone ${repository} && cd r && git checkout -- x && git checkout . && git fetch origin && git checkout FETCH_HEAD\n`,
      { says: /default branch/ },
    ),
    found(
      'the history ends in a stage of which it is not copied',
      `FROM alpine AS s\nRUN «git» clone -b v1 ${repository} /src\nFROM debian:12 AS b\nWORKDIR /work\nCOPY --from=s /src/ ./\nFROM debian:12\nCOPY --from=b /work/dist /dist\nCOPY --from=s /src/VERSION /\n`,
      { says: /^(?!.*`\.git` folder).*$/s },
    ),
    found(
      'the history is copied through a stage',
      `FROM alpine AS s\nRUN «git» clone -b v1 ${repository} /src\nFROM debian:12 AS b\nWORKDIR /work\nCOPY --from=s /src/ ./\nFROM debian:12\nCOPY --from=b /work /work\n`,
      { says: /`\.git` folder that stays/ },
    ),
    found('checkout of a short commit', `${base}RUN «git» clone ${repository} && cd r && git checkout 4f4f4f4\n`, {
      level: 'notice',
      says: /first digits only/,
    }),
    found('a version that is not known', `${base}ARG V\nRUN «git» clone ${repository} && cd r && git checkout v$V\n`),
    found(
      'another try is no other clone',
      `${base}RUN «git» clone -b v1 ${repository} /r || (git clone ${repository} /r && git -C /r checkout v1)\n`,
    ),
    found(
      'several commits, whose history stays',
      `${base}RUN «git» clone ${repository} /a && git -C /a checkout ${commit} && git clone ${repository} /b && git -C /b checkout ${commit}\n`,
      { level: 'notice' },
    ),
    found('a tag with a default', `${base}ARG V=v1.2\nRUN «git» clone ${repository} && cd r && git checkout $V\n`),
    found('submodules', `${base}RUN «git» clone --recurse-submodules ${repository}\n`),
    found('by ssh', `${base}RUN --mount=type=ssh «git» clone git@github.com:o/r.git\n`),
    found('options of git', `${base}RUN «git» -c http.sslVerify=false clone ${repository}\n`),
    found(
      'another clone is at a commit',
      `${base}RUN «git» clone ${repository} /a && git clone https://github.com/o/b /b && git -C /b checkout ${commit} && rm -rf /a/.git /b/.git\n`,
    ),
    found('the history is told once', `${base}RUN «git» clone ${repository} /a\nRUN «git» clone ${repository} /b\n`),
    found('in a loop', `${base}RUN for r in a b; do «git» clone https://github.com/o/$r; done\n`),
    found('heredoc', `${base}RUN <<EOF\nset -e\n«git» clone ${repository}\nEOF\n`),
    found('sudo', `${base}RUN sudo -u app «git» clone ${repository}\n`),
    found(
      'a builder stage',
      `FROM debian:12 AS b\nRUN «git» clone ${repository} /r && make -C /r\nFROM scratch\nCOPY --from=b /r/x /x\n`,
    ),
    found(
      'a commit, but its history stays',
      `${base}RUN «git» clone ${repository} /r && cd /r && git checkout ${commit}\n`,
      { level: 'notice', class: 'now', says: /no two builds agree/ },
    ),
  ],
  silent: [
    silent(
      'a commit, without history',
      `${base}RUN git clone ${repository} /r && cd /r && git checkout ${commit} && rm -rf .git\n`,
    ),
    silent(
      'a commit in a builder stage',
      `FROM debian:12 AS b\nRUN git clone ${repository} /r && git -C /r checkout ${commit} && make -C /r\nFROM scratch\nCOPY --from=b /r/x /x\n`,
    ),
    silent(
      'reset --hard',
      `${base}RUN git clone ${repository} /r && cd /r && git reset --hard ${commit} && rm -rf /r/.git\n`,
    ),
    silent(
      'fetch of a commit',
      `${base}RUN git clone --depth 1 ${repository} /r && cd /r && git fetch --depth 1 origin ${commit} && git checkout FETCH_HEAD && rm -rf /r/.git\n`,
    ),
    silent(
      'switch --detach',
      `${base}RUN git clone ${repository} /r && cd /r && git switch --detach ${commit} && rm -rf .git\n`,
    ),
    silent('--revision', `${base}RUN git clone --revision=${commit} ${repository} /r && rm -rf /r/.git\n`),
    silent('-C', `${base}RUN git clone ${repository} /r && git -C /r checkout -q ${commit} && rm -rf /r\n`),
    silent(
      'a commit in a variable',
      `${base}ARG C=${commit}\nRUN git clone ${repository} /r && cd /r && git checkout "$C" && rm -rf .git\n`,
    ),
    silent(
      'a commit that is not known',
      `${base}ARG C\nRUN git clone ${repository} /r && cd /r && git checkout $C && rm -rf .git\n`,
    ),
    silent(
      'in the next RUN',
      `${base}RUN git clone ${repository} /tmp/r && rm -rf /tmp/r/.git\nWORKDIR /tmp/r\nRUN git checkout ${commit}\n`,
    ),
    silent(
      'a new branch at a commit',
      `${base}RUN git clone ${repository} /r && cd /r && git checkout -b x ${commit} && rm -rf .git\n`,
    ),
    silent('a local folder', `${base}RUN git clone /src /r && git clone ./a b && git clone file:///src c\n`),
    silent('an address that is not known', `${base}RUN git clone $REPO /r && git clone "\${URL}/x.git"\n`),
    silent('other verbs', `${base}RUN git config --global user.name x && git submodule update && git init\n`),
    silent('only said', `${base}RUN echo "git clone ${repository}"\n`),
    silent('a comment', `${base}# git clone ${repository}\nRUN true\n`),
    silent('installed', `${base}RUN apt-get install -y git\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nRUN git clone ${repository}\nFROM scratch\n`),
    silent('PowerShell', `FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN git clone ${repository}\n`),
  ],
}
