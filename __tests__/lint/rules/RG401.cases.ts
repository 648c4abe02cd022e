import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const url = 'https://example.com/tool-1.2.tgz'
const hex = '4f'.repeat(32)
const commit = '4f'.repeat(20)

export const cases = {
  found: [
    found('curl -o', `${base}RUN «curl» -fsSL -o /tmp/tool.tgz ${url}\n`, {
      level: 'warning',
      class: 'drift',
      says: /ADD --checksum=sha256:.* https:\/\/example\.com\/tool-1\.2\.tgz/,
    }),
    found('curl -O', `${base}RUN «curl» -fsSLO ${url}\n`),
    found('curl > file', `${base}RUN «curl» -fsSL ${url} 2>/dev/null > /tmp/x\n`),
    found('curl | tar', `${base}RUN «curl» -fsSL ${url} | tar xz -C /opt\n`, { says: /into `tar`/ }),
    found('wget', `${base}RUN apt-get update && \\\n    «wget» -q ${url} && tar xf tool-1.2.tgz\n`),
    found('wget -qO-', `${base}RUN «wget» -qO- ${url} | tar xz\n`),
    found('wget -P', `${base}RUN «wget» -P /opt ${url}\n`),
    found(
      'downloaded, then run: an error',
      `${base}RUN «curl» -fsSL -o /tmp/i.sh https://example.com/i.sh && sh /tmp/i.sh\n`,
      { level: 'error', says: /runs it/ },
    ),
    found('run by its path', `${base}RUN «wget» https://example.com/i && chmod +x i && ./i --yes\n`, {
      level: 'error',
    }),
    found('a version in a variable', `${base}ARG V\nRUN «curl» -fsSLo t.tgz https://example.com/v\${V}/t.tgz\n`),
    found(
      'the wrong file is checked',
      `${base}RUN «curl» -o a.tgz ${url} && echo "${hex}  other.tgz" | sha256sum -c -\n`,
    ),
    found('a sum that nobody compares', `${base}RUN «curl» -o a.tgz ${url} && sha256sum a.tgz\n`),
    found(
      'checked in the next RUN only',
      `${base}RUN «curl» -o a.tgz ${url}\nRUN echo "${hex}  a.tgz" | sha256sum -c -\n`,
      { level: 'notice', says: /only a later RUN checks/ },
    ),
    found(
      'another file is checked in the next RUN',
      `${base}RUN «curl» -o a.tgz ${url}\nRUN echo "${hex}  b.tgz" | sha256sum -c - && sha256sum -c sums\n`,
      { level: 'warning' },
    ),
    found('run in a later RUN', `${base}RUN «curl» -o /tmp/i.sh ${url}\nWORKDIR /x\nRUN echo a && bash /tmp/i.sh\n`, {
      level: 'error',
      says: /and runs it/,
    }),
    found(
      'checked before a later RUN runs it',
      `${base}RUN «curl» -o /tmp/i.sh ${url}\nRUN echo "${hex}  /tmp/i.sh" | sha256sum -c -\nRUN bash /tmp/i.sh\n`,
      { level: 'notice' },
    ),
    found(
      'checked too late',
      `${base}RUN «curl» -o /tmp/i.sh ${url} && bash /tmp/i.sh\nRUN echo "${hex}  /tmp/i.sh" | sha256sum -c -\n`,
      { level: 'error' },
    ),
    found('another file of that name is run', `${base}RUN «curl» -o /tmp/i.sh ${url}\nRUN /opt/i.sh\n`, {
      level: 'warning',
    }),
    found('one finding for several addresses', `${base}RUN «curl» -O ${url} -O https://example.com/b.tgz\n`),
    found('aws s3 cp', `${base}RUN «aws» s3 cp s3://bucket/model.bin /models/model.bin\n`, { says: /s3:\/\/bucket/ }),
    found('gsutil', `${base}RUN «gsutil» cp gs://bucket/model.bin /models/\n`),
    found('gsutil without its verb, as test suites write it', `${base}RUN «gsutil» gs://bucket/x /x && /x\n`, {
      level: 'error',
    }),
    found('into a pipe', `${base}RUN «curl» -fsSL ${url} | tar xz\n`, { says: /nothing can be checked in a pipe/ }),
    found('another try is no other download', `${base}RUN «curl» -fO ${url} || wget ${url}\n`),
    found('aws s3api', `${base}RUN «aws» s3api get-object --bucket b --key k/m.bin /m.bin\n`, {
      says: /s3:\/\/b\/k\/m\.bin/,
    }),
    found('wget -i', `${base}COPY urls.txt .\nRUN «wget» -i urls.txt\n`, { says: /the list `urls\.txt` names/ }),
    found('az', `${base}RUN «az» storage blob download -c models -n a.bin -f /a.bin\n`, {
      says: /azure:\/\/models\/a\.bin/,
    }),
    found('PowerShell on Linux', `${base}RUN «pwsh» -c "Invoke-WebRequest ${url} -OutFile /x"\n`),
    found(
      'what is piped is not the file that is checked',
      `${base}RUN «curl» -fsSL ${url} | tar xz && curl -fsSLO https://example.com/b && echo "${hex}  b" | sha256sum -c -\n`,
    ),
    found(
      'one of two is checked',
      `${base}RUN curl -o a ${url} && «curl» -o b https://example.com/b && echo "${hex}  a" | sha256sum -c -\n`,
    ),
    found('over a mirror in a variable', `${base}ARG HOST=example.com\nRUN «curl» -fLo /x https://\${HOST}/x\n`),
    found('a message is no check', `${base}RUN «curl» -o a ${url} && echo "sha256sum -c a"\n`),
    found('a tag is no commit', `${base}RUN «curl» -L https://github.com/o/r/archive/refs/tags/v1.2.tar.gz | tar xz\n`),
    found('sh -c', `${base}RUN ["sh", "-c", "«curl» -o /x ${url}"]\n`),
    found('heredoc', `${base}RUN <<EOF\n«curl» -o /x ${url}\nEOF\n`),
    found('in a loop', `${base}RUN for f in a b; do «curl» -O https://example.com/$f; done\n`),
    found('aria2c', `${base}RUN «aria2c» -x 8 -o m.bin ${url}\n`),
  ],
  silent: [
    silent('sha256sum -c from echo', `${base}RUN curl -o a.tgz ${url} && echo "${hex}  a.tgz" | sha256sum -c -\n`),
    silent(
      'a sum in a variable',
      `${base}ARG SUM\nRUN curl -o /tmp/a.tgz ${url} && echo "$SUM */tmp/a.tgz" | sha256sum --check --strict\n`,
    ),
    silent('a list of sums', `${base}COPY SUMS .\nRUN curl -O ${url} && sha256sum -c SUMS\n`),
    silent(
      'grep from the list',
      `${base}RUN curl -O ${url} && curl -O https://example.com/SHASUMS256.txt && grep tool SHASUMS256.txt | sha256sum -c -\n`,
    ),
    silent('shasum -a 256 -c', `${base}RUN curl -o a ${url}; echo "${hex}  a" | shasum -a 256 -c\n`),
    silent('here-string', `${base}SHELL ["/bin/bash","-c"]\nRUN curl -o a ${url} && sha256sum -c <<< "${hex}  a"\n`),
    silent('a test', `${base}RUN curl -o a ${url} && [ "$(sha256sum a | cut -d' ' -f1)" = "${hex}" ]\n`),
    silent('sum into grep', `${base}RUN curl -o a ${url} && sha256sum a | grep -q ${hex}\n`),
    silent(
      'sum in a variable, then a test',
      `${base}RUN curl -o a ${url} && s=$(sha256sum a) && test "$s" = "${hex}  a"\n`,
    ),
    silent(
      'gpg --verify',
      `${base}RUN curl -o a.tgz ${url} && curl -o a.tgz.asc ${url}.asc && gpg --batch --verify a.tgz.asc a.tgz\n`,
    ),
    silent('cosign', `${base}RUN curl -o a ${url} && cosign verify-blob --key k --signature s a\n`),
    silent('openssl dgst', `${base}RUN curl -o a ${url} && openssl dgst -sha256 -verify k.pem -signature s a\n`),
    silent(
      'hashlib',
      `${base}RUN curl -o a ${url} && python3 -c "import hashlib,sys; assert hashlib.sha256(open('a','rb').read()).hexdigest()=='x'"\n`,
    ),
    silent('a raw file of a commit', `${base}RUN curl -o a 'https://raw.githubusercontent.com/o/r/${commit}/i.sh'\n`),
    silent('an archive of a commit', `${base}RUN curl -L https://github.com/o/r/archive/${commit}.tar.gz | tar xz\n`),
    silent(
      'an archive of a commit that is not known',
      `${base}ARG COMMIT\nRUN curl -L https://github.com/o/r/archive/\${COMMIT}.tar.gz | tar xz\n`,
    ),
    silent('localhost', `${base}RUN curl -f -o /tmp/x http://localhost:8080/health\n`),
    silent('an address that is not known', `${base}RUN curl -o a "$URL" && wget $URL\n`),
    silent('only asked', `${base}RUN curl -I ${url} && wget --spider ${url} && curl --version\n`),
    silent('thrown away', `${base}RUN curl -fsS -o /dev/null ${url} && curl ${url} > /dev/null\n`),
    silent('shown in the log', `${base}RUN curl -fsS ${url}\n`),
    silent('a value', `${base}RUN V=$(curl -s https://example.com/version) && echo $V\n`),
    silent(
      'a key of a repository',
      `${base}RUN curl -fsSL https://example.com/key.gpg | gpg --dearmor -o /usr/share/keyrings/x.gpg\n`,
    ),
    silent('a key into a file', `${base}RUN curl -fsSLo /etc/apt/keyrings/x.asc https://example.com/x.asc\n`),
    silent('into a cache mount', `${base}RUN --mount=type=cache,target=/models curl -o /models/m.bin ${url}\n`),
    silent('piped to a shell: another rule', `${base}RUN curl -fsSL https://example.com/i.sh | sh\n`),
    silent('piped to sha256sum', `${base}RUN curl -fsSL ${url} | sha256sum\n`),
    silent('only said', `${base}RUN echo "curl -o a ${url}" && printf 'wget ${url}\\n'\n`),
    silent(
      'a comment and a script in a file',
      `${base}RUN true \\\n # curl -o a ${url}\n && cat > /x <<'EOF'\ncurl -o a ${url}\nEOF\n`,
    ),
    silent('installed, not run', `${base}RUN apt-get install -y curl wget\n`),
    silent('HEALTHCHECK', `${base}HEALTHCHECK CMD curl -o /tmp/x ${url}\n`),
    silent('hf download: another rule', `${base}RUN hf download org/model --local-dir /m\n`),
    silent('a sum in a heredoc', `${base}RUN <<EOF\ncurl -o a ${url}\nsha256sum -c <<S\n${hex}  a\nS\nEOF\n`),
    silent(
      'several downloads, one list of sums',
      `${base}COPY SUMS .\nRUN wget ${url} && wget https://example.com/b.tgz && sha256sum --check SUMS\n`,
    ),
    silent('a list of addresses, and its sums', `${base}COPY urls SUMS ./\nRUN wget -i urls && sha256sum -c SUMS\n`),
    silent('diff of the sums', `${base}SHELL ["/bin/bash","-c"]\nRUN curl -O ${url} && diff SUMS <(sha256sum *.tgz)\n`),
    silent('openssl sha256', `${base}RUN curl -o a ${url} && openssl sha256 a | grep -q ${hex}\n`),
    silent('a script that verifies', `${base}RUN curl -o a ${url} && python3 /tools/verify_sums.py a\n`),
    silent('rpm -K', `${base}RUN curl -o a.rpm ${url} && rpm -K a.rpm && rpm -i a.rpm\n`),
    silent('minisign', `${base}RUN curl -o a ${url} && minisign -Vm a -P RWQ\n`),
    silent('gpgv', `${base}RUN curl -o a ${url} && curl -o a.sig ${url}.sig && gpgv --keyring /k a.sig a\n`),
    silent('a sum in a case', `${base}RUN curl -o a ${url}; case "$(sha256sum a)" in ${hex}*) ;; *) exit 1;; esac\n`),
    silent('a condition', `${base}RUN curl -o a ${url}; if ! echo "${hex}  a" | sha256sum -c; then exit 1; fi\n`),
    silent('?sha256=', `${base}RUN curl -o a '${url}?sha256=${hex}'\n`),
    silent('checked by Get-FileHash', `${base}RUN pwsh -c "iwr ${url} -OutFile x; Get-FileHash x"\n`),
    silent('aria2c --checksum', `${base}RUN aria2c --checksum=sha-256=${hex} ${url}\n`),
    silent('a version of an object', `${base}RUN aws s3api get-object --bucket b --key k --version-id v /m\n`),
    silent('az that uploads', `${base}RUN az storage blob upload -c models -n a.bin -f /a.bin\n`),
    silent('an upload', `${base}RUN aws s3 cp /x s3://bucket/x && curl -X POST -o r ${url}\n`),
    silent('PowerShell', `FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN curl -o a ${url}\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nRUN curl -o a ${url}\nFROM scratch\n`),
  ],
}
