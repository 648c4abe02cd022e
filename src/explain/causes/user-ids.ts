import type { EntryDifference } from '../../image/comparison.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { excerpt, excerptOfName } from '../values/excerpt.ts'

const files = /(?:^|\/)etc\/(passwd|group|gshadow|shadow|subuid|subgid)-?$/
/** Which fields of each file are numbers that are handed out in turn; members of a group come in any order. */
const numbers: Record<string, number[]> = {
  passwd: [2, 3],
  group: [2],
  gshadow: [],
  shadow: [],
  subuid: [1, 2],
  subgid: [1, 2],
}

/** The same users and groups, with other numbers or in another order. */
export const userIds: Cause = {
  id: 'user-ids',
  recognise: subject => sameNames(subject) ?? keptCopy(subject) ?? ownedByOne(subject),
  describe: ({ recognitions }) => {
    const order = recognitions.every(({ variant }) => variant === 'order')
    return {
      title: order ? 'Users or groups come in another order' : 'Users or groups have other numbers in each build',
      message: `Both builds make the same users and groups, but ${order ? 'list them in another order' : 'give them other numbers'}: packages or steps that add users ran in another order, or the number was drawn in the build. Files that belong to them differ too.`,
      remedy: {
        text: 'Make users and groups with fixed numbers, one after the other, before what needs them is installed: `groupadd -r -g 990 app && useradd -r -u 990 -g 990 app`. 990 is an example.',
      },
    }
  },
}

type Line = string[]

function sameNames({ entry }: Subject): Recognition | null {
  const file = files.exec(entry.path)?.[1]
  const texts = file !== undefined && contentDiffers(entry) ? textsOf(entry) : null
  if (!texts || file === undefined) return null
  const [a, b] = [linesOf(texts.a), linesOf(texts.b)]
  if (!a || !b || a.size !== b.size || a.size === 0) return null
  const own = numbers[file] ?? []
  const members = file === 'group' || file === 'gshadow'
  const renumbered: [Line, Line][] = []
  for (const [name, line] of a) {
    const other = b.get(name)
    if (!other || other.length !== line.length) return null
    const alike = line.every(
      (field, at) => field === other[at] || own.includes(at) || (members && sameList(field, other[at])),
    )
    if (!alike) return null
    if (own.some(at => line[at] !== other[at])) renumbered.push([line, other])
  }
  const [first] = renumbered
  const apart = firstApart(a, b)
  if (!first && apart === null) return null
  const shown = (line: Line | undefined): string => excerpt(own.map(at => line?.[at] ?? '').join(':'))
  return {
    confidence: 'certain',
    variant: first ? 'number' : 'order',
    evidence: [
      first
        ? {
            what: `number of ${excerpt(first[0][0] ?? '')}${renumbered.length > 1 ? `, and of ${renumbered.length - 1} more` : ''}`,
            path: entry.path,
            a: shown(first[0]),
            b: shown(first[1]),
          }
        : {
            what: `the same ${a.size} names in another order`,
            path: entry.path,
            a: excerpt(apart ?? ''),
            b: excerpt(firstApart(b, a) ?? ''),
          },
    ],
  }
}

/** `/etc/passwd-` and the others: the file as it was before the last change, one user or group short. */
function keptCopy(subject: Subject): Recognition | null {
  const { entry, layer } = subject
  const path = entry.path.slice(0, -1)
  const own = layer.byPath.get(path)
  const texts = files.test(entry.path) && entry.path.endsWith('-') && contentDiffers(entry) ? textsOf(entry) : null
  const now = own && texts && sameNames({ ...subject, entry: own }) ? textsOf(own) : null
  if (!texts || !now) return null
  const isOlder = (before: string, after: string): boolean => {
    const [old, all] = [linesOf(before), linesOf(after)]
    return old !== null && all !== null && [...old.keys()].every(name => all.has(name))
  }
  if (!isOlder(texts.a, now.a) || !isOlder(texts.b, now.b)) return null
  return {
    confidence: 'certain',
    follows: path,
    evidence: [{ what: `consequence: ${excerptOfName(path)} as it was before the last change`, path: entry.path }],
  }
}

const sameList = (a: string, b: string | undefined): boolean =>
  b !== undefined && a.split(',').sort().join() === b.split(',').sort().join()

/** The first name that does not stand at the same place, or the first list of members in another order; null: neither. */
function firstApart(a: ReadonlyMap<string, Line>, b: ReadonlyMap<string, Line>): string | null {
  const others = [...b.keys()]
  const moved = [...a.keys()].find((name, at) => name !== others[at])
  if (moved !== undefined) return moved
  const mixed = [...a].find(([name, line]) => line.join(':') !== b.get(name)?.join(':'))
  return mixed ? mixed[1].join(':') : null
}

/** Lines by their first field; null when a line is none of such a file, or a name comes twice. */
function linesOf(text: string): Map<string, Line> | null {
  const lines = new Map<string, Line>()
  for (const line of text.split('\n')) {
    if (line === '') continue
    const fields = line.split(':')
    const name = fields[0] ?? ''
    if (fields.length < 3 || lines.has(name) || lines.size > 20_000) return null
    lines.set(name, fields)
  }
  return lines
}

/** A path whose owner or group is a user whose number differs in /etc/passwd or /etc/group of the same layer. */
function ownedByOne({ entry, layer }: Subject): Recognition | null {
  const { a, b } = entry
  if (entry.kind !== 'changed' || !a || !b || !entry.fields.every(field => ['uid', 'gid', 'names'].includes(field)))
    return null
  const user = a.uid === b.uid || isRenumbered(layer.byPath.get('etc/passwd'), a.uid, b.uid)
  const group = a.gid === b.gid || isRenumbered(layer.byPath.get('etc/group'), a.gid, b.gid)
  if (!user || !group) return null
  const source = a.uid === b.uid ? 'etc/group' : 'etc/passwd'
  return {
    confidence: 'certain',
    follows: source,
    evidence: [
      {
        what: `consequence: ${excerptOfName(entry.path)} belongs to a user or group that has another number in ${source}`,
        path: entry.path,
      },
    ],
  }
}

function isRenumbered(entry: EntryDifference | undefined, a: number, b: number): boolean {
  const texts = entry && contentDiffers(entry) ? textsOf(entry) : null
  const [inA, inB] = [texts && linesOf(texts.a), texts && linesOf(texts.b)]
  return !!inA && !!inB && [...inA].some(([name, line]) => line[2] === String(a) && inB.get(name)?.[2] === String(b))
}
