import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { docsUrl } from '../finding.ts'
import { dockerChecks, dockerCheckUrl } from '../options/docker-checks.ts'
import { InputError } from '../options/input-error.ts'

/** A page about a rule (`RG201`) or a cause (`pyc-timestamp`). */
export interface Page {
  id: string
  title: string
  /** Markdown. */
  text: string
}

/**
 * Reads every page of docs/rules and docs/causes, rules first.
 * @throws InputError when the documentation is not there
 */
export async function readPages(): Promise<Page[]> {
  const docs = docsFolder()
  if (docs === null)
    throw new InputError([`the pages are not there: they belong in docs/ beside dist/; see ${docsUrl('RG101')}`])
  const folders = ['rules', 'causes'].map(async folder => {
    const names = (await readdir(join(docs, folder)))
      .filter(name => name.endsWith('.md') && name !== 'README.md')
      .sort()
    return Promise.all(names.map(name => readPage(join(docs, folder, name), name.slice(0, -'.md'.length))))
  })
  return (await Promise.all(folders)).flat()
}

/** Two folders above the bundle, and above this file. */
function docsFolder(): string | null {
  const docs = join(dirname(fileURLToPath(import.meta.url)), '../../docs')
  return existsSync(join(docs, 'rules')) ? docs : null
}

async function readPage(path: string, id: string): Promise<Page> {
  const text = await readFile(path, 'utf8')
  const heading = /^# (.*)$/m.exec(text)?.[1]?.trim() ?? id
  return { id, title: heading.replace(`${id}: `, ''), text }
}

/**
 * The page of an id, in any case; for one of Docker's checks a line with its address.
 * @throws InputError naming the ids that are nearest
 */
export function pageOf(pages: readonly Page[], id: string): Page {
  const isAsked = (known: string): boolean => known.toLowerCase() === id.toLowerCase()
  const page = pages.find(one => isAsked(one.id))
  if (page !== undefined) return page
  const check = dockerChecks.find(isAsked)
  if (check !== undefined)
    return { id: check, title: check, text: `\`${check}\` is one of Docker's own checks: ${dockerCheckUrl(check)}` }
  const near = nearest(id, [...pages.map(one => one.id), ...dockerChecks])
  const meant = near.length > 0 ? `did you mean ${near.join(', ')}? ` : ''
  throw new InputError([`there is no page '${id.slice(0, 60)}'; ${meant}repro-gate explain lists all there are`])
}

/** Those that begin or go on alike, or are a few letters away; at most five, nearest first. */
function nearest(asked: string, ids: readonly string[]): string[] {
  const word = asked.toLowerCase().slice(0, 60)
  const near = ids.map(id => ({ id, away: distance(word, id.toLowerCase()) }))
  return near
    .filter(
      ({ id, away }) => away <= Math.ceil(word.length / 3) || (word.length > 2 && id.toLowerCase().includes(word)),
    )
    .sort((a, b) => a.away - b.away)
    .slice(0, 5)
    .map(({ id }) => id)
}

/** Letters to add, take away or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, changed))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
