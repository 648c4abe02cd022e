import { readFile, stat } from 'node:fs/promises'
import type { Given, Options } from './options.ts'

/** A bigger file is no token; what of it a build prints cannot be told from other text. */
const fileLimit = 64 * 1024

/** Variables that are credentials wherever they are set. */
const credentials = [
  ...['GITHUB_TOKEN', 'GH_TOKEN', 'ACTIONS_RUNTIME_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
  ...['DOCKER_AUTH_CONFIG', 'INPUT_GITHUB-TOKEN'],
]

/** What options name as secret. */
export type SecretOptions = Pick<Options, 'secrets' | 'secretEnvs' | 'secretFiles'> & {
  /** Addresses that may hold a password. */
  addresses?: readonly string[]
}

/** Before anything is checked: what is wrong with an entry is told, too. */
export const secretsIn = (given: Given): SecretOptions => ({
  secrets: given.secrets ?? [],
  secretEnvs: given['secret-envs'] ?? [],
  secretFiles: given['secret-files'] ?? [],
  addresses: [...(given.context ?? []), ...(given['build-contexts'] ?? []).map(valueIn)],
})

/** The values of all secrets that options name, wherever they are kept. What cannot be read is nothing to be hidden. */
export async function secretValues(
  { secrets, secretEnvs, secretFiles, addresses = [] }: SecretOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const files = secretFiles.map(async item => {
    const size = (await stat(valueIn(item)).catch(() => null))?.size ?? 0
    return size > fileLimit ? '' : readFile(valueIn(item), 'utf8').catch(() => '')
  })
  return [
    ...secrets.map(valueIn),
    ...secretEnvs.map(item => environment[valueIn(item)] ?? ''),
    ...(await Promise.all(files)),
    ...addresses.flatMap(passwordIn),
  ]
}

/** What the environment holds that is a secret by its name. */
export const credentialsIn = (environment: Readonly<Record<string, string | undefined>>): string[] =>
  credentials.flatMap(name => environment[name] ?? [])

/** Of `id=value`. */
const valueIn = (item: string): string => item.slice(item.indexOf('=') + 1)

/** Of `https://user:password@host/…`, or of `https://token@host/…`: no name of a user is so long. */
function passwordIn(address: string): string[] {
  const [, user = '', password] = /^\w+:\/\/([^/@:]*)(?::([^/@]*))?@/.exec(address) ?? []
  return password ? [password] : user.length >= 20 ? [user] : []
}
