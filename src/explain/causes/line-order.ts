import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf, wholesOf } from '../content.ts'
import { dealtAnew, sameJson } from '../formats/json-difference.ts'
import { shellPath } from '../remedy.ts'
import { quoteUnlessSecret } from '../values/excerpt.ts'

/** The same lines, or the same words, in another order: parallel jobs, directory order, hash order. */
export const lineOrder: Cause = {
  id: 'line-order',
  recognise: subject =>
    contentDiffers(subject.entry)
      ? (reorderedLines(subject) ?? reorderedWords(subject) ?? reorderedValues(subject) ?? reorderedBytes(subject))
      : null,
  describe: ({ recognitions, subjects }) => {
    const words = recognitions.every(recognition => recognition.variant === 'words')
    const unit = words ? 'elements' : 'lines'
    return {
      title: `The same ${unit} come in another order`,
      message: `${subjects.length === 1 ? 'A file holds' : `${subjects.length} files hold`} exactly the same ${unit} in both builds, but in another order: parallel jobs that finish in any order, a directory listed as the file system has it, a hash table walked as it lies in memory, or a shuffle without a seed.`,
      remedy: {
        text: words
          ? 'Write the elements in a fixed order: sort keys before writing, set PYTHONHASHSEED=0 (Python) or PERL_HASH_SEED=0 (Perl) for this step.'
          : 'Write it in a fixed order: sort keys and names before writing, or sort the lines where it is a plain list (`… | LC_ALL=C sort > file`), or let one job after the other write it (`make -j1`, `make -O`, no `&`).',
        // Sorted, a text that is more than a list of lines would be broken.
        ...(words || recognitions.some(({ variant }) => variant !== 'lines')
          ? {}
          : {
              append: subjects
                .slice(0, 5)
                .map(({ entry }) => `LC_ALL=C sort -o ${shellPath(entry.path)} ${shellPath(entry.path)}`),
            }),
      },
    }
  },
}

function reorderedLines({ entry }: Subject): Recognition | null {
  const texts = textsOf(entry)
  if (!texts || texts.a.length !== texts.b.length) return null
  const a = texts.a.split('\n')
  const b = texts.b.split('\n')
  if (!sameMultiset(a, b) || sameJson(texts.a, texts.b) === false) return null
  const at = a.findIndex((line, index) => line !== b[index])
  if (at < 0) return null
  return {
    confidence: 'certain',
    variant: isList(a) && at === 0 ? 'lines' : 'text',
    evidence: [
      {
        what: `the same ${a.length - (a.at(-1) === '' ? 1 : 0)} lines in another order, from line ${at + 1}`,
        path: entry.path,
        a: quoteUnlessSecret(a[at] ?? '', a[at] ?? ''),
        b: quoteUnlessSecret(b[at] ?? '', b[at] ?? ''),
      },
    ],
  }
}

/** Nothing but lines of one kind: no brackets, no indentation, no headings, no remarks. */
const isList = (lines: readonly string[]): boolean =>
  lines.every((line, at) =>
    line === '' ? at === lines.length - 1 : /^[^\s{}[\]<>()#;!-]/.test(line) && !/[{[(:]$/.test(line),
  )

function reorderedWords({ entry }: Subject): Recognition | null {
  const texts = textsOf(entry)
  if (!texts || Math.abs(texts.a.length - texts.b.length) > 2) return null
  const [a, b] = [wordsOf(texts.a), wordsOf(texts.b)]
  if (!sameMultiset(a, b) || !sameMultiset(marksOf(texts.a), marksOf(texts.b))) return null
  const json = sameJson(texts.a, texts.b)
  if (json === false || a.length < (json ? 2 : 3)) return null
  const differing = a.flatMap((word, index) => (word === b[index] ? [] : [index]))
  const [at] = differing
  if (at === undefined) return null
  return {
    // Two words in each other's place may be two values that were exchanged.
    confidence: json || differing.length > 2 ? 'certain' : 'likely',
    variant: 'words',
    evidence: [
      {
        what: `the same ${a.length} elements in another order, from element ${at + 1}`,
        path: entry.path,
        a: quoteUnlessSecret(a.slice(at, at + 4).join(' '), texts.a.slice(0, 200)),
        b: quoteUnlessSecret(b.slice(at, at + 4).join(' '), texts.b.slice(0, 200)),
      },
    ],
  }
}

/** The numbers of a vocabulary, given out in the order of a set: each word has that of another. */
function reorderedValues({ entry }: Subject): Recognition | null {
  const texts = textsOf(entry)
  const dealt = texts && dealtAnew(texts.a, texts.b)
  if (!texts || !dealt) return null
  const { count, first } = dealt
  return {
    confidence: 'certain',
    variant: 'words',
    evidence: [
      {
        what: `the same ${count} values, each at another key: they were given out in another order; the first is at ${first.place.slice(0, 80)}`,
        path: entry.path,
        a: quoteUnlessSecret(first.a, first.place),
        b: quoteUnlessSecret(first.b, first.place),
      },
    ],
  }
}

/** The words of a text; a name and its value (`port = 80`, `"a": 1`) are one. */
const wordsOf = (text: string): string[] =>
  text
    .replace(/ {0,3}([=:]) {1,3}(?=\S)|(?<=\S) {1,3}=/g, (_, mark) => mark ?? '=')
    .split(/[\s,;{}[\]()]+/)
    .filter(word => word !== '')

/** Brackets and semicolons; of commas and blanks another order has one more or less. */
const marksOf = (text: string): string[] => text.match(/[;{}[\]()]/g) ?? []

/** A pickle of a set, a table of strings: bytes in pieces of some length, the same ones in another order. */
function reorderedBytes({ entry }: Subject): Recognition | null {
  const bytes = wholesOf(entry.content)
  if (!bytes || textsOf(entry) || bytes.a.length !== bytes.b.length || bytes.a.length > 1 << 20) return null
  const differing = bytes.a.reduce((count, byte, at) => (byte === bytes.b[at] ? count : count + 1), 0)
  const kinds = new Set(bytes.a.filter((byte, at) => byte !== bytes.b[at])).size
  if (differing < 8 || kinds < 6) return null
  if (!Buffer.from(bytes.a).sort().equals(Buffer.from(bytes.b).sort())) return null
  return {
    confidence: 'likely',
    variant: 'words',
    evidence: [
      {
        what: `${differing} of ${bytes.a.length} bytes differ, and they are the same bytes in another order`,
        path: entry.path,
      },
    ],
  }
}

function sameMultiset(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false
  const sortedB = [...b].sort()
  return [...a].sort().every((item, index) => item === sortedB[index])
}
