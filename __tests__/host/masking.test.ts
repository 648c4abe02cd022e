import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { harmless } from '../../src/host/log.ts'
import { createMasking } from '../../src/host/masking.ts'

const secret = 'hunter2-Ä+/=&<"%'
const masked = (text: string, ...values: string[]): string => createMasking(values).text(text)
const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('masking', () => {
  test.each<[string, (text: string) => string]>([
    ['itself', text => text],
    ['base64', base64],
    ['base64 of something longer', text => base64(`user:${text}@host`)],
    ['base64 of something longer, one byte on', text => base64(`user1:${text}@host`)],
    ['base64 of something longer, two bytes on', text => base64(`user12:${text}!`)],
    ['base64 for URLs', text => Buffer.from(`??${text}`).toString('base64url')],
    ['hex', text => Buffer.from(text).toString('hex')],
    ['upper case hex', text => Buffer.from(text).toString('hex').toUpperCase()],
    [
      'hex as we show it',
      text =>
        Buffer.from(text)
          .toString('hex')
          .replace(/(..)(?=.)/g, '$1 '),
    ],
    ['percent-encoded', encodeURIComponent],
    ['percent-encoded in lower case', text => encodeURIComponent(text).replace(/%../g, found => found.toLowerCase())],
    ['JSON', text => JSON.stringify(text)],
    [
      'JSON of Go, as in the config of an image',
      text => JSON.stringify(text).replace(/[<>&]/g, at => `\\u00${at.charCodeAt(0).toString(16)}`),
    ],
    ['HTML', text => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
    [
      'an excerpt',
      text =>
        Buffer.from(text)
          .toString('latin1')
          .replace(/[^\x20-\x7e]/g, at => `\\x${at.charCodeAt(0).toString(16)}`),
    ],
  ])('takes a secret out as %s', (_, encode) => {
    const encoded = encode(secret)
    const clean = masked(`before ${encoded} after`, secret)
    expect(clean).toMatch(/^before .*\*\*\*.* after$/)
    const left = clean.slice('before '.length, -' after'.length).replaceAll('***', '')
    // Of base64 the characters at its ends hold bits of the neighbours.
    expect(left.length).toBeLessThan(encoded.length - Math.min(encoded.length, 12))
    expect(clean).not.toContain(encoded)
  })

  test('takes out each line of a secret, and leaves what is too short to be one', () => {
    const key = '-----BEGIN KEY-----\r\n  abcd\r\n}\r\nabc\r\n-----END KEY-----\n'
    expect(masked('{ abc } abcd -----BEGIN KEY-----', key)).toBe('{ abc } *** ***')
    expect(masked('abc and a', 'abc', 'a', '', '   ', '\n\n')).toBe('abc and a')
    expect(masked('no secret', '')).toBe('no secret')
  })

  test('takes out secrets that overlap, and that touch', () => {
    expect(masked('xabcdefx', 'abcd', 'cdef')).toBe('x***x')
    expect(masked('abcdabcd', 'abcd')).toBe('***')
    expect(masked('aaaaaaa', 'aaaa')).toBe('***')
  })

  test('takes out what a bound has left of a secret', () => {
    const token = 'ghs_0123456789abcdef'
    expect(masked('Authorization: ghs_0123…', token)).toBe('Authorization: ***…')
    expect(masked('…9abcdef and more', token)).toBe('…*** and more')
    expect(masked(`${'x'.repeat(50)}ghs_01234`, token)).toBe(`${'x'.repeat(50)}***`)
    expect(masked('cdef', token)).toBe('cdef')
    expect(masked('67 68 73 5f 30 31 …', token)).toBe('*** …')
    expect(masked('ghs_ is how they begin', token)).toBe('ghs_ is how they begin')
  })

  test('takes out the password of a file that a build prints without what stands around it', () => {
    const files = [
      'machine g.example login me password netrc-pass',
      '//npm.example/:_authToken=npm_token_1\nregistry=https://npm.example/',
      '[default]\naws_access_key_id = AKIA0123\naws_secret_access_key = aws/secret+1',
      '[global]\nindex-url = https://me:pip%2Bpass@pypi.example/simple',
      JSON.stringify({
        project: 'my-project-1',
        auths: { g: { auth: base64('me:docker-pass') } },
        private_key: 'gcp-key-1',
      }),
      'curl-user:curl-pass',
    ]
    const printed = `npm_token_1 netrc-pass aws/secret+1 pip%2Bpass pip+pass docker-pass gcp-key-1 curl-pass`
    expect(masked(printed, ...files)).toBe(printed.replace(/\S+/g, '***'))
    expect(masked('me g.example my-project-1 https://npm.example/ login', ...files)).toBe(
      'me g.example my-project-1 https://npm.example/ login',
    )
  })

  test('takes out a secret backwards, and in pieces on lines of their own', () => {
    const token = 'ghp_0123456789abcdefghijABCDEFGHIJ'
    expect(masked(`a ${[...token].reverse().join('')} b`, token)).toBe('a *** b')
    for (const whole of [token, base64(`${token}${token}`), Buffer.from(token).toString('hex')])
      for (const width of [8, 10, 16, 20, 76]) {
        const lines = (whole.match(new RegExp(`.{1,${width}}`, 'g')) ?? []).map(line => `#5 0.123 ${line}`)
        const left = lines.map(line => masked(line, token, `${token}${token}`))
        // Of the last line too little may be left to be told from other text.
        expect(left.filter(line => !line.endsWith('***') && line.length >= '#5 0.123 '.length + 8)).toEqual([])
      }
    // One secret of a thousand has no digit in base64.
    const few = 'YQ0meJzGP6xQFu/&+"%éXzbxG_DQKJ6bo9N8'
    expect(base64(few)).not.toMatch(/[0-9]/)
    for (const line of base64(few).match(/.{20}/g) ?? []) expect(masked(`#12 0.144 ${line}`, few)).toBe('#12 0.144 ***')
    // Cut in the middle of a character.
    expect(masked('#9 0.4 \ufffdmNPQCw7Dt', 'SPwg/&+"%émNPQCw7Dt0123')).toBe('#9 0.4 \ufffd***')
    expect(masked('RUN npm config set registry https://registry.npmjs.org/', token)).toContain('registry.npmjs.org')
  })

  test('keeps the length of bytes, and takes out what their ends have left', () => {
    const masking = createMasking(['sécret-value'])
    const bytes = (text: string): string => Buffer.from(masking.bytes(Buffer.from(text))).toString()
    expect(bytes('a sécret-value b')).toBe('a ************* b')
    expect(bytes('alue b')).toBe('**** b')
    expect(bytes('b sécr')).toBe('b *****')
    expect(bytes('nothing')).toBe('nothing')
    expect(masking.bytes(Buffer.from([0xff, 0, 0x80]))).toEqual(Buffer.from([0xff, 0, 0x80]))
  })

  test('learns as it goes, and tells once of what it knows', () => {
    const told: string[] = []
    const masking = createMasking(['first-one'], text => void told.push(text))
    expect(masking.text('first-one second-one')).toBe('*** second-one')
    masking.hide(['second-one\nof two lines', 'first-one', 'abc'])
    expect(masking.text('first-one second-one')).toBe('*** ***')
    expect(told).toEqual(['first-one', 'second-one\nof two lines', 'second-one', 'of two lines'])
  })

  test('of a log takes out what only escapes kept apart', () => {
    expect(harmless(createMasking(['hunter22']).text)('a hun\u001b[0mter22 b')).toBe('a *** b')
  })

  test('leaves nothing of any secret in any text', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 4, maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        fc.array(fc.string({ unit: 'binary', maxLength: 10 }), { maxLength: 4 }),
        (secrets, others) => {
          const plain = secrets.filter(one => one.trim().length >= 4 && !one.includes('*'))
          const text = others.map((other, at) => other + (plain[at % Math.max(1, plain.length)] ?? '')).join('')
          const clean = masked(text, ...plain)
          for (const one of plain) expect(clean).not.toContain(one)
          if (plain.length === 0) expect(clean).toBe(text)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('takes out a secret of one piece over and over, whole and as a cut has left it', () => {
    const secret = `${'abcd'.repeat(100)}e`
    expect(masked(`x ${secret} y`, secret)).toBe('x *** y')
    expect(masked(`x ${'abcd'.repeat(7)}${secret}${secret}y`, secret)).toBe(`x ${'abcd'.repeat(7)}***y`)
    expect(masked(`x ${'abcd'.repeat(90)}… y`, secret)).toBe('x ***… y')
    expect(masked(`x …cd${'abcd'.repeat(90)}e y`, secret)).toBe('x …*** y')
    expect(masked(`x ${'abcd'.repeat(10)}`, secret)).toBe('x ***')
    // Neither whole nor cut.
    expect(masked(`x ${'abcd '.repeat(90)} y`, secret)).toBe(`x ${'abcd '.repeat(90)} y`)
    const bytes = createMasking([secret]).bytes(Buffer.from(`${secret.slice(9)} x ${secret} x ${secret.slice(0, 9)}`))
    expect(Buffer.from(bytes).toString().split(' x ').join('')).toMatch(/^\*+$/)
  })

  test('takes out of any text what it would if the secret were searched for at each place', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 20, maxLength: 60 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '…'), maxLength: 200 }),
        (one, noise) => {
          const secret = 'aaaa'.repeat(5) + one
          const text = `${noise}${secret}${noise}`
          const hidden = new Set<number>()
          for (const form of [secret, [...secret].reverse().join('')])
            for (let at = 0; at < text.length; at++) {
              const cutBefore = at === 0 ? 6 : text[at - 1] === '…' ? 4 : secret.length
              for (let end = at + 1; end <= Math.min(text.length, at + form.length); end++) {
                const piece = text.slice(at, end)
                const cutBehind = text[end] === '…' ? 4 : end === text.length ? 6 : secret.length
                const isPart =
                  (piece.length >= cutBehind && form.startsWith(piece)) ||
                  (piece.length >= cutBefore && form.endsWith(piece))
                if (isPart) for (let place = at; place < end; place++) hidden.add(place)
              }
            }
          const starred = Array.from({ length: text.length }, (_, at) => (hidden.has(at) ? '*' : text[at])).join('')
          expect(masked(text, secret)).toBe(starred.replace(/\*+/g, '***'))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('of a secret of one piece over and over takes no squares of time', () => {
    const secret = 'abcd'.repeat(64 * 1024)
    const before = process.cpuUsage()
    expect(createMasking([secret]).text(`x ${secret} y`)).toBe('x *** y')
    // It was half a minute.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(10)
  })

  test('of a thousand lines is fast', () => {
    const lines = Array.from(
      { length: 1000 },
      (_, at) => `line ${at} ${Buffer.from(`${at * 7919}`).toString('base64')}`,
    )
    const masking = createMasking([lines.join('\n')])
    const text = 'RUN something with a long log line of nothing much '.repeat(20_000)
    const before = process.cpuUsage()
    expect(masking.text(text)).toBe(text)
    const { user } = process.cpuUsage(before)
    expect(user / 1e6).toBeLessThan(4)
  })
})
