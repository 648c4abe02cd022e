import { X509Certificate } from 'node:crypto'

/** A block of a PEM file. */
export interface PemBlock {
  /** `certificate`, `private key`, … in lower case. */
  kind: string
  text: string
}

const begin =
  /-----BEGIN ((?:[A-Z0-9.]+ ){0,3}(?:PRIVATE KEY|PUBLIC KEY|CERTIFICATE|CERTIFICATE REQUEST|X509 CRL|DH PARAMETERS|PARAMETERS|PKCS7|PGP PUBLIC KEY BLOCK|PGP PRIVATE KEY BLOCK|PGP SIGNATURE))-----/g
const blockLimit = 2_000

/** All blocks of a text, in order; one that is cut off reaches to where the next begins, or to the end of the text. */
export function pemBlocks(text: string): PemBlock[] {
  const begins = [...text.matchAll(begin)].slice(0, blockLimit)
  return begins.map((match, index) => {
    const kind = match[1] ?? ''
    const block = text.slice(match.index, begins[index + 1]?.index)
    const end = block.indexOf(`-----END ${kind}-----`)
    return { kind: kind.toLowerCase(), text: end < 0 ? block : block.slice(0, end + kind.length + 14) }
  })
}

/** From when on a certificate (PEM or DER) is valid, in ms since 1970; null when it is none that can be read. */
export function validFrom(certificate: string | Uint8Array): number | null {
  try {
    const ms = Date.parse(new X509Certificate(certificate).validFrom)
    return Number.isFinite(ms) ? ms : null
  } catch {
    return null
  }
}
