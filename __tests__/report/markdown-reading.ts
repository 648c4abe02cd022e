/** The tags that the summary writes itself. */
const ours = /^<(?:\/?(?:code|details|summary|sub)|details open|br)>$/

/** Tags in a Markdown text that are not ours: what is in a fence is no tag. */
export const foreignTags = (markdown: string): string[] =>
  [...withoutFences(markdown).matchAll(/<[^\n]*?(?:>|$)|<!--/gm)].map(([tag]) => tag).filter(tag => !ours.test(tag))

/** The text without its fenced blocks, by CommonMark's rule: a fence ends at a line of as many of its own marks or more. */
export function withoutFences(markdown: string): string {
  const kept: string[] = []
  let fence: string | null = null
  for (const line of markdown.split('\n')) {
    const marks = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line)
    if (fence === null && marks?.[1] && !(marks[1].startsWith('`') && marks[2]?.includes('`'))) fence = marks[1]
    else if (fence !== null) {
      if (marks?.[1]?.startsWith(fence) && marks[2]?.trim() === '') fence = null
    } else kept.push(line)
  }
  return kept.join('\n')
}

/** The text without its code: there GitHub looks for no mention and no reference. */
export const withoutCode = (markdown: string): string => withoutFences(markdown).replace(/<code>.*?<\/code>/g, '')
