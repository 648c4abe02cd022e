import type { Report } from '../report.ts'
import type { BlobUrl } from '../source-link.ts'

export interface HtmlOptions {
  /** Where sources can be looked at: `https://github.com/o/r/blob/<commit>`; absent or null when nobody knows. */
  blobUrl?: BlobUrl
  /** The text of the source files by name, to show the lines that are blamed. */
  sources?: Readonly<Record<string, string>>
}

/**
 * A report as one HTML file that needs no network: readable without script, and with a script of ours (allowed by its hash
 * alone) searchable. The same report gives the same bytes. Foreign text is inert.
 */
export function renderHtml(report: Report, _options: HtmlOptions = {}): string {
  return `<!doctype html><title>${report.tool.name}</title>`
}
