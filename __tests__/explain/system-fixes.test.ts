import { describe, expect, test } from '@jest/globals'
import type { Found, Remedy } from '../../src/explain/cause.ts'
import { recogniseCause } from '../../src/explain/causes.ts'
import type { EntryDifference } from '../../src/image/comparison.ts'
import { changed, subjectOf } from './subject.ts'

/** What is told to do about differing paths of one cause. */
function remedyFor(...entries: [EntryDifference, ...EntryDifference[]]): Remedy {
  const subjects = entries.map(entry => subjectOf(entry))
  const explained = subjects.map(recogniseCause)
  const found: Found = {
    subjects,
    recognitions: explained.map(({ recognition }) => recognition),
    instruction: null,
    keyword: 'RUN',
    fromContext: false,
  }
  expect(new Set(explained.map(({ cause }) => cause.id)).size).toBe(1)
  return explained[0]?.cause.describe(found).remedy as Remedy
}

const shadow = (day: number, users: string[]): string => users.map(user => `${user}:!:${day}:0:99999:7:::\n`).join('')
const days = (path: string, users: string[]): EntryDifference =>
  changed(path, shadow(20_778, users), shadow(20_779, users))
const id = (digit: string): string => `${digit.repeat(16)}${'0123456789abcdef'}\n`

describe('what to do about users', () => {
  test('days are set before the backup goes, which chage writes anew', () => {
    expect(remedyFor(days('etc/shadow', ['app', 'sshd'])).append).toEqual([
      'chage -d 19000 app',
      'chage -d 19000 sshd',
      'rm -f /etc/shadow-',
    ])
  })

  test('the backup alone is only deleted', () => {
    expect(remedyFor(days('etc/shadow-', ['app'])).append).toEqual(['rm -f /etc/shadow-'])
  })

  test('many users, and users of another root, are set by one command', () => {
    const many = remedyFor(days('etc/shadow', ['a', 'b', 'c', 'd'])).append
    expect(many).toEqual(["sed -i 's/^\\([^:]*:[^:]*:\\)[0-9][0-9]*:/\\119000:/' /etc/shadow", 'rm -f /etc/shadow-'])
    expect(remedyFor(days('rootfs/etc/shadow', ['a'])).append?.[0]).toContain(' /rootfs/etc/shadow')
  })
})

describe('what to do about identities', () => {
  test('an ID in /etc is emptied, a copy of dbus deleted', () => {
    const both = [changed('etc/machine-id', id('1'), id('2')), changed('var/lib/dbus/machine-id', id('1'), id('2'))]
    const { remove, append } = remedyFor(both[0] as EntryDifference, both[1] as EntryDifference)
    expect(append).toEqual([': > /etc/machine-id'])
    expect(remove).toEqual(['/var/lib/dbus/machine-id'])
    expect(remedyFor(both[1] as EntryDifference).append).toEqual([])
  })

  test('a snakeoil certificate is deleted, a key of a team is not', () => {
    const pem = (text: string): string => `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----\n`
    const own = (path: string): EntryDifference => changed(path, pem('AAAA'), pem('BBBB'))
    expect(remedyFor(own('etc/ssl/private/ssl-cert-snakeoil.key')).remove).toHaveLength(2)
    expect(remedyFor(own('etc/app/tls.key')).remove).toBeUndefined()
  })
})

describe('what to do about virtual packages of apk', () => {
  const remedy = remedyFor(changed('etc/apk/world', '.deps=20261121.030005\n', '.deps=20261121.030115\n'))
  const rewritten = (text: string): string | null =>
    remedy.rewrite?.(text, { keyword: 'RUN', json: null } as Parameters<NonNullable<Remedy['rewrite']>>[1]) ?? null

  test.each([
    ['RUN apk add --no-cache --virtual .deps gcc', 'RUN apk add --no-cache --virtual .deps=0 gcc'],
    ['RUN apk add --virtual=.deps gcc', 'RUN apk add --virtual=.deps=0 gcc'],
    ['RUN apk add -t .build-deps gcc && make', 'RUN apk add -t .build-deps=0 gcc && make'],
  ])('%s', (text, expected) => {
    expect(rewritten(text)).toBe(expected)
  })

  test.each(['RUN apk add --virtual .deps=0 gcc', 'RUN apk add gcc', 'RUN make -t all'])('%s stays', text => {
    expect(rewritten(text)).toBeNull()
  })
})

describe('lines in another order', () => {
  const [list, keys, table] = [
    ['gen/f5.o\ngen/f3.o\ngen/f1.o\n', 'gen/f3.o\ngen/f5.o\ngen/f1.o\n'],
    ['{\n "f": 1,\n "b": 1,\n "a": 1\n}\n', '{\n "b": 1,\n "f": 1,\n "a": 1\n}\n'],
    ['name,size\nb,1\na,2\n', 'name,size\na,2\nb,1\n'],
  ] as const

  test('are sorted where they are a plain list, never where that breaks the file', () => {
    expect(remedyFor(changed('srv/order.log', ...list)).append).toEqual([
      'LC_ALL=C sort -o /srv/order.log /srv/order.log',
    ])
    expect(remedyFor(changed('srv/keys.json', ...keys)).append).toBeUndefined()
    expect(remedyFor(changed('srv/table.csv', ...table)).append).toBeUndefined()
  })
})

test('a Berkeley DB is deleted only where it can be made anew, and is said to be equal only where it is', () => {
  const file = (id: number, record: number): Buffer => {
    const bytes = Buffer.alloc(1024)
    bytes.set([0x61, 0x15, 0x06, 0x00], 12)
    bytes.writeUInt32LE(512, 20)
    bytes.fill(id, 52, 72)
    bytes[900] = record
    return bytes
  }
  const [own, more] = [changed('srv/shelf.db', file(1, 7), file(2, 7)), changed('srv/shelf.db', file(1, 7), file(2, 8))]
  expect(remedyFor(changed('etc/aliases.db', file(1, 7), file(2, 7))).remove).toEqual(['/etc/aliases.db'])
  expect(remedyFor(own).remove).toBeUndefined()
  const { cause, recognition } = recogniseCause(subjectOf(more))
  const told = cause.describe({
    ...{
      subjects: [subjectOf(more)],
      recognitions: [recognition],
      instruction: null,
      keyword: 'RUN',
      fromContext: false,
    },
  })
  expect([cause.id, recognition.confidence]).toEqual(['berkeley-db', 'likely'])
  expect(recognition.evidence.map(({ what }) => what)).toContain('records differ, too')
  expect(told.message).toContain('Records in it differ, too.')
})
