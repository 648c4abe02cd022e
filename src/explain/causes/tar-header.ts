import type { Cause, Recognition, Subject } from '../cause.ts'
import { recogniseEntries } from '../member-times.ts'
import type { Rewrite } from '../rewrite.ts'
import { debRemedy } from './ar-time.ts'

/** Times, owners and modes of the members of a tar archive that stands in the image, packed or not. */
export const tarHeader: Cause = {
  id: 'tar-header',
  recognise,
  describe: ({ recognitions, subjects }) => ({
    title: `A tar archive holds times${haveOtherModes(subjects) ? ', permissions' : ''} or owners of its members`,
    message:
      'A tar archive made in the build notes times, owners and modes of its members. Files made in the build carry the time of the build.',
    remedy: recognitions.every(({ variant }) => variant === 'deb')
      ? debRemedy
      : {
          text: `Pack with fixed headers: \`tar ${fixedHeaders(subjects)} …\`, and \`gzip -n\` for the packed one (libarchive: \`bsdtar --uid 0 --gid 0\`, after touch).`,
          needsEpoch: true,
          rewrite: withFixedHeaders(fixedHeaders(subjects)),
        },
  }),
}

const tarCreate = /(^|[\s(;&|])tar (?=-?[a-zA-Z]*c|--create)(-?)/g

const haveOtherModes = (subjects: readonly Subject[]): boolean =>
  subjects.some(({ entry }) => entry.nested?.members.some(({ fields }) => fields.includes('mode')))

const fixedHeaders = (subjects: readonly Subject[]): string =>
  `--sort=name --mtime="@$SOURCE_DATE_EPOCH"${haveOtherModes(subjects) ? ' --mode=u=rwX,go=rX' : ''} --owner=0 --group=0 --numeric-owner`

/** `tar czf x .` → `tar --sort=name … -czf x .`. */
const withFixedHeaders =
  (options: string): Rewrite =>
  (text, instruction) => {
    if (instruction.keyword !== 'RUN' || instruction.json !== null || text.search(tarCreate) < 0) return null
    return text.replace(tarCreate, (_, before: string) => `${before}tar ${options} -`)
  }

function recognise(subject: Subject): Recognition | null {
  const recognition = recogniseEntries(subject, { format: 'tar', owners: true })
  // The two parts of a Debian package.
  const isPart = /(?:→ )(?:control|data)\.tar(?:\.\w+)?$/.test(subject.entry.path)
  return recognition && isPart ? { ...recognition, variant: 'deb' } : recognition
}
