import type { Flag, Instruction } from './dockerfile.ts'

type FlagKind = 'text' | 'texts' | 'switch'

const times: Record<string, FlagKind> = {
  interval: 'text',
  timeout: 'text',
  'start-period': 'text',
  'start-interval': 'text',
  retries: 'text',
}
const copied: Record<string, FlagKind> = { chown: 'text', chmod: 'text', link: 'switch', exclude: 'texts' }

/** The flags of each instruction, those of newer frontends too; an instruction not listed has none. */
const known = new Map<string, Record<string, FlagKind>>([
  ['FROM', { platform: 'text' }],
  ['ADD', { ...copied, 'keep-git-dir': 'switch', checksum: 'text', unpack: 'switch' }],
  ['COPY', { ...copied, from: 'text', parents: 'switch' }],
  ['RUN', { mount: 'texts', network: 'text', security: 'text', device: 'texts' }],
  ['HEALTHCHECK', times],
])

/** What BuildKit would refuse in the flags of an instruction, the first only, as it does. */
export function refusedFlag({ keyword, flags }: Instruction): string | null {
  const kinds = new Map(Object.entries(known.get(keyword) ?? {}))
  const used = new Set<string>()
  for (const flag of flags) {
    const kind = kinds.get(flag.name)
    if (kind === undefined) return `unknown flag: --${flag.name.slice(0, 40)}`
    if (used.has(flag.name) && kind !== 'texts') return `duplicate flag specified: --${flag.name}`
    used.add(flag.name)
    const message = refusedValue(flag, kind)
    if (message !== null) return message
  }
  return null
}

function refusedValue({ name, value }: Flag, kind: FlagKind): string | null {
  if (kind !== 'switch') return value === null ? `missing a value on flag: --${name}` : null
  if (value === '') return `missing a value on flag: --${name}`
  return value === null || /^(?:true|false)$/i.test(value) ? null : `expecting boolean value for flag --${name}`
}
