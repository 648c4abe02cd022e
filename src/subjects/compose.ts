import { readYaml } from '../options/yaml-source.ts'
import { interpolate } from './interpolate.ts'
import { type BuildTarget, type NamedTargets, targetOf } from './target.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The builds of a compose file: `services.*.build`, short or long. Never throws.
 * @param environment what `${NAME}` in it stands for
 */
export function composeTargets(text: string, environment: Environment = {}): NamedTargets {
  const { value, errors } = readYaml(text, '', { merge: true })
  if (errors.length > 0)
    return { targets: [], remarks: [], problems: errors.map(({ line, message }) => `line ${line}: ${message}`) }
  const targets: BuildTarget[] = []
  const remarks = elsewhere(mapOf(value))
  for (const [name, service] of Object.entries(mapOf(mapOf(value).services))) {
    const { build } = mapOf(service)
    if (build === undefined || build === null) continue
    const long = typeof build === 'string' ? { context: build } : mapOf(build)
    const known = (written: unknown): unknown =>
      typeof written === 'string' ? interpolate(written, environment) : written
    const read = targetOf(`service ${name}`, {
      ...{ context: known(long.context), dockerfile: known(long.dockerfile), target: known(long.target) },
      args: pairsOf(long.args, known, environment),
      contexts: pairsOf(long.additional_contexts, known, environment),
      inline: long.dockerfile_inline !== undefined,
    })
    if ('target' in read) targets.push(read.target)
    else remarks.push(read.remark)
  }
  return { targets, problems: [], remarks }
}

/** Files that this one takes services from; only what stands here is read. */
function elsewhere({ include, services }: Record<string, unknown>): string[] {
  const extended = Object.entries(mapOf(services)).filter(
    ([, service]) => mapOf(mapOf(service).extends).file !== undefined,
  )
  return [
    ...(include === undefined || include === null ? [] : ['what it includes is not read; name those files, too']),
    ...extended.map(([name]) => `service ${name} extends one of another file, which is not read; name that file, too`),
  ]
}

/** A map, or a list of `NAME=VALUE`; a name alone takes the variable of that name. */
function pairsOf(
  written: unknown,
  known: (value: unknown) => unknown,
  environment: Environment,
): Record<string, unknown> {
  if (!Array.isArray(written))
    return Object.fromEntries(
      Object.entries(mapOf(written)).map(([name, value]) => [name, value === null ? environment[name] : known(value)]),
    )
  const pairs = written
    .filter(item => typeof item === 'string')
    .map((item): [string, unknown] => {
      const equals = item.indexOf('=')
      return equals < 0 ? [item, environment[item]] : [item.slice(0, equals), known(item.slice(equals + 1))]
    })
  return Object.fromEntries(pairs)
}

const mapOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
