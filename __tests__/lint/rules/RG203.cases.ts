import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'

export const cases = {
  found: [
    found(
      'lists that an earlier RUN left: a notice',
      `${base}RUN apt-get update && apt-get install -y gnupg\nRUN «apt-get install» -y curl\n`,
      { level: 'notice', says: /some other layer/ },
    ),
    found('update, then install', `${base}RUN «apt-get update»\nRUN apt-get install -y curl\n`, {
      level: 'warning',
      class: 'drift',
      says: /\nRUN apt-get update && apt-get install -y curl && rm -rf/,
    }),
    found('with options', `${base}RUN «apt-get -qq -y update»\nRUN apt-get install -y curl\n`),
    found('apt', `${base}RUN «apt update»\nRUN apt install -y curl\n`),
    found(
      'with harmless company',
      `${base}RUN set -eux; «apt-get update» && rm -rf /tmp/x\nRUN apt-get install -y curl\n`,
    ),
    found(
      'install in a stage that continues it',
      `FROM debian:12 AS base\nRUN «apt-get update»\nFROM base\nRUN apt-get install -y curl\n`,
    ),
    found('JSON form', `${base}RUN [«"apt-get"», "update"]\nRUN apt-get install -y curl\n`),
    found('sh -c', `${base}RUN bash -c "«apt-get update»"\nRUN apt-get install -y curl\n`),
    found(
      'the later RUN updates as well',
      `${base}RUN «apt-get update»\nRUN apt-get update && apt-get install -y curl\n`,
    ),
    found(
      'one finding for several installs',
      `${base}RUN «apt-get update»\nRUN apt-get install -y curl\nRUN apt-get install -y git\n`,
    ),
    found('install without update: a notice', `${base}RUN «apt-get install» -y curl\n`, {
      level: 'notice',
      says: /`curl`.*apt-get update/s,
    }),
    found(
      'the name and the action lines apart',
      `${base}RUN «apt-get» \\
  install -y curl
`,
      { level: 'notice' },
    ),
    found(
      'update in a sibling stage does not help',
      `FROM debian:12 AS a\nRUN apt-get update && apt-get install -y gcc\nFROM debian:12\nRUN «apt-get install» -y curl\nCOPY --from=a /x /x\n`,
      { level: 'notice' },
    ),

    found('xargs installs later', `${base}RUN «apt-get update»\nRUN xargs apt-get install -y < packages.txt\n`),
    found('nala', `${base}RUN «nala update»\nRUN nala install -y curl\n`),
    found('an upgrade later', `${base}RUN «apt-get update»\nRUN apt-get upgrade -y\n`),
  ],
  silent: [
    silent(
      'the stage below left the lists',
      `FROM debian:12 AS a\nRUN apt-get update && apt-get install -y gcc\nFROM a\nRUN apt-get install -y curl\nRUN apt-get install -y git\n`,
    ),
    silent('together', `${base}RUN apt-get update && apt-get install -y curl\n`),
    silent(
      'together over lines and semicolons',
      `${base}RUN set -ex; \\\n  apt-get update; \\\n  apt-get install -y curl\n`,
    ),
    silent('in a heredoc', `${base}RUN <<EOF\napt-get update\napt-get install -y curl\nEOF\n`),
    silent(
      'split by if',
      `${base}RUN if [ ! -d /var/lib/apt/lists/x ]; then apt-get update; fi && apt-get install -y curl\n`,
    ),
    silent(
      'lists in a cache mount',
      `${base}RUN --mount=type=cache,target=/var/lib/apt/lists apt-get update\nRUN --mount=type=cache,target=/var/lib/apt/lists apt-get install -y curl\n`,
    ),
    silent(
      'a mount of the folder above',
      `${base}RUN --mount=type=cache,target=/var/lib/apt apt-get install -y curl\n`,
    ),
    silent('nothing is ever installed', `${base}RUN apt-get update\nRUN make\n`),
    silent('update for an upgrade', `${base}RUN apt-get update && apt-get upgrade -y\n`),
    silent('update for build-dep', `${base}RUN apt-get update && apt-get build-dep -y python3\n`),
    silent(
      'a script installs',
      `${base}RUN apt-get update && ./install.sh\nRUN apt-get update && apt-get install -y curl\n`,
    ),
    silent(
      'a tool installs',
      `${base}RUN apt-get update && npx playwright install --with-deps\nRUN apt-get update && apt-get install -y curl\n`,
    ),
    silent(
      'a downloaded script updates',
      `${base}RUN curl -fsSL https://deb.nodesource.com/setup_20.x | bash - && apt-get install -y nodejs\n`,
    ),
    silent(
      'a downloaded script updated before',
      `${base}RUN curl -fsSL https://deb.nodesource.com/setup_20.x | bash -\nRUN apt-get install -y nodejs\n`,
    ),
    silent('add-apt-repository updates', `${base}RUN add-apt-repository ppa:x/y && apt-get install -y curl\n`),
    silent('a local package', `${base}COPY x.deb /tmp/\nRUN apt-get install -y /tmp/x.deb\n`),
    silent('repair', `${base}RUN dpkg -i x.deb || apt-get install -f -y\n`),
    silent(
      'the stage below updated and installs',
      `FROM debian:12 AS a\nRUN apt-get update && apt-get install -y gcc\nFROM a\nRUN apt-get install -y curl\n`,
    ),
    silent('only said', `${base}RUN echo "apt-get update"\nRUN echo apt-get install curl\n`),
    silent(
      'an unreachable stage',
      `FROM debian:12 AS a\nRUN apt-get update\nRUN apt-get install -y x\nFROM debian:12\n`,
    ),
    silent('in a function', `${base}RUN up() { apt-get update; }; up && apt-get install -y curl\n`),

    silent('apt fetches the lists itself', `${base}RUN apt install --update -y curl\n`),
    silent('a function that is called', `${base}RUN get() { apt-get update && apt-get install -y "$@"; }; get curl\n`),
  ],
}
