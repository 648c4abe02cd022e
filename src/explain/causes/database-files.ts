import type { EntryDifference } from '../../image/comparison.ts'
import type { Cause, LayerView, Recognition, Subject } from '../cause.ts'
import { contentDiffers, readAt } from '../content.ts'
import { plainEvidence } from '../leftover.ts'
import { moment } from '../values/excerpt.ts'
import { isWithin } from '../values/time.ts'

/** The file of each server that holds the identity of its data folder, below that folder. */
const marks: [server: string, file: string][] = [
  ['PostgreSQL', 'global/pg_control'],
  ['MySQL or MariaDB', 'ibdata1'],
  ['MySQL', 'auto.cnf'],
  // Its identity is drawn where the first file of InnoDB may be alike.
  ['MariaDB', 'aria_log_control'],
]

/** The data folder of a database server, set up in the build: identities, log positions, times. */
export const databaseFiles: Cause = {
  id: 'database-files',
  recognise: subject => controlFile(subject) ?? belongsTo(subject),
  describe: ({ recognitions }) => ({
    title: `The data folder of ${recognitions.find(({ variant }) => variant)?.variant ?? 'a database server'} is set up in the build`,
    message:
      'Installing a database server, or starting it in the build, makes its data folder: system identifier, log positions, checksums and times differ each time. All containers of the image would share one identity.',
    remedy: {
      text: 'Set the database up when the container starts (`initdb`, `mariadb-install-db` in the entrypoint, as the official images do), and keep the package from making one: for PostgreSQL on Debian put `create_main_cluster = false` into /etc/postgresql-common/createcluster.conf before the server is installed; for the others delete the data folder in the same instruction.',
    },
  }),
}

const second = 1000

/** pg_control begins with a system identifier whose upper half is the second at which initdb ran. */
function controlFile({ entry, clock }: Subject): Recognition | null {
  if (!contentDiffers(entry) || !entry.content || !entry.path.endsWith('/global/pg_control')) return null
  const [a, b] = [entry.content.a, entry.content.b].map(sample => {
    const bytes = readAt(sample, 0, 8)
    return bytes ? bytes.readUInt32LE(4) * second : Number.NaN
  })
  if (a === undefined || b === undefined) return null
  const fits =
    isWithin({ ms: a, span: second, daily: false }, clock.a) && isWithin({ ms: b, span: second, daily: false }, clock.b)
  if (!fits) return null
  const what = 'system identifier: the second at which initdb ran'
  return {
    confidence: 'certain',
    variant: 'PostgreSQL',
    evidence: [{ what, path: entry.path, offset: 0, a: moment(a), b: moment(b) }],
  }
}

/** A path in the folder above such a file of the same layer, when that file differs too. */
function belongsTo(subject: Subject): Recognition | null {
  const { entry, layer } = subject
  const content = entry.kind !== 'changed' || contentDiffers(entry)
  if (!content) return null
  for (const { folder, server, mark } of dataFolders(layer)) {
    if (!entry.path.startsWith(`${folder}/`)) continue
    if (server === 'PostgreSQL' && controlFile({ ...subject, entry: mark }) === null) continue
    return {
      confidence: 'certain',
      variant: server,
      evidence: [{ ...plainEvidence(subject), what: `part of the data folder /${folder} of ${server}` }],
    }
  }
  return null
}

interface DataFolder {
  folder: string
  server: string
  /** The file that makes it one. */
  mark: EntryDifference
}

const known = new WeakMap<LayerView['byPath'], DataFolder[]>()
/** Each path is held against all of them: an image has one or two. */
const most = 50

/** The data folders of a layer, the longest path first. Found from their marks: few layers have any, paths may be deep. */
function dataFolders({ byPath }: LayerView): DataFolder[] {
  const before = known.get(byPath)
  if (before) return before
  const found = [...byPath].flatMap(([path, mark]) => {
    const [server, file] = marks.find(([, file]) => path.endsWith(`/${file}`)) ?? []
    if (server === undefined || !(contentDiffers(mark) || mark.kind !== 'changed')) return []
    return [{ folder: path.slice(0, -`/${file}`.length), server, mark }]
  })
  const rank = ({ server }: DataFolder): number => marks.findIndex(([name]) => name === server)
  found.sort((one, other) => other.folder.length - one.folder.length || rank(one) - rank(other))
  known.set(byPath, found.slice(0, most))
  return found.slice(0, most)
}
