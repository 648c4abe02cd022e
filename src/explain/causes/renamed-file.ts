import type { Cause, Recognition, Subject } from '../cause.ts'
import { textsOf } from '../content.ts'
import { excerpt } from '../excerpt.ts'
import { maskTimes } from './build-time.ts'

/** One thing under two names: a random or dated file name, and links or texts that point at it. */
export const renamedFile: Cause = {
  id: 'renamed-file',
  recognise: subject => underTwoNames(subject) ?? linkToRenamed(subject) ?? textOfRenamed(subject),
  describe: ({ recognitions }) => {
    const dated = recognitions.some(recognition => recognition.variant === 'time')
    return {
      title: dated ? 'A file name carries the build time' : 'A file or folder gets another name in every build',
      message: dated
        ? 'A path that only build A has and one that only build B has are the same file: its name holds the time of the build.'
        : 'A path that only build A has and one that only build B has are the same thing: its name is drawn by chance, as `mktemp` does it, and was left in the image.',
      remedy: {
        text: dated
          ? 'Give it a fixed name, or delete it at the end of the same instruction.'
          : 'Use a fixed name instead of `mktemp` for what stays in the image, or delete it at the end of the same instruction.',
        rewrite: (text, instruction) => (instruction.keyword === 'RUN' && !dated ? withFixedName(text) : null),
      },
    }
  },
}

/** `d=$(mktemp -d -p /opt build.XXXXXX)` → `d=/opt/build && mkdir -p "$d"`. Null for any other shape. */
function withFixedName(text: string): string | null {
  const call = /\b([A-Za-z_]\w*)=(?:\$\(|`)mktemp -d(?: -p ([\w./-]+))?(?: ([\w./-]*?)[.-]?X{3,})?(?:\)|`)/
  const match = call.exec(text)
  if (!match || text.split('mktemp').length !== 2) return null
  const folder = match[2] ? `${match[2].replace(/\/$/, '')}/` : match[3]?.startsWith('/') ? '' : '/tmp/'
  return text.replace(call, `$1=${folder}${match[3] || 'work'} && mkdir -p "$${match[1]}"`)
}

function underTwoNames({ entry, layer, clock }: Subject): Recognition | null {
  if (entry.kind === 'changed') return null
  const rename = layer.renames.of(entry.path)
  if (!rename) return null
  const masked = maskTimes(rename.a, rename.b, clock)
  const dated = masked.a === masked.b && masked.pairs.length > 0
  return {
    confidence: rename.exact ? 'certain' : 'likely',
    ...(dated ? { variant: 'time' } : {}),
    evidence: [
      {
        what: `${rename.exact ? 'equal content' : 'the same names inside'} under two names${dated ? ', each with the time of its build' : ''}`,
        path: entry.path,
        a: excerpt(rename.a),
        b: excerpt(rename.b),
      },
    ],
  }
}

function linkToRenamed({ entry, layer }: Subject): Recognition | null {
  const onlyLink = entry.kind === 'changed' && entry.fields.every(field => field === 'link')
  if (!onlyLink || !entry.a || !entry.b || layer.renames.toB(entry.a.linkTarget) !== entry.b.linkTarget) return null
  return {
    confidence: 'certain',
    evidence: [
      {
        what: 'the link points at the renamed path',
        path: entry.path,
        a: excerpt(entry.a.linkTarget),
        b: excerpt(entry.b.linkTarget),
      },
    ],
  }
}

function textOfRenamed({ entry, layer }: Subject): Recognition | null {
  const texts = layer.renames.pairs.length > 0 ? textsOf(entry) : null
  if (!texts || texts.a === texts.b || layer.renames.toB(texts.a) !== texts.b) return null
  return { confidence: 'certain', evidence: [{ what: 'the text names the renamed path', path: entry.path }] }
}
