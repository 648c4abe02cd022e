/** One machine of a builder, as `docker buildx inspect` shows it. */
export interface BuilderNode {
  name: string
  endpoint: string
  /** `running`, `stopped`, …; null when it is not told. */
  status: string | null
  error: string | null
  buildkit: string | null
  /** What it can run, its own platform first. */
  platforms: string[]
  labels: Record<string, string>
}

export interface Inspected {
  driver: string
  error: string | null
  nodes: BuilderNode[]
}

/** Reads what `docker buildx inspect` prints for people. */
export function parseInspect(text: string): Inspected {
  const [head = '', ...rest] = text.split(/^Nodes:[ \t]*$/m)
  const parts = rest
    .join('\n')
    .split(/^(?=Name:)/m)
    .filter(part => part.startsWith('Name:'))
  return { driver: field(head, 'Driver') ?? 'unknown', error: field(head, 'Error'), nodes: parts.map(nodeIn) }
}

function nodeIn(text: string): BuilderNode {
  const labels = [...text.matchAll(/^ ([\w.-]{1,200}):[ \t]+(\S.*)$/gm)].map(match => [match[1], match[2]?.trim()])
  return {
    name: field(text, 'Name') ?? '',
    endpoint: field(text, 'Endpoint') ?? '',
    status: field(text, 'Status'),
    error: field(text, 'Error'),
    // Before buildx 0.10 it was the second.
    buildkit: field(text, 'BuildKit version') ?? field(text, 'Buildkit'),
    platforms: (field(text, 'Platforms') ?? '')
      .split(',')
      .map(platform => platform.trim().replace(/\*$/, ''))
      .filter(platform => platform !== ''),
    labels: Object.fromEntries(labels),
  }
}

const field = (part: string, key: string): string | null =>
  part
    .split('\n')
    .find(line => line.startsWith(`${key}:`))
    ?.slice(key.length + 1)
    .trim() || null

/** `github.com/docker/buildx v0.29.1 a0b1c2`; Debian writes `0.29.1+ds1`. */
export function buildxVersion(text: string): string {
  return /\bv?(\d+\.\d+\S*)/.exec(text)?.[1] ?? 'unknown'
}

/**
 * Whether a version is surely below a floor. Unknown ones and `v0.0.0+unknown`, as distributions build it, are not:
 * what they lack shows in the build.
 */
export function isOlder(version: string | null, [major, minor]: readonly [number, number]): boolean {
  const parts = /^v?(\d+)\.(\d+)/.exec(version ?? '')
  if (!parts || isUnknown(version)) return false
  return Number(parts[1]) < major || (Number(parts[1]) === major && Number(parts[2]) < minor)
}

/** A BuildKit that does not tell which one it is. */
export const isUnknown = (version: string | null | undefined): boolean => !/^v?(?!0\.0\.0)\d+\.\d/.test(version ?? '')

/** What `docker version` says of both ends of the engine. */
export function dockerVersions(json: string): Record<string, string> {
  try {
    const { Client, Server } = JSON.parse(json) as Record<string, { Version?: unknown } | null>
    return {
      ...(typeof Server?.Version === 'string' ? { docker: Server.Version } : {}),
      ...(typeof Client?.Version === 'string' ? { 'docker-cli': Client.Version } : {}),
    }
  } catch {
    return {}
  }
}
