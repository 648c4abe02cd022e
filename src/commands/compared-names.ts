import { open, realpath, stat } from 'node:fs/promises'
import { constants, gunzipSync } from 'node:zlib'
import { recordKind } from '../ledger/record.ts'
import { InputError } from '../options/options.ts'
import { isGlob } from '../options/proof.ts'
import { shown } from '../options/value.ts'
import type { PlatformResult } from '../report/compose.ts'
import type { Report } from '../report/report.ts'
import { pathsMatching } from '../subjects/paths-matching.ts'

/** More than any matrix of machines has. */
const mostImages = 64

/** Whether a file begins as a record does; no more than a piece of it is read. */
export async function isRecord(path: string): Promise<boolean> {
  // Whoever opens a pipe waits for its writer.
  if (!(await stat(path).catch(() => null))?.isFile()) return false
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return false
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0)
    const start = gunzipSync(buffer.subarray(0, bytesRead), { finishFlush: constants.Z_SYNC_FLUSH })
    return start.toString('latin1').startsWith(`{"kind":"${recordKind}"`)
  } catch {
    return false
  } finally {
    await file.close()
  }
}

/** What is to be compared, by name: all of one kind, the first of them A. */
export interface ComparedNames {
  kind: 'records' | 'images'
  names: [a: string, b: string, ...others: string[]]
}

/**
 * What the user named, with the records that globs stand for in the order of their paths.
 * @throws InputError where a glob stands for nothing or for something else, where there are not two, or not two of a kind
 */
export async function comparedNames(given: readonly string[]): Promise<ComparedNames> {
  const names: string[] = []
  for (const name of given)
    if (isGlob(name) && (await stat(name).catch(() => null)) === null) names.push(...(await recordsLike(name)))
    else names.push(name)
  if (names.length > mostImages)
    throw new InputError([`compare takes up to ${mostImages} images or records; there are ${names.length}`])
  const records = await Promise.all(names.map(isRecord))
  if (records.some(Boolean) && !records.every(Boolean))
    throw new InputError([await mixed(names.filter((_, at) => !records[at]))])
  const kind = records.every(Boolean) ? 'records' : 'images'
  const own = kind === 'records' ? await eachOnce(names, given) : names
  const [a, b, ...others] = own
  if (a === undefined || b === undefined)
    throw new InputError([
      `compare takes two images or records at least; ${own.length === 0 ? 'there is none' : `there is one, ${shown(own[0] ?? '')}`}: with another machine's missing, nothing is proven`,
    ])
  return { kind, names: [a, b, ...others] }
}

async function recordsLike(glob: string): Promise<string[]> {
  const paths = await pathsMatching(glob)
  for (const path of paths)
    if (!(await isRecord(path)))
      throw new InputError([
        `${shown(path)}, which ${shown(glob)} stands for, is no record of repro-gate: a glob stands for records alone`,
      ])
  return paths
}

/** A file that two globs stand for counts once; one that is named twice is a mistake. */
async function eachOnce(names: readonly string[], given: readonly string[]): Promise<string[]> {
  const seen = new Map<string, string>()
  for (const name of names) {
    const real = await realpath(name)
    const before = seen.get(real)
    if (before === undefined) seen.set(real, name)
    else if (given.includes(name) && given.includes(before))
      throw new InputError([`${shown(before)} and ${shown(name)} are one and the same file: two records are compared`])
  }
  return [...seen.values()]
}

/** What is no file may be an image in a registry; what is called like a record is meant to be one. */
async function mixed(others: readonly string[]): Promise<string> {
  for (const name of others)
    if (name.endsWith('.gz') && (await stat(name).catch(() => null)) === null)
      return `${shown(name)} is not there: there is no such record`
  return `a record is compared with another record, and ${shown(others[0] ?? '')} is none${others.length > 1 ? `, nor are ${others.length - 1} more` : ''}: hold a build against the record with repro-gate verify --record, or write down the other one with repro-gate record`
}

/** How the others are told apart where A is held against several: by name. */
export const otherName = (others: readonly string[], name: string): { image?: string } =>
  others.length > 1 ? { image: name } : {}

/** A report names two, and those beyond them where there are more. */
export const imagesOf = ([A, B, ...others]: [a: string, b: string, ...others: string[]]): NonNullable<
  Report['images']
> => (others.length > 0 ? { A, B, others } : { A, B })

/** What several images have of one platform stands together. */
export function byPlatform(results: readonly PlatformResult[]): PlatformResult[] {
  const order = [...new Set(results.map(({ platform }) => platform))]
  return [...results].sort((a, b) => order.indexOf(a.platform) - order.indexOf(b.platform))
}
