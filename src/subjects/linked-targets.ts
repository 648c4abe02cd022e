import type { Options } from '../options/options.ts'
import type { BakeTarget } from './baked-target.ts'

/** The name of a target that is the context of another one: `target:base`. */
const linkIn = (value: string): string | null => /^target:(.+)$/.exec(value)?.[1] ?? null

const linksOf = ({ contexts }: BakeTarget): string[] => Object.values(contexts).flatMap(value => linkIn(value) ?? [])

/** The names of all targets that a target takes in as contexts, however far away. */
export function linkedOf(name: string, targets: ReadonlyMap<string, BakeTarget>): string[] {
  const seen = new Set<string>()
  const open = [name]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const target = targets.get(next)
    for (const link of target ? linksOf(target) : [])
      if (targets.has(link) && !seen.has(link)) {
        seen.add(link)
        open.push(link)
      }
  }
  seen.delete(name)
  return [...seen]
}

/** Why a target with such contexts cannot be built, each a sentence. */
export function unlinked(
  target: BakeTarget,
  targets: ReadonlyMap<string, BakeTarget>,
  { cgroupParent }: Pick<Options, 'cgroupParent'>,
): string[] {
  const links = linksOf(target)
  return [
    ...links
      .filter(link => !targets.has(link))
      .map(link => `its context 'target:${link.slice(0, 80)}' is no target of the file`),
    ...(links.length > 0 && cgroupParent !== undefined
      ? ['bake builds it, for its contexts that are targets, and knows no cgroup-parent (--cgroup-parent)']
      : []),
  ]
}

/** The options of an image with those of the targets that it is made of. All are built in one go, with the same secrets. */
export function withLinked(options: Options, linked: readonly (readonly [name: string, Options])[]): Options {
  if (linked.length === 0) return options
  const all = [options, ...linked.map(([, one]) => one)]
  const together = (list: (one: Options) => readonly string[]): string[] => [
    ...new Map(
      all
        .flatMap(list)
        .reverse()
        .map(item => [item.split('=', 1)[0], item]),
    ).values(),
  ]
  const shared = {
    secrets: together(one => one.secrets),
    secretEnvs: together(one => one.secretEnvs),
    secretFiles: together(one => one.secretFiles),
    ssh: together(one => one.ssh),
  }
  const { platforms } = options
  return {
    ...{ ...options, ...shared },
    linked: Object.fromEntries(linked.map(([name, one]) => [name, { ...one, ...shared, platforms }])),
  }
}
