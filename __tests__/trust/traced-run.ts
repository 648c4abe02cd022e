// Runs the command line of this checkout under strace, in a scene full of secrets, and searches what it did.
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { buildSync } from 'esbuild'
import type { Scene } from './scene.ts'
import { variables } from './scene.ts'
import { type Searched, searchTrace } from './searched.ts'
import { tracing } from './traced.ts'

/** Bundles the command line as a release does. */
export function bundleCli(outfile: string): string {
  buildSync({
    ...{ entryPoints: [join(import.meta.dirname, '../../src/cli.ts')], outfile, bundle: true, platform: 'node' },
    ...{ target: 'node20', format: 'cjs', logLevel: 'error', external: ['supports-color', 'xmlbuilder2'] },
    define: { 'import.meta.url': 'bundleUrl', REPRO_GATE_VERSION: '"0.0.0"' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  })
  return outfile
}

export interface TracedRun extends Searched {
  status: number | null
  said: string
}

/** @param more secrets of this run alone */
export async function tracedRun(
  { root, env, secrets, args }: Scene,
  cli: string,
  given: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<TracedRun> {
  const trace = join(root, `trace-${randomUUID()}`)
  const [program = '', ...rest] = [...tracing(trace), process.execPath, cli, ...given]
  const { status, said } = await ended(spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] }))
  try {
    return {
      ...(await searchTrace(trace, { secrets: { ...secrets, ...more }, args, variables })),
      ...{ status, said },
    }
  } finally {
    rmSync(trace, { force: true })
  }
}

/** Without blocking: a server that it asks may be of this process. */
async function ended(
  child: ChildProcessByStdio<null, Readable, Readable>,
): Promise<Pick<TracedRun, 'status' | 'said'>> {
  const chunks: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => chunks.push(chunk))
  const [status] = await once(child, 'close')
  return { status, said: String(Buffer.concat(chunks)) }
}
