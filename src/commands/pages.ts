import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { docsUrl } from '../finding.ts'
import { dockerChecks, dockerCheckUrl } from '../options/docker-checks.ts'
import { InputError } from '../options/input-error.ts'
import { nearest } from '../options/near.ts'

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
  if (/^smoke-(?:differs|not-compared|exit-code)$/i.test(id))
    return {
      id,
      title: id,
      text: `\`${id}\` is about what smoke-command does in both images: ${docsUrl('smoke-differs')}`,
    }
  const near = nearest(id, [...pages.map(one => one.id), ...dockerChecks])
  const meant = near.length > 0 ? `did you mean ${near.join(', ')}? ` : ''
  throw new InputError([`there is no page '${id.slice(0, 60)}'; ${meant}repro-gate explain lists all there are`])
}
