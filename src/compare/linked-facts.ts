import type { Places } from './places.ts'
import { inAnotherOrder } from './through-links.ts'

/**
 * Of the hard links of one file, which do not all say the same of it, those that come in another order on each side: engines
 * set permissions, owner, time and attributes of the file for each of its links, and the last one stays. No builder writes
 * such: links of one file have what the file has. `lowest` says that there is no layer below.
 */
export function linksOutOfOrder(places: Places, lowest: boolean): Set<string> {
  const found = new Set<string>()
  for (const group of groupsOf(places, lowest).values()) {
    const said = new Set([...group.keys()].map(number => places.facts.get(number)))
    if (said.size > 1) for (const path of inAnotherOrder(group, places)) found.add(path)
  }
  return found
}

/** No path of an entry. */
const below = ''

/** The links that may be of one file, by that file. */
function groupsOf({ numbers, links }: Places, lowest: boolean): Map<string, Map<number, string>> {
  const groups = new Map<string, Map<number, string>>()
  if (links.size === 0) return groups
  const fileOf = filesOf(numbers, links)
  for (const [path, number] of numbers) {
    for (const target of links.get(number) ?? []) {
      const made = fileOf(target)
      // Any two names of a layer below may be of one file.
      const file = lowest || numbers.has(made) ? made : below
      groups.set(file, (groups.get(file) ?? new Map<number, string>()).set(number, path))
    }
  }
  return groups
}

/** Of a path the file that it is in the end, where it is a link, too. Paths that are linked to each other are one. */
function filesOf(numbers: Map<string, number>, links: Map<number, string[]>): (path: string) => string {
  const leads = new Map<string, string>()
  const fileOf = (path: string): string => {
    let file = path
    for (let next = leads.get(file); next !== undefined; next = leads.get(file)) {
      // Half as far for whoever comes next.
      const further = leads.get(next)
      if (further !== undefined) leads.set(file, further)
      file = next
    }
    return file
  }
  for (const [path, number] of numbers) {
    for (const target of links.get(number) ?? []) {
      const [one, other] = [fileOf(path), fileOf(target)]
      if (one !== other) leads.set(one, other)
    }
  }
  return fileOf
}
