import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

const require = createRequire(import.meta.url)
const folder = dirname(require.resolve('@microsoft/sarif-multitool-linux/package.json'))
const schema = JSON.parse(readFileSync(join(folder, 'sarif-2.1.0.json'), 'utf8'))
const ajv = new Ajv2020({ allErrors: true, strict: false })
formats.default(ajv)
const valid = ajv.compile(schema)

/** What the schema of SARIF 2.1.0 says against a text. */
export function schemaErrors(text: string): string[] {
  valid(JSON.parse(text))
  return (valid.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
}

const binary = join(folder, 'Sarif.Multitool')

/** Why Microsoft's validator cannot run here; null where it can. */
export const noMultitool = ((): string | null => {
  try {
    execFileSync(binary, ['--version'], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })
    return null
  } catch (error) {
    // It prints its version and ends with 1.
    const { status, message } = error as { status?: number | null; message: string }
    return typeof status === 'number' && status < 126 ? null : message
  }
})()

/** What its rules, GitHub's own among them, find wrong. It always ends with 0: what it found is in its own log. */
export function multitoolFindings(text: string): string[] {
  const place = mkdtempSync(join(tmpdir(), 'sarif-'))
  try {
    const [file, out] = [join(place, 'r.sarif'), join(place, 'out.sarif')]
    writeFileSync(file, text)
    const rules = ['--rule-kind', 'Sarif;Ghas', '--level', 'Error;Warning', '--log', 'ForceOverwrite']
    execFileSync(binary, ['validate', file, ...rules, '-o', out], { stdio: 'pipe', timeout: 120_000 })
    const [run] = JSON.parse(readFileSync(out, 'utf8')).runs
    const problems = (run.invocations ?? []).flatMap(
      (one: { toolExecutionNotifications?: unknown[]; toolConfigurationNotifications?: unknown[] }) => [
        ...(one.toolExecutionNotifications ?? []),
        ...(one.toolConfigurationNotifications ?? []),
      ],
    )
    return [...run.results, ...problems].map(one => JSON.stringify(one))
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
