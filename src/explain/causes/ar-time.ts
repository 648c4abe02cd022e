import type { Cause, Recognition, Remedy, Subject } from '../cause.ts'
import { recogniseEntries } from '../member-times.ts'
import type { Rewrite } from '../rewrite.ts'
import { withFlag } from '../rewrite.ts'
import { excerptOfName } from '../values/excerpt.ts'

/** `/` is the table of symbols. */
const nameOfMember = (path: string): string => (path === '/' ? 'the symbol table' : excerptOfName(path))

/** dpkg-deb sets the package's own times, and those of the files in it, to SOURCE_DATE_EPOCH at the latest. */
export const debRemedy: Remedy = {
  text: 'Let the stage see SOURCE_DATE_EPOCH: dpkg-deb then takes the times in the package from it.',
  needsEpoch: true,
  snippet: 'ARG SOURCE_DATE_EPOCH',
  rewrite: text => text,
}

/** Times, owners and modes of the members of a static library or other ar archive. */
export const arTime: Cause = {
  id: 'ar-time',
  recognise,
  describe: ({ recognitions }) =>
    recognitions.every(({ variant }) => variant === 'deb')
      ? {
          title: 'A Debian package notes when it was made',
          message: 'dpkg-deb writes the time at which the package was made into the archive that the package is.',
          remedy: debRemedy,
        }
      : {
          title: 'A static library notes when its members were made',
          message: 'ar writes time, owner and mode of each object file into the archive.',
          remedy: {
            text: 'Make the archive in deterministic mode: `ar rcD` (without `U`), ranlib -D, or ARFLAGS=rcD for make.',
            rewrite: inDeterministicMode,
          },
        },
}

const inDeterministicMode: Rewrite = (text, instruction) =>
  instruction.keyword === 'RUN' && /\bar (?:-?)[a-zA-Z]*[rq][a-zA-Z]* /.test(text)
    ? text
        .replace(
          /\bar (-?)([a-zA-Z]*[rq][a-zA-Z]*) /g,
          (_, dash: string, letters: string) => `ar ${dash}${letters.replace(/[UD]/g, '')}D `,
        )
        .replace(/\branlib (?:-[UD] )?/g, 'ranlib -D ')
    : withFlag('ranlib', '-D')(text, instruction)

function recognise(subject: Subject): Recognition | null {
  const recognition = recogniseEntries(subject, { format: 'ar', owners: true, nameOf: nameOfMember })
  const isPackage = subject.entry.nested?.members.some(({ path }) => path === 'debian-binary')
  return recognition && isPackage ? { ...recognition, variant: 'deb' } : recognition
}
