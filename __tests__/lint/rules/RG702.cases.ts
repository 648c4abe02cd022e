import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const url = 'https://example.com/tool.tgz'

export const cases = {
  found: [
    found(
      'another file is checked',
      `${base}RUN wget -O /b https://x.test/b && «curl» -fsSL ${url} | tar xz && echo "${'4f'.repeat(32)}  /b" | sha256sum -c -\n`,
    ),
    found('curl | tar', `${base}RUN «curl» -fsSL ${url} | tar xz\n`, {
      level: 'notice',
      class: 'drift',
      says: /only looks at how `tar` went.*pipefail/s,
    }),
    found('wget | tar', `${base}RUN apt-get update && «wget» -qO- ${url} | tar xz\n`),
    found('an install | tee', `${base}RUN «pip» install x | tee /tmp/log\n`),
    found('apt-get | grep', `${base}RUN «apt-get» install -y x 2>&1 | grep -v warning\n`),
    found('make | tee', `${base}RUN «make» | tee build.log\n`),
    found('a model', `${base}RUN «hf» download org/model | tail -1\n`),
    found('heredoc', `${base}RUN <<EOF\nset -e\n«curl» -fsSL ${url} | tar xz\nEOF\n`),
    found('bash without the option', `${base}SHELL ["/bin/bash", "-c"]\nRUN «curl» -fsSL ${url} | tar xz\n`),
    found('after the pipeline it is too late', `${base}RUN «curl» -fsSL ${url} | tar xz; set -o pipefail\n`),
    found('switched off', `${base}RUN set -o pipefail; set +o pipefail; «curl» ${url} | tar xz\n`),
  ],
  silent: [
    silent(
      'what came is checked: half of it does not pass',
      `${base}RUN curl -fsSL ${url} | sed 1d > /k && echo "${'4f'.repeat(32)}  /k" | sha256sum -c -\n`,
    ),
    silent('SHELL with pipefail', `${base}SHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl ${url} | tar xz\n`),
    silent('set -o pipefail', `${base}RUN set -o pipefail; curl ${url} | tar xz\n`),
    silent('set -eo pipefail', `${base}RUN set -eo pipefail && curl ${url} | tar xz\n`),
    silent('bash -o pipefail -c', `${base}RUN bash -o pipefail -c "curl ${url} | tar xz"\n`),
    silent(
      'a stage below says it',
      `FROM debian:12 AS b\nSHELL ["bash","-o","pipefail","-c"]\nFROM b\nRUN curl ${url} | tar xz\n`,
    ),
    silent('piped to a shell: another rule', `${base}RUN curl ${url} | sh\n`),
    silent('right of the pipe', `${base}RUN yes | apt-get install -y x && echo y | pip install x\n`),
    silent('no pipe', `${base}RUN curl -O ${url} && pip install x\n`),
    silent('a pipe of other things', `${base}RUN cat x | grep y > z && ls | sort > l\n`),
    silent('a value', `${base}RUN V=$(curl -s ${url} | grep x) && echo $V\n`),
    silent('a checksum', `${base}RUN echo "x  y" | sha256sum -c - && sha256sum y | grep -q x\n`),
    silent('forgiven: another rule', `${base}RUN pip install x | tee log || true\n`),
    silent('only said', `${base}RUN echo "curl ${url} | tar xz"\n`),
    silent('Windows', `FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN curl ${url} | tar xz\n`),
  ],
}
