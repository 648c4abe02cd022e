import { digestFix, imagesUsed } from '../image-use.ts'
import type { Rule } from '../rule.ts'
import { quote } from '../wording.ts'

export const baseNotDigest: Rule = {
  id: 'RG101',
  title: 'Base image without a digest',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view =>
    imagesUsed(view)
      .filter(({ kind, reference }) => kind === 'from' && reference.digest === null)
      .map(use => ({
        range: use.range,
        message: `${subject(use)} is named by a tag, and a tag moves: when it is pushed again, the same commit builds on other files, and every layer above may differ. Only a digest names one image for ever.`,
        fix: digestFix(use),
      })),
}

const subject = ({ written, text }: { written: string; text: string }): string =>
  written === text ? `The base image ${quote(text)}` : `The base image ${quote(written)} (${quote(text)} here)`
