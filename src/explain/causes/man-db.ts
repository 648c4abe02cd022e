import { beginsWith, leftover, timeEvidence } from '../leftover.ts'

/** GDBM's heads on little-endian machines: with 64-bit and 32-bit offsets, and the extended format. */
const gdbm = [0xce, 0xcf, 0xd0].map(low => [low, 0x9a, 0x57, 0x13])

/** man-db's index of manual pages: when each page was last changed. */
export const manDb = leftover({
  id: 'man-db',
  title: "man-db's index of manual pages is in the layer",
  message:
    'mandb notes the modification time, in nanoseconds, of every manual page in /var/cache/man. A page written in the build has the time of the build. The index only serves apropos and whatis, and is made again when it is missing.',
  paths: /^var\/(?:cache|lib)\/man\/.+|(?:^|\/)man\/(?:[^/]+\/)?index\.(?:db|bt|dir|pag)$/,
  remove: path => (path.startsWith('var/cache/man/') ? '/var/cache/man/*' : `/${path}`),
  fix: 'Delete the index in the same instruction, or keep manual pages out of the image (`path-exclude=/usr/share/man/*` in /etc/dpkg/dpkg.cfg.d).',
  proof: subject => {
    if (!/\/index\.db$/.test(subject.entry.path)) return timeEvidence(subject)
    return beginsWith(subject, gdbm) ? timeEvidence(subject) : null
  },
})
