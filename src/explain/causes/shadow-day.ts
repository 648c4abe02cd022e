import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { shellPath } from '../remedy.ts'
import type { Window } from '../values/time.ts'
import { bothClocks } from '../values/time.ts'

const day = 86_400_000
const shadowFile = /(?:^|\/)etc\/shadow-?$/
/** Up to this many users are named in the fix; beyond, all days are set at once. */
const namedUsers = 3

/** The third field of /etc/shadow: days since 1970 on which the password was last changed. */
export const shadowDay: Cause = {
  id: 'shadow-day',
  recognise,
  describe: ({ subjects }) => ({
    title: '/etc/shadow holds the day of the build',
    message:
      'useradd, adduser and passwd write today as the day of the last password change. Two builds on one day agree, a build tomorrow does not.',
    class: 'drift',
    remedy: {
      text: 'Set the day to a fixed one and delete the backup at the end of the same instruction. Or let every command that adds users see SOURCE_DATE_EPOCH (`ARG SOURCE_DATE_EPOCH` above the instruction; useradd of shadow 4.9 and later takes the day from it, busybox does not) and delete the backup.',
      append: [...daysSet(subjects), `rm -f ${backups(subjects).join(' ')}`],
    },
  }),
}

/** Commands that set the day of every user that differs. */
function daysSet(subjects: readonly Subject[]): string[] {
  const own = subjects.filter(({ entry }) => !entry.path.endsWith('-'))
  const names = users(own)
  const system = own.every(({ entry }) => entry.path === 'etc/shadow')
  if (system && names.length <= namedUsers) return names.map(user => `chage -d 19000 ${user}`)
  return own
    .slice(0, 5)
    .map(({ entry }) => `sed -i 's/^\\([^:]*:[^:]*:\\)[0-9][0-9]*:/\\119000:/' ${shellPath(entry.path)}`)
}

/** The backups beside the files: chage itself writes one, with the day it found. */
const backups = (subjects: readonly Subject[]): string[] => [
  ...new Set(subjects.slice(0, 5).map(({ entry }) => shellPath(entry.path.replace(/-?$/, '-')))),
]

/** The users whose day differs. */
function users(subjects: readonly Subject[]): string[] {
  const names = subjects.flatMap(({ entry }) => {
    const texts = textsOf(entry)
    const b = new Set(texts?.b.split('\n'))
    return (texts?.a.split('\n') ?? []).filter(line => !b.has(line)).map(line => line.split(':', 1)[0] ?? '')
  })
  return [...new Set(names)].filter(name => /^[a-z_][\w-]{0,31}$/i.test(name))
}

function recognise({ entry, clock }: Subject): Recognition | null {
  if (!shadowFile.test(entry.path) || !contentDiffers(entry)) return null
  const texts = textsOf(entry)
  if (!texts) return null
  const a = texts.a.split('\n').map(line => line.split(':'))
  const b = texts.b.split('\n').map(line => line.split(':'))
  if (a.length !== b.length) return null
  const differing = a.flatMap((fields, index) => {
    const other = b[index] ?? []
    return fields.join(':') === other.join(':') ? [] : [{ fields, other }]
  })
  const onlyDay = differing.every(({ fields, other }) =>
    fields.every((field, index) => index === 2 || field === other[index]),
  )
  const first = differing[0]
  if (!onlyDay || !first) return null
  const [dayA, dayB] = [first.fields[2] ?? '', first.other[2] ?? '']
  const fits = differing.every(
    ({ fields, other }) => fallsInto(fields[2] ?? '', clock.a) && fallsInto(other[2] ?? '', clock.b),
  )
  const more = differing.length > 1 ? ` and of ${differing.length - 1} more` : ''
  return {
    confidence: fits ? 'certain' : 'likely',
    evidence: [
      {
        what: `day of the last password change of ${(first.fields[0] ?? '').replace(/[^\w.-]/g, '?').slice(0, 40)}${more}${fits ? ', the day of each build' : ''}`,
        path: entry.path,
        a: `${dayA} (${date(dayA)})`,
        b: `${dayB} (${date(dayB)})`,
      },
    ],
  }
}

const fallsInto = (days: string, window: Window): boolean =>
  /^\d{1,6}$/.test(days) &&
  bothClocks(window).some(
    ({ startedAt, endedAt }) => Number(days) * day + day > startedAt && Number(days) * day <= endedAt,
  )
const date = (days: string): string =>
  /^\d{1,6}$/.test(days) ? new Date(Number(days) * day).toISOString().slice(0, 10) : 'not a day'
