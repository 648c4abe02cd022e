import { variations } from '../build/variations/variations.ts'
import { shown } from './value.ts'

const known = variations.map(({ id }) => id)
const byDefault = variations.filter(variation => variation.byDefault).map(({ id }) => id)
const sets: Readonly<Record<string, readonly string[]>> = { default: byDefault, all: known, none: [] }

/**
 * Which variations are wanted: sets and ids make the list, `+id` and `-id` change it; where there are only such, they
 * change the default. In the order in which variations are listed.
 */
export function variationsIn(items: readonly string[], problems: string[]): string[] {
  const words = items.map(item => item.trim().toLowerCase()).filter(item => item !== '')
  const signed = (word: string): boolean => /^[+-]/.test(word)
  const wanted = new Set(words.every(signed) ? byDefault : [])
  for (const word of words) {
    const name = word.replace(/^[+-]/, '')
    const ids = Object.hasOwn(sets, name) ? sets[name] : known.includes(name) ? [name] : null
    if (!ids)
      problems.push(
        `variations (--variations): '${shown(word)}' is not one of ${[...Object.keys(sets), ...known].join(', ')}, nor one of these with + or - before it`,
      )
    for (const id of ids ?? []) {
      if (word.startsWith('-')) wanted.delete(id)
      else wanted.add(id)
    }
  }
  return known.filter(id => wanted.has(id))
}
