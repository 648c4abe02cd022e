import { posix } from 'node:path'
import { jsonObject } from './json-object.ts'
import { bounded, boundedAll, type DatabaseFile, nothingIn, type PackageReader } from './package.ts'

/** Packages of npm, yarn and pnpm: the package.json of every folder of a node_modules. */
export const npm: PackageReader = {
  kind: 'npm',
  limitFor: path => (pattern.test(path) ? 4 * 1024 * 1024 : 0),
  read,
}

const pattern = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/.@][^/]*\/package\.json$/

function read(path: string, bytes: Buffer): DatabaseFile {
  const json = jsonObject(bytes)
  const name = bounded(json?.name)
  const version = bounded(json?.version)
  if (json === null || name === null || version === null) return nothingIn('npm')
  const depends =
    typeof json.dependencies === 'object' && json.dependencies !== null ? Object.keys(json.dependencies) : []
  return {
    kind: 'npm',
    claims: [],
    packages: [
      {
        ...{ kind: 'npm', name, version, database: path, provides: [], folder: posix.dirname(path) },
        licences: licencesOf(json),
        depends: boundedAll(depends),
        ...(isScripted(json) ? { scripted: true } : {}),
      },
    ],
  }
}

/** npm runs these, and builds what has a binding.gyp, which it notes as an install script. */
function isScripted({ scripts, gypfile }: Record<string, unknown>): boolean {
  const names = typeof scripts === 'object' && scripts !== null ? Object.keys(scripts) : []
  return gypfile === true || names.some(name => ['preinstall', 'install', 'postinstall'].includes(name))
}

/** A text today; once `{ type }`, or a list of such. */
function licencesOf({ license, licenses }: Record<string, unknown>): string[] {
  const all = [license, ...(Array.isArray(licenses) ? licenses.slice(0, 20) : [])]
  const typed = (one: unknown): unknown =>
    typeof one === 'object' && one !== null ? (one as Record<string, unknown>).type : one
  return boundedAll(all.map(typed))
}
