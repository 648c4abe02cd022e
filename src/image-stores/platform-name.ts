import type { Platform } from './index-entries.ts'

const architectures: Record<string, string> = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64', i386: '386' }

/** `linux/amd64`, `linux/arm/v7`, `windows/amd64 (10.0.17763.1)`: what is the same for containerd has one name. */
export function platformName({ os, architecture, variant, version }: Platform): string {
  const machine = architectures[architecture.toLowerCase()] ?? architecture.toLowerCase()
  const kind = variantOf(machine, variant.toLowerCase())
  return `${os.toLowerCase() || 'linux'}/${machine}${kind === '' ? '' : `/${kind}`}${version === '' ? '' : ` (${version})`}`
}

/** What people write: `arm64`, `linux/arm64/v8`. */
export function platformNamed(text: string): string {
  const parts = text.split('/')
  const [os = '', architecture = '', variant = ''] = parts.length === 1 ? ['linux', ...parts] : parts
  return platformName({ os, architecture, variant, version: '' })
}

/** Whether a platform that a user named, without a version of Windows, means this one. */
export const isMeant = (platform: string, asked: string): boolean =>
  platform === asked || platform.startsWith(`${asked} (`)

function variantOf(architecture: string, variant: string): string {
  const plain = variant.replace(/^(\d)/, 'v$1')
  if (architecture === 'arm64' && plain === 'v8') return ''
  if (architecture === 'amd64' && plain === 'v1') return ''
  return architecture === 'arm' && plain === '' ? 'v7' : plain
}
