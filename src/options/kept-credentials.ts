import { open } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { secretParts } from '../host/secret-parts.ts'
import { foldersUpToRepository } from './repository.ts'

/** A larger file is none of these. */
const mostBytes = 1024 * 1024

/**
 * Passwords that this machine keeps in files for docker, git and curl, and those that actions/checkout left in the repository. No
 * build is given them by us: a `COPY . .` takes `.git` along, and a registry may say again what it was sent.
 * @param folder in the repository
 */
export async function keptCredentials(
  environment: Readonly<Record<string, string | undefined>>,
  folder: string,
): Promise<string[]> {
  const home = environment.HOME || homedir()
  const git = join(foldersUpToRepository(folder).at(-1) ?? folder, '.git', 'config')
  const paths = [
    join(environment.DOCKER_CONFIG || join(home, '.docker'), 'config.json'),
    ...[join(home, '.netrc'), join(home, '.git-credentials'), git],
  ]
  const texts = await Promise.all(paths.map(readBounded))
  const included = [...(texts.at(-1) ?? '').matchAll(/^\s*path\s*=\s*"?(.+?)"?\s*$/gm)].map(([, path = '']) => path)
  const more = await Promise.all(
    included.slice(0, 20).map(path => readBounded(path.startsWith('/') ? path : join(dirname(git), path))),
  )
  return [
    ...passwordsOfDocker(texts[0] ?? ''),
    ...[...texts.slice(1), ...more].flatMap(text => [...headers(text), ...secretParts(text)]),
  ]
}

/** The same for all that a run builds: a compose file may lie in another repository than the one that the run starts in. */
export const keptIn = async (
  { context, files }: { context: string; files: readonly { name: string }[] },
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string[]> => {
  const folders = new Set([context, ...files.slice(0, 100).map(({ name }) => dirname(name))])
  return (await Promise.all([...folders].map(folder => keptCredentials(environment, folder)))).flat()
}

/** What is under `auths`: other values of the file are names of programs and settings. */
function passwordsOfDocker(text: string): string[] {
  try {
    return secretParts(JSON.stringify({ auths: JSON.parse(text).auths ?? {} }))
  } catch {
    return []
  }
}

/** `extraheader = AUTHORIZATION: basic …` */
const headers = (text: string): string[] =>
  [...text.matchAll(/^\s*extraheader\s*=\s*"?authorization:\s*\w+\s+([^\s"]+)/gim)].flatMap(([, value = '']) => [
    value,
    ...secretParts(JSON.stringify({ auth: value })),
  ])

async function readBounded(path: string): Promise<string> {
  const handle = await open(path).catch(() => null)
  if (handle === null) return ''
  try {
    const stats = await handle.stat()
    return stats.isFile() && stats.size <= mostBytes ? await handle.readFile('utf8') : ''
  } catch {
    return ''
  } finally {
    await handle.close()
  }
}
