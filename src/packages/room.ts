import type { Claim, DatabaseFile, Package } from './package.ts'

const MiB = 1024 * 1024
/** Far more than the packages of any system take: those of one database file. */
const roomOfFile = 16 * MiB
/** Those of all files of one image, unless said otherwise. */
export const roomOfImage = 128 * MiB

/** Why the rest of a database is left out, as the end of a sentence. */
export const noRoom = 'it lists more than there is memory for'

/** Counts what is kept of a database: false when it is too much. */
export function roomOf(bytes = roomOfFile): (own: Package | null, claims: readonly Claim[]) => boolean {
  let left = bytes
  return (own, claims) => {
    left -= (own === null ? 0 : weightOf(own)) + weightOfClaims(claims)
    return left >= 0
  }
}

/** About how many bytes of memory it takes what was read of a file, an inventory of it included. */
export function weightOfFile({ packages, backup = [], claims }: DatabaseFile): number {
  let weight = 300 + weightOfClaims(claims)
  for (const list of [packages, backup]) for (const own of list) weight += weightOf(own)
  return weight
}

function weightOf({ depends, provides, licences, name, version, folder = '' }: Package): number {
  return 900 + name.length + version.length + folder.length + 48 * (depends.length + provides.length + licences.length)
}

function weightOfClaims(claims: readonly Claim[]): number {
  let weight = 0
  for (const { path, digest = '' } of claims) weight += 250 + path.length + digest.length
  return weight
}
