import { pinOf } from '../digest-pin.ts'
import { type ImageUse, imagesUsed } from '../image-use.ts'
import { lookedUpOnce } from '../lookup.ts'
import type { Rule } from '../rule.ts'
import { quote } from '../wording.ts'

export const baseNotDigest: Rule = {
  id: 'RG101',
  title: 'Base image without a digest',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view =>
    // Two FROMs of one ARG are pinned by one digest.
    lookedUpOnce(
      imagesUsed(view)
        .filter(({ kind, reference }) => kind === 'from' && reference.digest === null)
        .map(use => ({ range: use.range, message: messageOf(use), ...pinOf(view, use) })),
    ),
}

function messageOf({ written, text, reference }: ImageUse): string {
  const subject = `The base image ${written === text ? quote(text) : `${quote(written)} (${quote(text)} here)`}`
  const named =
    reference.tag === null ? 'has neither tag nor digest, and `latest` moves' : 'is named by a tag, and a tag moves'
  return `${subject} ${named}: when it is pushed again, the same commit builds on other files, and every layer above may differ. Only a digest names one image for ever.`
}
