import type { Finding, Location } from '../../finding.ts'
import { type BlobUrl, docsLink, sourceLink } from '../source-link.ts'
import { clip } from '../visible.ts'
import { placed } from '../words.ts'
import { type Html, html } from './markup.ts'

/** A link to an address that our own words have been put around, in Markdown; null where there is none. */
const addressIn = (markdown: string): string | null => /\]\((https?:\/\/[^\s)]+)\)$/.exec(markdown)?.[1] ?? null

/** `Dockerfile:3`, a link to the lines where there is a place to link to. */
export const place = (location: Location, blob: BlobUrl, said = placed(location)): Html =>
  link(html`<code>${clip(said, 200)}</code>`, addressIn(sourceLink(location, blob)))

/** A finding's id, a link to the page about it. */
export const idLink = (finding: Finding): Html =>
  link(html`<code>${clip(finding.id, 60)}</code>`, addressIn(docsLink(finding)))

const link = (label: Html, address: string | null): Html =>
  address === null ? label : html`<a href="${address}" rel="noreferrer noopener">${label}</a>`
