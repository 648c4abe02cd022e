import type { Evidence } from '../../finding.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { bothBegin, bytesOf, contentDiffers, textsOf } from '../content.ts'
import type { PemBlock } from '../formats/pem.ts'
import { pemBlocks, validFrom } from '../formats/pem.ts'
import { moment, withheld } from '../values/excerpt.ts'
import type { Window } from '../values/time.ts'
import { bothClocks } from '../values/time.ts'

/** Keys, certificates and requests in PEM, DER, PKCS #12 or SSH's own form that the build makes. */
export const generatedKey: Cause = {
  id: 'generated-key',
  recognise: subject => {
    if (!contentDiffers(subject.entry)) return null
    return pemDifference(subject) ?? derDifference(subject) ?? sshPublicKey(subject) ?? keyOfGnupg(subject)
  },
  describe: ({ subjects, recognitions }) => {
    const certificates = recognitions.every(({ variant }) => variant === 'certificate')
    const snakeoil = subjects.every(({ entry }) => /ssl-cert-snakeoil/.test(entry.path))
    return {
      title: 'A key or certificate is made in the build',
      message: certificates
        ? 'The build makes a certificate. It carries the time at which it was made, and a serial number and signature drawn by chance, so it differs every time.'
        : 'The build makes a key, a certificate or a request. It is random, or carries the time of the build, so it differs every time; a private key in an image is known to everyone who has the image.',
      remedy: {
        text: snakeoil
          ? 'Delete the snakeoil key and certificate of ssl-cert in the same instruction; where something needs them, make them when the container starts (`make-ssl-cert generate-default-snakeoil`).'
          : 'Make keys and certificates when the container starts, or mount them as secrets. A certificate that must be in the image is made once and copied in.',
        ...(snakeoil
          ? { remove: ['/etc/ssl/certs/ssl-cert-snakeoil.pem', '/etc/ssl/private/ssl-cert-snakeoil.key'] }
          : {}),
      },
    }
  },
}

const headText = (subject: Subject): [string, string] => {
  const { content } = subject.entry
  return [content?.a, content?.b].map(sample =>
    sample ? bytesOf(sample.head).toString('latin1', 0, 1 << 20) : '',
  ) as [string, string]
}

const evidence = (subject: Subject, what: string, a: string, b: string): Evidence[] => [
  { what, path: subject.entry.path, a: withheld(Buffer.from(a, 'latin1')), b: withheld(Buffer.from(b, 'latin1')) },
]

/** What the agent of GnuPG keeps of one key, called by the grip of the key; with the time at which it was made. */
function keyOfGnupg(subject: Subject): Recognition | null {
  if (!/(?:^|\/)private-keys-v1\.d\/[0-9A-F]{40}\.key$/.test(subject.entry.path)) return null
  const [a, b] = headText(subject)
  if (![a, b].every(text => /^[\s\S]{0,200}\((?:\d+:)?(?:protected-)?private-key\b/.test(text))) return null
  return { confidence: 'certain', evidence: evidence(subject, 'another private key of GnuPG on each side', a, b) }
}

/** As many blocks of the same kinds, some of them others. */
function pemDifference(subject: Subject): Recognition | null {
  const [textA, textB] = headText(subject)
  const [a, b] = [pemBlocks(textA), pemBlocks(textB)]
  if (a.length === 0 || a.length !== b.length || a.some(({ kind }, at) => kind !== b[at]?.kind)) return null
  const differing = a.flatMap((one, at): [PemBlock, PemBlock][] => {
    const other = b[at]
    return other && other.text !== one.text ? [[one, other]] : []
  })
  const [first] = differing
  if (!first || !equalBetween(textA, textB, a, b)) return null
  const source = heldBy(subject, differing)
  if (source !== null)
    return {
      confidence: 'certain',
      follows: source,
      evidence: [{ what: `${subject.entry.path} holds the ${first[0].kind} of ${source}`, path: subject.entry.path }],
    }
  const dates = differing.map(([one, other]) => datesOf(one, other, subject))
  if (dates.includes('other')) return null
  const shown = dates.find(date => typeof date === 'object' && date !== null)
  if (shown && typeof shown === 'object')
    return {
      confidence: 'certain',
      ...(differing.every(([{ kind }]) => kind.endsWith('certificate')) ? { variant: 'certificate' } : {}),
      evidence: [
        { what: 'start of validity of a certificate, each in its own build', path: subject.entry.path, ...shown },
      ],
    }
  return {
    confidence: 'certain',
    evidence: evidence(subject, `another ${first[0].kind} on each side`, first[0].text, first[1].text),
  }
}

/** What stands around the blocks (subjects, comments) is equal, or is a readable print of them (`openssl x509 -text`). */
function equalBetween(textA: string, textB: string, a: readonly PemBlock[], b: readonly PemBlock[]): boolean {
  const around = (text: string, blocks: readonly PemBlock[]): string =>
    blocks.reduce((rest, block) => rest.replace(block.text, () => '\uE000'), text)
  return (
    a.length > 20 ||
    around(textA, a) === around(textB, b) ||
    /^\s*(?:Certificate|Bag Attributes|[\w-]+ ?=|[A-Z#])/m.test(textA)
  )
}

const certificateFile = /\.(?:pem|crt|cer|cert|key|csr|pub)$/

/** Another path of the layer that holds the differing blocks too, and is not a bundle of more: the certificate itself. */
function heldBy({ entry, layer }: Subject, differing: readonly [PemBlock, PemBlock][]): string | null {
  if (differing.length > 5) return null
  const size = entry.content?.a.size ?? 0
  const certificates = layer.difference.entries.filter(other => certificateFile.test(other.path))
  for (const other of certificates.slice(0, 50)) {
    if (other === entry || (other.content?.a.size ?? size) >= size) continue
    const texts = contentDiffers(other) ? textsOf(other) : null
    if (texts && differing.every(([a, b]) => texts.a.includes(a.text) && texts.b.includes(b.text))) return other.path
  }
  return null
}

const hour = 3_600_000

/** When two certificates begin to be valid, if that is when they were built; `other`: they were made at another time. */
function datesOf(one: PemBlock, other: PemBlock, { clock }: Subject): { a: string; b: string } | 'other' | null {
  if (!one.kind.endsWith('certificate')) return null
  const [a, b] = [validFrom(one.text), validFrom(other.text)]
  if (a === null || b === null) return null
  return madeIn(a, clock.a) && madeIn(b, clock.b) ? { a: moment(a), b: moment(b) } : 'other'
}

/** Authorities set the start back by some minutes, an hour or a day at most, in case clocks disagree. */
const madeIn = (ms: number, window: Window): boolean =>
  bothClocks(window).some(({ startedAt, endedAt }) => ms > startedAt - 25 * hour && ms <= endedAt + 2_000)

/** A DER SEQUENCE as long as the file: a PKCS #12 store, a certificate, else what its name says that it is. */
function derDifference(subject: Subject): Recognition | null {
  const { content, path } = subject.entry
  if (!content || !bothBegin(content, [0x30])) return null
  const [a, b] = [bytesOf(content.a.head), bytesOf(content.b.head)]
  if (!isWholeSequence(a, content.a.size) || !isWholeSequence(b, content.b.size)) return null
  if (bothBegin(content, [0x02, 0x01, 0x03, 0x30], lengthOfHead(a)))
    return {
      confidence: 'certain',
      evidence: evidence(
        subject,
        'another PKCS #12 key store on each side (salts, keys)',
        a.toString('latin1'),
        b.toString('latin1'),
      ),
    }
  const [fromA, fromB] = [validFrom(a), validFrom(b)]
  if (fromA !== null && fromB !== null) {
    const { clock } = subject
    if (!madeIn(fromA, clock.a) || !madeIn(fromB, clock.b)) return null
    const what = 'start of validity of a certificate, each in its own build'
    return {
      confidence: 'certain',
      variant: 'certificate',
      evidence: [{ what, path, a: moment(fromA), b: moment(fromB) }],
    }
  }
  if (!/\.(?:der|key|p8|pk8|csr|req|pub)$/.test(path)) return null
  return {
    confidence: 'certain',
    evidence: evidence(subject, 'another DER key or request on each side', a.toString('latin1'), b.toString('latin1')),
  }
}

const lengthOfHead = (bytes: Buffer): number => (bytes[1] === 0x82 ? 4 : bytes[1] === 0x81 ? 3 : 2)

function isWholeSequence(head: Buffer, size: number): boolean {
  if (head.length < 4 || head[0] !== 0x30) return false
  const length =
    head[1] === 0x82 ? head.readUInt16BE(2) + 4 : head[1] === 0x81 ? (head[2] ?? 0) + 3 : (head[1] ?? 0) + 2
  return (head[1] ?? 0) <= 0x82 && length === size
}

/** `ssh-ed25519 AAAA… comment`, as ssh-keygen writes beside a private key. */
function sshPublicKey(subject: Subject): Recognition | null {
  const texts = textsOf(subject.entry)
  const [a, b] = [texts?.a, texts?.b].map(
    text => /^((?:ssh|ecdsa|sk)-[\w@.-]{2,40}) AAAA[\w+/=]{30,2000}(?: [^\n]{0,200})?\n?$/.exec(text ?? '')?.[1],
  )
  if (a === undefined || a !== b || !texts) return null
  return {
    confidence: 'certain',
    evidence: evidence(subject, `another public key (${a}) on each side`, texts.a, texts.b),
  }
}
