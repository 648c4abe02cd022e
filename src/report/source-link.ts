import { docsUrl, type Finding, type Location } from '../finding.ts'
import { code, link } from './markdown.ts'
import { placed } from './words.ts'

/** Where sources can be looked at: `https://github.com/o/r/blob/<commit>`; null when nobody knows. */
export type BlobUrl = string | null

/** `Dockerfile:3` as inline code, a link to the lines where there is a place to link to. */
export function sourceLink(location: Location, blob: BlobUrl): string {
  return link(code(placed(location), 200), blob === null ? null : lineUrl(location, blob))
}

/** A finding's id, a link to our own page about it, or Docker's; any other address is nobody's we know. */
export const docsLink = ({ id, docs }: Finding): string =>
  link(code(id, 60), docs === docsUrl(id) || /^https:\/\/docs\.docker\.com\/[\w/-]+$/.test(docs) ? docs : null)

function lineUrl({ file, line, endLine }: Location, blob: string): string | null {
  // What an image's provenance or a record holds is in no repository that we know.
  if (/^(?:provenance|record):/.test(file)) return null
  // A file of another commit, as git names it: `1a2b3c4d5e6f:Dockerfile`.
  const [, commit, own = ''] = /^([0-9a-f]{12}):(.*)$/s.exec(file) ?? []
  if (commit !== undefined) return lineUrl({ file: own, line, endLine }, blob.replace(/[^/]+\/*$/, commit))
  const parts = file.replace(/^(?:\.\/)+/, '').split('/')
  if (parts.some(part => part === '' || part === '.' || part === '..' || /\p{Cs}/u.test(part))) return null
  const path = parts.map(part => encodeURIComponent(part).replace(/[!'()*]/g, hex)).join('/')
  return `${blob.replace(/\/+$/, '')}/${path}#L${line}${endLine > line ? `-L${endLine}` : ''}`
}

const hex = (found: string): string => `%${found.charCodeAt(0).toString(16).toUpperCase()}`
