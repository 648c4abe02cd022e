import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const alpine = 'FROM alpine:3.20\n'

export const cases = {
  found: [
    found('date into a file', `${base}RUN «date» > /build-time\n`, {
      level: 'error',
      class: 'now',
      says: /SOURCE_DATE_EPOCH/,
    }),
    found(
      'date in echo',
      `${base}RUN mkdir -p /etc/app && \\\n    echo "built: $(«date» -u +%Y-%m-%dT%H:%M:%S.%NZ)" > /etc/app/BUILD_INFO\n`,
    ),
    found('backquotes, appended', `${base}RUN echo built \`«date»\` >> /etc/motd\n`),
    found('tee', `${base}WORKDIR /app\nRUN (echo "+ start $(«date» +%s%N)"; env | sort) 2>&1 | tee /app/build.log\n`),
    found('by a variable', `${base}RUN now="$(«date» +%s)"; echo "$now" > /stamp\n`),
    found('by two variables', `${base}RUN now=$(«date»); v="1-$now"; printf '%s' "$v" > /stamp\n`),
    found('exported', `${base}RUN export T=$(«date») && echo $T > /stamp\n`),
    found('into an argument', `${base}RUN make BUILD_DATE=$(«date» +%s)\n`),
    found(
      'into ldflags of a builder',
      `FROM golang:1.22 AS b\nRUN go build -ldflags "-X main.date=$(«date» -u +%FT%TZ)" -o /app\nFROM scratch\nCOPY --from=b /app /app\n`,
    ),
    found('sed -i', `${base}RUN sed -i "s/@DATE@/$(«date»)/" /etc/x\n`),
    found('a file name', `${base}RUN touch /x && mkdir "/opt/build-$(«date» +%s)"\n`),
    found('a group', `${base}RUN { echo a; «date»; «uuidgen»; } > /info\n`),
    found('a heredoc', `${base}RUN cat > /info <<EOF\nbuilt $(«date»)\nEOF\n`),
    found('only the day: tomorrow', `${base}RUN «date» +%Y%m%d > /day\n`, { level: 'warning', class: 'drift' }),
    found('date -I', `${base}RUN echo $(«date» -I) > /day\n`, { level: 'warning' }),
    found('a date from now', `${base}RUN «date» -d 'next year' > /x\n`),
    found('uuidgen', `${base}RUN «uuidgen» > /etc/id\n`, { says: /container starts/ }),
    found('/dev/urandom through a pipe', `${base}RUN head -c 24 «/dev/urandom» | base64 > /secret\n`),
    found('/dev/urandom as input', `${base}RUN tr -dc a-z < «/dev/urandom» | head -c 32 > /secret\n`),
    found(
      'the kernel’s uuid',
      `${base}RUN printf 'key=%s\\nid=%s\\n' "$(head -c 24 «/dev/urandom» | base64)" "$(cat «/proc/sys/kernel/random/uuid»)" > /app.ini\n`,
    ),
    found('dd', `${base}RUN dd if=/dev/zero of=/z count=1 && dd «if=/dev/urandom» of=/key bs=32 count=1\n`),
    found('in arithmetic', `${base}RUN chown $(( 20000 + $(od -An -N2 -tu2 «/dev/urandom») )) /srv\n`),
    found('openssl rand', `${base}RUN «openssl» rand -hex 16 > /key\n`),
    found(
      'openssl req',
      `${base}RUN «openssl» req -x509 -newkey rsa:2048 -nodes -keyout /k.pem -out /c.pem -subj /CN=x\n`,
    ),
    found('ssh-keygen', `${base}RUN «ssh-keygen» -A\nRUN «ssh-keygen» -t ed25519 -N '' -f /root/.ssh/id\n`),
    found('$RANDOM of ash', `${alpine}RUN echo «$RANDOM» > /x\n`),
    found('$RANDOM of bash', `${base}SHELL ["/bin/bash", "-c"]\nRUN x=«$RANDOM» && echo "$x" > /x\n`),
    found('$RANDOM in bash -c', `${base}RUN bash -c 'echo «"$RANDOM"» > /x'\n`),
    found(
      'mktemp that stays',
      `${base}RUN d=$(«mktemp» -d -p /opt build.XXXXXX) && echo '{"k":1}' > "$d/conf.json" && ln -s "$d" /opt/current\n`,
      { says: /random name/ },
    ),
    found('mktemp without a name', `${base}RUN cd "$(«mktemp» -d)" && make install\n`),
    found('ONBUILD: a notice about other images', `${base}ONBUILD RUN «date» > /x && d=$(«mktemp») && use $d\n`, {
      level: 'notice',
      says: /built from this one; this image does not differ/,
    }),
    found('ONBUILD that a later stage runs', `FROM debian:12 AS base\nONBUILD RUN «date» > /x\nFROM base\n`, {
      level: 'error',
      says: /ends up in the image.*The FROM in line 3 runs this ONBUILD, so this image may differ by it\.(?!.*does not differ)/s,
    }),
    found(
      'ONBUILD that a stage runs of which a file is copied',
      `FROM debian:12 AS base\nONBUILD RUN «date» > /x\nFROM base AS b\nRUN true\nFROM scratch\nCOPY --from=b /x /x\n`,
      { level: 'error', says: /The FROM in line 3 runs this/ },
    ),
    found(
      'ONBUILD runs in the next image, not in the one after',
      `FROM debian:12 AS a\nRUN true\nFROM a AS b\nONBUILD RUN «date» > /x\nFROM b AS c\nFROM c\n`,
      { level: 'error', says: /The FROM in line 5 runs this/ },
    ),
    found(
      'ONBUILD of a stage that nothing of this build starts from',
      `FROM debian:12 AS base\nONBUILD RUN «date» > /x\nFROM base AS other\nFROM scratch\nCOPY --from=base /x /x\n`,
      { level: 'notice', says: /this image does not differ/ },
    ),
    found('a password', `${base}RUN echo "root:$(«openssl» rand -base64 12)" | chpasswd\n`),
  ],
  silent: [
    silent(
      'of the commit',
      `${base}ARG SOURCE_DATE_EPOCH\nRUN date -u -d "@$SOURCE_DATE_EPOCH" > /x && date --date="@\${SOURCE_DATE_EPOCH}" +%F > /y\n`,
    ),
    silent(
      'of the commit where given',
      `${base}ARG SOURCE_DATE_EPOCH\nRUN export D="\${SOURCE_DATE_EPOCH:-$(date +%s)}" && echo $D > /x\n`,
    ),
    silent('of a file', `${base}RUN date -r /etc/os-release > /x && date --reference=/x > /y\n`),
    silent('a fixed date', `${base}RUN date -d 2024-01-01 > /x\n`),
    silent('only shown', `${base}RUN date && echo "start $(date)" && date >&2 && date | cat\n`),
    silent('thrown away', `${base}RUN date > /dev/null && head -c 300000 /dev/urandom | sha256sum >/dev/null\n`),
    silent(
      'only compared',
      `${base}RUN now="$(date +%s)"; if [ "$now" -gt 5 ]; then true; fi; test $(date +%Y) -ge 2000\n`,
    ),
    silent('removed again', `${base}RUN date > /o/when && rm /o/when\n`),
    silent('removed by its name', `${base}RUN n=$(date +%s).log; make > /tmp/$n; rm -f /tmp/$n\n`),
    silent(
      'text that a shell reads later',
      `${base}RUN echo "export PS1='\\$(date)'" >> /x && echo "0 5 * * * root echo \\\`date\\\`" > /etc/cron.d/x\n`,
    ),
    silent('an address of the random source', `${base}RUN java -Djava.security.egd=file:/dev/./urandom -jar x > /y\n`),
    silent('a time that is set', `${base}RUN date -s 2020-01-01 && faketime 2020-01-01 date > /x\n`),
    silent('removed with its folder', `${base}RUN date > /tmp/b/log && rm -rf /tmp/b\n`),
    silent(
      'a builder of which other files are copied',
      `FROM debian:12 AS b\nRUN date > /log && make\nFROM scratch\nCOPY --from=b /app /app\n`,
    ),
    silent(
      'into a mount',
      `${base}RUN --mount=type=tmpfs,target=/tmp date > /tmp/x && d=$(mktemp -d) && echo x > "$d/y"\n`,
    ),
    silent('touch', `${base}RUN touch -d "$(date)" /x\n`),
    silent('a wait', `${base}RUN sleep $(( $(date +%s) % 3 )) && timeout $(date +%M) true\n`),
    silent('$RANDOM of dash is empty', `${base}RUN echo $RANDOM > /x\n`),
    silent('$RANDOM in single quotes', `${alpine}RUN echo '$RANDOM' > /x\n`),
    silent('mktemp removed', `${base}RUN d="$(mktemp -d)" && cd "$d" && make install && rm -rf "$d"\n`),
    silent(
      'mktemp with a trap',
      `${base}RUN export GNUPGHOME="$(mktemp -d)"; trap 'rm -rf "$GNUPGHOME"' EXIT; gpg --import k\n`,
    ),
    silent('mktemp moved', `${base}RUN t=$(mktemp) && sed s/a/b/ x > "$t" && mv "$t" x\n`),
    silent('all of /tmp removed', `${base}RUN cd $(mktemp -d) && make install && rm -rf /tmp/*\n`),
    silent(
      'host name, time, other words',
      `${base}RUN hostname > /h && time make && echo date > /x && echo /dev/urandom > /y\n`,
    ),
    silent('a link to the device', `${base}RUN ln -sf /dev/urandom /dev/random && ls -l /dev/urandom\n`),
    silent(
      'a public key asked',
      `${base}RUN ssh-keygen -lf /k.pub > /x && openssl version > /y && openssl x509 -in c -noout > /z\n`,
    ),
    silent('errors into a file', `${base}RUN date 2> /x\n`),
    silent('what runs later', `${base}CMD date > /x\nENTRYPOINT ["sh","-c","date > /x"]\n`),
    silent(
      'a comment, a quoted text, a script in a file',
      `${base}RUN true \\\n # date > /x\n && echo 'date > /x' && cat > /s.sh <<'EOF'\ndate > /x\nEOF\n`,
    ),
    silent('the help', `${base}RUN date --help > /x; uuidgen --version > /y\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nRUN date > /x\nFROM scratch\n`),
    silent('a cache-busting address', `${base}RUN curl "https://x.test/?$(date +%s)"\n`),
  ],
}
