import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'

const day = 86_400_000

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
      text: 'Set the day after adding the user and delete the backup, or set SOURCE_DATE_EPOCH for this step (shadow 4.9 and later honour it).',
      remove: subjects.some(({ entry }) => entry.path === 'etc/shadow-') ? ['/etc/shadow-'] : [],
      append: users(subjects).map(user => `chage -d 19000 ${user}`),
    },
  }),
}

/** The users whose day differs. */
function users(subjects: readonly Subject[]): string[] {
  const names = subjects.flatMap(({ entry }) => {
    const texts = textsOf(entry)
    const b = new Set(texts?.b.split('\n'))
    return (texts?.a.split('\n') ?? []).filter(line => !b.has(line)).map(line => line.split(':', 1)[0] ?? '')
  })
  return [...new Set(names)].filter(name => /^[a-z_][\w-]{0,31}$/i.test(name)).slice(0, 5)
}

function recognise({ entry, clock }: Subject): Recognition | null {
  if (!/^etc\/shadow-?$/.test(entry.path) || !contentDiffers(entry)) return null
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
  const fits =
    fallsInto(dayA, clock.a.startedAt, clock.a.endedAt) && fallsInto(dayB, clock.b.startedAt, clock.b.endedAt)
  return {
    confidence: fits ? 'certain' : 'likely',
    evidence: [
      {
        what: `day of the last password change of ${(first.fields[0] ?? '').replace(/[^\w.-]/g, '?')}${fits ? ', the day of each build' : ''}`,
        path: entry.path,
        a: `${dayA} (${date(dayA)})`,
        b: `${dayB} (${date(dayB)})`,
      },
    ],
  }
}

const fallsInto = (days: string, from: number, to: number): boolean =>
  Number(days) * day + day > from && Number(days) * day <= to
const date = (days: string): string =>
  /^\d{1,6}$/.test(days) ? new Date(Number(days) * day).toISOString().slice(0, 10) : 'not a day'
