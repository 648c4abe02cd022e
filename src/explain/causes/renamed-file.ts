import type { EntryDifference } from '../../image/comparison.ts'
import type { Cause, LayerView, Recognition, Subject } from '../cause.ts'
import { textsOf } from '../content.ts'
import { digestsOf } from '../content-digest.ts'
import type { Rename } from '../renames.ts'
import { withFixedName } from '../rewrite.ts'
import { excerpt, excerptOfName } from '../values/excerpt.ts'
import { mayHoldTime } from '../values/zone.ts'
import { maskTimes } from './build-time.ts'

/** One thing under two names: a random or dated file name, and links or texts that point at it. */
export const renamedFile: Cause = {
  id: 'renamed-file',
  recognise: subject =>
    underTwoNames(subject) ?? datedName(subject) ?? linkToRenamed(subject) ?? textOfRenamed(subject),
  describe: ({ recognitions }) => {
    const kinds = new Set(recognitions.map(({ variant }) => variant).filter(variant => variant !== 'points'))
    const dated = kinds.size === 1 && kinds.has('time')
    const mixed = !dated && kinds.has('time')
    return {
      title: dated ? 'A file name carries the build time' : 'A file or folder gets another name in every build',
      message: dated
        ? 'A path that only build A has and one that only build B has are alike but for the time of the build in their names.'
        : kinds.size === 1 && kinds.has('chance')
          ? 'Each build makes paths that the other does not make: which ones, or how they are called, is drawn by chance.'
          : mixed
            ? 'Paths that only build A has and paths that only build B has are the same things: their names hold the time of the build, or are drawn by chance.'
            : 'A path that only build A has and one that only build B has are the same thing: its name is drawn by chance, as `mktemp` does it, and was left in the image.',
      remedy: {
        text: dated
          ? 'Give it a fixed name, or delete it at the end of the same instruction.'
          : 'Use a fixed name instead of `mktemp` for what stays in the image, or delete it at the end of the same instruction.',
        rewrite: (text, instruction) => (dated ? null : withFixedName(text, instruction)),
      },
    }
  },
}

function underTwoNames({ entry, layer, clock }: Subject): Recognition | null {
  if (entry.kind === 'changed') return null
  const rename = layer.renames.of(entry.path)
  if (!rename) return null
  const source = namedAfter(rename, layer)
  if (source !== null)
    return {
      confidence: 'certain',
      follows: source,
      evidence: [{ what: `the name holds the digest of ${excerptOfName(source)}, which differs`, path: entry.path }],
    }
  const masked = maskTimes(rename.a, rename.b, clock)
  const dated = masked.a === masked.b && masked.pairs.length > 0
  return {
    confidence: rename.exact || (dated && !masked.zoneLikely) ? 'certain' : 'likely',
    ...(dated ? { variant: 'time' } : {}),
    evidence: [
      {
        what: `${rename.exact ? 'equal content' : (entry.a ?? entry.b)?.type === 'file' ? 'hardly any content' : 'the same names inside'} under two names${dated ? ', each with the time of its build' : ''}`,
        path: entry.path,
        a: excerpt(rename.a),
        b: excerpt(rename.b),
      },
    ],
  }
}

/** The file of the layer whose digest, or the beginning of it, both names hold: each side that of its own content. */
function namedAfter({ a, b }: Rename, { difference: { entries } }: LayerView): string | null {
  if (a.length !== b.length || entries.length > 500) return null
  const tokens = [...a.matchAll(/(?<![0-9a-f])[0-9a-f]{7,128}(?![0-9a-f])/g)].flatMap(({ 0: token, index }) => {
    const other = b.slice(index, index + token.length)
    return token !== other && /^[0-9a-f]+$/.test(other) ? [{ token, other }] : []
  })
  if (tokens.length === 0) return null
  const source = entries.find(entry => {
    const { a: inA, b: inB } = entry.kind === 'changed' ? digestsOf(entry) : { a: null, b: null }
    return tokens.some(({ token, other }) => inA?.startsWith(token) === true && inB?.startsWith(other) === true)
  })
  return source?.path ?? null
}

/** A path of one side whose twin on the other has another time in its name, and content of its own: a log of each run. */
function datedName({ entry, layer, clock }: Subject): Recognition | null {
  if (entry.kind === 'changed') return null
  const isA = entry.kind === 'only-in-a'
  const { entries } = layer.difference
  if (entries.length > 500 || !mayHoldTime(entry.path, isA ? clock.a : clock.b)) return null
  const twins = entries.flatMap(other => {
    if (other.kind === 'changed' || other.kind === entry.kind || other.path.length !== entry.path.length) return []
    const [a, b] = isA ? [entry.path, other.path] : [other.path, entry.path]
    const masked = maskTimes(a, b, clock)
    return masked.a === masked.b && masked.pairs.length > 0 ? [{ a, b, zoneLikely: masked.zoneLikely }] : []
  })
  const [twin] = twins
  if (!twin || twins.length > 1) return null
  return {
    confidence: twin.zoneLikely ? 'likely' : 'certain',
    variant: 'time',
    evidence: [
      {
        what: 'names alike but for the time of each build',
        path: entry.path,
        a: excerpt(twin.a),
        b: excerpt(twin.b),
      },
    ],
  }
}

function linkToRenamed({ entry, layer }: Subject): Recognition | null {
  const onlyLink = entry.kind === 'changed' && entry.fields.every(field => field === 'link')
  if (!onlyLink || !entry.a || !entry.b || layer.renames.toB(entry.a.linkTarget) !== entry.b.linkTarget) return null
  const renamed = layer.renames.of(entry.a.linkTarget.replace(/^\//, ''))?.a
  return linkEvidence(entry, renamed === entry.path ? undefined : renamed)
}

/** That a link differs only by pointing at what has another name on each side. */
export const linkEvidence = ({ path, a, b }: EntryDifference, renamed: string | undefined): Recognition => ({
  confidence: 'certain',
  variant: 'points',
  ...(renamed === undefined ? {} : { follows: renamed }),
  evidence: [
    {
      what: 'the link points at the renamed path',
      path,
      a: excerptOfName(a?.linkTarget ?? ''),
      b: excerptOfName(b?.linkTarget ?? ''),
    },
  ],
})

function textOfRenamed({ entry, layer }: Subject): Recognition | null {
  const texts = layer.renames.pairs.length > 0 ? textsOf(entry) : null
  if (!texts || texts.a === texts.b || layer.renames.toB(texts.a) !== texts.b) return null
  return textEvidence(entry, undefined)
}

/** That a text differs only by naming what has another name on each side. */
export const textEvidence = ({ path }: EntryDifference, renamed: string | undefined): Recognition => ({
  confidence: 'certain',
  variant: 'points',
  ...(renamed === undefined ? {} : { follows: renamed }),
  evidence: [{ what: 'the text names the renamed path', path }],
})
