import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4f'.repeat(32)}\nsize 1048576\n`
const link = (text: string) => ({ symlink: true as const, text })

export const cases = {
  found: [
    found('a pointer of LFS: an error', `${base}COPY «.» /app\n`, {
      files: { 'm/model.bin': pointer, a: '' },
      level: 'error',
      class: 'machine',
      says: /1 file of Git LFS that is not here: `m\/model\.bin` holds only.*git lfs pull/s,
    }),
    found('pointers by a pattern', `${base}COPY «*.bin» /app/\n`, {
      files: { 'a.bin': pointer, 'b.bin': pointer },
      says: /2 files.*are/,
    }),
    found('a pointer by its name', `${base}ADD «m/model.bin» /app/\n`, { files: { 'm/model.bin': pointer } }),
    found('a link out of the context', `${base}COPY «.» /app\n`, {
      files: { 'conf/x': link('../../shared/x') },
      level: 'warning',
      says: /`conf\/x -> \.\.\/\.\.\/shared\/x`/,
    }),
    found('a link to a place of this machine', `${base}COPY «.» /app\n`, { files: { data: link('/home/me/data') } }),
    found('a link by the context’s own path', `${base}COPY «.» /app\n`, { files: { x: link('/context/a'), a: '' } }),
    found('names that differ in case', `${base}COPY «src» /app\n`, {
      files: { 'src/Readme.md': '', 'src/README.md': '' },
      says: /differ only in case: `src\/README\.md and src\/Readme\.md`/,
    }),
    found('folders that differ in case: once', `${base}COPY «.» /app\n`, {
      files: { 'lib/a/x': '', 'Lib/a/x': '' },
      says: /case: `Lib and lib`\./,
    }),
    found('each trap is one finding', `${base}COPY «».«» /app\n`.replace('«».«»', '«.»'), {
      files: { 'm.bin': pointer },
    }),
    found('two COPYs of one file: once', `${base}COPY «m.bin» /a\nCOPY m.bin /b\n`, { files: { 'm.bin': pointer } }),
    found('a builder counts as well', `FROM debian:12 AS b\nCOPY «.» /w\nFROM scratch\nCOPY --from=b /o /o\n`, {
      files: { 'm.bin': pointer },
    }),
  ],
  silent: [
    silent('content', `${base}COPY . /app\n`, { files: { 'm.bin': 'x'.repeat(130), a: '' } }),
    silent('a text about LFS', `${base}COPY . /app\n`, {
      files: { 'a.md': `# ${pointer}`, 'b.md': `${pointer}${'x'.repeat(200)}` },
    }),
    silent('a pointer that is not copied', `${base}COPY src /app\n`, { files: { 'm.bin': pointer, 'src/a': '' } }),
    silent('links inside the context', `${base}COPY . /app\n`, {
      files: { 'a/x': link('../b/y'), 'a/z': link('y'), 'b/y': '', l: link('./b/../a') },
    }),
    silent('links that mean a place in the image', `${base}COPY rootfs /\n`, {
      files: { 'rootfs/etc/localtime': link('/usr/share/zoneinfo/UTC'), 'rootfs/var/run': link('/run') },
    }),
    silent('names that differ in more', `${base}COPY . /app\n`, { files: { 'a/x': '', 'b/X': '', ab: '', a_b: '' } }),
    silent('--exclude', `${base}COPY --exclude=*.bin . /app\n`, { files: { 'm.bin': pointer } }),
    silent('from a stage', `FROM debian:12 AS b\n${base}COPY --from=b . /app\n`, { files: { 'm.bin': pointer } }),
    silent('the context is not at hand', `${base}COPY . /app\n`),
    silent('an unknown source', `${base}ARG X\nCOPY $X /app\n`, { files: { 'm.bin': pointer } }),
    silent('Windows', `FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nCOPY . C:/app\n`, {
      files: { 'm.bin': pointer },
    }),
    silent('an unreachable stage', `FROM debian:12 AS b\nCOPY . /x\nFROM scratch\n`, { files: { 'm.bin': pointer } }),
    silent('a comment', `${base}# COPY . /app\n`, { files: { 'm.bin': pointer } }),
  ],
}
