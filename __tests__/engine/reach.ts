import { describe, expect, test } from '@jest/globals'

const reaches = (address: string): Promise<boolean> =>
  fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(20_000) }).then(
    ({ ok }) => ok,
    () => false,
  )
const index = process.env.PIP_INDEX_URL ?? 'https://pypi.org/simple/'

export const reachesPypi = (): Promise<boolean> => reaches(`${index.replace(/\/$/, '')}/idna/`)
export const reachesSnapshot = (): Promise<boolean> => reaches('http://snapshot.debian.org/')

/** What this machine does not reach is skipped, with the reason in its name; on GitHub, whose runners reach all of it, it fails. */
export function describeWhere(able: boolean, missing: string, name: string, body: () => void): void {
  if (able) describe(name, body)
  else if (process.env.GITHUB_ACTIONS === 'true') test(name, () => expect(missing).toBe('reached'))
  else describe.skip(`${name} (${missing} cannot be reached from here)`, body)
}
