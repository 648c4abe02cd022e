import { code, prose } from './markdown.ts'
import type { Report, ReportRelease } from './report.ts'
import { shortDigest } from './words.ts'

const most = 12

/** What the tags of each image stand for in each of its repositories. */
export function publishedAs(release: ReportRelease): { image: string | null; name: string; digest: string }[] {
  const { digest, digests, images } = release
  const found = new Map<string, { image: string | null; name: string; digest: string }>()
  for (const { image, repository: name } of images) {
    const own = digests ? digests.find(one => one.image === image)?.digest : digest
    if (own) found.set(JSON.stringify([image, name]), { image: image ?? null, name, digest: own })
  }
  return [...found.values()]
}

/** What became of publishing the image, in Markdown; empty where that was not asked for. */
export function releaseLine({ release }: Report): string {
  if (!release) return ''
  const { state, problem, notes } = release
  if (state !== 'published')
    return `**${state === 'failed' ? 'Not released.' : 'Not published.'}** ${prose(problem ?? '', 2000)}`
  const all = tagsByDigest(release).map(({ digest, tags }) => {
    const shown = tags.slice(0, most).map(name => code(name, 300))
    const more = tags.length > most ? ` and ${tags.length - most} more` : ''
    return `${shown.join(', ')}${more}: ${code(digest, 100)}`
  })
  const others = all.length > most ? `; and ${all.length - most} more images` : ''
  const said = `**Published** as ${all.slice(0, most).join('; ')}${others}, read back from the registry.`
  return [said, ...notes.slice(0, most).map(note => prose(note, 600))].join(' ')
}

/** The same as plain lines. */
export function releaseWords({ release }: Report): string[] {
  if (!release) return []
  const { state, problem, tags, notes } = release
  if (state !== 'published') return [problem ?? '']
  const all = tagsByDigest(release).flatMap(({ digest, tags }) =>
    tags.map(name => `Published: ${name} is ${shortDigest(digest)}`),
  )
  return [...all.slice(0, 100), ...(all.length > 100 ? [`and ${tags.length - 100} more tags`] : []), ...notes]
}

function tagsByDigest({ digest, digests, tags }: ReportRelease): { digest: string; tags: string[] }[] {
  const names = (of: typeof tags): string[] => of.map(({ name }) => name)
  if (!digests) return [{ digest: digest ?? '', tags: names(tags) }]
  return digests.map(one => ({ digest: one.digest, tags: names(tags.filter(({ image }) => image === one.image)) }))
}
