import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** GitHub's own parser, where the machine has it. */
export const hasParser = existsSync('/usr/bin/cmark-gfm')

const options = ['--unsafe', '-e', 'table', '-e', 'strikethrough', '-e', 'autolink', '-e', 'tasklist']

/** The HTML that GitHub would make of it, before it takes out what it does not allow. */
export function parsed(markdown: string): string {
  const { stdout, status, stderr } = spawnSync('cmark-gfm', options, {
    ...{ input: markdown, encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

/** The elements that our Markdown is made of. */
const elements = new Set([
  ...['h2', 'h3', 'h4', 'p', 'a', 'code', 'pre', 'ul', 'li', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ...['strong', 'em', 'details', 'summary', 'br', 'sub'],
])
const attributes =
  /^(?:href="https:\/\/(?:github\.com|docs\.docker\.com)\/[^"]*"|align="(?:right|center)"|open|class="language-(?:diff|dockerfile|suggestion)"|\/|)$/
const comment = /^<!-- repro-gate [\w -]+ -->/

/** What is wrong with a text of ours as GitHub reads it; empty when nothing of a stranger does anything in it. */
export function wrongsOf(markdown: string): string[] {
  const html = parsed(markdown).replace(comment, '')
  const wrongs: string[] = []
  const open: string[] = []
  for (const [tag, close, name = '', rest = ''] of html.matchAll(/<(\/?)([a-z!?][^\s>/]*)((?:"[^"]*"|[^">])*)>/gi)) {
    if (!elements.has(name)) wrongs.push(`element ${tag}`)
    for (const attribute of rest.match(/[^\s"=]+(?:="[^"]*")?/g) ?? [])
      if (!attributes.test(attribute)) wrongs.push(`attribute ${attribute}`)
    if (name === 'br') continue
    if (close === '') open.push(name)
    else if (open.pop() !== name) wrongs.push(`${tag} closes another`)
  }
  if (open.length > 0) wrongs.push(`open: ${open.join(' ')}`)
  wrongs.push(...rowsOfOtherWidth(html), ...linkedByGitHub(html))
  const lines = markdown.split('\n')
  wrongs.push(...lines.filter(line => /^\s*::|##\[/.test(line)).map(line => `a runner obeys ${line.slice(0, 80)}`))
  const unseen = /[\p{Bidi_Control}\p{Cc}\u2028\u2029\ufeff]/u.exec(markdown.replace(/[\n\t]/g, ''))
  if (unseen) wrongs.push(`unseen ${JSON.stringify(unseen[0])}`)
  return wrongs
}

/** A bar of a stranger would make cells of its own. */
function rowsOfOtherWidth(html: string): string[] {
  return [...html.matchAll(/<table>[\s\S]*?<\/table>/g)].flatMap(([table]) => {
    const widths = [...table.matchAll(/<tr>[\s\S]*?<\/tr>/g)].map(([row]) => (row.match(/<t[dh][ >]/g) ?? []).length)
    return new Set(widths).size > 1 ? [`rows of ${[...new Set(widths)].join(', ')} cells`] : []
  })
}

/** GitHub makes links of mentions, references and commits in text that is neither code nor a link; of addresses its parser does. */
function linkedByGitHub(html: string): string[] {
  const plain = html
    .replace(/<(code|pre|a)[ >][\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&(lt|gt|amp|quot);/g, (_, name: string) => ({ lt: '<', gt: '>', amp: '&', quot: '"' })[name] ?? '')
  const linked = [...[/(?<![\w`])@[a-z\d]/i, /#\d/, /\bGH-\d/i, /\b(?=\d*[a-f])[0-9a-f]{7,40}\b/]]
  return linked.flatMap(pattern => {
    const found = pattern.exec(plain)
    return found ? [`GitHub links ${plain.slice(Math.max(0, found.index - 20), found.index + 30)}`] : []
  })
}
