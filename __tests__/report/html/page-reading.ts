/** A page taken apart, for tests: our own pages are plain enough for this, and whatever is not is an error. */
export interface ReadPage {
  /** Tags in their order, closing ones with a slash. */
  tags: { name: string; attributes: Record<string, string> }[]
  /** What is read as text, entities resolved. */
  text: string
  /** By tag and id: contents of `<style>` and `<script>`. */
  raw: { name: string; attributes: Record<string, string>; text: string }[]
}

const tag = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z:-]+(?:="[^"<>]*")?)*)\s*(\/?)>/y

/** @throws when anything is neither text nor a well-formed tag, and when tags do not close in their order */
export function readPage(page: string): ReadPage {
  const doctype = '<!doctype html>\n'
  if (!page.startsWith(doctype)) throw new Error('no doctype')
  const read: ReadPage = { tags: [], text: '', raw: [] }
  const open: string[] = []
  let at = doctype.length
  while (at < page.length) {
    const next = page.indexOf('<', at)
    const end = next < 0 ? page.length : next
    const text = page.slice(at, end)
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) throw new Error(`a bare & in ${text.slice(0, 80)}`)
    read.text += decoded(text)
    at = end
    if (next < 0) break
    tag.lastIndex = at
    const found = tag.exec(page)
    if (!found) throw new Error(`no tag: ${page.slice(at, at + 80)}`)
    at = tag.lastIndex
    const [, slash, name = '', written = '', selfClosed] = found
    const attributes = Object.fromEntries(
      [...written.matchAll(/([a-zA-Z:-]+)(?:="([^"]*)")?/g)].map(([, key = '', value = '']) => [key, decoded(value)]),
    )
    read.tags.push({ name: `${slash}${name}`, attributes })
    if (slash) {
      const last = open.pop()
      if (last !== name) throw new Error(`</${name}> closes <${last}>`)
    } else if (!selfClosed && !voids.has(name)) open.push(name)
    if (!slash && (name === 'style' || name === 'script')) {
      const close = page.indexOf(`</${name}>`, at)
      read.raw.push({ name, attributes, text: page.slice(at, close) })
      at = close
    }
  }
  if (open.length > 0) throw new Error(`not closed: ${open.join(', ')}`)
  return read
}

const voids = new Set(['meta', 'link', 'input', 'br'])

const decoded = (text: string): string =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
