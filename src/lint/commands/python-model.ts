import type { ModelFetch } from './model.ts'

/** A call in Python code that fetches something; places in that code. */
export interface ModelCall {
  source: ModelFetch['source']
  /** What it fetches. */
  name: string
  start: number
  end: number
}

/** What fetches, by the names people import. */
const functions =
  'snapshot_download|hf_hub_download|from_pretrained|SentenceTransformer|CrossEncoder|load_dataset|torch\\.hub\\.load|pipeline|nltk\\.download|spacy\\.cli\\.download'
const calls = new RegExp(`\\b(${functions})\\s*\\(`, 'g')
const renamed = new RegExp(`\\b(${functions})\\s+as\\s+(\\w{1,60})`, 'g')

/** Calls of one program that are looked at. */
const most = 200

/**
 * The calls that fetch a model without a fixed revision, in order. Arguments that are not known are passed over in silence.
 * @param variable the value of a variable of the Dockerfile
 */
export function modelCallsIn(code: string, variable: (name: string) => string | undefined): ModelCall[] {
  if (!/download|pretrained|SentenceTransformer|CrossEncoder|load_dataset|hub\.load|pipeline/.test(code)) return []
  const found: ModelCall[] = []
  let seen = 0
  for (const { called, start, end, open } of callsIn(code)) {
    if (++seen > most) break
    const name = fetchedBy({ code, variable }, called, argumentsAt(code, open))
    if (name !== null && !isInComment(code, start)) found.push({ source: sourceOf(called), name, start, end })
  }
  return found
}

/** The calls of the functions, under the names that the program gives them. */
function* callsIn(code: string): Generator<{ called: string; start: number; end: number; open: number }> {
  const names = new Map([...code.matchAll(renamed)].slice(0, 20).map(([, called = '', name = '']) => [name, called]))
  const pattern = names.size === 0 ? calls : new RegExp(`\\b(${functions}|${[...names.keys()].join('|')})\\s*\\(`, 'g')
  for (const match of code.matchAll(pattern)) {
    const [text, written = ''] = match
    const start = match.index
    yield { called: names.get(written) ?? written, start, end: start + written.length, open: start + text.length }
  }
}

/** A program, and the variables that Docker or the shell put into it. */
interface Program {
  code: string
  variable: (name: string) => string | undefined
}

const sourceOf = (called: string): ModelFetch['source'] =>
  called.startsWith('nltk')
    ? 'nltk'
    : called.startsWith('spacy')
      ? 'spacy'
      : called.startsWith('torch')
        ? 'torch'
        : 'hub'

/** The name of what a call fetches; null when it is fixed, local or not known. */
function fetchedBy(program: Program, called: string, args: string[]): string | null {
  const first = args.find(arg => !/^\w+\s*=[^=]/.test(arg))
  const keyword = (...names: string[]): string | undefined =>
    names
      .map(name => args.map(arg => new RegExp(`^${name}\\s*=(?!=)\\s*(.*)$`, 's').exec(arg)?.[1]).find(Boolean))
      .find(Boolean)
  if (args.some(arg => /^(local_files_only\s*=\s*True|source\s*=\s*\\?["']local)/.test(arg))) return null
  const written = called.endsWith('pipeline')
    ? keyword('model')
    : (keyword('repo_id', 'pretrained_model_name_or_path', 'model_name_or_path', 'repo_or_dir', 'path', 'info_or_id') ??
      first)
  const name = textIn(program, written)
  if (name === null || /^(\.{0,2}\/|~|\.$)/.test(name) || /[${}\s]/.test(name)) return null
  if (called.startsWith('torch')) return /:[0-9a-f]{40}$/.test(name) ? null : name
  const revision = keyword('revision')
  if (revision === undefined) return name
  const commit = textIn(program, revision)
  return commit === null || /^[0-9a-f]{40}$/.test(commit) ? null : name
}

/** A string, or a name that the program sets to one; null when a part of it is not known. */
function textIn({ code, variable }: Program, written: string | undefined): string | null {
  const text = writtenText(code, written)
  let known = true
  const value = text?.replace(/\$(?:(\w+)|\{(\w+)\})/g, (_, plain?: string, braced?: string) => {
    const of = variable(plain ?? braced ?? '')
    if (of === undefined) known = false
    return of ?? ''
  })
  return known ? (value ?? null) : null
}

function writtenText(code: string, written: string | undefined): string | null {
  if (written === undefined) return null
  const [, , text] = /^[rub]?\\?(["'])([^"'\\]{1,300})\\?\1$/.exec(written) ?? []
  if (text !== undefined) return text
  if (!/^\w{1,60}$/.test(written)) return null
  const set = new RegExp(
    `(?:^|[\\n;"'])[ \\t]{0,40}${written}\\s{0,40}=\\s{0,40}\\\\?(["'])([^"'\\\\]{1,300})\\\\?\\1`,
  ).exec(code)
  return set?.[2] ?? null
}

/** The arguments of a call as written, up to its closing parenthesis; strings and brackets are kept whole. */
function argumentsAt(code: string, start: number): string[] {
  const args: string[] = []
  let depth = 0
  let quote = ''
  let from = start
  const end = Math.min(code.length, start + 2000)
  const take = (at: number): void => {
    const arg = code
      .slice(from, at)
      .replace(/\\\r?\n/g, ' ')
      .trim()
    if (arg !== '') args.push(arg)
    from = at + 1
  }
  for (let at = start; at < end; at++) {
    const char = code[at] as string
    if (quote !== '') {
      if (char === quote) quote = ''
    } else if (char === '"' || char === "'") quote = char
    else if (char === '(' || char === '[' || char === '{') depth++
    else if (char === ')' && depth === 0) {
      take(at)
      return args
    } else if (char === ')' || char === ']' || char === '}') depth--
    else if (char === ',' && depth === 0) take(at)
  }
  return args
}

const isInComment = (code: string, at: number): boolean =>
  /^\s*#/.test(code.slice(code.lastIndexOf('\n', at - 1) + 1, at))
