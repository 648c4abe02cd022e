import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'

export const cases = {
  found: [
    found('plain', `${base}RUN apt-get update && «apt-get install» -y curl\n`, {
      level: 'notice',
      class: 'drift',
      says: /apt-get install --no-install-recommends -y curl/,
    }),
    found('apt', `${base}RUN apt update && «apt install» -y curl git\n`, { says: /`curl` and `git`/ }),
    found('options in between', `${base}RUN «apt-get -y -qq install» curl\n`, {
      says: /apt-get -y -qq install --no-install-recommends curl/,
    }),
    found('sudo', `${base}RUN sudo «apt-get install» -y curl\n`),
    found(
      'over lines, the words on one',
      `${base}RUN apt-get update && \\\n  «apt-get install» -y \\\n  curl \\\n  git\n`,
      {
        says: /install --no-install-recommends -y curl git/,
      },
    ),
    found('pinned all the same', `${base}RUN «apt-get install» -y curl=1.2\n`),
    found('unknown names', `${base}RUN «apt-get install» -y $PKGS\n`),
    found('switched on by a value', `${base}RUN «apt-get install» -y -o APT::Install-Suggests=0 curl\n`),
    found('each command', `${base}RUN «apt-get install» -y curl && «apt-get install» -y git\n`),
    found('sh -c', `${base}RUN bash -lc 'apt-get update && «apt-get install» -y curl'\n`),
    found('heredoc', `${base}RUN <<EOF\n«apt-get install» -y curl\nEOF\n`),

    found(
      'the edit: behind the action',
      `${base}RUN apt-get update && \\\n    «apt-get install» -y \\\n      curl \\\n      # why\n      git\n`,
      {
        fixed: `${base}RUN apt-get update && \\\n    apt-get install --no-install-recommends -y \\\n      curl \\\n      # why\n      git\n`,
      },
    ),
    found(
      'the edit: options before the action, two commands',
      `${base}RUN «apt-get -y install» curl && «apt install» git\n`,
      {
        fixed: `${base}RUN apt-get -y install --no-install-recommends curl && apt install --no-install-recommends git\n`,
      },
    ),
    found('the edit: JSON form', `${base}RUN [«"apt-get"», "install", "-y", "curl"]\n`, {
      fixed: `${base}RUN ["apt-get", "install", "--no-install-recommends", "-y", "curl"]\n`,
    }),
    found('the edit: sh -c in JSON form', `${base}RUN ["sh", "-c", "«apt-get install» -y curl"]\n`, {
      fixed: `${base}RUN ["sh", "-c", "apt-get install --no-install-recommends -y curl"]\n`,
    }),
    found('the edit: heredoc', `${base}RUN <<EOF\nset -e\n«apt-get install» -y \\\n  curl\nEOF\n`, {
      fixed: `${base}RUN <<EOF\nset -e\napt-get install --no-install-recommends -y \\\n  curl\nEOF\n`,
    }),
    found('no edit in a word of quotes', `${base}RUN «apt-get "install"» -y curl\n`, {
      fixed: `${base}RUN apt-get "install" -y curl\n`,
    }),
    found('no edit in a variable', `${base}ARG GET="apt-get install -y"\nRUN «$GET» curl\n`, {
      fixed: `${base}ARG GET="apt-get install -y"\nRUN $GET curl\n`,
    }),
    found('aptitude has another name for it', `${base}RUN «aptitude install» -y curl\n`, {
      says: /Add `--without-recommends`/,
      fixed: `${base}RUN aptitude install --without-recommends -y curl\n`,
    }),
    found('xargs', `${base}RUN xargs «apt-get install» -y < packages.txt\n`, {
      fixed: `${base}RUN xargs apt-get install --no-install-recommends -y < packages.txt\n`,
    }),
    found('ONBUILD', `${base}ONBUILD RUN «apt-get install» -y curl\n`, {
      fixed: `${base}ONBUILD RUN apt-get install --no-install-recommends -y curl\n`,
    }),
    found('options in an ARG, but not that one', `${base}ARG APT_OPTS="-y -q"\nRUN «apt-get install» $APT_OPTS curl\n`),
  ],
  silent: [
    silent('the option', `${base}RUN apt-get install -y --no-install-recommends curl\n`),
    silent('the option before the action', `${base}RUN apt-get --no-install-recommends install -y curl\n`),
    silent('the option at the end', `${base}RUN apt-get install -y curl --no-install-recommends\n`),
    silent('by -o', `${base}RUN apt-get install -y -o APT::Install-Recommends=false curl\n`),
    silent('by -o in one word', `${base}RUN apt-get -oAPT::Install-Recommends=0 install -y curl\n`),
    silent('by -o in quotes', `${base}RUN apt-get install -y -o "APT::Install-Recommends=0" curl\n`),
    silent('wanted', `${base}RUN apt-get install -y --install-recommends texlive\n`),
    silent(
      'an apt.conf in the same RUN',
      `${base}RUN echo 'APT::Install-Recommends "false";' > /etc/apt/apt.conf.d/99x && apt-get install -y curl\n`,
    ),
    silent(
      'an apt.conf in an earlier RUN',
      `${base}RUN printf 'APT::Install-Recommends "0";\\n' > /etc/apt/apt.conf.d/99x\nRUN apt-get install -y curl\n`,
    ),
    silent(
      'an apt.conf in the stage below',
      `FROM debian:12 AS b\nRUN echo 'APT::Install-Recommends "0";' > /etc/apt/apt.conf\nFROM b\nRUN apt-get install -y curl\n`,
    ),
    silent('an apt.conf copied in', `${base}COPY 99norecommends /etc/apt/apt.conf.d/\nRUN apt-get install -y curl\n`),
    silent(
      'an apt.conf by heredoc',
      `${base}COPY <<EOF /etc/apt/apt.conf.d/99\nAPT::Install-Recommends "0";\nEOF\nRUN apt-get install -y curl\n`,
    ),
    silent('no package', `${base}RUN apt-get install -y -f\n`),
    silent('a local file', `${base}RUN apt-get install -y ./x.deb\n`),
    silent('other actions', `${base}RUN apt-get update && apt-get upgrade -y && apt-get purge -y curl\n`),
    silent('a simulation', `${base}RUN apt-get install --dry-run curl\n`),
    silent('only said', `${base}RUN echo 'apt-get install -y curl'\n`),
    silent('aptitude -R', `${base}RUN aptitude install -y -R curl\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nRUN apt-get install -y curl\nFROM debian:12\n`),
    silent('options that are not known', `${base}ARG APT_OPTS\nRUN apt-get install -y $APT_OPTS curl\n`),
    silent(
      'what a function is given',
      `${base}RUN get() { apt-get install -y "$@"; }; get --no-install-recommends curl\n`,
    ),
    silent(
      'options in an ARG',
      `${base}ARG APT_OPTS="-y --no-install-recommends"\nRUN apt-get install $APT_OPTS curl\n`,
    ),
  ],
}
