import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, wholesOf } from '../content.ts'
import { readSqlite } from '../formats/sqlite.ts'

/** A SQLite database whose rows agree: what differs is left over from deleted ones, or counts changes. */
export const sqliteFreed: Cause = {
  id: 'sqlite-freed',
  recognise: ({ entry }: Subject): Recognition | null => {
    const wholes = contentDiffers(entry) ? wholesOf(entry.content) : null
    const [a, b] = [wholes ? readSqlite(wholes.a) : null, wholes ? readSqlite(wholes.b) : null]
    if (!a || !b || a.settings !== b.settings || a.rows.join('\n') !== b.rows.join('\n')) return null
    const pages = Math.max(a.freedPages, b.freedPages)
    return {
      confidence: 'certain',
      variant: a.writer === b.writer ? 'freed' : 'library',
      evidence: [
        {
          what: `all ${a.rows.length} rows agree; what differs is ${pages > 0 ? `in ${pages} page(s) that nothing uses any more, or ` : ''}in the bookkeeping between the rows`,
          path: entry.path,
          offset: entry.content?.runs.find(run => run.offset >= 100)?.offset ?? 24,
        },
        ...(a.writer === b.writer
          ? []
          : [
              {
                what: 'version of the library that wrote last',
                path: entry.path,
                offset: 96,
                a: String(a.writer),
                b: String(b.writer),
              },
            ]),
      ],
    }
  },
  describe: ({ subjects }) => ({
    title: 'A SQLite database keeps what was deleted',
    message:
      'The rows of the database are the same in both builds. SQLite leaves the bytes of deleted rows and tables where they were and counts its changes, and there the files differ. What was deleted can be read by everyone who has the image.',
    remedy: {
      text: 'Write the database anew when it is complete: `sqlite3 app.db "VACUUM INTO \'new.db\'"` and rename it; build it in one go, without deleting.',
      append: subjects
        .slice(0, 3)
        .filter(({ entry }) => /^[\w./-]+$/.test(entry.path))
        .map(
          ({ entry }) =>
            `python3 -c "import sqlite3; sqlite3.connect('/${entry.path}').execute(\\"VACUUM INTO '/${entry.path}.new'\\")" && mv /${entry.path}.new /${entry.path}`,
        ),
    },
  }),
}
