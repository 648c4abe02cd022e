import type { Instruction } from '../../dockerfile/dockerfile.ts'
import type { Description, Found, Subject } from '../cause.ts'
import { shellPath } from '../remedy.ts'
import type { Rewrite } from '../rewrite.ts'

/** The first paths, as shell words. */
export const pathWords = (subjects: readonly Subject[]): string =>
  subjects
    .slice(0, 10)
    .map(({ entry }) => shellPath(entry.path))
    .join(' ')

export const octal = (mode: number | undefined): string => `0${(mode ?? 0).toString(8).padStart(3, '0')}`

/** A number would take folders and programs their executable bit, or give it to all files. */
const forMany = 'u=rwX,go=rX'

/** What all agree on, as a checkout under the usual umask (022) has it. */
function modeFor(subjects: readonly Subject[]): string {
  const modes = new Set(subjects.map(({ entry: { a } }) => (a?.type === 'directory' ? null : (a?.mode ?? 0) & ~0o022)))
  const [mode] = modes
  return modes.size > 1 || typeof mode !== 'number' ? forMany : octal(mode)
}

/** Whether the instruction takes this one file, by its name, and so no folder with others in it. */
function copiesFile({ words, json }: Instruction, subjects: readonly Subject[]): boolean {
  const [source = '', to = '', ...more] = json ?? words.map(({ raw }) => raw)
  const nameOf = (path: string) => path.replace(/["']/g, '').split('/').at(-1) ?? ''
  const name = nameOf(subjects[0]?.entry.path ?? '')
  return subjects.length === 1 && more.length === 0 && (nameOf(source) === name || nameOf(to) === name)
}

/**
 * Whether both sides may run the same ones. Letters keep that, and leave folders open that the COPY makes on its way: a
 * number is theirs, too.
 */
const runsAlike = (subjects: readonly Subject[]): boolean =>
  subjects.every(({ entry: { a, b } }) => (((a?.mode ?? 0) & 0o111) === 0) === (((b?.mode ?? 0) & 0o111) === 0))

const withChmod =
  (subjects: readonly Subject[]): Rewrite =>
  (text, instruction) =>
    instruction.flags.some(({ name }) => name === 'chmod')
      ? null
      : text.replace(
          /^(\s*(?:COPY|ADD))\b/i,
          `$1 --chmod=${copiesFile(instruction, subjects) && !runsAlike(subjects) ? modeFor(subjects) : forMany}`,
        )

/** What is said of paths of one content and two modes. */
export const otherPermissions = ({ subjects, fromContext, keyword, instruction }: Found): Description =>
  instruction !== null && setsMode(instruction)
    ? modeOfBuilder(instruction)
    : permissions(subjects, fromContext, keyword)

/** A number is what it is on every machine; letters (`go=rX`) take up what the file had. */
const setsMode = ({ flags }: Instruction): boolean =>
  flags.some(({ name, value }) => name === 'chmod' && /^[0-7]{3,4}$/.test(value ?? ''))

const modeOfBuilder = ({ keyword }: Instruction): Description => ({
  title: 'The builders gave other permissions',
  message: `The instruction sets them (--chmod), so they come from no checkout. They are the doing of the builder: versions of BuildKit give the folders that ${keyword} makes on its way other permissions.`,
  remedy: {
    text: `Build with one version of BuildKit, or make the folders in an instruction of their own before (RUN mkdir -p, or a ${keyword} of the folder).`,
  },
})

const permissions = (subjects: readonly Subject[], fromContext: boolean, keyword: string): Description => ({
  title: fromContext ? 'Permissions come from the checkout' : 'Files have other permissions in each build',
  message: fromContext
    ? `${subjects.length === 1 ? 'A copied path has' : `${subjects.length} copied paths have`} the permissions that the checkout gave ${subjects.length === 1 ? 'it' : 'them'}. They depend on the umask of the machine that builds.`
    : `${subjects.length === 1 ? 'A path has' : `${subjects.length} paths have`} equal content but other permissions.`,
  ...(fromContext ? { class: 'machine' as const, level: 'warning' as const } : {}),
  remedy:
    keyword === 'COPY' || keyword === 'ADD'
      ? {
          text: `Set the permissions in the Dockerfile with ${keyword} --chmod${fromContext ? `, or in the checkout before building (\`chmod -R ${forMany} .\`)` : ''}. Everybody may read the files then: what only its owner may read (a key with 0600) needs a ${keyword} of its own.`,
          rewrite: withChmod(subjects),
        }
      : {
          text: 'Set the permissions at the end of the instruction (chmod), and do not let them depend on chance or on umask.',
          ...(keyword === 'RUN' ? { append: [`chmod ${modeFor(subjects)} ${pathWords(subjects)}`] } : {}),
        },
})
