import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { onlyHeader, plainEvidence } from '../leftover.ts'
import { shellPath } from '../remedy.ts'
import { excerpt } from '../values/excerpt.ts'
import { timesWithin } from '../values/time.ts'

const logs =
  /(?:^|\/)extensions\/[^/]+\/[^/]+\/[^/]+\/(?:gem_make\.out|mkmf\.log)$|(?:^|\/)gems\/[^/]+\/ext\/(?:.+\/)?(?:mkmf\.log|Makefile|\.gem\.[^/]+.*)$/
const drawn = /\.gem\.\d{8}-\d+-[a-z0-9]{5,8}|siteconf\d{8}-\d+-[a-z0-9]{5,8}|\bconftest\.\w+|pid \d+/g

/** What RubyGems leaves of building a gem: logs with names of temporary folders, a specification with the day, the archive. */
export const rubyGem: Cause = {
  id: 'ruby-gem',
  recognise: subject =>
    onlyHeader(subject) ? null : (buildLog(subject) ?? specification(subject) ?? archive(subject)),
  describe: ({ subjects, recognitions }) => {
    const dated = recognitions.some(({ variant }) => variant !== 'log')
    return {
      title: dated ? 'A gem notes when it was packed' : 'Logs of building a gem are in the layer',
      message: dated
        ? '`gem build` writes the day into the specification and the time into the headers of the archive, and `gem install` keeps a copy of both.'
        : 'Building the extension of a gem leaves a Makefile, gem_make.out and mkmf.log, which name temporary folders with the day, the process and random letters. No program reads them at run time.',
      remedy: {
        text: dated
          ? 'Let the stage see SOURCE_DATE_EPOCH: RubyGems takes it for both. Delete the copy of the archive and the logs of extensions in the same instruction.'
          : 'Delete them in the same instruction.',
        ...(dated ? { needsEpoch: true } : {}),
        append: [
          `rm -f ${subjects
            .filter(isNeedless)
            .slice(0, 10)
            .map(({ entry }) => shellPath(entry.path))
            .join(' ')}`,
        ],
      },
    }
  },
}

const isNeedless = ({ entry }: Subject): boolean => logs.test(entry.path) || entry.path.endsWith('.gem')

function buildLog(subject: Subject): Recognition | null {
  const { entry } = subject
  if (!logs.test(entry.path)) return null
  const texts = contentDiffers(entry) ? textsOf(entry) : null
  if (!texts)
    return entry.kind === 'changed'
      ? null
      : { confidence: 'certain', variant: 'log', evidence: [plainEvidence(subject)] }
  if (texts.a.replace(drawn, '*') !== texts.b.replace(drawn, '*')) {
    return /(?:gem_make\.out|mkmf\.log)$/.test(entry.path)
      ? { confidence: 'certain', variant: 'log', evidence: [plainEvidence(subject)] }
      : null
  }
  const [a, b] = [texts.a.match(drawn) ?? [], texts.b.match(drawn) ?? []]
  const at = a.findIndex((one, index) => one !== b[index])
  return {
    confidence: 'certain',
    variant: 'log',
    evidence: [
      {
        what: 'name of a temporary folder or file',
        path: entry.path,
        a: excerpt(a[at] ?? ''),
        b: excerpt(b[at] ?? ''),
      },
    ],
  }
}

const day = /^\s*s\.date = "([^"\n]{1,40})"(?:\.freeze)?$/m

function specification({ entry, clock }: Subject): Recognition | null {
  const texts = entry.path.endsWith('.gemspec') && contentDiffers(entry) ? textsOf(entry) : null
  const [a, b] = [day.exec(texts?.a ?? '')?.[1], day.exec(texts?.b ?? '')?.[1]]
  if (!texts || a === undefined || b === undefined || texts.a.replace(day, '') !== texts.b.replace(day, '')) return null
  if (timesWithin(a, clock.a).length === 0 || timesWithin(b, clock.b).length === 0) return null
  return {
    confidence: 'certain',
    variant: 'day',
    evidence: [{ what: 'day of the specification', path: entry.path, a: excerpt(a), b: excerpt(b) }],
  }
}

/** A .gem is a tar of metadata.gz, data.tar.gz and checksums.yaml.gz, each with the time of packing. */
function archive({ entry }: Subject): Recognition | null {
  const { content } = entry
  if (!entry.path.endsWith('.gem') || !contentDiffers(entry) || !content) return null
  const name = (bytes: Uint8Array): string =>
    Buffer.from(bytes.subarray(0, 24)).toString('latin1').replace(/\0.*$/s, '')
  if (![content.a, content.b].every(({ head }) => /^(?:metadata|data\.tar|checksums\.yaml)\.gz$/.test(name(head))))
    return null
  const time = (bytes: Uint8Array): number =>
    Number.parseInt(Buffer.from(bytes.subarray(136, 147)).toString('latin1'), 8)
  const [a, b] = [time(content.a.head), time(content.b.head)]
  if (![a, b].every(Number.isFinite) || a === b) return null
  return {
    confidence: 'likely',
    variant: 'archive',
    evidence: [
      {
        what: `time of ${name(content.a.head)} in the gem`,
        path: entry.path,
        offset: 136,
        a: new Date(a * 1000).toISOString(),
        b: new Date(b * 1000).toISOString(),
      },
    ],
  }
}
