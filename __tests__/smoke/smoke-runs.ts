import { createHash } from 'node:crypto'
import type { Ran } from '../../src/smoke/compare.ts'
import type { Output } from '../../src/smoke/output.ts'

export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

export const output = (bytes: Buffer | string, clipped = false): Output => {
  const all = Buffer.from(bytes as Buffer)
  return { bytes: all.length, digest: digestOf(all), head: all, tail: all.subarray(-4096), clipped }
}

export const ran = (
  stdout: Buffer | string,
  { files = {}, ...more }: Partial<Omit<Ran, 'files'>> & { files?: Record<string, string | null> | null } = {},
): Ran => ({
  ...{ exitCode: 0, stdout: output(stdout), stderr: output(''), seconds: 1 },
  files:
    files === null
      ? null
      : new Map(
          Object.entries(files).map(([path, text]) => [
            path,
            text === null ? null : { bytes: text.length, digest: digestOf(Buffer.from(text)) },
          ]),
        ),
  ...more,
})
