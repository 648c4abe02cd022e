import type { HistoryEntry } from '../../image/image.ts'
import type { Cause, LayerView, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { quoteUnlessSecret } from '../values/excerpt.ts'
import { mask } from '../values/time.ts'

/** A build argument that had another value in each build, as the image's own history says. */
export const buildArgument: Cause = {
  id: 'build-argument',
  recognise: subject => {
    const pairs = argumentPairs(subject.layer)
    return pairs.length === 0 ? null : (inContent(subject, pairs) ?? inName(subject, pairs))
  },
  describe: ({ subjects, recognitions }) => {
    const names = [...new Set(recognitions.flatMap(({ variant }) => (variant ? [variant] : [])))].slice(0, 5).join(', ')
    return {
      title: 'A build argument has another value in each build',
      message: `${subjects.length === 1 ? 'A path holds' : `${subjects.length} paths hold`} a value that the two builds were given differently${names === '' ? '' : ` (${names})`}: the history of each image has the value of its own build. The two were not asked for the same image.`,
      remedy: {
        text: 'Pass the same arguments to every build of a commit. Values of a single build (its time, its number) belong into the registry or the deployment, not into the image; a time can be taken from SOURCE_DATE_EPOCH.',
      },
    }
  },
}

interface ArgumentPair {
  /** Empty where the instruction itself holds the value: `WORKDIR /srv/1.1`. */
  name: string
  a: string
  b: string
}

/** `RUN |2 VERSION=1.1 CHANNEL=beta /bin/sh -c make # buildkit`; before BuildKit `|2 VERSION=1.1 … /bin/sh -c make`. */
function argumentPairs({ difference }: LayerView): ArgumentPair[] {
  const [a, b] = [difference.a?.history, difference.b?.history].map(textOf)
  if (!a || !b || a === b) return []
  const [left, right] = [argumentsOf(a), argumentsOf(b)]
  if (left && right) {
    if (left.rest !== right.rest) return []
    return [...left.values].flatMap(([name, value]) => {
      const other = right.values.get(name)
      return other === undefined || other === value || value === '' || other === ''
        ? []
        : [{ name, a: value, b: other }]
    })
  }
  const word = /^(WORKDIR|COPY|ADD|ENV|USER)\b/.exec(a)?.[1]
  return word && b.startsWith(`${word} `) ? differingWords(a, b) : []
}

const textOf = (history: HistoryEntry | undefined): string =>
  typeof history?.created_by === 'string' ? history.created_by.slice(0, 20_000) : ''

/** The values that stand between `|n` and the shell; null when there are none. A value may hold blanks: names tell them apart. */
function argumentsOf(text: string): { values: Map<string, string>; rest: string } | null {
  const start = /^(?:RUN )?\|(\d{1,3}) /.exec(text)
  const end = text.search(/ (?:\/bin\/(?:ba|a|da|z)?sh|\/usr\/bin\/\w+sh|cmd|powershell) /)
  if (!start || end < start[0].length) return null
  const values = new Map<string, string>()
  const parts = text.slice(start[0].length, end).split(/(?:^| )(?=[A-Za-z_]\w*=)/)
  for (const part of parts.filter(Boolean)) {
    const equals = part.indexOf('=')
    values.set(part.slice(0, equals), part.slice(equals + 1).replace(/^"(.*)"$/s, '$1'))
  }
  return { values, rest: text.slice(end) }
}

/** Of two texts of one instruction the words that differ, when they have equally many. */
function differingWords(a: string, b: string): ArgumentPair[] {
  const [p, q] = [a, b].map(text => text.replace(/ # buildkit$/, '').split(/[\s/=:]+/))
  if (!p || !q || p.length !== q.length) return []
  return p.flatMap((word, index) => {
    const other = q[index] ?? ''
    return word === other || word === '' || other === '' ? [] : [{ name: '', a: word, b: other }]
  })
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** The text with each value, as a word of its own when it is short, put aside; and which were there. */
function masked(text: string, pairs: readonly ArgumentPair[], side: 'a' | 'b'): { text: string; used: ArgumentPair[] } {
  let rest = text
  const used: ArgumentPair[] = []
  for (const pair of [...pairs].sort((p, q) => q[side].length - p[side].length).slice(0, 50)) {
    const value = pair[side].slice(0, 1000)
    const pattern = new RegExp(
      value.length < 6 ? `(?<![A-Za-z0-9])${escaped(value)}(?![A-Za-z0-9])` : escaped(value),
      'g',
    )
    const next = rest.replace(pattern, mask)
    if (next !== rest) used.push(pair)
    rest = next
  }
  return { text: rest, used }
}

function compare(a: string, b: string, pairs: readonly ArgumentPair[]): ArgumentPair[] | null {
  const [left, right] = [masked(a, pairs, 'a'), masked(b, pairs, 'b')]
  return left.text === right.text && left.used.length > 0 ? left.used : null
}

function inContent({ entry }: Subject, pairs: readonly ArgumentPair[]): Recognition | null {
  const texts = contentDiffers(entry) ? textsOf(entry) : null
  const used = texts ? compare(texts.a, texts.b, pairs) : null
  return used ? recognition(entry.path, used, 'in the file') : null
}

/** A path of one side that has a twin on the other but for the value. */
function inName({ entry, layer }: Subject, pairs: readonly ArgumentPair[]): Recognition | null {
  if (entry.kind === 'changed') return null
  const [own, other] = entry.kind === 'only-in-a' ? (['a', 'b'] as const) : (['b', 'a'] as const)
  const name = masked(entry.path, pairs, own)
  if (name.used.length === 0) return null
  const twin = layer.difference.entries
    .slice(0, 2_000)
    .find(one => one.kind !== 'changed' && one.kind !== entry.kind && masked(one.path, pairs, other).text === name.text)
  return twin ? recognition(entry.path, name.used, 'in the name') : null
}

function recognition(path: string, used: readonly ArgumentPair[], where: string): Recognition {
  const [first] = used as [ArgumentPair]
  return {
    confidence: used.every(({ a, b }) => a.length >= 4 && b.length >= 4) ? 'certain' : 'likely',
    ...(first.name === '' ? {} : { variant: first.name }),
    evidence: used.slice(0, 3).map(({ name, a, b }) => ({
      what: name === '' ? `a value of the instruction ${where}` : `build argument ${name} ${where}`,
      path,
      a: quoteUnlessSecret(a, name),
      b: quoteUnlessSecret(b, name),
    })),
  }
}
