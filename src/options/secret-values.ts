import { readFile, stat } from 'node:fs/promises'
import { inAddresses } from '../host/secret-parts.ts'
import { InputError } from './input-error.ts'
import type { Given, Options } from './options.ts'
import { shown } from './value.ts'

/** A bigger file is no token; what of it a build prints cannot be told from other text. */
const fileLimit = 64 * 1024

/** Variables that are credentials wherever they are set. */
const credentials = [
  ...['GITHUB_TOKEN', 'GH_TOKEN', 'ACTIONS_RUNTIME_TOKEN', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'],
  ...['DOCKER_AUTH_CONFIG', 'INPUT_GITHUB-TOKEN'],
]

/** How names of variables and of build arguments end whose values are secret. */
const secretName =
  /(?:^|_)(?:TOKEN|SECRET|PASSWORD|PASSWD|PASS|PWD|PAT|AUTH|CREDENTIALS?|API_?KEY|(?:ACCESS|SECRET|PRIVATE|AUTH|DEPLOY|SIGNING|SSH|LICENSE)_KEY)$/i
/** Shorter values are words, as in `AUTH=none`. */
const shortest = 8

/** Whether this is the value of a secret: a path is none, and an address has its password in itself. */
const isSecret = (name: string, value: string): boolean =>
  secretName.test(name) && value.length >= shortest && !/^(?:[/.~]|[a-z][\w+.-]*:\/\/)/i.test(value)

/** What options name as secret. */
export type SecretOptions = Pick<Options, 'secrets' | 'secretEnvs' | 'secretFiles'> & {
  /** Texts whose addresses may hold a password: all that was given. */
  addresses?: readonly string[]
}

/** Before anything is checked: what is wrong with an entry is told, too. */
export const secretsIn = (given: Given): SecretOptions => ({
  secrets: given.secrets ?? [],
  secretEnvs: given['secret-envs'] ?? [],
  secretFiles: given['secret-files'] ?? [],
  addresses: Object.values(given).flat(),
})

/** Of build arguments what is secret by its name, and of caches the keys to them. */
export const secretArguments = ({
  buildArgs,
  cacheFrom = [],
  linked = {},
}: Pick<Options, 'buildArgs' | 'linked'> & { cacheFrom?: readonly string[] }): string[] => [
  ...Object.entries(buildArgs).flatMap(([name, value]) => [
    ...(isSecret(name, value) ? [value] : []),
    ...inAddresses(value),
  ]),
  ...cacheFrom.flatMap(source =>
    [...source.matchAll(/(?:^|,)"?(?:secret_access_key|session_token|access_key_id|token|account_key)=([^,"]+)/gi)].map(
      ([, value = '']) => value,
    ),
  ),
  ...Object.values(linked).flatMap(one => secretArguments(one)),
]

/**
 * The values of all secrets that options name, wherever they are kept. What cannot be read is nothing to be hidden.
 * @throws InputError when one comes out of a pipe
 */
export async function secretValues(
  { secrets, secretEnvs, secretFiles, addresses = [] }: SecretOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const files = secretFiles.map(async item => {
    const stats = await stat(valueIn(item)).catch(() => null)
    if (stats?.isFIFO() || stats?.isSocket()) throw new InputError([pipeProblem(item)])
    return stats?.isFile() && stats.size <= fileLimit ? readFile(valueIn(item), 'utf8').catch(() => '') : ''
  })
  return [
    ...secrets.map(valueIn),
    ...secretEnvs.map(item => environment[valueIn(item)] ?? ''),
    ...(await Promise.all(files)),
    ...addresses.flatMap(inAddresses),
  ]
}

const pipeProblem = (item: string): string =>
  `secret-files (--secret): '${shown(valueIn(item))}' is a pipe, and each build reads it: what comes out of a pipe is there once. Put it into a file, or into a variable (secret-envs, --secret id=…,env=NAME)`

/** What the environment holds that is a secret by its name, and the passwords of proxies and other addresses in it. */
export const credentialsIn = (environment: Readonly<Record<string, string | undefined>>): string[] =>
  Object.entries(environment).flatMap(([name, value = '']) => [
    ...(credentials.includes(name) || isSecret(name, value) ? [value] : []),
    ...inAddresses(value),
  ])

/** Of `id=value`. */
const valueIn = (item: string): string => item.slice(item.indexOf('=') + 1)
