import { found, silent } from '../cases.ts'

const base = 'FROM python:3.12\n'
const commit = '9c1f0e2ab37d4c5568f10d2e7ba4935c6e8d7f01'
const repo = 'git+https://github.com/o/r'

export const cases = {
  found: [
    found('no commit', `${base}RUN pip install «${repo}»\n`, {
      level: 'warning',
      class: 'drift',
      says: /no commit is named/,
    }),
    found('a branch', `${base}RUN pip install --no-deps «${repo}.git@main#egg=r»\n`, { says: /a branch moves/ }),
    found('a tag', `${base}RUN pip3 install «${repo}@v1.2.3»\n`, { says: /a tag can be moved/ }),
    found('a short commit', `${base}RUN pip install «${repo}@9c1f0e2»\n`, { says: /cut short/ }),
    found('by ssh, where the user is no commit', `${base}RUN pip install «git+ssh://git@github.com/o/r.git»\n`),
    found('with a name', `${base}RUN pip install numpy==1.0 «"r[x] @ ${repo}@dev"»\n`),
    found('editable', `${base}RUN pip install -e «${repo}@main#egg=r»\n`),
    found(
      'uv, uv tool and pipx',
      `${base}RUN uv pip install --system «${repo}» && uv tool install «${repo}@main» && pipx install «${repo}»\n`,
    ),
    found('uvx --from, poetry add', `${base}RUN uvx --from «${repo}» r --help && poetry add «${repo}#main»\n`),
    found('in a requirements file', `${base}COPY r.txt .\nRUN pip install -r «r.txt»\n`, {
      files: { 'r.txt': `numpy==1\nr @ ${repo}@main ; python_version > "3"\n-e ${repo}2\n` },
      says: /\(r\.txt:2\)/,
    }),
    found(
      'an archive of a branch',
      `${base}RUN pip install «https://github.com/o/r/archive/refs/heads/main.zip» x@https://github.com/o/r/archive/master.tar.gz\n`,
    ),
    found('two on one command', `${base}RUN pip install «${repo}» ${repo}2@main\n`, { says: /, `git/ }),
    found('a variable repository with a branch', `${base}RUN pip install «git+https://github.com/$OWNER/r@main»\n`),
  ],
  silent: [
    silent('a whole commit', `${base}RUN pip install ${repo}@${commit} "r @ ${repo}.git@${commit}#subdirectory=x"\n`),
    silent('a commit of a subversion', `${base}RUN pip install svn+https://svn.test/x/trunk@2019#egg=x\n`),
    silent('by ssh', `${base}RUN pip install git+ssh://git@github.com/o/r.git@${commit}\n`),
    silent('a commit in a variable with a value', `${base}ARG C=${commit}\nRUN pip install ${repo}@$C\n`),
    silent('a variable without a value', `${base}ARG C\nRUN pip install ${repo}@$C ${repo}@\${D} git+\${URL}\n`),
    silent('in a requirements file', `${base}COPY r.txt .\nRUN pip install -r r.txt\n`, {
      files: { 'r.txt': `# ${repo}\nr @ ${repo}@${commit}\n` },
    }),
    silent(
      'archives of commits and tags',
      `${base}RUN pip install https://github.com/o/r/archive/${commit}.zip https://github.com/o/r/archive/refs/tags/v1.tar.gz\n`,
    ),
    silent('packages', `${base}RUN pip install numpy torch==2.0 ./x.whl . -r x.txt https://x.test/a.whl\n`),
    silent('git itself', `${base}RUN git clone https://github.com/o/r\n`),
    silent('nothing is installed', `${base}RUN pip uninstall -y ${repo} && pip install --dry-run ${repo}\n`),
    silent('only said', `${base}RUN echo pip install ${repo}\n`),
    silent('Node is another rule', `${base}RUN npm install ${repo}\n`),
  ],
}
