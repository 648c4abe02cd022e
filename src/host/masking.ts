import type { Masking } from '../ports.ts'
import { type FormSearch, isRepeating, searchFor } from './repeating-form.ts'
import { plainForms, secretForms } from './secret-forms.ts'

/** Of a secret that was cut off by somebody's bound, so much of its beginning or end is a part of it, and no chance. */
const leastPart = 6
/** The same next to an ellipsis, which says that something was cut there. */
const leastPartCut = 4
const grams = 4
const stars = '***'

type Span = [start: number, end: number]

/**
 * Knows what must not be shown, and takes it out of texts. It may learn more as the run goes on.
 * @param tell hears of every value and every line of one, once it is known: for a runner that masks, too
 */
export function createMasking(values: readonly string[] = [], tell: (text: string) => void = () => {}): Masking {
  const known = new Set<string>()
  let texts = indexOf([])
  let latin = indexOf([])
  let pieces = piecesOf([])
  const told = new Set([''])
  const hide = (more: readonly string[]): void => {
    for (const text of plainForms(more))
      if (!told.has(text)) {
        told.add(text)
        tell(text)
      }
    const before = known.size
    for (const form of secretForms(more)) known.add(form)
    if (known.size === before) return
    texts = indexOf([...known])
    latin = indexOf([...known].map(form => Buffer.from(form).toString('latin1')))
    pieces = piecesOf([...known])
  }
  hide(values)
  return {
    hide,
    text: text =>
      known.size === 0 ? text : without(text, [...spansIn(text, texts, cutsOf(text)), ...pieces(text)], () => stars),
    bytes: bytes => {
      if (known.size === 0) return bytes
      const text = Buffer.from(bytes).toString('latin1')
      const ends = { starts: new Map([[0, leastPartCut]]), ends: new Map([[text.length, leastPartCut]]) }
      return Buffer.from(
        without(text, spansIn(text, latin, ends), ([start, end]) => '*'.repeat(end - start)),
        'latin1',
      )
    },
  }
}

/** Forms by their first and by their last four characters. */
interface Index {
  first: Map<string, string[]>
  last: Map<string, string[]>
  /** Those for which that would take long. */
  repeating: FormSearch[]
}

function indexOf(forms: readonly string[]): Index {
  const first = new Map<string, string[]>()
  const last = new Map<string, string[]>()
  const add = (map: Map<string, string[]>, key: string, form: string) => {
    const others = map.get(key)
    if (others) others.push(form)
    else map.set(key, [form])
  }
  const repeating: FormSearch[] = []
  for (const form of forms) {
    if (isRepeating(form, grams)) {
      repeating.push(searchFor(form))
      continue
    }
    add(first, form.slice(0, grams), form)
    add(last, form.slice(-grams), form)
  }
  return { first, last, repeating }
}

/** Where a text may have been cut, and how much of a secret must be left there to be one. */
interface Cuts {
  starts: Map<number, number>
  ends: Map<number, number>
}

function cutsOf(text: string): Cuts {
  const starts = new Map([[0, leastPart]])
  const ends = new Map([[text.length, leastPart]])
  for (const { index, 0: found } of text.matchAll(/ ?(?:…|\.\.\.) ?/g)) {
    ends.set(index, leastPartCut)
    starts.set(index + found.length, leastPartCut)
  }
  return { starts, ends }
}

/** Where secrets stand in a text, whole or as what a cut has left of them. */
function spansIn(text: string, { first, last, repeating }: Index, { starts, ends }: Cuts): Span[] {
  const spans = repeating.flatMap(search => repeatedSpans(text, search, { starts, ends }))
  const cuts = [...ends.keys()].sort((a, b) => a - b)
  let nextCut = 0
  const startCuts = [...starts.keys()].sort((a, b) => a - b)
  let lastStart = -1
  for (let at = 0; at + grams <= text.length; at++) {
    while ((cuts[nextCut] ?? text.length) < at + grams && nextCut < cuts.length - 1) nextCut++
    const gram = text.slice(at, at + grams)
    const cut = cuts[nextCut] ?? text.length
    for (const form of first.get(gram) ?? []) {
      if (text.startsWith(form, at)) spans.push([at, at + form.length])
      else if (
        cut - at < form.length &&
        cut - at >= (ends.get(cut) ?? leastPart) &&
        form.startsWith(text.slice(at, cut))
      )
        spans.push([at, cut])
    }
    while (lastStart + 1 < startCuts.length && (startCuts[lastStart + 1] as number) <= at) lastStart++
    const start = startCuts[lastStart] ?? 0
    const end = at + grams
    for (const form of last.get(gram) ?? [])
      if (
        end - start < form.length &&
        end - start >= (starts.get(start) ?? leastPart) &&
        form.endsWith(text.slice(start, end))
      )
        spans.push([start, end])
  }
  return spans
}

function repeatedSpans(text: string, { form, beginnings, endings }: FormSearch, { starts, ends }: Cuts): Span[] {
  const spans: Span[] = []
  const isPart = (length: number, least: number | undefined): boolean =>
    length === form.length || (least !== undefined && length >= least)
  beginnings(text, (end, length) => {
    if (isPart(length, ends.get(end))) spans.push([end - length, end])
  })
  endings(text, (start, length) => {
    if (isPart(length, starts.get(start))) spans.push([start, start + length])
  })
  return spans
}

/** A shorter word is a piece of something else. */
const leastPiece = 8
/** Of larger secrets (a certificate, a configuration) a word is no secret by itself. */
const mostToken = 8192

const isOneWord = /^(?=.*\d|(?:.*[a-z][A-Z]){3})\S+$/

/** An address, or JSON as it is or encoded: names stand in it that others have, too. */
const hasWords = /\/\/|":|&quot;|%(?:2[02F]|7B|3A)/i

/**
 * Words that are pieces of a secret: a program that breaks its lines (`base64` at 76 characters, `fold`) leaves the beginning and the
 * end of none, and may cut a character in two. Only of secrets in one word with a digit in it, or in mixed cases, as base64 is: in others
 * innocent words stand.
 */
function piecesOf(forms: readonly string[]): (text: string) => Span[] {
  const tokens = forms.filter(
    form => form.length >= 2 * leastPiece && form.length <= mostToken && isOneWord.test(form) && !hasWords.test(form),
  )
  const begins = new Set<string>()
  for (const token of tokens)
    for (let at = 0; at + leastPiece <= token.length; at++) begins.add(token.slice(at, at + leastPiece))
  if (begins.size === 0) return () => []
  return text =>
    [...text.matchAll(/[^\s\ufffd]{8,8192}/g)].flatMap(({ index, 0: word }): Span[] =>
      begins.has(word.slice(0, leastPiece)) && tokens.some(token => token.includes(word))
        ? [[index, index + word.length]]
        : [],
    )
}

/** Spans may overlap: all that any of them covers goes. */
function without(text: string, spans: readonly Span[], mask: (span: Span) => string): string {
  if (spans.length === 0) return text
  let kept = ''
  let [start, end]: Span = [0, 0]
  let open = false
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    if (open && from <= end) end = Math.max(end, to)
    else {
      kept += open ? mask([start, end]) + text.slice(end, from) : text.slice(0, from)
      ;[start, end, open] = [from, to, true]
    }
  }
  return kept + mask([start, end]) + text.slice(end)
}
