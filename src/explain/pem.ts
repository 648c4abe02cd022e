import { X509Certificate } from 'node:crypto'

/** A block of a PEM file. */
export interface PemBlock {
  /** `certificate`, `private key`, … in lower case. */
  kind: string
  text: string
}

const begin =
  /-----BEGIN ((?:[A-Z0-9]+ ){0,3}(?:PRIVATE KEY|PUBLIC KEY|CERTIFICATE|CERTIFICATE REQUEST|X509 CRL|DH PARAMETERS|PARAMETERS|PKCS7|PGP PUBLIC KEY BLOCK|PGP PRIVATE KEY BLOCK|PGP SIGNATURE))-----/g
const blockLimit = 2_000

/** All blocks of a text, in order; a block that is cut off reaches to the end of the text. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = []
  for (const match of text.matchAll(begin)) {
    const kind = match[1] ?? ''
    const end = text.indexOf(`-----END ${kind}-----`, match.index)
    blocks.push({
      kind: kind.toLowerCase(),
      text: text.slice(match.index, end < 0 ? undefined : end + kind.length + 14),
    })
    if (blocks.length >= blockLimit) break
  }
  return blocks
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
