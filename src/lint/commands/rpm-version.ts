/** How far a package as dnf, yum or zypper are told it decides what is installed; `unclear`: `-12` may be name or version. */
export type RpmPin = 'exact' | 'range' | 'none' | 'unclear'

const architecture = /\.(x86_64|i[3-6]86|noarch|aarch64|armv7hl|ppc64le|s390x|riscv64)$/
/** `1.2`, `3:24.0.7`, `1.el9`, `2024a`, `12`; not `75dpi`. */
const version = /^(\d+:)?\d+([.~^+_][\w.~^+]*|[a-z])?$/
/** Names that end in a number: of toolsets, and of NVIDIA's packages, which end in the version of CUDA. */
const numbered =
  /(^|-)(gcc|llvm|go|rust|dev|perl|git)?-?toolset-\d+$|^(cuda|libcu|libnpp|libnv|nsight|gds-tools|nvidia)[a-z_-]*(-\d+){1,2}$/

/** @param text `name`, `name-1.2`, `name-1.2-3.el9.x86_64`, `name = 1.2`, `name-1.*` */
export function rpmPin(text: string): RpmPin {
  if (/[<>]/.test(text)) return 'range'
  const equals = text.indexOf('=')
  if (equals > 0) return /[*?]/.test(text.slice(equals)) ? 'range' : 'exact'
  const name = text.replace(architecture, '').replace(/^\d+:/, '')
  if (numbered.test(name)) return 'none'
  const parts = name.split('-')
  const last = parts.at(-1) ?? ''
  const before = parts.length > 2 ? (parts.at(-2) ?? '') : ''
  if (parts.length < 2) return 'none'
  if (/[*?]/.test(last)) return /^(\d+:)?\d/.test(last) || version.test(before) ? 'range' : 'none'
  if (!version.test(last)) return 'none'
  const tail = version.test(before) ? `${before}-${last}` : last
  return /[.:~^]|(^|-)\d{4}[a-z]?($|-)/.test(tail) ? 'exact' : 'unclear'
}
