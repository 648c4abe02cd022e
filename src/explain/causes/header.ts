import type { Evidence } from '../../finding.ts'
import type { EntryDifference, EntryField } from '../../image/comparison.ts'
import type { Entry } from '../../image/image.ts'
import { differingRecords, isApplied } from '../../image/unpacked.ts'
import type { Cause, Description, Found, Subject } from '../cause.ts'
import { excerpt, excerptOfName, moment } from '../values/excerpt.ts'
import { octal, otherPermissions, pathWords } from './permissions.ts'

/** A cause that is seen in the tar header alone: the content is equal, or one side's kind of entry has none. */
interface HeaderCause {
  id: string
  fields: EntryField[]
  evidence: (entry: EntryDifference) => Omit<Evidence, 'path'>
  describe: (found: Found) => ReturnType<Cause['describe']>
}

function header({ id, fields, evidence, describe }: HeaderCause): Cause {
  return {
    id,
    recognise: ({ entry }: Subject) =>
      entry.kind === 'changed' &&
      (!entry.fields.includes('content') || isOfAnotherKind(entry)) &&
      fields.some(field => entry.fields.includes(field))
        ? { confidence: 'certain', evidence: [{ ...evidence(entry), path: entry.path }] }
        : null,
    describe,
  }
}

/** A link, a folder or a device has no content of its own to differ by. */
const isOfAnotherKind = ({ a, b }: EntryDifference): boolean =>
  a?.type !== b?.type && (a?.type === 'file' || b?.type === 'file')

export const headerType = header({
  id: 'header-type',
  fields: ['type', 'device'],
  evidence: ({ a, b }) =>
    a?.type === b?.type
      ? { what: `device number of a ${a?.type ?? 'device'}`, a: a?.device ?? '', b: b?.device ?? '' }
      : { what: 'kind of the entry', a: a?.type ?? '', b: b?.type ?? '' },
  describe: ({ subjects }) =>
    subjects.every(({ entry }) => entry.a?.type === entry.b?.type)
      ? anotherDevice
      : {
          title: 'A path is another kind of entry in each build',
          message:
            'The same path is stored in two ways, such as a file of its own in one build and a hard link in the other.',
          remedy: {
            text: 'Let the installer copy instead of link (UV_LINK_MODE=copy, pnpm package-import-method=copy).',
          },
        },
})

const anotherDevice: Description = {
  title: 'A device file has another number in each build',
  message:
    'A device file (mknod) stands for another device in each build: its major or minor number was drawn or counted in the build.',
  remedy: { text: 'Give mknod fixed numbers, or make no device files in the image: the container gets its own /dev.' },
}

/** Numbers; where those are equal, the names that some builders store besides. */
const ownerOf = (own: Entry | null, other: Entry | null): string =>
  own?.uid === other?.uid && own?.gid === other?.gid
    ? `${own?.uid}:${own?.gid} (${excerptOfName(`${own?.uname}:${own?.gname}`)})`
    : `${own?.uid}:${own?.gid}`

export const headerOwner = header({
  id: 'header-owner',
  fields: ['uid', 'gid', 'names'],
  evidence: ({ a, b }) => ({ what: 'owner and group', a: ownerOf(a, b), b: ownerOf(b, a) }),
  describe: ({ subjects, keyword }) => ({
    title: 'Files have another owner in each build',
    message: `${subjects.length === 1 ? 'A path has' : `${subjects.length} paths have`} equal content but another owner or group: the number was drawn in the build, or depends on the order in which users were made.`,
    remedy: {
      text:
        keyword === 'COPY' || keyword === 'ADD'
          ? 'Name numbers: COPY --chown=1000:1000.'
          : 'Give users and groups fixed numbers (`groupadd -g 990 app && useradd -u 990 -g 990 app`) and pass fixed numbers to chown. 990 is an example.',
      ...(keyword === 'RUN'
        ? {
            append: [
              `chown -h 990:${subjects[0]?.entry.a?.gid === subjects[0]?.entry.b?.gid ? subjects[0]?.entry.a?.gid : 990} ${pathWords(subjects)}`,
            ],
          }
        : {}),
    },
  }),
})

export const headerMode = header({
  id: 'header-mode',
  fields: ['mode'],
  evidence: ({ a, b }) => ({ what: 'permissions', a: octal(a?.mode), b: octal(b?.mode) }),
  describe: otherPermissions,
})

/** Whether the exporter set the times of both sides back: then no time is later than SOURCE_DATE_EPOCH. */
const isRewritten = ({ entry: { a, b }, clock: { epoch } }: Subject): boolean =>
  [a, b].every(side => Number(side?.mtime) <= epoch)

const headerTimeOf = (isSetBack: boolean): Cause =>
  header({
    id: 'header-mtime',
    fields: ['mtime'],
    evidence: ({ a, b }) => ({
      what: `modification time${isSetBack ? ', earlier than SOURCE_DATE_EPOCH on one side at least' : ''}`,
      a: moment(Number(a?.mtime) * 1000),
      b: moment(Number(b?.mtime) * 1000),
    }),
    describe: found =>
      (found.recognitions.every(({ variant }) => variant === 'kept') ? keptTimes : earlierTimes)(found),
  })

/** Nobody asked the builder to set times back: every file that a build writes has the time of the build. */
const keptTimes: Cause['describe'] = ({ subjects }) => ({
  title: 'Files have another modification time in each build',
  message: `${subjects.length === 1 ? 'A path has' : `${subjects.length} paths have`} equal content but another time. Builders keep the time at which a file was written, unless they are told to set it back.`,
  remedy: {
    text: 'Set times back when the image is exported: `docker buildx build --build-arg SOURCE_DATE_EPOCH=… --output type=…,rewrite-timestamp=true`, or `buildah build --timestamp …`.',
  },
})

const earlierTimes: Cause['describe'] = ({ subjects, fromContext, keyword }) => ({
  title: 'Files have another modification time in each build',
  message: `${subjects.length === 1 ? 'A path has' : `${subjects.length} paths have`} equal content but another time. Times after SOURCE_DATE_EPOCH are set back to it by the exporter; earlier ones are kept as they are${fromContext ? ', and these came with the checkout' : ''}.`,
  ...(fromContext ? { class: 'machine' as const } : {}),
  remedy: {
    text: fromContext
      ? 'A fresh checkout, as on a runner, has no such files: they are newer than the commit. In a working folder make files and folders so: `find . -name .git -prune -o -exec touch -ch {} +`. Or give an earlier SOURCE_DATE_EPOCH.'
      : 'Set the time at the end of the instruction: `touch -h -d "@$SOURCE_DATE_EPOCH" …`.',
    ...(keyword === 'RUN'
      ? { needsEpoch: true, append: [`touch -h -d "@$SOURCE_DATE_EPOCH" ${pathWords(subjects)}`] }
      : {}),
  },
})

const [timeSetBack, timeKept] = [headerTimeOf(true), headerTimeOf(false)]

export const headerTime: Cause = {
  ...timeSetBack,
  recognise(subject) {
    if (isRewritten(subject)) return timeSetBack.recognise(subject)
    const recognition = timeKept.recognise(subject)
    return recognition && { ...recognition, variant: 'kept' }
  },
}

const attribute = /^(?:SCHILY|LIBARCHIVE)\.xattr\./

/** The records of the tar that the two sides do not share, and that are unpacked. */
const recordsOf = ({ a, b }: EntryDifference): string[] =>
  differingRecords(a?.pax ?? {}, b?.pax ?? {}).filter(isApplied)

function recordWords(name: string): string {
  if (attribute.test(name)) return `extended attribute ${excerpt(name.replace(attribute, ''))}`
  if (name === 'atime') return 'time of the last access'
  if (name === 'ctime') return 'time of the last change of the header'
  return `record ${excerpt(name)} of the tar header`
}

export const headerAttributes = header({
  id: 'header-xattr',
  fields: ['pax'],
  evidence: entry => {
    const [name = ''] = recordsOf(entry)
    const show = (own: Entry | null): string => (own?.pax[name] === undefined ? '(none)' : excerpt(own.pax[name]))
    return { what: recordWords(name), a: show(entry.a), b: show(entry.b) }
  },
  describe: ({ subjects }) =>
    subjects.some(({ entry }) => recordsOf(entry).some(name => attribute.test(name))) ? otherAttributes : otherRecords,
})

const otherAttributes: Description = {
  title: 'Files have other extended attributes in each build',
  message: 'Content and permissions are equal, an extended attribute (a capability, an SELinux label, an ACL) is not.',
  remedy: { text: 'Build on hosts with the same security set-up; set capabilities in the instruction (`setcap`).' },
}

const otherRecords: Description = {
  title: 'The layer notes other facts of a file in each build',
  message:
    "Content and permissions are equal, but the layer's tar has a record besides that differs or that one side lacks, such as the time of the last access. It depends on the builder and on the format of the tar that it writes.",
  remedy: {
    text: 'Build both images with the same builder; for a tar of your own, leave these times out: `tar --format=posix --pax-option=delete=atime,delete=ctime …`.',
  },
}

export const headerLink = header({
  id: 'link-target',
  fields: ['link'],
  evidence: ({ a, b }) => ({
    what: 'target of the link',
    a: excerptOfName(a?.linkTarget ?? ''),
    b: excerptOfName(b?.linkTarget ?? ''),
  }),
  describe: () => ({
    title: 'A link points elsewhere in each build',
    message: 'A symbolic or hard link has another target in each build: a random or dated name, or another version.',
    remedy: { text: 'Link to a fixed name.' },
  }),
})
