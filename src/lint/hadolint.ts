/**
 * Rules of hadolint and ours that say the same of the same instruction, or ask for more of the same thing: who accepts a
 * package without a version accepts it without a hash. Left out where ours says something else, too: an ignore must not
 * hide more than its author meant. So DL3009 (apt lists: size) is not RG206 (logs that differ), DL3022 (copy from a stage
 * only) is not RG102 (by digest), and DL3020, DL3042, DL3046, DL3059 have nothing to do with reproducibility.
 */
const sameAs: Readonly<Record<string, readonly string[]>> = {
  // Upgrades of all packages; the first three are gone from hadolint, the comments are not.
  DL3005: ['RG204'],
  DL3017: ['RG204'],
  DL3031: ['RG204'],
  DL3035: ['RG204'],
  // An image without a tag, or with `latest`.
  DL3006: ['RG101', 'RG104'],
  DL3007: ['RG101', 'RG104'],
  // Packages without versions.
  DL3008: ['RG201', 'RG202'],
  DL3013: ['RG301'],
  DL3016: ['RG304'],
  DL3018: ['RG207'],
  DL3028: ['RG310'],
  DL3033: ['RG209'],
  DL3037: ['RG209'],
  DL3041: ['RG209'],
  DL3062: ['RG308'],
  DL3015: ['RG205'],
  DL3029: ['RG106'],
  DL4006: ['RG702'],
}

/** A comment of hadolint's, as far as it speaks of what we look for. */
export interface HadolintIgnore {
  /** `DL3008` */
  code: string
  /** Our rules that it answers. */
  ids: readonly string[]
  /** For the whole file, not the instruction below. */
  global: boolean
}

/** Reads `hadolint ignore=DL3008,DL3013` or `hadolint global ignore=…`: the text of a comment without its `#`. */
export function hadolintIgnores(comment: string): HadolintIgnore[] {
  const [, global, list = ''] =
    /^hadolint\s+(global\s+)?ignore\s*=\s*([a-z]+\d+(?:\s*,\s*[a-z]+\d+)*)/i.exec(comment.slice(0, 2000)) ?? []
  return list.split(',').flatMap(item => {
    const code = item.trim().toUpperCase()
    const ids = Object.hasOwn(sameAs, code) ? sameAs[code] : undefined
    return ids === undefined ? [] : [{ code, ids, global: global !== undefined }]
  })
}
