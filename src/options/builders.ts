import { shown } from './value.ts'

/** The word for: the current builder, or one of our own where that one cannot do it. */
const auto = 'auto'

/**
 * The builders of both sides: none for the current one, one for both, or two, one for each.
 * @param builder the option `builder`
 * @param builders the option `builders`
 * @param problems takes what is wrong with them
 */
export function buildersIn(builder: string | undefined, builders: readonly string[], problems: string[]): string[] {
  const names = builders.map(name => name.trim()).filter(name => name !== '')
  const several = builder?.split(',').map(name => name.trim())
  if (several !== undefined && several.length > 1)
    problems.push(
      `builder (--builder): '${shown(String(builder))}' are several; 'builders' (--builders) takes two, one for each build`,
    )
  if (builder !== undefined && names.length > 0)
    problems.push(
      'builder (--builder) and builders (--builders) are both given; give one name as builder, or two as builders',
    )
  if (names.length > 2)
    problems.push(`builders (--builders): ${names.length} are given; there are two builds, so name one builder or two`)
  if (names.length === 2 && names[0] === names[1])
    problems.push(
      `builders (--builders): '${shown(String(names[0]))}' is given twice; name two different ones, or only one`,
    )
  const all = builder === undefined ? names : [builder]
  for (const name of all)
    if (name !== builder && !/^[A-Za-z0-9][\w.-]*$/.test(name))
      problems.push(`builders (--builders): '${shown(name)}' is no name of a builder; docker buildx ls lists them`)
  return all
}

/** Which builder to ask for what needs no build; undefined is the current one. */
export const firstOf = ([first]: readonly string[]): string | undefined => (first === auto ? undefined : first)
