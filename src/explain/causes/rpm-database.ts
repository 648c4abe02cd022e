import type { Cause } from '../cause.ts'
import { contentDiffers } from '../content.ts'
import { timeEvidence } from '../leftover.ts'

/** The database of installed RPM packages: install times and transaction numbers. */
export const rpmDatabase: Cause = {
  id: 'rpm-database',
  recognise: subject =>
    /^(?:var\/lib\/rpm|usr\/lib\/sysimage\/rpm|usr\/share\/rpm)\//.test(subject.entry.path) &&
    (contentDiffers(subject.entry) || subject.entry.kind !== 'changed')
      ? { confidence: 'certain', evidence: timeEvidence(subject) }
      : null,
  describe: () => ({
    title: 'The RPM database holds install times',
    message:
      'rpm notes for every package when it was installed (INSTALLTIME, INSTALLTID). Every build installs at another time.',
    remedy: {
      text: 'Let the step see SOURCE_DATE_EPOCH (rpm 4.18 and later use it for install times), and delete the -wal and -shm files in the same instruction.',
      needsEpoch: true,
      snippet: 'ARG SOURCE_DATE_EPOCH',
      rewrite: text => text,
    },
  }),
}
