import type { Evidence } from '../../finding.ts'
import type { Cause, Description, Recognition, Subject } from '../cause.ts'
import { contentDiffers, isAligned, textsOf, wholesOf } from '../content.ts'
import { readDumps } from '../formats/dump.ts'
import { areFloats } from '../formats/numbers.ts'
import { withFixedName } from '../rewrite.ts'
import { looksSecret, quoteUnlessSecret, withheld } from '../values/excerpt.ts'
import { isRandom } from '../values/randomness.ts'
import type { Clock } from '../values/time.ts'
import { mask } from '../values/time.ts'
import type { Token } from '../values/tokens.ts'
import { mixedByChance, randomTokens } from '../values/tokens.ts'
import { isDrawn } from '../values/uuid.ts'
import { maskTimes } from './build-time.ts'
import { isTorchTensor } from './torch-archive.ts'

/** Values made by chance: UUIDs, keys, salts, random names inside files. */
export const randomToken: Cause = {
  id: 'random-token',
  recognise: subject =>
    contentDiffers(subject.entry)
      ? (saltedHashes(subject) ?? tokensInText(subject) ?? dumpedBytes(subject) ?? randomBytes(subject))
      : null,
  describe: ({ subjects, recognitions }) => {
    const salted = recognitions.every(({ variant }) => variant === 'salt')
    if (recognitions.length > 0 && recognitions.every(({ variant }) => variant === 'temporary')) return temporary
    return {
      title: salted ? 'A password is hashed in the build' : 'A random value is made in the build',
      message: salted
        ? 'A file holds the hash of a password. The salt in it is drawn anew each time the password is set, so the hash differs in every build; and everyone who has the image can try to guess the password.'
        : `${subjects.length === 1 ? 'A file holds' : `${subjects.length} files hold`} a value that is drawn anew in every build (a UUID, a key, a token or other random characters). A secret made at build time is also shared by everyone who has the image.`,
      remedy: {
        text: salted
          ? "Set no password in the build, or set a hash that was made once: `echo 'app:$6$…' | chpasswd -e`, `useradd -p '$6$…'`."
          : 'Make the value when the container starts (entrypoint), pass a secret at run time, or write a fixed value here.',
      },
    }
  },
}

const temporary: Description = {
  title: 'A file names a temporary folder or file',
  message:
    'A file holds the name of a temporary folder or file, which `mktemp` draws anew in every build: a log, a generated source or a cache of the build system.',
  remedy: {
    text: 'Work in a folder with a fixed name (WORKDIR /build) instead of one of `mktemp -d`, or delete the file in the same instruction.',
    rewrite: withFixedName,
  },
}

/** Whether each token stands behind `/tmp/` or `tmp.`. */
const isTemporary = (tokens: readonly Token[], text: string): boolean =>
  tokens.every(({ index }) =>
    /(?:\/(?:var\/)?tmp\/|\/dev\/shm\/|(?<![a-zA-Z])tmp[._-])[\w.-]{0,40}$/.test(
      text.slice(Math.max(0, index - 60), index),
    ),
  )

function tokensInText({ entry, clock }: Subject): Recognition | null {
  const texts = textsOf(entry)
  if (!texts) return null
  const masked = maskTimes(texts.a, texts.b, clock)
  const tokens = randomTokens(masked.a, masked.b)
  if (!tokens || tokens.some(token => token.form === 'decimal' && !namedByChance(token, masked.a))) return null
  if (entry.path.endsWith('.map') && tokens.every(token => namesItsFile(token, masked.a))) return null
  const lines = masked.a.split('\n')
  const sure = masked.pairs.length === 0 && tokens.every(token => isSure(token, clock))
  return {
    confidence: sure ? 'certain' : 'likely',
    ...(isTemporary(tokens, masked.a) ? { variant: 'temporary' } : {}),
    evidence: tokens.slice(0, 4).map(token => tokenEvidence(entry.path, token, masked.a, lines)),
  }
}

/** A source map says whose it is: `"file":"js/main.69432100ea5b24c10ff7.js"`, a digest of what that file was on the way. */
const namesItsFile = ({ index }: Token, text: string): boolean =>
  /"file":"[^"]{0,500}$/.test(text.slice(Math.max(0, index - 520), index))

/** What chance alone gives: a UUID made of random bits or of each build's time, or many characters that no digest has. */
function isSure(token: Token, clock: Clock): boolean {
  if (token.form === 'UUID') return isDrawn(token.a, clock.a) && isDrawn(token.b, clock.b)
  if (token.form === 'decimal' || token.a.length < 16 || digestLike(token)) return false
  return token.form === 'hexadecimal' || (mixedByChance(token.a) && mixedByChance(token.b))
}

/** A number may be a size, an inode, a count: chance only where it is too long for one, or where its name says so. */
function namedByChance({ a, b, index }: Token, text: string): boolean {
  const before = text.slice(Math.max(0, index - 40), index)
  if (/\d[.,]$/.test(before)) return false
  if (Math.min(a.length, b.length) >= 15) return true
  return /(?:^|[^a-z])(?:id|seed|nonce|token|salt|rand(?:om)?|secret|serial|session|cookie|key|pin|otp)["']?\s{0,2}[:=#]?\s{0,2}["']?-?$/i.test(
    before,
  )
}

const crypt = /\$(?:y|7|6|5|1|apr1|2[aby]|gy|argon2\w+|scrypt|pbkdf2[\w-]*)\$[./A-Za-z0-9$,=+-]{20,200}/g

/** Passwords hashed with a salt: another one each time they are set (chpasswd, openssl passwd, htpasswd). */
function saltedHashes({ entry }: Subject): Recognition | null {
  const texts = textsOf(entry)
  if (!texts || texts.a.replace(crypt, mask) !== texts.b.replace(crypt, mask)) return null
  const [inA, inB] = [texts.a.match(crypt) ?? [], texts.b.match(crypt) ?? []]
  const at = inA.findIndex((hash, index) => hash !== inB[index])
  const [a, b] = [inA[at], inB[at]]
  if (a === undefined || b === undefined) return null
  return {
    confidence: 'certain',
    variant: 'salt',
    evidence: [
      { what: 'a password hash with a salt drawn by chance', path: entry.path, a: withheld(a), b: withheld(b) },
    ],
  }
}

/** What od, xxd or hexdump printed of random bytes. */
function dumpedBytes({ entry }: Subject): Recognition | null {
  const texts = textsOf(entry)
  const dump = texts ? readDumps(texts.a, texts.b) : null
  if (!dump) return null
  return {
    confidence: dump.form === 'hexadecimal dump' && dump.a.length >= 16 ? 'certain' : 'likely',
    evidence: [
      {
        what: `${dump.a.length} digits in groups (${dump.form}) with no common part`,
        path: entry.path,
        a: withheld(dump.a),
        b: withheld(dump.b),
      },
    ],
  }
}

/** As long as a digest (MD5, SHA-1, SHA-2) in hexadecimal or base64, or as the beginning of one: may be that of something else that differs. */
const digestLike = ({ form, a }: Token): boolean =>
  form === 'hexadecimal'
    ? a.length <= 32 || [40, 56, 64, 96, 128].includes(a.length)
    : form !== 'UUID' && [22, 27, 43, 64, 86].includes(a.replace(/=+$/, '').length)

function tokenEvidence(path: string, token: Token, text: string, lines: readonly string[]): Evidence {
  const line = text.slice(0, token.index).split('\n').length
  const surroundings = lines[line - 1] ?? ''
  const short = token.a.length < 16 && token.b.length < 16
  const show = (value: string): string => {
    if (token.form === 'UUID' || short) return quoteUnlessSecret(value, surroundings)
    return digestLike(token) && token.form === 'hexadecimal' && !looksSecret(surroundings)
      ? `${value.slice(0, 12)}…`
      : withheld(value)
  }
  const note = digestLike(token) ? ' (may be the digest of something else that differs)' : ''
  return {
    what: `${token.a.length} random characters (${token.form}) in line ${line}${note}`,
    path,
    a: show(token.a),
    b: show(token.b),
  }
}

/** A small file without a known format in which nearly every byte differs: `head -c 32 /dev/urandom > key`. */
function randomBytes(subject: Subject): Recognition | null {
  const { entry } = subject
  const bytes = isTorchTensor(subject) ? null : wholesOf(entry.content)
  if (!bytes || !entry.content || !isAligned(entry.content)) return null
  const { a, b } = bytes
  if (a.length < 8 || a.length > 4096 || (a[0] === b[0] && a[1] === b[1])) return null
  let equal = 0
  for (let at = 0; at < a.length; at++) if (a[at] === b[at]) equal++
  const printable = a.every(byte => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a)
  if (printable || equal * 20 > Math.max(a.length, 20)) return null
  if ([a, b].every(areFloats)) return null
  const digest = [16, 20, 28, 32, 48, 64].includes(a.length)
  return {
    confidence: a.length > 64 && isRandom(entry.content) ? 'certain' : 'likely',
    evidence: [
      {
        what: `all ${a.length} bytes look random${digest ? ' (may be the digest of something else that differs)' : ''}`,
        path: entry.path,
        offset: 0,
        a: withheld(a),
        b: withheld(b),
      },
    ],
  }
}
