import type { Cause } from '../cause.ts'
import { excerpt } from '../excerpt.ts'
import { recogniseEntries } from '../member-times.ts'
import { withFlag } from '../rewrite.ts'

/** `/` is the table of symbols. */
const nameOfMember = (path: string): string => (path === '/' ? 'the symbol table' : excerpt(path))

/** Times, owners and modes of the members of a static library or other ar archive. */
export const arTime: Cause = {
  id: 'ar-time',
  recognise: subject => recogniseEntries(subject, { format: 'ar', owners: true, nameOf: nameOfMember }),
  describe: () => ({
    title: 'A static library notes when its members were made',
    message: 'ar writes time, owner and mode of each object file into the archive.',
    remedy: {
      text: 'Make the archive in deterministic mode: `ar rcD` (without `U`), ranlib -D, or ARFLAGS=rcD for make.',
      rewrite: (text, instruction) =>
        instruction.keyword === 'RUN' && /\bar (?:-?)[a-zA-Z]*[rq][a-zA-Z]* /.test(text)
          ? text
              .replace(
                /\bar (-?)([a-zA-Z]*[rq][a-zA-Z]*) /g,
                (_, dash: string, letters: string) => `ar ${dash}${letters.replace(/[UD]/g, '')}D `,
              )
              .replace(/\branlib (?:-[UD] )?/g, 'ranlib -D ')
          : withFlag('ranlib', '-D')(text, instruction),
    },
  }),
}
