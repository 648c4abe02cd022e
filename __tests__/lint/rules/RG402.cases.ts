import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const url = 'https://example.com/install.sh'
const commit = '4f'.repeat(20)

export const cases = {
  found: [
    found('curl | sh', `${base}RUN «curl» -fsSL ${url} | sh\n`, {
      level: 'error',
      class: 'drift',
      says: /`https:\/\/example\.com\/install\.sh`.*`sh`/,
    }),
    found('curl | bash with arguments', `${base}RUN apt-get update && «curl» -fsSL ${url} | bash -s -- --yes\n`),
    found('curl | sudo bash -', `${base}RUN «curl» -sL ${url} | sudo -E bash -\n`),
    found('wget -qO- | sh', `${base}RUN «wget» -qO- ${url} | sh\n`),
    found('wget -O - | bash', `${base}RUN «wget» -O - ${url} | bash\n`),
    found('bash /dev/stdin', `${base}RUN «curl» -sSL ${url} | bash /dev/stdin --channel 8\n`),
    found('bash <(curl)', `${base}SHELL ["/bin/bash","-c"]\nRUN bash <(«curl» -fsSL ${url})\n`),
    found('sh -c "$(curl)"', `${base}RUN sh -c "$(«curl» -fsSL ${url})"\n`),
    found('. <(curl)', `${base}SHELL ["/bin/bash","-c"]\nRUN . <(«curl» ${url}) && source <(«curl» ${url})\n`),
    found('eval', `${base}RUN eval "$(«curl» -s ${url})"\n`),
    found('python -', `${base}RUN «curl» -sSL https://install.python-poetry.org | python3 -\n`),
    found('python with a here-string', `${base}SHELL ["/bin/bash","-c"]\nRUN python3 - <<< "$(«curl» -s ${url})"\n`),
    found('through sed', `${base}RUN «curl» -s ${url} | sed s/a/b/ | sh\n`),
    found('a script packed', `${base}RUN «curl» -s ${url}.gz | gunzip | bash -e\n`),
    found('perl', `${base}RUN «curl» -L https://cpanmin.us | perl - App::cpanminus\n`),
    found('over lines', `${base}RUN «curl» -fsSL \\\n      ${url} \\\n    | bash\n`),
    found('a version in the address', `${base}ARG V\nRUN «curl» https://deb.nodesource.com/setup_\${V}.x | bash -\n`),
    found('ONBUILD', `${base}ONBUILD RUN «curl» ${url} | sh\n`),
  ],
  silent: [
    silent('| sha256sum', `${base}RUN curl -s ${url} | sha256sum\n`),
    silent('| tar', `${base}RUN curl -s https://example.com/a.tgz | tar xz\n`),
    silent('| jq', `${base}RUN curl -s https://example.com/a.json | jq .\n`),
    silent('| python -m json.tool', `${base}RUN curl -s https://example.com/a.json | python3 -m json.tool\n`),
    silent(
      '| python -c',
      `${base}RUN curl -s https://example.com/a.json | python3 -c 'import json,sys; print(json.load(sys.stdin))'\n`,
    ),
    silent('| perl -pe', `${base}RUN curl -s https://example.com/a | perl -pe 's/a/b/' > x\n`),
    silent('| bash with a script of its own', `${base}RUN curl -s https://example.com/a | bash /filter.sh\n`),
    silent('| sh -c', `${base}RUN curl -s https://example.com/a | sh -c 'cat > /x'\n`),
    silent('echo $(curl)', `${base}RUN sh -c "echo $(curl -s https://example.com/a)"\n`),
    silent('a commit', `${base}RUN curl -s https://raw.githubusercontent.com/o/r/${commit}/i.sh | sh\n`),
    silent('a commit in quotes', `${base}RUN curl -s 'https://raw.githubusercontent.com/o/r/${commit}/i.sh' | sh\n`),
    silent(
      'a commit that is not known',
      `${base}ARG C\nRUN curl -s https://raw.githubusercontent.com/o/r/$C/i.sh | sh\n`,
    ),
    silent('localhost', `${base}RUN curl http://localhost/i.sh | sh\n`),
    silent('an address that is not known', `${base}RUN curl $URL | sh\n`),
    silent(
      'downloaded and checked',
      `${base}RUN curl -o i.sh ${url} && echo "${'4f'.repeat(32)}  i.sh" | sha256sum -c && sh i.sh\n`,
    ),
    silent('a local script', `${base}RUN cat install.sh | sh && bash install.sh\n`),
    silent('only said', `${base}RUN echo "curl ${url} | sh"\n`),
    silent('a comment', `${base}# curl ${url} | sh\nRUN true\n`),
    silent('another interpreter', `${base}RUN <<EOF python3\nprint("curl ${url} | sh")\nEOF\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nRUN curl ${url} | sh\nFROM scratch\n`),
  ],
}
