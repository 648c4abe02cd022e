// Shapes of images that are hard on memory: by bad luck, or made to be.
import { readFileSync } from 'node:fs'
import { crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib'
import { contentOf } from './made-files.mjs'
import { tarOf } from './made-layout.mjs'

const MB = 1_000_000
const other = side => side === 'B'
const text = (...parts) => Buffer.from(parts.join(''))
const hex = number => (Math.imul(number + 1, 2654435761) >>> 0).toString(16).padStart(8, '0')
const number = at => String(at).padStart(7, '0')

/** So many entries in order. */
const many = (count, make) =>
  function* () {
    for (let at = 0; at < count; at += 1) yield make(at)
  }
const one = make => [make]
const differs = (side, at) => text(`${at} `, other(side) ? 'b'.repeat(40) : 'a'.repeat(40), '\n')

/** A file of so many bytes: lines, none of them kept. */
const lines = (path, size, line) => ({
  path,
  size,
  *content() {
    let parts = []
    let length = 0
    for (let at = 0, done = 0; done < size; at += 1) {
      const bytes = line(at)
      parts.push(bytes)
      length += bytes.length
      if (length < MB && done + length < size) continue
      const piece = Buffer.concat(parts).subarray(0, size - done)
      yield piece
      done += piece.length
      parts = []
      length = 0
    }
  },
})

/** A file of so many megabytes, the last of which ends as its side does; some text may stand at its beginning. */
const large = (path, megabytes, side) => ({
  path,
  size: megabytes * MB,
  *content() {
    const [piece, last] = [contentOf(1, MB), contentOf(1, MB)]
    last.write(side, MB - 1)
    if (this.begins) {
      const first = contentOf(2, MB)
      first.write(this.begins, 'latin1')
      yield first
    }
    for (let at = this.begins ? 1 : 0; at < megabytes - 1; at += 1) yield piece
    yield last
  },
})

/** Names of 3,800 characters: of folders of 200. */
const longPath = at => `${Array.from({ length: 18 }, () => 'd'.repeat(200)).join('/')}/${number(at).padEnd(180, 'x')}`
const shuffled = (count, seed) => {
  const places = Array.from({ length: count }, (_, at) => at)
  for (let at = count - 1, state = seed; at > 0; at -= 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    const to = state % (at + 1)
    ;[places[at], places[to]] = [places[to], places[at]]
  }
  return places
}

/** A zip of so many members, each stored. */
function zipOf(count, contentAt) {
  const [parts, directory] = [[], []]
  let at = 0
  for (let member = 0; member < count; member += 1) {
    const name = Buffer.from(`m/${number(member)}.txt`)
    const content = contentAt(member)
    const packed = deflateRawSync(content)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(8, 4)
    fields.writeUInt32LE(0x58210000, 6)
    fields.writeUInt32LE(crc32(content), 10)
    fields.writeUInt32LE(packed.length, 14)
    fields.writeUInt32LE(content.length, 18)
    fields.writeUInt16LE(name.length, 22)
    parts.push(Buffer.from('PK\x03\x04'), fields, name, packed)
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    directory.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), fields, tail, name)
    at += 30 + name.length + packed.length
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, ...directory, end])
}

const tarBytes = entries => Buffer.concat([...tarOf(entries)])
const dpkgParagraph = (at, version) =>
  text(
    `Package: lib${hex(at)}-${at}\nStatus: install ok installed\nPriority: optional\nSection: libs\nArchitecture: amd64\n`,
    `Version: 1.${at}.${version}\nDepends: libc6 (>= 2.36), lib${hex(at + 1)}-${at + 1}, lib${hex(at + 2)}-${at + 2} (= 1)\n`,
    `Description: a library of hexadecimal name\n It does nothing that another does not do.\n`,
    `Conffiles:\n /etc/${hex(at)}.conf 0123456789abcdef0123456789abcdef\n\n`,
  )

/** Name → what it is, what it must come to, and the image of a side. */
export const shapes = {
  plain: {
    what: '300 MB, 30,000 files, 7 differ, gzipped',
    image: side => ({
      gzip: true,
      layers: one(
        many(30_000, at => {
          const content = contentOf(at, 10_000)
          if (other(side) && at % 4000 === 1) content[5000] ^= 1
          return { path: `usr/lib/d${number(at >> 7)}/f${number(at)}`, content }
        }),
      ),
    }),
  },
  'gz-files': {
    what: '10,000 differing .gz files',
    image: side => ({
      layers: one(
        many(10_000, at => ({ path: `usr/share/doc/${number(at)}.gz`, content: gzipSync(differs(side, at)) })),
      ),
    }),
  },
  'gz-60k': {
    what: '60,000 differing .gz files of 20 kB',
    image: side => ({
      layers: one(
        many(60_000, at => ({
          path: `usr/share/doc/${number(at)}.gz`,
          content: gzipSync(Buffer.concat([differs(side, at), contentOf(at, 20_000)]), { level: 1 }),
        })),
      ),
    }),
  },
  'long-names': {
    what: '60,000 differing files with names of 3,800 characters',
    image: side => ({ layers: one(many(60_000, at => ({ path: longPath(at), content: differs(side, at) }))) }),
  },
  'long-names-apart': {
    what: 'the same, each in one image only',
    image: side => ({
      layers: one(many(60_000, at => ({ path: longPath(2 * at + (other(side) ? 1 : 0)), content: differs(side, at) }))),
    }),
  },
  'long-names-reversed': {
    what: '60,000 equal files with such names, in reverse order on one side',
    image: side => ({
      layers: one(many(60_000, at => ({ path: longPath(other(side) ? 59_999 - at : at), content: text('same') }))),
    }),
  },
  'unicode-names': {
    what: '60,000 differing files with names of 1,000 characters that are not Latin',
    image: side => ({
      layers: one(
        many(60_000, at => ({
          path: `${Array.from({ length: 11 }, () => '名'.repeat(80)).join('/')}/${number(at)}`,
          content: differs(side, at),
        })),
      ),
    }),
  },
  'long-links': {
    what: '60,000 symbolic links whose targets of 3,800 characters differ',
    image: side => ({
      layers: one(many(60_000, at => ({ path: `l/${number(at)}`, type: '2', link: `${longPath(at)}${side}` }))),
    }),
  },
  'pax-1mb': {
    what: '3,000 files with 1 MB of PAX records each, differing',
    image: side => ({
      layers: one(
        many(3_000, at => ({
          path: `x/${number(at)}`,
          pax: { 'SCHILY.xattr.user.a': `${hex(at)}${'v'.repeat(1_000_000)}${side}` },
        })),
      ),
    }),
  },
  'pax-many-records': {
    what: '300 files with 60,000 PAX records each, differing',
    image: side => ({
      layers: one(
        many(300, at => ({
          path: `x/${number(at)}`,
          pax: Object.fromEntries(Array.from({ length: 60_000 }, (_, key) => [`K${key}`, key === 0 ? side : ''])),
        })),
      ),
    }),
  },
  xattrs: {
    what: '100,000 files with 10 extended attributes each, one differs',
    image: side => ({
      layers: one(
        many(100_000, at => ({
          path: `x/${number(at)}`,
          pax: Object.fromEntries(
            Array.from({ length: 10 }, (_, key) => [`SCHILY.xattr.user.k${key}`, `${hex(at)}${key ? '' : side}`]),
          ),
        })),
      ),
    }),
  },
  'hard-links': {
    what: '300,000 hard links, times differ',
    image: side => ({
      layers: one(function* () {
        yield { path: 'h/0', content: text('x') }
        for (let at = 1; at < 300_000; at += 1)
          yield { path: `h/${number(at)}`, type: '1', link: 'h/0', mtime: 1_700_000_000 + (other(side) ? 1 : 0) }
      }),
    }),
  },
  'small-files': {
    what: '200,000 small files, all differ',
    image: side => ({
      layers: one(many(200_000, at => ({ path: `s/d${at >> 8}/${number(at)}`, content: differs(side, at) }))),
    }),
  },
  'mid-files': {
    what: '20,000 files of 30 kB, differing throughout',
    image: side => ({
      layers: one(
        many(20_000, at => ({ path: `m/${number(at)}`, content: contentOf(other(side) ? at + 50_000 : at, 30_000) })),
      ),
    }),
  },
  'archives-of-100': {
    what: '20,000 differing tars of 100 members',
    image: side => ({
      gzip: true,
      layers: one(
        many(20_000, at => ({
          path: `t/${number(at)}.tar`,
          content: tarBytes(
            Array.from({ length: 100 }, (_, member) => ({
              path: `m${member}`,
              content: member % 10 === 0 ? differs(side, at) : Buffer.alloc(0),
            })),
          ),
        })),
      ),
    }),
  },
  'zips-of-100': {
    what: '3,000 differing zips of 100 members',
    image: side => ({
      layers: one(
        many(3_000, at => ({ path: `z/${number(at)}.jar`, content: zipOf(100, member => differs(side, member + at)) })),
      ),
    }),
  },
  'zip-of-60k': {
    what: '3 zips of 60,000 members, all differ',
    image: side => ({
      layers: one(
        many(3, at => ({ path: `z/${number(at)}.jar`, content: zipOf(60_000, member => differs(side, member + at)) })),
      ),
    }),
  },
  'tar-of-200k': {
    what: 'a tar of 200,000 differing members with names of 1,000 characters in another order',
    image: side => ({
      layers: one(() => {
        const members = many(200_000, at => ({
          path: `${'n/'.repeat(450)}${number(other(side) ? 199_999 - at : at)}`,
          content: differs(side, at),
        }))
        let size = 0
        for (const { length } of tarOf(members())) size += length
        return [{ path: 't.tar', size, content: () => tarOf(members()) }]
      }),
    }),
  },
  'tar-gz-of-200k': {
    what: 'a .tar.gz of 100,000 differing members',
    image: side => ({
      layers: one(() => {
        const members = many(100_000, at => ({ path: `m/${number(at)}`, content: differs(side, at) }))
        return [{ path: 't.tar.gz', content: gzipSync(tarBytes(members()), { level: 1 }) }]
      }),
    }),
  },
  'deep-paths': {
    what: '20,000 differing files 1,000 folders deep',
    image: side => ({
      layers: one(many(20_000, at => ({ path: `${'a/'.repeat(1_000)}${number(at)}`, content: differs(side, at) }))),
    }),
  },
  'deep-paths-apart': {
    what: 'the same, each in one image only',
    image: side => ({
      layers: one(
        many(20_000, at => ({ path: `${'a/'.repeat(1_000)}${number(at)}${side}`, content: differs(side, at) })),
      ),
    }),
  },
  'deep-packages': {
    what: '2 layers of 5,000 differing package.json 1,000 folders deep, each in folders of its own',
    image: side => ({
      layers: ['a/', 'b/'].map(folder =>
        many(5_000, at => ({
          path: `u${at}/${folder.repeat(1_000)}node_modules/p${at}/package.json`,
          content: text(JSON.stringify({ name: `p${at}`, version: '1', [`_${side}`]: 1 })),
        })),
      ),
    }),
  },
  'one-directory': {
    what: 'one directory of 500,000 files, mtimes differ',
    image: side => ({
      layers: one(many(500_000, at => ({ path: `d/${number(at)}`, mtime: 1_700_000_000 + (other(side) ? at : 0) }))),
    }),
  },
  'layers-swapped': {
    what: '20 layers of 20,000 files, in another order',
    image: side => ({
      layers: Array.from({ length: 20 }, (_, layer) => {
        const own = other(side) ? 19 - layer : layer
        return many(20_000, at => ({ path: `o/l${own}/${number(at)}`, content: text(own, at) }))
      }),
    }),
  },
  unsorted: {
    what: '300,000 equal files, shuffled anew on each side',
    image: side => ({
      layers: one(function* () {
        for (const at of shuffled(300_000, other(side) ? 7 : 3)) yield { path: `u/${number(at)}`, content: text(at) }
      }),
    }),
  },
  'unsorted-differing': {
    what: '150,000 differing files of 5 kB, shuffled anew on each side',
    image: side => ({
      layers: one(function* () {
        for (const at of shuffled(150_000, other(side) ? 7 : 3))
          yield { path: `u/${number(at)}`, content: contentOf(other(side) ? at + 1 : at, 5_000) }
      }),
    }),
  },
  'one-side': {
    what: '300,000 files on each side only',
    image: side => ({
      layers: one(many(300_000, at => ({ path: `${side}/${number(at)}`, content: differs(side, at) }))),
    }),
  },
  'one-side-large': {
    what: '5,000 files of 200 kB on each side only',
    image: side => ({
      layers: one(many(5_000, at => ({ path: `${side}/${number(at)}`, content: contentOf(at, 200_000) }))),
    }),
  },
  'more-layers': {
    what: 'one side has 100 layers of 3,000 files, the other one',
    image: side => ({
      layers: Array.from({ length: other(side) ? 100 : 1 }, (_, layer) =>
        many(3_000, at => ({ path: `${layer}/${number(at)}`, content: text(layer, at) })),
      ),
    }),
  },
  'layers-100': {
    what: '100 layers of 3,000 differing files',
    image: side => ({
      layers: Array.from({ length: 100 }, (_, layer) =>
        many(3_000, at => ({ path: `${layer}/${number(at)}`, content: differs(side, at) })),
      ),
    }),
  },
  'layers-3000': {
    what: '3,000 layers of 3 differing files each',
    image: side => ({
      layers: Array.from({ length: 3_000 }, (_, layer) =>
        many(3, at => ({ path: `${layer}/${number(at)}`, content: differs(side, at) })),
      ),
    }),
  },
  'layers-100-archives': {
    what: '100 layers of 500 differing .gz',
    image: side => ({
      layers: Array.from({ length: 100 }, (_, layer) =>
        many(500, at => ({ path: `${layer}/${number(at)}.gz`, content: gzipSync(differs(side, at)) })),
      ),
    }),
  },
  'config-4mb': {
    what: 'a config of 4 MB: one label',
    image: side => ({
      config: { config: { Labels: { a: `${'l'.repeat(4 * MB)}${side}` } } },
      layers: one(many(10, at => ({ path: `c/${at}`, content: differs(side, at) }))),
    }),
  },
  'config-labels': {
    what: 'a config of 200,000 labels, all differ',
    image: side => ({
      config: {
        config: {
          Labels: Object.fromEntries(Array.from({ length: 200_000 }, (_, at) => [`k${at}`, `${hex(at)}${side}`])),
        },
      },
      layers: one(many(10, at => ({ path: `c/${at}`, content: differs(side, at) }))),
    }),
  },
  history: {
    what: '9,000 differing lines of history',
    image: side => ({
      history: [
        ...Array.from({ length: 9_000 }, (_, at) => ({
          created_by: `ENV k${at}=${hex(at)}${side} ${'e'.repeat(400)}`,
          empty_layer: true,
        })),
        { created_by: 'RUN /bin/sh -c make # buildkit' },
      ],
      layers: one(many(10, at => ({ path: `c/${at}`, content: differs(side, at) }))),
    }),
  },
  'annotations-4mb': {
    what: 'a manifest of 4 MB of differing annotations',
    image: side => ({
      annotations: Object.fromEntries(Array.from({ length: 70_000 }, (_, at) => [`org.a.${at}`, `${hex(at)}${side}`])),
      layers: one(many(10, at => ({ path: `c/${at}`, content: differs(side, at) }))),
    }),
  },
  'lines-1m': {
    what: 'texts of a million lines, every one differs',
    image: side => ({
      layers: one(() => [lines('log.txt', 60 * MB, at => text(`${hex(at)} line of side ${side}\n`))]),
    }),
  },
  'lines-shuffled': {
    what: '2,000 texts of 250 kB, lines in another order',
    image: side => ({
      layers: one(
        many(2_000, at => {
          const rows = Array.from({ length: 10_000 }, (_, row) => `${hex(row + at)} some text\n`)
          return { path: `r/${number(at)}.txt`, content: text(...(other(side) ? rows.reverse() : rows)) }
        }),
      ),
    }),
  },
  'dpkg-50mb': {
    what: 'a dpkg status of 50 MB, every version differs',
    image: side => ({
      layers: one(() => [lines('var/lib/dpkg/status', 50 * MB, at => dpkgParagraph(at, side))]),
    }),
  },
  'dpkg-lists': {
    what: 'dpkg lists of 3,000 packages of 200 files, 10,000 of these differ',
    image: side => ({
      layers: one(function* () {
        for (let at = 0; at < 10_000; at += 1) yield { path: `usr/share/x/${number(at)}`, content: differs(side, at) }
        const file = (of, at) => `/usr/share/x/${number(of * 200 + at)}`
        for (let of = 0; of < 3_000; of += 1) {
          const list = Array.from({ length: 200 }, (_, at) => file(of, at))
          yield { path: `var/lib/dpkg/info/lib${hex(of)}-${of}.list`, content: text(list.join('\n'), '\n') }
          yield {
            path: `var/lib/dpkg/info/lib${hex(of)}-${of}.md5sums`,
            content: text(...list.map(path => `0123456789abcdef0123456789abcdef  ${path.slice(1)}\n`)),
          }
        }
        yield lines('var/lib/dpkg/status', MB, at => dpkgParagraph(at, side))
      }),
    }),
  },
  'dpkg-long': {
    what: 'a dpkg status of 60 MB with 80,000 packages that depend on 100 others',
    image: side => ({
      layers: one(() => [
        lines('var/lib/dpkg/status', 60 * MB, at =>
          text(
            `Package: p${at}\nStatus: install ok installed\nVersion: 1${side}\nDepends: `,
            Array.from({ length: 100 }, (_, of) => `p${hex(at * 100 + of)}`).join(', '),
            '\n\n',
          ),
        ),
      ]),
    }),
  },
  'apk-30mb': {
    what: 'an apk database of 30 MB with differing files',
    image: side => ({
      layers: one(() => [
        lines('lib/apk/db/installed', 30 * MB, at =>
          text(
            `C:Q1${hex(at)}=\nP:p${at}\nV:1.${at}-r${side}\nA:x86_64\nL:MIT\nF:usr/lib/p${at}\n`,
            ...Array.from({ length: 10 }, (_, of) => `R:${hex(of)}\nZ:Q1${hex(at)}=\n`),
            '\n',
          ),
        ),
      ]),
    }),
  },
  'npm-40k': {
    what: '40,000 package.json, all differ',
    image: side => ({
      layers: one(
        many(40_000, at => ({
          path: `app/node_modules/p${at}/package.json`,
          content: text(
            JSON.stringify({ name: `p${at}`, version: `1.${at}.0`, license: 'MIT', [`_${side}`]: hex(at) }),
          ),
        })),
      ),
    }),
  },
  'python-20k': {
    what: '5,000 Python packages with RECORDs of 300 files, all differ',
    image: side => ({
      layers: one(function* () {
        for (let at = 0; at < 5_000; at += 1) {
          const folder = `usr/lib/python3/site-packages/p${number(at)}-1.dist-info`
          yield {
            path: `${folder}/METADATA`,
            content: text(`Metadata-Version: 2.1\nName: p${at}\nVersion: 1.0+${side}\n\n`),
          }
          const rows = Array.from({ length: 300 }, (_, of) => `p${at}/f${of}.py,sha256=${'A'.repeat(43)},${of}\n`)
          yield { path: `${folder}/RECORD`, content: text(...rows, `${side}\n`) }
        }
      }),
    }),
  },
  'json-200mb': {
    what: 'two .json files of 200 MB, half of their values differ',
    image: side => ({
      layers: one(() => [
        lines('data.json', 200 * MB, at => text(at ? ',' : '[', `{"id":${at},"v":"${at % 2 ? side : hex(at)}"}`)),
      ]),
    }),
  },
  'json-250kb': {
    what: '3,000 .json files of 250 kB with keys in another order',
    image: side => ({
      layers: one(
        many(3_000, at => {
          const keys = Array.from({ length: 12_000 }, (_, key) => `"${hex(key + at)}":${key}`)
          return { path: `j/${number(at)}.json`, content: text(`{${(other(side) ? keys.reverse() : keys).join(',')}}`) }
        }),
      ),
    }),
  },
  'sqlite-500mb': {
    what: 'an SQLite database of 500 MB whose pages differ',
    image: side => ({
      layers: one(() => [
        {
          path: 'db.sqlite',
          size: 500 * MB,
          *content() {
            const head = Buffer.alloc(MB)
            head.write('SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20\0\0\0')
            head.write(side, 24)
            yield head
            for (let at = 1; at < 500; at += 1) yield contentOf(at * (other(side) ? 3 : 1), MB)
          },
        },
      ]),
    }),
  },
  pyc: {
    what: '40,000 .pyc whose times differ',
    image: side => ({
      layers: one(
        many(40_000, at => {
          const content = Buffer.concat([Buffer.alloc(16), contentOf(at, 3_000)])
          content.write('cb0d0d0a', 'hex')
          content.writeUInt32LE(1_700_000_000 + (other(side) ? at : 0), 8)
          return { path: `usr/lib/python3/p${at >> 6}/__pycache__/m${number(at)}.cpython-312.pyc`, content }
        }),
      ),
    }),
  },
  'programs-60mb': {
    what: '20 programs of 60 MB that differ',
    image: side => ({
      gzip: true,
      layers: one(
        many(20, at => ({
          path: `usr/bin/p${at}`,
          mode: 0o755,
          size: 60 * MB,
          *content() {
            for (let part = 0; part < 60; part += 1) {
              const bytes = contentOf(at * 60 + part, MB)
              if (part === 0) bytes.write('\x7fELF\x02\x01\x01')
              if (part === 30) bytes.write(`build ${side}`, 500)
              yield bytes
            }
          },
        })),
      ),
    }),
  },
  'assemblies-4mb': {
    what: '10,000 differing files of 5 kB and 12 .NET assemblies of 4 MB full of short texts that differ',
    image: side => ({
      layers: one(function* () {
        const assembly = gunzipSync(
          readFileSync(new URL('../__tests__/explain/fixtures/dotnet/BusyNumber.dll.a.gz', import.meta.url)),
        )
        for (let at = 0; at < 12; at += 1) {
          const texts = Buffer.from(`${other(side) ? 'ab' : 'cd'}${number(at)}\0`, 'utf16le')
          const rest = Buffer.alloc(4 * MB - assembly.length, texts)
          yield { path: `app/a${at}.dll`, content: Buffer.concat([assembly, rest]) }
        }
        for (let at = 0; at < 10_000; at += 1)
          yield { path: `s/${number(at)}`, content: contentOf(other(side) ? at + 50_000 : at, 5_000) }
      }),
    }),
  },
  'programs-8mb': {
    what: '10,000 differing files of 5 kB and 6 programs of 8 MB that differ throughout',
    image: side => ({
      layers: one(function* () {
        for (let at = 0; at < 6; at += 1)
          yield {
            path: `bin/p${at}`,
            mode: 0o755,
            size: 8 * MB,
            *content() {
              for (let part = 0; part < 8; part += 1) {
                const bytes = contentOf(at * 60 + part + (other(side) ? 1_000 : 0), MB)
                if (part === 0) bytes.write('\x7fELF\x02\x01\x01')
                yield bytes
              }
            },
          }
        for (let at = 0; at < 10_000; at += 1)
          yield { path: `s/${number(at)}`, content: contentOf(other(side) ? at + 50_000 : at, 5_000) }
      }),
    }),
  },
  'quoted-digests': {
    what: '5,000 files and 500 lists of their SHA-256',
    image: side => ({
      layers: one(function* () {
        for (let at = 0; at < 5_000; at += 1) yield { path: `a/${number(at)}`, content: differs(side, at) }
        for (let at = 0; at < 500; at += 1) {
          const rows = Array.from(
            { length: 2_000 },
            (_, row) => `${`${hex(row)}${hex(at)}`.repeat(4)}  a/${row}${side}\n`,
          )
          yield { path: `z/${number(at)}.sha256`, content: text(...rows) }
        }
      }),
    }),
  },
  'renamed-folder': {
    what: 'a folder of 200,000 files under another name',
    image: side => ({
      layers: one(function* () {
        yield { path: `tmp.${other(side) ? 'Xa81kQ' : 'pQ77zU'}`, type: '5' }
        for (let at = 0; at < 200_000; at += 1)
          yield { path: `tmp.${other(side) ? 'Xa81kQ' : 'pQ77zU'}/${number(at)}`, content: contentOf(at, 500) }
      }),
    }),
  },
  whiteouts: {
    what: '300,000 whiteouts on one side',
    image: side => ({
      layers: one(many(other(side) ? 300_000 : 10, at => ({ path: `w/.wh.${number(at)}` }))),
    }),
  },
  'one-path': {
    what: 'one path 300,000 times, contents differ',
    image: side => ({ layers: one(many(300_000, at => ({ path: 'p', content: differs(side, at) }))) }),
  },
  'five-gb': {
    what: '5 GB, 200,000 files, 20 differ, gzipped',
    image: side => ({
      gzip: true,
      layers: one(function* () {
        const line = Buffer.alloc(
          50_000,
          'what compresses well is as long to read as anything else, and takes less of the disk.\n',
        )
        for (let at = 0; at < 200_000; at += 1) {
          const content = Buffer.from(line.subarray(0, at % 2 ? 15_000 : 35_000))
          content.write(`${at} ${other(side) && at % 10_000 === 777 ? 'b' : 'a'}`)
          yield { path: `f/d${number(at >> 8)}/${number(at)}`, content }
        }
      }),
    }),
  },
  'layers-127': {
    what: '127 layers of 6 MB, one file of each differs, gzipped',
    image: side => ({
      gzip: true,
      layers: Array.from({ length: 127 }, (_, layer) =>
        many(200, at => {
          const content = contentOf(layer * 200 + at, 30_000)
          if (other(side) && at === 100) content[500] ^= 1
          return { path: `l${layer}/${number(at)}`, content }
        }),
      ),
    }),
  },
  'tiny-1m': {
    what: 'a million files of ten bytes, a hundred differ, gzipped',
    image: side => ({
      gzip: true,
      layers: one(
        many(1_000_000, at => ({
          path: `t/d${number(at >> 10)}/${number(at)}`,
          content: text(number(at), other(side) && at % 10_000 === 77 ? '\nb' : '\na'),
        })),
      ),
    }),
  },
  'layers-300': {
    what: '300 layers of 500 differing files, gzipped',
    image: side => ({
      gzip: true,
      layers: Array.from({ length: 300 }, (_, layer) =>
        many(500, at => ({ path: `${layer}/${number(at)}`, content: differs(side, at) })),
      ),
    }),
  },
  'links-elsewhere': {
    what: '100,000 hard links that lead to other files',
    image: side => ({
      layers: one(function* () {
        for (let at = 0; at < 1_000; at += 1) yield { path: `h/0/${number(at)}`, content: text(at) }
        for (let at = 0; at < 100_000; at += 1)
          yield { path: `h/1/${number(at)}`, type: '1', link: `h/0/${number((at + (other(side) ? 1 : 0)) % 1_000)}` }
      }),
    }),
  },
  'names-30kb': {
    what: '5,000 differing files with names of 30,000 characters, more than any system takes',
    image: side => ({
      layers: one(
        many(5_000, at => ({
          path: `${Array.from({ length: 150 }, () => 'd'.repeat(199)).join('/')}/${number(at)}`,
          content: differs(side, at),
        })),
      ),
    }),
  },
  'xattrs-100-each': {
    what: '500 files with 100 extended attributes of 200 characters each, all differ',
    image: side => ({
      layers: one(
        many(500, at => ({
          path: `x/${number(at)}`,
          pax: Object.fromEntries(
            Array.from({ length: 100 }, (_, key) => [`SCHILY.xattr.user.k${key}`, `${hex(at)}${side}`.repeat(22)]),
          ),
        })),
      ),
    }),
  },
  'last-byte': {
    what: 'one file of 5 GB that differs in its last byte, gzipped',
    image: side => ({
      gzip: true,
      layers: one(() => [large('data.bin', 5_000, side)]),
    }),
  },
  'files-100mb': {
    what: '40 files of 100 MB that differ in their last bytes, gzipped',
    image: side => ({ gzip: true, layers: one(many(40, at => large(`data/${at}.bin`, 100, side))) }),
  },
  'zip-in-tar-in-gzip': {
    what: '2,000 .tar.gz of a tar with a zip of 20 differing members in it',
    image: side => ({
      layers: one(
        many(2_000, at => ({
          path: `n/${number(at)}.tar.gz`,
          content: gzipSync(
            tarBytes([
              {
                path: 'in.tar',
                content: tarBytes([{ path: 'in.zip', content: zipOf(20, of => differs(side, of + at)) }]),
              },
            ]),
          ),
        })),
      ),
    }),
  },
  'jars-1mb': {
    what: '150 jars of 300 members of 5 kB, all differ',
    image: side => ({
      layers: one(
        many(150, at => ({
          path: `j/${number(at)}.jar`,
          content: zipOf(300, of => contentOf(at * 300 + of + (other(side) ? 1_000_000 : 0), 5_000)),
        })),
      ),
    }),
  },
  'dpkg-80mb': {
    what: 'a dpkg status of 80 MB, every version differs',
    image: side => ({
      layers: one(() => [lines('var/lib/dpkg/status', 80 * MB, at => dpkgParagraph(at, side))]),
    }),
  },
  'rpm-80mb': {
    what: 'RPM databases of 80 MB of both kinds, which are no such databases behind their beginnings',
    image: side => ({
      layers: one(() => [
        { ...large('var/lib/rpm/Packages.db', 80, side), begins: 'RpmP\0\0\0\0\x01\0\0\0' },
        { ...large('var/lib/rpm/rpmdb.sqlite', 80, side), begins: 'SQLite format 3\0\x10\0\x01\x01\0\x40\x20\x20' },
      ]),
    }),
  },
  'json-5mb': {
    what: '100 .json files of 5 MB that differ everywhere, gzipped',
    image: side => ({
      gzip: true,
      layers: one(
        many(100, of =>
          lines(`j/${of}.json`, 5 * MB, at =>
            text(at ? ',' : '[', `{"id":${at},"file":${of},"value":"${side}${at}"}\n`),
          ),
        ),
      ),
    }),
  },
  'one-line': {
    what: 'a text of one line of 300 MB, which differs throughout, gzipped',
    image: side => ({
      gzip: true,
      layers: one(() => [lines('bundle.min.js', 300 * MB, at => text(`var a${at}="${side}${at % 977}";`))]),
    }),
  },
  'texts-60kb': {
    what: '5,000 texts of 60 kB, every line differs',
    image: side => ({
      gzip: true,
      layers: one(
        many(5_000, of => lines(`t/${number(of)}.txt`, 60_000, at => text(`${of} ${at} the line of side ${side}\n`))),
      ),
    }),
  },
  'layers-shuffled': {
    what: '20 layers of 5,000 shuffled files, in another order on either side, gzipped',
    image: side => ({
      gzip: true,
      layers: Array.from({ length: 20 }, (_, layer) => {
        const own = other(side) ? (layer * 7) % 20 : layer
        return function* () {
          for (const at of shuffled(5_000, other(side) ? 7 : 3))
            yield { path: `o/l${own}/${number(at)}`, content: at % 50 === 0 ? differs(side, at) : text(own, at) }
        }
      }),
    }),
  },
  'layers-1-60': {
    what: 'one layer of 100,000 files on one side, 60 layers of the same on the other',
    image: side => ({
      gzip: true,
      layers: Array.from({ length: other(side) ? 60 : 1 }, (_, layer) =>
        many(other(side) ? 1_666 : 100_000, at => ({
          path: `l/${number(other(side) ? layer * 1_666 + at : at)}`,
          content: text('a file'),
        })),
      ),
    }),
  },
  'gzip-bomb': {
    what: '20 .gz files of 1 MB that unpack to 1 GB',
    image: side => ({
      layers: one(() => {
        const bomb = gzipSync(Buffer.alloc(1000 * MB), { level: 9 })
        return Array.from({ length: 20 }, (_, at) => {
          const content = Buffer.from(bomb)
          content.writeUInt32LE(1_700_000_000 + (other(side) ? at + 1 : 0), 4)
          return { path: `b/${at}.gz`, content }
        })
      }),
    }),
  },
}
