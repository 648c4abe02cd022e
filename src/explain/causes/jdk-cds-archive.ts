import type { Cause } from '../cause.ts'
import { bothBegin, contentDiffers } from '../content.ts'
import { plainEvidence } from '../leftover.ts'

/** How HotSpot begins its archives of class data: static, dynamic, and those of the AOT cache. */
const magics = [0xa2, 0xa8, 0xa9].map(low => [low, 0xab, 0x0b, 0xf0])

/** An archive of Java class data (CDS, `.jsa`) dumped in the build. */
export const jdkCdsArchive: Cause = {
  id: 'jdk-cds-archive',
  recognise: subject =>
    contentDiffers(subject.entry) && magics.some(magic => bothBegin(subject.entry.content, magic))
      ? {
          confidence: 'certain',
          evidence: [{ ...plainEvidence(subject), what: 'an archive of Java class data, dumped anew in each build' }],
        }
      : null,
  describe: ({ subjects }) => ({
    title: 'An archive of Java class data is dumped in the build',
    message:
      'Java (-Xshare:dump, -XX:ArchiveClassesAtExit, -XX:AOTCacheOutput, jlink --generate-cds-archive) writes its memory to a file: addresses, hash codes and times of the jars differ in every dump. The archive only makes the start of Java faster.',
    remedy: {
      text: 'Use the archive that comes with the JDK, let the first start make one (-XX:+AutoCreateSharedArchive, Java 19 and later), or delete it in the same instruction; Java starts without it (-Xshare:auto is the default).',
      remove: subjects.slice(0, 10).map(({ entry }) => `/${entry.path}`),
    },
  }),
}
