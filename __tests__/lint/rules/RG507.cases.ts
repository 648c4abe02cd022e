import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'

export const cases = {
  found: [
    found('tar', `${base}RUN «tar» -czf /out.tgz /srv\n`, {
      level: 'warning',
      class: 'now',
      says: /`--sort=name` and `--mtime="@\$SOURCE_DATE_EPOCH"`/,
    }),
    found('tar with letters', `${base}RUN cd /srv && «tar» cvzf /out.tgz .\n`),
    found('tar without --sort: the order of the disk', `${base}RUN «tar» --mtime=@0 --create --file=/o.tar /srv\n`, {
      class: 'machine',
      says: /Give it `--sort=name`,/,
    }),
    found('tar without --mtime', `${base}RUN «tar» --sort=name -cf /o.tar /srv\n`, { class: 'now' }),
    found('tar to its output', `${base}RUN «tar» -c /srv | xz > /o.tar.xz\n`),
    found('tar -f -', `${base}RUN «tar» -cf - /srv | gzip > /o.tgz\n`),
    found(
      'a builder whose archive is copied',
      `FROM debian:12 AS b\nRUN «tar» cf /o.tar /srv\nFROM scratch\nCOPY --from=b /o.tar /\n`,
    ),
    found('zip', `${base}RUN «zip» -r /app.zip app\n`, { says: /`-X`/ }),
    found('zip without its ending', `${base}RUN «zip» -qr /app app\n`),
    found('zip -X: times and order are left', `${base}RUN «zip» -Xr /app.zip app\n`, { says: /sorted list/ }),
    found(
      'zip -X of files with a given time: the order',
      `${base}RUN find app -exec touch -d @0 {} + && «zip» -Xr /a.zip app\n`,
      {
        class: 'machine',
      },
    ),
    found(
      'jar with a main class',
      `${base}RUN «jar» cfe /app.jar com.test.Main -C classes . && «jar» cmf m.txt /b.jar x\n`,
    ),
    found('jar', `${base}RUN «jar» cf /app.jar -C classes .\n`, { says: /--date/ }),
    found('cpio', `${base}RUN find . | «cpio» -o -H newc > /initrd\n`, { says: /--reproducible/ }),
    found('gzip', `${base}RUN «gzip» -9 /usr/share/doc/x/changelog\n`, { says: /gzip -n/ }),
    found('gzip -c', `${base}RUN «gzip» -9c changes > /changes.gz\n`),
    found('a heredoc', `${base}RUN <<EOF\nset -e\n«tar» cf /o.tar /srv\nEOF\n`),
    found('ONBUILD', `${base}ONBUILD RUN «zip» -r /app.zip app\n`, { level: 'notice' }),
  ],
  silent: [
    silent('evened tar', `${base}RUN tar --sort=name --mtime=@0 --owner=0 --group=0 -czf /o.tgz /srv\n`),
    silent('tar of a sorted list', `${base}RUN find . -print0 | sort -z | tar --null -T - --mtime=@0 -cf /o.tar\n`),
    silent(
      'tar that unpacks or lists',
      `${base}RUN tar xzf /a.tgz -C /opt && tar -tf /a.tgz > /l && curl https://x.test/a | tar -xz\n`,
    ),
    silent('files copied by tar', `${base}RUN tar -C /a -cf - . | tar -C /b -xf -\nRUN tar c . | (cd /b && tar x)\n`),
    silent('an archive that is removed', `${base}RUN tar cf /tmp/o.tar /srv && send /tmp/o.tar && rm /tmp/o.tar\n`),
    silent('an archive in a mount', `${base}RUN --mount=type=cache,target=/c tar cf /c/o.tar /srv\n`),
    silent(
      'a builder of which another file is copied',
      `FROM debian:12 AS b\nRUN tar cf /o.tar /srv\nFROM scratch\nCOPY --from=b /x /\n`,
    ),
    silent('strip-nondeterminism', `${base}RUN zip -r /a.zip app && strip-nondeterminism /a.zip\n`),
    silent('evened zip', `${base}RUN find app -exec touch -d @0 {} + && find app | sort | zip -X -@ /a.zip\n`),
    silent('unzip, zip -T', `${base}RUN unzip /a.zip && zip -T /a.zip\n`),
    silent(
      'jar with a date, jar that unpacks',
      `${base}RUN jar --create --date=2024-01-01T00:00:00Z --file /a.jar x && jar xf /b.jar\n`,
    ),
    silent(
      'cpio that is reproducible, or unpacks',
      `${base}RUN find . | sort | cpio --reproducible -o > /i && cpio -i < /i\n`,
    ),
    silent(
      'gzip -n, gzip -d, gzip of a pipe',
      `${base}RUN gzip -9n a && gzip -d b.gz && cat c | gzip > /c.gz && gunzip d.gz\n`,
    ),
    silent('only said', `${base}RUN echo 'tar cf /o.tar /srv' && printf 'zip -r a b'\n`),
    silent('the help', `${base}RUN tar --version && zip --help\n`),
    silent('what runs later', `${base}CMD tar cf /o.tar /srv\n`),
    silent('an unreachable stage', `FROM debian:12 AS b\nRUN tar cf /o.tar /srv\nFROM scratch\n`),
    silent('Windows', `FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN tar cf o.tar x\n`),
    silent('a comment', `${base}# RUN tar cf /o.tar /srv\n`),
  ],
}
