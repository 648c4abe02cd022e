import type { ModelFetch } from './model.ts'

/** A call in Python code that fetches something; places in that code. */
export interface ModelCall {
  source: ModelFetch['source']
  /** What it fetches. */
  name: string
  start: number
  end: number
}

const calls =
  /\b(snapshot_download|hf_hub_download|[\w.]*from_pretrained|SentenceTransformer|CrossEncoder|load_dataset|torch\.hub\.load|(?:transformers\.)?pipeline|nltk\.download|spacy\.cli\.download)\s*\(/g

/** Calls of one program that are looked at. */
const most = 200

/** The calls that fetch a model without a fixed revision, in order. Arguments that are not known are passed over in silence. */
export function modelCallsIn(code: string): ModelCall[] {
  if (!/download|pretrained|SentenceTransformer|CrossEncoder|load_dataset|hub\.load|pipeline/.test(code)) return []
  const found: ModelCall[] = []
  let seen = 0
  for (const match of code.matchAll(calls)) {
    if (++seen > most) break
    const [text, called = ''] = match
    const name = fetchedBy(code, called, argumentsAt(code, match.index + text.length))
    if (name === null || isInComment(code, match.index)) continue
    // `from_pretrained` of `transformers.AutoModel.from_pretrained`: the place of the whole word people look for.
    const method = called.split('.').at(-1) ?? called
    const start = match.index + called.length - (called.endsWith('from_pretrained') ? method.length : called.length)
    found.push({ source: sourceOf(called), name, start, end: match.index + called.length })
  }
  return found
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
function fetchedBy(code: string, called: string, args: string[]): string | null {
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
  const name = textIn(code, written)
  if (name === null || /^(\.{0,2}\/|~|\.$)/.test(name) || /[${}\s]/.test(name)) return null
  if (called.startsWith('torch')) return /:[0-9a-f]{40}$/.test(name) ? null : name
  const revision = keyword('revision')
  if (revision === undefined) return name
  const commit = textIn(code, revision)
  return commit === null || /^[0-9a-f]{40}$/.test(commit) ? null : name
}

/** A string, or a name that the program sets to one. */
function textIn(code: string, written: string | undefined): string | null {
  if (written === undefined) return null
  const [, , text] = /^[rub]?\\?(["'])([^"'\\]{1,300})\\?\1$/.exec(written) ?? []
  if (text !== undefined) return text
  if (!/^\w{1,60}$/.test(written)) return null
  const set = new RegExp(`(?:^|[\\n;"'])\\s*${written}\\s*=\\s*\\\\?(["'])([^"'\\\\]{1,300})\\\\?\\1`).exec(code)
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
