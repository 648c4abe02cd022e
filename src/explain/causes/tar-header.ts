import type { Cause } from '../cause.ts'
import { recogniseEntries } from '../member-times.ts'
import type { Rewrite } from '../rewrite.ts'

/** Times, owners and modes of the members of a tar archive that stands in the image, packed or not. */
export const tarHeader: Cause = {
  id: 'tar-header',
  recognise: subject => recogniseEntries(subject, { format: 'tar', owners: true }),
  describe: () => ({
    title: 'A tar archive holds times or owners of its members',
    message:
      'A tar archive made in the build notes times, owners and modes of its members. Files made in the build carry the time of the build.',
    remedy: {
      text: 'Pack with fixed headers: `tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner …`, and `gzip -n` for the packed one.',
      needsEpoch: true,
      rewrite: withFixedHeaders,
    },
  }),
}

const tarCreate = /(^|[\s(;&|])tar (?=-?[a-zA-Z]*c|--create)(-?)/g

/** `tar czf x .` → `tar --sort=name … -czf x .`. */
const withFixedHeaders: Rewrite = (text, instruction) => {
  if (instruction.keyword !== 'RUN' || instruction.json !== null || !tarCreate.test(text)) return null
  return text.replace(
    tarCreate,
    '$1tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -',
  )
}
