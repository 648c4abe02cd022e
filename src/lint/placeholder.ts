/** Digits as people type them when they have none at hand; chance does not make such runs. */
const typed =
  /^(?:0123456789(?:abcdef)?|1234567890(?:abcdef)?|abcdef(?:0123456789|1234567890)?|deadbeef|abcd1234|abc123|cafebabe){2}/i

/**
 * A hash that nobody computed: `sha256:aaaa…`, `sha512-AAAA…==`, `REPLACE_ME`, `<hash>`, `0123456789abcdef…`. A prefix with
 * the name of the algorithm, and what yarn puts before its own (`10c0/`), may stand in front.
 */
export function isPlaceholderHash(hash: string): boolean {
  const digits = hash
    .trim()
    .replace(/^(md5|sha-?\d+|h1|blake\w+)[:=-]/i, '')
    .replace(/^\w{1,6}\//, '')
    .replace(/=+$/, '')
  if (digits === '') return true
  if (/^(.)\1*$/s.test(digits) || /(.)\1{19}/s.test(digits) || typed.test(digits)) return true
  return !isDigest(digits) && /[<>{}]|replace|placeholder|your|todo|fixme|change.?me|xxxx/i.test(digits)
}

/** Hexadecimal, or base64 of the length of a known algorithm's: there a word may stand by chance. */
const isDigest = (digits: string): boolean =>
  /^[0-9a-f]+$/i.test(digits) || (/^[\w+/-]+$/.test(digits) && [22, 27, 38, 43, 64, 86].includes(digits.length))
