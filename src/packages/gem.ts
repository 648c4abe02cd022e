import {
  bounded,
  boundedAll,
  claimsOf,
  type DatabaseFile,
  nothingIn,
  type PackageReader,
  type Wanted,
} from './package.ts'

/** Ruby's gems: one gemspec each in `specifications`, as RubyGems writes it on installing; their files under `gems`. */
export const gem: PackageReader = {
  kind: 'gem',
  limitFor: path => (/(?:^|\/)specifications\/(?:default\/)?[^/]+\.gemspec$/.test(path) ? 4 * 1024 * 1024 : 0),
  read,
}

/** A gemspec is a program; only the lines that RubyGems itself writes are read. */
function read(path: string, bytes: Buffer, wanted: Wanted): DatabaseFile {
  const text = bytes.toString('utf8', 0, Math.min(bytes.length, 64 * 1024))
  const stub = /^# stub: (\S+) (\S+) (\S+) /m.exec(text)
  const name = bounded(stub?.[1] ?? /^ {1,8}s\.name = "([^"\n]{1,200})"/m.exec(text)?.[1])
  const version = bounded(stub?.[2] ?? /^ {1,8}s\.version = "([^"\n]{1,200})"/m.exec(text)?.[1])
  if (name === null || version === null) return nothingIn('gem')
  const platform = bounded(stub?.[3]) ?? 'ruby'
  const full = platform === 'ruby' ? `${name}-${version}` : `${name}-${version}-${platform}`
  const root = path.replace(/specifications\/(?:default\/)?[^/]+$/, '')
  const licences = /^ {1,8}s\.licenses? = \[?([^\]\n]{0,500})/m.exec(text)?.[1] ?? ''
  const depends = text.matchAll(/^ {1,8}s\.add_(?:runtime_)?dependency\((?:%q<|")([^>"\n]{1,200})[>"]/gm)
  return {
    kind: 'gem',
    claims: ['cache/*.gem', 'build_info/*.info', 'doc/*'].flatMap(one =>
      claimsOf(`${root}${one.replace('*', full)}`, path, wanted),
    ),
    packages: [
      {
        ...{ kind: 'gem', name, version, database: path, provides: [] },
        folder: `${root}gems/${full}`,
        licences: boundedAll([...licences.matchAll(/"([^"]{1,100})"/g)].map(match => match[1])),
        depends: boundedAll([...depends].map(match => match[1])),
        ...(platform === 'ruby' ? {} : { qualifiers: { platform } }),
      },
    ],
  }
}
