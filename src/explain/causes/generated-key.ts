import type { Cause, Subject } from '../cause.ts'
import { bothBegin, bytesOf, contentDiffers } from '../content.ts'
import { withheld } from '../excerpt.ts'

const pem =
  /-----BEGIN ((?:[A-Z0-9]+ ){0,3}(?:PRIVATE KEY|PUBLIC KEY|CERTIFICATE|CERTIFICATE REQUEST|X509 CRL|DH PARAMETERS|PARAMETERS|PGP PUBLIC KEY BLOCK|PGP PRIVATE KEY BLOCK))-----/

/** Keys, certificates and requests in PEM or DER that the build makes. */
export const generatedKey: Cause = {
  id: 'generated-key',
  recognise: subject => {
    if (!contentDiffers(subject.entry)) return null
    const kind = pemKind(subject) ?? derKind(subject)
    const { content, path } = subject.entry
    if (kind === null || !content) return null
    return {
      confidence: 'certain',
      evidence: [
        {
          what: `another ${kind} on each side`,
          path,
          a: withheld(bytesOf(content.a.head)),
          b: withheld(bytesOf(content.b.head)),
        },
      ],
    }
  },
  describe: ({ subjects }) => ({
    title: 'A key or certificate is made in the build',
    message:
      'The build makes a key, a certificate or a request. It is random, or carries the time of the build, so it differs every time; a private key in an image is known to everyone who has the image.',
    remedy: {
      text: 'Make keys and certificates when the container starts, or mount them as secrets. If nothing needs them (the snakeoil certificate of ssl-cert), delete them in the same instruction.',
      ...(subjects.every(({ entry }) => /ssl-cert-snakeoil/.test(entry.path))
        ? { remove: ['/etc/ssl/certs/ssl-cert-snakeoil.pem', '/etc/ssl/private/ssl-cert-snakeoil.key'] }
        : {}),
    },
  }),
}

function pemKind({ entry }: Subject): string | null {
  const kinds = [entry.content?.a, entry.content?.b].map(
    sample => pem.exec(sample ? bytesOf(sample.head).toString('latin1', 0, 65_536) : '')?.[1],
  )
  return kinds[0] !== undefined && kinds[0] === kinds[1] ? kinds[0].toLowerCase() : null
}

/** A DER SEQUENCE as long as the file, with a name that says what it is. */
function derKind({ entry }: Subject): string | null {
  if (!/\.(?:der|cer|crt|key|p12|pfx|p8|csr)$/.test(entry.path) || !bothBegin(entry.content, [0x30])) return null
  const whole = [entry.content?.a, entry.content?.b].every(sample => {
    const head = bytesOf(sample?.head ?? new Uint8Array())
    if (head.length < 4 || !sample) return false
    const length =
      head[1] === 0x82 ? head.readUInt16BE(2) + 4 : head[1] === 0x81 ? (head[2] ?? 0) + 3 : (head[1] ?? 0) + 2
    return length === sample.size
  })
  return whole ? 'DER key or certificate' : null
}
