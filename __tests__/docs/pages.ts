import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '../..')

export interface Page {
  /** From the root of the repository. */
  path: string
  text: string
}

/** A fenced block of a page. */
export interface Block {
  path: string
  /** Of its opening fence, 1-based. */
  line: number
  /** What stands behind the fence; empty for none. */
  language: string
  text: string
  /** HTML comments right above it, such as `run` and `lint: RG201`. */
  marks: readonly string[]
  /** The nearest heading above. */
  section: string
}

const markdownIn = (folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.md') && !name.includes('node_modules'))
        .map(name => `${folder}/${name}`)
    : []

/** Every Markdown page that a reader of the repository can open. */
export const pages: readonly Page[] = [
  ...readdirSync(root).filter(name => name.endsWith('.md')),
  ...['.github', 'bench', 'docs', 'examples'].flatMap(markdownIn),
]
  .sort()
  .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** Fenced blocks in order; a block in a list item loses the item's indent. */
export function blocksOf({ path, text }: Page): Block[] {
  const blocks: Block[] = []
  const lines = text.split('\n')
  let section = ''
  let marks: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const fence = /^(\s*)(`{3,}|~{3,})\s*(\S*)/.exec(line)
    const mark = /^\s*<!-- (.*?) -->\s*$/.exec(line)?.[1]
    if (fence) {
      const [, indent = '', ticks = '', language = ''] = fence
      const inside: string[] = []
      const opened = at
      for (at++; at < lines.length && !(lines[at] ?? '').trimStart().startsWith(ticks); at++)
        inside.push((lines[at] ?? '').replace(new RegExp(`^\\s{0,${indent.length}}`), ''))
      blocks.push({ path, line: opened + 1, language, text: `${inside.join('\n')}\n`, marks, section })
    } else if (/^#+ /.test(line)) section = line.replace(/^#+ /, '')
    if (mark !== undefined) marks = [...marks, mark]
    else if (line.trim() !== '') marks = []
  }
  return blocks
}

/** What is not code: links are looked for here. Blocks keep their lines, so that places stay true. */
export const proseOf = (text: string): string =>
  text
    .replace(/^(\s*)(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\s*\2[`~]*\s*$/gm, block => block.replace(/[^\n]/g, ''))
    .replace(/`[^`\n]*`/g, code => ' '.repeat(code.length))
