import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from '../ports.ts'
import { csv } from './csv.ts'

/** The secrets of a build: arguments that name files and variables, never values. */
export interface Secrets {
  args: string[]
  /** What must not show in a log: whole values, and the lines of those that have several. */
  redact: string[]
  /** Doubts, each a sentence, when a file was changed since. */
  changed?: () => Promise<string[]>
}

/** A bigger file is no token; what of it a build prints cannot be told from other text. */
const redactFileLimit = 64 * 1024

/**
 * Puts secret values into files of our own (mode 0600, in the run's folder, which goes when the run ends).
 * All three are lists of `id=…` as docker/build-push-action takes them: a value, a variable's name, a path.
 */
export async function prepareSecrets(
  ports: Ports,
  given: { secrets: readonly string[]; secretEnvs: readonly string[]; secretFiles: readonly string[] },
): Promise<Secrets> {
  const args: string[] = []
  const values: string[] = []
  const folder = join(ports.tempDir, 'secrets')
  if (given.secrets.length > 0) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await chmod(folder, 0o700)
  }
  for (const [index, item] of given.secrets.entries()) {
    const [id, value] = split(item)
    const file = join(folder, String(index))
    await writeFile(file, value, { mode: 0o600 })
    args.push('--secret', csv({ id, src: file }))
    values.push(value)
  }
  for (const item of given.secretEnvs) {
    const [id, variable] = split(item)
    args.push('--secret', csv({ id, env: variable }))
    values.push(ports.env[variable] ?? '')
  }
  for (const item of given.secretFiles) {
    const [id, file] = split(item)
    args.push('--secret', csv({ id, src: file }))
    const size = (await stat(file).catch(() => null))?.size ?? 0
    if (size <= redactFileLimit) values.push(await readFile(file, 'utf8').catch(() => ''))
  }
  ports.masking?.hide(values)
  return { args, redact: secretTexts(values), changed: await watched(given.secretFiles.map(item => split(item))) }
}

/** Both builds read the files themselves. Names are told, contents never. */
async function watched(files: readonly [id: string, path: string][]): Promise<() => Promise<string[]>> {
  const stampOf = async (path: string): Promise<string> => {
    const stats = await stat(path, { bigint: true }).catch(() => null)
    return stats === null ? '' : `${stats.ino} ${stats.size} ${stats.mtimeNs}`
  }
  const before = await Promise.all(files.map(([, path]) => stampOf(path)))
  return async () => {
    const after = await Promise.all(files.map(([, path]) => stampOf(path)))
    return files.flatMap(([id], at) =>
      before[at] === after[at]
        ? []
        : [
            `The file of the secret '${id.slice(0, 80)}' was changed while the builds ran: the two builds may have had different inputs. Run the gate again.`,
          ],
    )
  }
}

function split(item: string): [string, string] {
  const equals = item.indexOf('=')
  return equals < 0 ? [item, ''] : [item.slice(0, equals).trim(), item.slice(equals + 1)]
}

/** Short values would take pieces out of innocent words; lines of a key file such as `}` too. Longest first. */
function secretTexts(values: readonly string[]): string[] {
  const texts = values.flatMap(value => {
    const lines = value.split(/\r?\n/).map(line => line.trim())
    return lines.filter(Boolean).length > 1 ? lines.filter(line => line.length >= 8) : lines
  })
  return [...new Set(texts.filter(text => text.length >= 4))].sort((a, b) => b.length - a.length)
}

/** Takes secret values out of a text. */
export function redacted(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
}
