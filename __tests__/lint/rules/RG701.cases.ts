import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const url = 'https://example.com/tool.tgz'

export const cases = {
  found: [
    found(
      'the example of the tutorial',
      `${base}RUN pip install --no-index --find-links=/wheels -r /wheels/requirements.lock «||» true # adapt path if needed\n`,
      { level: 'warning', class: 'drift', says: /`pip` fails to install something/ },
    ),
    found('|| :', `${base}RUN apt-get update && apt-get install -y curl «||» :\n`),
    found('|| echo', `${base}RUN pip install flash-attn «||» echo "no flash-attn"\n`),
    found('|| exit 0', `${base}RUN npm ci «||» exit 0\n`),
    found('in the middle', `${base}RUN apt-get update «||» true && apt-get install -y curl\n`),
    found(
      'over lines',
      `${base}RUN apt-get update && \\\n    pip install x \\\n      «||» true && \\\n    rm -rf /tmp/x\n`,
    ),
    found('a group', `${base}RUN (apt-get update && apt-get install -y x) «||» true\n`),
    found('a check', `${base}RUN sha256sum -c SUMS «||» true\n`, { says: /check something/ }),
    found('a download', `${base}RUN curl -fsSLo /x ${url} «||» true\n`, { says: /fetch something/ }),
    found('a model', `${base}RUN hf download org/model «||» true\n`),
    found('a clone', `${base}RUN git clone https://github.com/o/r «||» true\n`),
    found('a build', `${base}RUN make -j8 «||» true\n`, { says: /build something/ }),
    found('sh -c', `${base}RUN ["sh", "-c", "pip install x «||» true"]\n`),
    found('outside of sh -c', `${base}RUN bash -c 'pip install x' «||» true\n`),
    found('one for each ||', `${base}RUN (pip install a && pip install b «||» true) && npm ci «||» true\n`),
    found('under a condition', `${base}RUN if [ -f r.txt ]; then pip install -r r.txt «||» true; fi\n`),
    found('conda', `${base}RUN conda env update -f env.yml «||» true\n`),
    found('; true', `${base}RUN pip install x; «true»\n`, { level: 'warning', says: /at the end/ }),
    found('set +e', `${base}RUN set -e; make x; «set» +e; pip install x; rm -rf /tmp/x\n`, { says: /set \+e/ }),
    found('; and more', `${base}RUN «pip» install x; rm -rf /root/.cache\n`, {
      level: 'notice',
      says: /only the last one counts/,
    }),
    found(
      'a heredoc without set -e',
      `${base}RUN <<EOF\napt-get update\n«apt-get» install -y curl\nrm -rf /var/lib/apt/lists/*\nEOF\n`,
      {
        level: 'warning',
        says: /set -e/,
      },
    ),
    found('a heredoc for bash', `${base}RUN <<EOF bash\n«pip» install x\necho done\nEOF\n`),
    found('in a loop', `${base}RUN for p in a b; do «pip» install $p; done\n`),
  ],
  silent: [
    silent(
      'what may be missing',
      `${base}RUN rm -r /x || true; rmdir /y || :; ldconfig || true; chmod -R a+r /z || true\n`,
    ),
    silent(
      'asked',
      `${base}RUN grep -q x /etc/passwd || true; id user || useradd user; getent group g || groupadd g\n`,
    ),
    silent(
      'removed',
      `${base}RUN apt-get purge -y gcc || true; apt-get autoremove -y || true; pip uninstall -y x || true\n`,
    ),
    silent(
      'cleaned',
      `${base}RUN apt-get clean || true; conda clean -afy || true; make clean || true; npm cache clean || true\n`,
    ),
    silent('another way', `${base}RUN pip install x==1 || pip install x==2\n`),
    silent('a failure that is told', `${base}RUN pip install x || exit 1; npm ci || { echo no; exit 1; }\n`),
    silent('tried again', `${base}RUN for i in 1 2 3; do pip install x && break || sleep 5; done\n`),
    silent('tried again without a pause', `${base}RUN for i in 1 2 3; do pip install x && break || true; done\n`),
    silent('a test', `${base}RUN if ! pip install x; then echo no; exit 1; fi\n`),
    silent('set -e', `${base}RUN set -eux; apt-get update; apt-get install -y curl; rm -rf /x\n`),
    silent('set -o errexit', `${base}RUN set -o errexit; pip install x; rm -rf /x\n`),
    silent('SHELL with -e', `${base}SHELL ["/bin/bash", "-euo", "pipefail", "-c"]\nRUN pip install x; rm -rf /x\n`),
    silent(
      'a heredoc with set -e',
      `${base}RUN <<EOF\nset -e\napt-get update\napt-get install -y curl\nrm -rf /x\nEOF\n`,
    ),
    silent('a heredoc for bash -e', `${base}RUN <<EOF bash -e\npip install x\necho done\nEOF\n`),
    silent('a heredoc with #!', `${base}RUN <<EOF\n#!/bin/bash -e\npip install x\necho done\nEOF\n`),
    silent('a heredoc of one command', `${base}RUN <<EOF\npip install x\nEOF\n`),
    silent('joined by &&', `${base}RUN apt-get update && apt-get install -y curl && rm -rf /x\n`),
    silent('the install is last', `${base}RUN cd /x; export A=b; apt-get update; apt-get install -y curl\n`),
    silent('what follows needs it', `${base}RUN curl -fsSLO ${url}; tar xzf tool.tgz\n`),
    silent('what follows takes what was built', `${base}RUN cargo build --release; mv target/release/x /usr/bin/\n`),
    silent('what follows runs it', `${base}RUN curl ${url} > /tmp/i.sh; sh /tmp/i.sh\n`),
    silent('its status is read', `${base}RUN pip install x; status=$?; rm -rf /x; exit $status\n`),
    silent('dpkg, mended by apt', `${base}RUN dpkg -i x.deb || true && apt-get update && apt-get install -fy\n`),
    silent('a program of unknown name', `${base}RUN ./setup.sh || true\n`),
    silent('tests', `${base}RUN make test || true; npm run test || true; cargo test || true\n`),
    silent('a value', `${base}RUN V=$(curl -s ${url} || true) && echo $V\n`),
    silent('a health probe', `${base}HEALTHCHECK CMD curl -f http://localhost/ || true\n`),
    silent('only shown', `${base}RUN curl -s ${url} || true; pip --version || true; pip install --dry-run x || true\n`),
    silent('only said', `${base}RUN echo "pip install x || true"\n`),
    silent('a comment', `${base}RUN true # pip install x || true\n`),
    silent('at run time', `${base}CMD pip install x || true\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nRUN pip install x || true\nFROM scratch\n`),
    silent('Windows', `FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN pip install x || true\n`),
  ],
}
