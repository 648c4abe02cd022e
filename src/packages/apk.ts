import { createHash } from 'node:crypto'
import { linesOf } from './lines.ts'
import {
  bounded,
  boundedAll,
  type Claim,
  claimsOf,
  type DatabaseFile,
  type Package,
  type PackageReader,
  packageLimit,
  type Wanted,
} from './package.ts'
import { noRoom, roomOf } from './room.ts'

/** Alpine's and Wolfi's packages: one file, paragraphs of one-letter fields, with all files. */
export const apk: PackageReader = {
  kind: 'apk',
  limitFor: path => (/^(?:usr\/)?lib\/apk\/db\/installed$/.test(path) ? 64 * 1024 * 1024 : 0),
  read,
}

function read(path: string, bytes: Buffer, wanted: Wanted): DatabaseFile {
  const packages: Package[] = []
  const claims: Claim[] = []
  const fits = roomOf()
  let full = false
  let fields = new Map<string, string>()
  let record = createHash('sha256')
  let own: Claim[] = []
  let [folder, file] = ['', '']
  const end = () => {
    const name = bounded(fields.get('P'))
    const version = bounded(fields.get('V'))
    if (name !== null && version !== null && packages.length < packageLimit && !full) {
      const found = { ...packageOf(name, version, fields, path), record: record.digest('hex') }
      full = !fits(found, own)
      if (!full) packages.push(found)
      if (!full) claims.push(...own.map(claim => ({ ...claim, owner: name })))
    }
    fields = new Map()
    record = createHash('sha256')
    own = []
    folder = file = ''
  }
  for (const line of linesOf(bytes)) {
    if (line === '') end()
    else record.update(line).update('\n')
    if (line[1] !== ':') continue
    const [letter, value] = [line[0] as string, line.slice(2)]
    if (letter === 'F') {
      folder = value
      own.push(...claimsOf(folder, '', wanted))
    } else if (letter === 'R') {
      file = folder === '' ? value : `${folder}/${value}`
      own.push(...claimsOf(file, '', wanted))
    } else if (letter === 'Z') {
      const digest = digestOf(value)
      for (const claim of own) if (digest !== null && placesInclude(file, claim.path)) claim.digest = digest
    } else if ('PVALopD'.includes(letter) && !fields.has(letter)) fields.set(letter, value)
  }
  end()
  return { kind: 'apk', packages, claims, ...(full ? { unread: noRoom } : {}) }
}

const placesInclude = (file: string, path: string): boolean => path === file || path === `usr/${file}`

function packageOf(name: string, version: string, fields: ReadonlyMap<string, string>, database: string): Package {
  const [arch, source, licence] = [bounded(fields.get('A')), bounded(fields.get('o')), bounded(fields.get('L'))]
  const names = (text: string | undefined): string[] =>
    boundedAll((text ?? '').split(' ').map(one => (one.startsWith('!') ? null : one.replace(/[<>=~].*$/, ''))))
  return {
    ...{ kind: 'apk', name, version, database },
    licences: licence === null ? [] : [licence],
    depends: names(fields.get('D')),
    provides: names(fields.get('p')),
    ...(arch === null ? {} : { arch }),
    ...(source === null || source === name ? {} : { source }),
  }
}

/** `Q1` and the SHA-1 in base64; `Q2` and the SHA-256. Of a symbolic link it is the digest of its target. */
function digestOf(text: string): string | null {
  const algorithm = { Q1: 'sha1', Q2: 'sha256' }[text.slice(0, 2)]
  return algorithm === undefined ? null : `${algorithm}:${Buffer.from(text.slice(2, 80), 'base64').toString('hex')}`
}
