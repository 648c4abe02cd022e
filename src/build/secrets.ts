import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from '../ports.ts'
import { csv } from './csv.ts'

/** The secrets of a build: arguments that name files and variables, never values. */
export interface Secrets {
  args: string[]
  /** Doubts, each a sentence, when a file was changed since. */
  changed?: () => Promise<string[]>
}

/** A bigger file is no token; what of it a build prints cannot be told from other text. */
const hiddenFileLimit = 64 * 1024

/**
 * Puts secret values into files of our own (mode 0600, in the run's folder, which goes when the run ends), and hides all of
 * them from whatever is shown.
 * All three are lists of `id=…` as docker/build-push-action takes them: a value, a variable's name, a path.
 */
export async function prepareSecrets(
  ports: Ports,
  given: { secrets: readonly string[]; secretEnvs: readonly string[]; secretFiles: readonly string[] },
): Promise<Secrets> {
  const args: string[] = []
  const values: string[] = []
  const folder = join(ports.tempDir, 'secrets')
  const tokenOf = (variable: string): string | undefined =>
    ports.env[variable] === undefined ? ports.tokens?.[variable] : undefined
  if (given.secrets.length > 0 || given.secretEnvs.some(item => tokenOf(split(item)[1]) !== undefined)) {
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
    const token = tokenOf(variable)
    if (token === undefined) args.push('--secret', csv({ id, env: variable }))
    else {
      // Docker is not given the variable.
      const file = join(folder, variable)
      await writeFile(file, token, { mode: 0o600 })
      args.push('--secret', csv({ id, src: file }))
    }
    values.push(token ?? ports.env[variable] ?? '')
  }
  for (const item of given.secretFiles) {
    const [id, file] = split(item)
    args.push('--secret', csv({ id, src: file }))
    const stats = await stat(file).catch(() => null)
    // Of a pipe nothing would be left for the builds, and a device may have no end.
    if (stats?.isFile() && stats.size <= hiddenFileLimit) values.push(await readFile(file, 'utf8').catch(() => ''))
  }
  ports.masking.hide(values)
  return { args, changed: await watched(given.secretFiles.map(item => split(item))) }
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
