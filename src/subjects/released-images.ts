import { InputError, type Options } from '../options/options.ts'
import { type Destination, destinationsIn } from '../options/release.ts'

/** An image of a bake or compose file, and what that calls it. */
interface Named {
  name: string
  tags: readonly string[]
}

/**
 * What each image of a bake or compose file is to be called where they are published: what was given for it by name, or
 * what its file says.
 * @returns by the names of the images; empty where nothing is published
 * @throws InputError where it is not clear what an image is to be called, or two are to be called the same
 */
export function destinationsOf(
  images: readonly Named[],
  { release }: Pick<Options, 'release'>,
): Map<string, Destination[]> {
  if (release === null) return new Map()
  const { '': unnamed = [], ...named } = release.named ?? {}
  const problems = Object.keys(named)
    .filter(name => images.every(image => image.name !== name))
    .map(name => `tags (--tag): there is no image '${name}' among those that are built`)
  const [only, ...more] = images
  if (unnamed.length > 0 && more.length > 0)
    problems.push(
      `tags (--tag): ${tagsOf(unnamed)[0]} is the tag of which image? Say ${only?.name}=${tagsOf(unnamed)[0]}; there are ${images.map(({ name }) => name).join(', ')}`,
    )
  const found = new Map<string, Destination[]>()
  for (const { name, tags } of images) {
    const given = Object.hasOwn(named, name) ? (named[name] ?? []) : more.length === 0 ? unnamed : []
    const own = given.length > 0 ? given : destinationsIn(tags, problems)
    found.set(name, own)
    if (own.length === 0)
      problems.push(
        `push (--push): say what ${name} is to be called, with tags in its file or with tags (--tag ${name}=…); or leave it out with targets (--targets)`,
      )
  }
  const owners = new Map<string, string>()
  for (const [name, own] of found)
    for (const tag of tagsOf(own)) {
      const other = owners.get(tag)
      if (other !== undefined) problems.push(`tags (--tag): both ${other} and ${name} are to be called ${tag}`)
      owners.set(tag, name)
    }
  if (problems.length > 0) throw new InputError([...new Set(problems)])
  return found
}

const tagsOf = (all: readonly Destination[]): string[] =>
  all.flatMap(({ repository, tags }) => tags.map(tag => `${repository}:${tag}`))
