import { bytesOf } from '../content.ts'
import { leftover, plainEvidence, timeEvidence } from '../leftover.ts'

const magic = 'glibc-ld.so.auxcache-'

/** ldconfig's note of every library's inode and change time. */
export const ldconfigAuxCache = leftover({
  id: 'ldconfig-aux-cache',
  title: "ldconfig's aux-cache is in the layer",
  message:
    'ldconfig writes inode number and change time of every library it saw to /var/cache/ldconfig/aux-cache. Both differ in every build and on every machine. The file only makes the next ldconfig run faster.',
  paths: /(?:^|\/)var\/cache\/ldconfig\/aux-cache$/,
  remove: ['/var/cache/ldconfig/aux-cache'],
  fix: 'Delete the file in the same instruction that installs libraries or calls ldconfig.',
  proof: subject => {
    const { content } = subject.entry
    if (!content) return [plainEvidence(subject)]
    const known = [content.a, content.b].some(
      sample => bytesOf(sample.head).toString('latin1', 0, magic.length) === magic,
    )
    return known ? [{ ...(timeEvidence(subject)[0] ?? plainEvidence(subject)) }] : null
  },
})
