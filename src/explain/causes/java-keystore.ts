import type { Cause } from '../cause.ts'
import { bothBegin, contentDiffers } from '../content.ts'
import { timeEvidence } from '../leftover.ts'

/** A Java key store: each entry carries the time it was put in. */
export const javaKeystore: Cause = {
  id: 'java-keystore',
  recognise: subject =>
    contentDiffers(subject.entry) && bothBegin(subject.entry.content, [0xfe, 0xed, 0xfe, 0xed])
      ? { confidence: 'certain', evidence: timeEvidence(subject) }
      : null,
  describe: () => ({
    title: 'A Java key store carries build times',
    message:
      'A key store of the JKS format notes for each certificate when it was added, in milliseconds. Installing ca-certificates-java adds all of them during the build.',
    remedy: {
      text: "Copy a key store that was made once (the JDK's own lib/security/cacerts), or convert it to PKCS12 or PEM with fixed content, in the same instruction.",
    },
  }),
}
