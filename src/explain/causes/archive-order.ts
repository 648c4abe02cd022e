import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers } from '../content.ts'
import { arrow } from '../formats/archive.ts'
import type { Rewrite } from '../rewrite.ts'

/** The same members, packed in another order: as the file system or a parallel job listed them. */
export const archiveOrder: Cause = {
  id: 'archive-order',
  recognise,
  describe: ({ recognitions, subjects }) => {
    const formats = new Set(recognitions.map(({ variant }) => variant))
    return {
      title: 'An archive lists its members in another order',
      message: `${subjects.length === 1 ? 'An archive holds' : `${subjects.length} archives hold`} the same members in another order in each build: they were packed as the file system listed them, as a parallel job finished them, or as a program iterated over a set.`,
      remedy: {
        text: fixes.flatMap(([format, text]) => (formats.has(format) ? [text] : [])).join(' ') || 'Pack sorted names.',
        ...(formats.has('tar') ? { rewrite: sortedTar } : {}),
      },
    }
  },
}

const fixes = [
  [
    'tar',
    'Let tar sort what it finds: `tar --sort=name …`; names that it is given (-T, wildcards of another locale) must come sorted: `… | LC_ALL=C sort | tar -T - …`.',
  ],
  [
    'zip',
    'Pack sorted names: `find . -type f | LC_ALL=C sort | zip -X archive.zip -@`; in a program, sort before adding.',
  ],
  [
    'ar',
    'Give ar sorted names: `ar rcD lib.a $(printf "%s\\n" *.o | LC_ALL=C sort)`, and do not add members from parallel jobs.',
  ],
] as const

const create = /(^|[\s(;&|])tar (?=-?[a-zA-Z]*c|--create)(?![^;&|\n]*--sort)(-?)/g

/** `tar czf x .` → `tar --sort=name -czf x .`. */
const sortedTar: Rewrite = (text, instruction) => {
  // What a list gives, tar does not sort.
  if (instruction.keyword !== 'RUN' || instruction.json !== null || /\s-T\b|--files-from/.test(text)) return null
  const rewritten = text.replace(create, '$1tar --sort=name -')
  return rewritten === text ? null : rewritten
}

function recognise({ entry }: Subject): Recognition | null {
  const { nested } = entry
  if (!contentDiffers(entry) || !nested?.reordered) return null
  const name = entry.path.split(arrow).at(-1) ?? entry.path
  return {
    confidence: 'certain',
    variant: nested.format,
    evidence: [
      {
        what: `${name === entry.path ? '' : 'inside, '}members that both sides have come in another order (${nested.total + nested.same} members, ${nested.same} of them alike in all else)`,
        path: entry.path,
      },
    ],
  }
}
