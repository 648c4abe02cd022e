import { join } from 'node:path'
import { isRemote } from '../options/git-url.ts'
import type { Options } from '../options/options.ts'
import { isWithin, surroundings } from '../options/within.ts'
import type { Ports } from '../ports.ts'
import type { BakeTarget } from './baked-target.ts'

/** RUN may use the host's network where the file says so; anything more the user has to give: privileges, and tokens of the job. */
export function forbidden(
  { entitlements, secretEnvs }: BakeTarget,
  options: Options,
  tokens: Ports['tokens'] = {},
): string[] {
  const open = entitlements.filter(name => name !== 'network.host' && !options.allow.includes(name))
  const given = new Set([...options.secrets, ...options.secretEnvs, ...options.secretFiles].map(idOf))
  const asked = secretEnvs.filter(([id, variable]) => Object.hasOwn(tokens, variable) && !given.has(id))
  return [
    ...(open.length === 0
      ? []
      : [
          `it asks for ${open.join(', ').slice(0, 200)}; give that by the option allow (--allow) if you trust the file`,
        ]),
    ...asked.map(
      ([id, variable]) =>
        `it asks for the token in ${variable} as its secret '${id.slice(0, 80)}'; give that by the option secret-envs (--secret id=${id.slice(0, 80)},env=${variable}) if you trust the file`,
    ),
  ]
}

/** Who may change such a file may not send us all over the disk. */
export function outside(target: BakeTarget, folder: string): string[] {
  const top = surroundings(folder)
  const isOutside = (path: string): boolean => !isWithin(top, placed(folder, path))
  const local = localDockerfile(target)
  const paths: [string, string][] = [
    ...(isPath(target.context) ? [['context', target.context] as [string, string]] : []),
    ...(local !== null && !(isPath(target.context) && isOutside(target.context))
      ? [['dockerfile', local] as [string, string]]
      : []),
    ...Object.values(target.contexts)
      .filter(isPath)
      .map((path): [string, string] => ['contexts', path]),
    ...target.secretFiles.map(([, path]): [string, string] => ['secret', path]),
    ...target.ssh.flatMap(([, paths]) => paths.map((path): [string, string] => ['ssh', path])),
  ]
  return paths
    .filter(([, path]) => isOutside(path))
    .map(([what, path]) => `its ${what} '${path.slice(0, 200)}' is not there, or lies outside of ${top}${wayOut(what)}`)
}

/** Where the Dockerfile is, seen from the folder; null where it is in the file itself, or in a context from elsewhere. */
export function localDockerfile({ context, dockerfile, inline }: BakeTarget): string | null {
  if (inline !== null) return null
  // Bake's word for a file that is here, though the context is not.
  if (dockerfile.startsWith('cwd://')) return dockerfile.slice('cwd://'.length)
  return isPath(context) ? placed(context, dockerfile) : null
}

const wayOut = (what: string): string =>
  what === 'secret' || what === 'ssh'
    ? `; give it by the option ${what === 'ssh' ? 'ssh' : 'secret-files (--secret)'} instead`
    : ''

/** Of `id=value`. */
export const idOf = (item: string): string => item.split('=', 1)[0]?.trim() ?? ''
export const isPath = (value: string): boolean => !isRemote(value) && !/^[a-z][a-z0-9+.-]*:/i.test(value)
export const placed = (folder: string, path: string): string => (path.startsWith('/') ? path : join(folder, path))
