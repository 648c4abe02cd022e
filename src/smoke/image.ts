import { createHash } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SideBuild } from '../build/build.ts'
import { layoutIn, type SidePlan } from '../build/plan.ts'
import { hasFailed, runPlan } from '../build/run.ts'
import type { Ports } from '../ports.ts'

/** Of a manifest or a config. */
const mostBytes = 8 * 1024 ** 2

/**
 * Exports a side's image from the builder's cache into an OCI layout; blobs that it has already are not sent again.
 * @returns how buildx is told of it, or why it cannot be had, as a sentence
 */
export async function exportedImage(
  plan: SidePlan,
  { digest: built }: Pick<SideBuild, 'digest'>,
  folder: string,
  ports: Ports,
): Promise<{ image: string } | { why: string }> {
  const lost = (why: string) => ({ why: `Image ${plan.side} could not be exported: ${why}` })
  const exported = await runPlan(ports, plan, { output: layoutIn(plan, folder), noCache: false, quiet: true })
  if (hasFailed(exported)) return lost(exported.message.slice(0, 1000))
  if (exported.digest !== built)
    return lost(`the builder no longer has what it gave, and made ${exported.digest.slice(0, 19)} instead.`)
  return { image: `oci-layout://${folder}@${await withoutTriggers(folder, built)}` }
}

/**
 * The digest under which the same image can be a base: its ONBUILD instructions, which would run before the command, are
 * left out of a copy of its config.
 */
async function withoutTriggers(folder: string, digest: string): Promise<string> {
  const manifest = await readJson(folder, digest)
  const descriptor = manifest.config as { digest?: unknown } | undefined
  const config = await readJson(folder, String(descriptor?.digest))
  const settings = config.config as { OnBuild?: unknown } | null | undefined
  if (!Array.isArray(settings?.OnBuild) || settings.OnBuild.length === 0) return digest
  const own = await writeJson(folder, { ...config, config: { ...settings, OnBuild: undefined } })
  return (await writeJson(folder, { ...manifest, config: { ...descriptor, ...own } })).digest
}

async function readJson(folder: string, digest: string): Promise<Record<string, unknown>> {
  const path = blobPath(folder, digest)
  if ((await stat(path)).size > mostBytes) throw new Error(`${digest} has more than ${mostBytes} bytes`)
  return JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
}

async function writeJson(folder: string, value: unknown): Promise<{ digest: string; size: number }> {
  const bytes = Buffer.from(JSON.stringify(value))
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
  await writeFile(blobPath(folder, digest), bytes)
  return { digest, size: bytes.length }
}

function blobPath(folder: string, digest: string): string {
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) throw new Error(`'${digest.slice(0, 100)}' is no digest of the export`)
  return join(folder, 'blobs', 'sha256', digest.slice('sha256:'.length))
}
