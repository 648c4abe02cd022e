import { pinOf } from '../digest-pin.ts'
import { type ImageUse, imagesOfTriggers, imagesUsed } from '../image-use.ts'
import type { Rule } from '../rule.ts'
import type { View } from '../view.ts'
import { quote } from '../wording.ts'

export const sourceImageNotDigest: Rule = {
  id: 'RG102',
  title: 'Files copied from an image without a digest',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view =>
    [...sourcesOf(view)]
      .filter(({ kind, reference }) => kind !== 'from' && reference.digest === null)
      .map(use => ({
        range: use.range,
        message: `${use.kind === 'copy' ? 'This COPY takes files' : 'This RUN mounts files'} from the image ${quote(use.text)}, named without a digest. When its tag is pushed again, the same commit gets other files.`,
        ...pinOf(view, use),
      })),
}

/** An ONBUILD that triggers in a stage of this file is among both. */
const sourcesOf = (view: View): Iterable<ImageUse> =>
  new Map([...imagesUsed(view), ...imagesOfTriggers(view)].map(use => [use.range.start, use])).values()
