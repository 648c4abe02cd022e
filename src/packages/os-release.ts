import { bounded } from './package.ts'

/** What a distribution says of itself in `etc/os-release` (os-release(5)). */
export interface Distribution {
  /** `debian`, `ubuntu`, `alpine`, `rhel`, …; '' when it says nothing. */
  id: string
  /** `12`, `24.04`, `3.22.1`; '' for a rolling one. */
  version: string
  name: string
}

export const isOsRelease = (path: string): boolean => path === 'etc/os-release' || path === 'usr/lib/os-release'

export const osReleaseLimit = 64 * 1024

/** Reads shell assignments without a shell. */
export function distributionIn(bytes: Buffer): Distribution {
  const values = new Map<string, string>()
  for (const line of bytes.toString('utf8').split('\n').slice(0, 200)) {
    const [, key, value] = /^([A-Z_]+)=(.{0,300})$/.exec(line.trim()) ?? []
    if (key !== undefined && value !== undefined) values.set(key, bounded(value.replace(/^(["'])(.*)\1$/, '$2')) ?? '')
  }
  const id = (values.get('ID') ?? '').toLowerCase()
  return {
    id: /^[a-z0-9._-]+$/.test(id) ? id : '',
    version: values.get('VERSION_ID') ?? '',
    name: values.get('PRETTY_NAME') ?? values.get('NAME') ?? '',
  }
}
