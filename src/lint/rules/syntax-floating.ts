import { pinOf } from '../digest-pin.ts'
import { syntaxImage } from '../image-use.ts'
import type { Rule } from '../rule.ts'
import { quote } from '../wording.ts'

export const syntaxFloating: Rule = {
  id: 'RG105',
  title: 'Dockerfile frontend that moves',
  level: 'notice',
  class: 'drift',
  on: false,
  check: view => {
    const use = syntaxImage(view)
    if (use === null || use.reference.digest !== null || isFullVersion(use.reference.tag)) return []
    const experimental = isExperimental(use.reference.tag)
    const [, minor] = /^v?(\d+\.\d+)\b/.exec(use.reference.tag ?? '') ?? []
    const what = experimental
      ? 'names whatever was built last, experiments included'
      : `moves with every ${minor === undefined ? 'release of the frontend' : `correction of version ${minor}`}`
    return [
      {
        range: use.range,
        level: experimental ? 'warning' : 'notice',
        message: `${quote(use.text)} reads this Dockerfile, and its tag ${what}. Another version may make other layers of the same instructions.`,
        ...pinOf(view, use),
      },
    ]
  },
}

/** `1.7.1`, `1.7.1-labs` */
const isFullVersion = (tag: string | null): boolean => /^v?\d+\.\d+\.\d+(?:[-_.].*)?$/.test(tag ?? '')

/** No release at all; Docker's own advice is `1`, the newest stable one. */
const isExperimental = (tag: string | null): boolean =>
  tag === null || /^(?:latest|labs|master|main|edge|nightly|experimental|dev)\b/.test(tag)
