import type { Evidence } from '../../finding.ts'
import type { Subject } from '../cause.ts'
import { wholesOf } from '../content.ts'
import { beginsWith, leftover, timeEvidence } from '../leftover.ts'
import { moment } from '../values/excerpt.ts'

const magic = [0x04, 0xfc, 0x02, 0xfc]
/** Where a cache notes the modification time of its folder: seconds, 64-bit little-endian, then nanoseconds. */
const folderTime = 48

/** fontconfig's cache: modification times of the font folders. */
export const fontconfigCache = leftover({
  id: 'fontconfig-cache',
  title: "fontconfig's cache is in the layer",
  message:
    'fc-cache stores the modification times of the font folders, which are the times of the build. The cache is made again when a program first asks for fonts.',
  paths:
    /(?:^|\/)(?:var\/cache\/fontconfig|\.cache\/fontconfig|\.fontconfig|fonts\/.*)\/[^/]+\.cache-\d+$|(?:^|\/)fontconfig\/[^/]*(?:\.uuid|CACHEDIR\.TAG)$|(?:^|\/)fonts\/(?:.*\/)?\.uuid$/,
  remove: path =>
    path.startsWith('var/cache/fontconfig/')
      ? '/var/cache/fontconfig/*'
      : `/${path.replace(/((?:^|\/)\.cache\/fontconfig|(?:^|\/)\.fontconfig)\/.*$/, '$1')}`,
  fix: 'Delete the cache in the same instruction, or set the font folders to a fixed time (`touch -d @$SOURCE_DATE_EPOCH`) before fc-cache.',
  proof: subject => {
    if (/(?:\.uuid|\.TAG)$/.test(subject.entry.path)) return timeEvidence(subject)
    return beginsWith(subject, [magic]) ? (folderEvidence(subject) ?? timeEvidence(subject)) : null
  },
})

function folderEvidence({ entry }: Subject): Evidence[] | null {
  const bytes = wholesOf(entry.content)
  if (!bytes || bytes.a.length < folderTime + 16 || bytes.b.length < folderTime + 16) return null
  const time = (side: Buffer): number =>
    Number(side.readBigInt64LE(folderTime)) * 1000 + Math.floor(Number(side.readBigInt64LE(folderTime + 8)) / 1e6)
  const [a, b] = [time(bytes.a), time(bytes.b)]
  if (a === b) return null
  return [
    { what: 'modification time of the font folder', path: entry.path, offset: folderTime, a: moment(a), b: moment(b) },
  ]
}
