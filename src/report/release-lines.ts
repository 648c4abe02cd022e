import { code, prose } from './markdown.ts'
import type { Report } from './report.ts'
import { shortDigest } from './words.ts'

const most = 12

/** What became of publishing the image, in Markdown; empty where that was not asked for. */
export function releaseLine({ release }: Report): string {
  if (!release) return ''
  const { state, problem, digest, tags, notes } = release
  if (state !== 'published')
    return `**${state === 'failed' ? 'Not released.' : 'Not published.'}** ${prose(problem ?? '', 2000)}`
  const shown = tags.slice(0, most).map(({ name }) => code(name, 300))
  const more = tags.length > most ? ` and ${tags.length - most} more` : ''
  const said = `**Published** as ${shown.join(', ')}${more}: ${code(digest ?? '', 100)}, read back from the registry.`
  return [said, ...notes.map(note => prose(note, 600))].join(' ')
}

/** The same as plain lines. */
export function releaseWords({ release }: Report): string[] {
  if (!release) return []
  const { state, problem, digest, tags, notes } = release
  if (state !== 'published') return [problem ?? '']
  const shown = tags.slice(0, 100).map(({ name }) => `Published: ${name} is ${shortDigest(digest ?? '')}`)
  return [...shown, ...(tags.length > 100 ? [`and ${tags.length - 100} more tags`] : []), ...notes]
}
