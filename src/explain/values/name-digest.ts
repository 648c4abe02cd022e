import { createHash } from 'node:crypto'
import type { ContentSample } from '../../image/comparison.ts'
import { bytesOf } from '../content.ts'
import { md4, xxhash64 } from './bundler-hashes.ts'

/** Hashes written in JavaScript are only tried on files up to this size. */
const slowLimit = 128 << 10

/** The digests of a content by the name of their algorithm, as hexadecimal; only SHA-256 of what is not whole here. */
function digestsOf(sample: ContentSample | undefined, without: string, sha256: string | null): Record<string, string> {
  if (!sample?.whole) return sha256 === null ? {} : { 'SHA-256': sha256 }
  const bytes = bytesOf(sample.head)
  const texts = [bytes]
  // A file that names itself (its source map) is hashed without its own name.
  if (bytes.includes(without)) texts.push(Buffer.from(bytes.toString('latin1').replaceAll(without, ''), 'latin1'))
  const digests: Record<string, string> = {}
  for (const [index, text] of texts.entries()) {
    const note = index === 0 ? '' : ' (its own name left out)'
    for (const [name, algorithm] of algorithms) {
      const digest = digestBy(algorithm, text)
      if (digest !== null) digests[name + note] = digest
    }
    if (text.length > slowLimit) continue
    digests[`MD4${note}`] = md4(text)
    digests[`XXH64${note}`] = xxhash64(text)
  }
  return digests
}

const algorithms = [
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
] as const

/** Null where the machine's policy forbids the algorithm. */
function digestBy(algorithm: string, bytes: Buffer): string | null {
  try {
    return createHash(algorithm).update(bytes).digest('hex')
  } catch {
    return null
  }
}

/** How tools write a digest, the first characters of which become a name. */
const forms: readonly [string, (hex: string) => string][] = [
  ['hexadecimal', hex => hex],
  ['hexadecimal', hex => hex.toUpperCase()],
  ['base64url', hex => Buffer.from(hex, 'hex').toString('base64url')],
  [
    'base64',
    hex => Buffer.from(hex, 'hex').toString('base64').replaceAll('+', '').replaceAll('/', '').replaceAll('=', ''),
  ],
  [
    'base64, lower case',
    hex =>
      Buffer.from(hex, 'hex')
        .toString('base64')
        .replace(/[^a-zA-Z0-9]/g, '')
        .toLowerCase(),
  ],
  ['base32', hex => base32(Buffer.from(hex, 'hex'))],
  ['base32', hex => base32(Buffer.from(hex, 'hex')).toLowerCase()],
]

function base32(bytes: Buffer): string {
  const bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{5}/g) ?? []).map(five => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(five, 2)]).join('')
}

/** One side of a file called by a digest. */
export interface NamedFile {
  token: string
  sample: ContentSample | undefined
  /** SHA-256 (hex) of the content, where it is known. */
  sha256: string | null
}

/** Of which digest both sides' names are the beginning, each of its own content: `SHA-256 in base64url`. Null when of none. */
export function digestInNames(a: NamedFile, b: NamedFile): string | null {
  const [inA, inB] = [a, b].map(side => digestsOf(side.sample, side.token, side.sha256)) as [
    Record<string, string>,
    Record<string, string>,
  ]
  for (const [name, hex] of Object.entries(inA)) {
    const other = inB[name]
    if (other === undefined || hex === other) continue
    for (const [form, write] of forms)
      if (write(hex).startsWith(a.token) && write(other).startsWith(b.token)) return `${name} in ${form}`
  }
  return null
}
