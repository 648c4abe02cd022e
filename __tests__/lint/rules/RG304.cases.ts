import { found, silent } from '../cases.ts'

const base = 'FROM node:22\nWORKDIR /app\n'
const integrity = `sha512-${'4f'.repeat(43)}==`
const dependencies = { express: '^4.19.0' }
const manifest = JSON.stringify({ name: 'app', dependencies })
const lock = JSON.stringify({
  lockfileVersion: 3,
  packages: { '': { name: 'app', dependencies }, 'node_modules/express': { version: '4.19.2', integrity } },
})
const files = { 'package.json': manifest, 'package-lock.json': lock }
const copied = `${base}COPY package.json package-lock.json ./\n`
const none = { files: { 'package.json': manifest } }

export const cases = {
  found: [
    found('a lock file that may be rewritten', `${copied}RUN «npm install»\n`, {
      files,
      level: 'warning',
      class: 'drift',
      says: /rewrites the lock file.*npm ci/s,
      fixed: `${copied}RUN npm ci\n`,
    }),
    found('options are kept', `${copied}RUN «npm i» --omit=dev --no-audit && npm run build\n`, {
      files,
      fixed: `${copied}RUN npm ci --omit=dev --no-audit && npm run build\n`,
    }),
    found(
      'options first',
      `${copied}RUN npm --prefix /app install\n`.replace('npm --prefix /app install', '«npm --prefix /app install»'),
      {
        files,
        fixed: `${copied}RUN npm --prefix /app ci\n`,
      },
    ),
    found('an option that ci reads otherwise: no edit', `${copied}RUN «npm install» --install-links\n`, {
      files,
      fixed: `${copied}RUN npm install --install-links\n`,
    }),
    found(
      'lines apart',
      `${copied}RUN set -e; \\\n    «npm» \\\n      # all of it\n      install \\\n      --no-fund\n`,
      {
        files,
        fixed: `${copied}RUN set -e; \\\n    npm \\\n      # all of it\n      ci \\\n      --no-fund\n`,
      },
    ),
    found('JSON form', `${copied}RUN [«"npm"», "install"]\n`, { files, fixed: `${copied}RUN ["npm", "ci"]\n` }),
    found('sh -c in JSON form', `${copied}RUN ["sh", "-c", "«npm install»"]\n`, {
      files,
      fixed: `${copied}RUN ["sh", "-c", "npm ci"]\n`,
    }),
    found('heredoc', `${copied}RUN <<EOF\n«npm install»\nEOF\n`, { files, fixed: `${copied}RUN <<EOF\nnpm ci\nEOF\n` }),
    found('ONBUILD', `${copied}ONBUILD RUN «npm install»\n`, { files, fixed: `${copied}ONBUILD RUN npm ci\n` }),
    found('the lock of a folder', `${base}COPY . .\nRUN cd web && «npm install»\n`, {
      files: { 'web/package.json': manifest, 'web/package-lock.json': lock },
      level: 'warning',
      fixed: `${base}COPY . .\nRUN cd web && npm ci\n`,
    }),
    found(
      'a mounted lock',
      `${base}RUN --mount=type=bind,source=package.json,target=/app/package.json --mount=type=bind,source=package-lock.json,target=/app/package-lock.json «npm install»\n`,
      {
        files,
        level: 'warning',
      },
    ),
    found('a lock that does not fit any more: no edit, for npm ci would refuse', `${copied}RUN «npm install»\n`, {
      files: { ...files, 'package.json': JSON.stringify({ dependencies: { express: '^5.0.0' } }) },
      says: /do not agree/,
      fixed: `${copied}RUN npm install\n`,
    }),
    found('workspaces: no edit, for their manifests must be there', `${copied}RUN «npm install»\n`, {
      files: { ...files, 'package.json': JSON.stringify({ workspaces: ['web'], dependencies }) },
      fixed: `${copied}RUN npm install\n`,
    }),
    found('the fallback of npm ci', `${copied}RUN npm ci || «npm install»\n`, {
      files,
      fixed: `${copied}RUN npm ci || npm install\n`,
    }),
    found('a lock that is named, without the context', `${copied}RUN «npm install»\n`, {
      level: 'warning',
      fixed: `${copied}RUN npm install\n`,
    }),
    found('no telling whether there is a lock: a notice', `${base}COPY package*.json ./\nRUN «npm install»\n`, {
      level: 'notice',
      says: /cannot see a lock file/,
    }),
    found('a project from git: a notice', `${base}RUN git clone https://x.test/a.git . && «npm install»\n`, {
      level: 'notice',
    }),
    found(
      'both branches',
      `${copied}RUN if [ "$A" = b ]; then «npm install»; else «npm install» --only=production; fi\n`,
      { files },
    ),
    found('npm update', `${copied}RUN «npm update»\n`, { files, says: /newest versions/ }),
    found('npm update -g', `${base}RUN npm update -g «npm»\n`),
    found('a global install of the folder', `${copied}RUN «npm install» -g\n`, { files, says: /reads no lock file/ }),
    found('no version', `${base}RUN npm install -g «pm2» typescript\n`, {
      level: 'warning',
      says: /`pm2` and `typescript` are.*pm2@1\.2\.3/s,
    }),
    found('a tag', `${base}RUN npm install -g «npm@latest» --no-audit\n`),
    found('a major version', `${base}RUN npm install --global pnpm@9.1.0 «@angular/cli@13»\n`, {
      says: /@angular\/cli@1\.2\.3/,
    }),
    found('ranges', `${base}RUN npm i «'lodash@^4'» "a@~1.2.3" b@'>=2'\n`, {
      says: /`lodash@\^4`, `a@~1\.2\.3` and `b@>=2`/,
    }),
    found('a scope', `${base}RUN npm add «@myorg/private»\n`),
    found(
      'git without a commit',
      `${base}RUN npm install «git+https://github.com/npm/npm.git#v1.0.27» «npm/npm»\n`.replace(
        ' «npm/npm»',
        ' npm/npm',
      ),
    ),
    found('an alias', `${base}RUN npm install «x@npm:lodash@4»\n`),
    found(
      'behind options with values',
      `${base}RUN npm install --registry https://x.test --loglevel verbose «express» sax@0.1.1\n`,
    ),
    found(
      'yarn, pnpm and bun',
      `${base}RUN yarn global add «serve» && pnpm add -g «turbo@^2» && bun add -g «vercel»\n`,
    ),
    found('sudo and a variable with a value', `${base}ARG TAG=next\nRUN sudo -E npm install -g «npm@$TAG»\n`),
    found('one finding per command', `${base}RUN npm i -g «a» b && npm i -g «c»\n`),
  ],
  silent: [
    silent('npm ci', `${copied}RUN npm ci --omit=dev && npm clean-install && npm cit\n`, { files }),
    silent('no lock: for another rule', `${base}COPY package.json ./\nRUN npm install\n`, none),
    silent('no lock copied, without the context', `${base}COPY package.json ./\nRUN npm install\n`),
    silent('a lock that is there and not copied: for another rule', `${base}COPY package.json ./\nRUN npm install\n`, {
      files,
    }),
    silent('a lock that is not read: for another rule', `${copied}RUN npm install --no-package-lock\n`, { files }),
    silent(
      'exact versions',
      `${base}RUN npm install -g npm@10.8.1 @angular/cli@17.3.0 x@1.0.0-rc.1 y@v2.0.0 z@=1.2.3\n`,
    ),
    silent('an exact alias', `${base}RUN npm install x@npm:lodash@4.17.21\n`),
    silent(
      'a commit',
      `${base}RUN npm install git+https://github.com/npm/npm.git#4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f npm/npm#4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f\n`,
    ),
    silent(
      'files and folders',
      `${base}COPY . .\nRUN npm install ./x ../y /opt/z ~/w a-1.2.3.tgz b.tar.gz c.tar file:d . && npm i -g .\n`,
    ),
    silent('a version that is not known', `${base}ARG V\nRUN npm install -g npm@$V "pnpm@\${P}" $LIST x@"$(cat v)"\n`),
    silent('only the lock file is written', `${copied}RUN npm install --package-lock-only && npm install --dry-run\n`, {
      files,
    }),
    silent(
      'other commands',
      `${copied}RUN npm run install && npm run build && npm cache clean --force && npm config set x y && npm -v && npm install --help\n`,
      { files },
    ),
    silent(
      'the lock decides',
      `${base}COPY . .\nRUN if [ -f package-lock.json ]; then npm ci; else npm install; fi\n`,
      { files },
    ),
    silent(
      'the fallback where there may be no lock',
      `${base}COPY . .\nRUN [ -f package-lock.json ] && npm ci || npm install\n`,
    ),
    silent('words of echo', `${base}RUN echo "npm install -g x" && echo npm install x\n`),
    silent('comments', `${base}# RUN npm install\nRUN true \\\n  # npm install\n  && true\n`),
    silent('a stage nobody needs', `FROM node:22 AS dev\nRUN npm install -g x\nFROM node:22\n`),
    silent('xargs', `${base}RUN cat list | xargs npm install -g\n`),
    silent(
      'npx, corepack, nvm',
      `${base}RUN npx create-app@latest x && corepack enable && corepack prepare pnpm@latest && nvm install --lts && yarn dlx x && bunx y\n`,
    ),
    silent('values of options', `${base}RUN npm install -g --unsafe-perm true --some-timeout 60000 x@1.2.3\n`),
    silent('as of a day', `${base}RUN npm install -g --before 2024-06-01 x && npm install --before=2024-06-01\n`),
    silent('Windows', `FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN npm install -g x\n`),
    silent(
      'exact versions of others',
      `${base}RUN yarn global add serve@14.2.3 && pnpm add -g turbo@2.0.4 && bun add -g vercel@34.2.0\n`,
    ),
    silent(
      'a lock made in the build',
      `${base}COPY package.json .\nRUN npm install --package-lock-only\nRUN npm ci\n`,
      none,
    ),
  ],
}
