import type { Evidence } from '../../finding.ts'
import type { NestedDifference, PackingDifference } from '../../image/comparison.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers } from '../content.ts'
import { factsOf } from '../formats/archive.ts'
import { excerpt, excerptOfName, quoteUnlessSecret } from '../values/excerpt.ts'

/** The same content packed in another way: level or version of the tool, attributes, comment, system in a header. */
export const archivePacking: Cause = {
  id: 'archive-packing',
  recognise,
  describe: ({ recognitions }) => {
    const machine = recognitions.every(({ variant }) => variant === 'tool')
    return {
      title: 'An archive packs its content in another way',
      message: machine
        ? 'The members of an archive are the same, but they are compressed to other bytes, or noted as made by another tool: the tool, its version, its level or its number of threads was another one.'
        : 'An archive notes something of its members or of itself besides their content that differs in each build: permissions, extra fields, a comment.',
      remedy: {
        text: machine
          ? 'Pack with one tool of one version at a fixed level and number of threads (`gzip -n9`, `pigz -n -p 1`, `zip -X -9`), or do not pack at all: layers are compressed anyway.'
          : 'Leave out what is not needed (`zip -X` leaves out extra fields), set permissions before packing (`chmod -R u=rwX,go=rX .`), and write no comment.',
      },
    }
  },
}

/** How a packing difference is called; those of a gzip header's time and name are gzip-time's. */
const names: Partial<Record<PackingDifference['field'], string>> = {
  comment: 'comment of the archive',
  prefix: 'script ahead of the archive',
  'header-system': 'operating system in the gzip header',
  'header-level': 'compression level in the gzip header',
  'header-extra': 'flags or extra field in the gzip header',
  'compressed-data': 'length of the compressed data of an equal content',
}

const ofTools: readonly PackingDifference['field'][] = ['header-system', 'header-level', 'compressed-data']

function recognise({ entry }: Subject): Recognition | null {
  const { nested } = entry
  if (!contentDiffers(entry) || !nested) return null
  const packing = nested.packing.filter(({ field }) => field in names)
  const attributes = attributeEvidence(entry.path, nested)
  const tool = packing.every(({ field }) => ofTools.includes(field)) && attributes === null
  const evidence = [
    ...packing.slice(0, 3).map(difference => packingEvidence(entry.path, difference)),
    ...(attributes ? [attributes] : []),
  ]
  if (evidence.length > 0) return { confidence: 'certain', variant: tool ? 'tool' : 'attributes', evidence }
  // All that can be told apart is alike: what is left is how it was written.
  if (nested.total > 0 || nested.reordered || nested.unread !== null || nested.packing.length > 0) return null
  const what = `the ${nested.same} member(s) are alike in content, entry and order; the bytes around them are not`
  return { confidence: 'likely', variant: 'tool', evidence: [{ what, path: entry.path }] }
}

function packingEvidence(path: string, { field, member, offset, a, b }: PackingDifference): Evidence {
  return {
    what: `${names[field] ?? field}${member === null ? '' : ` (member ${excerptOfName(member)})`}`,
    path,
    ...(offset === null ? {} : { offset }),
    a: quoteUnlessSecret(a, b),
    b: quoteUnlessSecret(b, a),
  }
}

/** Extra fields that only fill: those of PyTorch (`FB`), of Android's zipalign, zeros without a field. */
const alignment = /^zip\.extra\.(?:4246|d935|padding)$/

/** What a zip notes of a member besides its time; a tar's and an ar's owners and modes are causes of their own. */
function attributeEvidence(path: string, { format, members }: NestedDifference): Evidence | null {
  if (format !== 'zip') return null
  // Where a content before it has another length, what aligns a member has another one, too.
  const shifted = members.some(({ fields, kind }) => kind !== 'changed' || fields.includes('content'))
  for (const member of members) {
    const facts = factsOf(member)
    if (!facts || !member.a || !member.b) continue
    const records = facts.records.filter(name => !(shifted && alignment.test(name)))
    if (!facts.mode && records.length === 0) continue
    const name = records[0] ?? ''
    if (facts.mode)
      return {
        what: `permissions of member ${excerptOfName(member.path)}`,
        path,
        a: `0${member.a.mode.toString(8)}`,
        b: `0${member.b.mode.toString(8)}`,
      }
    return {
      what: `${excerpt(name)} of member ${excerptOfName(member.path)}`,
      path,
      a: quoteUnlessSecret(member.a.pax[name] ?? '(none)', name),
      b: quoteUnlessSecret(member.b.pax[name] ?? '(none)', name),
    }
  }
  return null
}
